//! The identifiers of a piece of source: everything by which it could name something else.
//!
//! `all` holds every identifier. `paths` holds those that can be part of a path to another module: next to `::`, in a
//! `use`, called as a macro, or anywhere where tokens are rearranged before they mean something (arguments of macros,
//! attributes, strings in attributes, captures in format strings). A variable `post` is in `all` only. `members` is for
//! the names of methods and fields.

use std::collections::BTreeSet;
use std::ops::Range;

use proc_macro2::{Delimiter, Ident, Literal, TokenStream, TokenTree};

use crate::template;
use crate::tokens::{captures, colons, identifiers, is_punct, segment_before, string, unraw};

/// Macros whose arguments are expressions and stay what they are. An app that defines one of these itself is never
/// patched.
pub(crate) const TRANSPARENT: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "debug",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "error",
    "format",
    "info",
    "matches",
    "panic",
    "print",
    "println",
    "trace",
    "unreachable",
    "vec",
    "warn",
    "write",
    "writeln",
];

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) all: BTreeSet<String>,
    pub(crate) paths: BTreeSet<String>,
    /// Those that can be a method or a field: behind `.` or `::`, or where tokens are rearranged.
    pub(crate) members: BTreeSet<String>,
    /// `a::b` and `a::{b, …}`.
    pub(crate) pairs: BTreeSet<(String, String)>,
    /// Identifiers that may follow any other in a path, for tokens are rearranged there.
    pub(crate) loose: BTreeSet<String>,
    /// What stands before `as`: another name for it may be used.
    pub(crate) renamed: BTreeSet<String>,
    /// Something is included that cannot be read: it may name anything.
    pub(crate) everything: bool,
}

impl Words {
    /// Adds a name of which nothing is known but that it may be part of a path.
    pub(crate) fn add_path(&mut self, name: &str) {
        self.all.insert(name.to_owned());
        self.paths.insert(name.to_owned());
        self.loose.insert(name.to_owned());
    }

    pub(crate) fn add_paths_in(&mut self, text: &str) {
        identifiers(text).for_each(|name| self.add_path(name));
    }

    pub(crate) fn extend(&mut self, other: &Self) {
        self.all.extend(other.all.iter().cloned());
        self.paths.extend(other.paths.iter().cloned());
        self.members.extend(other.members.iter().cloned());
        self.pairs.extend(other.pairs.iter().cloned());
        self.loose.extend(other.loose.iter().cloned());
        self.renamed.extend(other.renamed.iter().cloned());
        self.everything |= other.everything;
    }
}

/// A file that is compiled into the crate without being a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Embed {
    pub(crate) kind: EmbedKind,
    /// As written.
    pub(crate) path: String,
    /// Of the string literal, for those that are relative to the source file.
    pub(crate) literal: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EmbedKind {
    /// `include!`
    Source,
    /// `include_str!`, `include_bytes!`
    Content,
    /// `#[template(path = "…")]`
    Template,
}

/// What a walk over tokens finds.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) words: Words,
    pub(crate) embeds: Vec<Embed>,
    /// `mod name;` where no module can be followed: in a macro or a function.
    pub(crate) hidden_module: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Ordinary code.
    Code,
    /// An import: every identifier is part of a path.
    Import,
    /// Any identifier may become part of a path.
    Names,
    /// As `Names`, and strings hold paths.
    Attribute,
}

impl Reading {
    pub(crate) fn walk(&mut self, stream: TokenStream, place: Place) {
        self.walk_below(stream, place, None);
    }

    /// `prefix`: the segment before `::{ … }`.
    fn walk_below(&mut self, stream: TokenStream, place: Place, prefix: Option<&str>) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut at = 0;
        // An import within other code ends with its semicolon.
        let mut now = place;
        while at < tokens.len() {
            let starts_element = at == 0 || is_punct(&tokens[at - 1], ',');
            at = match &tokens[at] {
                TokenTree::Ident(ident) => {
                    if place == Place::Code && ident == "use" {
                        now = Place::Import;
                    }
                    if let Some(prefix) = prefix.filter(|_| starts_element) {
                        self.words.pairs.insert((prefix.to_owned(), unraw(ident)));
                    }
                    self.ident(&tokens, at, ident, now)
                }
                TokenTree::Punct(punct) if punct.as_char() == '#' => self.attribute_at(&tokens, at),
                TokenTree::Punct(punct) => {
                    if punct.as_char() == ';' {
                        now = place;
                    }
                    at + 1
                }
                TokenTree::Group(group) => {
                    let segment = segment_before(&tokens, at);
                    let inherited = prefix.filter(|_| starts_element);
                    self.walk_below(group.stream(), now, segment.as_deref().or(inherited));
                    at + 1
                }
                TokenTree::Literal(literal) => {
                    self.literal(literal, now);
                    at + 1
                }
            };
        }
    }

    /// Takes the identifier, and what belongs to it if it calls a macro. Returns where to go on.
    fn ident(&mut self, tokens: &[TokenTree], at: usize, ident: &Ident, place: Place) -> usize {
        let name = unraw(ident);
        let before = |wanted| at > 0 && is_punct(&tokens[at - 1], wanted);
        // A lifetime, or a variable of a macro.
        if before('\'') || (before('$') && name != "crate") {
            return at + 1;
        }
        let next = |by: usize| match tokens.get(at + by) {
            Some(TokenTree::Ident(next)) => Some(unraw(next)),
            _ => None,
        };
        if name == "mod" && tokens.get(at + 2).is_some_and(|end| is_punct(end, ';')) {
            self.hidden_module = next(1).or(self.hidden_module.take());
        }
        if next(1).as_deref() == Some("as") {
            // `use super::{self as above}` renames what stands before the braces.
            let all = ["self", "super", "crate"].into_iter().filter(|_| name == "self").map(str::to_owned);
            let segments = self.words.pairs.iter().filter(|_| name == "self").map(|(segment, _)| segment.clone());
            let renamed: Vec<String> = all.chain(segments).chain([name.clone()]).collect();
            self.words.renamed.extend(renamed);
        }
        let calls = tokens.get(at + 1).is_some_and(|next| is_punct(next, '!'));
        let ends_path = at >= 2 && colons(tokens, at - 2);
        if place != Place::Code || ends_path || before('.') {
            self.words.members.insert(name.clone());
        }
        let segment = segment_before(tokens, at);
        let is_variable = at >= 4 && is_punct(&tokens[at - 4], '$') && segment.as_deref() != Some("crate");
        if matches!(place, Place::Names | Place::Attribute) || (segment.is_some() && is_variable) {
            self.words.loose.insert(name.clone());
        }
        self.words.pairs.extend(segment.map(|segment| (segment, name.clone())));
        if place != Place::Code || calls || ends_path || colons(tokens, at + 1) {
            self.words.paths.insert(name.clone());
        }
        self.words.all.insert(name.clone());
        if !calls {
            return at + 1;
        }
        let mut arguments = at + 2;
        if let Some(defined) = next(2) {
            self.words.add_path(&defined);
            arguments += 1;
        }
        let Some(TokenTree::Group(group)) = tokens.get(arguments) else { return at + 1 };
        self.embed(&name, group.stream());
        // What a macro's definition says comes together with what its caller says, in the caller.
        let keeps_order = TRANSPARENT.contains(&name.as_str()) || name == "macro_rules";
        self.walk(group.stream(), if keeps_order { place } else { Place::Names });
        arguments + 1
    }

    fn embed(&mut self, name: &str, arguments: TokenStream) {
        let kind = match name {
            "include" => EmbedKind::Source,
            "include_str" | "include_bytes" => EmbedKind::Content,
            _ => return,
        };
        let mut arguments = arguments.into_iter();
        match (arguments.next(), arguments.next()) {
            (Some(TokenTree::Literal(literal)), None) if string(&literal).is_some() => self.embeds.push(Embed {
                kind,
                path: string(&literal).unwrap_or_default(),
                literal: literal.span().byte_range(),
            }),
            _ => self.words.everything |= kind == EmbedKind::Source,
        }
    }

    fn attribute_at(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        let inner = usize::from(tokens.get(at + 1).is_some_and(|next| is_punct(next, '!')));
        match tokens.get(at + 1 + inner) {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => {
                self.attribute(group.stream());
                at + 2 + inner
            }
            _ => at + 1,
        }
    }

    fn attribute(&mut self, stream: TokenStream) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let name = match tokens.first() {
            Some(TokenTree::Ident(ident)) => unraw(ident),
            _ => String::new(),
        };
        match name.as_str() {
            "doc" if matches!(tokens.get(2), Some(TokenTree::Literal(_))) => {}
            "cfg" | "deprecated" | "must_use" => {}
            "template" => self.template(tokens),
            _ => self.walk(tokens.into_iter().collect(), Place::Attribute),
        }
    }

    /// `#[template(path = "show.html", source = "…")]`. The derive also looks for a module `filters` by name.
    fn template(&mut self, tokens: Vec<TokenTree>) {
        self.words.add_path("filters");
        for argument in tokens.into_iter().filter_map(|token| match token {
            TokenTree::Group(group) => Some(group.stream()),
            _ => None,
        }) {
            let tokens: Vec<TokenTree> = argument.into_iter().collect();
            for (at, token) in tokens.iter().enumerate() {
                let TokenTree::Literal(literal) = token else { continue };
                let Some(value) = string(literal) else { continue };
                let key = at.checked_sub(2).map(|key| tokens[key].to_string()).unwrap_or_default();
                if key == "path" {
                    let literal = literal.span().byte_range();
                    self.embeds.push(Embed { kind: EmbedKind::Template, path: value, literal });
                } else {
                    let others = template::read(&value, &mut self.words);
                    self.embeds.extend(others.into_iter().map(Embed::other_template));
                }
            }
        }
    }

    fn literal(&mut self, literal: &Literal, place: Place) {
        let Some(value) = string(literal) else { return };
        match place {
            Place::Attribute => self.words.add_paths_in(&value),
            Place::Names => captures(&value).for_each(|capture| self.words.add_paths_in(capture)),
            // What a format captures is a variable, a constant or a static, by its name alone.
            Place::Code | Place::Import => {
                let names = captures(&value).flat_map(identifiers).map(str::to_owned);
                self.words.all.extend(names);
            }
        }
    }
}

impl Embed {
    /// A template that a template names.
    pub(crate) fn other_template(path: String) -> Self {
        Self { kind: EmbedKind::Template, path, literal: 0..0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::lex;

    fn read(text: &str) -> Reading {
        let mut reading = Reading::default();
        reading.walk(lex(text).expect("it lexes"), Place::Code);
        reading
    }

    fn holds(set: &BTreeSet<String>, name: &str) -> bool {
        set.contains(name)
    }

    #[test]
    fn variables_are_not_paths() {
        let words = read("fn f(post: u8) -> &'static str { let form = post; posts::show(form) }").words;
        assert!(holds(&words.all, "post") && !holds(&words.paths, "post"));
        assert!(holds(&words.paths, "posts") && holds(&words.paths, "show"));
        assert!(!holds(&words.all, "static"), "a lifetime is no name");
    }

    #[test]
    fn tokens_that_macros_rearrange_are_paths() {
        let words = read("macro_rules! m { ($local:ident) => { $crate::a } } fn f() { render!(page, post); println!(\"{TITLE} {0:width$}\", form); }").words;
        assert!(!holds(&words.all, "local") && !holds(&words.paths, "form"));
        for name in ["render", "page", "post"] {
            assert!(holds(&words.paths, name) && holds(&words.loose, name) == (name != "render"), "{name}");
        }
        assert!(holds(&words.all, "TITLE") && holds(&words.all, "width"));
    }

    #[test]
    fn segments_are_paired() {
        let pairs = |text: &str| -> Vec<String> {
            read(text).words.pairs.into_iter().map(|(one, two)| format!("{one}::{two}")).collect()
        };
        assert_eq!(
            pairs("fn f() { use crate::{a, b::{self, c}}; x::y::<Z>() }"),
            ["b::c", "b::self", "crate::a", "crate::b", "x::y"]
        );
        let words = read("fn f() { use crate::{a}; }").words;
        assert!(holds(&words.paths, "a"), "an import in a body");
        let words = read("fn f() { use a::{self as b}; }").words;
        assert!(holds(&words.renamed, "a"));
    }

    #[test]
    fn strings_in_attributes_are_paths_and_documentation_is_not() {
        let words = read("/// see posts\n#[serde(with = \"crate::dates::iso\", default = \"ten\")] struct A;").words;
        assert!(holds(&words.paths, "dates") && holds(&words.paths, "iso") && holds(&words.paths, "ten"));
        assert!(!holds(&words.all, "posts"));
    }

    #[test]
    fn embedded_files_and_hidden_modules_are_found() {
        let reading = read("const A: &str = include_str!(\"a.txt\"); include!(\"b.rs\"); fn f() { mod c; }");
        let paths: Vec<&str> = reading.embeds.iter().map(|embed| embed.path.as_str()).collect();
        assert_eq!(paths, ["a.txt", "b.rs"]);
        assert_eq!(reading.hidden_module.as_deref(), Some("c"));
        assert!(!reading.words.everything);
        assert!(read("include!(concat!(env!(\"OUT_DIR\"), \"/x.rs\"));").words.everything);
    }

    #[test]
    fn deep_nesting_is_refused() {
        assert!(lex(&format!("const A: u8 = {}1{};", "(".repeat(5000), ")".repeat(5000))).is_err());
    }
}
