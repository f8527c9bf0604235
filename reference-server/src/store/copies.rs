//! Copies of what is shared.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::authorization::Authorization;
use super::grant::Grant;

/// The copies that one snapshot has of what codes and tokens share: what shares an original shares its copy.
///
/// Without, a revocation after the snapshot would reach into it. Whatever never changes is shared with the snapshot
/// instead, grants without a user among it.
#[derive(Default)]
pub(super) struct Copies {
    /// By the places of the originals, which are kept alive so that no other takes such a place meanwhile.
    authorizations: HashMap<*const Authorization, (Arc<Authorization>, Arc<Authorization>)>,
    grants: HashMap<*const Grant, (Arc<Grant>, Arc<Grant>)>,
}

impl Copies {
    pub(super) fn authorization(&mut self, original: &Arc<Authorization>) -> Arc<Authorization> {
        let (_, copy) = self
            .authorizations
            .entry(Arc::as_ptr(original))
            .or_insert_with(|| {
                let copy = Arc::new(Authorization::clone(original));
                (Arc::clone(original), copy)
            });
        Arc::clone(copy)
    }

    pub(super) fn grant(&mut self, original: &Arc<Grant>) -> Arc<Grant> {
        let Some(authorization) = original.authorization() else {
            return Arc::clone(original);
        };
        if let Some((_, copy)) = self.grants.get(&Arc::as_ptr(original)) {
            return Arc::clone(copy);
        }
        let copy = Arc::new(original.with(self.authorization(authorization)));
        let both = (Arc::clone(original), Arc::clone(&copy));
        self.grants.insert(Arc::as_ptr(original), both);
        copy
    }
}

/// Puts what another lock guards in the place of what this one does. What was there goes after the lock was released.
pub(super) fn replace<T>(place: &Mutex<T>, other: Mutex<T>) {
    let mut other = other.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut held = place.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::swap(&mut *held, &mut other);
    drop(held);
}

#[cfg(test)]
mod tests {
    use super::super::authorization::tests::authorization;
    use super::*;
    use crate::ids::Ids;

    #[test]
    fn what_shares_an_original_shares_its_copy() {
        let ids = Ids::seeded(1);
        let original = Arc::new(authorization(&ids, ids.id()));
        let grant = Arc::new(Grant::of_user(Arc::clone(&original), "openid", 60));
        let mut copies = Copies::default();
        let copy = copies.authorization(&original);
        assert!(!Arc::ptr_eq(&copy, &original));
        let grants = [copies.grant(&grant), copies.grant(&grant)];
        assert!(Arc::ptr_eq(&grants[0], &grants[1]));
        assert!(!grants[0].is_revoked());
        original.revoked.set();
        assert!(grant.is_revoked() && !grants[0].is_revoked());
        copy.revoked.set();
        assert!(grants[0].is_revoked());
        assert_eq!(grants[0].scope(), grant.scope());
    }
}
