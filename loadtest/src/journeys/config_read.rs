//! The clients are listed, and one of them is read.

use serde::Deserialize;

use super::token;
use crate::{
    visit::{Missed, Visit},
    wire::{Request, Wrong, answer::demand},
};

/// Lists the clients.
pub(super) const LIST: &str = "config-list";
/// Reads one.
pub(super) const ITEM: &str = "config-item";

#[derive(Deserialize)]
struct List {
    total: u64,
    #[serde(rename = "_embedded")]
    embedded: Embedded,
}

#[derive(Deserialize)]
struct Embedded {
    clients: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    name: String,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Deserialize)]
struct Links {
    #[serde(rename = "self")]
    itself: Link,
}

#[derive(Deserialize)]
struct Link {
    href: String,
}

pub(super) async fn run(visit: &mut Visit<'_>) -> Result<(), Missed> {
    let load = visit.load();
    let token = token::administrator(visit).await?;
    let at = visit.now();
    let own = load
        .target
        .configuration
        .as_ref()
        .map(|client| client.id.as_str());
    let request = Request::get(&load.place.clients).bearer(&token.value);
    let listed = visit
        .send(LIST, request, |answer| {
            let list: List = answer.ok()?;
            let clients = list.embedded.clients;
            demand(
                clients.len() as u64 == list.total,
                "total is not the number of clients",
            )?;
            for client in &clients {
                load.invariants.names(LIST, &client.links.itself.href, at);
            }
            // The one client that is there for certain: it asks.
            clients
                .into_iter()
                .find(|client| Some(client.id.as_str()) == own)
                .ok_or_else(|| Wrong::new("the client that asks is not listed"))
        })
        .await?;
    let at = visit.now();
    let address = format!("{}/{}", load.place.clients, listed.id);
    let request = Request::get(address).bearer(&token.value);
    visit
        .send(ITEM, request, |answer| {
            let item: Item = answer.ok()?;
            load.invariants.names(ITEM, &item.links.itself.href, at);
            demand(item.id == listed.id, "the client has another id")?;
            demand(
                item.name == listed.name,
                "the client has another name than in the list",
            )
        })
        .await
}
