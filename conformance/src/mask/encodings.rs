//! The forms in which a secret can travel.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The shortest part of an encoded secret that is searched for, in characters: anything shorter occurs by chance.
const SHORTEST: usize = 6;

/// Returns every form of a secret: plain, URL-encoded as much as each part of a URL asks for, as a form field,
/// JSON-escaped, HTML-escaped, in hexadecimal digits, and base64 at each alignment.
pub(super) fn of(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned()];
    let form_field = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    for percent in percent(secret).chain([form_field]) {
        forms.push(percent_lower(&percent));
        forms.push(percent);
    }
    forms.extend(html(secret));
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    forms.push(hex.to_ascii_uppercase());
    forms.push(hex);
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

/// Percent-encodes everything, or all but what libraries leave as it is: in a component, in a path, in a whole URL.
fn percent(secret: &str) -> impl Iterator<Item = String> {
    const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    const SEGMENTS: &AsciiSet = &UNRESERVED.remove(b'/');
    const COMPONENT: &AsciiSet = &UNRESERVED
        .remove(b'!')
        .remove(b'\'')
        .remove(b'(')
        .remove(b')')
        .remove(b'*');
    const PATH: &AsciiSet = &COMPONENT
        .remove(b'/')
        .remove(b'$')
        .remove(b'&')
        .remove(b'+')
        .remove(b',')
        .remove(b';')
        .remove(b'=')
        .remove(b':')
        .remove(b'@');
    const WHOLE: &AsciiSet = &PATH.remove(b'?').remove(b'#');
    [
        NON_ALPHANUMERIC,
        UNRESERVED,
        SEGMENTS,
        COMPONENT,
        PATH,
        WHOLE,
    ]
    .into_iter()
    .map(|set| utf8_percent_encode(secret, set).to_string())
}

/// Escapes what HTML and XML have to escape, or what an attribute has to, with each way to write it.
pub(super) fn html(secret: &str) -> impl Iterator<Item = String> {
    const NAMES: [&str; 3] = ["&amp;", "&lt;", "&gt;"];
    const NUMBERS: [&str; 3] = ["&#38;", "&#60;", "&#62;"];
    const DIGITS: [&str; 3] = ["&#x26;", "&#x3C;", "&#x3E;"];
    [
        (NAMES, "\"", "'"),
        (NAMES, "&quot;", "'"),
        (NAMES, "&quot;", "&#39;"),
        (NAMES, "&quot;", "&#x27;"),
        (NAMES, "&quot;", "&apos;"),
        (NAMES, "&#34;", "&#39;"),
        (NUMBERS, "\"", "'"),
        (NUMBERS, "&#34;", "&#39;"),
        (DIGITS, "&#x22;", "&#x27;"),
    ]
    .into_iter()
    .flat_map(|([ampersand, less, greater], double, single)| {
        // An attribute may have the last two as they are.
        [[less, greater], [less, ">"], ["<", ">"]].map(|[less, greater]| {
            secret
                .replace('&', ampersand)
                .replace('<', less)
                .replace('>', greater)
                .replace('"', double)
                .replace('\'', single)
        })
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_in_every_form() {
        let forms = of("a/b+c=\"d'<&> é%");
        for form in [
            "a/b+c=\"d'<&> é%",
            "a%2Fb%2Bc%3D%22d%27%3C%26%3E%20%C3%A9%25",
            "a/b%2Bc%3D%22d%27%3C%26%3E%20%C3%A9%25",
            "a%2fb%2bc%3d%22d'%3c%26%3e%20%c3%a9%25",
            "a/b+c=%22d'%3C&%3E%20%C3%A9%25",
            "a%2Fb%2Bc%3D%22d%27%3C%26%3E+%C3%A9%25",
            "a%2fb%2bc%3d%22d%27%3c%26%3e+%c3%a9%25",
            "a/b+c=\\\"d'<&> é%",
            "a\\/b+c=\\\"d'<&> é%",
            "a/b+c=\\\"d'<&> \\u00e9%",
            "a/b+c=&quot;d&#39;&lt;&amp;&gt; é%",
            "a/b+c=&#34;d&#39;&#60;&#38;&#62; é%",
            "a/b+c=&#x22;d&#x27;&#x3C;&#x26;&#x3E; é%",
            "612f622b633d2264273c263e20c3a925",
            "612F622B633D2264273C263E20C3A925",
            "YS9iK2M9ImQnPCY+IMOpJ",
            "YS9iK2M9ImQnPCY-IMOpJ",
        ] {
            assert!(
                forms.iter().any(|known| known == form),
                "{form}: {forms:#?}"
            );
        }
    }
}
