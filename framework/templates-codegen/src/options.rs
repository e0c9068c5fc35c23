//! What a project adds to the language.

use serde::{Deserialize, Serialize};

use crate::names::component_candidates;
use crate::table::{Block, CONDITIONS, Entry, Kind, Shape, Takes};

/// How to read templates: the custom directives of a project. The default has none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    custom: Vec<Custom>,
    components: Vec<StructComponent>,
}

/// A component with code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StructComponent {
    /// `alert` for `<x-alert>`.
    pub name: String,
    /// Of the struct, as generated code names it: `crate::components::Alert`.
    pub path: String,
    /// Its fields, in the order of the struct.
    pub props: Vec<StructProp>,
}

/// A field of a component's struct.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StructProp {
    pub name: String,
    pub has_default: bool,
}

/// Which of the registered directives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustomId(u32);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Custom {
    name: String,
    takes: Takes,
    role: Role,
}

/// A role in a group of directives that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Role {
    Alone,
    Block { group: usize, is_condition: bool },
    Else,
    End { group: usize },
}

/// What the parser knows of a directive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) kind: Kind,
    pub(crate) takes: Takes,
    pub(crate) shape: KnownShape,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum KnownShape {
    Table(Shape),
    /// Of a custom directive, always a block.
    Block,
}

impl Options {
    /// Adds a directive that stands alone. Custom names are case-sensitive, and hide a directive of the same name, as in
    /// Blade. A name that is no word is never found.
    #[must_use]
    pub fn with_directive(self, name: &str, takes: Takes) -> Self {
        self.with(name.to_owned(), takes, Role::Alone)
    }

    /// Adds `@name … @endname`.
    #[must_use]
    pub fn with_block(self, name: &str, takes: Takes) -> Self {
        let group = self.custom.len();
        self.with(name.to_owned(), takes, Role::Block { group, is_condition: false }).with(
            format!("end{name}"),
            Takes::Nothing,
            Role::End { group },
        )
    }

    /// Adds the condition `@name … @elsename … @else … @endname`, and its negation `@unlessname … @endname`.
    #[must_use]
    pub fn with_condition(self, name: &str) -> Self {
        let group = self.custom.len();
        let opener = Role::Block { group, is_condition: true };
        self.with(name.to_owned(), Takes::Optional, opener)
            .with(format!("unless{name}"), Takes::Optional, opener)
            .with(format!("else{name}"), Takes::Optional, Role::Else)
            .with(format!("end{name}"), Takes::Nothing, Role::End { group })
    }

    /// Says that a component is a struct, whose fields are its props.
    #[must_use]
    pub fn with_component(mut self, component: StructComponent) -> Self {
        self.components.push(component);
        self
    }

    /// The struct of the component whose template this is.
    #[must_use]
    pub fn component(&self, template: &str) -> Option<&StructComponent> {
        self.components
            .iter()
            .rfind(|component| component_candidates(&component.name).iter().any(|name| name == template))
    }

    /// The name under which a custom directive was registered, without `@`.
    #[must_use]
    pub fn custom_name(&self, id: CustomId) -> Option<&str> {
        self.custom.get(id.0 as usize).map(|custom| custom.name.as_str())
    }

    /// The custom directives: name without `@`, meaning, whether it reads a parenthesis.
    pub fn custom(&self) -> impl Iterator<Item = (&str, Kind, Takes)> {
        let custom = self.custom.iter().enumerate();
        custom.map(|(id, custom)| (custom.name.as_str(), Kind::Custom(CustomId(id as u32)), custom.takes))
    }

    fn with(mut self, name: String, takes: Takes, role: Role) -> Self {
        self.custom.push(Custom { name, takes, role });
        self
    }

    pub(crate) fn find(&self, name: &str) -> Option<Known> {
        // The last registration counts.
        let custom = self.custom.iter().rposition(|custom| custom.name == name);
        custom.map(|id| self.known(CustomId(id as u32))).or_else(|| Entry::find(name).map(Known::of))
    }

    fn known(&self, id: CustomId) -> Known {
        let custom = &self.custom[id.0 as usize];
        let shape = match custom.role {
            Role::Alone => KnownShape::Table(Shape::Alone),
            Role::Block { .. } => KnownShape::Block,
            Role::Else => KnownShape::Table(Shape::Branch),
            Role::End { .. } => KnownShape::Table(Shape::Closer),
        };
        Known { kind: Kind::Custom(id), takes: custom.takes, shape }
    }

    /// All names with what they are.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, Known)> {
        let custom = self.custom.iter().enumerate();
        let custom = custom.map(|(id, custom)| (custom.name.as_str(), self.known(CustomId(id as u32))));
        Entry::ALL.iter().map(|entry| (entry.name, Known::of(entry))).chain(custom)
    }

    /// Whether a block that `opener` began ends with `closer`.
    #[must_use]
    pub fn closes(&self, opener: Kind, closer: Kind) -> bool {
        match (self.role(opener), self.role(closer)) {
            (Some(Role::Block { group, .. }), Some(Role::End { group: of })) => group == of,
            (None, None) => block(opener).is_some_and(|block| block.closers.contains(&closer)),
            _ => false,
        }
    }

    /// Whether `branch` may continue a block that `opener` began.
    #[must_use]
    pub fn continues(&self, opener: Kind, branch: Kind) -> bool {
        let branches = match self.role(opener) {
            Some(Role::Block { is_condition: true, .. }) => CONDITIONS,
            Some(_) => &[],
            None => block(opener).map_or(&[][..], |block| block.branches),
        };
        match self.role(branch) {
            Some(Role::Else) => branches == CONDITIONS,
            Some(_) => false,
            None => branches.contains(&branch),
        }
    }

    /// The condition that a custom directive asks, by the id of its plain form, and whether it asks for the opposite.
    pub(crate) fn condition(&self, id: CustomId) -> Option<(CustomId, bool)> {
        match self.custom.get(id.0 as usize)?.role {
            // In the order in which `with_condition` adds them.
            Role::Block { group, is_condition: true } => Some((CustomId(group as u32), id.0 as usize == group + 1)),
            Role::Else => Some((CustomId(id.0.checked_sub(2)?), false)),
            Role::Block { is_condition: false, .. } | Role::Alone | Role::End { .. } => None,
        }
    }

    /// The name of what usually ends the block, without `@`; empty for what opens none.
    #[must_use]
    pub fn closer_name(&self, opener: Kind) -> &str {
        if let Some(Role::Block { group, .. }) = self.role(opener) {
            let of_group = |custom: &&Custom| matches!(custom.role, Role::End { group: of } if of == group);
            return self.custom.iter().find(of_group).map_or("", |custom| custom.name.as_str());
        }
        let closer = block(opener).and_then(|block| block.closers.first());
        closer.and_then(|kind| kind.name()).unwrap_or_default()
    }

    fn role(&self, kind: Kind) -> Option<Role> {
        match kind {
            Kind::Custom(id) => self.custom.get(id.0 as usize).map(|custom| custom.role),
            _ => None,
        }
    }
}

impl Known {
    fn of(entry: &Entry) -> Self {
        Self { kind: entry.kind, takes: entry.takes, shape: KnownShape::Table(entry.shape) }
    }
}

fn block(kind: Kind) -> Option<&'static Block> {
    match kind.shape()? {
        Shape::Block(block) => Some(block),
        Shape::Alone | Shape::Raw(_) | Shape::Branch | Shape::Closer => None,
    }
}
