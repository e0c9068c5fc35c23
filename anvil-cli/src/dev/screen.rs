//! The terminal of `anvil dev`: lines that stay, and one line at the bottom that is redrawn while a long build goes on.

use std::{
    io::{self, IsTerminal},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

use super::view::Show;
use crate::terminal::{self, Style};

const REDRAW: Duration = Duration::from_millis(120);

/// Where the lines go; progress always goes to standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    Stdout,
    Stderr,
}

#[derive(Debug)]
pub(super) struct Screen {
    lines: Lines,
    redraws: bool,
    bar: Option<ProgressBar>,
}

impl Screen {
    pub(super) fn new(lines: Lines) -> Self {
        let redraws = io::stderr().is_terminal() && Style::of_stderr() == Style::Colour;
        Self { lines, redraws, bar: None }
    }

    /// The colours of the lines.
    pub(super) fn style(lines: Lines) -> Style {
        match lines {
            Lines::Stdout => Style::of_stdout(),
            Lines::Stderr => Style::of_stderr(),
        }
    }

    /// Shows what is for the eye; the rest is for the caller.
    pub(super) fn show(&mut self, show: &Show) -> io::Result<()> {
        match show {
            Show::Line(text) => return self.line(text),
            Show::Progress { text, plain } => self.progress(text, *plain),
            Show::ProgressEnd => self.end_progress(),
            Show::Ready { .. } | Show::NotUp | Show::Stopped | Show::DaemonEnds { .. } | Show::Behind => {}
        }
        Ok(())
    }

    /// A line of talk that does not tear the progress line.
    pub(super) fn talk(&self, text: &str) {
        self.around_progress(|| terminal::talk(text));
    }

    fn line(&self, text: &str) -> io::Result<()> {
        self.around_progress(|| match self.lines {
            Lines::Stdout => terminal::print(text),
            Lines::Stderr => {
                terminal::talk(text);
                Ok(())
            }
        })
    }

    fn progress(&mut self, text: &str, plain: bool) {
        if !self.redraws {
            if plain {
                terminal::talk(text);
            }
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let style =
                ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
            let bar = ProgressBar::new_spinner().with_style(style);
            bar.enable_steady_tick(REDRAW);
            bar
        });
        bar.set_message(text.trim_start().to_owned());
    }

    fn end_progress(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    fn around_progress<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.end_progress();
    }
}
