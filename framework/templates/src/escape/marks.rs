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

/// Whether one of at most fifteen bytes may have to be escaped, by words that may overlap: most texts are short, and their bytes too many to look
/// at each. Of fewer than four, one always may.
#[inline(always)]
pub(super) fn may_have_special(bytes: &[u8]) -> bool {
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        (of_word(*first) | of_word(*last)) != 0
    } else if let (Some([a, b, c, d]), Some([e, f, g, h])) = (bytes.first_chunk(), bytes.last_chunk()) {
        of_word([*a, *b, *c, *d, *e, *f, *g, *h]) != 0
    } else {
        true
    }
}

const ONES: u64 = u64::MAX / 255;

/// Not zero if one of the bytes is special.
const fn of_word(bytes: [u8; 8]) -> u64 {
    let word = u64::from_le_bytes(bytes);
    zeros((word | (ONES * 5)) ^ (ONES * b'\'' as u64)) | zeros((word | (ONES * 2)) ^ (ONES * b'>' as u64))
}

/// The highest bit of the first byte that is zero, and perhaps of some after it: subtracting one borrows from there.
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
        fn of_words_are_those_of_bytes(bytes in "[a-z#&'<>=?~]{1,15}") {
            let is_special = bytes.contains(['#', '"', '&', '\'', '<', '>']);
            prop_assert_eq!(may_have_special(bytes.as_bytes()), is_special || bytes.len() < 4);
        }
    }
}
