//! A small HTTP/1.1 client that shows what is on the wire: one connection, no retries, no cleverness.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::PATIENCE;

pub struct Client {
    pub stream: BufReader<TcpStream>,
    host: String,
}

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn generation(&self) -> u64 {
        self.header("x-anvil-generation").expect("a generation").parse().unwrap()
    }
}

impl Client {
    pub fn connect(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self { stream: BufReader::new(stream), host: format!("localhost:{}", addr.port()) }
    }

    pub fn get(&mut self, path: &str) -> Reply {
        self.request("GET", path, &[])
    }

    pub fn request(&mut self, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send(method, path, headers);
        self.read_reply()
    }

    pub fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)]) {
        let mut text = format!("{method} {path} HTTP/1.1\r\n");
        if !headers.iter().any(|(name, _)| *name == "host") {
            text += &format!("host: {}\r\n", self.host);
        }
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        text += "\r\n";
        self.stream.get_mut().write_all(text.as_bytes()).unwrap();
    }

    pub fn read_reply(&mut self) -> Reply {
        let mut reply = self.read_head();
        let chunked = reply.header("transfer-encoding").is_some_and(|coding| coding == "chunked");
        let mut body = Vec::new();
        if chunked {
            while let Some(chunk) = self.read_chunk() {
                body.extend(chunk);
            }
        } else if let Some(length) = reply.header("content-length") {
            body.resize(length.parse().unwrap(), 0);
            self.stream.read_exact(&mut body).unwrap();
        }
        reply.body = String::from_utf8(body).unwrap();
        reply
    }

    pub fn read_head(&mut self) -> Reply {
        let first = self.read_line();
        let status = first.split(' ').nth(1).unwrap_or_else(|| panic!("a status line: {first:?}")).parse().unwrap();
        let mut headers = Vec::new();
        loop {
            let line = self.read_line();
            match line.split_once(':') {
                Some((name, value)) => headers.push((name.to_owned(), value.trim().to_owned())),
                None => break,
            }
        }
        Reply { status, headers, body: String::new() }
    }

    /// The next chunk of a chunked body; `None` after the last.
    pub fn read_chunk(&mut self) -> Option<Vec<u8>> {
        let size = self.read_line();
        let size = usize::from_str_radix(&size, 16).unwrap_or_else(|_| panic!("a chunk's size: {size:?}"));
        let mut chunk = vec![0; size];
        self.stream.read_exact(&mut chunk).unwrap();
        assert_eq!(self.read_line(), "", "the end of a chunk");
        (size > 0).then_some(chunk)
    }

    /// The server closed the connection and sent nothing more.
    pub fn is_closed(&mut self) -> bool {
        matches!(self.stream.read(&mut [0]), Ok(0))
    }

    fn read_line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("a line in time");
        line.trim_end().to_owned()
    }
}
