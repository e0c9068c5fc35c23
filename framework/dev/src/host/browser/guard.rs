//! Who may use the browser channel. It is read-only, and still only pages of this very app may read it: a compiler message
//! quotes source, and a foreign site must not learn even that an app runs here.
//!
//! Four independent checks: the `Host` is one of ours (against DNS rebinding), a present `Origin` is exactly this app's, the
//! browser does not call the request cross-site, and the token is the daemon's (128 bits, new for each daemon).

use std::net::{IpAddr, SocketAddr};

use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, Method, Uri};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Why a request may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denied {
    Host,
    Method,
    Origin,
    Site,
    Token,
}

#[derive(Debug)]
pub(crate) struct Guard {
    /// Empty: there is no browser channel.
    token: String,
    listen: SocketAddr,
}

impl Guard {
    pub(crate) fn new(token: String, listen: SocketAddr) -> Self {
        Self { token, listen }
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// `configured` are the host names of the app's configuration.
    pub(crate) fn check(&self, request: &Parts, configured: &[String]) -> Result<(), Denied> {
        let Some(authority) = self.own_authority(&request.uri, &request.headers, configured) else {
            return Err(Denied::Host);
        };
        if request.method != Method::GET {
            return Err(Denied::Method);
        }
        let mut origins = request.headers.get_all(ORIGIN).iter();
        if let Some(origin) = origins.next() {
            let own = origin.to_str().ok().and_then(|origin| origin.strip_prefix("http://"));
            if !own.is_some_and(|own| own.eq_ignore_ascii_case(authority.as_str())) || origins.next().is_some() {
                return Err(Denied::Origin);
            }
        }
        let mut sites = request.headers.get_all(SEC_FETCH_SITE).iter();
        if !sites.all(|site| site == "same-origin" || site == "none") {
            return Err(Denied::Site);
        }
        match token_of(request.uri.query()) {
            Some(token) if !self.token.is_empty() && equal_in_constant_time(token, &self.token) => Ok(()),
            _ => Err(Denied::Token),
        }
    }

    /// The request was made to one of this app's own names.
    pub(crate) fn host_allowed(&self, uri: &Uri, headers: &HeaderMap, configured: &[String]) -> bool {
        self.own_authority(uri, headers, configured).is_some()
    }

    /// The request's only authority, if it is this app's.
    fn own_authority(&self, uri: &Uri, headers: &HeaderMap, configured: &[String]) -> Option<Authority> {
        let mut hosts = headers.get_all(HOST).iter();
        let host = hosts.next()?.to_str().ok()?;
        if hosts.next().is_some() || host.contains('@') {
            return None;
        }
        let authority: Authority = host.parse().ok()?;
        let same = uri.authority().is_none_or(|target| target.as_str().eq_ignore_ascii_case(authority.as_str()));
        (same && self.is_own_name(authority.host(), configured)).then_some(authority)
    }

    fn is_own_name(&self, name: &str, configured: &[String]) -> bool {
        let name = name.to_ascii_lowercase();
        let literal = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&name);
        if let Ok(address) = literal.parse::<IpAddr>() {
            // A rebinding attack needs a name, so a literal address that reaches us is ours; a listener on one address
            // still accepts no other.
            return address.is_loopback() || self.listen.ip().is_unspecified() || self.listen.ip() == address;
        }
        name == "localhost"
            || name.strip_suffix(".localhost").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('.'))
            || configured.iter().any(|own| own.eq_ignore_ascii_case(&name))
    }
}

/// The only `token` of a query.
fn token_of(query: Option<&str>) -> Option<&str> {
    let mut tokens = query?.split('&').filter_map(|pair| pair.strip_prefix("token="));
    let token = tokens.next()?;
    tokens.next().is_none().then_some(token)
}

/// Takes as long for a near miss as for a far one. The length is no secret.
fn equal_in_constant_time(a: &str, b: &str) -> bool {
    let difference = a.bytes().zip(b.bytes()).fold(0, |difference, (a, b)| difference | (a ^ b));
    a.len() == b.len() && std::hint::black_box(difference) == 0
}

/// Host names in the app's own configuration: of `server.addr` and of `app.url`.
pub(crate) fn configured_names(addr: &str, url: &str) -> Vec<String> {
    let of_addr = addr.parse::<Authority>().ok();
    let of_url = url.parse::<Uri>().ok().and_then(|url| url.authority().cloned());
    of_addr
        .into_iter()
        .chain(of_url)
        .map(|authority| authority.host().to_owned())
        .filter(|host| !host.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::{Denied, Guard, configured_names};

    const TOKEN: &str = "0123456789abcdef0123456789abcdef";

    fn verdict(listen: &str, line: &str) -> Result<(), Denied> {
        let mut request = Request::builder();
        let mut target = format!("/__anvil/events?token={TOKEN}");
        let mut method = "GET";
        for part in line.split_whitespace() {
            let (name, value) = part.split_once('=').expect("name=value");
            match name {
                "target" => target = value.replace("TOKEN", TOKEN),
                "method" => method = value,
                header => request = request.header(header, value),
            }
        }
        let (parts, ()) = request.method(method).uri(target).body(()).expect("a request").into_parts();
        let configured = configured_names("app.test:8080", "http://shop.test");
        Guard::new(TOKEN.to_owned(), listen.parse().expect("an address")).check(&parts, &configured)
    }

    #[test]
    fn the_table_of_hosts() {
        let own = [
            "localhost:8080",
            "LocalHost",
            "blog.localhost:8080",
            "a.b.localhost",
            "127.0.0.1:8080",
            "127.8.8.8",
            "[::1]:8080",
            "app.test:8080",
            "APP.test",
            "shop.test",
        ];
        for host in own {
            assert_eq!(verdict("127.0.0.1:8080", &format!("host={host}")), Ok(()), "{host}");
        }
        let foreign = [
            "evil.example",
            "localhost.evil.example",
            "evillocalhost",
            ".localhost",
            "127.0.0.1.evil.example",
            "192.168.1.5:8080",
            "localhost@evil.example",
            "evil.example:8080",
            "0x7f000001",
            "[::2]",
            "app.test.evil.example",
            "localhost:80:80",
        ];
        for host in foreign {
            assert_eq!(verdict("127.0.0.1:8080", &format!("host={host}")), Err(Denied::Host), "{host}");
        }
        assert_eq!(verdict("127.0.0.1:8080", ""), Err(Denied::Host), "no host");
        assert_eq!(verdict("127.0.0.1:8080", "host=localhost host=localhost"), Err(Denied::Host), "two hosts");
        assert_eq!(verdict("0.0.0.0:8080", "host=192.168.1.5:8080"), Ok(()), "a literal where every address listens");
        assert_eq!(verdict("0.0.0.0:8080", "host=evil.example"), Err(Denied::Host));
        assert_eq!(verdict("192.168.1.5:8080", "host=192.168.1.5:8080"), Ok(()));
    }

    #[test]
    fn the_table_of_headers() {
        let rows = [
            ("host=localhost:8080 origin=http://localhost:8080", Ok(())),
            ("host=localhost:8080 origin=http://LOCALHOST:8080", Ok(())),
            ("host=localhost:8080 origin=null", Err(Denied::Origin)),
            ("host=localhost:8080 origin=http://localhost:8081", Err(Denied::Origin)),
            ("host=localhost:8080 origin=http://localhost", Err(Denied::Origin)),
            ("host=localhost:8080 origin=http://127.0.0.1:8080", Err(Denied::Origin)),
            ("host=localhost:8080 origin=https://localhost:8080", Err(Denied::Origin)),
            ("host=localhost:8080 origin=http://evil.example", Err(Denied::Origin)),
            ("host=localhost:8080 origin=http://localhost:8080.evil.example", Err(Denied::Origin)),
            ("host=localhost:8080 origin=http://localhost:8080 origin=http://evil.example", Err(Denied::Origin)),
            ("host=localhost:8080 origin=http://x@localhost:8080", Err(Denied::Origin)),
            ("host=localhost:8080 sec-fetch-site=same-origin", Ok(())),
            ("host=localhost:8080 sec-fetch-site=none", Ok(())),
            ("host=localhost:8080 sec-fetch-site=same-site", Err(Denied::Site)),
            ("host=localhost:8080 sec-fetch-site=cross-site", Err(Denied::Site)),
            ("host=localhost:8080 sec-fetch-site=same-origin sec-fetch-site=cross-site", Err(Denied::Site)),
            ("host=localhost:8080 method=POST", Err(Denied::Method)),
            ("host=localhost:8080 method=HEAD", Err(Denied::Method)),
            ("host=localhost:8080 method=OPTIONS", Err(Denied::Method)),
            ("host=evil.example method=POST", Err(Denied::Host)),
            ("host=localhost:8080 target=/__anvil/events", Err(Denied::Token)),
            ("host=localhost:8080 target=/__anvil/events?token=", Err(Denied::Token)),
            ("host=localhost:8080 target=/__anvil/events?token=0123456789abcdef0123456789abcdee", Err(Denied::Token)),
            ("host=localhost:8080 target=/__anvil/events?token=TOKENa", Err(Denied::Token)),
            ("host=localhost:8080 target=/__anvil/events?token=TOKEN&token=TOKEN", Err(Denied::Token)),
            ("host=localhost:8080 target=/__anvil/events?a=1&token=TOKEN", Ok(())),
            ("host=localhost:8080 target=/__anvil/events?xtoken=TOKEN", Err(Denied::Token)),
            ("host=localhost:8080 target=http://localhost:8080/__anvil/events?token=TOKEN", Ok(())),
            ("host=localhost:8080 target=http://evil.example/__anvil/events?token=TOKEN", Err(Denied::Host)),
        ];
        for (line, expected) in rows {
            assert_eq!(verdict("127.0.0.1:8080", line), expected, "{line}");
        }
    }

    #[test]
    fn without_a_token_nobody_may() {
        let (parts, ()) = Request::get("/__anvil/events?token=")
            .header("host", "localhost")
            .body(())
            .expect("a request")
            .into_parts();
        let guard = Guard::new(String::new(), ([127, 0, 0, 1], 80).into());
        assert_eq!(guard.check(&parts, &[]), Err(Denied::Token));
    }
}
