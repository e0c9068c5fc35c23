//! Pages as templates write them: sections, stacks, once, fragments, components.

use std::sync::Arc;

use forge::{AttributeBag, Error, Forge, Map, Render, Result, SectionEnd, Services, View, scope};

/// Writes a page, and compares it with what is expected.
#[track_caller]
fn check(write: impl FnOnce(&mut Render) -> Result<()>, expected: &str) {
    let mut render = Render::new();
    let page = write(&mut render).and_then(|()| render.finish());
    assert_eq!(page.unwrap_or_else(|error| format!("error: {error}")), expected);
}

fn section(render: &mut Render, name: &str, text: &str, end: SectionEnd) -> Result<()> {
    render.begin_section(name)?;
    // `@` stands for the parent.
    let mut parts = text.split('@');
    render.text(parts.next().unwrap_or_default());
    for part in parts {
        render.parent()?;
        render.text(part);
    }
    render.end_section(end)
}

#[test]
fn the_first_definition_of_a_section_counts() {
    check(
        |page| {
            section(page, "a", "child", SectionEnd::End)?;
            section(page, "a", "layout", SectionEnd::Show)
        },
        "child",
    );
    check(
        |page| {
            section(page, "a", "[@] child", SectionEnd::End)?;
            section(page, "a", "[@] middle", SectionEnd::End)?;
            section(page, "a", "layout", SectionEnd::Show)
        },
        "[[layout] middle] child",
    );
    check(|page| section(page, "a", "no parent: @.", SectionEnd::Show), "no parent: .");
}

#[test]
fn sections_append_and_overwrite() {
    check(
        |page| {
            section(page, "a", "1", SectionEnd::End)?;
            section(page, "a", "2", SectionEnd::Append)?;
            section(page, "b", "1", SectionEnd::End)?;
            section(page, "b", "2", SectionEnd::Overwrite)?;
            section(page, "c", "1", SectionEnd::Append)?;
            page.yield_section("a", None)?;
            page.yield_section("b", None)?;
            page.yield_section("c", None)?;
            page.yield_section("d", Some("default"))?;
            page.yield_section("a", Some("default"))
        },
        "1221default12",
    );
    check(
        |page| {
            page.section_text("title", &forge::escape("<b>"))?;
            page.yield_section("title", None)
        },
        "&#60;b&#62;",
    );
}

#[test]
fn sections_exist_if_they_have_more_than_space() {
    let mut page = Render::new();
    section(&mut page, "blank", " \n", SectionEnd::End).unwrap();
    section(&mut page, "parent", " @ ", SectionEnd::End).unwrap();
    section(&mut page, "full", " x ", SectionEnd::End).unwrap();
    assert!(
        !page.has_section("blank")
            && !page.has_section("parent")
            && !page.has_section("none")
            && page.has_section("full")
    );
}

#[test]
fn sections_may_stand_within_each_other() {
    check(
        |page| {
            page.begin_section("outer")?;
            page.text("(");
            section(page, "inner", "x", SectionEnd::Show)?;
            page.text(")");
            page.end_section(SectionEnd::End)?;
            page.yield_section("outer", None)?;
            page.yield_section("inner", None)
        },
        "(x)x",
    );
}

fn push(page: &mut Render, text: &str, prepends: bool) -> Result<()> {
    if page.begin_push("s", None, prepends)? {
        page.text(text);
        page.end_push()?;
    }
    Ok(())
}

#[test]
fn stacks_go_by_depth_and_order() {
    check(
        |page| {
            push(page, "1", false)?;
            push(page, "2", false)?;
            push(page, "a", true)?;
            push(page, "b", true)?;
            page.stack("s")
        },
        "ba12",
    );
    // As Blade: what is deeper stands together, and the depths in the order in which they first pushed.
    check(
        |page| {
            page.begin_view("child")?;
            page.begin_view("include")?;
            push(page, "i", false)?;
            push(page, "p", true)?;
            page.end_view()?;
            push(page, "c", false)?;
            push(page, "q", true)?;
            page.begin_view("layout")?;
            push(page, "l", false)?;
            page.stack("s")?;
            page.end_view()?;
            page.end_view()
        },
        "qpilc",
    );
}

#[test]
fn some_things_happen_once() {
    check(
        |page| {
            for text in ["1", "2"] {
                if page.begin_push("s", Some("key"), false)? {
                    page.text(text);
                    page.end_push()?;
                }
                if page.once("other") {
                    page.text("once ");
                }
            }
            assert!(!page.once("key"), "keys of pushes and of @once are one kind");
            assert!(page.has_stack("s") && !page.has_stack("t"));
            page.stack("s")
        },
        "once 1",
    );
}

#[test]
fn views_lose_space_at_their_beginning() {
    check(
        |page| {
            page.begin_view("a")?;
            page.text("\n x ");
            page.begin_view("b")?;
            page.text("\t\n y ");
            page.end_view()?;
            page.end_view()
        },
        "x y ",
    );
}

#[test]
fn components_get_slots_and_what_is_passed_around() {
    check(
        |page| {
            page.begin_component("menu", Map::from([("maxWidth", 3), ("color", 1)]))?;
            page.text(" default ");
            page.begin_slot("title-bar", AttributeBag::new().with("class", "c"))?;
            page.text("\n<b>T</b> ");
            page.end_slot()?;
            page.begin_component("item", Map::from([("color", 2)]))?;
            let slots = page.end_component_body()?;
            assert!(slots.default_slot().is_empty());
            page.begin_view("components.item")?;
            let (width, color) = (page.aware("max_width"), page.aware("color"));
            page.text(&format!("[{} {}]", width.unwrap_or_default(), color.unwrap_or_default()));
            assert!(page.aware("none").is_none());
            page.end_view()?;
            page.end_component()?;
            let mut slots = page.end_component_body()?;
            let title = slots.take("titleBar").ok_or_else(|| Error::message("the slot is missing"))?;
            page.begin_view("components.menu")?;
            page.text(&format!("{} {} {}", title, title.attributes, slots.default_slot()));
            page.end_view()?;
            page.end_component()?;
            assert!(page.aware("color").is_none());
            Ok(())
        },
        "<b>T</b> class=\"c\" default [3 2]",
    );
}

#[test]
fn comments_are_no_content() {
    for (html, has) in [
        ("", false),
        (" <!-- a --> <!---->", false),
        ("<!-- a --> b", true),
        ("<i></i>", true),
        ("<!-- a", true),
        ("a<!-- -->", true),
    ] {
        assert_eq!(forge::Slot::new(html, AttributeBag::new()).has_actual_content(), has, "{html}");
    }
}

#[test]
fn pairs_must_fit() {
    check(|page| page.end_view(), "error: a view ends, but nothing is open");
    check(|page| page.begin_section("a").and_then(|()| page.end_view()), "error: a view ends, but section `a` is open");
    check(|page| page.begin_fragment("a"), "error: fragment `a` is never closed");
    check(|page| page.parent(), "error: @parent stands outside of a section");
    check(
        |page| page.begin_slot("a", AttributeBag::new()).and_then(|()| page.end_slot()),
        "error: slot `a` stands outside of a component",
    );
}

#[test]
fn pages_have_limits() {
    let mut page = Render::new();
    let deep = (0..=forge::VIEWS_MAX).try_for_each(|_| page.begin_view("self"));
    assert_eq!(
        deep.expect_err("the depth has a limit").to_string(),
        "more than 100 templates are within each other; does `self` contain itself?"
    );
    let mut page = Render::new();
    let text = "x".repeat(1 << 20);
    let large = (0..1000).try_for_each(|_| {
        page.text(&text);
        page.turn()
    });
    assert_eq!(
        large.expect_err("the size has a limit").to_string(),
        "the page is larger than 67108864 bytes; a loop may not end"
    );
    let mut page = Render::new();
    let kept = (0..1000).try_for_each(|_| {
        page.begin_section("a")?;
        page.text(&text);
        page.end_section(SectionEnd::Append)
    });
    assert!(kept.is_err(), "what is kept counts, too");
}

fn fragments() -> View {
    View::new("page", |page| {
        page.text("before ");
        for name in ["a", "b"] {
            page.begin_fragment(name)?;
            page.text(&format!("<{name}>"));
            page.end_fragment()?;
        }
        Ok(())
    })
}

#[test]
fn fragments_can_be_sent_alone() {
    assert_eq!(fragments().render().unwrap(), "before <a><b>");
    assert_eq!(fragments().fragment("b").render().unwrap(), "<b>");
    assert_eq!(fragments().fragments(["b", "a"]).render().unwrap(), "<b><a>");
    assert_eq!(fragments().all_fragments().render().unwrap(), "<a><b>");
    assert_eq!(fragments().fragment_if(false, "b").render().unwrap(), "before <a><b>");
    assert_eq!(fragments().fragment_if(true, "b").render().unwrap(), "<b>");
    let unknown = fragments().fragment("c").render().expect_err("there is no such fragment");
    assert_eq!(unknown.to_string(), "there is no fragment `c`; the page has `a`, `b`");
}

#[test]
fn data_come_from_composers_views_and_the_app() {
    let forge = Forge::new()
        .composer(["layouts.*", "page"], |view| {
            let name = view.name().to_owned();
            view.with("name", format!("composed for {name}"));
            Ok(())
        })
        .creator("page", |view| {
            view.with("with", "created").with("creator", "created");
            Ok(())
        });
    forge.share("app", "Forge");
    forge.share("with", "shared");
    let services = Arc::new(Services { forge: Arc::new(forge), ..Services::default() });
    let shown = |page: &mut Render, keys: &[&str]| {
        for key in keys {
            let value = page.find_data(key).map_or_else(|| "-".to_owned(), |value| value.to_string());
            page.text(&format!("{value}|"));
        }
    };
    let view = View::new("page", move |page| {
        page.begin_view("page")?;
        shown(page, &["name", "with", "creator", "app"]);
        page.begin_view("layouts.app")?;
        shown(page, &["name", "with"]);
        page.end_view()?;
        page.begin_isolated_view("other")?;
        shown(page, &["name", "with", "app"]);
        page.end_view()?;
        page.begin_component("card", Map::new())?;
        page.end_component_body()?;
        page.begin_view("components.card")?;
        shown(page, &["name", "app"]);
        page.end_view()?;
        page.end_component()?;
        page.data("none").expect_err("it was not added");
        page.end_view()
    });
    assert_eq!(
        scope(services, || view.with("with", "given").render()).unwrap(),
        "composed for page|given|created|Forge|composed for layouts.app|given|-|shared|Forge|-|Forge|"
    );
}

#[test]
fn dumping_can_end_a_page() {
    let view = View::new("page", |page| {
        page.text("lost");
        page.begin_section("open")?;
        page.dump_and_stop(&[("a", 1.into())])
    });
    assert_eq!(view.render().unwrap(), "<pre class=\"forge-dump\">a = 1</pre>\n");
}

#[cfg(feature = "axum")]
#[test]
fn views_are_responses() {
    use axum_core::response::IntoResponse;
    let page = fragments().into_response();
    assert_eq!(
        (page.status().as_u16(), page.headers()["content-type"].to_str().unwrap()),
        (200, "text/html; charset=utf-8")
    );
    let failed = fragments().fragment("none").into_response();
    assert_eq!(failed.status().as_u16(), 500);
    let error = failed.extensions().get::<Arc<Error>>().expect("the error goes with the response");
    assert!(error.to_string().starts_with("there is no fragment"));
}
