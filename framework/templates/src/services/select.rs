//! Which form of a word goes with a number, by language.
//!
//! The rules are those of gettext's `Plural-Forms`, with the same order of forms as Laravel's `trans_choice`.

/// The form, from zero. `locale` may have a region: `pt_BR`, `pt-BR`. Unknown languages have one form.
#[must_use]
pub(crate) fn plural_index(locale: &str, number: f64) -> usize {
    let language = locale.split(['_', '-']).next().unwrap_or_default();
    // Only the size counts for the rules that look at digits.
    let n = number.abs();
    let (ten, hundred) = (n % 10.0, n % 100.0);
    let is_teen = (11.0..=14.0).contains(&hundred);
    match language {
        "af" | "bn" | "bg" | "ca" | "da" | "de" | "el" | "en" | "eo" | "es" | "et" | "eu" | "fa" | "fi" | "fo"
        | "fur" | "fy" | "gl" | "gu" | "ha" | "he" | "hu" | "is" | "it" | "ku" | "lb" | "ml" | "mn" | "mr" | "nah"
        | "nb" | "ne" | "nl" | "nn" | "no" | "om" | "or" | "pa" | "pap" | "ps" | "pt" | "so" | "sq" | "sv" | "sw"
        | "ta" | "te" | "tk" | "ur" | "zu" => usize::from(number != 1.0),
        "am" | "bh" | "fil" | "fr" | "gun" | "hi" | "hy" | "ln" | "mg" | "nso" | "ti" | "wa" | "xbr" => {
            usize::from(number != 0.0 && number != 1.0)
        }
        "be" | "bs" | "hr" | "ru" | "sr" | "uk" => {
            if ten == 1.0 && hundred != 11.0 {
                0
            } else if (2.0..=4.0).contains(&ten) && !is_teen {
                1
            } else {
                2
            }
        }
        "cs" | "sk" => few(number == 1.0, (2.0..=4.0).contains(&number)),
        "ga" => few(number == 1.0, number == 2.0),
        "lt" => few(ten == 1.0 && hundred != 11.0, ten >= 2.0 && !(10.0..20.0).contains(&hundred)),
        "sl" => match hundred as u32 {
            1 => 0,
            2 => 1,
            3 | 4 => 2,
            _ => 3,
        },
        "mk" => usize::from(ten != 1.0),
        "mt" => match (number as i64, hundred as u32) {
            (1, _) => 0,
            (0, _) | (_, 2..=10) => 1,
            (_, 11..=19) => 2,
            _ => 3,
        },
        "lv" => few(number == 0.0, ten == 1.0 && hundred != 11.0),
        "pl" => few(number == 1.0, (2.0..=4.0).contains(&ten) && !(12.0..=14.0).contains(&hundred)),
        "cy" => match number as i64 {
            1 => 0,
            2 => 1,
            8 | 11 => 2,
            _ => 3,
        },
        "ro" => few(number == 1.0, number == 0.0 || hundred > 0.0 && hundred < 20.0),
        "ar" => match (number as i64, hundred as u32) {
            (0, _) => 0,
            (1, _) => 1,
            (2, _) => 2,
            (_, 3..=10) => 3,
            (_, 11..=99) => 4,
            _ => 5,
        },
        _ => 0,
    }
}

fn few(is_first: bool, is_second: bool) -> usize {
    match (is_first, is_second) {
        (true, _) => 0,
        (_, true) => 1,
        _ => 2,
    }
}
