//! Types as declarations spell them: enough to say what a field is, what a loop goes over, what a method gives back.

/// A type by the last segment of its path, with what stands in its angle brackets. References, `Box`, `Arc`, `Rc` and `Cow` are
/// left out: templates borrow by themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type {
    /// `Vec`, `Post`, `str`; `[]` for slices and arrays, `()` for tuples. `impl Trait` and `dyn Trait` go by their first trait,
    /// `Future` with what it gives; `_` is a type that nobody says.
    pub name: String,
    pub arguments: Vec<Type>,
}

/// What wraps a value and is as good as the value.
const TRANSPARENT: &[&str] =
    &["Box", "Arc", "Rc", "Cow", "Ref", "RefMut", "MutexGuard", "RwLockReadGuard", "RwLockWriteGuard"];

/// Types within each other that are read; deeper ones are `_`.
const DEPTH_MAX: usize = 16;

impl Type {
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), arguments: Vec::new() }
    }

    /// `Vec<Post>`
    #[must_use]
    pub fn of(name: &str, arguments: impl IntoIterator<Item = Self>) -> Self {
        Self { name: name.to_owned(), arguments: arguments.into_iter().collect() }
    }

    #[must_use]
    pub fn unknown() -> Self {
        Self::named("_")
    }

    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.name == "_"
    }

    /// As it is declared; `Self` is `owner`.
    #[must_use]
    pub fn of_syn(ty: &syn::Type, owner: Option<&Self>) -> Self {
        of_syn(ty, owner, DEPTH_MAX)
    }

    /// The type of a path: its last segment.
    #[must_use]
    pub fn of_path(path: &syn::Path, owner: Option<&Self>) -> Self {
        of_path(path, owner, DEPTH_MAX)
    }

    /// Reads a type from its text; `_` if it is none.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        syn::parse_str::<syn::Type>(text).map_or_else(|_| Self::unknown(), |ty| Self::of_syn(&ty, None))
    }

    /// What a loop over it gives, and what is behind an index.
    #[must_use]
    pub fn element(&self) -> Option<Self> {
        let first = || self.arguments.first().cloned();
        match self.name.as_str() {
            "Vec"
            | "[]"
            | "VecDeque"
            | "HashSet"
            | "BTreeSet"
            | "IndexSet"
            | "LinkedList"
            | "BinaryHeap"
            | "Option"
            | "Result"
            | "Iterator"
            | "IntoIterator"
            | "ExactSizeIterator"
            | "DoubleEndedIterator"
            | "SmallVec"
            | "ArrayVec"
            | "Range"
            | "RangeInclusive"
            | "Stream"
            | "Peekable"
            | "Rev" => first(),
            "Enumerate" => Some(Self::of("()", [Self::named("usize"), first()?])),
            name if is_map(name) => Some(Self::of("()", self.arguments.iter().take(2).cloned())),
            _ => None,
        }
    }

    /// What stands behind `[key]`.
    #[must_use]
    pub fn indexed(&self) -> Option<Self> {
        if is_map(&self.name) {
            self.arguments.get(1).cloned()
        } else {
            self.element().filter(|_| !matches!(self.name.as_str(), "Option" | "Result"))
        }
    }

    /// Key and value of a loop with both.
    #[must_use]
    pub fn keyed(&self) -> Option<(Self, Self)> {
        if is_map(&self.name) {
            return Some((self.arguments.first()?.clone(), self.arguments.get(1)?.clone()));
        }
        Some((Self::named("usize"), self.element()?))
    }

    /// What `?`, `unwrap` and the like take out of `Option` and `Result`; else the type itself.
    #[must_use]
    pub fn payload(&self) -> Self {
        match self.name.as_str() {
            "Option" | "Result" | "Poll" => self.arguments.first().cloned().unwrap_or_else(Self::unknown),
            _ => self.clone(),
        }
    }

    #[must_use]
    pub fn is_map(&self) -> bool {
        is_map(&self.name)
    }

    /// With the types of `arguments` in the places of generic parameters.
    #[must_use]
    pub fn with(&self, parameters: &[String], arguments: &[Self]) -> Self {
        if parameters.is_empty() {
            return self.clone();
        }
        if self.arguments.is_empty()
            && let Some(at) = parameters.iter().position(|parameter| *parameter == self.name)
        {
            return arguments.get(at).cloned().unwrap_or_else(Self::unknown);
        }
        Self::of(&self.name, self.arguments.iter().map(|argument| argument.with(parameters, arguments)))
    }

    /// As people write it.
    #[must_use]
    pub fn show(&self) -> String {
        let arguments = || self.arguments.iter().map(Self::show).collect::<Vec<_>>().join(", ");
        match (self.name.as_str(), self.arguments.is_empty()) {
            ("[]", _) => format!("[{}]", arguments()),
            ("()", _) => format!("({})", arguments()),
            (name, true) => name.to_owned(),
            (name, false) => format!("{name}<{}>", arguments()),
        }
    }
}

fn is_map(name: &str) -> bool {
    matches!(name, "HashMap" | "BTreeMap" | "IndexMap" | "FxHashMap" | "AHashMap")
}

fn of_syn(ty: &syn::Type, owner: Option<&Type>, depth: usize) -> Type {
    let Some(depth) = depth.checked_sub(1) else { return Type::unknown() };
    let inner = |ty: &syn::Type| of_syn(ty, owner, depth);
    match ty {
        syn::Type::Path(path) => match &path.qself {
            // `<Post as Model>::Key`: nobody but the compiler knows.
            Some(_) => Type::unknown(),
            None => of_path(&path.path, owner, depth),
        },
        syn::Type::Reference(reference) => inner(&reference.elem),
        syn::Type::Paren(paren) => inner(&paren.elem),
        syn::Type::Group(group) => inner(&group.elem),
        syn::Type::Ptr(pointer) => inner(&pointer.elem),
        syn::Type::Slice(slice) => Type::of("[]", [inner(&slice.elem)]),
        syn::Type::Array(array) => Type::of("[]", [inner(&array.elem)]),
        syn::Type::Tuple(tuple) => Type::of("()", tuple.elems.iter().map(inner)),
        syn::Type::ImplTrait(bounds) => of_bounds(&bounds.bounds, owner, depth),
        syn::Type::TraitObject(bounds) => of_bounds(&bounds.bounds, owner, depth),
        _ => Type::unknown(),
    }
}

fn of_bounds<'b>(
    bounds: impl IntoIterator<Item = &'b syn::TypeParamBound>,
    owner: Option<&Type>,
    depth: usize,
) -> Type {
    let first = bounds.into_iter().find_map(|bound| match bound {
        syn::TypeParamBound::Trait(bound) => Some(of_path(&bound.path, owner, depth)),
        _ => None,
    });
    match first {
        // What can be used as a reference to something is as good as that.
        Some(ty) if matches!(ty.name.as_str(), "AsRef" | "Into" | "Borrow" | "Deref") => {
            ty.arguments.into_iter().next().unwrap_or_else(Type::unknown)
        }
        Some(ty) => ty,
        None => Type::unknown(),
    }
}

fn of_path(path: &syn::Path, owner: Option<&Type>, depth: usize) -> Type {
    let Some(segment) = path.segments.last() else { return Type::unknown() };
    let name = plain(&segment.ident);
    if name == "Self"
        && let Some(owner) = owner
    {
        return owner.clone();
    }
    // `Self::Item` and the like.
    if path.segments.len() == 2 && path.segments[0].ident == "Self" {
        return Type::unknown();
    }
    let mut arguments = Vec::new();
    if let syn::PathArguments::AngleBracketed(list) = &segment.arguments {
        for argument in &list.args {
            match argument {
                syn::GenericArgument::Type(ty) => arguments.push(of_syn(ty, owner, depth)),
                syn::GenericArgument::AssocType(bound) if bound.ident == "Output" || bound.ident == "Item" => {
                    arguments.push(of_syn(&bound.ty, owner, depth));
                }
                _ => {}
            }
        }
    }
    match name.as_str() {
        "Pin" => arguments.into_iter().next().unwrap_or_else(Type::unknown),
        "BoxFuture" | "LocalBoxFuture" => Type { name: "Future".to_owned(), arguments },
        wrapper if TRANSPARENT.contains(&wrapper) && !arguments.is_empty() => arguments.swap_remove(0),
        _ => Type { name, arguments },
    }
}

/// An identifier without `r#`.
pub(crate) fn plain(ident: &proc_macro2::Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, shown: &str) {
        assert_eq!(Type::parse(written).show(), shown, "{written}");
    }

    #[test]
    fn what_only_holds_a_value_is_left_out() {
        check("&'static str", "str");
        check("std::sync::Arc<Vec<crate::post::Post>>", "Vec<Post>");
        check("Cow<'a, str>", "str");
        check("Box<dyn Future<Output = Result<Post>> + Send>", "Future<Result<Post>>");
        check("Pin<Box<dyn Future<Output = u8>>>", "Future<u8>");
        check("impl Iterator<Item = &'a Post>", "Iterator<Post>");
        check("impl Into<String>", "String");
    }

    #[test]
    fn shapes_keep_their_parts() {
        check("(i64, &str)", "(i64, str)");
        check("&[Post]", "[Post]");
        check("[u8; 4]", "[u8]");
        check("HashMap<String, Vec<Option<Post>>>", "HashMap<String, Vec<Option<Post>>>");
        check("<T as Model>::Key", "_");
        check("fn(u8) -> u8", "_");
        check("not a type", "_");
    }

    #[test]
    fn loops_and_options_give_what_they_hold() {
        let element = |text: &str| Type::parse(text).element().map(|ty| ty.show());
        assert_eq!(element("Vec<Post>").as_deref(), Some("Post"));
        assert_eq!(element("&[Post]").as_deref(), Some("Post"));
        assert_eq!(element("BTreeMap<String, u8>").as_deref(), Some("(String, u8)"));
        assert_eq!(element("Post"), None);
        assert_eq!(Type::parse("Result<Vec<Post>>").payload().show(), "Vec<Post>");
        assert_eq!(Type::parse("HashMap<String, Post>").indexed().map(|ty| ty.show()).as_deref(), Some("Post"));
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("{}u8{}", "Vec<".repeat(100), ">".repeat(100));
        assert!(Type::parse(&deep).show().contains('_'));
    }
}
