//! The token that a form repeats, so that no other site's form does anything here.

use axum::response::Response;
use http::header;
use subtle::ConstantTimeEq;

use super::cookie;
use super::visitor::Visitor;
use crate::extract::Parameters;
use crate::ids::{Ids, Token};

/// The token of one browser: its cookie holds it, and so does every form that it gets.
pub(super) struct Csrf {
    token: String,
    is_new: bool,
}

impl Csrf {
    /// Takes the token that a browser has, or makes one.
    pub(super) fn of(cookie: Option<&str>, ids: &Ids) -> Self {
        match cookie.filter(|token| is_token(token)) {
            Some(token) => Self {
                token: token.to_owned(),
                is_new: false,
            },
            None => Self {
                token: ids.token().reveal().to_owned(),
                is_new: true,
            },
        }
    }

    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// Returns whether a form repeats the token that the browser had already.
    pub(super) fn is_repeated_by(&self, form: &Parameters) -> bool {
        let repeated = form.get(cookie::CSRF).unwrap_or_default();
        !self.is_new && bool::from(repeated.as_bytes().ct_eq(self.token.as_bytes()))
    }

    /// Gives the browser the token along with a page, unless it has it.
    pub(super) fn keep(&self, visitor: &Visitor, mut page: Response) -> Response {
        if self.is_new {
            let settings = visitor.app().settings();
            let customer = visitor.customer().id();
            page.headers_mut().append(
                header::SET_COOKIE,
                cookie::keep_csrf(settings, customer, &self.token),
            );
        }
        page
    }
}

/// Returns whether a text has the form of a token of ours; any other goes into no page and no header.
fn is_token(text: &str) -> bool {
    text.len() == Token::LENGTH
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(token: &str) -> Parameters {
        Parameters::parse(format!("_csrf_token={token}").as_bytes()).expect("one parameter")
    }

    #[test]
    fn only_the_token_of_the_cookie_is_taken() {
        let ids = Ids::seeded(1);
        let new = Csrf::of(None, &ids);
        assert!(
            !new.is_repeated_by(&form(new.token())),
            "the browser has no cookie"
        );
        let known = Csrf::of(Some(new.token()), &ids);
        assert!(known.is_repeated_by(&form(new.token())));
        let other = Csrf::of(None, &ids);
        for wrong in ["", "x", other.token(), &new.token()[1..]] {
            assert!(!known.is_repeated_by(&form(wrong)), "`{wrong}`");
        }
    }

    #[test]
    fn a_cookie_that_is_no_token_is_replaced() {
        let ids = Ids::seeded(1);
        for planted in ["", "x", "\"><script>", &"\"".repeat(64)] {
            let csrf = Csrf::of(Some(planted), &ids);
            assert!(csrf.is_new && csrf.token() != planted);
        }
    }
}
