//! A client of HTTP/1.1 that does nothing by itself: no retries, no pool, no redirects. What goes wrong is an error.

use std::{
    io::{BufRead, BufReader, ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, Result, bail};

/// An answer that takes longer counts as failed.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Larger answers are not what an app of the benchmark sends.
const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// One client with at most one connection.
#[derive(Debug)]
pub(crate) struct Client {
    addr: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// `x-anvil-generation`.
    pub(crate) generation: Option<u64>,
    pub(crate) body: String,
}

#[derive(Default)]
struct Head {
    status: u16,
    generation: Option<u64>,
    length: Option<usize>,
    chunked: bool,
    close: bool,
}

impl Client {
    pub(crate) fn new(addr: SocketAddr) -> Self {
        Self { addr, stream: None }
    }

    /// Ends the connection, so that the next request opens one.
    pub(crate) fn disconnect(&mut self) {
        self.stream = None;
    }

    /// After an error the connection is closed.
    pub(crate) fn get(&mut self, path: &str) -> Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => BufReader::new(self.connect().context("cannot connect")?),
        };
        let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\naccept: */*\r\n\r\n", self.addr);
        stream.get_mut().write_all(request.as_bytes()).context("cannot send")?;
        let head = read_head(&mut stream).context("no answer")?;
        let body = read_body(&mut stream, &head).context("the answer is cut off")?;
        if !head.close {
            self.stream = Some(stream);
        }
        Ok(Answer {
            status: head.status,
            generation: head.generation,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }

    fn connect(&self) -> Result<TcpStream> {
        let stream = TcpStream::connect_timeout(&self.addr, TIMEOUT)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        Ok(stream)
    }
}

fn read_line(stream: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    match line.strip_suffix("\r\n") {
        Some(line) => Ok(line.to_owned()),
        None => Err(std::io::Error::from(ErrorKind::UnexpectedEof).into()),
    }
}

fn read_head(stream: &mut impl BufRead) -> Result<Head> {
    let first = read_line(stream)?;
    let status = first.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
    let mut head = Head { status: status.with_context(|| format!("not HTTP/1.1: `{first}`"))?, ..Head::default() };
    loop {
        let line = read_line(stream)?;
        if line.is_empty() {
            return Ok(head);
        }
        let (name, value) = line.split_once(':').with_context(|| format!("not a header: `{line}`"))?;
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => head.length = Some(value.parse().context("not a length")?),
            "transfer-encoding" => head.chunked = value.eq_ignore_ascii_case("chunked"),
            "connection" => head.close = value.eq_ignore_ascii_case("close"),
            "x-anvil-generation" => head.generation = Some(value.parse().context("not a generation")?),
            _ => {}
        }
    }
}

fn read_body(stream: &mut impl BufRead, head: &Head) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    if !head.chunked {
        read_exactly(stream, &mut body, head.length.context("neither a length nor chunks")?)?;
        return Ok(body);
    }
    loop {
        let line = read_line(stream)?;
        let length = usize::from_str_radix(line.split(';').next().unwrap_or_default().trim(), 16)?;
        read_exactly(stream, &mut body, length)?;
        read_line(stream)?;
        if length == 0 {
            return Ok(body);
        }
    }
}

fn read_exactly(stream: &mut impl Read, body: &mut Vec<u8>, length: usize) -> Result<()> {
    let start = body.len();
    if length > BODY_BYTES_MAX - start.min(BODY_BYTES_MAX) {
        bail!("longer than {BODY_BYTES_MAX} bytes");
    }
    body.resize(start + length, 0);
    Ok(stream.read_exact(&mut body[start..])?)
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, thread};

    use super::*;

    /// What a client makes of these answers, all on one connection.
    fn check(answers: &'static str, requests: usize) -> Vec<Result<Answer, String>> {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("bound");
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a client");
            stream.write_all(answers.as_bytes()).expect("the client listens");
            stream.shutdown(std::net::Shutdown::Write).expect("still open");
            // Until the client goes, else its requests would meet a reset.
            let _ = stream.read_to_end(&mut Vec::new());
        });
        let mut client = Client::new(addr);
        let got = (0..requests).map(|_| client.get("/").map_err(|error| format!("{error:#}"))).collect();
        drop(client);
        server.join().expect("no panic");
        got
    }

    #[test]
    fn answers_with_length_and_in_chunks() {
        let got = check(
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Anvil-Generation: 7\r\n\r\nhi\
             HTTP/1.1 404 Not Found\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n",
            2,
        );
        assert_eq!(got[0], Ok(Answer { status: 200, generation: Some(7), body: "hi".into() }));
        assert_eq!(got[1], Ok(Answer { status: 404, generation: None, body: "abcd".into() }));
    }

    #[test]
    fn a_cut_answer_is_an_error() {
        let got = check("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhi", 1);
        assert!(got[0].as_ref().is_err_and(|error| error.starts_with("the answer is cut off")), "{got:?}");
    }

    #[test]
    fn a_closed_connection_is_an_error() {
        let got = check("", 1);
        assert!(got[0].as_ref().is_err_and(|error| error.starts_with("no answer")), "{got:?}");
    }
}
