//! The surface as a whole: ids, statuses, media types, and what does not exist.

use http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::operations;
use crate::{
    chance,
    check::{Check, Effects, Need, Run},
    expect,
    http::{Answer, Request},
    target::{Target, objects::identity_store_details},
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "config.api.three-collections-below-the-customer",
        title: "The three collections lie below the customer, and nowhere else",
        cites: &["api-three-resources", "api-customer-first"],
        effects: Effects::Reads,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(three_collections_below_the_customer(target))),
    },
    Check {
        id: "config.api.ids-are-assigned-and-unique",
        title: "The server gives every object an id of its own, whatever id is sent",
        cites: &["api-ids-assigned"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(ids_are_assigned_and_unique(target))),
    },
    Check {
        id: "config.api.ids-are-lower-case-uuids",
        title: "Ids are UUIDs in lower case",
        cites: &["api-ids-lower-case-uuids"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(ids_are_lower_case_uuids(target))),
    },
    Check {
        id: "config.api.one-status-for-creations",
        title: "Creations have the same status in every collection",
        cites: &["api-creation-status"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(one_status_for_creations(target))),
    },
    Check {
        id: "config.api.one-status-for-deletions",
        title: "Deletions have the same status in every collection",
        cites: &["api-deletion-status"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(one_status_for_deletions(target))),
    },
    Check {
        id: "config.api.no-patch",
        title: "PATCH changes nothing under config, not even with full access",
        cites: &["api-no-patch-in-config"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(no_patch(target))),
    },
    Check {
        id: "config.api.forms-are-not-understood",
        title: "A form makes and modifies nothing under config",
        cites: &["api-bodies-json"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(forms_are_not_understood(target))),
    },
    Check {
        id: "config.api.answers-are-json",
        title: "Whatever has a body is JSON by its content type",
        cites: &["api-answers-json"],
        effects: Effects::Attempts,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(answers_are_json(target))),
    },
    Check {
        id: "config.api.nothing-beside-the-three",
        title: "There are no further collections under config",
        cites: &["api-no-other-config-resources", "api-unknown-path-refused"],
        effects: Effects::Attempts,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(nothing_beside_the_three(target))),
    },
];

async fn three_collections_below_the_customer(target: &Target) -> Outcome {
    let (administrator, customer) = (target.administrator(), target.customer());
    expect::equal(
        "customer",
        &json!(Uuid::try_parse(customer).is_ok()),
        &json!(true),
    )?;
    for collection in ["clients", "loginPolicies", "tokenPolicies"] {
        let answer = administrator
            .get(format!("/{customer}/config/{collection}"))
            .await?;
        expect::status(&answer, &[200]).during(collection)?;
        let body = answer.json()?;
        expect::present(&body, &format!("/_embedded/{collection}")).during(collection)?;
        for elsewhere in [
            format!("/config/{collection}"),
            format!("/config/{customer}/{collection}"),
        ] {
            let answer = administrator.get(elsewhere.as_str()).await?;
            expect::status(&answer, &[401, 403, 404]).during(&format!("GET of {elsewhere}"))?;
        }
    }
    Ok(())
}

/// A request that makes an object, for each collection.
async fn creations(target: &Target) -> Result<[(&'static str, Value); 3], NotPassed> {
    let token_policy = target.make_token_policy(json!({})).await?;
    let login_policy = json!({
        "title": target.name("login-policy"),
        "loginURL": "https://login.example.test/auth-ui/login",
        "identityStoreDetails": identity_store_details(),
    });
    let client = json!({ "name": target.name("client"), "type": "confidential", "tokenPolicy": token_policy });
    Ok([
        (
            "config/tokenPolicies",
            json!({ "title": target.name("token-policy") }),
        ),
        ("config/loginPolicies", login_policy),
        ("config/clients", client),
    ])
}

/// Makes an object, and returns the answer with the id in it.
async fn create(
    target: &Target,
    collection: &str,
    body: &Value,
) -> Result<(Answer, String), NotPassed> {
    let answer = target
        .administrator()
        .post(collection, body.clone())
        .await?;
    expect::status(&answer, &[200, 201]).during(&format!("POST of {collection}"))?;
    let made = answer.json()?;
    let place = if made.is_string() { "" } else { "/id" };
    let id = expect::text(&made, place)
        .during(&format!("POST of {collection}"))?
        .to_owned();
    Ok((answer, id))
}

async fn ids_are_assigned_and_unique(target: &Target) -> Outcome {
    let mut seen = Vec::new();
    for (collection, mut body) in creations(target).await? {
        for index in 0..5 {
            let chosen = chance::id().to_string();
            let naming = if collection == "config/clients" {
                "name"
            } else {
                "title"
            };
            body[naming] = json!(target.name(&format!("object {index}")));
            // A client that is read may be sent back with its id; of policies the documentation wants it removed.
            if collection == "config/clients" {
                body["id"] = json!(chosen);
            }
            let (_, id) = create(target, collection, &body).await?;
            if id == chosen || seen.contains(&id) {
                let what = format!("id of a new object in {collection}");
                return Err(
                    Mismatch::new(what, [json!("one that the server chose")], json!(id)).into(),
                );
            }
            seen.push(id);
        }
    }
    Ok(())
}

async fn ids_are_lower_case_uuids(target: &Target) -> Outcome {
    for (collection, body) in creations(target).await? {
        let (_, id) = create(target, collection, &body).await?;
        lower_case_uuid(&id).during(collection)?;
    }
    Ok(())
}

fn lower_case_uuid(id: &str) -> Result<(), Mismatch> {
    let canonical = Uuid::try_parse(id).map(|uuid| uuid.hyphenated().to_string());
    if canonical.as_deref() == Ok(id) {
        return Ok(());
    }
    Err(Mismatch::new(
        "id",
        [json!("a UUID in lower case, with hyphens")],
        json!(id),
    ))
}

async fn one_status_for_creations(target: &Target) -> Outcome {
    for (collection, body) in creations(target).await? {
        let (answer, _) = create(target, collection, &body).await?;
        target
            .reading("creation-status", answer.status())
            .during(collection)?;
    }
    Ok(())
}

async fn one_status_for_deletions(target: &Target) -> Outcome {
    for (collection, body) in creations(target).await? {
        let (_, id) = create(target, collection, &body).await?;
        let answer = target
            .administrator()
            .delete(format!("{collection}/{id}"))
            .await?;
        expect::status(&answer, &[200, 204]).during(collection)?;
        target
            .reading("deletion-status", answer.status())
            .during(collection)?;
    }
    Ok(())
}

async fn no_patch(target: &Target) -> Outcome {
    let administrator = target.administrator();
    for (collection, body) in creations(target).await? {
        let (_, id) = create(target, collection, &body).await?;
        let path = format!("{collection}/{id}");
        let before = administrator.get(&path).await?.json()?;
        let naming = if collection == "config/clients" {
            "name"
        } else {
            "title"
        };
        let change = json!({ naming: target.name("patched") }).to_string();
        for media_type in ["application/json", "application/merge-patch+json"] {
            let patch = Request::new(Method::PATCH, path.as_str()).raw(media_type, change.clone());
            let answer = administrator.send(patch).await?;
            let action = format!("PATCH of {collection} as {media_type}");
            expect::status(&answer, &[400, 403, 404, 405, 415, 422, 501]).during(&action)?;
            let after = administrator.get(&path).await?.json()?;
            expect::equal("the object after the PATCH", &before, &after).during(&action)?;
        }
    }
    Ok(())
}

async fn forms_are_not_understood(target: &Target) -> Outcome {
    let administrator = target.administrator();
    let title = target.name("from-a-form");
    let form = [("title", title.as_str()), ("accessTokenLifetime", "120")];
    let policy = target.make_token_policy(json!({})).await?;
    let path = format!("config/tokenPolicies/{policy}");
    let before = administrator.get(&path).await?.json()?;
    for (request, action) in [
        (
            Request::post("config/tokenPolicies").form(&form),
            "POST of a urlencoded form",
        ),
        (
            Request::post("config/tokenPolicies").multipart(&form),
            "POST of a multipart form",
        ),
        (Request::put(&path).form(&form), "PUT of a urlencoded form"),
        (
            Request::put(&path).multipart(&form),
            "PUT of a multipart form",
        ),
    ] {
        let answer = administrator.send(request).await?;
        expect::status(&answer, &[400, 415, 422]).during(action)?;
    }
    expect::equal(
        "the policy after the forms",
        &before,
        &administrator.get(&path).await?.json()?,
    )?;
    let list = administrator.get("config/tokenPolicies").await?.json()?;
    let entries = list["_embedded"]["tokenPolicies"].as_array();
    let from_form = entries
        .into_iter()
        .flatten()
        .filter(|entry| entry["title"] == title.as_str());
    let made = from_form.count();
    Ok(expect::equal(
        "policies made from forms",
        &json!(0),
        &json!(made),
    )?)
}

async fn answers_are_json(target: &Target) -> Outcome {
    let nowhere = chance::id().to_string();
    for caller in [target.administrator(), target.anonymous()] {
        for request in operations::requests(&nowhere) {
            let path = request.path().to_owned();
            let answer = caller.send(request).await?;
            if !answer.bytes().is_empty() {
                expect::media_type(&answer, "application/json").during(&path)?;
            }
        }
    }
    Ok(())
}

async fn nothing_beside_the_three(target: &Target) -> Outcome {
    let elsewhere = [
        "config",
        "config/",
        "config/scopes",
        "config/claims",
        "config/keys",
        "config/identityProviders",
        "config/sessions",
        "config/clients/{id}/scopes",
        "config/tokenPolicies/{id}/secret",
        "config/loginPolicies/{id}/sessions",
    ];
    for path in elsewhere {
        let path = path.replace("{id}", &chance::id().to_string());
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE] {
            let answer = target
                .administrator()
                .send(Request::new(method.clone(), &path))
                .await?;
            expect::status(&answer, &[404, 405]).during(&format!("{method} of {path}"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::lower_case_uuid;

    #[test]
    fn only_one_spelling_of_a_uuid_will_do() {
        let id = "8cdb3f99-ceee-403d-a01d-daf392e18350";
        assert!(lower_case_uuid(id).is_ok());
        assert!(lower_case_uuid(&id.to_uppercase()).is_err());
        assert!(lower_case_uuid(&id.replace('-', "")).is_err());
        assert!(lower_case_uuid("policy-1").is_err());
    }
}
