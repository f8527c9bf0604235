//! Policies that clients still use cannot be deleted.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    http::Answer,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "config.dependencies.every-client-is-named",
        title: "Deleting a policy in use is refused with the path of every client of every kind, and of no other",
        cites: &[
            "dependency-login-policy-refused",
            "dependency-token-policy-refused",
            "dependency-any-kind-of-client",
            "dependency-doubly-encoded",
            "dependency-path-form",
            "dependency-names-every-client",
            "login-policy-shared",
            "token-policy-shared",
        ],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(every_client_is_named(target))),
    },
    Check {
        id: "config.dependencies.policy-stays-until-released",
        title: "A policy in use stays as it was, and goes once its last client has another",
        cites: &[
            "dependency-policy-stays",
            "dependency-login-policy-released",
            "dependency-token-policy-released",
        ],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(policy_stays_until_released(target))),
    },
];

/// A login policy and a token policy, with the paths below the customer.
struct Policies {
    login: String,
    token: String,
}

impl Policies {
    async fn make(target: &Target) -> Result<Self, NotPassed> {
        Ok(Self {
            login: target.make_login_policy(json!({})).await?,
            token: target.make_token_policy(json!({})).await?,
        })
    }

    fn paths(&self) -> [String; 2] {
        [
            format!("config/loginPolicies/{}", self.login),
            format!("config/tokenPolicies/{}", self.token),
        ]
    }

    fn client(&self, target: &Target, kind: Kind) -> Value {
        let mut client = json!({
            "name": target.name(kind.name()),
            "type": if kind == Kind::Public { "public" } else { "confidential" },
            "tokenPolicy": self.token,
        });
        if kind != Kind::Configuration {
            client["loginPolicy"] = json!(self.login);
            client["redirectURIs"] = json!(["https://client.example.test/callback"]);
        }
        client
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Public,
    Confidential,
    Configuration,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Public, Self::Confidential, Self::Configuration];

    fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Confidential => "confidential",
            Self::Configuration => "configuration",
        }
    }
}

async fn make_client(
    target: &Target,
    policies: &Policies,
    kind: Kind,
) -> Result<String, NotPassed> {
    let client = target.make_client(policies.client(target, kind)).await?;
    Ok(expect::text(&client, "/id")?.to_owned())
}

async fn every_client_is_named(target: &Target) -> Outcome {
    let policies = Policies::make(target).await?;
    let mut clients = Vec::new();
    for kind in Kind::ALL {
        clients.push(make_client(target, &policies, kind).await?);
    }
    // A client of other policies must not be named.
    make_client(target, &Policies::make(target).await?, Kind::Public).await?;
    let [login, token] = policies.paths();
    for (path, dependents) in [(login, &clients[..2]), (token, &clients[..])] {
        let answer = target.administrator().delete(&path).await?;
        let expected = dependents
            .iter()
            .map(|id| format!("/customers/{}/clients/{id}", target.customer()))
            .collect();
        names(&answer, &expected).during(&format!("DELETE of {path}"))?;
    }
    Ok(())
}

/// Requires a refusal whose text is a JSON array of exactly these paths, in any order, each once.
fn names(answer: &Answer, expected: &BTreeSet<String>) -> Result<(), Mismatch> {
    let text = expect::refusal(answer, &[400, 409, 422])?;
    let named: Vec<String> = serde_json::from_str(text.trim()).map_err(|_| {
        Mismatch::new(
            "member /errors",
            [json!("a JSON array of strings, as text")],
            json!(text),
        )
    })?;
    let distinct: BTreeSet<String> = named.iter().cloned().collect();
    if distinct == *expected && named.len() == expected.len() {
        return Ok(());
    }
    Err(Mismatch::new(
        "clients in /errors",
        [json!(expected)],
        json!(named),
    ))
}

async fn policy_stays_until_released(target: &Target) -> Outcome {
    let administrator = target.administrator();
    let (old, new) = (Policies::make(target).await?, Policies::make(target).await?);
    let mut clients = Vec::new();
    for kind in [Kind::Public, Kind::Confidential] {
        clients.push((kind, make_client(target, &old, kind).await?));
    }
    for path in old.paths() {
        let before = administrator.get(&path).await?.json()?;
        let refused = administrator.delete(&path).await?;
        expect::refusal(&refused, &[400, 409, 422]).during(&format!("DELETE of {path} in use"))?;
        let after = administrator.get(&path).await?;
        expect::status(&after, &[200]).during(&format!("GET of {path} after the refusal"))?;
        expect::equal("the policy after the refusal", &before, &after.json()?)?;
    }
    let last = clients.len() - 1;
    for (index, (kind, id)) in clients.iter().enumerate() {
        let change = new.client(target, *kind);
        let answer = administrator
            .put(format!("config/clients/{id}"), change)
            .await?;
        expect::status(&answer, &[200]).during("giving a client other policies")?;
        for path in old.paths() {
            let answer = administrator.delete(&path).await?;
            if index == last {
                expect::status(&answer, &[200, 204])
                    .during(&format!("DELETE of {path} after its last client"))?;
            } else {
                expect::refusal(&answer, &[400, 409, 422])
                    .during(&format!("DELETE of {path} with one client left"))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn answer(text: &str) -> Answer {
        Answer::new(409, HeaderMap::new(), json!({ "errors": text }).to_string())
    }

    #[test]
    fn names_are_compared_as_a_set_each_once() {
        let expected = BTreeSet::from([
            "/customers/c/clients/a".to_owned(),
            "/customers/c/clients/b".to_owned(),
        ]);
        let right = "[\"/customers/c/clients/b\",\"/customers/c/clients/a\"]\n";
        assert!(names(&answer(right), &expected).is_ok());
        for wrong in [
            "[\"/customers/c/clients/a\"]\n",
            "[\"/customers/c/clients/a\", \"/customers/c/clients/b\", \"/customers/c/clients/b\"]\n",
            "/customers/c/clients/a, /customers/c/clients/b",
            "[/customers/c/clients/a, /customers/c/clients/b]",
            "[\"/c/config/clients/a\", \"/c/config/clients/b\"]",
        ] {
            assert!(names(&answer(wrong), &expected).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_array_that_is_not_text_is_a_mismatch() {
        let body = json!({ "errors": ["/customers/c/clients/a"] }).to_string();
        let answer = Answer::new(409, HeaderMap::new(), body);
        assert!(
            names(
                &answer,
                &BTreeSet::from(["/customers/c/clients/a".to_owned()])
            )
            .is_err()
        );
    }
}
