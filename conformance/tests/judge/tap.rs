//! Reads TAP 14 strictly: a version, a plan, then test points with their diagnostics, and comments.

use serde_json::Value;

/// One test point.
#[derive(Debug)]
pub(crate) struct Point {
    pub(crate) is_ok: bool,
    pub(crate) description: String,
    /// `SKIP` or `TODO` with its reason.
    pub(crate) directive: Option<(String, String)>,
    pub(crate) diagnostics: Option<Value>,
}

/// Reads a document, and panics at the first thing in it that is not TAP.
pub(crate) fn read(text: &str) -> Vec<Point> {
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("TAP version 14"));
    let plan = lines.next().and_then(|line| line.strip_prefix("1.."));
    let planned: usize = plan.and_then(|last| last.parse().ok()).expect("a plan");
    let mut points: Vec<Point> = Vec::new();
    while let Some(line) = lines.next() {
        if line.starts_with("# ") {
            continue;
        }
        if line == "  ---" {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "  ...").collect();
            let last = points.last_mut().expect("diagnostics follow a point");
            assert!(last.diagnostics.is_none(), "one block each");
            let yaml = block.join("\n");
            last.diagnostics = Some(serde_saphyr::from_str(&yaml).expect("a block is YAML"));
            continue;
        }
        let point = point(line, points.len() + 1);
        points.push(point);
    }
    assert_eq!(points.len(), planned, "the plan is kept");
    points
}

fn point(line: &str, number: usize) -> Point {
    let (is_ok, rest) = match line.strip_prefix("not ") {
        Some(rest) => (false, rest),
        None => (true, line),
    };
    let rest = rest
        .strip_prefix(&format!("ok {number} - "))
        .unwrap_or_else(|| panic!("`{line}` is no test point, or out of order"));
    let (description, directive) = match unescaped_hash(rest) {
        None => (rest, None),
        Some(at) => {
            let words = rest[at + 1..].trim();
            let (word, reason) = words.split_once(' ').unwrap_or((words, ""));
            assert!(matches!(word, "SKIP" | "TODO"), "{line}");
            (&rest[..at], Some((word.to_owned(), reason.to_owned())))
        }
    };
    Point {
        is_ok,
        description: description.trim().to_owned(),
        directive,
        diagnostics: None,
    }
}

fn unescaped_hash(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().find_map(|(at, character)| {
        let is_found = character == '#' && !is_escaped;
        is_escaped = character == '\\' && !is_escaped;
        is_found.then_some(at)
    })
}
