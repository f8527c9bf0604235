//! Texts of a target, made harmless and short before anybody sees them.

use serde_json::Value;

/// Returns a text in which whatever could steer a terminal or reorder a line is written out: control characters but for the
/// line feed, and the bidirectional controls of Unicode (UAX #9, 2).
///
/// ```
/// use conformance::report::text::printable;
///
/// assert_eq!(printable("a\u{1b}[31m\u{202e}b"), r"a\u{1b}[31m\u{202e}b");
/// ```
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_steering(character) {
            out.extend(character.escape_unicode());
        } else if character.is_control() && character != '\n' {
            out.extend(character.escape_debug());
        } else {
            out.push(character);
        }
    }
    out
}

/// Returns a printable text on one line.
///
/// ```
/// assert_eq!(conformance::report::text::line("a\nb\r"), r"a\nb\r");
/// ```
pub fn line(text: &str) -> String {
    printable(text).replace('\n', "\\n")
}

/// Returns a JSON value on one line, in which whatever [`printable`] writes out is a JSON escape.
///
/// ```
/// use serde_json::json;
///
/// let text = conformance::report::text::json(&json!({"a": "b\n\u{202e}\u{7f}"}));
/// assert_eq!(text, r#"{"a":"b\n\u202e\u007f"}"#);
/// ```
pub fn json(value: &Value) -> String {
    let mut out = String::new();
    for character in value.to_string().chars() {
        if is_steering(character) || character.is_control() {
            // All of them are in the basic plane.
            out.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            out.push(character);
        }
    }
    out
}

/// Returns at most so many characters from the beginning, with an ellipsis where something is left out.
///
/// ```
/// use conformance::report::text::beginning;
///
/// assert_eq!(beginning("abc", 3), "abc");
/// assert_eq!(beginning("abcd", 3), "abc…");
/// ```
pub fn beginning(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Tells whether a character changes the order or the place of its neighbours, or ends a line for some readers.
fn is_steering(character: char) -> bool {
    matches!(
        character,
        '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}
