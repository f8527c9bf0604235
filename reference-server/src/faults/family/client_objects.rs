//! Faults of clients as they are shown: their ids, types, links and policies.

use http::StatusCode;
use serde_json::{Value, json};

use crate::faults::answer::Answer;
use crate::faults::fault::{Act, Fault};
use crate::ids::Id;
use crate::store::Client;

pub(super) const FAULTS: &[Fault] = &[
    of(
        "configuration-clients-have-a-type-of-their-own",
        "A configuration client is shown with the type `configuration`",
        Act::Answer(|_, asked, answer| {
            if asked.views(CLIENTS)
                && answer
                    .value()
                    .is_some_and(|client| client.get("loginPolicy").is_none())
            {
                answer.replace("type", "configuration");
            }
        }),
    ),
    of(
        "links-are-taken-over",
        "The links that are sent with a client are those that it has",
        Act::Around(|app, asked, desk| {
            Box::pin(async move {
                let links = asked
                    .json()
                    .and_then(|body| body.get("_links").cloned())
                    .filter(|_| asked.writes(CLIENTS));
                let mut answer = desk.ask(asked.clone()).await;
                let id = answer.member("id").unwrap_or_default();
                if let Some(links) = links.filter(|_| answer.is_success()) {
                    app.faults()
                        .notes()
                        .take(format!("links of {id}"), links.to_string());
                }
                let links = app.faults().notes().find(&format!("links of {id}"));
                if let Some(links) =
                    links.and_then(|text| serde_json::from_str::<Value>(&text).ok())
                {
                    answer.replace("_links", links);
                }
                answer
            })
        }),
    ),
    of(
        "ids-are-taken-over",
        "The id that is sent with a new client is the one that it has",
        Act::Answer(|app, asked, answer| {
            let made = answer.member("id").and_then(|id| Id::parse(&id));
            let wanted = asked
                .member("id")
                .and_then(|id| Id::parse(&id))
                .filter(|_| asked.creates(CLIENTS));
            let Some(((customer, made), wanted)) =
                app.customer_of(&asked.uri).zip(made).zip(wanted)
            else {
                return;
            };
            if let Some(client) = customer.find::<Client>(made) {
                let client = Client {
                    id: wanted,
                    ..(*client).clone()
                };
                // Its policies are there: it was just made with them.
                let _added = customer.add_client(|_| Ok(client));
                let _removed = customer.remove::<Client>(made);
                answer.edit_text(|text| text.replace(&made.to_string(), &wanted.to_string()));
            }
        }),
    ),
    of(
        "links-to-the-application-name-the-customer",
        "A login client links its application client below the customer",
        Act::Answer(|_, asked, answer| {
            let customer = asked
                .customer()
                .map(|id| id.to_string())
                .unwrap_or_default();
            if asked.is_below("config/clients") {
                answer.edit(|client| {
                    if let Some(href) = client.pointer_mut("/_links/application_client/href") {
                        *href = format!("/{customer}{}", href.as_str().unwrap_or_default()).into();
                    }
                });
            }
        }),
    ),
    of(
        "configuration-clients-have-an-application",
        "A configuration client is linked to an application client",
        Act::Answer(|_, asked, answer| {
            if asked.views(CLIENTS) {
                answer.edit(|client| {
                    let is_login = client.get("loginPolicy").is_some();
                    if let Some(links) = client
                        .get_mut("_links")
                        .and_then(Value::as_object_mut)
                        .filter(|_| !is_login)
                    {
                        links.insert(
                            "application_client".to_owned(),
                            json!({ "href": "/config/application/clients/client" }),
                        );
                    }
                });
            }
        }),
    ),
    of(
        "new-clients-answer-with-their-id",
        "The creation of a client answers with the bare id",
        Act::Answer(|_, asked, answer| {
            if let Some(id) = answer.member("id").filter(|_| asked.creates(CLIENTS)) {
                answer.set_body(json!(id).to_string());
            }
        }),
    ),
    of(
        "clients-do-not-show-their-policies",
        "A client that is read does not show its policies",
        Act::Answer(|_, asked, answer| {
            if asked.views(CLIENTS) {
                answer.without("loginPolicy");
                answer.without("tokenPolicy");
            }
        }),
    ),
    of(
        "clients-that-are-made-get-no-tokens",
        "A client that was made through the API gets no token until somebody has approved of it",
        Act::Around(|app, asked, desk| {
            Box::pin(async move {
                let notes = app.faults().notes();
                let (id, _) = asked.credentials().unwrap_or_default();
                let is_waiting = notes.find(&format!("made client {id}")).is_some();
                if is_waiting && asked.is_grant("client_credentials") {
                    return Answer::oauth(
                        StatusCode::UNAUTHORIZED,
                        "invalid_client",
                        "client authentication failed",
                    );
                }
                let is_new = asked.creates(CLIENTS);
                let answer = desk.ask(asked).await;
                if let Some(id) = answer.member("id").filter(|_| is_new) {
                    notes.take(format!("made client {id}"), String::new());
                }
                answer
            })
        }),
    ),
];

const fn of(name: &'static str, title: &'static str, act: Act) -> Fault {
    Fault {
        name,
        family: "client_objects",
        title,
        act,
    }
}

const CLIENTS: &str = "clients";
