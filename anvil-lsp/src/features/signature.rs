//! The props of a component while its tag is written, and the parameters of directives, functions, filters and methods.

use std::ops::Range;

use forge_codegen::{
    Template,
    tree::{Tag, TagEnd},
};
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{
        Documentation, MarkupContent, MarkupKind, ParameterInformation, ParameterLabel, SignatureHelp,
        SignatureHelpParams, SignatureInformation,
    },
};

use super::{
    builtin,
    context::{self, Code, Context, Site},
    describe, directives, known, visit,
};
use crate::{
    snapshot::{Cursor, Snapshot},
    text::Encoding,
};

/// See the module.
pub(crate) fn signature_help(snapshot: &Snapshot, params: &SignatureHelpParams) -> Result<Option<SignatureHelp>> {
    let place = &params.text_document_position_params;
    let Some(cursor) = snapshot.cursor(&place.text_document.uri, place.position)? else { return Ok(None) };
    let template = context::template(&cursor);
    let context = Context::before(&template, cursor.offset);
    let found = match &context.site {
        Site::Code(code) => of_code(snapshot, &cursor, &template, code).or_else(|| of_tag(&cursor, &template)),
        Site::AttributeName { .. } | Site::AttributeValue { .. } => of_tag(&cursor, &template),
        _ => None,
    };
    Ok(found.map(Signature::into_help))
}

struct Signature {
    label: String,
    /// Bytes of the label.
    parameters: Vec<Range<usize>>,
    active: Option<usize>,
    docs: String,
}

impl Signature {
    /// `name(one, two)`
    fn call(name: &str, parameters: &[&str], active: usize, docs: String) -> Self {
        let mut label = format!("{name}(");
        let mut ranges = Vec::new();
        for (at, parameter) in parameters.iter().enumerate() {
            label.push_str(if at > 0 { ", " } else { "" });
            ranges.push(label.len()..label.len() + parameter.len());
            label.push_str(parameter);
        }
        label.push(')');
        // The last one may be repeated.
        let last = parameters.len().saturating_sub(1);
        let is_repeated = parameters.last() == Some(&"…");
        let active = if is_repeated { Some(active.min(last)) } else { Some(active).filter(|active| *active <= last) };
        Self { label, parameters: ranges, active: active.filter(|_| !parameters.is_empty()), docs }
    }

    fn into_help(self) -> SignatureHelp {
        // Offsets in a label are counted in UTF-16 whatever was agreed on for positions.
        let at = |offset: usize| Encoding::Utf16.len(&self.label[..offset]);
        let parameters = self.parameters.iter().map(|range| ParameterInformation {
            label: ParameterLabel::LabelOffsets([at(range.start), at(range.end)]),
            documentation: None,
        });
        let active = self.active.map(|active| active as u32);
        let signature = SignatureInformation {
            parameters: Some(parameters.collect()),
            documentation: (!self.docs.is_empty()).then(|| {
                Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value: self.docs.clone() })
            }),
            active_parameter: active,
            label: self.label,
        };
        SignatureHelp { signatures: vec![signature], active_signature: Some(0), active_parameter: active }
    }
}

fn of_code(snapshot: &Snapshot, cursor: &Cursor<'_>, template: &Template, code: &Code<'_>) -> Option<Signature> {
    let call = code.brackets.iter().rev().find(|bracket| bracket.callee.is_some());
    if let Some(call) = call
        && let Some(callee) = call.callee
    {
        let name = template.text(callee);
        if call.is_method {
            return of_method(snapshot, cursor, template, name, callee.start, call.commas);
        }
        let known = builtin::FUNCTIONS.iter().chain(builtin::FILTERS).find(|known| known.name == name)?;
        return Some(Signature::call(name, known.parameters, call.commas, known.docs.to_owned()));
    }
    let (directive, index) = code.argument?;
    let row = directives::find(directive.kind)?;
    let name = format!("@{}", directive.kind.name()?);
    Some(Signature::call(&name, row.parameters, index, row.summary.to_owned()))
}

fn of_method(
    snapshot: &Snapshot,
    cursor: &Cursor<'_>,
    template: &Template,
    name: &str,
    at: u32,
    index: usize,
) -> Option<Signature> {
    // On the name itself, the receiver is what stands before it.
    let Site::Code(Code { site: context::CodeSite::Member { receiver, .. }, .. }) =
        Context::before(template, at + name.len() as u32).site
    else {
        return None;
    };
    let (_, members) = describe::members(snapshot, cursor.view?, receiver.start, template.text(receiver));
    let member = members.into_iter().find(|member| member.is_method && member.name == name)?;
    let open = member.signature.find('(')?;
    let ranges = parameters(&member.signature, open);
    // `self` is not written between the brackets.
    let ranges: Vec<Range<usize>> =
        ranges.into_iter().filter(|range| !member.signature[range.clone()].ends_with("self")).collect();
    let active = Some(index).filter(|index| *index < ranges.len());
    Some(Signature { label: member.signature, parameters: ranges, active, docs: member.docs })
}

/// Where the parameters of a function stand in its signature; `open` is its parenthesis.
fn parameters(signature: &str, open: usize) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let (mut depth, mut start) = (0_usize, open + 1);
    for (at, c) in signature.char_indices().skip_while(|(at, _)| *at <= open) {
        match c {
            '(' | '[' | '<' | '{' => depth += 1,
            ')' if depth == 0 => {
                push(signature, start..at, &mut ranges);
                break;
            }
            ')' | ']' | '>' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                push(signature, start..at, &mut ranges);
                start = at + 1;
            }
            _ => {}
        }
    }
    ranges
}

fn push(text: &str, range: Range<usize>, ranges: &mut Vec<Range<usize>>) {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    if !part.trim().is_empty() {
        ranges.push(start..start + part.trim().len());
    }
}

fn of_tag(cursor: &Cursor<'_>, template: &Template) -> Option<Signature> {
    let view = cursor.view?;
    let tag = tag_at(template, cursor.offset)?;
    let component = template.text(tag.name);
    let target = known::component(view.package, component)?;
    let props = known::props(&view.package.set, target);
    let mut label = format!("<x-{component}");
    let mut ranges = Vec::new();
    for prop in &props {
        let shown = match &prop.default {
            Some(default) => format!("{}={}", prop.attribute, default.split_whitespace().collect::<Vec<_>>().join(" ")),
            None => prop.attribute.clone(),
        };
        label.push(' ');
        ranges.push(label.len()..label.len() + shown.len());
        label.push_str(&shown);
    }
    label.push('>');
    let current = tag
        .attributes
        .iter()
        .find(|attribute| attribute.span.start < cursor.offset && cursor.offset <= attribute.span.end);
    let written = current.map(|attribute| template.text(attribute.span).split('=').next().unwrap_or_default());
    let variable = written.map(|name| forge_codegen::snake(name.trim().trim_start_matches([':', '$'])));
    let given = known::given(template, tag);
    let active = match variable {
        Some(variable) => props.iter().position(|prop| prop.variable == variable),
        // The next one that is missing.
        None => props.iter().position(|prop| !given.contains(&prop.variable)),
    };
    let docs = view.package.set.template(target).and_then(known::docs).unwrap_or_default();
    Some(Signature { label, parameters: ranges, active, docs })
}

/// The tag whose attributes stand at the offset.
fn tag_at(template: &Template, offset: u32) -> Option<&Tag> {
    let mut found = None;
    visit::nodes(template.nodes(), &mut |node| {
        if let Some(tag) = visit::tag(node) {
            // What is not ended goes on over the spaces behind it.
            let is_open = tag.end == TagEnd::Missing
                && tag.span.end <= offset
                && template.source()[tag.span.end as usize..offset as usize].trim().is_empty();
            if tag.name.end < offset
                && (offset < tag.span.end || is_open || (tag.end == TagEnd::Missing && offset == tag.span.end))
            {
                found = Some(tag);
            }
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::blog::blog;

    /// The active parameter is in brackets.
    fn check(template: &str, expected: &str) {
        let project = blog(template);
        let params = SignatureHelpParams {
            text_document_position_params: project.at(),
            work_done_progress_params: Default::default(),
            context: None,
        };
        let help = signature_help(&project.snapshot, &params).expect("an answer");
        let shown = help.map_or_else(String::new, |help| {
            let signature = &help.signatures[0];
            let units: Vec<u16> = signature.label.encode_utf16().collect();
            let active = help.active_parameter.and_then(|active| signature.parameters.as_ref()?.get(active as usize));
            match active.map(|active| &active.label) {
                Some(ParameterLabel::LabelOffsets([start, end])) => {
                    let text = |range: Range<usize>| String::from_utf16(&units[range]).expect("whole characters");
                    let (start, end) = (*start as usize, *end as usize);
                    format!("{}[{}]{}", text(0..start), text(start..end), text(end..units.len()))
                }
                _ => signature.label.clone(),
            }
        });
        assert_eq!(shown, expected, "{template}");
    }

    #[test]
    fn a_tag_shows_its_props() {
        check("ä <x-card $0", "<x-card [title] is-wide=false max-width=3>");
        check("<x-card title=\"a\" $0 />", "<x-card title [is-wide=false] max-width=3>");
        check("<x-card :max-width=\"1 +$0\" />", "<x-card title is-wide=false [max-width=3]>");
        check("<x-card title=\"𝄞$0\">", "<x-card [title] is-wide=false max-width=3>");
        check("<x-nothing $0>", "");
        check("<x-card>$0</x-card>", "");
    }

    #[test]
    fn directives_show_their_parameters() {
        check("@include($0)", "@include([view], data?)");
        check("@include('a', $0", "@include(view, [data?])");
        check("@can('a', b, c, d$0)", "@can(ability, argument, […])");
        check("@csrf$0", "");
        check("<x-card @class(['a' => $0]) />", "@class([classes])");
    }

    #[test]
    fn calls_show_their_parameters() {
        check("{{ route('a', $0) }}", "route(name, [parameters?])");
        check("{{ post.title | replace('a', $0) }}", "replace(from, [to])");
        check("{{ post.excerpt($0) }}", "pub fn excerpt(&self, [words: usize]) -> String");
        check("@if (post.excerpt($0", "pub fn excerpt(&self, [words: usize]) -> String");
        check("{{ post.is_new($0) }}", "pub fn is_new(&self) -> bool");
    }
}
