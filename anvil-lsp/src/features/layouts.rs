//! The newest changes of layouts, as Markdown: what a type in the container looked like, what it looks like now, what followed.

use std::fmt::Write as _;

use anvild_protocol::{AbiAction, AbiChange, AbiLayout};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;

use crate::{commands, snapshot::Snapshot};

/// The report; `root` of `params` may name the project.
///
/// # Errors
/// A failed request if the daemon cannot be asked.
pub(crate) async fn report(snapshot: &Snapshot, params: &Value) -> Result<Value> {
    let folder: Vec<Value> = params.get("root").cloned().into_iter().collect();
    let project = commands::project(snapshot, &folder)?;
    let items = commands::call(project, "abi/report", Value::Null).await?;
    let changes: Vec<AbiChange> =
        serde_json::from_value(items.clone()).map_err(|error| commands::failed(error.to_string()))?;
    Ok(json!({ "text": markdown(&changes), "items": items }))
}

fn markdown(changes: &[AbiChange]) -> String {
    if changes.is_empty() {
        return "# Layout changes\n\nNo value in the container has changed its layout.\n".to_owned();
    }
    let mut text = String::from("# Layout changes\n");
    for change in changes {
        let _ = write!(
            text,
            "\n## `{}`, generation {}\n\n{}\n",
            change.type_path,
            change.generation,
            followed(change.action)
        );
        if let (Some(file), Some(line)) = (&change.file, change.line) {
            let field = change.field.as_ref().map(|field| format!("`{field}`, ")).unwrap_or_default();
            let _ = write!(text, "\n{field}[{file}:{line}](file://{file}#L{line})\n");
        }
        layout(&mut text, "Before", change.old.as_ref());
        layout(&mut text, "Now", change.new.as_ref());
    }
    text
}

fn layout(text: &mut String, when: &str, layout: Option<&AbiLayout>) {
    let Some(layout) = layout else {
        let _ = write!(text, "\n{when}: not known.\n");
        return;
    };
    let _ = write!(
        text,
        "\n{when}: {} bytes, aligned to {}\n\n| offset | size | field | type |\n|---:|---:|---|---|\n",
        layout.size, layout.align
    );
    for field in &layout.fields {
        let ty = field.type_name.replace('|', "\\|");
        let offset = field.offset.map(|offset| offset.to_string()).unwrap_or_default();
        let _ = writeln!(text, "| {offset} | {} | `{}` | `{ty}` |", field.size, field.name);
    }
}

fn followed(action: AbiAction) -> &'static str {
    match action {
        AbiAction::Handover => "A new host took over, and its boot function made the value anew.",
        AbiAction::Refused => "A new host refused it as well; the generation did not go live.",
    }
}

#[cfg(test)]
mod tests {
    use anvild_protocol::{AbiField, Generation};

    use super::*;

    #[test]
    fn a_change_is_told_with_both_layouts() {
        let field = |name: &str, type_name: &str, offset, size| AbiField {
            name: name.to_owned(),
            type_name: type_name.to_owned(),
            offset,
            size,
        };
        let change = AbiChange {
            generation: Generation(7),
            type_path: "blog::stats::Stats".to_owned(),
            file: Some("/blog/src/stats.rs".to_owned()),
            line: Some(4),
            column: Some(5),
            field: Some("visits".to_owned()),
            old: Some(AbiLayout { size: 4, align: 4, fields: vec![field("visits", "u32", Some(0), 4)] }),
            new: None,
            action: AbiAction::Handover,
        };
        let expected = "# Layout changes\n\n## `blog::stats::Stats`, generation 7\n\nA new host took over, and its boot function made \
                        the value anew.\n\n`visits`, [/blog/src/stats.rs:4](file:///blog/src/stats.rs#L4)\n\nBefore: 4 bytes, aligned to \
                        4\n\n| offset | size | field | type |\n|---:|---:|---|---|\n| 0 | 4 | `visits` | `u32` |\n\nNow: not known.\n";
        assert_eq!(markdown(&[change]), expected);
        assert!(markdown(&[]).contains("No value"));
    }
}
