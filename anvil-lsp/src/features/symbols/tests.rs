//! Outlines, and searches of the project.

use tower_lsp::ls_types::{DocumentLinkParams, DocumentSymbolParams, WorkspaceSymbolParams};

use super::*;
use crate::{
    features::{
        fixture::{Project, full_client},
        links,
    },
    settings::Client,
};

fn outline(project: &Project) -> String {
    let params = DocumentSymbolParams {
        text_document: project.document(),
        work_done_progress_params: Default::default(),
        partial_result_params: Default::default(),
    };
    match of_document(&project.snapshot, &params).expect("the document is open").expect("it is a template") {
        DocumentSymbolResponse::Nested(symbols) => {
            let mut shown = String::new();
            show(&symbols, 0, &mut shown);
            shown
        }
        DocumentSymbolResponse::Flat(symbols) => symbols
            .iter()
            .map(|symbol| format!("{} in {}\n", symbol.name, symbol.container_name.as_deref().unwrap_or("nothing")))
            .collect(),
    }
}

fn show(symbols: &[DocumentSymbol], depth: usize, shown: &mut String) {
    for symbol in symbols {
        let (range, name) = (symbol.range, symbol.selection_range);
        assert!(range.start <= name.start && name.end <= range.end, "`{}` lies within its range", symbol.name);
        let lines = format!("{}-{}", range.start.line + 1, range.end.line + 1);
        shown.push_str(&format!("{}{} {:?} {lines}\n", "  ".repeat(depth), symbol.name, symbol.kind));
        show(symbol.children.as_deref().unwrap_or_default(), depth + 1, shown);
    }
}

const PAGE: &str = "\
//- /templates/a.forge.html
$0@extends('l')
@props(['ä𝄞', 'b' => [1, 2]])
@section('title', 'x')
@section('content')
  @foreach (posts
    as post)
    <x-card :a=\"post\">
      <x-slot:foot>@include('b')</x-slot:foot>
    </x-card>
  @endforeach
@endsection
@push('head')
@if (
<x-b
";

#[test]
fn an_outline_is_a_tree() {
    let expected = "\
l File 1-1
@props Object 2-2
  ä𝄞 Property 2-2
  b Property 2-2
title Module 3-3
content Module 4-11
  @foreach (posts as post) Operator 5-10
    x-card Class 7-9
      foot Field 8-8
        b File 8-8
head Array 12-15
  @if ( Struct 13-15
";
    assert_eq!(outline(&Project::new(PAGE)), expected);
    assert_eq!(outline(&Project::new(&PAGE.replace('\n', "\r\n").replace("forge.html\r\n", "forge.html\n"))), expected);
}

#[test]
fn an_outline_may_be_flat() {
    let project = Project::with(
        "//- /templates/a.forge.html\n$0@if (a)@include('b')@endif\n",
        Client { nests_symbols: false, ..full_client() },
    );
    assert_eq!(outline(&project), "@if (a) in nothing\nb in @if (a)\n");
}

#[test]
fn the_project_is_searched() {
    let project = Project::new(PAGE);
    let found = |query: &str| {
        let params = WorkspaceSymbolParams { query: query.to_owned(), ..WorkspaceSymbolParams::default() };
        match of_workspace(&project.snapshot, &params) {
            Ok(Some(WorkspaceSymbolResponse::Nested(symbols))) => {
                symbols.into_iter().map(|symbol| symbol.name).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(found("cntnt"), ["content"]);
    assert_eq!(found("A"), ["a"]);
    assert_eq!(found("zzz"), Vec::<String>::new());
    assert!(found("").contains(&"title".to_owned()));
}

#[test]
fn names_of_templates_are_links() {
    let project = Project::new(
        "//- /templates/a.forge.html\n$0@extends('gone') <x-card>ä𝄞 @include('b/c')</x-card>\r\n//- /templates/b/c.forge.html\nx\n//- /templates/components/card.forge.html\nx\n",
    );
    let params = DocumentLinkParams {
        text_document: project.document(),
        work_done_progress_params: Default::default(),
        partial_result_params: Default::default(),
    };
    let links = links::links(&project.snapshot, &params).expect("the document is open").expect("it is a template");
    let shown: Vec<String> = links
        .into_iter()
        .map(|link| format!("{} {}", project.shown(&project.uri, link.range), link.tooltip.unwrap_or_default()))
        .collect();
    assert_eq!(
        shown,
        [
            "/templates/a.forge.html 1:21 card Open templates/components/card.forge.html",
            "/templates/a.forge.html 1:40 b/c Open templates/b/c.forge.html"
        ]
    );
}
