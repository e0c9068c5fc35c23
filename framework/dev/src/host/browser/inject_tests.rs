//! Where the script goes, as data.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;

use super::{HELD_BYTES_MAX, Injector, Wanted, inject};

const MARK: &str = "[S]";

/// `template` has `[S]` where the script must appear; the input is the template without it, fed in every chunk size.
fn check(template: &str) {
    let page = template.replacen(MARK, "", 1);
    for size in [1, 2, 3, 7, page.len().max(1)] {
        let mut injector = Injector::new(MARK.into());
        let mut out = Vec::new();
        for chunk in page.as_bytes().chunks(size) {
            out.extend(injector.feed(chunk));
        }
        out.extend(injector.finish());
        assert_eq!(String::from_utf8(out).unwrap(), template, "in chunks of {size}");
    }
}

#[test]
fn the_script_goes_before_the_last_end_of_body() {
    let templates = [
        "<html><body><p>hi</p>[S]</body></html>\n",
        "<p>a fragment without end[S]",
        "[S]",
        "<body>[S]</BODY >",
        "<body>one</body>two[S]</body></html>",
        "<body><script>var x = '</body>';</script>[S]</body>",
        "<body><script>document.write('<body></body>')</script >x[S]</body>",
        "<body><!-- </body> -->[S]</body><!-- </body> -->",
        "<body><!----></p>[S]</body>",
        "<body><!-->one</body> two[S]</body>",
        "<body><textarea></body></textarea>[S]</body>",
        "<body><title></body></title><style>a::after{content:'</body>'}</style>[S]</body>",
        "<body data-x='</body>' data-y=\"</body>\">[S]</body>",
        "<!doctype html><?xml </body ?><body>a < b </bodyguard>[S]</body>",
        "<body>1 <2 </ body> <</p> <[S]</body>",
        "<body><script>unclosed </body>[S]",
        "<body>ü€😀[S]</body>",
    ];
    for template in templates {
        check(template);
    }
}

#[test]
fn only_a_few_bytes_are_held_back() {
    let mut injector = Injector::new(MARK.into());
    assert_eq!(injector.feed(b"<p>hello</p>"), b"<p>hello</p>");
    assert_eq!(injector.feed(b"<p>world</bo"), b"<p>world");
    assert_eq!(injector.feed(b"ld></html>"), b"</bold></html>");
}

#[test]
fn a_long_tail_is_not_kept_for_ever() {
    let mut injector = Injector::new(MARK.into());
    let mut out = injector.feed(b"<body></body>");
    out.extend(injector.feed(&vec![b'x'; HELD_BYTES_MAX]));
    assert!(out.starts_with(b"<body>[S]</body>xxx"));
    assert_eq!(injector.feed(b"</body>"), b"</body>");
    assert_eq!(injector.finish(), b"");
}

struct Case {
    name: &'static str,
    method: Method,
    request: &'static [(&'static str, &'static str)],
    status: u16,
    response: &'static [(&'static str, &'static str)],
    injected: bool,
}

const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");

fn case(name: &'static str, injected: bool) -> Case {
    Case { name, method: Method::GET, request: &[], status: 200, response: &[HTML], injected }
}

fn cases() -> Vec<Case> {
    vec![
        case("a page", true),
        Case { request: &[("sec-fetch-dest", "document")], ..case("a navigation", true) },
        Case { request: &[("sec-fetch-dest", "empty")], ..case("a fetch by a script", false) },
        Case { request: &[("sec-fetch-dest", "iframe")], ..case("a frame", false) },
        Case { request: &[("hx-request", "true")], ..case("a fragment for htmx", false) },
        Case { request: &[("x-requested-with", "XMLHttpRequest")], ..case("a fragment for a script", false) },
        Case { method: Method::HEAD, ..case("no body", false) },
        Case { method: Method::POST, ..case("a form shown again", true) },
        Case { status: 500, ..case("an error page", true) },
        Case { status: 304, ..case("not modified", false) },
        Case { status: 206, ..case("a range", false) },
        Case { response: &[("content-type", "application/json")], ..case("JSON", false) },
        Case { response: &[("content-type", "text/htmlx")], ..case("a longer type", false) },
        Case { response: &[("content-type", "TEXT/HTML")], ..case("an upper case type", true) },
        Case { response: &[("content-type", "text/html;charset=utf-16le")], ..case("UTF-16", false) },
        Case { response: &[], ..case("no type", false) },
        Case { response: &[HTML, ("content-encoding", "gzip")], ..case("gzip", false) },
        Case { response: &[HTML, ("content-encoding", "br")], ..case("brotli", false) },
        Case { response: &[HTML, ("content-encoding", "identity")], ..case("identity", true) },
        Case { response: &[HTML, ("content-disposition", "attachment; filename=a.html")], ..case("a download", false) },
        Case { response: &[HTML, ("x-anvil-no-inject", "1")], ..case("opted out", false) },
    ]
}

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    pairs.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v))).collect()
}

fn page(case: &Case) -> Response {
    let body = Body::from("<body>hi</body>");
    (StatusCode::from_u16(case.status).unwrap(), headers(case.response), body).into_response()
}

async fn text(response: Response) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

#[tokio::test]
async fn only_pages_get_the_script() {
    for case in cases() {
        let request = Request::builder().method(&case.method).body(()).unwrap();
        let wanted = Wanted::by(request.method(), &headers(case.request), true);
        let response = inject(&wanted, "t0ken", 7, page(&case));
        assert!(!response.headers().contains_key("x-anvil-no-inject"), "{}", case.name);
        let body = text(response).await;
        assert_eq!(
            body.contains("/__anvil/client.js?token=t0ken&generation=7"),
            case.injected,
            "{}: {body}",
            case.name
        );
    }
}

#[tokio::test]
async fn a_host_that_is_not_ours_gets_no_token() {
    let wanted = Wanted::by(&Method::GET, &HeaderMap::new(), false);
    let body = text(inject(&wanted, "t0ken", 7, page(&case("a page", false)))).await;
    assert_eq!(body, "<body>hi</body>");
}

#[tokio::test]
async fn length_and_cache_headers_fit_the_new_body() {
    let wanted = Wanted::by(&Method::GET, &HeaderMap::new(), true);
    let mut response = page(&case("a page", true));
    for (name, value) in
        [("content-length", "15"), ("etag", "\"a\""), ("last-modified", "Thu, 01 Jan 1970 00:00:00 GMT")]
    {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    let response = inject(&wanted, "t", 1, response);
    let length: usize = response.headers()["content-length"].to_str().unwrap().parse().unwrap();
    assert!(!response.headers().contains_key("etag"));
    assert!(!response.headers().contains_key("last-modified"));
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(text(response).await.len(), length);
}

#[tokio::test]
async fn a_streamed_page_of_unknown_length_works() {
    let chunks = ["<html><bo", "dy>one</bod", "y></html>"].map(Ok::<_, std::io::Error>);
    let mut response = page(&case("a page", true));
    *response.body_mut() = Body::from_stream(futures_util::stream::iter(chunks));
    let wanted = Wanted::by(&Method::GET, &HeaderMap::new(), true);
    let body = text(inject(&wanted, "t", 1, response)).await;
    assert!(body.starts_with("<html><body>one<script src="), "{body}");
    assert!(body.ends_with("defer></script></body></html>"), "{body}");
}

#[tokio::test]
async fn the_script_carries_the_pages_own_nonce_and_only_a_clean_one() {
    for (policy, expected) in [("script-src 'self' 'nonce-aB3='", true), ("script-src 'nonce-a\"><b'", false)] {
        let mut response = page(&case("a page", true));
        response.headers_mut().insert("content-security-policy", HeaderValue::from_static(policy));
        let wanted = Wanted::by(&Method::GET, &HeaderMap::new(), true);
        let body = text(inject(&wanted, "t", 1, response)).await;
        assert_eq!(body.contains(" nonce=\"aB3=\""), expected, "{body}");
        assert!(!body.contains("<b'"), "{body}");
    }
}

#[tokio::test]
async fn a_page_that_came_from_a_form_says_so() {
    let wanted = Wanted::by(&Method::POST, &HeaderMap::new(), true);
    assert!(text(inject(&wanted, "t", 1, page(&case("a page", true)))).await.contains("&posted=1\""));
}
