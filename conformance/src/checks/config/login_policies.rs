//! Login policies: what can change, member by member, and what cannot.

use serde_json::{Value, json};

use crate::{
    check::{Check, Effects, Need, Run},
    expect,
    target::{Target, objects::identity_store_details},
    verdict::{During as _, NotPassed, Outcome},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "config.login-policies.identity-store-is-fixed",
        title: "No member of the identity store can be changed, and the refusal says so",
        cites: &["login-policy-store-fixed", "login-policy-store-fixed-text"],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(identity_store_is_fixed(target))),
    },
    Check {
        id: "config.login-policies.the-rest-changes",
        title: "Title, login page and custom claims change together and alone, and nothing else does",
        cites: &[
            "login-policy-title-changes",
            "login-policy-login-url-changes",
            "login-policy-claims-change",
        ],
        effects: Effects::Creates,
        needs: &[Need::ConfigurationClient],
        run: Run::Function(|target| Box::pin(the_rest_changes(target))),
    },
];

const COLLECTION: &str = "config/loginPolicies";

/// The members of `identityStoreDetails.connectionDetails`.
const CONNECTION_DETAILS: [&str; 5] = [
    "domain",
    "applicationId",
    "clientId",
    "clientSecret",
    "entityType",
];

async fn identity_store_is_fixed(target: &Target) -> Outcome {
    let policy = Policy::make(target, json!({})).await?;
    let mut changes: Vec<(String, Value)> = Vec::new();
    for detail in CONNECTION_DETAILS {
        let mut store = identity_store_details();
        store["connectionDetails"][detail] = json!("another");
        changes.push((format!("another {detail}"), store));
    }
    let mut capitals = identity_store_details();
    capitals["connectionDetails"]["entityType"] = json!("User");
    changes.push(("entityType in other capitals".to_owned(), capitals));
    for (what, store) in changes {
        let mut sent = policy.shown(target).await?;
        sent["identityStoreDetails"] = store;
        // The refusal covers the whole of the modification.
        sent["title"] = json!(target.name("changed"));
        policy
            .refuses(target, sent, "identityStoreDetails cannot be changed")
            .await
            .during(&what)?;
    }
    Ok(())
}

/// A login policy that the check made.
struct Policy {
    id: String,
}

impl Policy {
    async fn make(target: &Target, members: Value) -> Result<Self, NotPassed> {
        Ok(Self {
            id: target.make_login_policy(members).await?,
        })
    }

    fn path(&self) -> String {
        format!("{COLLECTION}/{}", self.id)
    }

    async fn shown(&self, target: &Target) -> Result<Value, NotPassed> {
        let answer = target.administrator().get(self.path()).await?;
        expect::status(&answer, &[200]).during("GET of the policy")?;
        Ok(answer.json()?)
    }

    async fn modify(&self, target: &Target, sent: Value) -> Outcome {
        let answer = target.administrator().put(self.path(), sent).await?;
        Ok(expect::status(&answer, &[200])
            .map(drop)
            .during("PUT of the policy")?)
    }

    /// Requires that a modification is refused with a text and leaves everything as it was.
    async fn refuses(&self, target: &Target, sent: Value, text: &str) -> Outcome {
        let before = self.shown(target).await?;
        let answer = target.administrator().put(self.path(), sent).await?;
        expect::errors(&answer, &[400, 422], text)?;
        let after = self.shown(target).await?;
        Ok(expect::equal(
            "the policy after the refusal",
            &before,
            &after,
        )?)
    }
}

async fn the_rest_changes(target: &Target) -> Outcome {
    let policy = Policy::make(target, json!({})).await?;
    let changes = [
        json!({ "title": target.name("renamed") }),
        json!({ "loginURL": "http://localhost/login" }),
        json!({ "customClaims": { "userinfo": { "zip": "primaryAddress.zip" } } }),
        json!({
            "title": target.name("renamed again"),
            "loginURL": "https://login.example.test/auth-ui/v2/login",
            "customClaims": { "id_token": { "since": "created" }, "userinfo": { "display_name": "displayName" } },
        }),
    ];
    for change in changes {
        let mut expected = policy.shown(target).await?;
        for (member, value) in change.as_object().into_iter().flatten() {
            expected[member] = value.clone();
        }
        policy.modify(target, expected.clone()).await?;
        let shown = policy.shown(target).await?;
        expect::equal(&format!("the policy after {change}"), &expected, &shown)?;
    }
    Ok(())
}
