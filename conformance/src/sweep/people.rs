//! People whom a run left, on a target that has a control API to remove them by.

use http::Method;

use crate::{
    http::Request,
    target::{
        Session,
        control::users,
        owned::{PREFIX, is_plain},
    },
    verdict::Broken,
};

/// Somebody whom a run made or registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The id.
    pub id: String,
    /// The address; it begins like every name that runs give.
    pub address: String,
}

/// Finds the people whom runs left; nobody, where no control API is described.
///
/// # Errors
///
/// When the control API does not list them.
pub async fn find(session: &Session) -> Result<Vec<Person>, Broken> {
    find_by(session, PREFIX).await
}

/// Removes people, and returns those who are still there.
pub async fn remove(session: &Session, people: &[Person]) -> Vec<Person> {
    let mut left = Vec::new();
    for person in people {
        let path = format!("{}/{}", users(session), person.id);
        let request = Request::new(Method::DELETE, path);
        if session.clock.control(&request).await.is_err() {
            left.push(person.clone());
        }
    }
    left
}

pub(super) async fn find_by(session: &Session, prefix: &str) -> Result<Vec<Person>, Broken> {
    if !session.clock.is_movable() {
        return Ok(Vec::new());
    }
    let told = session.clock.control(&Request::get(users(session))).await?;
    let people = told["users"].as_array().into_iter().flatten();
    let of_runs = people.filter_map(|user| {
        let id = user["uuid"].as_str().filter(|id| is_plain(id))?;
        let address = user["email"].as_str()?;
        address.starts_with(prefix).then(|| Person {
            id: id.to_owned(),
            address: address.to_owned(),
        })
    });
    Ok(of_runs.collect())
}
