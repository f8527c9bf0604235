//! Is the target usable? Asked before the first check: a wrong description is not a failure of the target.

mod login;
mod probe;

use std::sync::Arc;

use crate::{
    chance,
    description::{Kind, Problem, Usable},
    target::Session,
};

/// Opens a session on a target, after making sure that it can be judged at all.
///
/// # Errors
///
/// What makes it unusable, with the field of the description that has to change.
pub async fn open(usable: &Usable) -> Result<Arc<Session>, Vec<Problem>> {
    let session = Arc::new(session(usable)?);
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
    let session = session(usable)?;
    probe::examine(&session)
        .await
        .map_err(|problem| vec![problem])?;
    Ok(Arc::new(session))
}

fn session(usable: &Usable) -> Result<Session, Vec<Problem>> {
    Session::new(usable.settings.clone())
        .map_err(|error| vec![Problem::new("tls.roots", Kind::Roots(error.to_string()))])
}
