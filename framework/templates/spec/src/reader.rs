//! From Markdown to cases. Strict: what is not understood is a mistake, not prose.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::case::{BladeSide, Case, Diagnostic, Difference, Expected, Template};
use crate::fence::{Piece, PieceKind, pieces};

/// Reads every `*.md` but `README.md` of a folder.
///
/// # Errors
/// All mistakes, as `file:line: message`.
pub fn read_folder(folder: &Path) -> Result<Vec<Case>, Vec<String>> {
    let entries = fs::read_dir(folder).map_err(|error| vec![format!("{}: {error}", folder.display())])?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| is_spec(name))
        .collect();
    names.sort();
    let mut cases = Vec::new();
    let mut mistakes = Vec::new();
    for name in names {
        match fs::read_to_string(folder.join(&name)) {
            Ok(text) => match read(&name, &text) {
                Ok(read) => cases.extend(read),
                Err(found) => mistakes.extend(found),
            },
            Err(error) => mistakes.push(format!("{name}: {error}")),
        }
    }
    if mistakes.is_empty() { Ok(cases) } else { Err(mistakes) }
}

fn is_spec(name: &str) -> bool {
    name.ends_with(".md") && name != "README.md"
}

/// Reads one file.
///
/// # Errors
/// All mistakes, as `file:line: message`.
pub fn read(file: &str, text: &str) -> Result<Vec<Case>, Vec<String>> {
    let show = |mistakes: Vec<(usize, String)>| -> Vec<String> {
        mistakes.into_iter().map(|(line, message)| format!("{file}:{line}: {message}")).collect()
    };
    let pieces = pieces(text).map_err(show)?;
    let mut cases = Vec::new();
    let mut mistakes = Vec::new();
    let mut titles = BTreeSet::new();
    if !matches!(pieces.first(), Some(Piece { kind: PieceKind::Heading(_), .. })) {
        mistakes.push((1, "a file begins with `# ` and what it is about".to_owned()));
    }
    let mut rest = pieces.get(1..).unwrap_or_default();
    while let Some((first, behind)) = rest.split_first() {
        let end = behind.iter().position(|piece| matches!(piece.kind, PieceKind::Case(_))).unwrap_or(behind.len());
        match &first.kind {
            PieceKind::Case(title) => {
                if !titles.insert(*title) {
                    mistakes.push((first.line, format!("there is another case `{title}`")));
                }
                match Draft::of(&behind[..end]).and_then(|draft| draft.finish(file, first.line, title)) {
                    Ok(case) => cases.push(case),
                    Err((line, message)) => mistakes.push((line.max(first.line), message)),
                }
            }
            _ => mistakes.push((first.line, "this stands before the first case".to_owned())),
        }
        rest = &behind[end..];
    }
    if mistakes.is_empty() { Ok(cases) } else { Err(show(mistakes)) }
}

/// A mistake; line 0 is the line of the case.
type Mistake = (usize, String);

#[derive(Default)]
struct Draft {
    forge: Vec<Template>,
    blade: Vec<Template>,
    data: Option<String>,
    services: Option<String>,
    rust: Option<String>,
    items: Option<String>,
    php: Option<String>,
    expected: Option<Expected>,
    of_blade: Option<Expected>,
    differs: Option<String>,
    same: Option<()>,
    since: Option<u32>,
    fragment: Option<String>,
    maps: Option<Vec<String>>,
    newlines: Option<()>,
    compiled: Option<String>,
}

impl Draft {
    fn of(pieces: &[Piece<'_>]) -> Result<Self, Mistake> {
        let mut draft = Self::default();
        for piece in pieces {
            let result = match &piece.kind {
                PieceKind::Fence { info, text } => draft.fence(info, text),
                PieceKind::Field(key, value) => draft.field(key, value),
                PieceKind::Heading(_) | PieceKind::Case(_) => Err("a file has one `# ` heading".to_owned()),
            };
            result.map_err(|message| (piece.line, message))?;
        }
        Ok(draft)
    }

    fn fence(&mut self, info: &str, text: &str) -> Result<(), String> {
        let mut words = info.split_whitespace();
        let language = words.next().unwrap_or_default();
        let word = words.next();
        if words.next().is_some() {
            return Err(format!("`{info}`: a fence has at most two words"));
        }
        let text = text.to_owned();
        match (language, word) {
            ("forge", name) => template(&mut self.forge, name, text),
            ("blade", name) => template(&mut self.blade, name, text),
            ("json", None) => once(&mut self.data, text, info),
            ("json", Some("services")) => once(&mut self.services, text, info),
            ("rust", None) => once(&mut self.rust, text, info),
            ("rust", Some("items")) => once(&mut self.items, text, info),
            ("php", None) => once(&mut self.php, text, info),
            ("html", None) => once(&mut self.expected, Expected::Html(text), "the expected outcome"),
            ("error", None) => once(&mut self.expected, Expected::Error(text), "the expected outcome"),
            ("html", Some("blade")) => once(&mut self.of_blade, Expected::Html(text), "Blade's outcome"),
            ("error", Some("blade")) => once(&mut self.of_blade, Expected::Error(text), "Blade's outcome"),
            ("diagnostic", None) => {
                let diagnostics = text.lines().map(diagnostic).collect::<Result<Vec<_>, _>>()?;
                if diagnostics.is_empty() {
                    return Err("an empty list of problems".to_owned());
                }
                once(&mut self.expected, Expected::Diagnostics(diagnostics), "the expected outcome")
            }
            _ => Err(format!("`{info}` is no fence of a case")),
        }
    }

    fn field(&mut self, key: &str, value: &str) -> Result<(), String> {
        match key {
            "Blade" if value == "same" => once(&mut self.same, (), key),
            "Since" => once(&mut self.since, value.parse().map_err(|_| "a version is a number".to_owned())?, key),
            "Differs" => once(&mut self.differs, value.to_owned(), key),
            "Fragment" => once(&mut self.fragment, value.to_owned(), key),
            "Maps" => once(&mut self.maps, value.split(", ").map(str::to_owned).collect(), key),
            "Newlines" if value == "crlf" => once(&mut self.newlines, (), key),
            "Compiled" => once(&mut self.compiled, value.to_owned(), key),
            _ => Err(format!("`{key}: {value}` is no line of a case; prose must not begin with a word and a colon")),
        }
    }

    fn finish(mut self, file: &str, line: usize, title: &str) -> Result<Case, Mistake> {
        let wrong = |message: &str| (0, format!("`{title}`: {message}"));
        if !self.forge.iter().any(|template| template.name == "index") {
            return Err(wrong("there is no template `index`"));
        }
        if self.newlines.is_some() {
            self.use_crlf();
        }
        let blade = self.blade_side().map_err(|message| wrong(&message))?;
        let expected = self.expected.take().ok_or_else(|| wrong("nothing is expected of it"))?;
        Ok(Case {
            file: file.to_owned(),
            line,
            title: title.to_owned(),
            templates: self.forge,
            data: self.data,
            services: self.services,
            rust: self.rust,
            items: self.items,
            maps: self.maps.unwrap_or_default(),
            fragment: self.fragment,
            compiled_only: self.compiled,
            expected,
            blade,
        })
    }

    fn blade_side(&mut self) -> Result<Option<BladeSide>, String> {
        if self.same.is_none() && self.blade.is_empty() {
            let left = self.php.is_some() || self.since.is_some() || self.differs.is_some() || self.of_blade.is_some();
            return if left { Err("says something of Blade without a text for it".to_owned()) } else { Ok(None) };
        }
        if self.same.is_some() && !self.blade.is_empty() {
            return Err("`Blade: same`, and yet another text for Blade".to_owned());
        }
        let difference = match (self.differs.take(), self.of_blade.take()) {
            (Some(why), Some(expected)) => Some(Difference { why, expected }),
            (None, None) => None,
            _ => return Err("`Differs: why` and what Blade gives belong together".to_owned()),
        };
        let mut templates = std::mem::take(&mut self.blade);
        for template in &self.forge {
            if !templates.iter().any(|other| other.name == template.name) {
                templates.push(template.clone());
            }
        }
        Ok(Some(BladeSide { templates, php: self.php.take(), since: self.since.unwrap_or(8), difference }))
    }

    fn use_crlf(&mut self) {
        let with_crlf = |text: &mut String| *text = text.replace('\n', "\r\n");
        self.forge.iter_mut().chain(&mut self.blade).for_each(|template| with_crlf(&mut template.text));
        for expected in [&mut self.expected, &mut self.of_blade] {
            if let Some(Expected::Html(text)) = expected {
                with_crlf(text);
            }
        }
    }
}

fn once<T>(place: &mut Option<T>, value: T, what: &str) -> Result<(), String> {
    if place.is_some() {
        return Err(format!("a case has `{what}` once"));
    }
    *place = Some(value);
    Ok(())
}

fn template(list: &mut Vec<Template>, name: Option<&str>, text: String) -> Result<(), String> {
    let name = name.unwrap_or("index").to_owned();
    if list.iter().any(|template| template.name == name) {
        return Err(format!("there is another template `{name}`"));
    }
    list.push(Template { name, text });
    Ok(())
}

/// `FRG0012 index 3:5 message`.
fn diagnostic(line: &str) -> Result<Diagnostic, String> {
    let read = || {
        let mut words = line.splitn(4, ' ');
        let (code, name) = (words.next()?.to_owned(), words.next()?.to_owned());
        let (line, column) = words.next()?.split_once(':')?;
        let message = words.next()?.to_owned();
        Some(Diagnostic { code, name, line: line.parse().ok()?, column: column.parse().ok()?, message })
    };
    read().ok_or_else(|| format!("`{line}` is not `code template line:column message`"))
}
