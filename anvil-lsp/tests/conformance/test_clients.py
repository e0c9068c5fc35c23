"""As Neovim, VS Code and Emacs see it: pytest-lsp has written down what each of them says it can do, and checks that what comes
back respects it. lsprotocol reads every message strictly, so an answer of the wrong shape fails here."""

import asyncio
import os
import pathlib
import time

import pytest
import pytest_lsp
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import default_converter
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

from conftest import CHECKOUT
from wire import PATIENCE_S, SERVER

CLIENTS = ["visual_studio_code@1.65.2", "neovim@0.7.0", "neovim@0.10.0", "neovim@0.11.0", "emacs@29.1"]

TEMPLATE = "templates/posts/show.forge.html"


def make_client():
    """Keeps what pytest-lsp has no place for."""
    client = LanguageClient(converter_factory=default_converter)
    own = types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS
    register_lsp_features(client, {name: feature for name, feature in DEFAULT_CLIENT_FEATURES.items() if name != own})
    client.registrations = []
    client.publications = []
    client.reload_statuses = []

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(client: LanguageClient, params: types.RegistrationParams):
        client.registrations.extend(params.registrations)

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def publish(client: LanguageClient, params: types.PublishDiagnosticsParams):
        client.publications.append(params)
        client.diagnostics[params.uri] = params.diagnostics

    @client.feature("anvil/reloadStatus")
    def reload_status(client: LanguageClient, params):
        client.reload_statuses.append(params)

    @client.feature("experimental/serverStatus")
    def server_status(client: LanguageClient, params):
        pass

    @client.feature(types.WORKSPACE_CODE_LENS_REFRESH)
    def refresh(client: LanguageClient, params):
        return None

    return client


CONFIG = ClientServerConfig(
    server_command=[SERVER, "--stdio"],
    client_factory=make_client,
    server_env={**os.environ, "ANVIL_LSP_LOG": "warn"},
)


@pytest_lsp.fixture(params=CLIENTS, config=CONFIG)
async def client(request, lsp_client: LanguageClient):
    capabilities = client_capabilities(request.param)
    folder = CHECKOUT / "examples" / "blog"
    lsp_client.server_said = await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=capabilities,
            workspace_folders=[types.WorkspaceFolder(uri=folder.as_uri(), name="blog")],
            root_uri=folder.as_uri(),
            initialization_options={"daemon": "off"},
        )
    )
    yield
    await lsp_client.shutdown_session()


def open_blog(client, file=TEMPLATE, text=None):
    """Opens a file of the blog; its address."""
    path = CHECKOUT / "examples" / "blog" / file
    language = "rust" if file.endswith(".rs") else "forge"
    text = path.read_text() if text is None else text
    item = types.TextDocumentItem(uri=path.as_uri(), language_id=language, version=1, text=text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
    return path.as_uri(), text


def place(uri, text, before, behind=0):
    """The position `behind` characters behind the start of `before`, which stands on an ASCII line."""
    at = text.index(before) + behind
    line = text.count("\n", 0, at)
    return {
        "text_document": types.TextDocumentIdentifier(uri=uri),
        "position": types.Position(line=line, character=at - (text.rfind("\n", 0, at) + 1)),
    }


def pulls(client):
    return client.capabilities.text_document.diagnostic is not None


async def diagnostics(client, uri):
    """However this client comes by them."""
    if pulls(client):
        report = await client.text_document_diagnostic_async(
            types.DocumentDiagnosticParams(text_document=types.TextDocumentIdentifier(uri=uri))
        )
        return report.items
    while uri not in client.diagnostics:
        told = client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        await asyncio.wait_for(told, PATIENCE_S)
    return client.diagnostics[uri]


@pytest.mark.asyncio
async def test_the_encoding_is_one_that_the_client_offers(client: LanguageClient):
    general = client.capabilities.general
    offered = (general and general.position_encodings) or ["utf-16"]
    assert client.server_said.capabilities.position_encoding in offered


@pytest.mark.asyncio
async def test_diagnostics_are_pulled_or_pushed(client: LanguageClient):
    assert (client.server_said.capabilities.diagnostic_provider is not None) == pulls(client)
    uri, _ = open_blog(client, text="𝄞 @if (a)\n")
    [found] = await diagnostics(client, uri)
    width = {"utf-8": 4, "utf-16": 2, "utf-32": 1}[client.server_said.capabilities.position_encoding]
    assert (found.range.start.line, found.range.start.character) == (0, width + 1)
    assert found.source == "forge"
    if pulls(client):
        assert not [one for one in client.publications if one.uri == uri and one.diagnostics]


@pytest.mark.asyncio
async def test_the_blog_has_no_mistakes(client: LanguageClient):
    for path in sorted((CHECKOUT / "examples/blog/templates").rglob("*.forge.html")):
        uri, _ = open_blog(client, str(path.relative_to(CHECKOUT / "examples/blog")))
        assert list(await diagnostics(client, uri)) == [], path


@pytest.mark.asyncio
async def test_only_offered_registrations_are_made(client: LanguageClient):
    uri, _ = open_blog(client)
    await diagnostics(client, uri)
    workspace = client.capabilities.workspace
    watches = workspace.did_change_watched_files
    if not (watches and watches.dynamic_registration):
        assert client.registrations == []
    # Nobody is asked to register what `initialize` has said already.
    assert all(one.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES for one in client.registrations)


PLACES = [("{{ post.title }}", 5), ("{{ post.title }}", 10), ("<x-quote", 5), ("route('posts.edit'", 9), ("@section('content')", 11), ("@extends", 3)]


@pytest.mark.asyncio
@pytest.mark.parametrize("before, behind", PLACES)
async def test_answers_about_a_place_are_well_formed(client: LanguageClient, before, behind):
    uri, text = open_blog(client)
    here = place(uri, text, before, behind)
    await client.text_document_completion_async(types.CompletionParams(**here))
    hover = await client.text_document_hover_async(types.HoverParams(**here))
    if hover and isinstance(hover.contents, types.MarkupContent):
        formats = client.capabilities.text_document.hover.content_format
        assert hover.contents.kind in formats
    await client.text_document_signature_help_async(types.SignatureHelpParams(**here))
    definition = await client.text_document_definition_async(types.DefinitionParams(**here))
    links = client.capabilities.text_document.definition
    if isinstance(definition, list) and any(isinstance(one, types.LocationLink) for one in definition):
        assert links and links.link_support, "this client does not know links of definitions"
    context = types.ReferenceContext(include_declaration=True)
    await client.text_document_references_async(types.ReferenceParams(**here, context=context))
    await client.text_document_document_highlight_async(types.DocumentHighlightParams(**here))


@pytest.mark.asyncio
async def test_answers_about_a_document_are_well_formed(client: LanguageClient):
    uri, text = open_blog(client)
    document = types.TextDocumentIdentifier(uri=uri)
    symbols = await client.text_document_document_symbol_async(types.DocumentSymbolParams(text_document=document))
    ability = client.capabilities.text_document.document_symbol
    if symbols and isinstance(symbols[0], types.DocumentSymbol):
        assert ability and ability.hierarchical_document_symbol_support, "this client wants a flat list"
    await client.text_document_folding_range_async(types.FoldingRangeParams(text_document=document))
    await client.text_document_document_link_async(types.DocumentLinkParams(text_document=document))
    await client.text_document_code_lens_async(types.CodeLensParams(text_document=document))
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    await client.text_document_formatting_async(types.DocumentFormattingParams(text_document=document, options=options))
    lines = text.count("\n")
    whole = types.Range(start=types.Position(line=0, character=0), end=types.Position(line=lines, character=0))
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(text_document=document, range=whole, context=types.CodeActionContext(diagnostics=[]))
    )
    literals = client.capabilities.text_document.code_action
    if any(isinstance(one, types.CodeAction) for one in actions or []):
        assert literals and literals.code_action_literal_support
    await client.workspace_symbol_async(types.WorkspaceSymbolParams(query="post"))


@pytest.mark.asyncio
async def test_semantic_tokens_follow_their_legend(client: LanguageClient):
    uri, text = open_blog(client)
    legend = client.server_said.capabilities.semantic_tokens_provider.legend
    document = types.TextDocumentIdentifier(uri=uri)
    tokens = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(text_document=document))
    numbers = list(tokens.data) if tokens else []
    assert len(numbers) % 5 == 0
    line, column, lines = 0, 0, text.split("\n")
    end = (-1, 0)
    for at in range(0, len(numbers), 5):
        down, right, length, kind, modifiers = numbers[at : at + 5]
        line, column = (line + down, right) if down else (line, column + right)
        assert length > 0 and column + length <= len(lines[line]), "the blog is ASCII, and no token spans lines"
        assert (line, column) >= end, "tokens do not overlap"
        end = (line, column + length)
        assert kind < len(legend.token_types) and modifiers < 1 << len(legend.token_modifiers)


@pytest.mark.asyncio
async def test_a_rename_uses_edits_that_the_client_knows(client: LanguageClient):
    uri, text = open_blog(client)
    here = place(uri, text, "<x-quote", 5)
    ability = client.capabilities.workspace.workspace_edit
    # Until the folders are read it is not known who else uses it.
    deadline = time.monotonic() + PATIENCE_S
    try:
        while await client.text_document_prepare_rename_async(types.PrepareRenameParams(**here)) is None:
            assert time.monotonic() < deadline, "a component can be renamed"
    except JsonRpcException as refusal:
        # A component is a file; whoever cannot move files is told so before a name is asked for.
        assert "rename" not in (ability.resource_operations or [])
        assert "move files" in str(refusal)
        return
    edit = await client.text_document_rename_async(types.RenameParams(**here, new_name="saying"))
    assert edit.changes or edit.document_changes
    if edit.document_changes:
        # Neovim only says what it can do to files, which is among the document changes.
        assert ability.document_changes or ability.resource_operations, "this client only knows `changes`"
        operations = {getattr(one, "kind", None) for one in edit.document_changes} - {None}
        assert operations <= set(ability.resource_operations or []), operations


@pytest.mark.asyncio
async def test_rust_files_are_taken_without_a_word(client: LanguageClient):
    uri, text = open_blog(client, "src/posts.rs")
    assert list(await diagnostics(client, uri)) == []
    here = place(uri, text, 'view!("posts.index"', 8)
    await client.text_document_definition_async(types.DefinitionParams(**here))
    await client.text_document_hover_async(types.HoverParams(**here))
    await client.text_document_completion_async(types.CompletionParams(**here))


def test_all_clients_of_the_issue_are_there():
    names = {name.split("@")[0] for name in CLIENTS}
    assert names == {"visual_studio_code", "neovim", "emacs"}
    assert pathlib.Path(SERVER).is_file()
