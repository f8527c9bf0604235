//! The form to sign in with, found on a page: the one with a password.

use scraper::{ElementRef, Html, Selector};
use url::Url;

use crate::target::User;

/// What is sent for it.
pub(super) struct Filled {
    /// The whole address.
    pub(super) action: String,
    /// Its fields in their order.
    pub(super) pairs: Vec<(String, String)>,
}

/// Finds the form with a password, of several the one with the fewest texts, and fills it in.
pub(super) fn fill(html: &str, page: &Url, user: &User) -> Option<Filled> {
    let document = Html::parse_document(html);
    let (forms, inputs) = (
        Selector::parse("form").ok()?,
        Selector::parse("input").ok()?,
    );
    let form = document
        .select(&forms)
        .filter(|form| form.select(&inputs).any(|input| kind(input) == "password"))
        .min_by_key(|form| form.select(&inputs).filter(|input| is_text(*input)).count())?;
    let action = match form.attr("action").map(str::trim) {
        None | Some("") => page.clone(),
        Some(action) => page.join(action).ok()?,
    };
    let mut pairs = Vec::new();
    let mut is_named = false;
    for input in form.select(&inputs) {
        let Some(name) = input.attr("name").filter(|name| !name.is_empty()) else {
            continue;
        };
        let value = match kind(input).as_str() {
            "password" => user.password.expose().to_owned(),
            "submit" | "button" | "image" | "reset" | "file" => continue,
            "checkbox" | "radio" if input.attr("checked").is_none() => continue,
            _ if is_text(input) && !is_named => {
                is_named = true;
                user.name.clone()
            }
            _ => input.attr("value").unwrap_or_default().to_owned(),
        };
        pairs.push((name.to_owned(), value));
    }
    Some(Filled {
        action: action.into(),
        pairs,
    })
}

fn kind(input: ElementRef<'_>) -> String {
    input.attr("type").unwrap_or("text").to_ascii_lowercase()
}

fn is_text(input: ElementRef<'_>) -> bool {
    matches!(kind(input).as_str(), "text" | "email" | "tel")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    const PAGE: &str = r#"
        <form action="/register"><input name=name><input name=email type=email><input name=p type=password></form>
        <form method=post action="login?a=1&amp;b=2"><input type=hidden name=csrf value="x&amp;y"><input name=email type=email>
        <input name=password type=PASSWORD><input type=checkbox name=stay><input type=submit name=go></form>
        <form action="/cancel"><input type=hidden name=cancel></form>"#;

    #[test]
    fn the_form_to_sign_in_with_is_found_and_filled_in() {
        let page = Url::parse("http://127.0.0.1:9400/mine/login?x").expect("an address");
        let user = User {
            name: "mira".to_owned(),
            password: Secret::new("pass"),
        };
        let filled = fill(PAGE, &page, &user).expect("the page has such a form");
        assert_eq!(filled.action, "http://127.0.0.1:9400/mine/login?a=1&b=2");
        let expected = [("csrf", "x&y"), ("email", "mira"), ("password", "pass")];
        assert_eq!(
            filled.pairs,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
        assert!(fill("<form><input></form>", &page, &user).is_none());
    }
}
