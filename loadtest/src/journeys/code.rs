//! Asking for a code and exchanging it: the ends of every way through the hosted pages (RFC 6749, section 4.1; RFC 7636).

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use super::{
    browser::{Browser, Landing},
    refresh::as_client,
    tokens,
};
use crate::{
    load::word,
    visit::{Missed, Visit},
    wallet::Grant,
    wire::Request,
};

/// The authorization request, and further redirects.
pub(super) const AUTHORIZE: &str = "authorize";
/// The exchange of the code.
pub(super) const CODE: &str = "code";

/// How many redirects lead from the form to the redirect URI at most.
const REDIRECTS: usize = 5;

/// A request for a code, with what only its sender knows.
pub(super) struct Asking {
    /// The query of the authorization request.
    pub(super) query: String,
    pub(super) redirect_uri: String,
    pub(super) state: String,
    nonce: String,
    verifier: String,
}

impl Asking {
    /// Asks in the name of the login client.
    pub(super) fn new(visit: &mut Visit<'_>) -> Result<Self, Missed> {
        let load = visit.load();
        let client = load.target.login.as_ref().ok_or(Missed)?;
        let chance = visit.chance();
        let (state, nonce) = (word(chance), word(chance));
        let verifier = word(chance) + &word(chance);
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("response_type", "code"),
                ("client_id", &client.id),
                ("redirect_uri", &client.redirect_uri),
                ("scope", "openid email"),
                ("state", &state),
                ("nonce", &nonce),
                ("code_challenge", &challenge),
                ("code_challenge_method", "S256"),
            ])
            .finish();
        Ok(Self {
            query,
            redirect_uri: client.redirect_uri.clone(),
            state,
            nonce,
            verifier,
        })
    }

    /// Goes on from where a form led, to the redirect URI, and exchanges the code that came with the answer to `form`.
    pub(super) async fn finish(
        self,
        visit: &mut Visit<'_>,
        browser: &mut Browser,
        mut landed: Landing,
        form: &'static str,
    ) -> Result<Grant, Missed> {
        let load = visit.load();
        for _ in 0..REDIRECTS {
            let Landing::Page(next) = &landed else {
                break;
            };
            let request = browser.dress(Request::get(next.as_str()));
            landed = visit
                .send(AUTHORIZE, request, |answer| {
                    browser.landing(answer, &load.target.url)
                })
                .await?;
        }
        let Landing::Code(code) = landed else {
            return Err(Missed);
        };
        let at = visit.now();
        load.invariants.code(form, &code, at);
        let request = as_client(
            visit,
            &[
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", &self.redirect_uri),
                ("code_verifier", &self.verifier),
            ],
        );
        visit
            .send(CODE, request, |answer| {
                tokens::read(load, CODE, answer, Some(&self.nonce), at)
            })
            .await
    }
}
