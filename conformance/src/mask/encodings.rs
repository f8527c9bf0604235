//! The forms in which a secret can travel.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The shortest part of an encoded secret that is searched for, in characters: anything shorter occurs by chance.
const SHORTEST: usize = 6;

/// Returns every form of a secret: plain, URL-encoded, as a form field, JSON-escaped, and base64 at each alignment.
pub(super) fn of(secret: &str) -> Vec<String> {
    let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let mut forms = vec![
        secret.to_owned(),
        percent_lower(&percent),
        percent,
        minimal_percent(secret),
        form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
    ];
    let json = json_escaped(secret);
    forms.push(json.replace('/', "\\/"));
    forms.push(ascii_json(&json));
    forms.push(json);
    for offset in 0..3 {
        let window = base64_window(secret.as_bytes(), offset);
        forms.extend(window.into_iter().filter(|form| form.len() >= SHORTEST));
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// Percent-encodes what a path or query must encode, and leaves the rest.
fn minimal_percent(secret: &str) -> String {
    const UNRESERVED: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    utf8_percent_encode(secret, UNRESERVED).to_string()
}

fn percent_lower(encoded: &str) -> String {
    let mut out = String::with_capacity(encoded.len());
    let mut digits = 0;
    for character in encoded.chars() {
        if character == '%' {
            digits = 2;
            out.push(character);
        } else if digits > 0 {
            digits -= 1;
            out.push(character.to_ascii_lowercase());
        } else {
            out.push(character);
        }
    }
    out
}

/// Returns the JSON form without its quotes.
fn json_escaped(secret: &str) -> String {
    let quoted = serde_json::Value::from(secret).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// Returns a JSON form in which everything beyond ASCII is a `\u` escape.
fn ascii_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

/// Returns the base64 characters that depend on the secret alone when it starts `offset` bytes into a group of three,
/// as inside `Basic base64(id:secret)`.
fn base64_window(secret: &[u8], offset: usize) -> [String; 2] {
    let mut padded = vec![0; offset];
    padded.extend_from_slice(secret);
    // A character carries six bits: the first whole one begins at ceil(8 * offset / 6), the last ends where the bytes do.
    let first = (8 * offset).div_ceil(6);
    let last = padded.len() * 8 / 6;
    let cut = |text: String| text.get(first..last).unwrap_or_default().to_owned();
    [
        cut(STANDARD_NO_PAD.encode(&padded)),
        cut(URL_SAFE_NO_PAD.encode(&padded)),
    ]
}
