//! What the token of a request may do, decided in another way than its scopes say.

use std::sync::Arc;
use std::time::Duration;

use scope_lang::{Method, Readings, Scope, ScopeSet, naive};

use super::answer::Answer;
use super::asked::Asked;
use super::jwt;
use crate::app::App;
use crate::ids::Id;
use crate::path;
use crate::store::Grant;

/// Whether a token may do something.
pub(super) struct Question {
    /// The scopes of the token, in their order.
    scopes: Vec<String>,
    pub(super) method: Method,
    /// What follows the customer in the path.
    pub(super) path: String,
    readings: Readings,
}

impl Question {
    /// Returns the scopes of the token, in their order.
    pub(super) fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scopes.iter().map(String::as_str)
    }

    /// Returns what the scopes say.
    pub(super) fn is_allowed(&self) -> bool {
        self.is_allowed_by(self.scopes())
    }

    /// Returns what these scopes say, as if they were those of the token.
    pub(super) fn is_allowed_by<'a>(&self, scopes: impl IntoIterator<Item = &'a str>) -> bool {
        let scopes: Vec<Scope> = scopes
            .into_iter()
            .filter_map(|scope| scope.parse().ok())
            .collect();
        ScopeSet::compile(&scopes, self.readings)
            .decide(self.method, &self.path)
            .allowed()
    }

    /// Returns what the scopes say if each is another one, or none.
    pub(super) fn is_allowed_with(&self, change: impl Fn(&str) -> Option<String>) -> bool {
        let scopes: Vec<String> = self.scopes().filter_map(change).collect();
        self.is_allowed_by(scopes.iter().map(String::as_str))
    }

    /// Returns those scopes that speak of the path.
    pub(super) fn covering(&self) -> impl Iterator<Item = &str> {
        self.scopes().filter(|scope| {
            scope
                .parse::<Scope>()
                .is_ok_and(|scope| naive::covers(scope.resource(), self.readings, &self.path))
        })
    }

    /// Returns whether a scope with this behaviour speaks of the path.
    pub(super) fn is_met_by(&self, behaviour: char) -> bool {
        self.covering().any(|scope| scope.starts_with(behaviour))
    }

    /// Returns whether the path names a collection.
    pub(super) fn is_collection(&self) -> bool {
        self.path.split('/').count() == 2
    }

    /// Returns whether the path names an item.
    pub(super) fn is_item(&self) -> bool {
        self.path.split('/').count() == 3
    }
}

/// Decides anew what the token of a request may do below `config`: the handlers see a token that may do all, or nothing.
pub(super) fn decide(app: &App, asked: &mut Asked, verdict: impl FnOnce(&Question) -> bool) {
    if asked.is_below("config") {
        decide_on(app, asked, asked.resource().to_owned(), verdict);
    }
}

/// Decides anew what the token of a request may do below `webhooks`.
pub(super) fn decide_on_webhooks(
    app: &App,
    asked: &mut Asked,
    verdict: impl FnOnce(&Question) -> bool,
) {
    if asked.is_below("webhooks") {
        decide_on(app, asked, asked.guarded(), verdict);
    }
}

fn decide_on(app: &App, asked: &mut Asked, path: String, verdict: impl FnOnce(&Question) -> bool) {
    let (Some(grant), Some(method)) = (holder(app, asked), Method::parse(asked.method.as_str()))
    else {
        return;
    };
    let question = Question {
        scopes: grant.scope().split(' ').map(str::to_owned).collect(),
        method,
        path,
        readings: app.settings().readings.of_scopes(),
    };
    let is_allowed = verdict(&question);
    if is_allowed != question.is_allowed() {
        let scope = if is_allowed { EVERYTHING } else { "" };
        hold(app, asked, grant.customer(), grant.client(), scope);
    }
}

/// Takes a path for another one, and decides by its text as it was sent: what the scopes say of that text is not what
/// they say of what is found there.
pub(super) fn respell(app: &App, asked: &mut Asked, respell: impl FnOnce(&str) -> String) {
    let sent = asked.sent_path().to_owned();
    let plain = respell(&sent);
    let uri = match (path::plain(&plain), plain.parse()) {
        (Some(_), Ok(uri)) if plain != sent => uri,
        _ => return,
    };
    asked.set_uri(uri);
    let said = sent.trim_start_matches('/').split_once('/');
    let (Some(grant), Some(method), Some((_, said))) = (
        holder(app, asked),
        Method::parse(asked.method.as_str()),
        said,
    ) else {
        return;
    };
    let scope = if grant.rights().decide(method, said).allowed() {
        EVERYTHING
    } else {
        ""
    };
    hold(app, asked, grant.customer(), grant.client(), scope);
}

/// The scope that opens all there is.
pub(super) const EVERYTHING: &str = "*:**";

/// Returns what the token of a request stands for, if it is one of the customer's and of no user.
pub(super) fn holder(app: &App, asked: &Asked) -> Option<Arc<Grant>> {
    let grant = app
        .store()
        .tokens()
        .find(asked.bearer()?, app.clock().now())?;
    (grant.authorization().is_none() && Some(grant.customer()) == asked.customer()).then_some(grant)
}

/// Sends a token with this scope along with a request.
pub(super) fn hold(app: &App, asked: &mut Asked, customer: Id, client: Id, scope: &str) {
    let token = app.ids().token().reveal().to_owned();
    let grant = Grant::new(
        customer,
        client,
        scope,
        60,
        app.settings().readings.of_scopes(),
    );
    let now = app.clock().now();
    let end = now + Duration::from_secs(60);
    app.store().tokens().add(&token, Arc::new(grant), now, end);
    asked.set_bearer(&token);
}

/// What was asked for and what came of it, where a client was issued a token for itself.
pub(super) struct Issue {
    /// The scopes that were asked for.
    pub(super) wanted: Vec<String>,
    /// Those that were granted.
    pub(super) granted: Vec<String>,
    /// Those that the token policy of the client lists.
    pub(super) listed: Vec<String>,
}

/// Grants other scopes than the handlers did: the answer says so, and the token opens what they do.
pub(super) fn grant(
    app: &App,
    asked: &Asked,
    answer: &mut Answer,
    choose: impl FnOnce(Issue) -> Vec<String>,
) {
    let Some(token) =
        jwt::handed_out(answer, "access_token").filter(|_| asked.is_grant("client_credentials"))
    else {
        return;
    };
    let now = app.clock().now();
    let Some((given, end)) = app.store().tokens().find_with_end(&token, now) else {
        return;
    };
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    let customer = app.store().customer(given.customer());
    let policy = customer.and_then(|customer| customer.client_with_policy(given.client()));
    let chosen = choose(Issue {
        wanted: words(&asked.form("scope").unwrap_or_default()),
        granted: words(given.scope()),
        listed: policy.map_or_else(Vec::new, |(_, policy)| policy.allowed_scopes().to_vec()),
    });
    let scope = chosen.join(" ");
    let lifetime = u32::try_from(given.lifetime().as_secs()).unwrap_or(u32::MAX);
    let readings = app.settings().readings.of_scopes();
    let other = Grant::new(given.customer(), given.client(), &scope, lifetime, readings);
    app.store().tokens().add(&token, Arc::new(other), now, end);
    answer.replace("scope", scope);
}
