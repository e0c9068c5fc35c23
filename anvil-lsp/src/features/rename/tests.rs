//! Renames, as the files that they leave.

use tower_lsp::ls_types::{FileRename, PrepareRenameResponse, RenameFilesParams, RenameParams};

use super::*;
use crate::{
    features::fixture::{Project, full_client},
    settings::{Client, FileOperations},
};

fn renamed(project: &Project, new: &str) -> std::result::Result<String, String> {
    let params = RenameParams {
        text_document_position: project.at(),
        new_name: new.to_owned(),
        work_done_progress_params: Default::default(),
    };
    match rename(&project.snapshot, &params) {
        Ok(edit) => Ok(project.applied(&edit.expect("there are edits"))),
        Err(error) => Err(error.message.into_owned()),
    }
}

#[track_caller]
fn check(before: &str, new: &str, after: &str) {
    assert_eq!(renamed(&Project::new(before), new).as_deref(), Ok(after));
}

#[track_caller]
fn check_refused(before: &str, new: &str, message: &str) {
    let error = renamed(&Project::new(before), new).expect_err("it is refused");
    assert!(error.contains(message), "{error}");
}

#[test]
fn a_component_takes_its_file_with_it() {
    check(
        "//- /templates/a.forge.html\n<x-forms.$0input a /> <x-forms.input>{{ x }}</x-forms.input> @include('components/forms/input')\n\
         //- /templates/components/forms/input.forge.html\n<i></i>\n",
        "forms.field",
        "//- /templates/a.forge.html\n<x-forms.field a /> <x-forms.field>{{ x }}</x-forms.field> @include('components/forms/field')\n\
         //- /templates/components/forms/field.forge.html\n<i></i>\n//- /templates/components/forms/input.forge.html\n(gone)\n",
    );
    check(
        "//- /templates/a.forge.html\n<x-card></x-$0card>\n//- /templates/components/card/index.forge.html\nx\n",
        "box",
        "//- /templates/a.forge.html\n<x-box></x-box>\n//- /templates/components/box/index.forge.html\nx\n\
         //- /templates/components/card/index.forge.html\n(gone)\n",
    );
}

#[test]
fn a_view_takes_its_file_with_it() {
    check(
        "//- /templates/a.forge.html\n@include('pa$0rts.row') ä𝄞 @each('parts/row', rows, 'row')\n//- /templates/parts/row.forge.html\nx\n",
        "parts.line",
        "//- /templates/a.forge.html\n@include('parts.line') ä𝄞 @each('parts/line', rows, 'row')\n\
         //- /templates/parts/line.forge.html\nx\n//- /templates/parts/row.forge.html\n(gone)\n",
    );
}

#[test]
fn sections_and_stacks_are_renamed_in_all_pages_of_a_layout() {
    check(
        "//- /templates/l.forge.html\n@yield('content') @hasSection('content') x @endif\n//- /templates/a.forge.html\n@extends('l')\n@section('$0content')\nx\n@endsection\n\
         //- /templates/b.forge.html\n@extends('l')\n@section(\"content\", 1)\n//- /templates/c.forge.html\n@yield('content')\n",
        "body",
        "//- /templates/a.forge.html\n@extends('l')\n@section('body')\nx\n@endsection\n\
         //- /templates/b.forge.html\n@extends('l')\n@section(\"body\", 1)\n//- /templates/l.forge.html\n@yield('body') @hasSection('body') x @endif\n",
    );
    check(
        "//- /templates/l.forge.html\n@stack('he$0ad')\n//- /templates/a.forge.html\n@extends('l')\n@push('head') x @endpush\n@prepend('head', y)\n",
        "top",
        "//- /templates/a.forge.html\n@extends('l')\n@push('top') x @endpush\n@prepend('top', y)\n//- /templates/l.forge.html\n@stack('top')\n",
    );
}

#[test]
fn props_are_renamed_however_they_are_spelled() {
    check(
        "//- /templates/a.forge.html\n<x-card max-$0width=\"1\" /> <x-card :maxWidth=\"x\" /> <x-card :$max_width />\n\
         //- /templates/components/card.forge.html\n@props(['max-width' => 1])\n{{ max_width }} {{ format!(\"{max_width} {{}}\", 1) }} @include('a', { max_width })\n",
        "widest_side",
        "//- /templates/a.forge.html\n<x-card widest-side=\"1\" /> <x-card :widest-side=\"x\" /> <x-card :widest-side=\"max_width\" />\n\
         //- /templates/components/card.forge.html\n@props(['widest-side' => 1])\n{{ widest_side }} {{ format!(\"{widest_side} {{}}\", 1) }} @include('a', { max_width: widest_side })\n",
    );
}

#[test]
fn slots_are_renamed_with_their_ends() {
    check(
        "//- /templates/a.forge.html\n<x-card><x-slot:foot>x</x-slot:foot></x-card> <x-card><x-slot name=\"foot\">y</x-slot></x-card>\n\
         @component('components.card') @slot('foot') z @endslot @endcomponent\n\
         //- /templates/components/card.forge.html\n{{ $0foot }} {{ foot.is_empty() }}\n",
        "bottom",
        "//- /templates/a.forge.html\n<x-card><x-slot:bottom>x</x-slot:bottom></x-card> <x-card><x-slot name=\"bottom\">y</x-slot></x-card>\n\
         @component('components.card') @slot('bottom') z @endslot @endcomponent\n\
         //- /templates/components/card.forge.html\n{{ bottom }} {{ bottom.is_empty() }}\n",
    );
}

#[test]
fn variables_are_renamed_within_their_scope() {
    check(
        "//- /templates/a.forge.html\n{{ a }}\r\n@foreach (posts as $0a)\r\n{{ a.b(|x| x + a) }} <x-c :$a :d=\"a\" />\r\n@foreach (a as a)\r\n{{ a }}\r\n@endforeach\r\n@endforeach\r\n{{ a }}\r\n",
        "post",
        "//- /templates/a.forge.html\n{{ a }}\r\n@foreach (posts as post)\r\n{{ post.b(|x| x + post) }} <x-c :a=\"post\" :d=\"post\" />\r\n@foreach (post as a)\r\n{{ a }}\r\n@endforeach\r\n@endforeach\r\n{{ a }}\r\n",
    );
    check(
        "//- /templates/a.forge.html\n@rust let total = 1; @endrust {{ tot$0al }} @if (let Some(x) = total) {{ x }} @endif\n",
        "sum",
        "//- /templates/a.forge.html\n@rust let sum = 1; @endrust {{ sum }} @if (let Some(x) = sum) {{ x }} @endif\n",
    );
    check(
        "//- /templates/a.forge.html\n@if (let Post { title, .. } = post) {{ ti$0tle }} @endif\n",
        "name",
        "//- /templates/a.forge.html\n@if (let Post { title: name, .. } = post) {{ name }} @endif\n",
    );
}

#[test]
fn bad_names_are_refused() {
    let card = "//- /templates/a.forge.html\n<x-$0card />\n//- /templates/components/card.forge.html\nx\n//- /templates/components/box.forge.html\ny\n";
    check_refused(card, "a b", "cannot be the name of a view");
    check_refused(card, "", "cannot be the name of a view");
    check_refused(card, "box", "already");
    check_refused(card, "card", "already");
    check_refused(card, "ui::card", "namespace");
    let local = "//- /templates/a.forge.html\n@foreach (posts as $0a)\n{{ a }} {{ b }}\n@endforeach\n";
    check_refused(local, "b", "already");
    check_refused(local, "1x", "cannot be the name of a variable");
    check_refused(local, "aB", "write `a_b`");
    check_refused(local, "loop", "something else");
    let section = "//- /templates/a.forge.html\n@section('$0a') @endsection @yield('b')\n";
    check_refused(section, "it's", "cannot be a section");
    check_refused(section, "b", "already");
}

#[test]
fn what_others_name_is_refused() {
    check_refused("//- /templates/a.forge.html\n{{ $0title }}\n", "x", "given by Rust");
    check_refused("//- /templates/a.forge.html\n@error('a') {{ $0message }} @enderror\n", "x", "made by a directive");
    check_refused("//- /templates/a.forge.html\n<x-$0card />\n", "x", "no template");
    check_refused("//- /templates/a.forge.html\n<p$0>\n", "x", "there is no name");
    check_refused("//- /templates/components/a.forge.html\n{{ $0slot }}\n", "x", "default slot");
}

#[test]
fn files_are_moved_only_by_clients_that_can() {
    let text = "//- /templates/a.forge.html\n<x-$0card /> @section('a')x @endsection\n//- /templates/components/card.forge.html\nx\n";
    let project = Project::with(text, Client { file_operations: FileOperations::default(), ..full_client() });
    let error = renamed(&project, "box").expect_err("the file cannot be moved");
    assert!(error.contains("cannot move files"), "{error}");
    assert!(prepare(&project.snapshot, &project.at()).is_err());
    let plain = Client { versions_edits: false, file_operations: FileOperations::default(), ..full_client() };
    let project = Project::with("//- /templates/a.forge.html\n@yield('$0a')\n", plain);
    assert_eq!(renamed(&project, "b").as_deref(), Ok("//- /templates/a.forge.html\n@yield('b')\n"));
}

#[test]
fn what_is_renamed_is_shown_before() {
    let project =
        Project::new("//- /templates/a.forge.html\nä𝄞 <x-c$0ard />\n//- /templates/components/card.forge.html\nx\n");
    let Ok(Some(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder })) =
        prepare(&project.snapshot, &project.at())
    else {
        panic!("it can be renamed");
    };
    assert_eq!(
        (project.shown(&project.uri, range), placeholder.as_str()),
        ("/templates/a.forge.html 1:8 card".to_owned(), "card")
    );
}

#[test]
fn templates_that_are_moved_keep_their_uses() {
    let project = Project::new(
        "//- /templates/a.forge.html\n@include('parts.row') <x-card></x-card>\n//- /templates/parts/row.forge.html\nx\n//- /templates/components/card.forge.html\nx\n",
    );
    let moved = |from: &str, to: &str| {
        let uri = |name: &str| crate::document::uri_of(&project.path(name)).expect("the path is absolute").to_string();
        let params = RenameFilesParams { files: vec![FileRename { old_uri: uri(from), new_uri: uri(to) }] };
        files(&project.snapshot, &params).expect("the request is right").map(|edit| project.applied(&edit))
    };
    assert_eq!(
        moved("/templates/parts/row.forge.html", "/templates/rows/one.forge.html").as_deref(),
        Some("//- /templates/a.forge.html\n@include('rows.one') <x-card></x-card>\n")
    );
    assert_eq!(
        moved("/templates/parts", "/templates/bits").as_deref(),
        Some("//- /templates/a.forge.html\n@include('bits.row') <x-card></x-card>\n")
    );
    assert_eq!(
        moved("/templates/components/card.forge.html", "/templates/components/ui/card.forge.html").as_deref(),
        Some("//- /templates/a.forge.html\n@include('parts.row') <x-ui.card></x-ui.card>\n")
    );
    assert_eq!(moved("/templates/a.forge.html", "/other/a.forge.html"), None);
}

#[test]
fn rust_follows_the_name_of_a_view() {
    check(
        "//- /src/lib.rs\nfn a() -> View { /* ä𝄞 */ view!(\"posts.index\") }\n#[derive(View)]\n#[view(\"posts.index\")]\nstruct B;\n//- /templates/a.forge.html\n@include('po$0sts.index')\n//- /templates/posts/index.forge.html\nx\n",
        "posts.list",
        "//- /src/lib.rs\nfn a() -> View { /* ä𝄞 */ view!(\"posts.list\") }\n#[derive(View)]\n#[view(\"posts.list\")]\nstruct B;\n//- /templates/a.forge.html\n@include('posts.list')\n//- /templates/posts/index.forge.html\n(gone)\n//- /templates/posts/list.forge.html\nx\n",
    );
}

#[test]
fn data_of_a_component_keeps_its_keys() {
    let component = "//- /templates/components/card.forge.html\n@props(['title', 'size' => 1])\n{{ title }}\n";
    let page = |first: &str, second: &str| {
        format!(
            "//- /templates/a.forge.html\n@foreach (a as title)\n@component('components.card', {{ {first}, 'size' => 2 }}) @endcomponent {{{{ {second} }}}}\n@endforeach\n"
        )
    };
    check(
        &format!("{}{component}", page("title", "ti$0tle")),
        "name",
        &page("title: name", "name").replace("as title", "as name"),
    );
    check(
        &format!("{}{}", page("title", "title"), component.replace("{{ title", "{{ ti$0tle")),
        "heading_text",
        &format!(
            "{}//- /templates/components/card.forge.html\n@props(['heading-text', 'size' => 1])\n{{{{ heading_text }}}}\n",
            page("heading_text: title", "title")
        ),
    );
}
