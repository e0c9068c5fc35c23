//! Whole numbers as text, without `fmt` between: tables of them are what pages have most of.

use std::fmt::Write;

/// `00` to `99`.
const PAIRS: &str = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
                     5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

/// Writes a number that has no sign.
#[inline]
pub(crate) fn push_unsigned(out: &mut String, number: u64) {
    match number {
        0..10 => out.push_str(&PAIRS[number as usize * 2 + 1..number as usize * 2 + 2]),
        10..100 => out.push_str(pair(number)),
        100..1000 => out.push_str(triple(number)),
        _ => push_large(out, number),
    }
}

#[inline(never)]
fn push_large(out: &mut String, number: u64) {
    if number < 10_000 {
        out.push_str(pair(number / 100));
        out.push_str(pair(number % 100));
    } else {
        // Writing into a String does not fail.
        let _ = write!(out, "{number}");
    }
}

#[inline]
pub(crate) fn push_signed(out: &mut String, number: i64) {
    if number < 0 {
        out.push('-');
    }
    push_unsigned(out, number.unsigned_abs());
}

/// Two digits of a number below a hundred.
#[inline]
fn pair(number: u64) -> &'static str {
    let at = number as usize * 2;
    &PAIRS[at..at + 2]
}

/// `000` to `999`.
const TRIPLES: [u8; 3000] = {
    let mut triples = [0; 3000];
    let mut number = 0;
    while number < 1000 {
        triples[3 * number] = b'0' + (number / 100) as u8;
        triples[3 * number + 1] = b'0' + (number / 10 % 10) as u8;
        triples[3 * number + 2] = b'0' + (number % 10) as u8;
        number += 1;
    }
    triples
};

/// Three digits of a number below a thousand.
#[inline]
fn triple(number: u64) -> &'static str {
    const TEXT: &str = match str::from_utf8(&TRIPLES) {
        Ok(text) => text,
        Err(_) => "",
    };
    let at = number as usize * 3;
    &TEXT[at..at + 3]
}

#[cfg(test)]
mod tests {
    use proptest::proptest;

    fn check(number: i64) {
        let mut out = String::new();
        super::push_signed(&mut out, number);
        assert_eq!(out, number.to_string());
    }

    #[test]
    fn as_display_does() {
        (-11_000..11_000).chain([i64::MIN, i64::MAX]).for_each(check);
        let mut out = String::new();
        super::push_unsigned(&mut out, u64::MAX);
        assert_eq!(out, u64::MAX.to_string());
    }

    proptest! {
        #[test]
        fn any_number(number: i64) {
            check(number);
        }
    }
}
