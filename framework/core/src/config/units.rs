//! Sizes and durations as people write them: `10MB`, `30s`.

use std::time::Duration;

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, de};

/// Bytes of `512`, `64KB`, `10MB` or `1GB`. A kilobyte is 1024 bytes, as in web servers' settings.
///
/// # Errors
/// One sentence that says what fits.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let (number, unit) = split(text);
    let factor: u64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        _ => return Err(format!("`{text}` is not a size; write bytes or `64KB`, `10MB`, `1GB`")),
    };
    let number: u64 =
        number.parse().map_err(|_| format!("`{text}` is not a size; write bytes or `64KB`, `10MB`, `1GB`"))?;
    number.checked_mul(factor).ok_or_else(|| format!("`{text}` is more bytes than a machine has"))
}

/// The duration of `500ms`, `30s`, `5m` or `1h`.
///
/// # Errors
/// One sentence that says what fits.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a duration; write `500ms`, `30s`, `5m` or `1h`");
    let (number, unit) = split(text);
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let millis: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(wrong()),
    };
    number.checked_mul(millis).map(Duration::from_millis).ok_or_else(wrong)
}

fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a number of bytes or a size such as \"10MB\"")]
enum SizeText {
    Bytes(u64),
    Text(String),
}

pub(super) fn size<'de, D: Deserializer<'de>>(input: D) -> Result<u64, D::Error> {
    match SizeText::deserialize(input)? {
        SizeText::Bytes(bytes) => Ok(bytes),
        SizeText::Text(text) => parse_size(&text).map_err(D::Error::custom),
    }
}

pub(super) fn duration<'de, D: Deserializer<'de>>(input: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(input)?;
    parse_duration(&text).map_err(de::Error::custom)
}

pub(super) fn optional_duration<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Duration>, D::Error> {
    duration(input).map(Some)
}
