//! What the body of a login policy says.

use std::collections::BTreeMap;

use super::login_url;
use crate::extract::{Member, MemberError, Members};
use crate::store::{ConnectionDetails, CustomClaims, IdentityStore};

/// A login policy without what the server adds. Other members are ignored.
pub(super) struct Draft {
    pub(super) identity_store: IdentityStore,
    pub(super) login_url: String,
    pub(super) title: String,
    pub(super) custom_claims: Option<CustomClaims>,
}

pub(super) fn read(members: &Members<'_>) -> Result<Draft, MemberError> {
    Ok(Draft {
        identity_store: identity_store(&members.required("identityStoreDetails")?.object()?)?,
        login_url: login_url::read(members.required("loginURL")?)?,
        title: members.required("title")?.filled_text()?,
        custom_claims: members
            .optional("customClaims")
            .map(custom_claims)
            .transpose()?,
    })
}

fn identity_store(members: &Members<'_>) -> Result<IdentityStore, MemberError> {
    let kind = members.required("type")?;
    if members.required("type")?.text()? != IdentityStore::KIND {
        return Err(kind.bad_value(format!(
            "unexpected value; permitted: '{}'",
            IdentityStore::KIND
        )));
    }
    let connection = members.required("connectionDetails")?.object()?;
    let text = |name| connection.required(name)?.filled_text();
    Ok(IdentityStore {
        kind: IdentityStore::KIND,
        connection_details: ConnectionDetails {
            domain: domain(&connection)?,
            application_id: text("applicationId")?,
            entity_type: text("entityType")?,
            client_id: text("clientId")?,
            client_secret: text("clientSecret")?,
        },
    })
}

/// Reads a host name. It has no scheme, and so neither a colon nor a slash.
fn domain(members: &Members<'_>) -> Result<String, MemberError> {
    let domain = members.required("domain")?.filled_text()?;
    if domain.contains([':', '/']) {
        let member = members.required("domain")?;
        return Err(member.bad_value("host name expected, without a scheme"));
    }
    Ok(domain)
}

fn custom_claims(member: Member<'_>) -> Result<CustomClaims, MemberError> {
    let members = member.object()?;
    if let Some((_, other)) = members
        .each()
        .find(|(name, _)| !matches!(*name, "id_token" | "userinfo"))
    {
        return Err(other.bad_value("extra fields not permitted"));
    }
    let claims = |name| members.optional(name).map(attributes).transpose();
    Ok(CustomClaims {
        id_token: claims("id_token")?,
        userinfo: claims("userinfo")?,
    })
}

fn attributes(member: Member<'_>) -> Result<BTreeMap<String, String>, MemberError> {
    member
        .object()?
        .each()
        .map(|(claim, attribute)| Ok((claim.to_owned(), attribute.text()?)))
        .collect()
}
