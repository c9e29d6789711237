//! What the figures of a bench come to: a word beside each bar, and one last line about all of them.
//!
//! Every bench with bars takes this file in, whichever crate it belongs to.

use std::process::ExitCode;

/// The bars of one run.
pub(crate) struct Bars {
    judged: bool,
    count: usize,
    missed: Vec<String>,
}

impl Bars {
    /// Those of a run whose figures count.
    pub(crate) fn judged() -> Self {
        Self { judged: true, count: 0, missed: Vec::new() }
    }

    /// Those of a short form, which shows that the bench runs and nothing else.
    pub(crate) fn unjudged() -> Self {
        Self { judged: false, count: 0, missed: Vec::new() }
    }

    /// The word to print beside a figure: `ok` or `MISSED`, `-` in a short form. `what` names the bar in the last line.
    pub(crate) fn word(&mut self, what: &str, met: bool) -> &'static str {
        if !self.judged {
            return "-";
        }
        self.count += 1;
        if met {
            return "ok";
        }
        self.missed.push(what.to_owned());
        "MISSED"
    }

    /// Prints the last line. The program ends with 1 where a bar was missed.
    pub(crate) fn end(self) -> ExitCode {
        if !self.missed.is_empty() {
            println!("missed: {}", self.missed.join(", "));
            return ExitCode::FAILURE;
        }
        match (self.judged, self.count) {
            (false, _) => println!("short form: no verdict"),
            (true, 0) => println!("no bars here"),
            (true, _) => println!("all bars met"),
        }
        ExitCode::SUCCESS
    }
}
