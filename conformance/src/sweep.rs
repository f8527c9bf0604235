//! Removes what an interrupted run left on a target, found by the names that runs give.

pub mod people;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use http::Method;
use serde_json::Value;

use crate::{
    http::Answer,
    run::clean_up,
    target::{
        Session,
        owned::{Collection, Object, PREFIX, is_plain},
    },
    verdict::Broken,
};

/// How long the removals of one sweep may take.
const TIME_LIMIT: Duration = Duration::from_secs(300);

/// An object that a run left, with the name it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// Where it stands.
    pub object: Object,
    /// Its name or title.
    pub name: String,
}

/// What a sweep did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// What was removed.
    pub removed: Vec<Leftover>,
    /// What is still there.
    pub left: Vec<Leftover>,
}

/// Finds what runs left: clients first, so that the policies they use can go after them.
///
/// # Errors
///
/// When a collection cannot be listed.
pub async fn find(session: &Session) -> Result<Vec<Leftover>, Broken> {
    find_by(session, PREFIX).await
}

/// Removes what [`find`] found.
pub async fn remove(session: &Arc<Session>, found: Vec<Leftover>) -> Swept {
    let objects = found
        .iter()
        .map(|leftover| leftover.object.clone())
        .collect();
    let left = clean_up::remove(session, objects, TIME_LIMIT).await;
    let (left, removed) = found
        .into_iter()
        .partition(|leftover| left.contains(&leftover.object));
    Swept { removed, left }
}

/// Looks once more for what a run left, by the run's own prefix, and returns what is still there in the end.
pub(crate) async fn after_run(session: &Arc<Session>, known: Vec<Object>) -> Vec<Object> {
    let mut objects: BTreeSet<Object> = known.into_iter().collect();
    if let Ok(found) = find_by(session, &session.prefix()).await {
        objects.extend(found.into_iter().map(|leftover| leftover.object));
    }
    // Whoever cannot be removed now is found by `sweep`.
    if let Ok(people) = people::find_by(session, &session.prefix()).await {
        let _left = people::remove(session, &people).await;
    }
    clean_up::remove(session, objects.into_iter().collect(), TIME_LIMIT).await
}

async fn find_by(session: &Session, prefix: &str) -> Result<Vec<Leftover>, Broken> {
    let mut found = Vec::new();
    for collection in Collection::ALL {
        for (id, name) in list(session, collection).await? {
            if name.starts_with(prefix) {
                let object = Object { collection, id };
                found.push(Leftover { object, name });
            }
        }
    }
    Ok(found)
}

/// Returns ids and names of a collection's elements; what has no usable id is left out.
pub(crate) async fn list(
    session: &Session,
    collection: Collection,
) -> Result<Vec<(String, String)>, Broken> {
    let path = collection.path();
    let answer = session.administer(Method::GET, path).await?;
    if collection == Collection::Subscriptions && matches!(answer.status(), 403 | 404) {
        // Not every deployment has webhooks, and not every administrator may see them: then no run made any.
        return Ok(Vec::new());
    }
    elements(&answer, collection).ok_or_else(|| {
        let status = answer.status();
        Broken::Prerequisite(format!("`{path}` cannot be listed: the answer is {status}"))
    })
}

fn elements(answer: &Answer, collection: Collection) -> Option<Vec<(String, String)>> {
    if answer.status() != 200 {
        return None;
    }
    let body: Value = serde_json::from_slice(answer.bytes()).ok()?;
    let elements = body["_embedded"][collection.as_str()].as_array()?;
    let named = elements.iter().filter_map(|element| {
        let id = element["id"].as_str().filter(|id| is_plain(id))?;
        let name = element[collection.name_member()]
            .as_str()
            .unwrap_or_default();
        Some((id.to_owned(), name.to_owned()))
    });
    Some(named.collect())
}
