//! Templates that are edited and not saved: every mistake at its place, and gone when it is mended. The names and the structure
//! are the server's own; the types are the compiler's, asked through the daemon.

use super::{FORM, INDEX, LAYOUT, QUOTE, SHOW, snapshot};
use crate::session::Session;

/// Types something, keeps what is then shown, and mends it.
#[track_caller]
fn mistake(session: &mut Session, file: &str, (old, new): (&str, &str), said: &str) -> String {
    session.replace(file, old, new);
    let screen = session.until_shown(file, "forge", said);
    session.replace(file, new, old);
    session.until_clean(file);
    screen
}

#[test]
fn mistakes_in_structure_and_names() {
    let mut session = Session::live("fx-lsp-names");
    let s = &mut session;
    for file in [INDEX, SHOW, FORM, LAYOUT, QUOTE] {
        s.open(file);
        s.until_clean(file);
    }
    snapshot!("typing_a_block_that_is_not_closed", mistake(s, INDEX, ("@endforelse\n", "<!-- end -->\n"), "forelse"));
    snapshot!(
        "typing_an_echo_that_is_not_closed",
        mistake(s, SHOW, ("<h1>{{ post.title }}", "<h1>{{ post.title"), "}}")
    );
    snapshot!("typing_a_misspelt_directive", mistake(s, INDEX, ("@forelse (", "@forelsee ("), "forelse"));
    snapshot!("typing_an_end_without_a_beginning", mistake(s, FORM, ("<button>", "@endif <button>"), "endif"));
    snapshot!("typing_a_layout_that_does_not_exist", mistake(s, SHOW, ("'layouts.app'", "'layouts.ap'"), "layouts.ap"));
    snapshot!(
        "typing_a_view_that_does_not_exist",
        mistake(s, FORM, ("<button>", "@include('posts.fields') <button>"), "posts.fields")
    );
    snapshot!("typing_a_misspelt_component", mistake(s, INDEX, ("<x-pagination", "<x-paginaton"), "paginat"));
    snapshot!("typing_a_prop_is_missing", mistake(s, SHOW, (":time=\"comment.created_at\"", "data-x=\"1\""), "time"));
    snapshot!(
        "typing_a_section_that_no_layout_shows",
        mistake(s, INDEX, ("@section('content')", "@section('contents')"), "contents")
    );
    snapshot!(
        "typing_two_mistakes_at_once",
        mistake(s, INDEX, ("<h1>Posts</h1>", "@endif <x-nothing /> <h1>"), "nothing")
    );
    // In the layout, by way of a page that has not changed.
    snapshot!("typing_a_layout_loses_its_section", {
        s.replace(LAYOUT, "@yield('content')", "@yield('main')");
        let screen = s.until_shown(INDEX, "forge", "content");
        s.replace(LAYOUT, "@yield('main')", "@yield('content')");
        s.until_clean(INDEX);
        screen
    });
    // A component asks for more than its uses give.
    snapshot!("typing_a_component_asks_for_another_prop", {
        s.replace(QUOTE, "['author', 'time']", "['author', 'time', 'place']");
        let screen = s.until_shown(SHOW, "forge", "place");
        s.replace(QUOTE, "['author', 'time', 'place']", "['author', 'time']");
        s.until_clean(SHOW);
        screen
    });
}

#[test]
fn mistakes_in_types_before_anything_is_saved() {
    let mut session = Session::live("fx-lsp-types");
    let s = &mut session;
    for file in [INDEX, SHOW, FORM, QUOTE] {
        s.open(file);
        s.until_clean(file);
    }
    snapshot!(
        "typing_a_field_that_does_not_exist",
        mistake(s, INDEX, ("{{ post.title }}", "{{ post.titel }}"), "titel")
    );
    // The column counts UTF-16: the characters before it are one, two and four bytes long.
    snapshot!("typing_a_field_behind_wide_characters", {
        mistake(s, SHOW, ("<h1>{{ post.title }}", "<h1>é 𝄞 {{ post.titel }}"), "titel")
    });
    snapshot!(
        "typing_a_method_that_does_not_exist",
        mistake(s, SHOW, ("comments.len()", "comments.length()"), "length")
    );
    snapshot!(
        "typing_a_condition_that_is_none",
        mistake(s, FORM, ("<button>", "@if (form.title) x @endif <button>"), "mismatched types")
    );
    snapshot!(
        "typing_a_variable_that_does_not_exist",
        mistake(s, FORM, ("<h1>{{ heading }}", "<h1>{{ headline }}"), "headline")
    );
    snapshot!("typing_a_prop_that_is_not_there_any_more", {
        s.replace(QUOTE, "['author', 'time']", "['author']");
        let screen = s.until_shown(QUOTE, "forge", "time");
        s.replace(QUOTE, "['author']", "['author', 'time']");
        s.until_clean(QUOTE);
        screen
    });
    // While it stands there, other mistakes come and go.
    snapshot!("typing_moves_a_mistake_along", {
        s.replace(INDEX, "{{ post.title }}", "{{ post.titel }}");
        s.until_shown(INDEX, "forge", "titel");
        s.replace(INDEX, "<h1>Posts</h1>\n", "<h1>Posts</h1>\n\n\n");
        let screen = s.until_shown(INDEX, "forge", "titel");
        s.replace(INDEX, "<h1>Posts</h1>\n\n\n", "<h1>Posts</h1>\n");
        s.replace(INDEX, "{{ post.titel }}", "{{ post.title }}");
        s.until_clean(INDEX);
        screen
    });
    // Nothing of all this was ever saved.
    assert_eq!(s.status().expect("a status")["generation"]["saved"], 1);
}
