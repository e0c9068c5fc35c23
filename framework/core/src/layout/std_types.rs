//! `Layout` of the standard library's types that make sense in a container. `Rc` and cells are left out: the container is
//! shared between threads.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, VecDeque};
use std::marker::PhantomData;
use std::sync::{Arc, Condvar, LazyLock, Mutex, OnceLock, RwLock, Weak, atomic};

use anvil_control::{Fingerprint, TypeLayout};

use super::{Layout, SEED, defined, described, number, sized, text};

macro_rules! leaf {
    ($($leaf:ty),* $(,)?) => {$(
        impl Layout for $leaf {
            const FINGERPRINT: u64 = sized::<Self>(stringify!($leaf));
            const DEFINITION: Option<u64> = Some(SEED);

            fn describe() -> TypeLayout {
                described::<Self>(Self::FINGERPRINT, None, Vec::new())
            }
        }
    )*};
}

/// `[generics] type => the parameters whose fingerprints count;`
macro_rules! generic {
    ($([$($generics:tt)*] $type:ty => $($parameter:ident)*;)*) => {$(
        impl<$($generics)*> Layout for $type {
            const FINGERPRINT: u64 = {
                let hash = sized::<Self>(stringify!($type));
                $(let hash = number(hash, <$parameter as Layout>::FINGERPRINT);)*
                hash
            };
            const DEFINITION: Option<u64> = {
                let definition = Some(SEED);
                $(let definition = defined(definition, <$parameter as Layout>::DEFINITION);)*
                definition
            };

            fn describe() -> TypeLayout {
                described::<Self>(Self::FINGERPRINT, None, Vec::new())
            }
        }
    )*};
}

pub(super) use {generic, leaf};

leaf! {
    bool, char, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64,
    String, std::path::PathBuf, std::ffi::OsString, std::ffi::CString,
    std::time::Duration, std::time::Instant, std::time::SystemTime,
    std::net::IpAddr, std::net::Ipv4Addr, std::net::Ipv6Addr, std::net::SocketAddr,
    atomic::AtomicBool, atomic::AtomicU8, atomic::AtomicU16, atomic::AtomicU32, atomic::AtomicU64, atomic::AtomicUsize,
    atomic::AtomicI8, atomic::AtomicI16, atomic::AtomicI32, atomic::AtomicI64, atomic::AtomicIsize,
    std::num::NonZeroU8, std::num::NonZeroU16, std::num::NonZeroU32, std::num::NonZeroU64, std::num::NonZeroUsize,
    std::num::NonZeroI32, std::num::NonZeroI64, Condvar,
}

generic! {
    [T: Layout] Option<T> => T;
    [T: Layout, E: Layout] Result<T, E> => T E;
    [T: Layout] Vec<T> => T;
    [T: Layout] VecDeque<T> => T;
    [T: Layout] BinaryHeap<T> => T;
    [T: Layout] BTreeSet<T> => T;
    [K: Layout, V: Layout] BTreeMap<K, V> => K V;
    [T: Layout, S: 'static] HashSet<T, S> => T;
    [K: Layout, V: Layout, S: 'static] HashMap<K, V, S> => K V;
    [T: Layout + ?Sized] Box<T> => T;
    [T: Layout + ?Sized] Arc<T> => T;
    [T: Layout + ?Sized] Weak<T> => T;
    [T: Layout + ?Sized] &'static T => T;
    [T: Layout + ?Sized] PhantomData<T> => T;
    [T: Layout] Mutex<T> => T;
    [T: Layout] RwLock<T> => T;
    [T: Layout] OnceLock<T> => T;
    [T: Layout, F: 'static] LazyLock<T, F> => T;
    [T: Layout] std::ops::Range<T> => T;
    [] () => ;
    [A: Layout] (A,) => A;
    [A: Layout, B: Layout] (A, B) => A B;
    [A: Layout, B: Layout, C: Layout] (A, B, C) => A B C;
    [A: Layout, B: Layout, C: Layout, D: Layout] (A, B, C, D) => A B C D;
    [A: Layout, B: Layout, C: Layout, D: Layout, E: Layout] (A, B, C, D, E) => A B C D E;
    [A: Layout, B: Layout, C: Layout, D: Layout, E: Layout, F: Layout] (A, B, C, D, E, F) => A B C D E F;
    // Code is never unloaded, so a function pointer stays valid; its arguments must still mean the same.
    [R: Layout] fn() -> R => R;
    [R: Layout, A: Layout] fn(A) -> R => R A;
    [R: Layout, A: Layout, B: Layout] fn(A, B) -> R => R A B;
    [R: Layout, A: Layout, B: Layout, C: Layout] fn(A, B, C) -> R => R A B C;
}

impl<T: Layout, const N: usize> Layout for [T; N] {
    const FINGERPRINT: u64 = number(sized::<Self>("[T; N]"), T::FINGERPRINT);
    const DEFINITION: Option<u64> = T::DEFINITION;

    fn describe() -> TypeLayout {
        described::<Self>(Self::FINGERPRINT, None, Vec::new())
    }
}

impl<T> Layout for Cow<'static, T>
where
    T: ToOwned<Owned: Layout> + Layout + ?Sized,
{
    const FINGERPRINT: u64 = number(number(sized::<Self>("Cow"), T::FINGERPRINT), <T::Owned as Layout>::FINGERPRINT);
    const DEFINITION: Option<u64> = defined(T::DEFINITION, <T::Owned as Layout>::DEFINITION);

    fn describe() -> TypeLayout {
        described::<Self>(Self::FINGERPRINT, None, Vec::new())
    }
}

impl<T: Layout> Layout for [T] {
    const FINGERPRINT: u64 = number(text(SEED, "[T]"), T::FINGERPRINT);
    const DEFINITION: Option<u64> = T::DEFINITION;

    fn describe() -> TypeLayout {
        TypeLayout { align: align_of::<T>() as u64, ..unsized_type::<Self>(Self::FINGERPRINT) }
    }
}

macro_rules! unsized_leaf {
    ($($leaf:ty),*) => {$(
        impl Layout for $leaf {
            const FINGERPRINT: u64 = text(SEED, stringify!($leaf));
            const DEFINITION: Option<u64> = Some(SEED);

            fn describe() -> TypeLayout {
                unsized_type::<Self>(Self::FINGERPRINT)
            }
        }
    )*};
}

unsized_leaf!(str, std::path::Path, std::ffi::OsStr, std::ffi::CStr);

/// Size 0 stands for "known only at run time".
fn unsized_type<T: ?Sized>(fingerprint: u64) -> TypeLayout {
    TypeLayout {
        name: std::any::type_name::<T>().to_owned(),
        size: 0,
        align: 1,
        fingerprint: Fingerprint(fingerprint),
        place: None,
        fields: Vec::new(),
    }
}
