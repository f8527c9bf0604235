//! The deliberately naive evaluator: the rules of the documentation, one after the other.
//!
//! It splits and compares on every call, and shares nothing with the compiled form but the types:
//! the two are held against each other by property tests and by `proofhouse scope exhaust`.

use crate::{Behaviour, Decision, Method, Readings, Reason, Resource, Scope};

/// Decides as the documentation reads, without preparation.
///
/// ```
/// use scope_lang::{Method, Readings, Scope, naive};
///
/// let scopes: [Scope; 2] = ["*:config/**".parse()?, "-:config/clients".parse()?];
/// let decide = |path| naive::decide(&scopes, Readings::default(), Method::Get, path);
/// assert!(decide("config/tokenPolicies").allowed());
/// assert!(!decide("config/clients").allowed());
/// assert_eq!(decide("config/clients").by(), Some(&scopes[1]));
/// # Ok::<(), scope_lang::ParseError>(())
/// ```
pub fn decide<'a>(
    scopes: &'a [Scope],
    readings: Readings,
    method: Method,
    path: &str,
) -> Decision<'a> {
    let broadest = |behaviour| {
        let covering = scopes
            .iter()
            .filter(|scope| covers(scope.resource(), readings, path));
        let covering = covering.filter(|scope| scope.behaviour() == behaviour);
        covering.min_by_key(|scope| {
            let resource = scope.resource();
            (resource.segments().count(), !resource.has_wildcard())
        })
    };
    if let Some(deny) = broadest(Behaviour::Deny) {
        return Decision::new(Reason::Denied, Some(deny));
    }
    let decision = strongest(
        [Behaviour::Full, Behaviour::Mutate, Behaviour::Read].map(broadest),
        readings,
        method,
        path,
    );
    if !decision.allowed() && method == Method::Get && readings.item_scope_lists {
        let mut items = scopes.iter().filter(|scope| opens_list(scope, path));
        if let Some(item) = items.next() {
            return Decision::new(Reason::ItemOpensList, Some(item));
        }
    }
    decision
}

/// Tells whether a resource covers a path.
///
/// Segments are compared whole and case-sensitively. An empty segment of the path (a leading, a
/// trailing, a doubled slash) is equal to no segment of a resource.
#[must_use]
pub fn covers(resource: &Resource, readings: Readings, path: &str) -> bool {
    if resource.is_everything() {
        return true;
    }
    let mut given = path.split('/');
    let begins_alike = resource
        .segments()
        .all(|wanted| given.next() == Some(wanted));
    let below = !resource.is_bare() || readings.bare_config_covers_below;
    begins_alike && (below || given.next().is_none())
}

/// Applies the table of seed 001 to the covering scopes, none of which denies.
fn strongest<'a>(
    [full, mutate, read]: [Option<&'a Scope>; 3],
    readings: Readings,
    method: Method,
    path: &str,
) -> Decision<'a> {
    let by_behaviour = |scope: &'a Scope| {
        let allows = scope.behaviour().allows(method);
        let reason = if allows {
            Reason::BehaviourAllows
        } else {
            Reason::BehaviourRefuses
        };
        Decision::new(reason, Some(scope))
    };
    if let Some(full) = full {
        return by_behaviour(full);
    }
    let Some(mutate) = mutate else {
        return read.map_or(Decision::new(Reason::NothingCovers, None), by_behaviour);
    };
    if method == Method::Get
        && let Some(read) = read
    {
        return if readings.plus_with_read {
            Decision::new(Reason::ReadBesideMutate, Some(read))
        } else {
            Decision::new(Reason::MutateOverRead, Some(mutate))
        };
    }
    let segments: Vec<&str> = path.split('/').collect();
    if method == Method::Post && !readings.plus_creates && segments.len() == 2 {
        return Decision::new(Reason::MutateCreatesNothing, Some(mutate));
    }
    if method == Method::Post
        && !readings.plus_resets_secret
        && segments.len() > 1
        && segments.last() == Some(&"secret")
    {
        return Decision::new(Reason::MutateResetsNothing, Some(mutate));
    }
    by_behaviour(mutate)
}

/// Tells whether a scope is about an item of the collection at this path, and shows it.
fn opens_list(scope: &Scope, path: &str) -> bool {
    let shows = matches!(scope.behaviour(), Behaviour::Full | Behaviour::Read);
    let segments: Vec<&str> = scope.resource().segments().collect();
    shows && segments.len() == 3 && path.split('/').eq(segments[..2].iter().copied())
}
