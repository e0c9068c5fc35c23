//! Names within expressions: variables, functions that are always there, fields and methods, filters.

use forge_codegen::Span;
use tower_lsp::ls_types::{CompletionItem, CompletionItemKind};

use super::{Asked, Offer, finish};
use crate::{
    features::{builtin, describe},
    index::scope::{self, Origin, ScopeVariable},
};

pub(super) fn names(asked: &Asked<'_>, word: Span) -> Vec<CompletionItem> {
    let edits = asked.edits(word.start);
    let mut offers = Vec::new();
    if let Some(view) = asked.cursor.view {
        let typed = asked.template.text(word);
        // What is being typed is no name yet.
        let is_known = |variable: &ScopeVariable| variable.name != typed || !describe::is_only_used(variable);
        for (at, variable) in
            scope::variables(&asked.snapshot.index, view, word.start).into_iter().filter(is_known).enumerate()
        {
            let group = if variable.origin == Origin::BuiltIn { 1 } else { 0 };
            let offer = Offer::new(&variable.name, CompletionItemKind::VARIABLE)
                .docs(describe::variable(asked.snapshot, &variable));
            let ty = variable.ty.as_ref().map(crate::index::types::Type::show);
            offers.push(
                offer.detail(ty.unwrap_or_else(|| describe::origin(variable.origin).to_owned())).ordered(group, at),
            );
        }
    }
    let is_called = asked.template.source()[word.end as usize..].starts_with('(');
    for function in builtin::FUNCTIONS {
        let insert = if is_called { function.name.to_owned() } else { function.snippet() };
        let offer = Offer::new(function.name, CompletionItemKind::FUNCTION).insert(insert);
        offers.push(offer.detail(function.signature()).docs(function.docs).group(2));
    }
    finish(offers, &edits)
}

/// Fields and methods of what stands before the dot.
pub(super) fn members(asked: &Asked<'_>, receiver: Span, word: Span) -> Vec<CompletionItem> {
    let edits = asked.edits(word.start);
    let Some(view) = asked.cursor.view else { return Vec::new() };
    let is_called = asked.template.source()[word.end as usize..].starts_with('(');
    let (_, members) = describe::members(asked.snapshot, view, receiver.start, asked.template.text(receiver));
    let offers = members.into_iter().enumerate().map(|(at, member)| {
        let kind = if member.is_method { CompletionItemKind::METHOD } else { CompletionItemKind::FIELD };
        let takes_more =
            member.signature.contains('(') && !member.signature.contains("(&self)") && !member.signature.contains("()");
        let insert = match (member.is_method && !is_called, takes_more) {
            (false, _) => member.name.clone(),
            (true, false) => format!("{}()$0", member.name),
            (true, true) => format!("{}($1)", member.name),
        };
        let offer = Offer::new(member.name, kind).insert(insert).detail(member.signature).docs(member.docs);
        offer.ordered(u8::from(member.is_method), at)
    });
    finish(offers, &edits)
}

pub(super) fn filters(asked: &Asked<'_>, word: Span) -> Vec<CompletionItem> {
    let is_called = asked.template.source()[word.end as usize..].starts_with('(');
    let offers = builtin::FILTERS.iter().map(|filter| {
        let insert = if is_called { filter.name.to_owned() } else { filter.snippet() };
        Offer::new(filter.name, CompletionItemKind::FUNCTION)
            .insert(insert)
            .detail(filter.signature())
            .docs(filter.docs)
            .group(0)
    });
    finish(offers, &asked.edits(word.start))
}
