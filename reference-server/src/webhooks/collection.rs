//! Lists, in the manner of HAL, with their links.

use axum::Json;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Writes a collection: how many there are altogether, where this and its neighbours are, and what it embeds.
pub(super) fn collection<S: Serialize>(
    name: &str,
    total: usize,
    links: Vec<(&'static str, String)>,
    items: &[S],
) -> Json<Value> {
    let links: Map<String, Value> = links
        .into_iter()
        .map(|(relation, href)| (relation.to_owned(), json!({ "href": href })))
        .collect();
    Json(json!({ "total": total, "_links": links, "_embedded": { name: items } }))
}
