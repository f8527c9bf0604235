//! How a client proves who it is: RFC 6749, 2.3.1.

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

use crate::error::{OAuthCode, OAuthError};
use crate::extract::{AuthorizationField, Form};
use crate::ids::Id;
use crate::secret::SecretDigest;
use crate::store::{Client, Customer, Grant, Store, TokenPolicy};

/// Returns the client that authenticated with its secret, and its token policy.
pub(super) fn confidential_client(
    customer: &Customer,
    field: AuthorizationField<'_>,
    form: &Form,
) -> Result<(Arc<Client>, Arc<TokenPolicy>), OAuthError> {
    let basic = Basic::read(field)?;
    let presented = Presented::read(basic.as_ref(), form)?.ok_or_else(failed)?;
    let found = Id::parse(presented.id).and_then(|id| customer.client_with_policy(id));
    let kept = found
        .as_ref()
        .and_then(|(client, _)| client.secret.as_ref());

    match (&found, kept, presented.secret) {
        (Some(_), None, None) => {
            return Err(OAuthError::new(
                OAuthCode::UnauthorizedClient,
                "a public client cannot do this",
            ));
        }
        (_, _, None) => return Err(failed()),
        _ => {}
    }
    // A client that does not exist, or has no secret, takes as long as a wrong secret.
    let digest = kept.map_or(&SecretDigest::NOBODY, |secret| &secret.digest);
    let is_right = presented.is_right(digest);
    found.filter(|_| is_right).ok_or_else(failed)
}

/// Returns what a client that authenticated with its secret got for the same scopes before; `None` says nothing about it.
///
/// Only opaque tokens are remembered.
pub(super) fn regular(
    store: &Store,
    customer: Id,
    field: AuthorizationField<'_>,
    form: &Form,
) -> Option<Arc<Grant>> {
    let basic = Basic::read(field).ok()?;
    let presented = Presented::read(basic.as_ref(), form).ok()??;
    let requested = form.parameter("scope")?;
    let found = Id::parse(presented.id).and_then(|id| store.regular(customer, id, requested));
    // As above: who is known, and who is not, takes as long.
    let digest = found.as_ref().map(|(digest, _)| digest);
    let is_right = presented.is_right(digest.unwrap_or(&SecretDigest::NOBODY));
    found.filter(|_| is_right).map(|(_, grant)| grant)
}

/// Returns the client that authenticated with its secret, or that has none and says who it is. Its token policy comes
/// along.
pub(super) fn any_client(
    customer: &Customer,
    field: AuthorizationField<'_>,
    form: &Form,
) -> Result<(Arc<Client>, Arc<TokenPolicy>), OAuthError> {
    let basic = Basic::read(field)?;
    let presented = Presented::read(basic.as_ref(), form)?.ok_or_else(failed)?;
    if presented.secret.is_none() {
        return Id::parse(presented.id)
            .and_then(|id| customer.client_with_policy(id))
            .filter(|(client, _)| client.secret.is_none())
            .ok_or_else(failed);
    }
    confidential_client(customer, field, form)
}

/// Wants a client that signs users in: no other has codes or refresh tokens.
pub(super) fn wants_login(client: &Client) -> Result<(), OAuthError> {
    match client.login {
        Some(_) => Ok(()),
        None => Err(OAuthError::new(
            OAuthCode::UnauthorizedClient,
            "a client without a login policy cannot use this grant",
        )),
    }
}

/// Wants a client that authenticates with its secret. One that has none is refused like a wrong secret.
pub(super) fn secret_holder(
    customer: &Customer,
    field: AuthorizationField<'_>,
    form: &Form,
) -> Result<(), OAuthError> {
    match confidential_client(customer, field, form) {
        Err(error) if error.is(OAuthCode::UnauthorizedClient) => Err(failed()),
        other => other.map(drop),
    }
}

/// What a client presents: its id, and its secret if it has one.
struct Presented<'a> {
    id: &'a str,
    secret: Option<&'a str>,
    is_basic: bool,
}

impl<'a> Presented<'a> {
    /// Reads the header, or else the form; `None` if nobody says who he is.
    fn read(basic: Option<&'a Basic>, form: &'a Form) -> Result<Option<Self>, OAuthError> {
        let Some((id, secret)) = basic.map(Basic::parts) else {
            return Ok(form.parameter("client_id").map(|id| Self {
                id,
                secret: form.parameter("client_secret"),
                is_basic: false,
            }));
        };
        if form.parameter("client_secret").is_some() {
            return Err(invalid("the client authenticates in more than one way"));
        }
        if form.parameter("client_id").is_some_and(|other| other != id) {
            return Err(invalid(
                "client_id differs from the one in the authorization header",
            ));
        }
        Ok(Some(Self {
            id,
            secret: Some(secret),
            is_basic: true,
        }))
    }

    /// Compares the secret as it was presented, and, if it came by Basic, as RFC 6749 wants it decoded: clients that
    /// encode it and clients that do not are both about.
    fn is_right(&self, digest: &SecretDigest) -> bool {
        let Some(secret) = self.secret else {
            return false;
        };
        if digest.matches(secret) {
            return true;
        }
        self.is_basic && form_decoded(secret).is_some_and(|decoded| digest.matches(&decoded))
    }
}

/// Undoes the form encoding of a text that has some.
fn form_decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return None;
    }
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced)
        .decode_utf8()
        .ok()
        .map(|decoded| Cow::Owned(decoded.into_owned()))
}

/// The credentials of the one `Authorization: Basic` field.
struct Basic {
    /// Id and secret, with a colon between them.
    decoded: String,
    colon: usize,
    /// The id as it was meant, where it was sent in another form.
    id: Option<String>,
}

impl Basic {
    /// Reads the field. A bearer token, which the documentation's sample has there, is none of a client's credentials and
    /// means nothing.
    fn read(field: AuthorizationField<'_>) -> Result<Option<Self>, OAuthError> {
        let field = match field {
            AuthorizationField::Absent => return Ok(None),
            AuthorizationField::Several => {
                return Err(invalid("more than one authorization header"));
            }
            AuthorizationField::Unreadable => return Err(failed()),
            AuthorizationField::One(field) => field,
        };
        let (scheme, credentials) = field.split_once(' ').unwrap_or((field, ""));
        if scheme.eq_ignore_ascii_case("bearer") {
            return Ok(None);
        }
        let decoded = Some(credentials)
            .filter(|_| scheme.eq_ignore_ascii_case("basic"))
            .and_then(|credentials| STANDARD.decode(credentials.trim_matches(' ')).ok())
            .and_then(|credentials| String::from_utf8(credentials).ok())
            .ok_or_else(failed)?;
        let colon = decoded.find(':').ok_or_else(failed)?;
        // Some clients encode the hyphens, too; no id has anything in it that decoding would change.
        let id = form_decoded(&decoded[..colon]).map(Cow::into_owned);
        Ok(Some(Self { decoded, colon, id }))
    }

    /// Returns id and secret.
    fn parts(&self) -> (&str, &str) {
        let id = self.id.as_deref();
        let id = id.unwrap_or(&self.decoded[..self.colon]);
        (id, &self.decoded[self.colon + 1..])
    }
}

fn failed() -> OAuthError {
    OAuthError::new(OAuthCode::InvalidClient, "client authentication failed")
}

fn invalid(description: &str) -> OAuthError {
    OAuthError::new(OAuthCode::InvalidRequest, description)
}
