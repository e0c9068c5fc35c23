//! What changes a fingerprint and what does not. Two builds of one type are two functions with a type of the same name: its
//! path, `module_path!()`, is the same in both.
#![allow(dead_code, reason = "only the shapes of these types matter")]

extern crate anvil_dev as anvilforge;

use anvil_derive::Layout;
use anvilforge::__private::layout::Layout as _;

/// Fingerprints of the types called `T` in two bodies.
macro_rules! two_builds {
    ({ $($old:item)* } { $($new:item)* }) => {{
        fn old() -> u64 { $($old)* T::FINGERPRINT }
        fn new() -> u64 { $($new)* T::FINGERPRINT }
        (old(), new())
    }};
}

macro_rules! same {
    ($($body:tt)*) => {{ let (old, new) = two_builds!($($body)*); assert_eq!(old, new, "{}", stringify!($($body)*)); }};
}

macro_rules! differ {
    ($($body:tt)*) => {{ let (old, new) = two_builds!($($body)*); assert_ne!(old, new, "{}", stringify!($($body)*)); }};
}

#[test]
fn an_unchanged_type_keeps_its_fingerprint() {
    same!({ #[derive(Layout)] struct T { a: u32, b: String } }
          { #[derive(Layout)] pub(crate) struct T { pub(crate) a: u32, /* moved */ b: String } });
    same!({ #[derive(Layout)] enum T { A, B(u8) } } { #[derive(Layout)] enum T { A, B(u8) } });
    same!({ #[derive(Layout)] struct T; } { #[derive(Layout)] struct T; });
}

#[test]
fn a_change_of_a_field_changes_it_whatever_the_size() {
    differ!({ #[derive(Layout)] struct T { a: u32 } } { #[derive(Layout)] struct T { a: i32 } });
    differ!({ #[derive(Layout)] struct T { a: u64 } } { #[derive(Layout)] struct T { a: f64 } });
    differ!({ #[derive(Layout)] struct T { a: u32 } } { #[derive(Layout)] struct T { b: u32 } });
    differ!({ #[derive(Layout)] struct T { a: u32, b: u32 } }
            { #[derive(Layout)] struct T { b: u32, a: u32 } });
    differ!({ #[derive(Layout)] struct T { a: u32 } } { #[derive(Layout)] struct T { a: u32, b: () } });
    differ!({ #[derive(Layout)] struct T(u32); } { #[derive(Layout)] struct T { a: u32 } });
    differ!({ #[derive(Layout)] struct T(u8, u32); } { #[derive(Layout)] #[repr(C)] struct T(u8, u32); });
}

#[test]
fn a_change_inside_of_a_fields_type_changes_it() {
    macro_rules! nested {
        ($($field:tt)*) => {
            differ!({ #[derive(Layout)] struct Inner { a: u32 } #[derive(Layout)] struct T { x: $($field)* } }
                    { #[derive(Layout)] struct Inner { a: i32 } #[derive(Layout)] struct T { x: $($field)* } });
        };
    }
    nested!(Inner);
    nested!(Option<Inner>);
    nested!(Result<u8, Inner>);
    nested!(Vec<Inner>);
    nested!(Box<Inner>);
    nested!(std::sync::Arc<std::sync::Mutex<Inner>>);
    nested!(std::sync::RwLock<std::collections::HashMap<String, Inner>>);
    nested!(std::collections::BTreeMap<Inner, u8>);
    nested!([Inner; 3]);
    nested!((u8, Inner));
    nested!(&'static [Inner]);
    nested!(std::marker::PhantomData<Inner>);
    nested!(fn(u8) -> Inner);
    nested!(std::sync::OnceLock<Inner>);
}

#[test]
fn a_change_of_an_enum_changes_it() {
    differ!({ #[derive(Layout)] enum T { A, B } } { #[derive(Layout)] enum T { B, A } });
    differ!({ #[derive(Layout)] enum T { A, B } } { #[derive(Layout)] enum T { A, B, C } });
    differ!({ #[derive(Layout)] enum T { A = 1, B } } { #[derive(Layout)] enum T { A = 2, B } });
    differ!({ const N: isize = 1; #[derive(Layout)] enum T { A = N } }
            { const N: isize = 2; #[derive(Layout)] enum T { A = N } });
    differ!({ #[derive(Layout)] enum T { A(u32), B } } { #[derive(Layout)] enum T { A(i32), B } });
    differ!({ #[derive(Layout)] enum T { A { x: u8 }, B } } { #[derive(Layout)] enum T { A { y: u8 }, B } });
    differ!({ #[derive(Layout)] enum T { A(u8), B(u16) } } { #[derive(Layout)] enum T { A(u16), B(u8) } });
}

#[test]
fn parameters_count() {
    #[derive(Layout)]
    struct Page<T, const N: usize> {
        rows: Vec<T>,
    }
    let prints = [
        Page::<u8, 1>::FINGERPRINT,
        Page::<i8, 1>::FINGERPRINT,
        Page::<u8, 2>::FINGERPRINT,
        Page::<Page<u8, 1>, 1>::FINGERPRINT,
    ];
    for (at, print) in prints.iter().enumerate() {
        assert!(!prints[at + 1..].contains(print), "{prints:?}");
    }
}

/// A type of another crate, as far as the derive can tell.
mod foreign {
    pub(super) struct Client {
        pub(super) socket: u32,
    }

    pub(super) struct Longer {
        pub(super) socket: [u32; 2],
    }
}

#[test]
fn opaque_fields_count_by_size() {
    same!({ #[derive(Layout)] struct T { #[layout(opaque)] c: foreign::Client } }
          { #[derive(Layout)] struct T { #[layout(opaque)] c: foreign::Client } });
    differ!({ use foreign::Client as C; #[derive(Layout)] struct T { #[layout(opaque)] c: C } }
            { use foreign::Longer as C; #[derive(Layout)] struct T { #[layout(opaque)] c: C } });
    assert_eq!(foreign::Client { socket: 1 }.socket + foreign::Longer { socket: [1, 2] }.socket[0], 2);
}

#[test]
fn types_that_mention_themselves_have_a_fingerprint() {
    differ!({ #[derive(Layout)] struct T { next: Option<Box<T>>, value: u32 } }
            { #[derive(Layout)] struct T { next: Option<Box<T>>, value: i32 } });
    differ!({ #[derive(Layout)] struct T { next: Option<Box<T>> } }
            { #[derive(Layout)] struct T { next: Vec<Self> } });
    // What stands beside the mention counts.
    differ!({ #[derive(Layout)] struct Key { a: u8 } #[derive(Layout)] struct T { all: Vec<(Key, T)> } }
            { #[derive(Layout)] struct Key { a: i8 } #[derive(Layout)] struct T { all: Vec<(Key, T)> } });

    #[derive(Layout)]
    enum Tree<K> {
        Leaf(K),
        Node(Box<Tree<K>>, Box<Self>),
    }
    assert_ne!(Tree::<u8>::FINGERPRINT, Tree::<i8>::FINGERPRINT);
}

#[test]
fn a_fingerprint_is_a_constant() {
    #[derive(Layout)]
    struct Unit;
    const AT_COMPILE_TIME: u64 = Unit::FINGERPRINT;
    assert_ne!(AT_COMPILE_TIME, 0);
}

#[derive(Layout)]
struct Described {
    small: u8,
    large: u64,
    name: String,
}

#[test]
fn a_description_names_fields_offsets_and_places() {
    let layout = Described::describe();
    assert_eq!(layout.name, "fingerprints::Described");
    assert_eq!((layout.size, layout.align), (size_of::<Described>() as u64, align_of::<Described>() as u64));
    assert_eq!(layout.fingerprint.0, Described::FINGERPRINT);
    let names: Vec<_> = layout.fields.iter().map(|field| (field.name.as_str(), field.type_name.as_str())).collect();
    assert_eq!(names, [("small", "u8"), ("large", "u64"), ("name", "alloc::string::String")]);
    let offset = std::mem::offset_of!(Described, large) as u64;
    assert_eq!((layout.fields[1].offset, layout.fields[1].size), (Some(offset), 8));

    let place = layout.place.unwrap();
    assert!(place.file.ends_with("tests/fingerprints.rs"), "{place:?}");
    let source = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fingerprints.rs")).unwrap();
    let line_of = |line: u32| source.lines().nth(line as usize - 1).unwrap();
    assert_eq!(&line_of(place.line)[place.column as usize - 1..], "Described {");
    let field = layout.fields[2].place.as_ref().unwrap();
    assert_eq!(&line_of(field.line)[field.column as usize - 1..], "name: String,");
}

#[test]
fn fields_of_variants_are_described_by_both_names() {
    #[derive(Layout)]
    enum Shape {
        Point,
        Circle(f64),
        Box { width: u8 },
    }
    let layout = Shape::describe();
    let names: Vec<_> = layout.fields.iter().map(|field| (field.name.as_str(), field.offset)).collect();
    assert_eq!(names, [("Circle.0", None), ("Box.width", None)]);
}

#[test]
fn types_of_std_differ_from_each_other() {
    fn has<T: anvilforge::__private::layout::Layout>() -> u64 {
        T::FINGERPRINT
    }
    let prints = [
        has::<std::sync::Mutex<u8>>(),
        has::<std::sync::RwLock<u8>>(),
        has::<std::sync::Arc<str>>(),
        has::<std::borrow::Cow<'static, str>>(),
        has::<std::collections::HashSet<u8>>(),
        has::<std::collections::VecDeque<u8>>(),
        has::<Vec<u8>>(),
        has::<std::time::Duration>(),
        has::<std::time::Instant>(),
        has::<std::path::PathBuf>(),
        has::<fn(u8) -> u8>(),
    ];
    for (at, print) in prints.iter().enumerate() {
        assert!(!prints[at + 1..].contains(print));
    }
}

#[test]
fn two_types_may_mention_each_other_with_one_opaque_field() {
    #[derive(Layout)]
    struct Author {
        posts: Vec<Post>,
    }
    #[derive(Layout)]
    struct Post {
        #[layout(opaque)]
        author: Option<Box<Author>>,
    }
    assert_ne!(Author::FINGERPRINT, Post::FINGERPRINT);
}

#[test]
fn a_definition_is_one_of_all_with_its_path() {
    #[derive(Layout)]
    struct Page<A> {
        of: A,
    }
    fn definition<T: anvilforge::__private::layout::Layout>() -> Option<u64> {
        T::DEFINITION
    }
    fn in_a_block() -> Option<u64> {
        #[derive(Layout)]
        struct Page<A> {
            of: A,
        }
        definition::<Page<u8>>()
    }
    assert!(definition::<Page<u8>>().is_some() && in_a_block().is_some());
    assert_ne!(definition::<Page<u8>>(), in_a_block());
    assert_ne!(definition::<Page<Page<u8>>>(), definition::<Page<u8>>());
    assert!(definition::<Vec<Page<u8>>>().is_some());
    struct Unknown;
    type Opaque = anvilforge::__private::layout::Opaque<Unknown>;
    assert_eq!(definition::<Vec<Opaque>>(), None, "nobody knows what an opaque value is made of");
    assert_eq!(definition::<Page<Opaque>>(), None);
}
