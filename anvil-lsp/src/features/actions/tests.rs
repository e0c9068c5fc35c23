//! Actions, as the files that they leave.

use std::sync::Arc;

use anvild_protocol::{Severity, Source};
use tower_lsp::ls_types::{CodeActionContext, CodeActionParams};

use super::*;
use crate::{
    daemon::DaemonHandle,
    diagnostics::{Finding, Place},
    features::fixture::{Project, full_client},
    projects::ProjectView,
    settings::DaemonUse,
    settings::{Client, FileOperations},
};

fn offered(project: &Project) -> Vec<CodeAction> {
    with(project, CodeActionContext::default())
}

fn with(project: &Project, context: CodeActionContext) -> Vec<CodeAction> {
    let params = CodeActionParams {
        text_document: project.document(),
        range: project.selection,
        context,
        work_done_progress_params: Default::default(),
        partial_result_params: Default::default(),
    };
    let offered = actions(&project.snapshot, &params).expect("the document is open").unwrap_or_default();
    let action = |action| match action {
        CodeActionOrCommand::CodeAction(action) => action,
        CodeActionOrCommand::Command(command) => panic!("`{}` is more than a command", command.title),
    };
    offered.into_iter().map(action).collect()
}

fn titles(project: &Project) -> Vec<String> {
    offered(project).into_iter().map(|action| action.title).collect()
}

/// The action of this title leaves these files.
#[track_caller]
fn check(before: &str, title: &str, after: &str) {
    let project = Project::new(before);
    let offered = offered(&project);
    let titles: Vec<&str> = offered.iter().map(|action| action.title.as_str()).collect();
    let action = offered
        .iter()
        .find(|action| action.title == title)
        .unwrap_or_else(|| panic!("`{title}` is not among {titles:?}"));
    assert_eq!(project.applied(action.edit.as_ref().expect("it edits")), after);
}

#[test]
fn a_missing_component_is_made_of_what_it_is_given() {
    check(
        "//- /templates/a.forge.html\n<x-ui.$0card title=\"a\" :maxWidth=\"b\" class=\"c\" :$kind><x-slot:foot>x</x-slot:foot></x-ui.card>\n",
        "Create `templates/components/ui/card.forge.html`",
        "//- /templates/components/ui/card.forge.html\n@props(['title', 'max_width', 'kind'])\n<div {{ attributes }}>\n  {{ foot }}\n  {{ title }}\n  {{ max_width }}\n  {{ kind }}\n  {{ slot }}\n</div>\n",
    );
}

#[test]
fn a_missing_view_is_made() {
    check(
        "//- /templates/a.forge.html\n@include('parts$0.row', { post: x, n: 1 })\n",
        "Create `templates/parts/row.forge.html`",
        "//- /templates/parts/row.forge.html\n<p>{{ post }}</p>\n<p>{{ n }}</p>\n",
    );
    check(
        "//- /templates/a.forge.html\n@extends('lay$0out')\n@section('title', 'x')\n@section('content')\ny\n@endsection\n",
        "Create `templates/layout.forge.html`",
        "//- /templates/layout.forge.html\n<!doctype html>\n<html lang=\"en\">\n<head>\n  <meta charset=\"utf-8\">\n  <title>@yield('title')</title>\n</head>\n<body>\n  @yield('content')\n</body>\n</html>\n",
    );
}

#[test]
fn what_was_meant_is_taken() {
    let card = "//- /templates/components/card.forge.html\nx\n";
    check(
        &format!("//- /templates/a.forge.html\nä𝄞 <x-ca$0rt a></x-cart>\n{card}"),
        "Replace by `<x-card>`",
        "//- /templates/a.forge.html\nä𝄞 <x-card a></x-card>\n",
    );
    check(
        "//- /templates/a.forge.html\n@include('pats$0.row')\n//- /templates/parts/row.forge.html\nx\n",
        "Replace by `parts.row`",
        "//- /templates/a.forge.html\n@include('parts.row')\n",
    );
    check(
        "//- /templates/a.forge.html\n@for$0eech (a as b)\r\n@endforeach\r\n",
        "Replace by `@foreach`",
        "//- /templates/a.forge.html\n@foreach (a as b)\r\n@endforeach\r\n",
    );
    check(
        "//- /templates/a.forge.html\n@extends('l')\n@section('$0contnt', 1)\n//- /templates/l.forge.html\n@yield('content')\n",
        "Replace by `content`",
        "//- /templates/a.forge.html\n@extends('l')\n@section('content', 1)\n",
    );
}

#[test]
fn a_prop_is_added_to_the_tag_or_to_the_component() {
    check(
        "//- /templates/a.forge.html\n<x-$0card a=\"b\" />\n//- /templates/components/card.forge.html\n@props(['max_width'])\n<p>{{ max_width }}</p>\n",
        "Add the prop `max-width`",
        "//- /templates/a.forge.html\n<x-card a=\"b\" max-width=\"\" />\n",
    );
    check(
        "//- /templates/components/card.forge.html\n@props(['a' => 1])\n<p>{{ a }} {{ $0other }}</p>\n",
        "Add `other` to `@props`",
        "//- /templates/components/card.forge.html\n@props(['a' => 1, 'other'])\n<p>{{ a }} {{ other }}</p>\n",
    );
}

#[test]
fn what_is_open_is_closed() {
    check(
        "//- /templates/a.forge.html\n<div>\n  @if$0 (a)\n    <p>x</p>\n\n</div>\n",
        "Add `@endif`",
        "//- /templates/a.forge.html\n<div>\n  @if (a)\n    <p>x</p>\n  @endif\n\n</div>\n",
    );
    check(
        "//- /templates/a.forge.html\n<ul>\n@forea$0ch (a as b)\n<li>x\n",
        "Add `@endforeach`",
        "//- /templates/a.forge.html\n<ul>\n@foreach (a as b)\n<li>x\n@endforeach\n",
    );
    check(
        "//- /templates/a.forge.html\n<x-$0a> b\n//- /templates/components/a.forge.html\nx\n",
        "Add `</x-a>`",
        "//- /templates/a.forge.html\n<x-a> b</x-a>\n",
    );
    check(
        "//- /templates/a.forge.html\n<p>{$0{ a </p>\n",
        "Add `}}`",
        "//- /templates/a.forge.html\n<p>{{ a }} </p>\n",
    );
}

#[test]
fn what_closes_nothing_is_removed() {
    check(
        "//- /templates/a.forge.html\na\r\n  @end$0if\r\nb\r\n",
        "Remove `@endif`",
        "//- /templates/a.forge.html\na\r\nb\r\n",
    );
    check("//- /templates/a.forge.html\na @else$0 b\n", "Remove `@else`", "//- /templates/a.forge.html\na  b\n");
}

#[test]
fn a_selection_becomes_a_component_or_a_partial() {
    let page = "//- /templates/posts/index.forge.html\n@extends('l')\n@section('content')\n  @foreach (posts as post)\n    $0<article>\n      {{ post.title }} {{ site_name }} @if (post.draft) x @endif\n    </article>$0\n  @endforeach\n@endsection\n//- /templates/l.forge.html\n@yield('content')\n";
    check(
        page,
        "Extract a component",
        "//- /templates/components/extracted.forge.html\n@props(['post', 'site_name'])\n<article>\n  {{ post.title }} {{ site_name }} @if (post.draft) x @endif\n</article>\n\
         //- /templates/posts/index.forge.html\n@extends('l')\n@section('content')\n  @foreach (posts as post)\n    <x-extracted :post=\"post\" :site-name=\"site_name\" />\n  @endforeach\n@endsection\n",
    );
    check(
        page,
        "Extract a partial",
        "//- /templates/posts/extracted.forge.html\n<article>\n  {{ post.title }} {{ site_name }} @if (post.draft) x @endif\n</article>\n\
         //- /templates/posts/index.forge.html\n@extends('l')\n@section('content')\n  @foreach (posts as post)\n    @include('posts.extracted')\n  @endforeach\n@endsection\n",
    );
}

#[test]
fn only_what_is_whole_is_extracted() {
    for text in [
        "$0@if (a) x$0 @endif",
        "<div>$0<p>a</p></div>$0",
        "$0@section('a') x @endsection$0",
        "$0@props(['a'])$0",
        "<x-a $0b=\"c\"$0 />",
        "{{ $0a$0 }}",
        "@foreach (a as b) $0@break$0 @endforeach",
        "$0  $0",
    ] {
        let project =
            Project::new(&format!("//- /templates/a.forge.html\n{text}\n//- /templates/components/a.forge.html\nx\n"));
        let titles = titles(&project);
        assert!(!titles.iter().any(|title| title.starts_with("Extract")), "{text}: {titles:?}");
    }
    for text in [
        "//- /templates/components/a.forge.html\n<div>$0{{ slot }}$0</div>\n",
        "//- /templates/a.forge.html\n@foreach (a as b) $0{{ loop.index }}$0 @endforeach\n",
    ] {
        assert_eq!(titles(&Project::new(text)), ["Extract a partial"], "{text}");
    }
}

#[test]
fn a_client_is_offered_what_it_can_do() {
    let text = "//- /templates/a.forge.html\n$0<x-cart>x</x-cart>$0\n//- /templates/components/card.forge.html\nx\n";
    let without_files = Client { file_operations: FileOperations::default(), ..full_client() };
    assert_eq!(titles(&Project::with(text, without_files)), ["Replace by `<x-card>`"]);
    let commands_only = Client { takes_actions: false, ..full_client() };
    assert_eq!(titles(&Project::with(text, commands_only)), Vec::<String>::new());
}

#[test]
fn only_the_kinds_that_were_asked_for_are_offered() {
    let fix = CodeActionKind::QUICKFIX;
    assert!(is_wanted(None, &fix));
    assert!(is_wanted(Some(&[CodeActionKind::from("quickfix")]), &fix));
    assert!(is_wanted(Some(&[CodeActionKind::from("refactor")]), &CodeActionKind::REFACTOR_EXTRACT));
    assert!(!is_wanted(Some(&[CodeActionKind::from("refac")]), &CodeActionKind::REFACTOR_EXTRACT));
    assert!(!is_wanted(Some(&[CodeActionKind::REFACTOR]), &fix));
}

#[test]
fn a_view_that_rust_shows_is_made_in_the_usual_layout() {
    check(
        "//- /src/lib.rs\nfn a(b: u8) -> View { view!(\"po$0sts.new\", b, c = 1) }\n//- /templates/l.forge.html\n@yield('content')\n//- /templates/a.forge.html\n@extends('l')\n@section('content', 1)\n",
        "Create `templates/posts/new.forge.html`",
        "//- /templates/posts/new.forge.html\n@extends('l')\n\n@section('content')\n  <h1>posts.new</h1>\n  {{ b }}\n  {{ c }}\n@endsection\n",
    );
}

fn finding(source: Source, code: &str, message: &str, help: Option<&str>, span: Span) -> Finding {
    Finding {
        source,
        code: code.to_owned(),
        severity: Severity::Error,
        message: message.to_owned(),
        help: help.map(str::to_owned),
        place: Place::Text(span),
        related: Vec::new(),
    }
}

#[test]
fn a_type_error_is_repaired_as_the_compiler_proposes() {
    let mut project = Project::new("//- /templates/a.forge.html\nä𝄞 {{ post.$0titel }}\n");
    let path = project.path("/templates/a.forge.html");
    let help = "a field with a similar name exists: `title`";
    let wrong = finding(Source::Forge, "E0609", "no field `titel` on type `&Post`", Some(help), Span::new(15, 20));
    Arc::make_mut(&mut project.snapshot.diagnostics).set_typed(&path, [(path.clone(), vec![wrong])].into());
    let offered = offered(&project);
    let edit =
        offered.iter().find(|action| action.title == "Replace by `title`").and_then(|action| action.edit.as_ref());
    assert_eq!(project.applied(edit.expect("it edits")), "//- /templates/a.forge.html\nä𝄞 {{ post.title }}\n");
}

#[test]
fn a_changed_layout_and_a_second_check_lead_to_commands() {
    let mut project = Project::new("//- /config/anvil.toml\n//- /src/lib.rs\npub struct $0Counter { hits: u64 }\n");
    let path = project.path("/src/lib.rs");
    let changed = finding(Source::Abi, "ANV0301", "the layout changed", None, Span::new(11, 18));
    Arc::make_mut(&mut project.snapshot.diagnostics).set_typed(&path, [(path.clone(), vec![changed])].into());
    assert_eq!(titles(&project), Vec::<String>::new(), "without a daemon there is nobody to ask");

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let _entered = runtime.enter();
    let (state, _events) = tokio::sync::mpsc::channel(1);
    let handle = DaemonHandle::spawn(&project.path("/"), DaemonUse::Off, state).expect("it is a project");
    let view = ProjectView { root: handle.root.clone(), handle, daemon: Arc::default() };
    project.snapshot.daemons = Arc::new(vec![view]);
    let commands: Vec<String> =
        offered(&project).into_iter().filter_map(|action| Some(action.command?.command)).collect();
    assert_eq!(commands, ["anvil.restartApp", "anvil.showAbiReport"]);
    assert!(commands.iter().all(|command| crate::commands::ALL.contains(&command.as_str())));

    let of_check = Diagnostic { source: Some("rustc".to_owned()), ..Diagnostic::default() };
    let context = CodeActionContext { diagnostics: vec![of_check], ..CodeActionContext::default() };
    let commands: Vec<String> =
        with(&project, context).into_iter().filter_map(|action| Some(action.command?.command)).collect();
    assert_eq!(commands, ["anvil.restartApp", "anvil.showAbiReport", "anvil.useDaemonDiagnostics"]);
}
