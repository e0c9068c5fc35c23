//! The browser channel of a real host.

mod support;

use anvil_control::{BrowserStatus, FromHost, ToHost};
use anvil_dev::{App, RouteSink};
use axum::response::Html;
use support::{TOKEN, TestHost};

async fn page() -> Html<&'static str> {
    Html("<html><body>hi</body></html>")
}

async fn text() -> &'static str {
    "<body></body>"
}

fn routes(r: &mut RouteSink) {
    r.route("GET", "/", page);
    r.route("GET", "/text", text);
}

fn host() -> TestHost {
    TestHost::serving(App::Linked { routes, boot: None }, 7)
}

#[test]
fn a_page_gets_the_script_and_the_right_length() {
    let host = host();
    let reply = host.get("/");
    let script = format!("<script src=\"/__anvil/client.js?token={TOKEN}&generation=7\" defer></script>");
    assert_eq!(reply.body, format!("<html><body>hi{script}</body></html>"));
    assert_eq!(reply.header("content-length"), Some(reply.body.len().to_string().as_str()));
    assert_eq!(host.get("/text").body, "<body></body>");
}

#[test]
fn a_foreign_name_gets_the_page_without_the_secret() {
    let host = host();
    let reply = host.connect().request("GET", "/", &[("host", "evil.example")]);
    assert_eq!(reply.body, "<html><body>hi</body></html>");
    // A name that the app was given is its own.
    host.connect().request("GET", "/", &[("host", "127.0.0.1:1")]).body.find(TOKEN).expect("the script");
}

#[test]
fn an_error_page_gets_the_script_too() {
    let host = host();
    let reply = host.connect().request("GET", "/none", &[("accept", "text/html")]);
    assert_eq!(reply.status, 404);
    assert!(reply.body.contains("/__anvil/client.js"), "{}", reply.body);
}

#[test]
fn the_script_is_served_to_this_app_only() {
    let host = host();
    let script = format!("/__anvil/client.js?token={TOKEN}");
    let reply = host.get(&script);
    assert_eq!((reply.status, reply.generation()), (200, 7));
    let expected = [
        ("content-type", "text/javascript; charset=utf-8"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
    ];
    for (name, value) in expected {
        assert_eq!(reply.header(name), Some(value), "{name}");
    }
    assert!(reply.header("access-control-allow-origin").is_none());
    assert!(!reply.body.contains(TOKEN), "the script itself holds no secret");

    let denied = [
        ("GET", "/__anvil/client.js", "host", "localhost", 403),
        ("GET", script.as_str(), "host", "evil.example", 403),
        ("GET", script.as_str(), "origin", "null", 403),
        ("GET", script.as_str(), "origin", "http://evil.example", 403),
        ("GET", script.as_str(), "sec-fetch-site", "cross-site", 403),
        ("POST", script.as_str(), "content-length", "0", 405),
        ("GET", "/__anvil/other?token=0123456789abcdef0123456789abcdef", "accept", "*/*", 404),
        ("GET", "/__anvil/../client.js", "accept", "*/*", 403),
    ];
    for (method, path, name, value, status) in denied {
        let reply = host.connect().request(method, path, &[(name, value)]);
        assert_eq!(reply.status, status, "{method} {path} {name}: {value}");
        assert_eq!(reply.header("cross-origin-resource-policy"), Some("same-origin"));
        assert!(reply.header("access-control-allow-origin").is_none());
    }
}

#[test]
fn events_tell_the_state_now_and_every_later_one() {
    let mut host = host();
    let mut client = host.connect();
    client.send("GET", &format!("/__anvil/events?token={TOKEN}"), &[("accept", "text/event-stream")]);
    let head = client.read_head();
    assert_eq!((head.status, head.header("content-type")), (200, Some("text/event-stream")));
    assert_eq!(client.read_chunk().unwrap(), b"data: {\"state\":\"live\",\"generation\":7}\n\n");

    host.announce(BrowserStatus::Building { generation: 8, refresh: false });
    assert_eq!(client.read_chunk().unwrap(), b"data: {\"state\":\"building\",\"generation\":8}\n\n");
    let failed =
        BrowserStatus::Failed { generation: 8, title: "blog does not compile".into(), rendered: "a\n  <b>\n".into() };
    host.announce(failed);
    let expected = "data: {\"state\":\"failed\",\"generation\":8,\"title\":\"blog does not compile\",\"rendered\":\"a\\n  <b>\\n\"}\n\n";
    assert_eq!(String::from_utf8(client.read_chunk().unwrap()).unwrap(), expected);

    // Loading says so itself.
    host.load(9).unwrap();
    assert_eq!(client.read_chunk().unwrap(), b"data: {\"state\":\"live\",\"generation\":9}\n\n");
}

#[test]
fn a_slow_reader_gets_the_last_state() {
    let mut host = host();
    let mut client = host.connect();
    client.send("GET", &format!("/__anvil/events?token={TOKEN}"), &[]);
    client.read_head();
    for generation in 8..2008 {
        host.announce(BrowserStatus::Building { generation, refresh: false });
    }
    assert_eq!(host.ask(&ToHost::Advance { generation: 2007 }), FromHost::Advanced { generation: 2007 });
    let mut chunks = 0;
    loop {
        let chunk = String::from_utf8(client.read_chunk().unwrap()).unwrap();
        chunks += 1;
        if chunk.contains("2007") {
            break;
        }
    }
    assert!(chunks <= 2001);
}
