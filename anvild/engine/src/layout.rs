//! Says how the layout of a value in the container changed: code ANV0301.

use std::collections::VecDeque;
use std::path::Path;

use anvil_control::{FieldLayout, LayoutChange, SourcePlace, TypeLayout};
use anvild_protocol::{AbiAction, AbiChange, AbiField, AbiLayout, Diagnostic, Generation, Source};

use crate::engine::Engine;
use crate::findings::{absolute, at};
use crate::refusal::label;

/// Changes that `abi/report` tells of.
const REPORTED_MAX: usize = 20;

/// A changed type: for people, and as a value that still lacks what became of it.
#[derive(Debug)]
pub(crate) struct Changed {
    pub(crate) found: Diagnostic,
    report: AbiChange,
}

/// The newest changes, newest first.
#[derive(Debug, Default)]
pub(crate) struct Reports(VecDeque<AbiChange>);

impl Reports {
    pub(crate) fn list(&self) -> Vec<AbiChange> {
        self.0.iter().cloned().collect()
    }
}

impl Engine {
    /// Container values changed with the libraries that were to make `generation` live.
    pub(crate) fn layouts_changed(&mut self, generation: Generation, changed: Vec<Changed>, action: AbiAction) {
        let mut found = Vec::new();
        for Changed { found: diagnostic, report } in changed {
            found.push(diagnostic);
            self.abi_reports.0.push_front(AbiChange { generation, action, ..report });
        }
        self.abi_reports.0.truncate(REPORTED_MAX);
        self.board.set_abi(found);
    }
}

/// One difference between two layouts of a type.
struct Difference<'a> {
    field: &'a str,
    text: String,
    place: Option<&'a SourcePlace>,
}

/// Both views of one change.
pub(crate) fn changed(root: &Path, change: &LayoutChange) -> Changed {
    let differences = change.new.as_ref().map(|new| differences(&change.old, new)).unwrap_or_default();
    let first = differences.first();
    let own = change.new.as_ref().and_then(|new| new.place.as_ref());
    let place = first.and_then(|first| first.place).or(own);
    let report = AbiChange {
        generation: Generation::default(),
        type_path: change.old.name.clone(),
        file: place.map(|place| absolute(root, &place.file)),
        line: place.map(|place| place.line),
        column: place.map(|place| place.column),
        field: first.map(|first| first.field.to_owned()),
        old: Some(layout(&change.old)),
        new: change.new.as_ref().map(layout),
        action: AbiAction::Handover,
    };
    Changed { found: diagnose(root, change), report }
}

fn layout(of: &TypeLayout) -> AbiLayout {
    let field = |field: &FieldLayout| AbiField {
        name: field.name.clone(),
        type_name: field.type_name.clone(),
        offset: field.offset,
        size: field.size,
    };
    AbiLayout { size: of.size, align: of.align, fields: of.fields.iter().map(field).collect() }
}

/// A warning, since a handover makes the change live all the same.
fn diagnose(root: &Path, change: &LayoutChange) -> Diagnostic {
    let name = short(&change.old.name);
    let warn = |message: String| Diagnostic::error(Source::Abi, "ANV0301", message).warning();
    let help = format!(
        "a new host takes over: its boot function makes `{name}` anew, what the old value held is not carried over"
    );
    let Some(new) = &change.new else {
        return warn(format!("`{name}` is in the container and no longer defined")).help(help);
    };
    let differences = differences(&change.old, new);
    let Some((first, rest)) = differences.split_first() else {
        let sizes = format!("{} to {} bytes", change.old.size, new.size);
        return at(warn(format!("`{name}` changed layout, {sizes}")), root, new.place.as_ref()).help(help);
    };
    let place = first.place.or(new.place.as_ref());
    let mut found = at(warn(format!("`{name}` changed layout: {}", first.text)), root, place).help(help);
    found.labels = rest.iter().filter_map(|other| other.place.map(|place| label(root, place, &other.text))).collect();
    if let Some(place) = new.place.as_ref().filter(|_| first.place.is_some()) {
        let sizes = format!("was {} bytes, is {} bytes", change.old.size, new.size);
        found.labels.push(label(root, place, &sizes));
    }
    found
}

/// Changed types first, since they are the cause; moves are only their effect.
fn differences<'a>(old: &'a TypeLayout, new: &'a TypeLayout) -> Vec<Difference<'a>> {
    let before = |field: &FieldLayout| old.fields.iter().find(|of| of.name == field.name);
    let mut found = Vec::new();
    let mut moved = Vec::new();
    for field in &new.fields {
        let (name, place) = (&field.name, field.place.as_ref());
        let kind = short(&field.type_name);
        match before(field) {
            None => found.push(Difference { field: name, text: format!("field `{name}: {kind}` is new"), place }),
            Some(was) if was.type_name != field.type_name => {
                let text = format!("field `{name}` was `{}`, is `{kind}`", short(&was.type_name));
                found.push(Difference { field: name, text, place });
            }
            Some(was) if was.fingerprint != field.fingerprint || was.size != field.size => {
                let text = format!("field `{name}`: `{kind}` itself changed, {} to {} bytes", was.size, field.size);
                found.push(Difference { field: name, text, place });
            }
            Some(was) if was.offset != field.offset => {
                moved.push(Difference { field: name, text: format!("field `{name}` moved"), place });
            }
            Some(_) => {}
        }
    }
    for gone in old.fields.iter().filter(|was| !new.fields.iter().any(|field| field.name == was.name)) {
        let text = format!("field `{}: {}` is gone", gone.name, short(&gone.type_name));
        found.push(Difference { field: &gone.name, text, place: None });
    }
    found.append(&mut moved);
    found
}

/// A type's name without module paths: `alloc::vec::Vec<blog::Post>` is `Vec<Post>`.
pub(crate) fn short(type_name: &str) -> String {
    let mut shown = String::with_capacity(type_name.len());
    let mut segment = 0;
    let mut rest = type_name.chars().peekable();
    while let Some(character) = rest.next() {
        if character == ':' && rest.next_if_eq(&':').is_some() {
            shown.truncate(segment);
        } else {
            shown.push(character);
            if !character.is_alphanumeric() && character != '_' {
                segment = shown.len();
            }
        }
    }
    shown
}
