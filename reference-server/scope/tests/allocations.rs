//! Deciding allocates nothing, however many scopes there are and whatever the outcome.

use allocation_counter::measure;
use scope_lang::{Form, Method, Readings, Scope, ScopeSet};

fn item_scopes(count: usize) -> Vec<Scope> {
    let allow = (1..count).map(|n| format!("*:config/clients/6d1f0b8a-7c11-4c39-9a51-{n:012}"));
    let texts = allow.chain(["-:config/tokenPolicies".to_owned()]);
    texts.map(|text| text.parse().expect("a scope")).collect()
}

#[test]
fn a_decision_allocates_nothing() {
    let paths = [
        "config/clients/6d1f0b8a-7c11-4c39-9a51-000000000001/secret",
        "config/clients",
        "config/tokenPolicies/2dcae965-0d56-4961-a98e-f98583e30bb9",
        "webhooks/subscriptions",
        "",
        "/config//clients/",
    ];
    for readings in Readings::all() {
        for count in [1, 2, 8, 64, 512] {
            for form in [Form::Flat, Form::Table] {
                let set = ScopeSet::compile_as(form, &item_scopes(count), readings);
                let mut allowed = 0;
                let counted = measure(|| {
                    for path in paths {
                        for method in Method::ALL {
                            allowed += usize::from(set.decide(method, path).allowed());
                        }
                    }
                });
                assert_eq!(
                    counted.count_total, 0,
                    "{count} scopes, {form:?}, {readings:?}"
                );
                assert_eq!(allowed > 0, count > 1, "a hit was among them");
            }
        }
    }
}

#[test]
fn the_counter_counts() {
    let scopes = item_scopes(1);
    let counted = measure(|| drop(ScopeSet::compile(&scopes, Readings::default())));
    assert!(counted.count_total > 0, "compiling allocates");
}
