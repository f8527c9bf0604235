//! Other spellings of a path never get past a deny.

use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    http::{Answer, Request},
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "config.paths.denied-item-under-other-spellings",
        title: "A denied item is neither shown nor changed under any other spelling of its path",
        cites: &["api-path-spelling"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(denied_item_under_other_spellings(target))),
    },
    Check {
        id: "config.paths.denied-collection-under-other-spellings",
        title: "A denied collection is not listed under any other spelling of its path",
        cites: &["api-path-spelling"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(denied_collection_under_other_spellings(target))),
    },
];

async fn denied_item_under_other_spellings(target: &Target) -> Outcome {
    let denied = target.make_token_policy(json!({})).await?;
    let open = target.make_token_policy(json!({})).await?;
    let deny = format!("-:config/tokenPolicies/{denied}");
    let caller = target.bearer_of(&["*:config/tokenPolicies", &deny]).await?;
    let before = shown(target, &denied).await?;
    let path = format!("config/tokenPolicies/{denied}");
    let mut spellings = spellings(&path);
    let (first, rest) = denied.split_at(1);
    spellings.extend([
        path.replace(&denied, &denied.to_uppercase()),
        path.replace(&denied, &percent(first, rest)),
        path.replace(&denied, &denied.replace('-', "%2d")),
        path.replace(&denied, &denied.replace('-', "")),
        path.replace(&denied, &format!("{{{denied}}}")),
        path.replace(&denied, &format!("urn:uuid:{denied}")),
        path.replace(&denied, &format!("{open}/../{denied}")),
        path.replace(&denied, &format!("{open}/%2e%2e/{denied}")),
        path.replace(&denied, &format!("{open}%2f..%2f{denied}")),
        format!("config/tokenPolicies?id={denied}"),
    ]);
    for spelling in spellings {
        let spelling = format!("/{}/{spelling}", target.customer());
        let answer = caller.get(spelling.as_str()).await?;
        does_not_show(&answer, "id", &denied).during(&format!("GET of {spelling}"))?;
        let body = json!({ "title": target.name("changed"), "accessTokenLifetime": 60 });
        caller
            .send(Request::put(spelling.as_str()).json(body))
            .await?;
        caller.delete(spelling.as_str()).await?;
        let after = shown(target, &denied).await?;
        expect::equal("the denied policy", &before, &after)
            .during(&format!("PUT and DELETE of {spelling}"))?;
    }
    Ok(())
}

async fn denied_collection_under_other_spellings(target: &Target) -> Outcome {
    let caller = target.bearer_of(&["*:**", "-:config/clients"]).await?;
    let mut spellings = spellings("config/clients");
    spellings.push("config/loginPolicies/../clients".to_owned());
    spellings.push("config/loginPolicies/%2e%2e/clients".to_owned());
    spellings.push("login/../config/clients".to_owned());
    for spelling in spellings {
        let spelling = format!("/{}/{spelling}", target.customer());
        let answer = caller.get(spelling.as_str()).await?;
        does_not_list(&answer, "clients").during(&format!("GET of {spelling}"))?;
    }
    Ok(())
}

/// Other spellings of a path below the customer; those that only a server with a fault takes for the same.
fn spellings(path: &str) -> Vec<String> {
    let (config, rest) = path.split_once('/').unwrap_or((path, ""));
    vec![
        format!("{path}/"),
        format!("{path}//"),
        format!("{path}/."),
        format!("{path}/x/.."),
        format!("{path}/%2e"),
        format!("{path}%2f"),
        format!("{path}%20"),
        format!("{path}%00"),
        format!("{path};x=y"),
        format!("{path}?x=y"),
        format!("{path}.json"),
        format!("/{path}"),
        format!("./{path}"),
        format!("%2e/{path}"),
        format!("x/../{path}"),
        format!("x/%2e%2e/{path}"),
        format!("{config}//{rest}"),
        format!("{config}/./{rest}"),
        format!("{config}/%2e/{rest}"),
        format!("{config}%2f{rest}"),
        format!("{config}%252f{rest}"),
        format!("{config}%5c{rest}"),
        format!("%63onfig/{rest}"),
        format!("{}/{rest}", config.to_uppercase()),
        format!("{config}/{}", rest.to_lowercase()),
        format!(
            "{config}/{}",
            rest.replacen("olicies", "OLICIES", 1)
                .replacen("lients", "LIENTS", 1)
        ),
        path.replacen("tokenPolicies", "%74okenPolicies", 1)
            .replacen("clients", "%63lients", 1),
    ]
    .into_iter()
    .filter(|spelling| spelling != path)
    .collect()
}

fn percent(first: &str, rest: &str) -> String {
    let encoded: String = first.bytes().map(|byte| format!("%{byte:02x}")).collect();
    format!("{encoded}{rest}")
}

async fn shown(target: &Target, policy: &str) -> Result<Value, NotPassed> {
    let answer = target
        .administrator()
        .get(format!("config/tokenPolicies/{policy}"))
        .await?;
    expect::status(&answer, &[200]).during("the denied policy, read by the administrator")?;
    Ok(answer.json()?)
}

/// Requires that an answer is not the object with that id; a list may name it.
fn does_not_show(answer: &Answer, member: &str, id: &str) -> Result<(), Mismatch> {
    let body: Value = serde_json::from_slice(answer.bytes()).unwrap_or(Value::Null);
    if (200..300).contains(&answer.status()) && body[member] == id {
        return Err(Mismatch::new(
            "status",
            [json!(403), json!(404)],
            json!(answer.status()),
        ));
    }
    Ok(())
}

fn does_not_list(answer: &Answer, collection: &str) -> Result<(), Mismatch> {
    let body: Value = serde_json::from_slice(answer.bytes()).unwrap_or(Value::Null);
    if (200..300).contains(&answer.status()) && !body["_embedded"][collection].is_null() {
        return Err(Mismatch::new(
            "status",
            [json!(403), json!(404)],
            json!(answer.status()),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    #[test]
    fn no_spelling_is_the_plain_one() {
        let path = "config/tokenPolicies/8cdb3f99-ceee-403d-a01d-daf392e18350";
        assert!(spellings(path).iter().all(|spelling| spelling != path));
        assert!(spellings(path).len() > 20);
        assert!(spellings("config/clients").contains(&"config/%63lients".to_owned()));
        assert_eq!(percent("8", "cdb"), "%38cdb");
    }

    #[test]
    fn a_shown_object_is_a_mismatch_and_a_list_is_not() {
        let answer = |body: Value| Answer::new(200, HeaderMap::new(), body.to_string());
        assert!(does_not_show(&answer(json!({"id": "a"})), "id", "a").is_err());
        assert!(does_not_show(&answer(json!({"id": "b"})), "id", "a").is_ok());
        let list = json!({"total": 1, "_embedded": {"clients": []}});
        assert!(does_not_show(&answer(list.clone()), "id", "a").is_ok());
        assert!(does_not_list(&answer(list), "clients").is_err());
    }
}
