//! Diagnostics for people: the compiler's own text where there is one, else the same shape.

use anvild_protocol::{Diagnostic, Severity};

use crate::terminal::Style;

/// Several lines, without the last one's end.
pub(crate) fn render(diagnostic: &Diagnostic, style: Style) -> String {
    let mut text = match &diagnostic.rendered {
        Some(rendered) => style.foreign(rendered.trim_end()),
        None => head(diagnostic, style),
    };
    if let Some(help) = &diagnostic.help
        && !text.contains(help.as_str())
    {
        text.push_str(&format!("\n  {} {help}", style.cyan("= help:")));
    }
    text
}

fn head(diagnostic: &Diagnostic, style: Style) -> String {
    let word = match diagnostic.severity {
        Severity::Error => style.red(&coded("error", &diagnostic.code)),
        Severity::Warning => style.yellow(&coded("warning", &diagnostic.code)),
        Severity::Note => style.cyan(&coded("note", &diagnostic.code)),
    };
    let mut text = format!("{word}: {}", diagnostic.message);
    if let Some(file) = &diagnostic.file {
        let place = [diagnostic.line, diagnostic.column].into_iter().map_while(|number| number);
        let place: String = place.map(|number| format!(":{number}")).collect();
        text.push_str(&format!("\n  {} {file}{place}", style.cyan("-->")));
    }
    for label in &diagnostic.labels {
        let place = format!("{}:{}:{}", label.file, label.line, label.column);
        text.push_str(&format!("\n  {} {place} {}", style.cyan(":::"), label.message));
    }
    text
}

fn coded(word: &str, code: &str) -> String {
    if code.is_empty() { word.to_owned() } else { format!("{word}[{code}]") }
}

#[cfg(test)]
mod tests {
    use anvild_protocol::{Label, Source};

    use super::*;

    fn check(diagnostic: &Diagnostic, expected: &str) {
        assert_eq!(render(diagnostic, Style::Plain), expected);
    }

    #[test]
    fn without_the_compilers_text_place_labels_and_help_are_shown() {
        let mut diagnostic = Diagnostic::error(Source::Abi, "ANV0301", "`Stats` changed its layout")
            .at("/p/src/stats.rs", 3, 5)
            .help("the app is handed over to a new host");
        diagnostic.labels.push(Label {
            file: "/p/src/lib.rs".to_owned(),
            line: 9,
            column: 1,
            message: "put into the container here".to_owned(),
        });
        check(
            &diagnostic,
            "error[ANV0301]: `Stats` changed its layout\n  --> /p/src/stats.rs:3:5\n  \
             ::: /p/src/lib.rs:9:1 put into the container here\n  = help: the app is handed over to a new host",
        );
    }

    #[test]
    fn the_compilers_text_is_shown_as_it_is_and_its_help_not_twice() {
        let mut diagnostic = Diagnostic::error(Source::Build, "E0308", "mismatched types").help("try this");
        diagnostic.rendered = Some("\x1b[1merror[E0308]\x1b[0m: mismatched types\n  = help: try this\n\n".to_owned());
        check(&diagnostic, "error[E0308]: mismatched types\n  = help: try this");
    }

    #[test]
    fn a_finding_without_a_place_is_one_line() {
        check(&Diagnostic::error(Source::Config, "", "unknown key").warning(), "warning: unknown key");
    }
}
