//! Removes what was made.

use std::{sync::Arc, time::Duration};

use http::Method;

use crate::target::{Session, owned::Object};

/// Deletes objects in the order given, and returns those that are still there. Gone already is as good as deleted.
pub(crate) async fn remove(
    session: &Arc<Session>,
    objects: Vec<Object>,
    limit: Duration,
) -> Vec<Object> {
    let mut left = objects.clone();
    let deleting = async {
        for object in objects {
            if is_removed(session, &object).await {
                left.retain(|other| *other != object);
            }
        }
    };
    // A target that answers slowly must not hold the run: what is not deleted in time is swept at the end, or reported.
    let _in_time = tokio::time::timeout(limit, deleting).await;
    left
}

async fn is_removed(session: &Session, object: &Object) -> bool {
    match session.administer(Method::DELETE, &object.path()).await {
        Ok(answer) => (200..300).contains(&answer.status()) || answer.status() == 404,
        Err(_) => false,
    }
}
