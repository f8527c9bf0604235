//! Masking of addresses: parameters whose names say that they are secret, in the query and in the fragment.

use super::{MASK, structure::is_secret_name};

/// Returns an address in which secret parameters are masked; everything else stays as it is written.
///
/// ```
/// use conformance::mask::address;
///
/// assert_eq!(address("app://cb?code=abc&state=x"), "app://cb?code=***&state=x");
/// assert_eq!(address("/cb#id_token=a.b.c"), "/cb#id_token=***");
/// ```
pub fn address(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Each part up to the next separator, the separators themselves as they are.
    while let Some(end) = rest.find(['?', '#', '&', ';']) {
        out.push_str(&pair(&rest[..end]));
        out.push_str(&rest[end..=end]);
        rest = &rest[end + 1..];
    }
    out.push_str(&pair(rest));
    out
}

/// Returns one pair with its value masked, when its name says that it is secret; an empty value stays.
pub(super) fn pair(pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, value)) if !value.is_empty() && is_secret_parameter(name) => {
            format!("{name}={MASK}")
        }
        _ => pair.to_owned(),
    }
}

/// Tells whether a name as it stands in an address is secret.
fn is_secret_parameter(name: &str) -> bool {
    let name = form_urlencoded::parse(name.as_bytes())
        .next()
        .map(|(name, _)| name.trim().to_owned());
    name.is_some_and(|name| is_secret_name(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_values_of_secret_parameters_go() {
        for (text, masked) in [
            ("/a/b", "/a/b"),
            ("https://h/?a=b", "https://h/?a=b"),
            ("https://h/?a=b&code=c#d", "https://h/?a=b&code=***#d"),
            ("https://h/?%63ode=c", "https://h/?%63ode=***"),
            ("https://h/?Code=c&code=d", "https://h/?Code=***&code=***"),
            ("https://h/?code=", "https://h/?code="),
            ("https://h/?code=a=b=c&x", "https://h/?code=***&x"),
            (
                "#access_token=a&token_type=Bearer",
                "#access_token=***&token_type=Bearer",
            ),
        ] {
            assert_eq!(address(text), masked);
        }
    }
}
