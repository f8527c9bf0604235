//! Faults of redirect URIs: what is sent where no client said that it may be.

use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};
use url::Url;

use crate::app::App;
use crate::faults::answer::Answer;
use crate::faults::asked::Asked;
use crate::faults::desk::Desk;
use crate::faults::fault::{Act, Fault};
use crate::faults::{jwt, step};
use crate::ids::Id;
use crate::store::Client;

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "redirects",
        title,
        act,
    }
}

pub(super) const FAULTS: &[Fault] = &[
    of(
        "redirect-uri-is-not-looked-at",
        "Answers go to whatever redirect URI the request names",
        Act::Around(|app, asked, desk| Box::pin(taken(app, asked, desk, |_, _| true))),
    ),
    of(
        "redirect-uri-has-the-right-beginning",
        "Answers go to every redirect URI that begins with a listed one",
        Act::Around(|app, asked, desk| {
            Box::pin(taken(app, asked, desk, |given, listed| {
                given.starts_with(listed)
            }))
        }),
    ),
    of(
        "redirect-uri-has-no-case",
        "Answers go to redirect URIs that are a listed one in other capitals",
        Act::Around(|app, asked, desk| {
            Box::pin(taken(app, asked, desk, |given, listed| {
                given.eq_ignore_ascii_case(listed)
            }))
        }),
    ),
    of(
        "redirect-uri-has-the-right-host",
        "Answers go to every redirect URI with the host of a listed one",
        Act::Around(|app, asked, desk| {
            Box::pin(taken(app, asked, desk, |given, listed| {
                let host = |text: &str| {
                    Url::parse(text)
                        .ok()
                        .and_then(|url| url.host_str().map(str::to_owned))
                };
                host(given).is_some() && host(given) == host(listed)
            }))
        }),
    ),
    of(
        "redirect-uri-is-normalised",
        "Redirect URIs are compared as URLs and not as texts",
        Act::Around(|app, asked, desk| {
            Box::pin(taken(app, asked, desk, |given, listed| {
                let parsed = Url::parse(given).ok();
                parsed.is_some() && parsed == Url::parse(listed).ok()
            }))
        }),
    ),
    of(
        "redirect-uri-has-any-subdomain",
        "Answers go to subdomains of the host of a listed redirect URI",
        Act::Around(|app, asked, desk| {
            Box::pin(taken(app, asked, desk, |given, listed| {
                let (given, listed) = (Url::parse(given).ok(), Url::parse(listed).ok());
                let host = |url: &Option<Url>| {
                    url.as_ref()
                        .and_then(|url| url.host_str().map(str::to_owned))
                };
                match (host(&given), host(&listed)) {
                    (Some(given), Some(listed)) => given.contains(&listed),
                    _ => false,
                }
            }))
        }),
    ),
    of(
        "redirect-uris-are-of-the-customer",
        "Answers go to redirect URIs that another client of the customer lists",
        Act::Around(|app, asked, desk| Box::pin(of_any_client(app, asked, desk))),
    ),
    of(
        "missing-redirect-uri-is-filled-in",
        "A request without a redirect URI is answered at the first one that is listed",
        Act::Request(|app, asked| {
            if let Some(uri) = first_listed(app, asked) {
                step::default(asked, "redirect_uri", &uri);
            }
        }),
    ),
    of(
        "repeated-redirect-uri-gets-the-error",
        "The error of two redirect URIs goes to the one that is not listed",
        Act::Around(|app, asked, desk| Box::pin(error_to_the_unlisted(app, asked, desk))),
    ),
    of(
        "redirect-uri-is-looked-at-last",
        "Other errors of a request go to its redirect URI, listed or not",
        Act::Around(|app, asked, desk| Box::pin(errors_first(app, asked, desk))),
    ),
    of(
        "invalid-redirect-uri-is-an-invalid-request",
        "The error of a redirect URI that is not listed is `invalid_request`",
        Act::Answer(|_, asked, answer| {
            if step::is_first(asked) {
                answer.edit_text(|text| {
                    text.replace("invalid_redirect_uri", "invalid_request")
                        .replace("invalid redirect_uri", "invalid address")
                });
            }
        }),
    ),
    of(
        "removed-redirect-uris-stay-listed",
        "A redirect URI that is taken off the list of a client still receives answers",
        Act::Request(keep_the_old),
    ),
    of(
        "loopback-is-refused",
        "A listed redirect URI of plain HTTP on localhost is refused",
        Act::Request(|_, asked| unlist(asked, |uri| uri.starts_with("http://localhost"))),
    ),
    of(
        "schemes-of-apps-are-refused",
        "A listed redirect URI with a scheme of an app's own is refused",
        Act::Request(|_, asked| unlist(asked, |uri| !uri.starts_with("http"))),
    ),
    of(
        "query-of-the-redirect-uri-is-lost",
        "The answer takes the place of the query that the listed redirect URI has",
        Act::Answer(|_, asked, answer| {
            let own = step::parameter(asked, "redirect_uri").and_then(|uri| Url::parse(&uri).ok());
            if let Some(own) = own.filter(|_| jwt::handed_out(answer, "code").is_some()) {
                let own: Vec<_> = own.query_pairs().into_owned().collect();
                answer.edit_parameters(|pairs| pairs.retain(|pair| !own.contains(pair)));
            }
        }),
    ),
];

/// Says whether a redirect URI, the first one, is near enough to a listed one.
type Rule = fn(&str, &str) -> bool;

async fn taken(app: &App, asked: Asked, desk: Desk<'_>, rule: Rule) -> Answer {
    let given = step::parameter(&asked, "redirect_uri").unwrap_or_default();
    let listed = step::client(app, &asked).and_then(|client| {
        let near = |listed: &&String| rule(&given, listed);
        client.redirect_uris.iter().find(near).cloned()
    });
    match listed {
        Some(listed) => instead_of(app, asked, desk, &given, &listed).await,
        None => desk.ask(asked).await,
    }
}

async fn of_any_client(app: &App, asked: Asked, desk: Desk<'_>) -> Answer {
    let given = step::parameter(&asked, "redirect_uri").unwrap_or_default();
    let is_of_anybody = step::customer(app, &asked).is_some_and(|customer| {
        let clients = customer.list::<Client>();
        clients
            .iter()
            .any(|client| client.redirect_uris.contains(&given))
    });
    match first_listed(app, &asked).filter(|_| is_of_anybody) {
        Some(listed) => instead_of(app, asked, desk, &given, &listed).await,
        None => desk.ask(asked).await,
    }
}

/// Asks with a listed redirect URI, and sends the answer to the one that was given.
async fn instead_of(
    app: &App,
    mut asked: Asked,
    desk: Desk<'_>,
    given: &str,
    listed: &str,
) -> Answer {
    if !step::is_one(&asked) || step::is_listed(app, &asked, given) {
        return desk.ask(asked).await;
    }
    step::set(&mut asked, "redirect_uri", listed);
    let mut answer = desk.ask(asked).await;
    redirect_to(&mut answer, given, listed);
    answer
}

fn redirect_to(answer: &mut Answer, given: &str, listed: &str) {
    let before = answer.location().map(String::from).unwrap_or_default();
    let is_back = before.strip_prefix(listed).map(str::to_owned);
    match is_back {
        Some(carried) => *answer = Answer::redirect(&format!("{given}{carried}")),
        // The way to the login page.
        None => jwt::swap(answer, listed, given),
    }
}

fn first_listed(app: &App, asked: &Asked) -> Option<String> {
    step::client(app, asked)?.redirect_uris.first().cloned()
}

async fn error_to_the_unlisted(app: &App, asked: Asked, desk: Desk<'_>) -> Answer {
    let given: Vec<String> = asked.query_all("redirect_uri");
    let unlisted = given.iter().find(|uri| !step::is_listed(app, &asked, uri));
    match unlisted {
        Some(uri) if given.len() > 1 && step::is_first(&asked) => {
            Answer::redirect(&format!("{uri}?error=invalid_request"))
        }
        _ => desk.ask(asked).await,
    }
}

async fn errors_first(app: &App, mut asked: Asked, desk: Desk<'_>) -> Answer {
    let given = step::parameter(&asked, "redirect_uri").unwrap_or_default();
    let listed = first_listed(app, &asked).filter(|_| step::is_first(&asked));
    let Some(listed) = listed.filter(|_| !step::is_listed(app, &asked, &given)) else {
        return desk.ask(asked).await;
    };
    let as_it_is = asked.clone();
    step::set(&mut asked, "redirect_uri", &listed);
    let mut answer = desk.ask(asked).await;
    if jwt::handed_out(&answer, "error").is_none() {
        return desk.ask(as_it_is).await;
    }
    redirect_to(&mut answer, &given, &listed);
    answer
}

fn unlist(asked: &mut Asked, is_meant: fn(&str) -> bool) {
    if step::parameter(asked, "redirect_uri").is_some_and(|uri| is_meant(&uri)) {
        step::set(asked, "redirect_uri", "https://unlisted.example.test/");
    }
}

fn keep_the_old(app: &App, asked: &mut Asked) {
    if !asked.is(&Method::PUT, "config/clients/*") {
        return;
    }
    let id = asked.resource().rsplit('/').next().and_then(Id::parse);
    let customer = step::customer(app, asked);
    let present: Option<Arc<Client>> = customer
        .zip(id)
        .and_then(|(customer, id)| customer.find(id));
    asked.edit_json(|client| {
        if let (Some(present), Some(Value::Array(listed))) =
            (present, client.get_mut("redirectURIs"))
        {
            listed.extend(present.redirect_uris.iter().map(|uri| json!(uri)));
        }
    });
}
