//! A small picture for a page that links to the report: how many checks passed, or how many did not.

use std::io;

use askama::Template;

use super::{Report, Write};
use crate::verdict::Verdict;

/// Writes an SVG of 20 pixels' height.
#[derive(Debug, Clone, Copy)]
pub struct Badge;

impl Write for Badge {
    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        let page = Page::new(report);
        page.write_into(&mut *out)?;
        writeln!(out)
    }
}

#[derive(Template)]
#[template(path = "badge.svg", escape = "html")]
struct Page {
    message: String,
    colour: &'static str,
    /// The width of the message, in pixels.
    width: usize,
}

/// The width of a character of the message, in pixels: the text is stretched to it, whatever the font.
const CHARACTER: usize = 7;

impl Page {
    fn new(report: &Report) -> Self {
        let (message, colour) = finding(report);
        Self {
            width: (message.len() * CHARACTER) + 10,
            message,
            colour,
        }
    }
}

/// Returns the gravest finding, and its colour: each has enough contrast to white text (WCAG 2.2, 1.4.3).
fn finding(report: &Report) -> (String, &'static str) {
    let summary = report.summary();
    let count = |verdict| summary.count(verdict);
    let (fail, broken) = (count(Verdict::Fail), count(Verdict::Broken));
    if fail > 0 {
        (format!("{fail} fail"), "#b42318")
    } else if report.is_interrupted {
        ("interrupted".to_owned(), "#7a3fb0")
    } else if broken > 0 {
        (format!("{broken} not observed"), "#7a3fb0")
    } else if count(Verdict::Warn) > 0 {
        let (pass, warn) = (count(Verdict::Pass), count(Verdict::Warn));
        (format!("{pass} pass, {warn} warn"), "#8a5a00")
    } else {
        (format!("{} pass", count(Verdict::Pass)), "#0a6e4f")
    }
}
