//! Every fault, one file a family.

mod access_jwts;
mod authorize;
mod behaviours;
mod bodies;
mod bounds;
mod claims_parameter;
mod client_authentication;
mod client_credentials;
mod client_objects;
mod clients;
mod codes;
mod dependencies;
mod discovery;
mod exchanges;
mod expiry;
mod front_channel;
mod grants;
mod id_tokens;
mod introspection;
mod items;
mod keys;
mod lists;
mod login_policies;
mod login_policy_changes;
mod login_policy_settings;
mod logout;
mod namespaces;
mod pages;
mod parameters;
mod paths;
mod pkce;
mod precedence;
mod profile;
mod prompts;
mod races;
mod redirects;
mod refresh;
mod refusals;
mod registration;
mod replacement;
mod responses;
mod revocation;
mod scopes;
mod secret_resets;
mod secrets;
mod session_administration;
mod sessions;
mod signatures;
mod surface;
mod token_policies;
mod tokens;
mod transport;
mod unadvertised;
mod user_tokens;
mod userinfo;
mod userinfo_refusals;
mod webhooks_changes;
mod webhooks_deliveries;
mod webhooks_events;
mod webhooks_scopes;
mod webhooks_subscriptions;
mod webhooks_tokens;

use super::fault::Fault;

/// Every family, in the order of a request's way through the server.
const FAMILIES: &[&[Fault]] = &[
    transport::FAULTS,
    tokens::FAULTS,
    scopes::FAULTS,
    session_administration::FAULTS,
    surface::FAULTS,
    replacement::FAULTS,
    bodies::FAULTS,
    bounds::FAULTS,
    secret_resets::FAULTS,
    paths::FAULTS,
    secrets::FAULTS,
    dependencies::FAULTS,
    token_policies::FAULTS,
    login_policy_settings::FAULTS,
    login_policy_changes::FAULTS,
    login_policies::FAULTS,
    client_objects::FAULTS,
    clients::FAULTS,
    lists::FAULTS,
    refusals::FAULTS,
    client_credentials::FAULTS,
    grants::FAULTS,
    namespaces::FAULTS,
    items::FAULTS,
    behaviours::FAULTS,
    precedence::FAULTS,
    id_tokens::FAULTS,
    signatures::FAULTS,
    introspection::FAULTS,
    revocation::FAULTS,
    access_jwts::FAULTS,
    refresh::FAULTS,
    user_tokens::FAULTS,
    client_authentication::FAULTS,
    exchanges::FAULTS,
    claims_parameter::FAULTS,
    userinfo::FAULTS,
    userinfo_refusals::FAULTS,
    keys::FAULTS,
    discovery::FAULTS,
    unadvertised::FAULTS,
    authorize::FAULTS,
    parameters::FAULTS,
    redirects::FAULTS,
    prompts::FAULTS,
    responses::FAULTS,
    front_channel::FAULTS,
    pages::FAULTS,
    registration::FAULTS,
    profile::FAULTS,
    sessions::FAULTS,
    pkce::FAULTS,
    codes::FAULTS,
    expiry::FAULTS,
    races::FAULTS,
    logout::FAULTS,
    webhooks_events::FAULTS,
    webhooks_deliveries::FAULTS,
    webhooks_tokens::FAULTS,
    webhooks_scopes::FAULTS,
    webhooks_changes::FAULTS,
    webhooks_subscriptions::FAULTS,
];

/// Returns every fault.
pub fn all() -> impl Iterator<Item = &'static Fault> {
    FAMILIES.iter().copied().flatten()
}

/// Returns the fault with that name.
pub fn find(name: &str) -> Option<&'static Fault> {
    all().find(|fault| fault.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_in_kebab_case() {
        let mut names = BTreeSet::new();
        for fault in all() {
            assert!(names.insert(fault.name), "`{}` is there twice", fault.name);
            let is_kebab = fault
                .name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            assert!(is_kebab, "`{}`", fault.name);
            assert!(!fault.title.ends_with('.'), "`{}`", fault.title);
        }
    }
}
