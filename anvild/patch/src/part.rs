//! One file, read on its own: its items with what they define and what they could name.
//!
//! Items of an inline module that declares a file (`mod api { mod v1; }`) count as items of the file, with the inline
//! module as their scope. Any other inline module is one item.

use std::collections::BTreeSet;
use std::ops::Range;

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Item, ItemMod, UseTree, Visibility};

use crate::attributes;
use crate::definitions::{Definitions, Impl};
use crate::item::{attributes_of, further_names, head, kind, own_names, visibility_of, visibility_range};
use crate::registrar::Registrar;
use crate::tokens::{lex, unraw};
use crate::words::{Embed, Place, Reading, Words};

/// What a file says, without regard to where it is mounted.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    pub(crate) text: String,
    pub(crate) parts: Vec<Part>,
    pub(crate) declarations: Vec<Declaration>,
    /// Inner attributes of the file other than documentation.
    pub(crate) inner: Vec<String>,
    /// End of the last inner attribute or inner documentation.
    pub(crate) inner_end: usize,
    /// Where the first item begins, with its attributes.
    pub(crate) first_item: Option<usize>,
    /// [`Words::paths`] of all parts.
    pub(crate) paths: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Use,
    ExternCrate,
    /// `macro_rules!`
    Macro,
    /// Another macro called at the place of an item.
    Call,
    Function,
    /// Struct, enum or union.
    Data,
    Trait,
    Alias,
    /// Constant, static, foreign block.
    Value,
    /// An inline module without files below it.
    Module,
    Impl,
    /// `const _`
    Unnamed,
    /// Only compiled for tests, which the daemon never does.
    Test,
}

/// An item.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) kind: Kind,
    /// Names by which it can be imported from its module.
    pub(crate) own: Vec<String>,
    /// `own`, and what comes into scope with it: variants, items of a trait, everything in an inline module.
    pub(crate) names: BTreeSet<String>,
    pub(crate) scope: Vec<String>,
    /// With attributes and documentation.
    pub(crate) range: Range<usize>,
    pub(crate) visibility: Range<usize>,
    pub(crate) conditions: Vec<Range<usize>>,
    pub(crate) line: usize,
    pub(crate) words: Words,
    pub(crate) embeds: Vec<Embed>,
    pub(crate) globs: Vec<Glob>,
    pub(crate) definitions: Definitions,
    /// A derive or an attribute may define further names.
    pub(crate) generates: bool,
    /// Exported under a fixed name: looked up in every library.
    pub(crate) is_entry: bool,
    pub(crate) registrar: Option<Registrar>,
}

/// `use a::b::*`, `depth` inline modules deep in an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glob {
    pub(crate) path: Vec<String>,
    pub(crate) depth: usize,
    /// Others may import it again from here.
    pub(crate) is_exported: bool,
}

/// `mod name;`
#[derive(Debug)]
pub(crate) struct Declaration {
    pub(crate) name: String,
    pub(crate) scope: Vec<String>,
    /// With attributes.
    pub(crate) range: Range<usize>,
    /// From the visibility to the `;`.
    pub(crate) bare: Range<usize>,
    pub(crate) visibility: Range<usize>,
    pub(crate) conditions: Vec<Range<usize>>,
    /// `#[path = "…"]`: its value and its range.
    pub(crate) path: Option<(String, Range<usize>)>,
    pub(crate) is_test: bool,
}

impl Declaration {
    /// Whether it leads to the same file, wherever it stands in the text.
    pub(crate) fn leads_where(&self, other: &Self) -> bool {
        let (given, theirs) = (self.path.as_ref(), other.path.as_ref());
        self.name == other.name
            && self.scope == other.scope
            && self.is_test == other.is_test
            && self.conditions.is_empty() == other.conditions.is_empty()
            && given.map(|(path, _)| path) == theirs.map(|(path, _)| path)
    }
}

impl Parsed {
    /// Reads a file. The error is a phrase that follows the file's name. Spans of this thread are invalid afterwards:
    /// they would keep every text ever read.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let result = read(text);
        proc_macro2::extra::invalidate_current_thread_spans();
        result
    }

    pub(crate) fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }
}

/// The syntax tree of a text that was read before, for one who needs more than the parts.
pub(crate) fn tree(text: &str) -> Result<syn::File, String> {
    syn::parse2(lex(text)?).map_err(|error| format!("is not Rust: {error}"))
}

fn read(text: &str) -> Result<Parsed, String> {
    let file = tree(text)?;
    let mut parsed = Parsed { text: text.to_owned(), ..Parsed::default() };
    for attribute in &file.attrs {
        parsed.inner_end = parsed.inner_end.max(attribute.span().byte_range().end);
        if !attribute.path().is_ident("doc") {
            parsed.inner.push(attribute.to_token_stream().to_string());
        }
    }
    parsed.first_item = file.items.first().map(|item| item.span().byte_range().start);
    parsed.items(&file.items, &[])?;
    parsed.paths = parsed.parts.iter().flat_map(|part| &part.words.paths).cloned().collect();
    Ok(parsed)
}

impl Parsed {
    fn items(&mut self, items: &[Item], scope: &[String]) -> Result<(), String> {
        for item in items {
            match item {
                Item::Mod(module) if module.content.is_none() => {
                    let declaration = declaration(module, scope)?;
                    self.declarations.push(declaration);
                }
                Item::Mod(module) if declares_files(module) && !attributes::is_test(&module.attrs) => {
                    self.frame(module, scope)?;
                }
                _ => self.parts.push(part(item, scope)?),
            }
        }
        Ok(())
    }

    fn frame(&mut self, module: &ItemMod, scope: &[String]) -> Result<(), String> {
        let name = unraw(&module.ident);
        if module.attrs.iter().any(|attribute| !attribute.path().is_ident("doc")) {
            return Err(format!("declares files in `mod {name} {{ … }}`, which has attributes"));
        }
        let scope: Vec<String> = scope.iter().cloned().chain([name]).collect();
        match &module.content {
            Some((_, items)) => self.items(items, &scope),
            None => Ok(()),
        }
    }
}

/// Whether a module holds `mod name;` at any depth of inline modules.
pub(crate) fn declares_files(module: &ItemMod) -> bool {
    let Some((_, items)) = &module.content else { return true };
    items.iter().any(|item| matches!(item, Item::Mod(inner) if declares_files(inner)))
}

fn declaration(module: &ItemMod, scope: &[String]) -> Result<Declaration, String> {
    let name = unraw(&module.ident);
    let mut path = None;
    for attribute in &module.attrs {
        if attribute.path().is_ident("path") {
            let syn::Meta::NameValue(meta) = &attribute.meta else {
                return Err(format!("declares `{name}` with a path that is no text"));
            };
            let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(value), .. }) = &meta.value else {
                return Err(format!("declares `{name}` with a path that is no text"));
            };
            path = Some((value.value(), attribute.span().byte_range()));
        } else if attribute.path().is_ident("cfg_attr") {
            return Err(format!("declares `{name}` with a conditional attribute"));
        } else if !attributes::is_plain(attribute) {
            return Err(format!("declares `{name}` with a procedural macro"));
        }
    }
    let range = module.span().byte_range();
    let start = head(module.to_token_stream()).unwrap_or(range.start);
    Ok(Declaration {
        name,
        scope: scope.to_vec(),
        bare: start..range.end,
        range,
        visibility: visibility_range(&module.vis, start),
        conditions: attributes::conditions(&module.attrs),
        path,
        is_test: attributes::is_test(&module.attrs),
    })
}

fn part(item: &Item, scope: &[String]) -> Result<Part, String> {
    let attributes = attributes_of(item);
    let span = item.span();
    let range = span.byte_range();
    let start = head(item.to_token_stream()).unwrap_or(range.start);
    let mut part = Part {
        kind: kind(item),
        own: Vec::new(),
        names: BTreeSet::new(),
        scope: scope.to_vec(),
        visibility: visibility_of(item).map_or(start..start, |visibility| visibility_range(visibility, start)),
        range,
        conditions: attributes::conditions(attributes),
        line: span.start().line,
        words: Words::default(),
        embeds: Vec::new(),
        globs: Vec::new(),
        definitions: Definitions::default(),
        generates: attributes::may_generate(attributes),
        is_entry: false,
        registrar: None,
    };
    if attributes::is_test(attributes) {
        part.kind = Kind::Test;
        return Ok(part);
    }
    let mut reading = Reading::default();
    let place = if matches!(part.kind, Kind::Use | Kind::ExternCrate) { Place::Import } else { Place::Code };
    reading.walk(item.to_token_stream(), place);
    if let Some(module) = reading.hidden_module {
        return Err(format!("declares the file module `{module}` inside of a macro or a function"));
    }
    part.words = reading.words;
    part.embeds = reading.embeds;
    part.own = own_names(item);
    part.names.extend(part.own.iter().cloned());
    part.names.extend(further_names(item));
    part.globs = globs(item);
    part.registrar = Registrar::of(item);
    part.definitions.visit_item(item);
    if part.kind == Kind::Call {
        part.names.extend(part.words.all.iter().cloned());
    }
    part.is_entry = matches!(item, Item::Fn(function) if attributes::is_entry(attributes)
        || ["anvil_register_routes", "anvil_boot"].iter().any(|name| function.sig.ident == name));
    Ok(part)
}

/// Globs of an item, those in inline modules and bodies included.
fn globs(item: &Item) -> Vec<Glob> {
    #[derive(Default)]
    struct Globs {
        depth: usize,
        found: Vec<Glob>,
    }
    impl<'ast> Visit<'ast> for Globs {
        fn visit_item_mod(&mut self, module: &'ast ItemMod) {
            if attributes::is_test(&module.attrs) {
                return;
            }
            self.depth += 1;
            syn::visit::visit_item_mod(self, module);
            self.depth -= 1;
        }
        fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
            let is_exported = !matches!(item.vis, Visibility::Inherited);
            let mut paths = Vec::new();
            glob_paths(&item.tree, &[], &mut paths);
            self.found.extend(paths.into_iter().map(|path| Glob { path, depth: self.depth, is_exported }));
        }
    }
    let mut globs = Globs::default();
    globs.visit_item(item);
    globs.found
}

fn glob_paths(tree: &UseTree, before: &[String], found: &mut Vec<Vec<String>>) {
    match tree {
        UseTree::Path(path) => {
            let path_so_far: Vec<String> = before.iter().cloned().chain([unraw(&path.ident)]).collect();
            glob_paths(&path.tree, &path_so_far, found);
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| glob_paths(tree, before, found)),
        UseTree::Glob(_) => found.push(before.to_vec()),
        UseTree::Name(_) | UseTree::Rename(_) => {}
    }
}

impl Part {
    pub(crate) fn impls(&self) -> &[Impl] {
        &self.definitions.impls
    }
}
