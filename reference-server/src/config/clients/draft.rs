//! What the body of a client says.

use super::redirect_uri;
use crate::extract::{Member, MemberError, Members};
use crate::ids::Id;
use crate::store::{Client, Records, UnknownPolicy};

/// A client without what the server adds. Other members are ignored.
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) redirect_uris: Vec<String>,
    pub(super) post_logout_redirect_uris: Vec<String>,
    pub(super) login_policy: Option<Id>,
    pub(super) token_policy: Id,
    pub(super) kind: Kind,
}

/// The value of `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Public,
    Confidential,
}

impl Kind {
    pub(super) fn of(client: &Client) -> Self {
        match client.secret {
            Some(_) => Self::Confidential,
            None => Self::Public,
        }
    }
}

/// Reads a whole client: a new one, or one to put in the place of the present one.
///
/// What kind of client it is decides which members there must be. A present client stays what it is: it keeps its
/// type, and it remains with or without a login policy.
pub(super) fn read(members: &Members<'_>, present: Option<&Client>) -> Result<Draft, MemberError> {
    let kind = members.optional("type").map(kind).transpose()?;
    let is_login_client = match present {
        Some(present) => present.login.is_some(),
        None => kind == Some(Kind::Public) || members.optional("loginPolicy").is_some(),
    };
    let name = members.required("name")?.filled_text()?;
    let redirect_uris = redirect_uris(members, is_login_client)?;
    let post_logout_redirect_uris = post_logout_redirect_uris(members, is_login_client)?;
    let login_policy = if is_login_client {
        Some(reference(members.required("loginPolicy")?)?)
    } else if let Some(member) = members.optional("loginPolicy") {
        return Err(member.bad_value("a configuration client has no login policy"));
    } else {
        None
    };
    let token_policy = reference(members.required("tokenPolicy")?)?;
    let type_member = members.required("type")?;
    let kind = self::kind(members.required("type")?)?;
    if present.is_some_and(|present| Kind::of(present) != kind) {
        return Err(type_member.bad_value("the type of a client cannot be changed"));
    }
    Ok(Draft {
        name,
        redirect_uris,
        post_logout_redirect_uris,
        login_policy,
        token_policy,
        kind,
    })
}

impl Draft {
    /// Checks that the policies exist.
    pub(super) fn check_references(&self, records: &Records) -> Result<(), UnknownPolicy> {
        if self
            .login_policy
            .is_some_and(|id| !records.login_policies.contains_key(&id))
        {
            return Err(UnknownPolicy("loginPolicy"));
        }
        if !records.token_policies.contains_key(&self.token_policy) {
            return Err(UnknownPolicy("tokenPolicy"));
        }
        Ok(())
    }
}

fn kind(member: Member<'_>) -> Result<Kind, MemberError> {
    if member.is_text("public") {
        return Ok(Kind::Public);
    }
    if member.is_text("confidential") {
        return Ok(Kind::Confidential);
    }
    Err(member
        .bad_value("value is not a valid enumeration member; permitted: 'public', 'confidential'"))
}

/// Reads the id of a policy. Whether there is one is seen when the client is stored.
fn reference(member: Member<'_>) -> Result<Id, MemberError> {
    match member.as_text().map(Id::parse) {
        Some(Some(id)) => Ok(id),
        Some(None) => Err(member.bad_value("no policy has this id")),
        None => Err(member.bad_value("str type expected")),
    }
}

fn redirect_uris(members: &Members<'_>, is_login_client: bool) -> Result<Vec<String>, MemberError> {
    let Some(member) = members.optional("redirectURIs") else {
        if is_login_client {
            members.required("redirectURIs")?;
        }
        return Ok(Vec::new());
    };
    let uris = uris(member)?;
    if is_login_client && uris.is_empty() {
        return Err(MemberError::bad_value(
            "redirectURIs",
            "ensure this value has at least 1 items",
        ));
    }
    Ok(uris)
}

/// Reads where users may be sent after they signed out. Nobody signs in with a configuration client, so there it means nothing.
fn post_logout_redirect_uris(
    members: &Members<'_>,
    is_login_client: bool,
) -> Result<Vec<String>, MemberError> {
    match members.optional("postLogoutRedirectURIs") {
        Some(member) if is_login_client => uris(member),
        _ => Ok(Vec::new()),
    }
}

fn uris(member: Member<'_>) -> Result<Vec<String>, MemberError> {
    member.list()?.into_iter().map(redirect_uri::read).collect()
}
