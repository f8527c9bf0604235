//! What a check and the target said to each other.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    report::{Entry, Shown, text},
    verdict::Verdict,
};

/// The last exchanges of a check: they show what it came to.
pub(super) struct Conversation {
    /// The last of all of what did not pass.
    pub(super) last: Option<ExchangeView>,
    /// How many came before those that are shown.
    pub(super) left_out: usize,
    /// Those shown that came before the last.
    pub(super) before: Vec<ExchangeView>,
}

/// One exchange.
pub(super) struct ExchangeView {
    pub(super) method: String,
    /// The address, without what all of the target's have in common.
    pub(super) place: String,
    /// The status, or that there was none.
    pub(super) status: String,
    pub(super) duration_ms: u64,
    pub(super) curl: String,
    /// Whether it is shown as a whole, or only with its line and the beginning of its answer.
    pub(super) is_whole: bool,
    pub(super) sent: Vec<(String, String)>,
    pub(super) sent_body: String,
    pub(super) received: Vec<(String, String)>,
    /// The body, or why there is none.
    pub(super) answer: String,
}

/// How many exchanges are shown of what did not pass, and of what passed.
const MOST: usize = 30;
const MOST_PASSED: usize = 2;

/// How much of a body is shown of what did not pass, and of what passed, in characters.
const SHOWN: usize = 6_000;
const SHOWN_PASSED: usize = 300;

impl Conversation {
    /// Makes the conversation of a check with the target at `base`.
    pub(super) fn new(entry: &Entry, base: &str) -> Self {
        let is_whole = !matches!(entry.verdict, Verdict::Pass | Verdict::Skip);
        let most = if is_whole { MOST } else { MOST_PASSED };
        let left_out = entry.exchanges.len().saturating_sub(most);
        let shown = entry.exchanges[left_out..].iter();
        let mut before: Vec<ExchangeView> = shown
            .map(|shown| ExchangeView::new(shown, base, is_whole))
            .collect();
        Self {
            last: is_whole.then(|| before.pop()).flatten(),
            left_out,
            before,
        }
    }
}

impl ExchangeView {
    /// Makes the view of an exchange of which the beginning is enough.
    pub(super) fn brief(shown: &Shown, base: &str) -> Self {
        Self::new(shown, base, false)
    }

    fn new(shown: &Shown, base: &str, is_whole: bool) -> Self {
        let request = &shown.request;
        let body = |text| if is_whole { pretty(text) } else { short(text) };
        let (status, received, answer) = match &shown.response {
            Some(response) => (
                response.status.to_string(),
                headers(&response.headers),
                body(&response.body),
            ),
            None => {
                let failure = shown.failure.as_deref().unwrap_or_default();
                ("no answer".to_owned(), Vec::new(), text::printable(failure))
            }
        };
        Self {
            method: text::line(&request.method),
            place: text::line(request.url.strip_prefix(base).unwrap_or(&request.url)),
            status,
            duration_ms: shown.duration_ms,
            curl: text::printable(&shown.curl),
            is_whole,
            sent: headers(&request.headers),
            sent_body: body(&request.body),
            received,
            answer,
        }
    }
}

fn headers(headers: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let shown = headers.iter();
    shown
        .map(|(name, value)| (text::line(name), text::line(value)))
        .collect()
}

/// Returns a body as people read it: JSON indented.
fn pretty(body: &str) -> String {
    let indented =
        serde_json::from_str::<Value>(body).and_then(|value| serde_json::to_string_pretty(&value));
    let whole = indented.as_deref().unwrap_or(body);
    text::beginning(&text::printable(whole), SHOWN)
}

fn short(body: &str) -> String {
    text::beginning(&text::printable(body), SHOWN_PASSED)
}
