//! What a template prints, for some of the ways through its conditions and loops, as HTML sees it.

use forge_codegen::{
    Options, analyse,
    ir::{Content, Label, Op, OpKind, SectionEnd},
    parse,
};

/// Elements beside whose tags white space is not shown. Not the list of the formatter.
const BLOCKS: &[&str] = &[
    "!doctype",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "head",
    "header",
    "hr",
    "html",
    "li",
    "link",
    "main",
    "meta",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "script",
    "section",
    "style",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
];

pub(super) fn assert_same(one: &str, other: &str) {
    for choices in 0..12 {
        let (before, after) = (Page::of(one, choices), Page::of(other, choices));
        assert_eq!(before.kept_by_html(), after.kept_by_html(), "what `<pre>` and its like contain:\n{one}");
        assert_eq!(before.seen(), after.seen(), "what is seen of\n{one}\n--- formatted\n{other}\n---");
    }
}

/// A page, and the parts that are printed elsewhere.
#[derive(Default)]
struct Page {
    out: String,
    apart: Vec<String>,
    state: u64,
    /// The loop or switch that is being left, and whether for good.
    jump: Option<(Label, bool)>,
}

impl Page {
    fn of(text: &str, choices: u64) -> Self {
        let options = Options::default();
        let analysis = analyse("a", &parse(text, &options), &options);
        let mut page = Self { state: choices.wrapping_mul(0x9e37_79b9_7f4a_7c15), ..Self::default() };
        page.ops(&analysis.program.body);
        page.out = page.out.trim_start().to_owned();
        page
    }

    fn choose(&mut self, of: usize) -> usize {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize % of
    }

    fn ops(&mut self, ops: &[Op]) {
        for op in ops {
            if self.jump.is_none() {
                self.op(&op.kind);
            }
        }
    }

    fn repeat(&mut self, times: usize, label: Label, body: &[Op]) {
        for _ in 0..times {
            self.ops(body);
            let stays = match self.jump {
                Some((of, true)) if of == label => false,
                Some((of, _)) => of == label,
                None => true,
            };
            self.jump.take_if(|(of, _)| *of == label);
            if !stays {
                return;
            }
        }
    }

    fn apart(&mut self, body: &[Op]) -> String {
        let out = std::mem::take(&mut self.out);
        self.ops(body);
        std::mem::replace(&mut self.out, out)
    }

    fn op(&mut self, kind: &OpKind) {
        match kind {
            OpKind::Text(text) => self.out.push_str(text),
            OpKind::If { branches, otherwise } => match branches.get(self.choose(branches.len() + 1)) {
                Some((_, body)) => self.ops(body),
                None => self.ops(otherwise),
            },
            OpKind::Switch { label, cases, default, .. } => {
                match cases.get(self.choose(cases.len() + 1)) {
                    Some((_, body)) => self.ops(body),
                    None => self.ops(default),
                }
                self.jump.take_if(|(of, _)| of == label);
            }
            OpKind::For { label, body, otherwise, .. } => match self.choose(3) {
                0 => self.ops(otherwise),
                times => self.repeat(times, *label, body),
            },
            OpKind::While { label, body, .. } => {
                let times = self.choose(3);
                self.repeat(times, *label, body);
            }
            OpKind::Section { content: Content::Body(body), end: SectionEnd::Show, .. }
            | OpKind::Once { body, .. }
            | OpKind::Fragment { body, .. } => self.ops(body),
            OpKind::Section { content: Content::Body(body), .. }
            | OpKind::Push { content: Content::Body(body), .. } => {
                let part = self.apart(body);
                self.apart.push(part);
            }
            OpKind::Slot { content: Content::Body(body), .. } => {
                let part = self.apart(body).trim().to_owned();
                self.apart.push(part);
            }
            OpKind::Component(component) => {
                let slot = self.apart(&component.body).trim().to_owned();
                self.apart.push(slot);
                self.out.push('¤');
            }
            OpKind::Section { .. }
            | OpKind::Push { .. }
            | OpKind::Slot { .. }
            | OpKind::Inject { .. }
            | OpKind::Rust { .. }
            | OpKind::Unset(_)
            // What takes no place on a page.
            | OpKind::Csrf
            | OpKind::Method(_)
            | OpKind::Vite { .. }
            | OpKind::ViteReactRefresh
            | OpKind::Fonts(_) => {}
            OpKind::Break { label, when } | OpKind::Continue { label, when } => {
                let is_break = matches!(kind, OpKind::Break { .. });
                if when.is_none() || self.choose(2) == 0 {
                    self.jump = Some((*label, is_break));
                }
            }
            _ => self.out.push('¤'),
        }
    }

    /// As HTML shows it: runs of white space are one space, and none beside tags on lines of their own, nor at the end.
    fn seen(&self) -> Vec<String> {
        let page = seen(&self.out);
        let end = page.trim_end().to_owned();
        std::iter::once(end).chain(self.apart.iter().map(|part| seen(part))).collect()
    }

    fn kept_by_html(&self) -> Vec<&str> {
        let mut kept = Vec::new();
        for text in std::iter::once(&self.out).chain(&self.apart) {
            for name in ["pre", "script", "textarea", "style"] {
                let (open, close) = (format!("<{name}"), format!("</{name}>"));
                let mut rest = text.as_str();
                while let Some(start) = rest.find(&open) {
                    let end = rest[start..].find(&close).map_or(rest.len(), |end| start + end);
                    kept.push(&rest[start..end]);
                    rest = &rest[end..];
                }
            }
        }
        kept
    }
}

fn seen(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_ascii_whitespace()).collect();
    let mut one = String::with_capacity(text.len());
    for (at, word) in words.iter().enumerate() {
        if at > 0 && !one.ends_with(' ') {
            one.push(' ');
        }
        one.push_str(word);
    }
    let one = one.replace(" />", "/>").replace(" >", ">");
    let mut seen = String::with_capacity(one.len());
    let mut rest = one.as_str();
    while let Some(start) = rest.find('<') {
        let end = rest[start..].find('>').map_or(rest.len(), |end| start + end + 1);
        let tag = &rest[start..end];
        let name = tag.trim_start_matches(['<', '/']).split([' ', '>', '/']).next().unwrap_or_default();
        seen.push_str(&rest[..start]);
        rest = &rest[end..];
        if BLOCKS.contains(&name) {
            seen.truncate(seen.trim_end().len());
            rest = rest.trim_start();
        }
        seen.push_str(tag);
    }
    seen.push_str(rest);
    // A part that is nothing but white space shows nothing.
    if seen.trim().is_empty() { String::new() } else { seen }
}
