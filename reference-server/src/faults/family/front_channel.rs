//! Faults of what a browser carries back to the client: claims in ID tokens, nothing at all, and where to.

use http::HeaderValue;
use http::header::LOCATION;

use crate::faults::asked::Asked;
use crate::faults::fault::{Act, Fault};
use crate::faults::step;

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "front_channel",
        title,
        act,
    }
}

pub(super) const FAULTS: &[Fault] = &[
    of(
        "id-tokens-alone-say-nothing",
        "An ID token that comes alone holds no claims of the scopes",
        Act::IdToken(|_, asked, claims| {
            if is_asked_for(asked, "id_token") {
                claims.remove("email");
                claims.remove("given_name");
            }
        }),
    ),
    of(
        "id-tokens-beside-codes-say-all",
        "An ID token that comes beside a code holds the address of the user",
        Act::IdToken(|_, asked, claims| {
            if is_asked_for(asked, "code id_token") {
                claims.insert("email".to_owned(), "somebody@example.com".into());
            }
        }),
    ),
    of(
        "none-adds-a-question-mark",
        "For the response type `none` a question mark is put behind the redirect URI",
        Act::Answer(|_, asked, answer| {
            let location = answer.headers.get(LOCATION);
            let location = location.and_then(|value| value.to_str().ok());
            if let Some(location) = location.filter(|_| is_asked_for(asked, "none")) {
                let longer = format!("{location}?");
                answer.set_header(LOCATION, &longer);
            }
        }),
    ),
    of(
        "answers-go-to-another-spelling",
        "Answers go to the redirect URI as a parser of URLs spells it",
        Act::Answer(|_, asked, answer| {
            if step::is_first(asked) {
                answer.edit_location(|_| {});
            }
        }),
    ),
    of(
        "locations-are-raw",
        "Where to go is written in other letters than those of ASCII",
        Act::Answer(|_, asked, answer| {
            let uri = step::parameter(asked, "redirect_uri").filter(|uri| !uri.is_ascii());
            let raw = uri.and_then(|uri| HeaderValue::try_from(format!("{uri}?code=x")).ok());
            if let Some(raw) = raw.filter(|_| answer.headers.contains_key(LOCATION)) {
                answer.headers.insert(LOCATION, raw);
            }
        }),
    ),
    of(
        "any-resource-will-do",
        "A resource is not looked at",
        Act::Request(|_, asked| step::remove(asked, "resource")),
    ),
];

fn is_asked_for(asked: &Asked, response_type: &str) -> bool {
    step::is_first(asked)
        && step::parameter(asked, "response_type").as_deref() == Some(response_type)
}
