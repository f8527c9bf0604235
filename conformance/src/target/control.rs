//! The control API of a target made for tests: users who come and go.

use http::Method;
use serde_json::{Value, json};

use super::{handle::Target, session::Session};
use crate::{
    http::Request,
    verdict::{Broken, NotPassed},
};

/// A user whom the check made.
#[derive(Debug, Clone)]
pub(crate) struct MadeUser {
    /// The id.
    pub(crate) uuid: String,
}

impl Target {
    /// Makes a user with these members, as a tenant file has them.
    ///
    /// # Errors
    ///
    /// Broken when the control API refuses.
    pub(crate) async fn make_user(&self, members: Value) -> Result<MadeUser, NotPassed> {
        let request = Request::post(self.users()).json(members);
        let user = self.control(request).await?;
        match user["uuid"].as_str() {
            Some(uuid) => Ok(MadeUser {
                uuid: uuid.to_owned(),
            }),
            None => Err(Broken::Prerequisite("the control API adds no user".to_owned()).into()),
        }
    }

    /// Changes attributes of a user, as a merge patch has them (RFC 7396).
    ///
    /// # Errors
    ///
    /// Broken when the control API refuses.
    pub(crate) async fn change_user(
        &self,
        user: &MadeUser,
        profile: Value,
    ) -> Result<(), NotPassed> {
        let path = format!("{}/{}", self.users(), user.uuid);
        let change = json!({ "profile": profile });
        self.control(Request::new(Method::PATCH, path).json(change))
            .await?;
        Ok(())
    }

    /// Removes a user.
    ///
    /// # Errors
    ///
    /// Broken when the control API refuses.
    pub(crate) async fn remove_user(&self, user: &MadeUser) -> Result<(), NotPassed> {
        let path = format!("{}/{}", self.users(), user.uuid);
        self.control(Request::new(Method::DELETE, path)).await?;
        Ok(())
    }

    /// Returns the user whom an address belongs to, if there is one.
    ///
    /// # Errors
    ///
    /// Broken when the control API refuses.
    pub(crate) async fn user_of(&self, email: &str) -> Result<Option<MadeUser>, NotPassed> {
        let told = self.control(Request::get(self.users())).await?;
        let users = told["users"].as_array();
        let mut users = users.into_iter().flatten();
        let user = users.find(|user| user["email"] == email);
        let uuid = user.and_then(|user| user["uuid"].as_str());
        Ok(uuid.map(|uuid| MadeUser {
            uuid: uuid.to_owned(),
        }))
    }

    /// Lets the next key of the customer sign.
    ///
    /// # Errors
    ///
    /// Broken when the control API refuses.
    pub(crate) async fn rotate_keys(&self) -> Result<(), NotPassed> {
        let path = format!("/_control/customers/{}/keys/rotate", self.customer());
        self.control(Request::post(path)).await?;
        Ok(())
    }

    /// Remembers how everything is, and returns the path to go back there.
    ///
    /// # Errors
    ///
    /// Broken when the control API refuses.
    pub(crate) async fn remember(&self) -> Result<String, NotPassed> {
        let made = self.control(Request::post("/_control/snapshots")).await?;
        match made["id"].as_str() {
            Some(id) => Ok(format!("/_control/snapshots/{id}")),
            None => {
                let told = "the control API makes no snapshot".to_owned();
                Err(Broken::Prerequisite(told).into())
            }
        }
    }

    /// Goes back to how everything was, and forgets that.
    ///
    /// # Errors
    ///
    /// Broken when the control API refuses.
    pub(crate) async fn go_back(&self, snapshot: &str) -> Result<(), NotPassed> {
        self.control(Request::post(format!("{snapshot}/restore")))
            .await?;
        self.control(Request::new(Method::DELETE, snapshot)).await?;
        Ok(())
    }

    fn users(&self) -> String {
        users(self.session())
    }

    /// Sends a request to the control API, and returns the answer's body.
    async fn control(&self, request: Request) -> Result<Value, NotPassed> {
        let session = self.session();
        let told = match session.tape.player() {
            Some(_) => None,
            None => Some(session.clock.control(&request).await?.to_string()),
        };
        let told = self.known("control", || told);
        Ok(told
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default())
    }
}

/// Returns the path of the customer's users.
pub(crate) fn users(session: &Session) -> String {
    let customer = session.customer.as_deref().unwrap_or_default();
    format!("/_control/customers/{customer}/users")
}
