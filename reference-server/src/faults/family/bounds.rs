//! Faults of the bounds that a server promises.

use http::StatusCode;

use crate::faults::answer::Answer;
use crate::faults::fault::{Act, Fault};
use crate::faults::step;

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "bounds",
        title,
        act,
    }
}

pub(super) const FAULTS: &[Fault] = &[
    of(
        "the-last-byte-is-too-much",
        "A body of as many bytes as there may be is refused",
        Act::Instead(|app, asked| {
            (asked.body.len() == app.settings().limits.body_bytes)
                .then(|| Answer::refusal(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"))
        }),
    ),
    of(
        "every-bracket-is-a-level",
        "JSON with many arrays side by side is refused for its depth",
        Act::Instead(|app, asked| {
            let brackets = asked.body.iter().filter(|byte| matches!(byte, b'[' | b'{'));
            let is_deep = brackets.count() > app.settings().limits.json_depth;
            (is_deep && asked.is_below("config"))
                .then(|| Answer::refusal(StatusCode::BAD_REQUEST, "too many levels"))
        }),
    ),
    of(
        "long-parameters-are-cut",
        "Of a long parameter of a form only the beginning is read",
        Act::Request(|_, asked| {
            if asked.is_on("login/token") {
                asked.edit_form(|pairs| {
                    for (name, value) in pairs {
                        cut(name, 4096);
                        cut(value, 4096);
                    }
                });
            }
        }),
    ),
    of(
        "half-of-a-nonce-is-remembered",
        "Of a long nonce or resource only the beginning is remembered",
        Act::Request(|_, asked| {
            for name in ["nonce", "resource"] {
                step::change(asked, name, |text| {
                    let mut text = text.to_owned();
                    cut(&mut text, 512);
                    text
                });
            }
        }),
    ),
    of(
        "long-endpoints-are-refused",
        "An endpoint of more than a thousand bytes is refused",
        Act::Instead(|_, asked| {
            let endpoint = asked.member("endpoint")?;
            (endpoint.len() > 1000)
                .then(|| Answer::refusal(StatusCode::BAD_REQUEST, "the URL is too long"))
        }),
    ),
];

/// Shortens a text to that many bytes, or a few less.
fn cut(text: &mut String, most: usize) {
    let end = (0..=most.min(text.len())).rfind(|end| text.is_char_boundary(*end));
    text.truncate(end.unwrap_or_default());
}
