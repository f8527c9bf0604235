//! Nobody gets by what is remembered what the records would not give.

use scope_lang::Readings;

use super::*;
use crate::ids::Ids;
use crate::settings::Settings;
use crate::store::{Client, Customer, Records, Store, TokenPolicy, TokenPolicyTerms};
use crate::tenant;

/// Something that happens to the records of a customer.
type Change = fn(&Store, &Customer, &Client);

const SCOPES: &str = "*:**";

/// Returns a store with the demo tenant, its customer, and a client of it that has a secret.
fn store() -> (Store, Arc<Customer>, Arc<Client>) {
    let (ids, store) = (Ids::seeded(1), Store::new(&Ids::seeded(1)));
    let made = tenant::customer(&fixtures::seed::demo(), &ids, &Settings::default());
    let customer = made.unwrap_or_else(|error| panic!("{error}"));
    let id = customer.id();
    assert_eq!(store.add_customer(customer), Ok(()));
    let customer = store
        .customer(id)
        .unwrap_or_else(|| panic!("{id} was added"));
    let client = customer
        .list::<Client>()
        .into_iter()
        .find(|client| client.secret.is_some());
    (
        store,
        customer,
        client.unwrap_or_else(|| panic!("no client has a secret")),
    )
}

/// Returns a policy with that id, and a lifetime that no policy of the demo tenant has.
fn policy(id: Id, use_access_jwt: bool) -> TokenPolicy {
    let terms = TokenPolicyTerms {
        title: "Another".to_owned(),
        access_token_lifetime: 61,
        refresh_token_lifetime: 3600,
        allowed_scopes: vec![SCOPES.to_owned()],
        use_access_jwt,
    };
    TokenPolicy::new(id, terms)
}

/// Puts another policy in the place of one.
fn replace_policy(customer: &Customer, id: Id, use_access_jwt: bool) {
    let next = |_: &TokenPolicy, _: &Records| Ok::<_, ()>(policy(id, use_access_jwt));
    assert!(matches!(customer.replace(id, next), Some(Ok(_))));
}

/// Has a token granted to a client, and remembered, and returns the grant.
fn grant(store: &Store, customer: &Arc<Customer>, client: &Client) -> Arc<Grant> {
    let (client, policy) = customer
        .client_with_policy(client.id)
        .unwrap_or_else(|| panic!("{} is gone", client.id));
    let grant = policy.grant(customer.id(), client.id, SCOPES, Readings::default());
    store.remember(customer, &client, &policy, SCOPES, &grant);
    grant
}

#[test]
fn a_change_of_the_records_is_the_end_of_what_was_remembered() {
    let changes: [(&str, Change); 4] = [
        ("another secret", |_, customer, client| {
            let secret = SecretDigest::of("another");
            let done = customer.replace(client.id, |now: &Client, _| {
                let mut next = now.clone();
                let kept = next.secret.as_mut().ok_or(())?;
                kept.digest = secret;
                Ok::<_, ()>(next)
            });
            assert!(matches!(done, Some(Ok(_))));
        }),
        ("another policy", |_, customer, client| {
            replace_policy(customer, client.token_policy, false);
        }),
        ("no client any more", |_, customer, client| {
            assert!(customer.take_away::<Client>(client.id));
        }),
        ("a snapshot", |store, _, _| store.replace(store.copied())),
    ];
    for (name, change) in changes {
        let (store, customer, client) = store();
        let found = || store.regular(customer.id(), client.id, SCOPES);
        assert!(found().is_none(), "{name}");
        let granted = grant(&store, &customer, &client);
        assert!(found().is_some_and(|(_, grant)| Arc::ptr_eq(&grant, &granted)));
        assert!(store.regular(customer.id(), client.id, "").is_none());
        change(&store, &customer, &client);
        assert!(found().is_none(), "{name}");
    }
}

#[test]
fn what_was_true_a_moment_ago_is_not_remembered() {
    let (store, customer, client) = store();
    let (_, old) = customer
        .client_with_policy(client.id)
        .unwrap_or_else(|| panic!("it was added"));
    let granted = old.grant(customer.id(), client.id, SCOPES, Readings::default());
    let found = || store.regular(customer.id(), client.id, SCOPES);

    // The policy has changed since.
    let id = old.id;
    replace_policy(&customer, id, false);
    store.remember(&customer, &client, &old, SCOPES, &granted);
    assert!(found().is_none());
    assert_eq!(grant(&store, &customer, &client).lifetime().as_secs(), 61);
    assert!(found().is_some());

    // The policy wants JWTs.
    replace_policy(&customer, id, true);
    grant(&store, &customer, &client);
    assert!(found().is_none());

    // The customer is one of before a restored snapshot.
    replace_policy(&customer, id, false);
    store.replace(store.copied());
    grant(&store, &customer, &client);
    assert!(found().is_none());
    let present = store.customer(customer.id());
    grant(
        &store,
        &present.unwrap_or_else(|| panic!("it was copied")),
        &client,
    );
    assert!(found().is_some());
}

#[test]
fn the_clients_of_one_customer_are_forgotten_together() {
    let (regulars, ids) = (Regulars::default(), Ids::seeded(1));
    let [secret, other] = ["a", "b"].map(SecretDigest::of);
    let [kept, gone] = [ids.id(), ids.id()];
    let clients = [(kept, ids.id()), (gone, ids.id()), (gone, ids.id())];
    for (customer, client) in clients {
        let grant = Grant::new(customer, client, SCOPES, 60, Readings::default());
        regulars.remember(&secret, "*:** unknown", &Arc::new(grant));
        // Whoever is known stays as he is.
        let grant = Grant::new(customer, client, "", 60, Readings::default());
        regulars.remember(&other, "", &Arc::new(grant));
    }
    for (customer, client) in clients {
        let found = regulars.find(customer, client, "*:** unknown");
        assert!(found.is_some_and(|(found, grant)| found == secret && grant.scope() == SCOPES));
        for requested in ["", SCOPES] {
            assert!(regulars.find(customer, client, requested).is_none());
        }
    }
    regulars.forget(gone);
    for (customer, client) in clients {
        let found = regulars.find(customer, client, "*:** unknown");
        assert_eq!(found.is_some(), customer == kept);
    }
    let known = regulars.read();
    assert_eq!((known.regulars.len(), known.clients.len()), (1, 1));
}
