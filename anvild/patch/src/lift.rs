//! The base's source: everything that a patch may name is public.
//!
//! `pub(crate)`, `pub(super)` and `pub(in …)` become `pub` wherever they stand, and `pub(crate)` in what a `macro_rules!`
//! macro writes. Private items, fields, methods and imports do where other files lie below and see them, and where the file may be
//! divided; private things of any other file are used in that file alone, which is in the patch as a whole or not at all.
//!
//! Some stay as they are, since lifting them would change what other code means. A patch that needs one does not
//! compile, and the app is built in full:
//! - a private method that may hide one of a trait, or a field of a type that implements `Deref` and may hide one behind that:
//!   the name is used as a member where the type is visible and this member is not;
//! - a private item whose name occurs where its module is imported by a glob from outside;
//! - an import of a `macro_rules!` macro, or of something that a macro defines: neither may be public.

use std::ops::Range;
use std::path::PathBuf;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Field, ImplItem, Item, Visibility};

use crate::app::App;
use crate::attributes;
use crate::definitions::last_segment;
use crate::edit::{Edits, blank};
use crate::graph::{Graph, Unit};
use crate::item::{attributes_of, head, visibility_of};
use crate::part::{Kind, declares_files, tree};
use crate::path::ModulePath;
use crate::plan::Limits;
use crate::tokens::unraw;
use crate::words::Words;

/// The files of the base that differ from the app's own, with their text. Each line keeps its number, and nearly each
/// its columns: the inserted `pub` stands at the end of the line above where that is possible. To be compiled with
/// `--cap-lints allow`.
#[must_use]
pub fn lifted(graph: &Graph, limits: &Limits) -> Vec<(PathBuf, String)> {
    let app = App::of(graph);
    let files = graph.units().values().filter_map(|unit| {
        let mut lifting = Lifting { app: &app, unit, edits: Edits::default(), depth: 0 };
        // The text was parsed before.
        let file = tree(unit.text()).ok()?;
        lifting.items(&file.items, Private::of(!unit.is_leaf() || unit.may_be_divided(limits)));
        drop(file);
        proc_macro2::extra::invalidate_current_thread_spans();
        let edits = lifting.edits;
        (!edits.is_empty()).then(|| (unit.file.clone(), edits.apply(unit.text())))
    });
    files.collect()
}

/// What is done with private things at some place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Private {
    Lifted,
    Kept,
}

impl Private {
    fn of(is_seen: bool) -> Self {
        if is_seen { Self::Lifted } else { Self::Kept }
    }
}

/// From where something is visible: from this file and below, from its parent and below, from anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Module,
    Parent,
    Crate,
}

/// Every `pub(crate)` before an item or a field that a `macro_rules!` macro writes. An import stays: what it names may be less
/// visible.
fn crate_wide(rules: TokenStream) -> Vec<Range<usize>> {
    let tokens: Vec<_> = rules.into_iter().collect();
    let bodies = tokens.windows(2).filter_map(|pair| match pair {
        // `=> { … }`; a pattern is followed by `=>` and so never comes after it.
        [TokenTree::Punct(arrow), TokenTree::Group(body)] if arrow.as_char() == '>' => Some(body.stream()),
        _ => None,
    });
    let mut found = Vec::new();
    let mut waiting: Vec<TokenStream> = bodies.collect();
    while let Some(stream) = waiting.pop() {
        let tokens: Vec<_> = stream.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            if let TokenTree::Group(group) = token {
                waiting.push(group.stream());
            }
            let [TokenTree::Ident(public), TokenTree::Group(scope), TokenTree::Ident(_) | TokenTree::Punct(_), ..] =
                &tokens[at..]
            else {
                continue;
            };
            let is_import = matches!(&tokens[at + 2], TokenTree::Ident(next) if next == "use");
            if public == "pub" && scope.stream().to_string() == "crate" && !is_import {
                found.push(public.span().byte_range().start..scope.span().byte_range().end);
            }
        }
    }
    found
}

/// Whether `Type::name` may stand there.
fn has_path(words: &Words, of_type: &str, name: &str) -> bool {
    let pair = |of_type: &str| words.pairs.contains(&(of_type.to_owned(), name.to_owned()));
    pair(of_type)
        || (pair("Self") && words.all.contains(of_type))
        || words.loose.contains(name)
        || (words.renamed.contains(of_type) && words.members.contains(name))
}

struct Lifting<'g> {
    app: &'g App<'g>,
    unit: &'g Unit,
    edits: Edits,
    /// Inline modules around the current item.
    depth: usize,
}

impl Lifting<'_> {
    fn items(&mut self, items: &[Item], private: Private) {
        for item in items.iter().filter(|item| !attributes::is_test(attributes_of(item))) {
            self.item(item, private);
        }
    }

    fn item(&mut self, item: &Item, private: Private) {
        if let Some(visibility) = visibility_of(item)
            && self.may_lift(item, visibility)
        {
            let has_only_documentation = attributes_of(item)
                .iter()
                .all(|attribute| attributes::is_plain(attribute) && !attribute.path().is_ident("derive"));
            let start = head(item.to_token_stream());
            self.lift(visibility, start, private, has_only_documentation);
        }
        match item {
            Item::Struct(item) => {
                let type_name = unraw(&item.ident);
                let derefs = self.app.derefs(&type_name, &item.attrs).then(|| self.reach(Some(&type_name)));
                item.fields.iter().for_each(|field| self.field(field, private, derefs));
            }
            Item::Union(item) => {
                let type_name = unraw(&item.ident);
                let derefs = self.app.derefs(&type_name, &item.attrs).then(|| self.reach(Some(&type_name)));
                item.fields.named.iter().for_each(|field| self.field(field, private, derefs));
            }
            Item::Impl(item) if item.trait_.is_none() => {
                let of_type = last_segment(&item.self_ty);
                item.items.iter().for_each(|item| self.associated(item, private, of_type.as_deref()));
            }
            Item::Macro(call) if call.mac.path.is_ident("macro_rules") => {
                for range in crate_wide(call.mac.tokens.clone()) {
                    let rest = blank(self.unit.parsed.slice(&(range.start + "pub".len()..range.end)));
                    self.edits.replace(range, format!("pub{rest}"));
                }
            }
            Item::ForeignMod(item) => item.items.iter().for_each(|item| self.foreign(item, private)),
            Item::Mod(module) => {
                if let Some((_, items)) = &module.content {
                    let below = if declares_files(module) { private } else { Private::Kept };
                    self.depth += 1;
                    self.items(items, below);
                    self.depth -= 1;
                }
            }
            _ => {}
        }
    }

    fn may_lift(&self, item: &Item, visibility: &Visibility) -> bool {
        match item {
            Item::Use(item) => self.app.may_be_public(&item.tree, false),
            Item::Const(item) if item.ident == "_" => false,
            _ => {
                let is_private = matches!(visibility, Visibility::Inherited);
                let parts = &self.unit.parsed.parts;
                let at = head(item.to_token_stream()).unwrap_or_default();
                let names = parts.iter().filter(|part| part.visibility.start == at).flat_map(|part| &part.own);
                let mut names = names.map(String::as_str);
                !(is_private && names.any(|name| self.app.globs_hide(&self.unit.path, name)))
            }
        }
    }

    /// `derefs`: how far the type is visible, if it implements `Deref`.
    fn field(&mut self, field: &Field, private: Private, derefs: Option<Reach>) {
        let name = field.ident.as_ref().map(unraw);
        let hides = derefs.is_some_and(|reach| {
            name.is_none_or(|name| self.is_known_outside(&field.vis, reach, |words| words.members.contains(&name)))
        });
        if !hides {
            self.lift(&field.vis, head(field.to_token_stream()), private, false);
        }
    }

    fn associated(&mut self, item: &ImplItem, private: Private, of_type: Option<&str>) {
        let (visibility, name, has_receiver) = match item {
            ImplItem::Fn(item) => (&item.vis, &item.sig.ident, item.sig.receiver().is_some()),
            ImplItem::Const(item) => (&item.vis, &item.ident, false),
            ImplItem::Type(item) => (&item.vis, &item.ident, false),
            _ => return,
        };
        let name = unraw(name);
        let by_path = of_type.filter(|of_type| !has_receiver && !self.app.has_alias(of_type));
        let may_hide = by_path.is_some() || self.app.may_be_of_trait(of_type, &name);
        let hides = may_hide
            && self.is_known_outside(visibility, self.reach(of_type), |words| match by_path {
                Some(of_type) => has_path(words, of_type, &name),
                None => words.members.contains(&name),
            });
        if !hides {
            self.lift(visibility, head(item.to_token_stream()), private, true);
        }
    }

    /// Whether a member's name is used where its type is visible and the member was not.
    fn is_known_outside(&self, visibility: &Visibility, of_type: Reach, uses: impl Fn(&Words) -> bool) -> bool {
        let of_member = match visibility {
            Visibility::Public(_) => Reach::Crate,
            Visibility::Restricted(restricted) if restricted.path.is_ident("crate") => Reach::Crate,
            // Within an inline module `super` is this file.
            Visibility::Restricted(restricted) if restricted.path.is_ident("super") && self.depth == 0 => Reach::Parent,
            Visibility::Restricted(_) | Visibility::Inherited => Reach::Module,
        };
        let is_within = |path: &ModulePath, reach: Reach| match reach {
            Reach::Crate => true,
            Reach::Parent => path.segments().starts_with(self.unit.path.parent()),
            Reach::Module => path.segments().starts_with(self.unit.path.segments()),
        };
        self.app
            .graph
            .units()
            .values()
            .filter(|unit| is_within(&unit.path, of_type) && !is_within(&unit.path, of_member))
            .any(|unit| unit.parsed.parts.iter().any(|part| uses(&part.words)))
    }

    /// How far a type of this file is visible at most. One that is not found may be visible everywhere.
    fn reach(&self, type_name: Option<&str>) -> Reach {
        let parts = &self.unit.parsed.parts;
        let mut found = parts.iter().filter(|part| {
            part.kind == Kind::Data && type_name.is_some_and(|name| part.own.iter().any(|own| own == name))
        });
        match (found.next(), found.next()) {
            (Some(part), None) => match self.unit.parsed.slice(&part.visibility) {
                "" | "pub(self)" => Reach::Module,
                "pub(super)" => Reach::Parent,
                _ => Reach::Crate,
            },
            _ => Reach::Crate,
        }
    }

    fn foreign(&mut self, item: &syn::ForeignItem, private: Private) {
        let (visibility, start) = match item {
            syn::ForeignItem::Fn(item) => (&item.vis, head(item.to_token_stream())),
            syn::ForeignItem::Static(item) => (&item.vis, head(item.to_token_stream())),
            syn::ForeignItem::Type(item) => (&item.vis, head(item.to_token_stream())),
            _ => return,
        };
        self.lift(visibility, start, private, false);
    }

    fn lift(&mut self, visibility: &Visibility, start: Option<usize>, private: Private, documentation_may_go: bool) {
        use syn::spanned::Spanned;
        match visibility {
            Visibility::Public(_) => {}
            Visibility::Restricted(restricted) => {
                let is_own = restricted.path.is_ident("self");
                if !is_own || private == Private::Lifted {
                    let range = restricted.span().byte_range();
                    let rest = blank(self.unit.parsed.slice(&(range.start + "pub".len()..range.end)));
                    self.edits.replace(range, format!("pub{rest}"));
                }
            }
            Visibility::Inherited if private == Private::Lifted => {
                if let Some(start) = start {
                    self.publish(start, documentation_may_go);
                }
            }
            Visibility::Inherited => {}
        }
    }

    /// Writes `pub` before `start`: on the line above if nothing is there that would swallow it.
    fn publish(&mut self, start: usize, documentation_may_go: bool) {
        let text = self.unit.text();
        let before = &text[..start];
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let has_line_above = line > 0 && before[line..].trim().is_empty();
        let above_start = before[..line.saturating_sub(1)].rfind('\n').map_or(0, |at| at + 1);
        if !has_line_above {
            self.edits.insert(start, "pub ");
            return;
        }
        let content = text[above_start..line].trim_end_matches(['\r', '\n']);
        let indent = content.len() - content.trim_start().len();
        let comment = content.trim_start();
        let is_documentation = comment.starts_with("///") && !comment.starts_with("////");
        if !comment.contains("//") {
            self.edits.insert(above_start + content.len(), if comment.is_empty() { "pub" } else { " pub" });
        } else if is_documentation && documentation_may_go {
            self.edits.replace(above_start + indent..above_start + content.len(), "pub");
        } else if comment.starts_with("//") && !is_documentation && !comment.starts_with("//!") {
            self.edits.insert(above_start + indent, "pub ");
        } else {
            self.edits.insert(start, "pub ");
        }
    }
}
