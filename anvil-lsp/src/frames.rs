//! Stands between standard input and the protocol library: passes whole messages on, and answers what is none.
//!
//! The library takes the announced length at its word and parses whatever comes. Here, a message has at most
//! [`BODY_BYTES_MAX`] bytes, is UTF-8, and is not nested deeper than [`DEPTH_MAX`]; anything else becomes an error response,
//! and reading goes on with the next message.

use std::borrow::Cow;

use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Value, json};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::surrogates;

/// Of one message. Editors send whole files.
const BODY_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Of all header lines of one message.
const HEADER_BYTES_MAX: usize = 4096;
/// Brackets within each other.
const DEPTH_MAX: usize = 128;
/// How much of a body that is skipped is read at once.
const SKIP_BYTES: u64 = 64 * 1024;
/// What stands in for a message that was refused: a request that is answered with the error in its parameters.
pub(crate) const REFUSED: &str = "$/anvil/refused";

/// What is wrong with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    /// The headers make no sense; where the message ends is not known.
    Header,
    TooLong,
    NotUtf8,
    TooDeep,
    NotJson,
    /// JSON, and neither a request nor a notification nor a response.
    NoMessage,
    /// A list of messages, which the protocol does not know.
    Batch,
}

impl Refusal {
    /// Whose request it was is not known, so the answer's id is null.
    fn request(self) -> String {
        let (code, message) = match self {
            Self::Header => {
                (-32700, "the header of a message could not be read; skipping to the next `Content-Length`")
            }
            Self::TooLong => (-32600, "the message is longer than 64 MiB and was skipped"),
            Self::NotUtf8 => (-32700, "the message is not UTF-8"),
            Self::TooDeep => (-32600, "the message is nested deeper than 128 levels"),
            Self::NotJson => (-32700, "the message is not JSON"),
            Self::NoMessage => {
                (-32600, "the message is no JSON-RPC 2.0: send a `method`, or an `id` with a `result` or an `error`")
            }
            Self::Batch => (-32600, "send one message at a time: the language server protocol has no batches"),
        };
        json!({ "jsonrpc": "2.0", "id": null, "method": REFUSED, "params": { "code": code, "message": message } })
            .to_string()
    }
}

/// Reads messages from `input` until it ends, and writes those that are fit to `output`, with a [`REFUSED`] for each other.
///
/// # Errors
/// Those of the two streams.
pub(crate) async fn pass_on(
    mut input: impl AsyncBufRead + Unpin,
    mut output: impl AsyncWrite + Unpin,
) -> std::io::Result<()> {
    let mut body = Vec::new();
    loop {
        let length = match read_header(&mut input).await? {
            Header::End => return Ok(()),
            Header::Length(length) => length,
            Header::Unreadable => {
                write(&mut output, Refusal::Header.request().as_bytes()).await?;
                continue;
            }
        };
        let Some(length) = usize::try_from(length).ok().filter(|length| *length <= BODY_BYTES_MAX) else {
            skip(&mut input, length).await?;
            write(&mut output, Refusal::TooLong.request().as_bytes()).await?;
            continue;
        };
        body.clear();
        // Grows with what arrives, not with what is announced.
        let read = (&mut input).take(length as u64).read_to_end(&mut body).await?;
        if read < length {
            return Ok(());
        }
        surrogates::mend(&mut body);
        match inspect(&body) {
            Ok(()) => write(&mut output, &body).await?,
            Err(refusal) => write(&mut output, refusal.request().as_bytes()).await?,
        }
        if body.capacity() > 1 << 20 {
            body = Vec::new();
        }
    }
}

async fn write(output: &mut (impl AsyncWrite + Unpin), body: &[u8]) -> std::io::Result<()> {
    output.write_all(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes()).await?;
    output.write_all(body).await?;
    output.flush().await
}

enum Header {
    /// The stream ended.
    End,
    Length(u64),
    Unreadable,
}

/// Reads to the empty line. Lines that say nothing of a length are left out, as are those before the first that does.
async fn read_header(input: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Header> {
    let mut length = None;
    let mut is_bad = false;
    let mut total = 0;
    let mut line = Vec::new();
    loop {
        line.clear();
        let left = (HEADER_BYTES_MAX - total) as u64;
        let read = (&mut *input).take(left).read_until(b'\n', &mut line).await?;
        total += read;
        if read == 0 && left > 0 {
            return Ok(Header::End);
        }
        if total >= HEADER_BYTES_MAX {
            return Ok(Header::Unreadable);
        }
        let text = line.trim_ascii();
        if text.is_empty() {
            match length {
                Some(length) if !is_bad => return Ok(Header::Length(length)),
                None if !is_bad => continue,
                _ => return Ok(Header::Unreadable),
            }
        }
        let Some((name, value)) = std::str::from_utf8(text).ok().and_then(|text| text.split_once(':')) else {
            is_bad = true;
            continue;
        };
        if name.trim().eq_ignore_ascii_case("content-length") {
            match value.trim().parse::<u64>() {
                Ok(value) if length.is_none_or(|length| length == value) => length = Some(value),
                _ => is_bad = true,
            }
        }
    }
}

async fn skip(input: &mut (impl AsyncBufRead + Unpin), mut bytes: u64) -> std::io::Result<()> {
    let mut sink = Vec::new();
    while bytes > 0 {
        sink.clear();
        let read = (&mut *input).take(bytes.min(SKIP_BYTES)).read_to_end(&mut sink).await?;
        if read == 0 {
            return Ok(());
        }
        bytes -= read as u64;
    }
    Ok(())
}

/// Whether the library can be given this.
fn inspect(body: &[u8]) -> Result<(), Refusal> {
    let text = std::str::from_utf8(body).map_err(|_| Refusal::NotUtf8)?;
    let mut depth: usize = 0;
    let mut in_string = false;
    let mut escaped = false;
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                if depth > DEPTH_MAX {
                    return Err(Refusal::TooDeep);
                }
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    if text.trim_start().starts_with('[') {
        return Err(Refusal::Batch);
    }
    // All of it: what the library cannot read would be the last message that it reads.
    let message: Value = serde_json::from_str(text).map_err(|_| Refusal::NotJson)?;
    let envelope = Envelope::deserialize(&message).map_err(|_| Refusal::NoMessage)?;
    if envelope.is_message() { Ok(()) } else { Err(Refusal::NoMessage) }
}

/// As much of a message as says that it is one.
#[derive(Deserialize)]
struct Envelope<'m> {
    #[serde(borrow)]
    jsonrpc: Cow<'m, str>,
    #[serde(borrow)]
    method: Option<Cow<'m, str>>,
    #[serde(default, deserialize_with = "present")]
    id: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    result: Option<IgnoredAny>,
    error: Option<Fault<'m>>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "that it can be read is all that counts")]
struct Fault<'m> {
    code: i64,
    #[serde(borrow)]
    message: Cow<'m, str>,
}

/// Something that is there, even if it is null.
fn present<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}

impl Envelope<'_> {
    fn is_message(&self) -> bool {
        let has_id = self.id.as_ref().is_none_or(|id| id.is_null() || id.is_i64() || id.is_string());
        let is_call = self.method.is_some();
        let is_answer = self.id.is_some() && (self.result.is_some() != self.error.is_some());
        self.jsonrpc == "2.0" && has_id && (is_call || is_answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(input: &[u8], passed: &[String]) {
        let mut output = Vec::new();
        pass_on(input, &mut output).await.expect("memory does not fail");
        let expected: String = passed.iter().map(|body| frame(body)).collect();
        assert_eq!(String::from_utf8_lossy(&output), expected);
    }

    fn frame(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    const CALL: &str = r#"{"jsonrpc":"2.0","method":"é"}"#;

    #[tokio::test]
    async fn whole_messages_are_passed_on() {
        let answer = r#"{"jsonrpc":"2.0","id":1,"result":null}"#;
        check(format!("{}{}", frame(CALL), frame(answer)).as_bytes(), &[CALL.to_owned(), answer.to_owned()]).await;
        let other_spelling = format!("content-length: {}\nContent-Type: x\n\n{CALL}", CALL.len());
        check(other_spelling.as_bytes(), &[CALL.to_owned()]).await;
        check(frame(CALL).trim_end_matches('}').as_bytes(), &[]).await;
    }

    #[tokio::test]
    async fn what_is_no_message_is_answered_and_the_next_one_read() {
        let cases: &[(Vec<u8>, Refusal)] = &[
            (frame("{").into_bytes(), Refusal::NotJson),
            (frame("5").into_bytes(), Refusal::NoMessage),
            (frame("{}").into_bytes(), Refusal::NoMessage),
            (frame(r#"{"jsonrpc":"2.0","method":5}"#).into_bytes(), Refusal::NoMessage),
            (frame(r#"{"jsonrpc":"2.0","id":1.5,"method":"x"}"#).into_bytes(), Refusal::NoMessage),
            (frame(r#"{"jsonrpc":"2.0","id":1,"error":{}}"#).into_bytes(), Refusal::NoMessage),
            (b"Content-Length: 2\r\n\r\n\xff\xfe".to_vec(), Refusal::NotUtf8),
            (frame(&"[".repeat(200)).into_bytes(), Refusal::TooDeep),
            (frame("[{}]").into_bytes(), Refusal::Batch),
            (b"Content-Length: -1\r\n\r\n".to_vec(), Refusal::Header),
            (b"Content-Length: 99999999999999999999\r\n\r\n".to_vec(), Refusal::Header),
            (b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n".to_vec(), Refusal::Header),
            (b"nonsense\r\n\r\n".to_vec(), Refusal::Header),
        ];
        for (bad, refusal) in cases {
            let input = [bad.as_slice(), frame(CALL).as_bytes()].concat();
            check(&input, &[refusal.request(), CALL.to_owned()]).await;
        }
    }

    #[tokio::test]
    async fn a_message_that_is_too_long_is_skipped_without_being_kept() {
        let long = BODY_BYTES_MAX + 1;
        let mut input = format!("Content-Length: {long}\r\n\r\n").into_bytes();
        input.resize(input.len() + long, b' ');
        input.extend(frame(CALL).into_bytes());
        check(&input, &[Refusal::TooLong.request(), CALL.to_owned()]).await;
    }
}
