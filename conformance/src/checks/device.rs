//! A browser of the user on the way to one client.

use serde_json::{Value, json};

use crate::{
    browser::{Authorized, Browser, Page, Redirect},
    expect,
    http::{Answer, Request},
    relying_party::{AuthorizationRequest, Endpoints, Kind, LoginClient, Tokens},
    target::Target,
    verdict::{During as _, Mismatch, NotPassed},
};

/// A browser, the client that it is on the way to, and where the target answers.
pub(super) struct Device<'t> {
    pub(super) target: &'t Target,
    pub(super) browser: Browser<'t>,
    pub(super) client: LoginClient,
    pub(super) endpoints: Endpoints,
}

/// How an authorization request was refused.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The error, in the word of OAuth.
    pub(super) error: String,
    /// What else is said: the description, or the text of the page.
    pub(super) text: String,
    /// The redirect, unless a page came.
    pub(super) redirect: Option<Redirect>,
}

impl<'t> Device<'t> {
    /// Takes a browser without any cookie.
    pub(super) async fn new(target: &'t Target, client: LoginClient) -> Result<Self, NotPassed> {
        Ok(Self {
            target,
            browser: target.browser().without_cookies(),
            client,
            endpoints: target.endpoints().await?,
        })
    }

    /// Takes a browser without any cookie, for the described client of any kind.
    pub(super) async fn of_anybody(target: &'t Target) -> Result<Self, NotPassed> {
        Self::new(target, target.any_login_client()?).await
    }

    /// Takes a browser, and signs the user in with it.
    pub(super) async fn signed_in(
        target: &'t Target,
        client: LoginClient,
    ) -> Result<Self, NotPassed> {
        let mut device = Self::new(target, client).await?;
        device.browser = target.browser();
        let request = device.request();
        device.browser.sign_in(&request).await?.code()?;
        Ok(device)
    }

    /// Takes a browser for the described client of a kind, and signs the user in with it.
    pub(super) async fn signed_in_as(target: &'t Target, kind: Kind) -> Result<Self, NotPassed> {
        Self::signed_in(target, target.login_client(kind)?).await
    }

    /// Returns a good request, of which parts can be changed.
    pub(super) fn request(&self) -> AuthorizationRequest {
        self.target
            .authorization_request(&self.client, &self.endpoints)
    }

    /// Asks with `prompt=none`, and requires the answer that shows whether somebody is signed in.
    pub(super) async fn must_be_signed_in(&mut self, expected: bool) -> Result<(), NotPassed> {
        let request = self.request().with("prompt", "none");
        let landed = self.browser.authorize(&request).await?;
        let is_signed_in = match &landed {
            Authorized::Redirect(redirect) => redirect.parameter("code").is_some(),
            Authorized::Page(page) if page.answer.status() >= 400 => false,
            // Neither yes nor no: with this prompt there are no pages.
            Authorized::Page(_) => {
                landed.redirect().during("prompt=none")?;
                false
            }
        };
        if is_signed_in == expected {
            return Ok(());
        }
        let expected = json!({ "signed in": expected });
        let actual = json!({ "signed in": is_signed_in });
        Err(Mismatch::new("answer to prompt=none", [expected], actual).into())
    }

    /// Requires that a request leads to a page on which the user has to do something, and returns the page.
    pub(super) async fn must_ask(
        &mut self,
        request: &AuthorizationRequest,
    ) -> Result<Page, NotPassed> {
        let page = self.browser.authorize(request).await?.page()?;
        if page.answer.status() < 400 {
            return Ok(page);
        }
        let expected = json!("a page to sign in with");
        let actual = json!({ "status": page.answer.status(), "page": page.title() });
        Err(Mismatch::new("authorization request", [expected], actual).into())
    }

    /// Requires that a request is refused, by redirect or on a page, and returns how.
    pub(super) async fn refused(
        &mut self,
        request: &AuthorizationRequest,
    ) -> Result<Refusal, NotPassed> {
        let landed = self.browser.authorize(request).await?;
        Ok(Refusal::read(landed)?)
    }

    /// Requires that a request is refused with one of these errors, and returns how.
    pub(super) async fn refused_with(
        &mut self,
        request: &AuthorizationRequest,
        errors: &[&str],
    ) -> Result<Refusal, NotPassed> {
        let refusal = self.refused(request).await?;
        if errors.contains(&refusal.error.as_str()) {
            return Ok(refusal);
        }
        let expected = errors.iter().map(|error| json!(error));
        Err(Mismatch::new("error", expected, json!(refusal.error)).into())
    }

    /// Requires that a request leads to the redirect URI without any page, and returns how.
    pub(super) async fn passed(
        &mut self,
        request: &AuthorizationRequest,
    ) -> Result<Redirect, NotPassed> {
        let redirect = self.browser.authorize(request).await?.redirect()?;
        match redirect.error() {
            None => Ok(redirect),
            Some(_) => {
                let expected = json!("no error");
                Err(Mismatch::new("redirect", [expected], redirect.shown()).into())
            }
        }
    }

    /// Requires that a redirect gives the state of its request back, and a code that can be exchanged.
    pub(super) async fn must_have_got(
        &self,
        request: &AuthorizationRequest,
        redirect: &Redirect,
    ) -> Result<(), NotPassed> {
        let state = json!(request.value("state"));
        expect::equal("state", &state, &json!(redirect.parameter("state")))?;
        self.target
            .exchange(&self.client, request, &redirect.code()?)
            .await?;
        Ok(())
    }

    /// Gets tokens without any page.
    pub(super) async fn tokens(&mut self, scope: &str) -> Result<Tokens, NotPassed> {
        let request = self.request().scope(scope);
        let code = self.passed(&request).await?.code()?;
        self.target.exchange(&self.client, &request, &code).await
    }

    /// Gets the claims of an ID token without any page.
    pub(super) async fn claims(&mut self) -> Result<Value, NotPassed> {
        let tokens = self.tokens("openid").await?;
        self.target.verify(&self.client, &tokens.id()?, None).await
    }

    /// Sends a GET to a path below the customer, and follows nothing.
    pub(super) async fn get(
        &mut self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Answer, NotPassed> {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query)
            .finish();
        self.browser
            .send(Request::get(format!("{path}?{query}")))
            .await
    }
}

impl Refusal {
    /// Reads where a request ended.
    pub(super) fn read(landed: Authorized) -> Result<Self, Mismatch> {
        let error = landed.error();
        let expected = json!("an error in a word of OAuth");
        match (landed, error) {
            (Authorized::Redirect(redirect), Some(error)) => Ok(Self {
                error,
                text: redirect
                    .parameter("error_description")
                    .unwrap_or_default()
                    .to_owned(),
                redirect: Some(redirect),
            }),
            (Authorized::Page(page), Some(error)) => {
                let body = page.answer.json().unwrap_or_default();
                let description = body["error_description"].as_str().map(str::to_owned);
                Ok(Self {
                    error,
                    text: description.unwrap_or_else(|| page.text()),
                    redirect: None,
                })
            }
            (Authorized::Redirect(redirect), None) => {
                Err(Mismatch::new("redirect", [expected], redirect.shown()))
            }
            (Authorized::Page(page), None) => {
                let text: String = page.text().chars().take(200).collect();
                let actual =
                    json!({ "status": page.answer.status(), "page": page.title(), "text": text });
                Err(Mismatch::new("page", [expected], actual))
            }
        }
    }

    /// Returns the answer to the reading about the channel.
    pub(super) fn channel(&self) -> &'static str {
        match self.redirect {
            Some(_) => "redirect",
            None => "page",
        }
    }
}

/// Requires that an answer leads to no other place than the target itself: no `Location`, and no form, for somewhere else.
pub(super) fn stays(target: &Target, answer: &Answer) -> Result<(), Mismatch> {
    match answer.location() {
        None => Ok(()),
        Some(location) => {
            let is_within = location.starts_with('/') && !location.starts_with("//")
                || location.starts_with(target.session().client.base());
            if is_within {
                return Ok(());
            }
            let expected = json!("no redirect away from the target");
            Err(Mismatch::new(
                "header location",
                [expected],
                json!(location),
            ))
        }
    }
}
