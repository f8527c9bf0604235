//! Faults of the hosted pages: their forms, what they show to whom, and what browsers may do with them.

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, REFERRER_POLICY, RETRY_AFTER,
    X_FRAME_OPTIONS,
};
use http::{HeaderValue, Method, StatusCode};

use crate::app::App;
use crate::auth_ui::cookie;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::desk::Desk;
use crate::faults::fault::{Act, Fault};
use crate::faults::step;
use crate::password::Password;
use crate::secret::Secret;
use crate::store::User;

use super::authorize::recode;

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "pages",
        title,
        act,
    }
}

pub(super) const FAULTS: &[Fault] = &[
    of(
        "any-password-is-right",
        "Whoever knows an address signs in with any password",
        Act::Around(|app, asked, desk| Box::pin(with_any_password(app, asked, desk))),
    ),
    of(
        "wrong-password-is-a-dead-end",
        "After a wrong password the form does not come again",
        Act::Answer(|_, asked, answer| {
            if is_sign_in(asked) && answer.status == StatusCode::UNPROCESSABLE_ENTITY {
                *answer = Answer::page(StatusCode::UNPROCESSABLE_ENTITY, "Wrong password");
            }
        }),
    ),
    of(
        "unknown-addresses-have-their-own-words",
        "The page says that nobody has an address",
        Act::Answer(|app, asked, answer| {
            let email = asked.form("email").unwrap_or_default();
            let is_known = step::customer(app, asked)
                .is_some_and(|customer| customer.users().by_email(&email).is_some());
            if is_sign_in(asked) && !is_known {
                answer.edit_text(|page| {
                    page.replace("</h1>", "</h1><p>Nobody has this address.</p>")
                });
            }
        }),
    ),
    of(
        "unknown-addresses-have-their-own-status",
        "An address that nobody has is answered with 404",
        Act::Answer(|app, asked, answer| {
            let email = asked.form("email").unwrap_or_default();
            let is_known = step::customer(app, asked)
                .is_some_and(|customer| customer.users().by_email(&email).is_some());
            if is_sign_in(asked) && !is_known {
                answer.status = StatusCode::NOT_FOUND;
            }
        }),
    ),
    of(
        "forgery-token-is-not-looked-at",
        "A form is taken without the token that guards it",
        Act::Request(|_, asked| {
            let kept = cookie::value(&asked.headers, cookie::CSRF).map(str::to_owned);
            if let Some(kept) =
                kept.filter(|_| asked.method == Method::POST && asked.is_below("auth-ui"))
            {
                asked.edit_form(|pairs| {
                    pairs.retain(|(name, _)| name != cookie::CSRF);
                    pairs.push((cookie::CSRF.to_owned(), kept));
                });
            }
        }),
    ),
    of(
        "cancelling-is-a-server-error",
        "The error of a user who cancels is `server_error`",
        Act::Answer(|_, asked, answer| recode(asked, answer, "access_denied", "server_error")),
    ),
    of(
        "hint-is-not-filled-in",
        "The login page does not show the `login_hint`",
        Act::Request(|_, asked| {
            if asked.is(&Method::GET, "auth-ui/login") {
                step::remove(asked, "login_hint");
            }
        }),
    ),
    of(
        "password-goes-by-get",
        "The form of the login page sends the password in the address",
        Act::Answer(|_, asked, answer| {
            if asked.is_on("auth-ui/login") {
                answer.edit_text(|page| page.replace("method=\"post\"", "method=\"get\""));
            }
        }),
    ),
    of(
        "hint-is-markup",
        "The login page shows the `login_hint` as markup",
        Act::Answer(|_, asked, answer| {
            if asked.is(&Method::GET, "auth-ui/login")
                && let Some(hint) = step::parameter(asked, "login_hint")
            {
                answer.edit_text(|page| page.replace("</h1>", &format!("</h1><p>{hint}</p>")));
            }
        }),
    ),
    of(
        "pages-may-be-framed",
        "The pages may be shown in frames of other sites",
        Act::Answer(|_, asked, answer| {
            if is_page(asked, answer) {
                answer.headers.remove(X_FRAME_OPTIONS);
                answer.headers.remove(CONTENT_SECURITY_POLICY);
            }
        }),
    ),
    of(
        "pages-may-be-stored",
        "The pages may be kept by caches",
        Act::Answer(|_, asked, answer| {
            if is_page(asked, answer) {
                answer.headers.remove(CACHE_CONTROL);
            }
        }),
    ),
    of(
        "pages-tell-where-one-was",
        "The pages hand their whole address on to other sites",
        Act::Answer(|_, asked, answer| {
            if is_page(asked, answer) {
                answer.set_header(REFERRER_POLICY, "unsafe-url");
            }
        }),
    ),
    of(
        "profile-knows-nobody",
        "The profile is not shown to somebody who is signed in",
        Act::Request(|_, asked| {
            if asked.is_on("auth-ui/profile") {
                asked.headers.remove(COOKIE);
            }
        }),
    ),
    of(
        "profile-is-shown-to-everybody",
        "The profile of whoever signed in last is shown to somebody who is not signed in",
        Act::Request(show_the_last_profile),
    ),
    of(
        "last-language-wins",
        "The pages use the last language of `ui_locales` that is available",
        Act::Request(|_, asked| {
            if asked.is_below("auth-ui") {
                step::change(asked, "ui_locales", |tags| {
                    tags.split(' ').rev().collect::<Vec<_>>().join(" ")
                });
            }
        }),
    ),
    of(
        "unknown-languages-are-german",
        "Where no language of `ui_locales` is available, the pages are not in the default one",
        Act::Request(|_, asked| {
            step::change(asked, "ui_locales", |tags| format!("{tags} de"));
        }),
    ),
    of(
        "errors-are-english",
        "The pages of errors are in the default language whatever is asked for",
        Act::Request(|_, asked| {
            if asked.is_on("auth-ui/profile") || asked.is_on("auth-ui/logout") {
                asked.edit_query(|pairs| pairs.retain(|(name, _)| name != "ui_locales"));
            }
        }),
    ),
    of(
        "policy-forbids-the-style",
        "The policy of the pages does not allow their own style",
        Act::Answer(|_, asked, answer| {
            let policy = answer.headers.get(CONTENT_SECURITY_POLICY);
            let policy = policy.and_then(|policy| policy.to_str().ok());
            if let Some(policy) = policy.filter(|_| is_page(asked, answer)) {
                let other = policy.replace("'sha256-", "'sha256-A");
                answer.set_header(CONTENT_SECURITY_POLICY, &other);
            }
        }),
    ),
    of(
        "password-comes-back",
        "The page after a wrong password holds it",
        Act::Answer(|_, asked, answer| {
            if let Some(password) = asked.form("password").filter(|_| is_sign_in(asked)) {
                let filled = format!("type=\"password\" value=\"{password}\"");
                answer.edit_text(|page| page.replace("type=\"password\" value=\"\"", &filled));
            }
        }),
    ),
    of(
        "forged-forms-are-read",
        "The answer to a forged form says what is missing in it",
        Act::Answer(|_, asked, answer| {
            let password = asked.form("password").unwrap_or_default();
            if is_sign_in(asked) && answer.status == StatusCode::FORBIDDEN && password.is_empty() {
                answer.edit_text(|page| page.replace("</h1>", "</h1><p>A password, please.</p>"));
            }
        }),
    ),
    of(
        "planted-tokens-are-kept",
        "Whatever stands in the cookie is the token that guards a form",
        Act::Answer(|_, asked, answer| {
            let planted = cookie::value(&asked.headers, cookie::CSRF).map(str::to_owned);
            if let Some(planted) = planted.filter(|_| asked.is_on("auth-ui/login")) {
                answer.edit_text(|page| with_token(page, &planted));
            }
        }),
    ),
    of(
        "waits-are-not-told",
        "Who has to wait after too many wrong passwords is not told for how long",
        Act::Answer(|_, asked, answer| {
            if is_sign_in(asked) && answer.status == StatusCode::TOO_MANY_REQUESTS {
                answer.headers.remove(RETRY_AFTER);
            }
        }),
    ),
];

/// Puts a token into the forms of a page.
fn with_token(page: &str, token: &str) -> String {
    let field = format!("name=\"{}\" value=\"", cookie::CSRF);
    let mut parts = page.split(&field);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.split_once('"').map_or("", |(_, rest)| rest);
        whole.push_str(&format!("{field}{token}\"{rest}"));
    }
    whole
}

fn is_sign_in(asked: &Asked) -> bool {
    asked.is(&Method::POST, "auth-ui/login")
}

fn is_page(asked: &Asked, answer: &Answer) -> bool {
    let is_html = |value: &HeaderValue| {
        value
            .to_str()
            .is_ok_and(|value| value.starts_with("text/html"))
    };
    asked.is_below("auth-ui") && answer.headers.get(CONTENT_TYPE).is_some_and(is_html)
}

/// Makes the password that came the right one while the form is read.
async fn with_any_password(app: &App, asked: Asked, desk: Desk<'_>) -> Answer {
    let sent = asked.form("email").zip(asked.form("password"));
    let customer = step::customer(app, &asked).filter(|_| is_sign_in(&asked));
    let known = customer
        .zip(sent)
        .and_then(|(customer, (email, password))| {
            let user = customer.users().by_email(&email)?;
            Some((customer, user, password))
        });
    let Some((customer, user, password)) = known else {
        return desk.ask(asked).await;
    };
    let easy = User {
        password: Password::in_clear(Secret::from(password)).into(),
        ..User::clone(&user)
    };
    customer.users().add(easy);
    let answer = desk.ask(asked).await;
    customer.users().add(User::clone(&user));
    answer
}

fn show_the_last_profile(app: &App, asked: &mut Asked) {
    if !asked.is(&Method::GET, "auth-ui/profile") || cookie::device(&asked.headers).is_some() {
        return;
    }
    let Some(customer) = step::customer(app, asked) else {
        return;
    };
    let now = app.clock().now();
    if let Some(session) = customer.sessions().latest(now) {
        let (_, device) = customer
            .sessions()
            .sign_in(session.user, None, app.ids(), now);
        let known = format!("{}={}", cookie::SESSION, device.reveal());
        if let Ok(value) = HeaderValue::try_from(known) {
            asked.headers.insert(COOKIE, value);
        }
    }
}
