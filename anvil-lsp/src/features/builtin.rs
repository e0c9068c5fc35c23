//! What is always there in expressions, in words: functions and filters.

/// A function or filter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Callable {
    pub(crate) name: &'static str,
    /// A `?` ends those that may be left out.
    pub(crate) parameters: &'static [&'static str],
    pub(crate) docs: &'static str,
    pub(crate) has_brackets: bool,
}

impl Callable {
    /// `truncate(length)`
    #[must_use]
    pub(crate) fn signature(&self) -> String {
        if self.has_brackets { format!("{}({})", self.name, self.parameters.join(", ")) } else { self.name.to_owned() }
    }

    /// With placeholders for what must be given.
    #[must_use]
    pub(crate) fn snippet(&self) -> String {
        let required = self.parameters.iter().filter(|parameter| !parameter.ends_with(['?', '…']));
        let placeholders: Vec<String> =
            required.enumerate().map(|(at, name)| format!("${{{}:{name}}}", at + 1)).collect();
        if self.has_brackets { format!("{}({})", self.name, placeholders.join(", ")) } else { self.name.to_owned() }
    }
}

const fn function(name: &'static str, parameters: &'static [&'static str], docs: &'static str) -> Callable {
    Callable { name, parameters, docs, has_brackets: true }
}

const fn filter(name: &'static str, parameters: &'static [&'static str], docs: &'static str) -> Callable {
    Callable { name, parameters, docs, has_brackets: !parameters.is_empty() }
}

pub(crate) const FUNCTIONS: &[Callable] = &[
    function("old", &["field", "default?"], "What was entered in this field before the form was sent back."),
    function("session", &["key"], "What the session has under this key."),
    function("config", &["key"], "What the configuration has under this key."),
    function("csrf_token", &[], "The token that protects forms."),
    function("asset", &["path"], "The address of a file below `public`."),
    function("url", &["path"], "The address of a path of this app."),
    function(
        "route",
        &["name", "parameters?"],
        "The address of the route of this name: `route('posts.show', { id: 1 })`.",
    ),
    function("trans", &["key", "replace?"], "A translation: `trans('greeting', { name: n })`."),
    function(
        "data",
        &["key"],
        "A value that was added by `.with(key, value)`, by a composer or by `share`. Its absence is an error.",
    ),
];

pub(crate) const FILTERS: &[Callable] = &[
    filter("upper", &[], "In capital letters."),
    filter("lower", &[], "In small letters."),
    filter("capitalize", &[], "The first letter as a capital, the others small."),
    filter("title", &[], "Each word with a capital letter."),
    filter("trim", &[], "Without spaces at both ends."),
    filter("length", &[], "How many characters or items there are."),
    filter("truncate", &["length"], "At most so many characters; what is cut off is marked."),
    filter("join", &["separator"], "The items as one text."),
    filter("default", &["value"], "This value where there is none."),
    filter("json", &[], "As JSON."),
    filter("nl2br", &[], "`<br>` at the end of each line; what is printed is escaped before."),
    filter("urlencode", &[], "As a part of an address."),
    filter("replace", &["from", "to"], "Each occurrence replaced."),
    filter("first", &[], "The first item or character."),
    filter("last", &[], "The last item or character."),
    filter("reverse", &[], "The other way round."),
    filter("sort", &[], "In order."),
    filter("round", &["digits"], "With so many digits behind the point."),
    filter("abs", &[], "Without its sign."),
    filter("date", &["format"], "A date by `strftime`: `'%d.%m.%Y'`."),
    filter("pluralize", &["one", "many"], "The first text for one, the second for any other number."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_those_of_the_language() {
        let documented: Vec<(&str, usize)> =
            FILTERS.iter().map(|filter| (filter.name, filter.parameters.len())).collect();
        let language: Vec<(&str, usize)> =
            forge_codegen::FILTERS.iter().map(|(name, _, most)| (*name, *most)).collect();
        assert_eq!(documented, language);
    }

    #[test]
    fn snippets_ask_for_what_must_be_given() {
        let check = |callable: &Callable, expected: &str| assert_eq!(callable.snippet(), expected);
        check(&FUNCTIONS[0], "old(${1:field})");
        check(&FILTERS[12], "replace(${1:from}, ${2:to})");
        check(&FILTERS[0], "upper");
    }
}
