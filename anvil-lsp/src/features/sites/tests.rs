//! What must hold for any text, and for the blog.

use std::{path::Path, sync::Arc};

use tower_lsp::ls_types::{
    CodeActionContext, CodeActionParams, DocumentFormattingParams, DocumentLinkParams, DocumentSymbolParams,
    FormattingOptions, GotoDefinitionParams, Range, ReferenceContext, ReferenceParams, RenameParams,
    TextDocumentPositionParams,
};

use super::*;
use crate::{
    features::{actions, definition, fixture::Project, format, links, references, rename, symbols},
    index::scan,
    text::Text,
};

const PAGE: &str = "@extends('l')\r\n@props(['a' => 1, 'ä𝄞'])\n@section('content')\n  <x-card :title=\"a.b(|x| x + a)\" :$a max-width='{{ ä }}'>\n\
    <x-slot:foot>@foreach (posts as key => Post { id, .. })\n{{ id | upper }} {{ format!(\"{key} {}\", route('r')) }}\n@endforeach</x-slot:foot>\n\
    </x-card>\n@switch (a)\n@case(1) @include('b/c', { a, b: 2 }) @break\n@endswitch\n{{-- ä --}} @verbatim {{ 𝄞 }} @endverbatim\n@endsection\n";

/// Asks everything at a place.
fn ask_all(project: &Project, position: Position) {
    let snapshot = &project.snapshot;
    let at = TextDocumentPositionParams { text_document: project.document(), position };
    let (progress, partial) = (Default::default(), Default::default());
    let open = "the document is open";
    definition::definition(
        snapshot,
        &GotoDefinitionParams {
            text_document_position_params: at.clone(),
            work_done_progress_params: progress,
            partial_result_params: partial,
        },
    )
    .expect(open);
    references::references(
        snapshot,
        &ReferenceParams {
            text_document_position: at.clone(),
            work_done_progress_params: Default::default(),
            partial_result_params: Default::default(),
            context: ReferenceContext { include_declaration: true },
        },
    )
    .expect(open);
    let params = RenameParams {
        text_document_position: at,
        new_name: "other".to_owned(),
        work_done_progress_params: Default::default(),
    };
    if let Ok(Some(edit)) = rename::rename(snapshot, &params) {
        assert!(!project.applied(&edit).is_empty());
    }
    let params = CodeActionParams {
        text_document: project.document(),
        range: Range { start: position, end: position },
        context: CodeActionContext::default(),
        work_done_progress_params: Default::default(),
        partial_result_params: Default::default(),
    };
    actions::actions(snapshot, &params).expect(open);
}

/// Asks everything of the document.
fn ask_document(project: &Project) {
    let snapshot = &project.snapshot;
    let text_document = project.document();
    let open = "the document is open";
    let params = DocumentSymbolParams {
        text_document: text_document.clone(),
        work_done_progress_params: Default::default(),
        partial_result_params: Default::default(),
    };
    symbols::of_document(snapshot, &params).expect(open);
    let params = DocumentLinkParams {
        text_document: text_document.clone(),
        work_done_progress_params: Default::default(),
        partial_result_params: Default::default(),
    };
    links::links(snapshot, &params).expect(open);
    let options = FormattingOptions { tab_size: 4, insert_spaces: true, ..FormattingOptions::default() };
    let params = DocumentFormattingParams { text_document, options, work_done_progress_params: Default::default() };
    format::format(snapshot, &params).expect(open);
}

#[test]
fn any_beginning_of_a_text_can_be_asked_about() {
    let layout = "//- /templates/l.forge.html\n@yield('content')\n//- /templates/components/card.forge.html\n@props(['title', 'max-width'])\n{{ title }} {{ foot }}\n";
    let mut project = Project::new(&format!("{layout}//- /templates/a.forge.html\n$0\n"));
    let path = project.path("/templates/a.forge.html");
    for (end, _) in PAGE.char_indices().chain([(PAGE.len(), ' ')]) {
        let text = &PAGE[..end];
        project.snapshot.index.set_template(&path, text).expect("it is a template");
        let documents = Arc::make_mut(&mut project.snapshot.documents);
        documents.get_mut(&DocumentId::File(path.clone())).expect("it is open").text = Text::new(text);
        let text = Text::new(text);
        let names = Names { index: &project.snapshot.index, package: &project.snapshot.index.packages[0] };
        for site in names.of_view("a") {
            assert!(text.as_str().get(site.span.range()).is_some(), "{site:?} lies within the text");
        }
        ask_document(&project);
        for back in [0, 1, 2, 7, 40] {
            let mut offset = end.saturating_sub(back);
            while !text.as_str().is_char_boundary(offset) {
                offset -= 1;
            }
            ask_all(&project, text.position(offset as u32, project.snapshot.encoding()));
        }
    }
}

/// Every name of the blog's templates means something that exists.
#[test]
fn the_blog_is_understood() {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the workspace").join("examples/blog");
    let index = scan::scan(std::slice::from_ref(&root), &|| false);
    let package = &index.packages[0];
    let names = Names { index: &index, package };
    let mut count = 0;
    for view in package.views.keys() {
        for site in names.of_view(view).into_iter().filter(|site| site.role == Role::Use) {
            count += 1;
            let is_defined = match &site.symbol {
                Symbol::View(view) => package.views.contains_key(view),
                // What is between the tags, and what a page need not fill.
                Symbol::Slot { name, .. } if name == "slot" => true,
                Symbol::Given { name, .. } => {
                    let view = View { package, name: view };
                    let variables = crate::index::scope::variables(&index, view, site.span.start);
                    variables.iter().any(|variable| &variable.name == name && !variable.definitions.is_empty())
                }
                symbol => names.all(symbol).iter().any(|found| found.site.role == Role::Definition),
            };
            assert!(is_defined, "{view}: {site:?}");
        }
    }
    assert!(count > 60, "there are more names than {count}");
}
