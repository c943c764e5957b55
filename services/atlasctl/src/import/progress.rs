use std::{
    io::{IsTerminal as _, Write as _},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

/// How far an import is, on standard error: a bar on a terminal, a line for each tenth elsewhere, nothing beside JSON.
pub enum Progress {
    Bar(ProgressBar),
    Lines { done: usize, of: usize },
    Silent,
}

impl Progress {
    /// Begins, with this many records to go.
    pub fn start(records: usize, silent: bool) -> Self {
        if silent {
            return Self::Silent;
        }
        if !std::io::stderr().is_terminal() {
            return Self::Lines { done: 0, of: records };
        }
        let bar = ProgressBar::new(records as u64);
        let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos} of {human_len}, {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message("importing");
        bar.enable_steady_tick(Duration::from_millis(200));
        Self::Bar(bar)
    }

    /// So many records more were answered.
    pub fn advance(&mut self, records: usize) {
        match self {
            Self::Bar(bar) => bar.inc(records as u64),
            Self::Lines { done, of } => {
                let tenths = |done: usize| done * 10 / (*of).max(1);
                let before = tenths(*done);
                *done += records;
                if tenths(*done) > before {
                    say(&format!("imported {done} of {of} records"));
                }
            }
            Self::Silent => {}
        }
    }

    /// Something that an operator should know while it goes on.
    pub fn note(&self, what: &str) {
        match self {
            Self::Bar(bar) => bar.println(what),
            Self::Lines { .. } => say(what),
            Self::Silent => {}
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
