//! What is always there in expressions, in words: functions, filters, and what `loop`, `errors`, `attributes` and slots can do.

/// A function, filter or method.
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
        let placeholders: Vec<String> = required.enumerate().map(|(at, name)| format!("${{{}:{name}}}", at + 1)).collect();
        if self.has_brackets { format!("{}({})", self.name, placeholders.join(", ")) } else { self.name.to_owned() }
    }
}

const fn function(name: &'static str, parameters: &'static [&'static str], docs: &'static str) -> Callable {
    Callable { name, parameters, docs, has_brackets: true }
}

const fn filter(name: &'static str, parameters: &'static [&'static str], docs: &'static str) -> Callable {
    Callable { name, parameters, docs, has_brackets: !parameters.is_empty() }
}

const fn field(name: &'static str, docs: &'static str) -> Callable {
    Callable { name, parameters: &[], docs, has_brackets: false }
}

pub(crate) const FUNCTIONS: &[Callable] = &[
    function("old", &["field", "default?"], "What was entered in this field before the form was sent back."),
    function("session", &["key"], "What the session has under this key."),
    function("config", &["key"], "What the configuration has under this key."),
    function("csrf_token", &[], "The token that protects forms."),
    function("asset", &["path"], "The address of a file below `public`."),
    function("url", &["path"], "The address of a path of this app."),
    function("route", &["name", "parameters?"], "The address of the route of this name: `route('posts.show', { id: 1 })`."),
    function("trans", &["key", "replace?"], "A translation: `trans('greeting', { name: n })`."),
    function("data", &["key"], "A value that was added by `.with(key, value)`, by a composer or by `share`. Its absence is an error."),
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

pub(crate) const LOOP: &[Callable] = &[
    field("index", "Which turn this is, counted from 0."),
    field("iteration", "Which turn this is, counted from 1."),
    field("remaining", "How many turns follow."),
    field("count", "How many items there are."),
    field("first", "Whether this is the first turn."),
    field("last", "Whether this is the last turn."),
    field("even", "Whether `iteration` is even."),
    field("odd", "Whether `iteration` is odd."),
    field("depth", "How many loops are within each other here, counted from 1."),
    field("parent", "The `loop` of the loop around."),
];

pub(crate) const ERRORS: &[Callable] = &[
    function("has", &["field"], "Whether something is wrong with the field."),
    function("first", &["field"], "The first message for the field."),
    function("get", &["field"], "All messages for the field."),
    function("any", &[], "Whether anything is wrong."),
    function("all", &[], "All messages."),
    function("count", &[], "How many messages there are."),
];

pub(crate) const SLOT: &[Callable] = &[
    field("attributes", "The attributes of the slot's tag."),
    function("is_empty", &[], "Whether there is nothing in it."),
    function("is_not_empty", &[], "Whether there is something in it."),
    function("has_actual_content", &[], "Whether there is more in it than spaces and comments."),
];

pub(crate) const ATTRIBUTES: &[Callable] = &[
    function("merge", &["defaults"], "With these where they are missing; classes and styles are joined: `attributes.merge({ class: 'card' })`."),
    function("class", &["classes"], "With these classes: `attributes.class(['card', 'is-new' => is_new])`."),
    function("style", &["styles"], "With these styles."),
    function("get", &["name", "default?"], "The attribute of this name."),
    function("has", &["names"], "Whether there are all of these attributes."),
    function("has_any", &["names"], "Whether there is any of these attributes."),
    function("first", &[], "The first attribute's value."),
    function("only", &["names"], "Only these."),
    function("except", &["names"], "All but these."),
    function("filter", &["condition"], "Those for which this is true: `attributes.filter(|value, key| …)`."),
    function("where_starts_with", &["prefix"], "Those whose names begin so."),
    function("where_doesnt_start_with", &["prefix"], "Those whose names do not begin so."),
    function("that_start_with", &["prefix"], "Those whose names begin so."),
    function("only_props", &["props"], "Only those that are props."),
    function("except_props", &["props"], "Only those that are no props."),
    function("prepends", &["value"], "A default that stands before what is passed."),
    function("is_empty", &[], "Whether there are none."),
    function("is_not_empty", &[], "Whether there are any."),
    function("count", &[], "How many there are."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_those_of_the_language() {
        let documented: Vec<(&str, usize)> = FILTERS.iter().map(|filter| (filter.name, filter.parameters.len())).collect();
        let language: Vec<(&str, usize)> = forge_codegen::FILTERS.iter().map(|(name, _, most)| (*name, *most)).collect();
        assert_eq!(documented, language);
    }

    #[test]
    fn snippets_ask_for_what_must_be_given() {
        let check = |callable: &Callable, expected: &str| assert_eq!(callable.snippet(), expected);
        check(&FUNCTIONS[0], "old(${1:field})");
        check(&FILTERS[12], "replace(${1:from}, ${2:to})");
        check(&FILTERS[0], "upper");
        check(&LOOP[0], "index");
    }
}
