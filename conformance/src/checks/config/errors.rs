//! How the configuration operations refuse, over all of them.

use serde_json::{Map, Value, json};

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
        id: "config.errors.one-string-and-nothing-else",
        title: "Every refusal of every operation is one string under errors, with a documented status",
        cites: &["error-single-string", "error-statuses-documented"],
        effects: Effects::Attempts,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(one_string_and_nothing_else(target))),
    },
    Check {
        id: "config.errors.bodies-that-are-not-json",
        title: "A body that is not JSON is a syntax error wherever a body belongs, and changes nothing",
        cites: &["error-not-json"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(bodies_that_are_not_json(target))),
    },
    Check {
        id: "config.errors.every-required-member",
        title: "Each required member of a policy is missed by its name, in the documented words",
        cites: &["error-missing-member-text"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(every_required_member(target))),
    },
    Check {
        id: "config.errors.missing-and-misspelt-alike",
        title: "A misspelt member is as bad as a missing one, and both have the same status everywhere",
        cites: &["error-member-misspelt", "api-member-names-exact"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(missing_and_misspelt_alike(target))),
    },
    Check {
        id: "config.errors.nested-members",
        title: "A missing nested member is reported with its whole way",
        cites: &["error-nested-member-text"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(nested_members(target))),
    },
    Check {
        id: "config.errors.items-out-of-reach",
        title: "An item out of reach is refused alike whether or not it exists",
        cites: &["error-scope-before-existence"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(items_out_of_reach(target))),
    },
];

async fn one_string_and_nothing_else(target: &Target) -> Outcome {
    let nowhere = chance::id().to_string();
    let (administrator, anonymous) = (target.administrator(), target.anonymous());
    for (caller, who) in [
        (&anonymous, "nobody"),
        (&administrator, "the administrator"),
    ] {
        // An empty object for an item that does not exist: there is always a reason to refuse, and nothing to lose.
        for request in operations::requests(&nowhere) {
            let path = request.path().to_owned();
            let answer = caller.send(request).await?;
            if answer.status() < 300 || operations::is_missing_retrieval(&path, answer.status()) {
                continue;
            }
            expect::refusal(&answer, &[400, 401, 403, 404, 409, 422])
                .during(&format!("{who} at {path}"))?;
        }
    }
    Ok(())
}

/// A body of each kind that is wanted below `config`, for a request that would succeed.
struct Bodies {
    token_policy: String,
    login_policy: String,
}

impl Bodies {
    async fn prepare(target: &Target) -> Result<Self, NotPassed> {
        Ok(Self {
            token_policy: target.make_token_policy(json!({})).await?,
            login_policy: target.make_login_policy(json!({})).await?,
        })
    }

    /// Returns the requests that make or modify a policy, each with the members that it requires.
    fn of_policies(&self, target: &Target) -> [(Request, Value); 4] {
        let title = target.name("policy");
        let token_policy = json!({ "title": title });
        let mut login_policy = json!({
            "title": title,
            "loginURL": "https://login.example.test/auth-ui/login",
            "identityStoreDetails": identity_store_details(),
        });
        let new_login_policy = login_policy.clone();
        login_policy["id"] = json!(self.login_policy);
        [
            (Request::post("config/tokenPolicies"), token_policy.clone()),
            (
                Request::put(format!("config/tokenPolicies/{}", self.token_policy)),
                token_policy,
            ),
            (Request::post("config/loginPolicies"), new_login_policy),
            (
                Request::put(format!("config/loginPolicies/{}", self.login_policy)),
                login_policy,
            ),
        ]
    }

    /// Returns the same for clients.
    fn of_clients(&self, target: &Target) -> (Request, Value) {
        let client = json!({
            "name": target.name("client"),
            "type": "public",
            "redirectURIs": ["https://client.example.test/callback"],
            "loginPolicy": self.login_policy,
            "tokenPolicy": self.token_policy,
        });
        (Request::post("config/clients"), client)
    }
}

async fn bodies_that_are_not_json(target: &Target) -> Outcome {
    let bodies = Bodies::prepare(target).await?;
    let mut requests = bodies.of_policies(target).to_vec();
    requests.push(bodies.of_clients(target));
    for (request, body) in requests {
        let whole = body.to_string();
        let broken: [(&str, Vec<u8>); 6] = [
            (
                "a body that ends too early",
                whole.as_bytes()[..whole.len() - 1].to_vec(),
            ),
            ("two bodies in one", format!("{whole}{whole}").into_bytes()),
            (
                "a body with a comma too many",
                format!("{},}}", &whole[..whole.len() - 1]).into_bytes(),
            ),
            (
                "a body in single quotes",
                whole.replace('"', "'").into_bytes(),
            ),
            ("words", b"title and nothing else".to_vec()),
            ("bytes that are no text", vec![b'"', 0xff, 0xfe, b'"']),
        ];
        for (what, bytes) in broken {
            let action = format!("{what} at {}", request.path());
            let answer = target
                .administrator()
                .send(request.clone().raw("application/json", bytes))
                .await?;
            expect::refusal(&answer, &[400]).during(&action)?;
        }
    }
    Ok(())
}

async fn every_required_member(target: &Target) -> Outcome {
    let bodies = Bodies::prepare(target).await?;
    for (request, body) in bodies.of_policies(target) {
        for member in members(&body) {
            let mut sent = body.clone();
            remove(&mut sent, &member);
            let answer = target
                .administrator()
                .send(request.clone().json(sent))
                .await?;
            let text = format!("('{member}',) field required");
            expect::errors(&answer, &[400, 422], &text)
                .during(&format!("{} without {member}", request.path()))?;
        }
    }
    Ok(())
}

async fn missing_and_misspelt_alike(target: &Target) -> Outcome {
    let bodies = Bodies::prepare(target).await?;
    let mut requests = bodies.of_policies(target).to_vec();
    requests.push(bodies.of_clients(target));
    for (request, body) in requests {
        for member in members(&body) {
            let mut missing = body.clone();
            let value = remove(&mut missing, &member);
            let mut capitals = missing.clone();
            capitals[other_capitals(&member)] = value.clone();
            let mut letter = missing.clone();
            letter[format!("{member}s")] = value;
            for (sent, what) in [
                (missing, "without"),
                (capitals, "with other capitals in"),
                (letter, "with an s after"),
            ] {
                let action = format!("{} {what} {member}", request.path());
                let answer = target
                    .administrator()
                    .send(request.clone().json(sent))
                    .await?;
                refused_for_a_member(target, &answer).during(&action)?;
            }
        }
    }
    Ok(())
}

fn refused_for_a_member(target: &Target, answer: &Answer) -> Result<(), Mismatch> {
    expect::refusal(answer, &[400, 422])?;
    target.reading("missing-member-status", answer.status())
}

async fn nested_members(target: &Target) -> Outcome {
    let details = [
        "domain",
        "applicationId",
        "clientId",
        "clientSecret",
        "entityType",
    ];
    let mut ways = vec![
        vec!["identityStoreDetails", "type"],
        vec!["identityStoreDetails", "connectionDetails"],
    ];
    ways.extend(details.map(|detail| vec!["identityStoreDetails", "connectionDetails", detail]));
    for way in ways {
        let mut sent = json!({
            "title": target.name("policy"),
            "loginURL": "https://login.example.test/auth-ui/login",
            "identityStoreDetails": identity_store_details(),
        });
        let (last, above) = way.split_last().expect("no way is empty");
        let place = above
            .iter()
            .fold(&mut sent, |place, step| &mut place[*step]);
        remove(place, last);
        let answer = target
            .administrator()
            .post("config/loginPolicies", sent)
            .await?;
        let text = format!(
            "({}) field required",
            way.iter()
                .map(|step| format!("'{step}'"))
                .collect::<Vec<_>>()
                .join(", ")
        );
        expect::errors(&answer, &[400, 422], &text)
            .during(&format!("without {}", way.join(".")))?;
    }
    Ok(())
}

async fn items_out_of_reach(target: &Target) -> Outcome {
    let own = target.make_token_policy(json!({})).await?;
    let foreign = target.make_token_policy(json!({})).await?;
    let caller = target
        .bearer_of(&[&format!("*:config/tokenPolicies/{own}")])
        .await?;
    for (what, id) in [
        ("an item that exists", foreign),
        ("an item that does not", chance::id().to_string()),
    ] {
        let path = format!("config/tokenPolicies/{id}");
        let requests = [
            Request::get(&path),
            Request::put(&path).json(json!({})),
            Request::delete(&path),
        ];
        for request in requests {
            let answer = caller.send(request).await?;
            let exists = what.ends_with("exists");
            let expected: &[u16] = if exists { &[403] } else { &[403, 404] };
            expect::status(&answer, expected).during(what)?;
            if !exists {
                target.reading("foreign-item-status", answer.status())?;
            }
        }
    }
    Ok(())
}

fn members(body: &Value) -> Vec<String> {
    body.as_object()
        .map(Map::keys)
        .into_iter()
        .flatten()
        .cloned()
        .collect()
}

fn remove(body: &mut Value, member: &str) -> Value {
    body.as_object_mut()
        .and_then(|members| members.remove(member))
        .unwrap_or(Value::Null)
}

/// The same name with its first capital, or else its first letter, the other way round.
fn other_capitals(name: &str) -> String {
    let changed = name
        .find(|letter: char| letter.is_ascii_uppercase())
        .unwrap_or(0);
    name.char_indices()
        .map(
            |(index, letter)| match (index == changed, letter.is_ascii_uppercase()) {
                (true, true) => letter.to_ascii_lowercase(),
                (true, false) => letter.to_ascii_uppercase(),
                (false, _) => letter,
            },
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_spelling_differs_in_one_letter() {
        assert_eq!(other_capitals("title"), "Title");
        assert_eq!(other_capitals("loginURL"), "loginuRL");
        assert_eq!(other_capitals("redirectURIs"), "redirectuRIs");
    }
}
