//! Calls that show whether they were allowed, and change nothing.
//!
//! | call | allowed | refused |
//! |---|---|---|
//! | GET | 200 | 403 |
//! | POST or PUT of `{}` | 400 or 422: the body is refused, after the scope was not | 403 |
//! | PUT of `{}` on a setting of a login policy | also 200: the body is not documented | 403 |
//! | DELETE of a policy that a client uses | 409, as is inferred; 400 or 422 say as well that something else refused it | 403 |
//! | DELETE of a client that does not exist | 404 | 403, or 404 by the reading `foreign-item-status` |
//! | POST on the secret of a client of the check's own | 201 | 403 |

use fixtures::decisions::{Decision, Method};
use http::Method as HttpMethod;
use serde_json::json;

use crate::{
    chance, expect,
    http::{Answer, Request},
    target::Target,
    verdict::NotPassed,
};

/// The two items of each collection that the rows call `{a}` and `{b}`.
pub(super) struct Ground {
    clients: [String; 2],
    login_policies: [String; 2],
    token_policies: [String; 2],
    /// Ids of clients that do not exist.
    nobody: [String; 2],
}

impl Ground {
    /// Makes two login clients, each with policies of its own.
    pub(super) async fn prepare(target: &Target) -> Result<Self, NotPassed> {
        let a = login_client(target, "a").await?;
        let b = login_client(target, "b").await?;
        Ok(Self {
            clients: [a.client, b.client],
            login_policies: [a.login_policy, b.login_policy],
            token_policies: [a.token_policy, b.token_policy],
            nobody: [chance::id().to_string(), chance::id().to_string()],
        })
    }

    /// Returns the items that a probe means.
    pub(super) fn items(&self, probe: Probe) -> (&str, &str) {
        let [a, b] = match (probe.collection, probe.kind) {
            (Collection::Clients, Kind::Delete) => &self.nobody,
            (Collection::Clients, _) => &self.clients,
            (Collection::LoginPolicies, _) => &self.login_policies,
            (Collection::TokenPolicies, _) => &self.token_policies,
        };
        (a, b)
    }
}

struct LoginClient {
    client: String,
    login_policy: String,
    token_policy: String,
}

async fn login_client(target: &Target, name: &str) -> Result<LoginClient, NotPassed> {
    let login_policy = target.make_login_policy(json!({})).await?;
    let token_policy = target.make_token_policy(json!({})).await?;
    let client = target
        .make_client(json!({
            "name": target.name(name),
            "type": "confidential",
            "redirectURIs": ["https://client.example.test/callback"],
            "loginPolicy": login_policy,
            "tokenPolicy": token_policy,
        }))
        .await?;
    let client = expect::text(&client, "/id")?.to_owned();
    Ok(LoginClient {
        client,
        login_policy,
        token_policy,
    })
}

/// How a row is put to a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Probe {
    method: Method,
    collection: Collection,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Collection {
    Clients,
    LoginPolicies,
    TokenPolicies,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Read,
    ReadSecret,
    EmptyBody,
    EmptySetting,
    Delete,
    ResetSecret,
}

/// What an answer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Observation {
    Allowed,
    Refused,
    /// The target does not have the operation, so nothing shows.
    Hidden,
    /// 404 for an item that does not exist.
    Ambiguous,
    /// A status that says neither.
    Unexpected(u16),
}

impl Probe {
    /// Returns how to put a row to a target; nothing when there is no such operation.
    pub(super) fn of(row: &Decision) -> Option<Self> {
        let mut segments = row.path_template().strip_prefix("config/")?.split('/');
        let collection = match segments.next()? {
            "clients" => Collection::Clients,
            "loginPolicies" => Collection::LoginPolicies,
            "tokenPolicies" => Collection::TokenPolicies,
            _ => return None,
        };
        let (item, below) = (segments.next(), segments.next());
        let kind = match (row.method(), collection, item, below) {
            (Method::Get, _, _, None) => Kind::Read,
            (Method::Post, _, None, None) | (Method::Put, _, Some(_), None) => Kind::EmptyBody,
            (Method::Delete, _, Some(_), None) => Kind::Delete,
            (Method::Get, Collection::Clients, _, Some("secret")) => Kind::ReadSecret,
            (Method::Post, Collection::Clients, _, Some("secret")) => Kind::ResetSecret,
            (method, Collection::LoginPolicies, _, Some("pushClaims" | "allowedResponseTypes")) => {
                match method {
                    Method::Get => Kind::Read,
                    Method::Put => Kind::EmptySetting,
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some(Self {
            method: row.method(),
            collection,
            kind,
        })
    }

    /// Returns the request; `path` is below the customer.
    pub(super) fn request(self, path: &str) -> Request {
        let method = match self.method {
            Method::Get => HttpMethod::GET,
            Method::Post => HttpMethod::POST,
            Method::Put => HttpMethod::PUT,
            Method::Patch => HttpMethod::PATCH,
            Method::Delete => HttpMethod::DELETE,
        };
        let request = Request::new(method, path);
        match self.kind {
            Kind::EmptyBody | Kind::EmptySetting => request.json(json!({})),
            Kind::Read | Kind::ReadSecret | Kind::Delete | Kind::ResetSecret => request,
        }
    }

    /// Returns the statuses that show that a call was allowed, or was not.
    pub(super) fn statuses(self, allowed: bool) -> &'static [u16] {
        match (allowed, self.kind, self.collection) {
            (false, ..) => &[403],
            (true, Kind::Read | Kind::ReadSecret, _) => &[200],
            (true, Kind::EmptyBody, _) => &[400, 422],
            (true, Kind::EmptySetting, _) => &[400, 422, 200],
            (true, Kind::Delete, Collection::Clients) => &[404],
            (true, Kind::Delete, _) => &[409, 400, 422],
            (true, Kind::ResetSecret, _) => &[201, 200],
        }
    }

    /// Returns what an answer shows.
    pub(super) fn observe(self, answer: &Answer) -> Observation {
        match (answer.status(), self.kind, self.collection) {
            (403, ..) => Observation::Refused,
            (404, Kind::Delete, Collection::Clients) => Observation::Ambiguous,
            (405, Kind::ReadSecret | Kind::ResetSecret, _) => Observation::Hidden,
            (status, ..) if self.statuses(true).contains(&status) => Observation::Allowed,
            (status, ..) => Observation::Unexpected(status),
        }
    }
}
