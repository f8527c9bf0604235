//! How a client proves who it is: RFC 6749, 2.3.1.

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use percent_encoding::percent_decode_str;

use crate::error::{OAuthCode, OAuthError};
use crate::extract::Form;
use crate::ids::Id;
use crate::secret::SecretDigest;
use crate::store::{Client, Customer, TokenPolicy};

/// Returns the client that authenticated with its secret, and its token policy.
pub(super) fn confidential_client(
    customer: &Customer,
    headers: &HeaderMap,
    form: &Form,
) -> Result<(Arc<Client>, Arc<TokenPolicy>), OAuthError> {
    let basic = basic(headers)?;
    let presented = match &basic {
        Some((id, secret)) => {
            if form.parameter("client_secret").is_some() {
                return Err(invalid("the client authenticates in more than one way"));
            }
            if form.parameter("client_id").is_some_and(|other| other != id) {
                return Err(invalid(
                    "client_id differs from the one in the authorization header",
                ));
            }
            Some((id.as_str(), Some(secret.as_str())))
        }
        None => form
            .parameter("client_id")
            .map(|id| (id, form.parameter("client_secret"))),
    };
    let (id, secret) = presented.ok_or_else(failed)?;
    let found = Id::parse(id).and_then(|id| customer.client_with_policy(id));
    let kept = found
        .as_ref()
        .and_then(|(client, _)| client.secret.as_ref());

    match (&found, kept, secret) {
        (Some(_), None, None) => {
            return Err(OAuthError::new(
                OAuthCode::UnauthorizedClient,
                "a public client cannot use this grant",
            ));
        }
        (_, _, None) => return Err(failed()),
        _ => {}
    }
    // A client that does not exist, or has no secret, takes as long as a wrong secret.
    let digest = kept.map_or(&SecretDigest::NOBODY, |secret| &secret.digest);
    let is_right = secret.is_some_and(|secret| is_right(digest, secret, basic.is_some()));
    found.filter(|_| is_right).ok_or_else(failed)
}

/// Compares a secret as it was presented, and, if it came by Basic, as RFC 6749 wants it decoded: clients that encode
/// it and clients that do not are both about.
fn is_right(digest: &SecretDigest, presented: &str, is_basic: bool) -> bool {
    if digest.matches(presented) {
        return true;
    }
    is_basic && form_decoded(presented).is_some_and(|decoded| digest.matches(&decoded))
}

/// Undoes the form encoding of a text that has some.
fn form_decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains(['%', '+']) {
        return None;
    }
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced)
        .decode_utf8()
        .ok()
        .map(|decoded| Cow::Owned(decoded.into_owned()))
}

/// Returns the id and secret of the one `Authorization: Basic` field.
fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, OAuthError> {
    let mut fields = headers.get_all(header::AUTHORIZATION).iter();
    let Some(field) = fields.next() else {
        return Ok(None);
    };
    if fields.next().is_some() {
        return Err(invalid("more than one authorization header"));
    }
    let credentials = field
        .to_str()
        .ok()
        .and_then(|field| field.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))
        .and_then(|(_, credentials)| STANDARD.decode(credentials.trim_matches(' ')).ok())
        .and_then(|credentials| String::from_utf8(credentials).ok())
        .ok_or_else(failed)?;
    let (id, secret) = credentials.split_once(':').ok_or_else(failed)?;
    Ok(Some((id.to_owned(), secret.to_owned())))
}

fn failed() -> OAuthError {
    OAuthError::new(OAuthCode::InvalidClient, "client authentication failed")
}

fn invalid(description: &str) -> OAuthError {
    OAuthError::new(OAuthCode::InvalidRequest, description)
}
