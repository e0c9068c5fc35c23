//! What Forge puts into templates: the loop, slots, attributes, errors, values of run time.

use super::Group;

pub(super) const GROUPS: &[Group] = &[
    Group {
        types: &["Loop"],
        parameters: &[],
        members: &[
            ("index: usize", "The position, from zero."),
            ("iteration: usize", "The position, from one."),
            ("remaining: usize", "Turns that come after this one."),
            ("count: usize", "All turns."),
            ("first: bool", "Whether it is the first turn."),
            ("last: bool", "Whether it is the last turn."),
            ("even: bool", "Whether the iteration is even: the second turn, the fourth …."),
            ("odd: bool", "Whether the iteration is odd: the first turn, the third …."),
            ("depth: usize", "Loops around this place, from one."),
            ("parent: Loop", "The loop around this one."),
        ],
    },
    Group {
        types: &["Slot"],
        parameters: &[],
        members: &[
            ("attributes: AttributeBag", "The attributes of the slot's tag."),
            ("fn is_empty(&self) -> bool", "Whether nothing was passed."),
            ("fn is_not_empty(&self) -> bool", "Whether something was passed."),
            ("fn has_actual_content(&self) -> bool", "Whether there is more than whitespace and comments."),
            ("fn html(&self) -> &str", "What was passed, as HTML."),
        ],
    },
    Group {
        types: &["AttributeBag"],
        parameters: &[],
        members: &[
            (
                "fn merge(&self, defaults: { … }) -> AttributeBag",
                "With defaults; classes and styles are put together, else the caller's value wins.",
            ),
            ("fn class(&self, classes: [ … ]) -> AttributeBag", "With these classes before the caller's."),
            ("fn style(&self, styles: [ … ]) -> AttributeBag", "With these styles before the caller's."),
            (
                "fn get(&self, name: &str) -> Option<&Value>",
                "The value of an attribute, or a default as second argument.",
            ),
            ("fn has(&self, names) -> bool", "Whether there are attributes of all these names."),
            ("fn has_any(&self, names: [ … ]) -> bool", "Whether there is an attribute of one of these names."),
            ("fn first(&self) -> Option<&Value>", "The value of the first attribute."),
            ("fn only(&self, names: [ … ]) -> AttributeBag", "Only these attributes."),
            ("fn except(&self, names: [ … ]) -> AttributeBag", "All but these attributes."),
            ("fn filter(&self, |value, key| …) -> AttributeBag", "What the closure says yes to."),
            ("fn where_starts_with(&self, prefix) -> AttributeBag", "Names that begin with this."),
            ("fn where_doesnt_start_with(&self, prefix) -> AttributeBag", "Names that do not begin with this."),
            ("fn that_start_with(&self, prefix) -> AttributeBag", "Names that begin with this."),
            (
                "fn only_props(&self, props: [ … ]) -> AttributeBag",
                "The attributes that are these props, in any spelling.",
            ),
            ("fn except_props(&self, props: [ … ]) -> AttributeBag", "The attributes that are none of these props."),
            ("fn prepends(&self, value) -> Prepends", "A default for `merge` that stands before the caller's value."),
            ("fn is_empty(&self) -> bool", "Whether it prints nothing."),
            ("fn is_not_empty(&self) -> bool", "Whether it prints something."),
            ("fn count(&self) -> usize", "The number of attributes."),
        ],
    },
    Group {
        types: &["ErrorBags", "ErrorBag"],
        parameters: &[],
        members: &[
            ("fn has(&self, field: &str) -> bool", "Whether something is wrong with the field."),
            ("fn first(&self, field: &str) -> Option<&str>", "The first message of the field."),
            ("fn get(&self, field: &str) -> Vec<&str>", "The messages of the field; a name may have a `*`."),
            ("fn any(&self) -> bool", "Whether anything is wrong."),
            ("fn all(&self) -> Vec<&str>", "All messages, field by field."),
            ("fn count(&self) -> usize", "The number of messages."),
            ("fn keys(&self) -> Vec<&str>", "The names of the fields with messages."),
        ],
    },
    Group {
        types: &["ErrorBags"],
        parameters: &[],
        members: &[("fn bag(&self, name: &str) -> &ErrorBag", "The messages of one form of several.")],
    },
];
