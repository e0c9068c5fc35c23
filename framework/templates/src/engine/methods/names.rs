//! The names of all methods that are known.

macro_rules! names {
    ($($name:ident)*) => {
        /// A method by its name.
        #[allow(non_camel_case_types, reason = "the variants are the names")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Method {
            $($name,)*
        }

        impl Method {
            pub(crate) fn of_name(name: &str) -> Option<Self> {
                Some(match name {
                    $(stringify!($name) => Self::$name,)*
                    _ => return None,
                })
            }

            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }
        }
    };
}

names! {
    abs abs_diff all and and_then any append as_bytes as_deref as_mut as_ref as_slice as_str
    borrow by_ref bytes
    capacity cbrt ceil chain char_indices chars checked_add checked_div checked_mul checked_pow checked_rem checked_sub checked_neg chunks chunks_exact
    clamp class clone cloned cmp collect concat contains contains_key copied copysign cos count count_ones count_zeros cycle
    div_ceil div_euclid
    ends_with enumerate eq eq_ignore_ascii_case err escape_debug exp expect
    filter filter_map find find_map first flat_map flatten floor fold for_each fract
    ge get get_key_value get_or_insert gt
    has has_any html to_safe
    into into_bytes into_iter into_keys into_values is_alphabetic is_alphanumeric is_ascii is_ascii_alphabetic is_ascii_alphanumeric
    is_ascii_digit is_ascii_lowercase is_ascii_punctuation is_ascii_uppercase is_ascii_whitespace is_char_boundary is_control is_digit
    is_empty is_err is_err_and is_eq is_finite is_ge is_gt is_infinite is_le is_lowercase is_lt is_multiple_of is_nan is_ne is_negative is_none is_none_or
    is_not_empty is_numeric is_ok is_ok_and is_positive is_power_of_two is_sign_negative is_sign_positive is_some is_some_and is_sorted
    is_uppercase is_whitespace isqrt iter inspect
    join
    keys
    last last_mut le leading_zeros len len_utf8 lines ln log10 log2 lt
    make_ascii_lowercase map map_or map_or_else map_while match_indices matches max max_by max_by_key merge min min_by min_by_key
    ilog10 ilog2
    ne next next_back nth
    ok ok_or ok_or_else only except or or_else
    parse partial_cmp partition peekable position pow powf powi product prepends
    rchunks reduce rem_euclid repeat replace replacen rev reverse rfind rotate_left rposition round rsplit rsplit_once rsplitn
    saturating_add saturating_mul saturating_pow saturating_sub scan signum sin skip skip_while split split_ascii_whitespace split_at split_first
    split_inclusive split_last split_once split_terminator split_whitespace splitn sqrt starts_with step_by strip_prefix strip_suffix style sum
    take take_while tan then then_some then_with to_ascii_lowercase to_ascii_uppercase to_bits to_digit to_lowercase to_owned to_string to_uppercase to_vec
    total_cmp trailing_zeros transpose trim trim_ascii trim_end trim_end_matches trim_matches trim_start trim_start_matches trunc try_into
    unsigned_abs unwrap unwrap_err unwrap_or unwrap_or_default unwrap_or_else unzip
    values
    windows wrapping_add wrapping_mul wrapping_sub wrapping_neg
    xor
    zip
    get_all attributes has_actual_content where_starts_with where_doesnt_start_with that_start_with only_props except_props
}
