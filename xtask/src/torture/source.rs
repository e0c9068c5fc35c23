//! An app whose source can be edited in known ways, each of which leaves it one that compiles. Text in, text out.
//!
//! A template is one text with all files, each after a line `=== path`. In paths and contents `<~name~a~b~c~>` stands for one
//! of its variants: which one is the state of the switch `name`, the same wherever the name occurs. `<~name~>` is a number that
//! grows with every edit of the switch. The name begins with the kind of edit: `body.total`. Variants may hold further
//! switches. A file whose path comes out empty does not exist.
//!
//! Also used by the tests of the daemon.

use std::collections::{BTreeMap, BTreeSet};

/// Bytes of a file of which a patch need not hold all (`anvild_patch::Limits`).
const LARGE: usize = 1024;
const PADDING: &str = "// Nothing stands here, and it is long.\n";

/// A template and the states of its switches.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    files: Vec<(Vec<Piece>, Vec<Piece>)>,
    /// Remainder of the numbers of files that are large.
    large: usize,
    switches: BTreeMap<String, Switch>,
    /// Kinds that are still to come in this round.
    round: Vec<String>,
    random: Random,
}

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Number(String),
    Choice(String, Vec<Vec<Piece>>),
}

#[derive(Debug, Clone)]
struct Switch {
    variants: usize,
    state: usize,
    number: u64,
}

/// What was done, and what has to be done to the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    /// `body`, `signature`, …
    pub(crate) kind: String,
    /// For people: `body.total is 3`.
    pub(crate) said: String,
    /// New content by path; none for a file that is gone.
    pub(crate) changes: BTreeMap<String, Option<String>>,
}

impl Source {
    /// Reads a template. `words` are replaced everywhere beforehand: `("PACKAGE", "shop")`.
    ///
    /// # Panics
    /// The template is wrong: it is part of the program.
    pub(crate) fn new(template: &str, words: &[(&str, &str)], seed: u64) -> Self {
        let mut template = template.to_owned();
        for (word, text) in words {
            template = template.replace(word, text);
        }
        let mut switches = BTreeMap::new();
        let mut files = Vec::new();
        for file in template.split("=== ").skip(1) {
            let (path, text) = file.split_once('\n').expect("a path is a line");
            files.push((pieces(path, &mut switches), pieces(text, &mut switches)));
        }
        Self { files, large: (seed % 2) as usize, switches, round: Vec::new(), random: Random(seed) }
    }

    /// Every file by its path. Of a large file a patch holds single items: every second one is, which ones depends on the seed.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let files = self.files.iter().enumerate().map(|(at, (path, text))| {
            let (path, mut text) = (self.written(path), self.written(text));
            if at % 2 == self.large && path.ends_with(".rs") {
                text += &PADDING.repeat(LARGE / PADDING.len() + 1);
            }
            (path, text)
        });
        files.filter(|(path, _)| !path.is_empty()).collect()
    }

    fn written(&self, pieces: &[Piece]) -> String {
        let written = pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Number(name) => self.switches[name].number.to_string(),
            Piece::Choice(name, variants) => self.written(&variants[self.switches[name].state]),
        });
        written.collect()
    }

    /// Makes one edit. Every kind comes once before any comes again.
    pub(crate) fn edit(&mut self) -> Edit {
        if self.round.is_empty() {
            self.round = self.switches.keys().map(|name| kind(name)).collect::<BTreeSet<_>>().into_iter().collect();
        }
        let at = self.random.below(self.round.len());
        let kind = self.round.swap_remove(at);
        self.edit_of(&kind)
    }

    /// Makes one edit of this kind, which the template must have.
    pub(crate) fn edit_of(&mut self, of: &str) -> Edit {
        let names: Vec<String> = self.switches.keys().filter(|name| kind(name) == of).cloned().collect();
        let name = &names[self.random.below(names.len())];
        let before = self.files();
        let step = self.random.below(usize::MAX);
        let switch = self.switches.get_mut(name).expect("one of the keys");
        if switch.variants > 1 {
            switch.state = (switch.state + 1 + step % (switch.variants - 1)) % switch.variants;
        }
        switch.number += 1;
        let said = format!("{name} is variant {} with number {}", switch.state, switch.number);
        let after = self.files();
        let gone = before.keys().filter(|path| !after.contains_key(*path)).map(|path| (path.clone(), None));
        let new = after.iter().filter(|(path, text)| before.get(*path) != Some(*text));
        let changes = gone.chain(new.map(|(path, text)| (path.clone(), Some(text.clone())))).collect();
        Edit { kind: of.to_owned(), said, changes }
    }
}

/// A module without a part in any edit, of so many types with a handler each. It makes a full build take as long as that of an
/// app of some size, so that it is not ready before the patch.
pub(crate) fn padding(types: usize) -> String {
    let mut text = "//! What an app has besides.\n\nuse anvilforge::prelude::*;\n".to_owned();
    for number in 0..types {
        text += &format!(
            "
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(crate = \"anvilforge::serde\")]
pub struct Row{number} {{
    id: u64,
    name: String,
    notes: Vec<Option<String>>,
}}

pub async fn show{number}(Json(row): Json<Row{number}>) -> Result<Json<Vec<Row{number}>>> {{
    Ok(Json(vec![row.clone(), row]))
}}
"
        );
    }
    text
}

fn kind(name: &str) -> String {
    name.split('.').next().unwrap_or(name).to_owned()
}

fn pieces(text: &str, switches: &mut BTreeMap<String, Switch>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<~") {
        pieces.push(Piece::Text(before.to_owned()));
        let end = closing(after);
        let parts = divided(&after[..end]);
        let (name, variants) = parts.split_first().expect("at least a name");
        let switch = switches.entry((*name).to_owned()).or_insert(Switch { variants: 1, state: 0, number: 1 });
        if variants.is_empty() {
            pieces.push(Piece::Number((*name).to_owned()));
        } else {
            assert!([1, variants.len()].contains(&switch.variants), "{name} has one number of variants everywhere");
            switch.variants = variants.len();
            let variants = variants.iter().map(|variant| self::pieces(variant, switches)).collect();
            pieces.push(Piece::Choice((*name).to_owned(), variants));
        }
        rest = &after[end + 2..];
    }
    pieces.push(Piece::Text(rest.to_owned()));
    pieces
}

/// Where the switch that begins before `text` ends.
fn closing(text: &str) -> usize {
    let mut depth = 1;
    let mut at = 0;
    while depth > 0 {
        let next = text[at..].find('~').map(|found| at + found).expect("every `<~` has its `~>`");
        if text[next..].starts_with("~>") {
            depth -= 1;
            at = next + 2;
        } else {
            depth += u32::from(text[..next].ends_with('<'));
            at = next + 1;
        }
    }
    at - 2
}

/// Name and variants: `text` at each `~` that is not within a switch.
fn divided(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(found) = text[at..].find('~').map(|found| at + found) {
        if text[..found].ends_with('<') {
            at = found + 1 + closing(&text[found + 1..]) + 2;
        } else {
            parts.push(&text[start..found]);
            (start, at) = (found + 1, found + 1);
        }
    }
    parts.push(&text[start..]);
    parts
}

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers for the same seed, everywhere and for ever.
#[derive(Debug, Clone)]
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        // `end` is small: the bias does not matter.
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }
}
