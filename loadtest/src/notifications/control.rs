//! The control API of the target: its clock is moved on, and who was registered is removed.

use std::time::Duration;

use http::Method;
use serde::Deserialize;
use serde_json::json;

use crate::{
    target::Target,
    wire::{
        Answer, Connection, Request,
        connection::{Connector, ConnectorError},
    },
};

/// The largest list of users that is read, in bytes.
const LARGEST: usize = 64 * 1024 * 1024;

/// Says why the target is not controlled.
#[derive(Debug, thiserror::Error)]
pub enum NotControlled {
    /// It has no control API.
    #[error("no control API is described")]
    Missing,
    /// It cannot be connected to.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// It does not do what it is asked.
    #[error("`{path}`: {what}")]
    Refused {
        /// The path that was asked.
        path: String,
        /// What came in the place of a confirmation.
        what: String,
    },
}

/// A connection to it.
#[derive(Debug)]
pub(super) struct Control {
    base: String,
    users: String,
    connection: Connection,
}

#[derive(Deserialize)]
struct Users {
    users: Vec<User>,
}

#[derive(Deserialize)]
struct User {
    uuid: String,
    email: String,
}

impl Control {
    pub(super) fn of(target: &Target) -> Result<Self, NotControlled> {
        let base = target.control.clone().ok_or(NotControlled::Missing)?;
        let there = Target {
            url: base.clone(),
            body: LARGEST,
            ..target.clone()
        };
        Ok(Self {
            base,
            users: format!("/_control/customers/{}/users", target.customer),
            connection: Connector::new(&there)?.connection(),
        })
    }

    /// Lets time pass at the target.
    pub(super) async fn advance(&mut self, by: Duration) -> Result<(), NotControlled> {
        let step = json!({ "seconds": by.as_secs_f64() });
        let path = "/_control/clock/advance";
        let request = Request::json(Method::POST, format!("{}{path}", self.base), &step);
        self.ask(path, request).await?;
        Ok(())
    }

    /// Removes the users whose addresses begin so, and returns those that are still there, in words.
    pub(super) async fn remove_users(
        &mut self,
        prefix: &str,
    ) -> Result<Vec<String>, NotControlled> {
        let path = self.users.clone();
        let request = Request::get(format!("{}{path}", self.base));
        let answer = self.ask(&path, request).await?;
        let listed: Users = answer.ok().map_err(|wrong| NotControlled::Refused {
            path: path.clone(),
            what: wrong.to_string(),
        })?;
        let mut left = Vec::new();
        for user in listed.users {
            if user.email.starts_with(prefix) {
                let path = format!("{path}/{}", user.uuid);
                let request = Request::new(Method::DELETE, format!("{}{path}", self.base));
                if self.ask(&path, request).await.is_err() {
                    left.push(format!("the user `{}`", user.uuid));
                }
            }
        }
        Ok(left)
    }

    async fn ask(&mut self, path: &str, request: Request) -> Result<Answer, NotControlled> {
        let refused = |what: String| NotControlled::Refused {
            path: path.to_owned(),
            what,
        };
        let answer = self.connection.send(request).await;
        let answer = answer.map_err(|unanswered| refused(unanswered.to_string()))?;
        match answer.status {
            200..300 => Ok(answer),
            status => Err(refused(format!("status {status}"))),
        }
    }
}
