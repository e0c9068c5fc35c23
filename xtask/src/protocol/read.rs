//! What the sources of the protocol say: methods, types and error codes with their documentation and their names on the wire.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use syn::{
    Attribute, Expr, ExprLit, Fields, FnArg, GenericArgument, Item, ItemEnum, ItemStruct, Lit, Meta, PathArguments,
    ReturnType, TraitItem, Type,
};

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Api {
    /// In the order of the trait.
    pub(super) methods: Vec<Method>,
    pub(super) types: BTreeMap<String, Described>,
    pub(super) errors: Vec<ErrorCode>,
}

#[derive(Debug)]
pub(super) struct Method {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) parameter: Option<Wire>,
    /// Absent for nothing, which is `null`.
    pub(super) result: Option<Wire>,
    /// Of a subscription: the method that ends it, and what its notifications are called.
    pub(super) stream: Option<(String, String)>,
}

#[derive(Debug)]
pub(super) struct Described {
    pub(super) doc: String,
    pub(super) shape: Shape,
}

#[derive(Debug)]
pub(super) enum Shape {
    Object(Vec<Field>),
    /// One of some words.
    Words(Vec<(String, String)>),
    /// An object whose field `tag` says which of these it is.
    Tagged {
        tag: String,
        kinds: Vec<Kind>,
    },
    /// Written as what it holds.
    Transparent(Wire),
}

#[derive(Debug)]
pub(super) struct Kind {
    pub(super) word: String,
    pub(super) doc: String,
    pub(super) fields: Vec<Field>,
    /// Its fields are those of this type.
    pub(super) of: Option<Wire>,
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) wire: Wire,
    /// Its own fields stand in its place.
    pub(super) flat: bool,
}

#[derive(Debug)]
pub(super) struct ErrorCode {
    pub(super) name: String,
    pub(super) code: String,
    pub(super) doc: String,
}

/// How a value is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wire {
    /// A word of JSON's own: `string`, `integer`.
    Plain(&'static str),
    Named(String),
    OrNull(Box<Wire>),
    List(Box<Wire>),
}

impl Wire {
    /// The type of the protocol in it, if it has a message of its own.
    pub(super) fn named<'a>(&'a self, api: &Api) -> Option<&'a str> {
        match self {
            Self::Plain(_) => None,
            Self::Named(name) => api.types.contains_key(name).then_some(name),
            Self::OrNull(of) | Self::List(of) => of.named(api),
        }
    }
}

pub(super) fn api(sources: &BTreeMap<String, String>) -> Result<Api> {
    let mut api = Api::default();
    for (name, text) in sources {
        let file = syn::parse_file(text).with_context(|| format!("{name}.rs does not parse"))?;
        for item in file.items {
            match item {
                Item::Struct(item) => {
                    let described = Described { doc: doc(&item.attrs), shape: of_struct(&item)? };
                    api.types.insert(item.ident.to_string(), described);
                }
                Item::Enum(item) => {
                    let described = Described { doc: doc(&item.attrs), shape: of_enum(&item)? };
                    api.types.insert(item.ident.to_string(), described);
                }
                Item::Mod(item) if item.ident == "error_code" => errors(item, &mut api.errors),
                Item::Trait(item) if item.ident == "AnvilDaemon" => {
                    for of in item.items {
                        if let TraitItem::Fn(function) = of {
                            api.methods.push(method(&function)?);
                        }
                    }
                }
                _ => {}
            }
        }
    }
    if api.methods.is_empty() || api.errors.is_empty() {
        bail!("the trait `AnvilDaemon` or the module `error_code` is not where it was");
    }
    Ok(api)
}

fn method(function: &syn::TraitItemFn) -> Result<Method> {
    let named = |wanted: &str| function.attrs.iter().find(|attribute| attribute.path().is_ident(wanted));
    let (name, stream) = match (named("method"), named("subscription")) {
        (Some(attribute), _) => (texts_in(attribute).first().cloned(), None),
        (None, Some(attribute)) => {
            let texts = texts_in(attribute);
            let [name, notification, ending, ..] = texts.as_slice() else { bail!("a subscription has three names") };
            (Some(name.clone()), Some((ending.clone(), notification.clone())))
        }
        (None, None) => bail!("`{}` is neither a method nor a subscription", function.sig.ident),
    };
    let parameter = function.sig.inputs.iter().find_map(|argument| match argument {
        FnArg::Typed(argument) => Some(wire(&argument.ty)),
        FnArg::Receiver(_) => None,
    });
    let result = match &function.sig.output {
        ReturnType::Type(_, result) if stream.is_none() => first_argument(result).map(wire).transpose()?,
        _ => None,
    };
    let result = result.filter(|result| *result != Wire::Plain("null"));
    let name = name.with_context(|| format!("`{}` has no name", function.sig.ident))?;
    Ok(Method { name, doc: doc(&function.attrs), parameter: parameter.transpose()?, result, stream })
}

/// The texts in an attribute, in their order.
fn texts_in(attribute: &Attribute) -> Vec<String> {
    let Meta::List(list) = &attribute.meta else { return Vec::new() };
    let literals = list.tokens.clone().into_iter().filter_map(|token| match token {
        proc_macro2::TokenTree::Literal(literal) => syn::parse_str::<syn::LitStr>(&literal.to_string()).ok(),
        _ => None,
    });
    literals.map(|text| text.value()).collect()
}

fn errors(module: syn::ItemMod, errors: &mut Vec<ErrorCode>) {
    for item in module.content.map(|(_, items)| items).unwrap_or_default() {
        if let Item::Const(item) = item {
            let code = match &*item.expr {
                Expr::Unary(of) => match &*of.expr {
                    Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => format!("-{}", number.base10_digits()),
                    _ => continue,
                },
                Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_digits().to_owned(),
                _ => continue,
            };
            errors.push(ErrorCode { name: item.ident.to_string(), code, doc: doc(&item.attrs) });
        }
    }
    errors.sort_by(|one, other| one.code.cmp(&other.code));
}

fn of_struct(item: &ItemStruct) -> Result<Shape> {
    match &item.fields {
        Fields::Named(named) => Ok(Shape::Object(fields(named)?)),
        Fields::Unnamed(unnamed) => {
            let only = unnamed.unnamed.first().with_context(|| format!("`{}` holds nothing", item.ident))?;
            Ok(Shape::Transparent(wire(&only.ty)?))
        }
        Fields::Unit => bail!("`{}` holds nothing", item.ident),
    }
}

fn of_enum(item: &ItemEnum) -> Result<Shape> {
    let snake_case = serde(&item.attrs, "rename_all").is_some_and(|way| way == "snake_case");
    let word = |variant: &syn::Variant| {
        let own = variant.ident.to_string();
        serde(&variant.attrs, "rename").unwrap_or_else(|| if snake_case { snake(&own) } else { own })
    };
    let Some(tag) = serde(&item.attrs, "tag") else {
        return Ok(Shape::Words(item.variants.iter().map(|variant| (word(variant), doc(&variant.attrs))).collect()));
    };
    let mut kinds = Vec::new();
    for variant in &item.variants {
        let (fields, of) = match &variant.fields {
            Fields::Named(named) => (fields(named)?, None),
            Fields::Unnamed(unnamed) => (Vec::new(), unnamed.unnamed.first().map(|only| wire(&only.ty)).transpose()?),
            Fields::Unit => (Vec::new(), None),
        };
        kinds.push(Kind { word: word(variant), doc: doc(&variant.attrs), fields, of });
    }
    Ok(Shape::Tagged { tag, kinds })
}

fn fields(named: &syn::FieldsNamed) -> Result<Vec<Field>> {
    let field = |field: &syn::Field| {
        let own = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        let name = serde(&field.attrs, "rename").unwrap_or(own);
        let flat = serde(&field.attrs, "flatten").is_some();
        Ok(Field { name, doc: doc(&field.attrs), wire: wire(&field.ty)?, flat })
    };
    named.named.iter().map(field).collect()
}

fn wire(of: &Type) -> Result<Wire> {
    if matches!(of, Type::Tuple(tuple) if tuple.elems.is_empty()) {
        return Ok(Wire::Plain("null"));
    }
    let Type::Path(path) = of else {
        bail!("the protocol has a type that is no name; teach xtask/src/protocol/read.rs how it is written")
    };
    let last = path.path.segments.last().context("a path has a name")?;
    let inner = || wire(first_argument(of).context("a type without its argument")?).map(Box::new);
    Ok(match last.ident.to_string().as_str() {
        "String" => Wire::Plain("string"),
        "bool" => Wire::Plain("boolean"),
        "u16" | "u32" | "u64" | "i32" | "i64" => Wire::Plain("integer"),
        "f64" => Wire::Plain("number"),
        "Value" => Wire::Plain("any JSON"),
        "Option" => Wire::OrNull(inner()?),
        "Vec" => Wire::List(inner()?),
        name => Wire::Named(name.to_owned()),
    })
}

fn first_argument(of: &Type) -> Option<&Type> {
    let Type::Path(path) = of else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(of) => Some(of),
        _ => None,
    })
}

/// Value of `#[serde(name = "…")]`; empty for a bare `name`.
fn serde(attributes: &[Attribute], wanted: &str) -> Option<String> {
    let mut found = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // What cannot be read is serde's to report.
        let _ = attribute.parse_nested_meta(|meta| {
            let value = match meta.value() {
                Ok(value) => value.parse::<syn::LitStr>()?.value(),
                Err(_) => String::new(),
            };
            if meta.path.is_ident(wanted) {
                found = Some(value);
            }
            Ok(())
        });
    }
    found
}

/// As one paragraph.
fn doc(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value().trim().to_owned()),
            _ => None,
        },
        _ => None,
    });
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

pub(super) fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (at, character) in name.char_indices() {
        if character.is_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"
        /// A thing, see [`Other`].
        #[derive(Debug)]
        #[serde(rename_all = "snake_case")]
        pub enum Word {
            /// The first.
            TwoParts,
            #[serde(rename = "x(y)")]
            Named,
        }
        pub struct Request {
            /// Whose
            /// name.
            pub name: Option<String>,
            #[serde(rename = "type")]
            pub kind: Vec<Word>,
            #[serde(flatten)]
            pub rest: Other,
        }
        #[serde(tag = "topic", rename_all = "snake_case")]
        pub enum Other { Some { at: u64 }, Same(Request), }
        pub mod error_code {
            /// Wrong.
            pub const WRONG: i32 = -32001;
        }
        pub trait AnvilDaemon {
            /// Does it.
            #[method(name = "a/b")]
            async fn ab(&self, request: Request) -> Result<Option<Word>, ErrorObjectOwned>;
            #[method(name = "a/c")]
            async fn ac(&self) -> Result<(), ErrorObjectOwned>;
            #[subscription(name = "a/listen" => "a", unsubscribe = "a/leave", item = Other)]
            async fn events(&self) -> SubscriptionResult;
        }
    "#;

    #[test]
    fn names_are_those_on_the_wire() {
        let api = api(&BTreeMap::from([("a".to_owned(), SOURCE.to_owned())])).unwrap();
        let Shape::Words(words) = &api.types["Word"].shape else { panic!("words") };
        let words: Vec<_> = words.iter().map(|(word, doc)| (word.as_str(), doc.as_str())).collect();
        assert_eq!(words, [("two_parts", "The first."), ("x(y)", "")]);
        let Shape::Object(fields) = &api.types["Request"].shape else { panic!("fields") };
        let shown: Vec<_> = fields.iter().map(|field| (field.name.as_str(), field.doc.as_str(), field.flat)).collect();
        assert_eq!(shown, [("name", "Whose name.", false), ("type", "", false), ("rest", "", true)]);
        assert_eq!(fields[0].wire, Wire::OrNull(Box::new(Wire::Plain("string"))));
        let Shape::Tagged { tag, kinds } = &api.types["Other"].shape else { panic!("kinds") };
        assert_eq!((tag.as_str(), kinds.len(), kinds[1].word.as_str()), ("topic", 2, "same"));
        let names: Vec<_> = api.methods.iter().map(|method| method.name.as_str()).collect();
        assert_eq!(names, ["a/b", "a/c", "a/listen"]);
        assert_eq!(api.methods[0].result, Some(Wire::OrNull(Box::new(Wire::Named("Word".to_owned())))));
        assert_eq!((&api.methods[1].result, &api.methods[1].parameter), (&None, &None));
        assert_eq!(api.methods[2].stream, Some(("a/leave".to_owned(), "a".to_owned())));
        assert_eq!(api.errors[0].code, "-32001");
    }
}
