//! What the journal shows of a path and its query.

use http::Uri;

/// Stands in the place of what may be secret.
const HIDDEN: &str = "***";

/// Most bytes of path and query that are shown.
const LONGEST: usize = 2000;

/// The longest segment of a path that names something: ids have 36 characters, tokens more.
const LONGEST_SEGMENT: usize = 40;

/// Parameters whose values tell what was asked for, and nothing that anybody could use. All others are hidden.
const SHOWN: [&str; 14] = [
    "acr_values",
    "client_id",
    "code_challenge_method",
    "display",
    "grant_type",
    "max_age",
    "post_logout_redirect_uri",
    "prompt",
    "redirect_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "ui_locales",
];

/// Writes path and query as they were sent, with asterisks in the place of what may be secret.
pub(super) fn shown(uri: &Uri) -> String {
    let path: Vec<&str> = uri
        .path()
        .split('/')
        .map(|segment| match segment.len() > LONGEST_SEGMENT {
            true => HIDDEN,
            false => segment,
        })
        .collect();
    let mut shown = path.join("/");
    if let Some(query) = uri.query() {
        let parameters: Vec<String> = query.split('&').map(parameter).collect();
        shown.push('?');
        shown.push_str(&parameters.join("&"));
    }
    if shown.len() > LONGEST {
        // What a URI may consist of is ASCII, so any byte ends a character; what is not is replaced before.
        let end = shown.floor_char_boundary(LONGEST);
        shown.truncate(end);
        shown.push_str("...");
    }
    shown
}

fn parameter(parameter: &str) -> String {
    let (name, value) = match parameter.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (parameter, None),
    };
    match value {
        Some(value) if SHOWN.contains(&name) => format!("{name}={}", redirect(name, value)),
        Some("") if is_word(name) => format!("{name}="),
        Some(_) if is_word(name) => format!("{name}={HIDDEN}"),
        None if is_word(name) => name.to_owned(),
        Some(_) => format!("{HIDDEN}={HIDDEN}"),
        None => HIDDEN.to_owned(),
    }
}

/// A redirect URI may have a query of its own, which is hidden.
fn redirect<'a>(name: &str, value: &'a str) -> std::borrow::Cow<'a, str> {
    let query = ["?", "%3F", "%3f"]
        .iter()
        .filter_map(|mark| value.find(mark))
        .min();
    match query {
        Some(at) if name.ends_with("_uri") || name == "resource" => {
            format!("{}{HIDDEN}", &value[..at]).into()
        }
        _ => value.into(),
    }
}

/// Tells whether a name is one that a parameter has, and not a secret that stands where a name should.
fn is_word(name: &str) -> bool {
    name.len() <= 30
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_is_shown() {
        let token = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4";
        for (sent, expected) in [
            ("/", "/"),
            ("/c/config/clients", "/c/config/clients"),
            ("/c?", "/c?"),
            (
                "/c/login/authorize?client_id=a&scope=openid%20email&state=s3cret&nonce=n1",
                "/c/login/authorize?client_id=a&scope=openid%20email&state=***&nonce=***",
            ),
            ("/c?code=s3cret&code=", "/c?code=***&code="),
            ("/c?access_token=s3cret", "/c?access_token=***"),
            ("/c?id_token_hint=a.b.c&page", "/c?id_token_hint=***&page"),
            ("/c?S3cret", "/c?***"),
            ("/c?S3cret=1&%63ode=s3cret", "/c?***=***&***=***"),
            (
                "/c?redirect_uri=https%3A%2F%2Fa.example%2F%3Ftoken%3Ds3cret",
                "/c?redirect_uri=https%3A%2F%2Fa.example%2F***",
            ),
        ] {
            let uri: Uri = sent.parse().expect("a URI");
            assert_eq!(shown(&uri), expected, "{sent}");
        }
        let uri: Uri = format!("/c/{token}/x").parse().expect("a URI");
        assert_eq!(shown(&uri), "/c/***/x");
    }

    #[test]
    fn length_is_bounded() {
        let uri: Uri = format!("/{}", "a/".repeat(5000)).parse().expect("a URI");
        assert_eq!(shown(&uri).len(), LONGEST + 3);
    }
}
