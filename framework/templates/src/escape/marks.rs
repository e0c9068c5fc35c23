//! Where bytes stand that are escaped. `#` may be marked as well, since that saves a comparison: `"`, `&` and `'` differ from each other by bits that
//! it shares, `<` and `>` by one.

/// Bytes that are looked at together.
pub(super) const WIDTH: usize = 16;

/// A bit for each byte that may have to be escaped, the lowest for the first.
#[cfg(target_feature = "sse2")]
#[inline(always)]
pub(super) fn marks(chunk: &[u8; WIDTH]) -> u32 {
    use safe_arch::{
        bitor_m128i, cmp_eq_mask_i8_m128i, load_unaligned_m128i, move_mask_i8_m128i, set_splat_i8_m128i as all,
    };
    let bytes = load_unaligned_m128i(chunk);
    let quotes = cmp_eq_mask_i8_m128i(bitor_m128i(bytes, all(5)), all(0x27));
    let angles = cmp_eq_mask_i8_m128i(bitor_m128i(bytes, all(2)), all(0x3e));
    move_mask_i8_m128i(bitor_m128i(quotes, angles)).cast_unsigned()
}

#[cfg(not(target_feature = "sse2"))]
pub(super) use portable as marks;

/// The same for every machine. Most chunks have none: all bytes are looked at without a branch, so that the compiler can do it at once.
#[cfg(any(test, not(target_feature = "sse2")))]
pub(super) fn portable(chunk: &[u8; WIDTH]) -> u32 {
    let may_be = |byte: u8| (byte | 5 == b'\'') | (byte | 2 == b'>');
    if chunk.iter().fold(0, |any, byte| any | u8::from(may_be(*byte))) == 0 {
        return 0;
    }
    chunk.iter().rev().fold(0, |after, byte| (after << 1) | u32::from(may_be(*byte)))
}

const ONES: u64 = u64::MAX / 255;

/// Whether one of the bytes may have to be escaped.
#[inline(always)]
pub(super) const fn may_have_special(bytes: [u8; 8]) -> bool {
    let word = u64::from_le_bytes(bytes);
    let quotes = zeros((word | (ONES * 5)) ^ (ONES * b'\'' as u64));
    let angles = zeros((word | (ONES * 2)) ^ (ONES * b'>' as u64));
    quotes | angles != 0
}

/// The highest bit of the first byte that is zero, and perhaps of some after it: subtracting one borrows from there.
#[inline(always)]
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & (ONES * 128)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::any;
    use proptest::{prop_assert_eq, proptest};

    use super::{WIDTH, marks, may_have_special, portable};

    proptest! {
        #[test]
        fn are_the_same_on_every_machine(bytes in any::<[u8; WIDTH]>(), special in "[\"#&'<>=?]{16}") {
            prop_assert_eq!(marks(&bytes), portable(&bytes));
            let special = special.into_bytes().try_into().expect("sixteen");
            prop_assert_eq!(marks(&special), portable(&special));
        }

        #[test]
        fn of_words_are_those_of_bytes(bytes in "[a-z#&'<>=?~]{8}") {
            let is_special = bytes.contains(['#', '"', '&', '\'', '<', '>']);
            prop_assert_eq!(may_have_special(bytes.into_bytes().try_into().expect("eight")), is_special);
        }
    }
}
