//! A code with everything that its exchange takes, and refresh tokens.

use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::Barrier;

use super::advertised;
use crate::{
    checks::form::Form,
    expect,
    http::Answer,
    relying_party::{AuthorizationRequest, LoginClient, Tokens, Verified},
    secret::Secret,
    target::Target,
    verdict::{During as _, Mismatch, NotPassed, Skip},
};

/// How many bring the same thing at the same time.
const RIVALS: usize = 8;

/// A code that nobody has exchanged yet.
#[derive(Debug, Clone)]
pub(super) struct Granted {
    /// Whose it is.
    pub(super) client: LoginClient,
    /// What it was asked for with.
    pub(super) request: AuthorizationRequest,
    /// The code.
    pub(super) code: Secret,
}

impl Granted {
    /// Signs the user in, and returns the code that came of it.
    pub(super) async fn to(target: &Target, client: LoginClient) -> Result<Self, NotPassed> {
        let request = target.authorization_request(&client, &target.endpoints().await?);
        Self::by(target, client, request).await
    }

    /// Signs the user in with a request of the check's own.
    pub(super) async fn by(
        target: &Target,
        client: LoginClient,
        request: AuthorizationRequest,
    ) -> Result<Self, NotPassed> {
        let code = target.browser().sign_in(&request).await?.code()?;
        Ok(Self {
            client,
            request,
            code,
        })
    }

    /// Returns the form that exchanges it.
    pub(super) fn form(&self) -> Form {
        Form::of_code(&self.request, &self.code)
    }

    /// Exchanges it.
    pub(super) async fn exchange(&self, target: &Target) -> Result<Tokens, NotPassed> {
        target
            .exchange(&self.client, &self.request, &self.code)
            .await
    }

    /// Sends a form in the name of its client.
    pub(super) async fn send(&self, target: &Target, form: &Form) -> Result<Answer, NotPassed> {
        target.request_tokens(&self.client, &form.pairs()).await
    }
}

/// What came of a sign-in, with the ID token's signature verified and nothing else looked at.
pub(super) struct SignedIn {
    pub(super) granted: Granted,
    pub(super) tokens: Tokens,
    pub(super) id_token: Verified,
}

/// Signs the user in, exchanges the code, and verifies the signature of the ID token.
pub(super) async fn signed_in(target: &Target) -> Result<SignedIn, NotPassed> {
    let granted = Granted::to(target, target.any_login_client()?).await?;
    let tokens = granted.exchange(target).await?;
    let id_token = target
        .jwks()
        .await?
        .verify(&tokens.id()?)
        .during("ID token")?;
    Ok(SignedIn {
        granted,
        tokens,
        id_token,
    })
}

/// Signs the user in so that a refresh token comes of it, and returns that beside the rest.
///
/// Where the issuer has a scope for it, it is asked for, and the user is asked to agree: without that, an issuer must not give
/// one (OpenID Connect Core section 11).
pub(super) async fn refreshable(
    target: &Target,
    client: &LoginClient,
    scope: &str,
) -> Result<(Tokens, Secret), NotPassed> {
    let endpoints = target.endpoints().await?;
    let request = target.authorization_request(client, &endpoints);
    let request = if advertised::has_scope(&endpoints, "offline_access") {
        let scope = format!("{scope} offline_access");
        request.scope(&scope).with("prompt", "consent")
    } else {
        request.scope(scope)
    };
    let granted = Granted::by(target, client.clone(), request).await?;
    let tokens = granted.exchange(target).await?;
    if tokens.body.get("refresh_token").is_none() {
        return Err(Skip::because("the issuer gives no refresh token").into());
    }
    let refresh = tokens.refresh()?;
    Ok((tokens, refresh))
}

/// Sends a form several times at once, each waiting for the others before it goes out; and returns how many got tokens.
pub(super) async fn race(
    target: &Target,
    client: &LoginClient,
    form: &Form,
) -> Result<usize, NotPassed> {
    let endpoint = target.endpoints().await?.token;
    let barrier = Barrier::new(RIVALS);
    let rivals = (0..RIVALS).map(|_| async {
        barrier.wait().await;
        target.post_as(client, &endpoint, &form.pairs()).await
    });
    let mut winners = 0;
    for answer in join_all(rivals).await {
        let answer = answer?;
        if answer.status() == 200 {
            winners += 1;
        } else {
            expect::oauth_error(&answer, &[400], &["invalid_grant"])
                .during("one of several at once")?;
        }
    }
    Ok(winners)
}

/// Requires that of several at once at most one got tokens.
pub(super) fn one_winner_or_none(winners: usize) -> Result<(), Mismatch> {
    expect::one_of(
        &format!("tokens for {RIVALS} at once"),
        &[json!(1), json!(0)],
        &json!(winners),
    )
}

/// Returns texts that are nearly a good one, and some that are nothing of the kind; each with what is wrong with it.
pub(super) fn near_misses(good: &Secret) -> Vec<(&'static str, String)> {
    let good = good.expose();
    let shorter: String = good.chars().skip(1).collect();
    vec![
        ("one character is another", changed(good)),
        ("the first character is missing", shorter),
        ("there is one character more", format!("{good}A")),
        ("it is no more than one character", "x".to_owned()),
        ("it is in no alphabet", "!!! \u{e9} %00 \" \\ ".to_owned()),
        ("it is a path", "../../../token".to_owned()),
        ("it is very long", "a".repeat(4_000)),
    ]
}

/// Returns a text with another character in the middle. The last one of an encoding may have bits that mean nothing.
pub(super) fn changed(text: &str) -> String {
    let middle = text.chars().count() / 2;
    let other = |letter: char| if letter == 'A' { 'B' } else { 'A' };
    text.chars()
        .enumerate()
        .map(|(place, letter)| {
            if place == middle {
                other(letter)
            } else {
                letter
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_near_miss_is_a_hit() {
        for good in ["AAAA", "abc-def_123", "BBBBB"] {
            for (what, miss) in near_misses(&Secret::new(good)) {
                assert_ne!(miss, good, "{what}");
            }
            assert_eq!(changed(good).len(), good.len());
        }
    }

    #[test]
    fn two_winners_are_one_too_many() {
        assert!(one_winner_or_none(0).is_ok() && one_winner_or_none(1).is_ok());
        assert!(one_winner_or_none(2).is_err());
    }
}
