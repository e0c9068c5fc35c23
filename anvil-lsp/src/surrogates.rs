//! Halves of surrogate pairs in JSON: editors whose strings are UTF-16 send one when somebody deletes the other.
//!
//! No text here can hold a half, and a parser refuses the whole message. So a half becomes the replacement character before
//! it is parsed: one unit of UTF-16 for one, so that every place behind it stays where the editor counts it.

/// Bytes of `\ud83d`.
const ESCAPE: usize = 6;

/// Replaces every half without its other half. The length stays the same.
pub(crate) fn mend(json: &mut [u8]) {
    let mut at = 0;
    while let Some(found) = json.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        at += found;
        let Some(unit) = unit(json, at) else {
            // Another escape, which may be of a backslash.
            at += 2;
            continue;
        };
        let is_pair = is_high(unit) && self::unit(json, at + ESCAPE).is_some_and(is_low);
        if is_pair {
            at += ESCAPE;
        } else if is_high(unit) || is_low(unit) {
            json[at + 2..at + ESCAPE].copy_from_slice(b"fffd");
        }
        at += ESCAPE;
    }
}

/// The number of an escape `\uXXXX` that stands here.
fn unit(json: &[u8], at: usize) -> Option<u16> {
    let digits = json.get(at..at + ESCAPE)?.strip_prefix(b"\\u")?;
    let digits =
        std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}

fn is_high(unit: u16) -> bool {
    (0xd800..0xdc00).contains(&unit)
}

fn is_low(unit: u16) -> bool {
    (0xdc00..0xe000).contains(&unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, mended: &str) {
        let mut bytes = json.as_bytes().to_vec();
        mend(&mut bytes);
        assert_eq!(String::from_utf8(bytes).expect("ASCII for ASCII"), mended);
    }

    #[test]
    fn halves_are_replaced_and_pairs_stay() {
        check(r#""a\ud83db""#, r#""a\ufffdb""#);
        check(r#""\uDE00""#, r#""\ufffd""#);
        check(r#""\ud83d\ude00""#, r#""\ud83d\ude00""#);
        check(r#""\ud83d\ud83d\ude00\ude00""#, r#""\ufffd\ud83d\ude00\ufffd""#);
        check(r#""\ud83d\u0041""#, r#""\ufffd\u0041""#);
    }

    #[test]
    fn what_only_looks_like_one_stays() {
        check(r#""\\ud83d""#, r#""\\ud83d""#);
        check(r#""\\\ud83d""#, r#""\\\ufffd""#);
        check(r#""\ud8""#, r#""\ud8""#);
        check(r#""\u+83d""#, r#""\u+83d""#);
        check("\\", "\\");
    }
}
