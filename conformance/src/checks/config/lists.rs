//! The form of lists, computed against what the check made.

use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "config.lists.total-and-one-array",
        title: "A list is a number and one array named after the collection, without links of its own",
        cites: &[
            "list-total-and-embedded",
            "list-embedded-collection",
            "list-no-top-links",
        ],
        effects: Effects::Reads,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(total_and_one_array(target))),
    },
    Check {
        id: "config.lists.total-counts",
        title: "The total is the number of entries",
        cites: &["list-total-counts"],
        effects: Effects::Reads,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(total_counts(target))),
    },
    Check {
        id: "config.lists.everything-once",
        title: "Everything that was made is in the list, each once, and nothing that was deleted",
        cites: &["list-whole-collection"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(everything_once(target))),
    },
    Check {
        id: "config.lists.long-texts",
        title: "A list of many bytes is whole",
        cites: &["list-whole-collection"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(long_texts(target))),
    },
    Check {
        id: "config.lists.clients-in-short",
        title: "An entry in the list of clients is id, name and its own link, no more",
        cites: &["list-client-summary", "list-href-is-a-path"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(clients_in_short(target))),
    },
    Check {
        id: "config.lists.policies-in-short",
        title: "An entry in a list of policies is id, title and its own link, no more",
        cites: &[
            "list-login-policy-summary",
            "list-token-policy-summary",
            "list-policy-href-form",
        ],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(policies_in_short(target))),
    },
    Check {
        id: "config.lists.one-form-of-client-links",
        title: "Clients are linked in one of the two documented forms, the same in the list and in the client",
        cites: &["list-client-href-form", "client-self-link"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(one_form_of_client_links(target))),
    },
];

const COLLECTIONS: [&str; 3] = ["clients", "loginPolicies", "tokenPolicies"];

async fn total_and_one_array(target: &Target) -> Outcome {
    for collection in COLLECTIONS {
        let body = list(target, collection).await?;
        form(&body, collection).during(collection)?;
    }
    Ok(())
}

fn form(body: &Value, collection: &str) -> Result<(), Mismatch> {
    expect::exact_members(body, "", &["total", "_embedded"])?;
    expect::integer(body, "/total")?;
    expect::exact_members(body, "/_embedded", &[collection])?;
    let entries = &body["_embedded"][collection];
    if entries.is_array() {
        return Ok(());
    }
    Err(Mismatch::new(
        format!("member /_embedded/{collection}"),
        [json!("an array")],
        entries.clone(),
    ))
}

async fn total_counts(target: &Target) -> Outcome {
    for collection in COLLECTIONS {
        let body = list(target, collection).await?;
        expect::list(&body, collection).during(collection)?;
    }
    Ok(())
}

/// Few items with long titles, since as many with short ones would take long to make.
async fn long_texts(target: &Target) -> Outcome {
    let mut made = Vec::new();
    for number in 0..40 {
        let title = format!(
            "{}-{}",
            target.name(&format!("long-{number}")),
            "x".repeat(4000)
        );
        made.push(target.make_token_policy(json!({ "title": title })).await?);
    }
    let body = list(target, "tokenPolicies").await?;
    for id in &made {
        expect::entry(&body, "tokenPolicies", id)?;
    }
    Ok(())
}

async fn everything_once(target: &Target) -> Outcome {
    let token_policy = target.make_token_policy(json!({})).await?;
    for collection in COLLECTIONS {
        let mut made = Vec::new();
        for index in 0..4 {
            let name = target.name(&format!(
                "{collection}-{}",
                ["one", "two", "three", "four"][index]
            ));
            made.push(make(target, collection, &token_policy, &name).await?);
        }
        let gone = made.swap_remove(1);
        let answer = target
            .administrator()
            .delete(format!("config/{collection}/{gone}"))
            .await?;
        expect::status(&answer, &[200, 204]).during(collection)?;
        let body = list(target, collection).await?;
        let entries = body["_embedded"][collection]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let count = |id: &str| entries.iter().filter(|entry| entry["id"] == id).count();
        for id in &made {
            expect::equal(
                &format!("entries of {id} in {collection}"),
                &json!(1),
                &json!(count(id)),
            )?;
        }
        expect::equal(
            &format!("entries of the deleted {gone} in {collection}"),
            &json!(0),
            &json!(count(&gone)),
        )?;
    }
    Ok(())
}

async fn make(
    target: &Target,
    collection: &str,
    token_policy: &str,
    name: &str,
) -> Result<String, NotPassed> {
    match collection {
        "clients" => {
            let client =
                json!({ "name": name, "type": "confidential", "tokenPolicy": token_policy });
            let client = target.make_client(client).await?;
            Ok(expect::text(&client, "/id")?.to_owned())
        }
        "loginPolicies" => target.make_login_policy(json!({ "title": name })).await,
        _ => target.make_token_policy(json!({ "title": name })).await,
    }
}

async fn clients_in_short(target: &Target) -> Outcome {
    let token_policy = target.make_token_policy(json!({})).await?;
    let name = target.name("client in short");
    let id = make(target, "clients", &token_policy, &name).await?;
    let body = list(target, "clients").await?;
    let entry = entry(&body, "clients", &id)?;
    in_short(entry, "name", &name)?;
    let href = expect::text(entry, "/_links/self/href")?;
    for part in [target.customer(), id.as_str(), "/clients/"] {
        expect::contains(entry, "/_links/self/href", part)?;
    }
    if href.starts_with('/') && !href.starts_with("//") {
        return Ok(());
    }
    Err(Mismatch::new(
        "member /_links/self/href",
        [json!("a path without a host")],
        json!(href),
    )
    .into())
}

async fn policies_in_short(target: &Target) -> Outcome {
    for collection in ["loginPolicies", "tokenPolicies"] {
        let title = target.name("policy in short");
        let id = make(target, collection, "", &title).await?;
        let body = list(target, collection).await?;
        let entry = entry(&body, collection, &id).during(collection)?;
        in_short(entry, "title", &title).during(collection)?;
        let href = json!(format!("/{}/config/{collection}/{id}", target.customer()));
        expect::member(entry, "/_links/self/href", &href).during(collection)?;
    }
    Ok(())
}

/// Returns the entry with that id. Whether the total counts it is for another check to say.
fn entry<'v>(body: &'v Value, collection: &str, id: &str) -> Result<&'v Value, Mismatch> {
    let entries = body["_embedded"][collection].as_array();
    let found = entries
        .into_iter()
        .flatten()
        .find(|entry| entry["id"] == id);
    found.ok_or_else(|| {
        Mismatch::new(
            format!("entries of {collection}"),
            [json!(id)],
            json!("absent"),
        )
    })
}

fn in_short(entry: &Value, name_member: &str, name: &str) -> Result<(), Mismatch> {
    expect::exact_members(entry, "", &["id", name_member, "_links"])?;
    expect::exact_members(entry, "/_links", &["self"])?;
    expect::exact_members(entry, "/_links/self", &["href"])?;
    expect::member(entry, &format!("/{name_member}"), &json!(name))
}

async fn one_form_of_client_links(target: &Target) -> Outcome {
    let token_policy = target.make_token_policy(json!({})).await?;
    let id = make(target, "clients", &token_policy, &target.name("linked")).await?;
    let body = list(target, "clients").await?;
    let client = target
        .administrator()
        .get(format!("config/clients/{id}"))
        .await?
        .json()?;
    for shown in [entry(&body, "clients", &id)?, &client] {
        let href = expect::text(shown, "/_links/self/href")?;
        let form = href_form(href, target.customer(), &id)?;
        target.reading("client-href", form)?;
    }
    Ok(())
}

/// Returns the answer to the reading `client-href`.
fn href_form(href: &str, customer: &str, id: &str) -> Result<&'static str, Mismatch> {
    let customer_first = format!("/{customer}/config/clients/{id}");
    let config_first = format!("/config/{customer}/clients/{id}");
    if href == customer_first {
        Ok("customer-first")
    } else if href == config_first {
        Ok("config-first")
    } else {
        Err(Mismatch::new(
            "member /_links/self/href",
            [json!(customer_first), json!(config_first)],
            json!(href),
        ))
    }
}

async fn list(target: &Target, collection: &str) -> Result<Value, NotPassed> {
    let answer = target
        .administrator()
        .get(format!("config/{collection}"))
        .await?;
    expect::status(&answer, &[200]).during(collection)?;
    Ok(answer.json()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_with_anything_more_or_less_is_a_mismatch() {
        let right = json!({"total": 0, "_embedded": {"clients": []}});
        assert!(form(&right, "clients").is_ok());
        for wrong in [
            json!({"total": 0, "_embedded": {"clients": []}, "_links": {}}),
            json!({"total": "0", "_embedded": {"clients": []}}),
            json!({"total": 0, "_embedded": {"tokenPolicies": []}}),
            json!({"total": 0, "_embedded": {"clients": {}}}),
            json!({"_embedded": {"clients": []}}),
        ] {
            assert!(form(&wrong, "clients").is_err(), "{wrong}");
        }
    }

    #[test]
    fn links_have_two_forms() {
        assert_eq!(
            href_form("/c/config/clients/i", "c", "i"),
            Ok("customer-first")
        );
        assert_eq!(
            href_form("/config/c/clients/i", "c", "i"),
            Ok("config-first")
        );
        assert!(href_form("https://host/c/config/clients/i", "c", "i").is_err());
    }

    #[test]
    fn an_entry_with_the_whole_object_is_a_mismatch() {
        let entry =
            json!({"id": "i", "name": "n", "_links": {"self": {"href": "/"}}, "type": "public"});
        assert!(in_short(&entry, "name", "n").is_err());
    }
}
