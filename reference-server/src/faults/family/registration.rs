//! Faults of the page on which accounts are made.

use http::{Method, StatusCode};

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::desk::Desk;
use crate::faults::fault::{Act, Fault};
use crate::faults::step;

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "registration",
        title,
        act,
    }
}

pub(super) const FAULTS: &[Fault] = &[
    of(
        "new-passwords-are-cut",
        "Of a new password the first eight characters alone are kept",
        Act::Request(|_, asked| {
            if let Some(password) = asked.form("password").filter(|_| is_registration(asked)) {
                asked.set_form("password", password.chars().take(8).collect::<String>());
            }
        }),
    ),
    of(
        "new-names-are-forgotten",
        "The family name that somebody registers with is not kept",
        Act::Request(|_, asked| {
            if is_registration(asked) {
                asked.without_form("familyName");
            }
        }),
    ),
    of(
        "control-characters-are-kept",
        "A name that somebody registers with keeps its control characters",
        Act::Around(|app, asked, desk| Box::pin(with_control_characters(app, asked, desk))),
    ),
    of(
        "anything-is-an-address",
        "Somebody registers with an address that is none",
        Act::Request(|_, asked| {
            let email = asked.form("email").unwrap_or_default();
            if is_registration(asked) && !email.contains('@') {
                asked.set_form("email", format!("somebody-{}@example.com", email.len()));
            }
        }),
    ),
    of(
        "long-addresses-are-refused",
        "Addresses of more than 128 characters are refused",
        Act::Request(|_, asked| {
            let email = asked.form("email").unwrap_or_default();
            if is_registration(asked) && email.len() > 128 {
                asked.set_form("email", email.replace('@', ""));
            }
        }),
    ),
    of(
        "problems-are-not-marked",
        "A form that is refused does not say which field is wrong",
        Act::Answer(|_, asked, answer| {
            if is_registration(asked) && answer.status == StatusCode::UNPROCESSABLE_ENTITY {
                answer.edit_text(|page| page.replace("aria-invalid=\"true\"", ""));
            }
        }),
    ),
    of(
        "shorter-passwords-are-taken",
        "New passwords may be shorter than the form says",
        Act::Request(|_, asked| {
            let password = asked.form("password").unwrap_or_default();
            if is_registration(asked) && (1..8).contains(&password.len()) {
                asked.set_form("password", format!("{password:.<8}"));
            }
        }),
    ),
    of(
        "shortest-password-is-not-said",
        "The form for a new account does not say how short a password may be",
        Act::Answer(|_, asked, answer| {
            if asked.is_on("auth-ui/register") {
                let described = "aria-describedby=\"password-hint\"";
                answer.edit_text(|page| page.replace(described, ""));
            }
        }),
    ),
    of(
        "optional-fields-look-required",
        "The form for a new account does not tell what may be left out",
        Act::Answer(|_, asked, answer| {
            if asked.is_on("auth-ui/register") {
                answer.edit_text(|page| page.replace("<small>(optional)</small>", ""));
            }
        }),
    ),
];

fn is_registration(asked: &Asked) -> bool {
    asked.is(&Method::POST, "auth-ui/register")
}

/// Registers somebody with a cleaned name, and puts it back as it was sent.
async fn with_control_characters(app: &App, mut asked: Asked, desk: Desk<'_>) -> Answer {
    let sent = asked.form("email").zip(asked.form("givenName"));
    let Some((email, name)) = sent.filter(|_| is_registration(&asked)) else {
        return desk.ask(asked).await;
    };
    asked.set_form("givenName", name.replace(char::is_control, ""));
    let customer = step::customer(app, &asked);
    let answer = desk.ask(asked).await;
    let user = customer.and_then(|customer| Some((customer.users().by_email(&email)?, customer)));
    if let Some((user, customer)) = user {
        customer
            .users()
            .modify(user.id, app.clock().now(), |attributes| {
                attributes.insert("givenName".to_owned(), name.into());
            });
    }
    answer
}
