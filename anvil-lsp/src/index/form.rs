//! How a value comes about, as far as the text of one function says: kept with the file, and turned into a type when somebody asks,
//! since what a function gives back may be declared in another file.

use super::types::Type;

/// See the module. Bounded in size: what is bigger is [`Form::Unknown`].
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    Unknown,
    Known(Type),
    /// `page(…)`, `posts::page(…)`, `Post::find(…)`, `Some(…)`; with the first argument.
    Call {
        path: Vec<String>,
        turbofish: Option<Type>,
        argument: Box<Form>,
    },
    /// `a.name(…)`; `result` is what a closure among the arguments gives.
    Method {
        of: Box<Form>,
        name: String,
        turbofish: Option<Type>,
        result: Option<Box<Form>>,
    },
    Field {
        of: Box<Form>,
        name: String,
    },
    Index(Box<Form>),
    /// What a loop over it binds.
    Element(Box<Form>),
    /// What a loop with `key => value` binds.
    Key(Box<Form>),
    Value(Box<Form>),
    Await(Box<Form>),
    Try(Box<Form>),
    /// What a pattern such as `Some(a)` or `Path(id)` takes out.
    Payload {
        of: Box<Form>,
        variant: String,
        index: usize,
    },
    Part {
        of: Box<Form>,
        index: usize,
    },
    Tuple(Vec<Form>),
    /// `[a, b]`, `vec![a]`: by the first item.
    List(Box<Form>),
    /// A constant, or a variant without data.
    Path(Vec<String>),
    /// The first of which something is known.
    Either(Vec<Form>),
}

/// Parts of a form.
const SIZE_MAX: usize = 48;

/// Cases of an `if` or `match` that are kept.
const CASES_MAX: usize = 4;

impl Form {
    pub(crate) fn known(ty: Type) -> Self {
        if ty.is_unknown() { Self::Unknown } else { Self::Known(ty) }
    }

    pub(crate) fn named(name: &str) -> Self {
        Self::Known(Type::named(name))
    }

    pub(crate) fn field(self, name: &str) -> Self {
        Self::Field { of: Box::new(self), name: name.to_owned() }.bounded()
    }

    pub(crate) fn method(self, name: &str, turbofish: Option<Type>, result: Option<Self>) -> Self {
        Self::Method { of: Box::new(self), name: name.to_owned(), turbofish, result: result.map(Box::new) }.bounded()
    }

    pub(crate) fn call(path: Vec<String>, turbofish: Option<Type>, argument: Self) -> Self {
        Self::Call { path, turbofish, argument: Box::new(argument) }.bounded()
    }

    pub(crate) fn payload(self, variant: &str, index: usize) -> Self {
        Self::Payload { of: Box::new(self), variant: variant.to_owned(), index }.bounded()
    }

    pub(crate) fn part(self, index: usize) -> Self {
        Self::Part { of: Box::new(self), index }.bounded()
    }

    pub(crate) fn element(self) -> Self {
        Self::Element(Box::new(self)).bounded()
    }

    pub(crate) fn boxed(self, make: impl FnOnce(Box<Self>) -> Self) -> Self {
        make(Box::new(self)).bounded()
    }

    pub(crate) fn tuple(parts: Vec<Self>) -> Self {
        Self::Tuple(parts).bounded()
    }

    pub(crate) fn either(mut cases: Vec<Self>) -> Self {
        cases.retain(|case| *case != Self::Unknown);
        cases.truncate(CASES_MAX);
        if cases.len() > 1 { Self::Either(cases).bounded() } else { cases.pop().unwrap_or(Self::Unknown) }
    }

    fn bounded(self) -> Self {
        if self.size(SIZE_MAX) > SIZE_MAX { Self::Unknown } else { self }
    }

    /// Counts no further than just beyond `most`.
    fn size(&self, most: usize) -> usize {
        let mut size = 1;
        let mut add = |part: &Self| {
            if size <= most {
                size += part.size(most - size);
            }
        };
        match self {
            Self::Unknown | Self::Known(_) | Self::Path(_) => {}
            Self::Call { argument: of, .. }
            | Self::Field { of, .. }
            | Self::Index(of)
            | Self::Element(of)
            | Self::Key(of)
            | Self::Value(of)
            | Self::Await(of)
            | Self::Try(of)
            | Self::Payload { of, .. }
            | Self::Part { of, .. }
            | Self::List(of) => add(of),
            Self::Method { of, result, .. } => {
                add(of);
                result.iter().for_each(|result| add(result));
            }
            Self::Tuple(parts) | Self::Either(parts) => parts.iter().for_each(add),
        }
        size
    }
}
