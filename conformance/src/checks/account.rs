//! Somebody with an account of the check's own, by the control API.

use serde_json::{Value, json};

use super::{
    auth_ui::{filled, form_of},
    device::Device,
};
use crate::{
    chance,
    relying_party::LoginClient,
    secret::Secret,
    target::{MadeUser, Target},
    verdict::{During as _, NotPassed, Skip},
};

/// An account that the check made, and what its owner types to sign in.
pub(super) struct Account {
    pub(super) email: String,
    pub(super) password: Secret,
    pub(super) user: MadeUser,
}

impl Account {
    /// Makes an account with these attributes of a profile.
    pub(super) async fn made(target: &Target, profile: Value) -> Result<Self, NotPassed> {
        let email = address(target);
        let password = password(target);
        let members = json!({ "email": email, "password": password.expose(), "profile": profile });
        let user = target.make_user(members).await.during("a user")?;
        Ok(Self {
            email,
            password,
            user,
        })
    }

    /// Signs its owner in with a new browser, on the way to a client.
    pub(super) async fn signs_in<'t>(
        &self,
        target: &'t Target,
        client: LoginClient,
    ) -> Result<Device<'t>, NotPassed> {
        pages_are_known(target)?;
        let mut device = Device::new(target, client).await?;
        let request = device.request();
        let form = form_of(&device.must_ask(&request).await?)?;
        let form = filled(form, &self.email, self.password.expose());
        let sent = form.submit(form.buttons.first());
        let landed = device.browser.go(sent, request.redirect_uri()).await?;
        landed.redirect().during("sign-in")?.code()?;
        Ok(device)
    }

    /// Removes the account.
    pub(super) async fn close(self, target: &Target) -> Result<(), NotPassed> {
        target.remove_user(&self.user).await
    }
}

/// Returns an address that nobody has.
pub(super) fn address(target: &Target) -> String {
    format!("{}-{}@example.com", target.prefix(), chance::id().simple())
}

/// Returns a password that nobody guesses, of every kind of characters.
pub(super) fn password(target: &Target) -> Secret {
    let password = format!("Aa1-{}", chance::id().simple());
    target.conceal(&password);
    Secret::new(password)
}

/// Requires that the forms of the pages are found by themselves.
pub(super) fn pages_are_known(target: &Target) -> Result<(), Skip> {
    if target.session().login.recipe.steps.is_empty() {
        return Ok(());
    }
    Err(Skip::because(
        "the pages are those of the described recipe, and not known",
    ))
}
