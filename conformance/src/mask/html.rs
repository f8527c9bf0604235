//! Masking of pages: what is in fields whose names say that it is secret.

use super::{MASK, address::address, encodings, structure::is_secret_name};
use crate::browser::form;

/// Returns a page in which the values of secret fields are masked, and the secret parameters of forms' actions.
pub(super) fn page(text: &str) -> String {
    let mut masked = text.to_owned();
    for form in form::read(text, "") {
        for field in &form.fields {
            if (is_secret_name(&field.name) || field.is_password()) && !field.value.is_empty() {
                masked = without(&masked, &field.value);
            }
        }
        let shown = address(&form.action);
        if shown != form.action {
            for written in encodings::html(&form.action) {
                masked = masked.replace(&written, &shown);
            }
        }
    }
    masked
}

/// Takes a value out where it stands as an attribute, however it is quoted and escaped; a short one may occur elsewhere by
/// chance, and stays there.
fn without(text: &str, value: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("value=") {
        let (before, attribute) = rest.split_at(at + "value=".len());
        out.push_str(before);
        let (written, quote) = written(attribute);
        if decoded(written) == value {
            out.push_str(&format!("{quote}{MASK}{quote}"));
        } else {
            out.push_str(&attribute[..written.len() + 2 * quote.len()]);
        }
        rest = &attribute[written.len() + 2 * quote.len()..];
    }
    out.push_str(rest);
    out
}

/// Returns what stands at the beginning of a text as an attribute's value, and its quotation mark. One that does not end is
/// taken for none.
fn written(text: &str) -> (&str, &str) {
    for quote in ["\"", "'"] {
        if let Some(inner) = text.strip_prefix(quote)
            && let Some(end) = inner.find(quote)
        {
            return (&inner[..end], quote);
        }
    }
    let end = text.find(|character: char| character.is_whitespace() || character == '>');
    (&text[..end.unwrap_or(text.len())], "")
}

/// Returns what an attribute's value means.
fn decoded(written: &str) -> String {
    let field = format!(
        "<form><input name=x value=\"{}\">",
        written.replace('"', "&quot;")
    );
    let forms = form::read(&field, "");
    forms
        .first()
        .and_then(|form| form.value("x"))
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_a_page_keep_their_secrets() {
        let html = r#"<form action="/a?code=c1&amp;x=y">
            <input type=hidden name=_csrf_token value="a&amp;b">
            <input name='xsrf' value='q"r'><input name=csrfmiddlewaretoken value=zz>
            <input type=password name=pin value="1"><input name=colour value="1 red"></form>"#;
        let shown = page(html);
        for secret in ["a&amp;b", "q\"r", "zz", "c1", "value=\"1\""] {
            assert!(!shown.contains(secret), "{secret}: {shown}");
        }
        assert!(shown.contains("1 red"), "{shown}");
    }
}
