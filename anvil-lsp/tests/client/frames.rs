//! Messages on the wire, read as strictly as the protocol is written.

use std::io::{BufRead, Read as _};

use serde_json::Value;

use super::Heard;

/// A message with its header.
pub(crate) fn frame(body: &str) -> Vec<u8> {
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// The next message. An end in the middle of one, and anything that is none, has its reason.
pub(super) fn read(input: &mut impl BufRead) -> Heard {
    match parse(input) {
        Ok(Some(message)) => Heard::Message(message),
        Ok(None) => Heard::End(None),
        Err(problem) => Heard::End(Some(problem)),
    }
}

fn parse(input: &mut impl BufRead) -> Result<Option<Value>, String> {
    let mut length = None;
    loop {
        let mut line = String::new();
        input.read_line(&mut line).map_err(|error| format!("the header cannot be read: {error}"))?;
        if line.is_empty() {
            return if length.is_none() { Ok(None) } else { Err("the stream ends within a header".to_owned()) };
        }
        let text = line.strip_suffix("\r\n").ok_or_else(|| format!("a header line without its end: {line:?}"))?;
        if text.is_empty() {
            break;
        }
        let (name, value) = text.split_once(": ").ok_or_else(|| format!("no header: {text:?}"))?;
        match name {
            "Content-Length" if length.is_none() => {
                length = Some(value.parse::<u64>().map_err(|error| format!("{text:?}: {error}"))?);
            }
            "Content-Type" => {}
            _ => return Err(format!("an unexpected header: {text:?}")),
        }
    }
    let length = length.ok_or_else(|| "a header without a length".to_owned())?;
    let mut body = Vec::new();
    input.take(length).read_to_end(&mut body).map_err(|error| error.to_string())?;
    if body.len() as u64 != length {
        return Err(format!("{length} bytes were announced, {} came", body.len()));
    }
    serde_json::from_slice(&body).map(Some).map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&body)))
}
