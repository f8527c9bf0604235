//! A request as a `curl` line, with placeholders where secrets were.

use super::{Body, Request};
use crate::mask;

/// Writes the line that repeats a request; `$TOKEN` and `$CLIENT_SECRET` stand for what the reader has to fill in.
///
/// ```
/// use conformance::http::{Request, curl};
///
/// let request = Request::get("/c/config/clients").header("authorization", "Bearer abc");
/// assert_eq!(
///     curl::line("http://127.0.0.1:9400", &request),
///     r#"curl --path-as-is --request GET --header "Authorization: Bearer $TOKEN" 'http://127.0.0.1:9400/c/config/clients'"#
/// );
/// ```
pub fn line(base: &str, request: &Request) -> String {
    let mut words = vec![
        "curl".to_owned(),
        "--path-as-is".to_owned(),
        "--request".to_owned(),
        request.method.to_string(),
    ];
    for (name, value) in &request.headers {
        words.extend(header(name, value));
    }
    words.extend(body(&request.body));
    words.push(quote(&mask::address(&request.address(base))));
    words.join(" ")
}

fn header(name: &str, value: &str) -> Vec<String> {
    if name.eq_ignore_ascii_case("cookie") {
        return vec!["--cookie".to_owned(), "\"$COOKIE\"".to_owned()];
    }
    if !name.eq_ignore_ascii_case("authorization") {
        let value = mask::header(name, value);
        return vec!["--header".to_owned(), quote(&format!("{name}: {value}"))];
    }
    let (scheme, credentials) = value.split_once(' ').unwrap_or((value, ""));
    if credentials.trim().is_empty() {
        return vec![
            "--header".to_owned(),
            quote(&format!("Authorization: {scheme}")),
        ];
    }
    if scheme.eq_ignore_ascii_case("basic")
        && let Some(user) = mask::basic_user(credentials)
    {
        // Double quotes, so that the shell fills in the secret.
        return vec![
            "--user".to_owned(),
            format!("\"{}:$CLIENT_SECRET\"", double(&user)),
        ];
    }
    vec![
        "--header".to_owned(),
        format!("\"Authorization: {} $TOKEN\"", double(scheme)),
    ]
}

fn body(body: &Body) -> Vec<String> {
    match body {
        Body::Empty => Vec::new(),
        Body::Json(value) => vec![
            "--header".to_owned(),
            quote("Content-Type: application/json"),
            "--data-raw".to_owned(),
            quote(&mask::json_members(value).to_string()),
        ],
        Body::Form(pairs) => pairs
            .iter()
            .flat_map(|(name, value)| field("--data-urlencode", name, value))
            .collect(),
        Body::Multipart(pairs) => pairs
            .iter()
            .flat_map(|(name, value)| field("--form-string", name, value))
            .collect(),
        Body::Raw {
            content_type,
            bytes,
        } => vec![
            "--header".to_owned(),
            quote(&format!("Content-Type: {content_type}")),
            "--data-raw".to_owned(),
            quote(&mask::body(Some(content_type), bytes)),
        ],
    }
}

fn field(option: &str, name: &str, value: &str) -> Vec<String> {
    let pair = match mask::placeholder(name) {
        Some(placeholder) => format!("\"{}={placeholder}\"", double(name)),
        None => quote(&format!("{name}={value}")),
    };
    vec![option.to_owned(), pair]
}

/// Quotes a word so that a shell takes it as it stands.
fn quote(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Escapes what a shell interprets between double quotes.
fn double(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '"' | '\\' | '$' | '`') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use super::*;

    #[test]
    fn a_token_request_shows_whose_but_not_what() {
        let basic = base64::engine::general_purpose::STANDARD.encode("client-1:hush-hush");
        let request = Request::post("/c/login/token")
            .header("Authorization", format!("Basic {basic}"))
            .form(&[("grant_type", "client_credentials"), ("scope", "*:**")]);
        insta::assert_snapshot!(line("http://h", &request), @r#"curl --path-as-is --request POST --user "client-1:$CLIENT_SECRET" --data-urlencode 'grant_type=client_credentials' --data-urlencode 'scope=*:**' 'http://h/c/login/token'"#);
    }

    #[test]
    fn a_secret_in_the_form_is_a_placeholder() {
        let request = Request::post("/c/login/token")
            .form(&[("client_id", "it's me"), ("client_secret", "hush-hush")]);
        insta::assert_snapshot!(line("http://h", &request), @r#"curl --path-as-is --request POST --data-urlencode 'client_id=it'\''s me' --data-urlencode "client_secret=$CLIENT_SECRET" 'http://h/c/login/token'"#);
    }
}
