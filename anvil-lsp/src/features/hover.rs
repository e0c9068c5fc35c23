//! What the name under the cursor is, and where it comes from.

use forge_codegen::{Span, Template, component_candidates};
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind},
};

use super::{
    builtin,
    context::{self, Code, CodeSite, Context, NameKind, Site},
    describe, directives, known,
};
use crate::{
    document::DocumentId,
    index::{View, scope},
    snapshot::{Cursor, Snapshot},
};

/// See the module.
pub(crate) fn hover(snapshot: &Snapshot, params: &HoverParams) -> Result<Option<Hover>> {
    let place = &params.text_document_position_params;
    let Some(cursor) = snapshot.cursor(&place.text_document.uri, place.position)? else { return Ok(None) };
    let template = context::template(&cursor);
    let context = Context::on(&template, cursor.offset);
    let asked = Asked { snapshot, cursor, template: &template };
    let found = asked.answer(&context).or_else(|| asked.generation());
    Ok(found.map(|(span, value)| Hover {
        contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value }),
        range: Some(cursor.document.text.range(span, snapshot.encoding())),
    }))
}

struct Asked<'a> {
    snapshot: &'a Snapshot,
    cursor: Cursor<'a>,
    template: &'a Template,
}

impl Asked<'_> {
    fn answer(&self, context: &Context<'_>) -> Option<(Span, String)> {
        match &context.site {
            Site::DirectiveName { name, directive, .. } => {
                let written = self.template.text(*name).trim_start_matches('@');
                let kind = directive
                    .map(|directive| directive.kind)
                    .or_else(|| Some(forge_codegen::Entry::find(written)?.kind))?;
                let text = directives::find(kind).map(directives::Documented::markdown);
                Some((
                    *name,
                    text.unwrap_or_else(|| {
                        format!("```forge\n@{written}\n```\n\nA directive of this project, registered in `build.rs`.")
                    }),
                ))
            }
            Site::TagName { name, .. } => self.component(*name),
            Site::SlotName { name } => self.slot(context, *name),
            Site::AttributeName { tag, name, .. } => self.prop(tag.name, *name),
            Site::Code(code) => self.code(code),
            Site::AttributeValue { .. } | Site::Text | Site::Comment | Site::Raw | Site::Escape => None,
        }
    }

    fn component(&self, name: Span) -> Option<(Span, String)> {
        let view = self.cursor.view?;
        let written = self.template.text(name);
        let target = known::component(view.package, written)?;
        Some((name, describe::component(view.package, written, target)))
    }

    fn slot(&self, context: &Context<'_>, name: Span) -> Option<(Span, String)> {
        let view = self.cursor.view?;
        let component = self.template.text(context.component()?.tag.name);
        let slot = forge_codegen::snake(self.template.text(name));
        let target = known::component(view.package, component)?;
        let is_shown = known::slots(&view.package.set, target).contains(&slot);
        let note = if is_shown { "" } else { "\n\nThe component does not show it." };
        Some((
            name,
            format!(
                "```forge\n<x-slot:{slot}>\n```\n\nA slot of `<x-{component}>`, `{}`.{note}",
                describe::file(view.package, target)
            ),
        ))
    }

    fn prop(&self, tag: Span, name: Span) -> Option<(Span, String)> {
        let view = self.cursor.view?;
        let component = self.template.text(tag);
        let target = known::component(view.package, component)?;
        let variable = forge_codegen::snake(self.template.text(name).trim_start_matches(':'));
        let prop = known::props(&view.package.set, target).into_iter().find(|prop| prop.variable == variable)?;
        let inside = View { package: view.package, name: target };
        let end = view.package.set.template(target).map_or(0, |template| template.source().len() as u32);
        let variables = scope::variables(&self.snapshot.index, inside, end);
        let ty = variables.iter().find(|found| found.name == variable).and_then(|found| found.ty.as_ref());
        let ty = ty.map(|ty| format!(": {}", ty.show())).unwrap_or_default();
        let default = prop.default.map_or_else(|| "required".to_owned(), |default| format!("default `{default}`"));
        Some((name, format!("```rust\n{variable}{ty}\n```\n\nA prop of `<x-{component}>`, {default}.")))
    }

    fn code(&self, code: &Code<'_>) -> Option<(Span, String)> {
        let is_called = |word: Span| self.template.source()[word.end as usize..].trim_start().starts_with('(');
        match code.site {
            CodeSite::Name { word } if is_called(word) => self.function(word).or_else(|| self.variable(word)),
            CodeSite::Name { word } | CodeSite::Binding { word } => self.variable(word).or_else(|| self.function(word)),
            CodeSite::Member { receiver, word } => {
                let (ty, members) =
                    describe::members(self.snapshot, self.cursor.view?, receiver.start, self.template.text(receiver));
                let name = self.template.text(word);
                let member = members.iter().find(|member| member.name == name)?;
                Some((word, describe::member(self.snapshot, ty.as_ref(), member)))
            }
            CodeSite::Filter { word, .. } => {
                let filter = builtin::FILTERS.iter().find(|filter| filter.name == self.template.text(word))?;
                Some((word, describe::callable(filter)))
            }
            CodeSite::Text { text, names: Some(kind) } => Some((text, self.named(kind, text)?)),
            CodeSite::Text { .. } | CodeSite::Key { .. } | CodeSite::Other => None,
        }
    }

    fn variable(&self, word: Span) -> Option<(Span, String)> {
        let name = self.template.text(word);
        // The name of a loop's item is known from its head on.
        let offsets = [word.start, self.after_head(word)];
        let find = |offset: &u32| {
            let variables = scope::variables(&self.snapshot.index, self.cursor.view?, *offset);
            variables.into_iter().find(|variable| variable.name == name)
        };
        let variable = offsets.iter().find_map(find)?;
        Some((word, describe::variable(self.snapshot, &variable)))
    }

    /// Behind the parenthesis that a word stands in.
    fn after_head(&self, word: Span) -> u32 {
        let context = Context::on(self.template, word.start);
        match context.site {
            Site::Code(Code { whole, argument: Some(_), .. }) => whole.end + 2,
            _ => word.end,
        }
    }

    fn function(&self, word: Span) -> Option<(Span, String)> {
        let function = builtin::FUNCTIONS.iter().find(|function| function.name == self.template.text(word))?;
        Some((word, describe::callable(function)))
    }

    fn named(&self, kind: NameKind, text: Span) -> Option<String> {
        let view = self.cursor.view?;
        let package = view.package;
        let name = self.template.text(text);
        match kind {
            NameKind::View => {
                let dotted = forge_codegen::dotted(name);
                let target =
                    package.set.resolve(&[dotted]).or_else(|| package.set.resolve(&component_candidates(name)))?;
                Some(describe::view(self.snapshot, package, target))
            }
            NameKind::Section | NameKind::Stack => Some(describe::section(package, name, kind)),
            NameKind::Route => {
                let routes = self.snapshot.index.rust.whole_routes();
                let (path, route) = routes.iter().find(|(_, route)| route.name.as_deref() == Some(name))?;
                let place = scope::Place { path: (*path).clone(), span: route.span };
                Some(format!("{}\n{}\n", describe::route(route), describe::place_link(self.snapshot, &place)))
            }
            NameKind::Slot | NameKind::Fragment | NameKind::Config | NameKind::Translation | NameKind::HttpMethod => {
                None
            }
        }
    }

    /// On a template's first line: whether what is saved is live.
    fn generation(&self) -> Option<(Span, String)> {
        let document = self.cursor.document;
        let line = document.text.line(0).len() as u32;
        if self.cursor.offset > line {
            return None;
        }
        let id = DocumentId::of(&document.uri);
        let project = self.snapshot.project(id.path()?)?;
        let status = project.daemon.status.as_ref()?;
        let generation = status.generation;
        let mut text = format!("Generation {} is live.", generation.live);
        if generation.saved > generation.live {
            text.push_str(&format!(" Generation {} is saved and not live yet.", generation.saved));
        }
        Some((Span::new(0, line), text))
    }
}

#[cfg(test)]
mod tests;
