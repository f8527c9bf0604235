//! Is the target usable? Asked before the first check: a wrong description is not a failure of the target.

mod login;
mod probe;

use std::sync::Arc;

use crate::{
    chance,
    description::{Kind, Problem, Usable},
    plan::Mode,
    target::{Session, Settings},
};

/// Opens a session on a target, after making sure that it can be judged at all.
///
/// # Errors
///
/// What makes it unusable, with the field of the description that has to change.
pub async fn open(usable: &Usable) -> Result<Arc<Session>, Vec<Problem>> {
    let session = Arc::new(session(usable.settings.clone())?);
    let found = async {
        if session.customer.is_none() {
            return login::issuer(&session).await;
        }
        probe::examine(&session).await?;
        probe::protect(&session).await
    };
    found.await.map_err(|problem| vec![problem])?;
    chance::within(&session.chance, "doctor", login::examine(&session)).await?;
    Ok(session)
}

/// Opens a session that may delete what it did not make itself.
///
/// # Errors
///
/// As [`open`].
pub async fn open_to_sweep(usable: &Usable) -> Result<Arc<Session>, Vec<Problem>> {
    let mut settings = usable.settings.clone();
    // To remove what a run left is why one sweeps, whatever runs may do.
    settings.mode = Mode::OwnObjects;
    let session = session(settings)?;
    probe::examine(&session)
        .await
        .map_err(|problem| vec![problem])?;
    Ok(Arc::new(session))
}

fn session(settings: Settings) -> Result<Session, Vec<Problem>> {
    Session::new(settings)
        .map_err(|error| vec![Problem::new("tls.roots", Kind::Roots(error.to_string()))])
}
