//! What a user's browser does: cookies, redirects, forms.
//!
//! | module | what it holds |
//! |---|---|
//! | [`jar`] | cookies |
//! | [`page`] | pages, as a check reads them |
//! | `html` | reading a page, within bounds |
//! | [`form`] | their forms |
//! | [`widget`] | their fields, as people see them |
//! | [`landing`] | where an authorization request ends: at the redirect URI, or on a page |
//! | [`recipe`] | what is filled in to sign in |
//! | `sign_in` | the way from an authorization request to the redirect URI |
//!
//! A redirect is a step of its own, never followed unseen, and nothing is ever sent to a redirect URI: arriving there is
//! recognised by its address alone.

pub mod form;
pub(crate) mod html;
pub mod jar;
pub mod landing;
pub mod page;
pub mod recipe;
mod sign_in;
pub mod widget;

pub use form::Form;
pub use landing::{Authorized, Channel, Redirect};
pub use page::Page;
pub(crate) use sign_in::SignInError;
pub use widget::Widget;

use crate::{
    http::{Answer, Body, Request},
    relying_party::AuthorizationRequest,
    target::Target,
    verdict::{Broken, Mismatch, NotPassed},
};
use jar::Jar;

/// How many redirects in a row are followed.
const HOPS: usize = 20;

/// A browser of one check: it keeps cookies, and sees redirects one at a time.
#[derive(Debug)]
pub struct Browser<'t> {
    target: &'t Target,
    jar: Jar,
}

impl<'t> Browser<'t> {
    /// Makes a browser that has been nowhere yet; it has the cookies that the description hands over, if it does.
    pub(crate) fn new(target: &'t Target) -> Self {
        let session = target.session();
        let mut jar = Jar::default();
        if let Some(cookie) = &session.login.cookie {
            jar.hand_over(cookie, &session.issuer);
        }
        Self { target, jar }
    }

    /// Returns a browser without any cookie, even where the description hands some over.
    #[must_use]
    pub fn without_cookies(mut self) -> Self {
        self.forget();
        self
    }

    /// Throws all cookies away.
    pub fn forget(&mut self) {
        self.jar = Jar::default();
    }

    /// Returns the cookies.
    pub fn jar(&self) -> &Jar {
        &self.jar
    }

    /// Returns the cookies, to change them.
    pub fn jar_mut(&mut self) -> &mut Jar {
        &mut self.jar
    }

    /// Sends a request with the cookies that belong to it, and keeps those that come with the answer. Follows nothing.
    ///
    /// # Errors
    ///
    /// As [`Caller::get`](crate::target::Caller::get).
    pub async fn send(&mut self, request: Request) -> Result<Answer, NotPassed> {
        let address = self.address(&request);
        let mut request = request;
        if !request.headers.iter().any(|(name, _)| name == "accept") {
            request = request.header("accept", "text/html, application/json;q=0.9, */*;q=0.8");
        }
        if let Some(cookie) = self.jar.header(&address) {
            request = request.header("cookie", cookie);
        }
        let answer = self.target.anonymous().send(request).await?;
        self.jar.keep(&answer, &address);
        Ok(answer)
    }

    /// Sends a GET. Follows nothing.
    ///
    /// # Errors
    ///
    /// As [`Browser::send`].
    pub async fn get(&mut self, address: impl Into<String>) -> Result<Answer, NotPassed> {
        self.send(Request::get(address)).await
    }

    /// Goes to the authorization endpoint, and on to where that leads within the target.
    ///
    /// # Errors
    ///
    /// A mismatch when a redirect leads nowhere, or to another redirect URI than the request's; broken when one leaves what the
    /// description covers.
    pub async fn authorize(
        &mut self,
        request: &AuthorizationRequest,
    ) -> Result<Authorized, NotPassed> {
        self.go(Request::get(request.url()), request.redirect_uri())
            .await
    }

    /// The same by POST of a form (OpenID Connect Core section 3.1.2.1).
    ///
    /// # Errors
    ///
    /// As [`Browser::authorize`].
    pub async fn authorize_by_form(
        &mut self,
        request: &AuthorizationRequest,
    ) -> Result<Authorized, NotPassed> {
        let mut post = Request::post(request.endpoint());
        post.body = Body::Form(request.pairs().to_vec());
        self.go(post, request.redirect_uri()).await
    }

    /// Sends a request, and goes on to where that leads within the target.
    ///
    /// # Errors
    ///
    /// As [`Browser::authorize`].
    pub async fn go(
        &mut self,
        mut request: Request,
        redirect_uri: &str,
    ) -> Result<Authorized, NotPassed> {
        for _ in 0..HOPS {
            let address = self.address(&request);
            let answer = self.send(request.clone()).await?;
            let page = Page {
                url: address,
                answer,
            };
            let Some(location) = page.answer.location() else {
                return Ok(page.landed(redirect_uri));
            };
            if let Some(redirect) = Redirect::at(location, redirect_uri, &page.answer) {
                return Ok(Authorized::Redirect(redirect));
            }
            // The browser has arrived, and at another place than it was sent to: that is no place to go on from.
            let mut described = self.target.session().login.redirect_uris();
            if described.any(|uri| Redirect::at(location, uri, &page.answer).is_some()) {
                let expected = serde_json::json!(format!("no redirect but to `{redirect_uri}`"));
                return Err(Mismatch::new("header location", [expected], location.into()).into());
            }
            let next = page.resolve(location).ok_or_else(|| {
                let expected = serde_json::json!("an address");
                Mismatch::new("header location", [expected], location.into())
            })?;
            let keeps_method = matches!(page.answer.status(), 307 | 308);
            request = Request {
                path: next,
                ..if keeps_method {
                    request
                } else {
                    Request::get("")
                }
            };
        }
        let told = format!("{HOPS} redirects in a row, and none leads to `{redirect_uri}`");
        Err(Broken::Prerequisite(told).into())
    }

    /// Signs the described user in: goes to the authorization endpoint, does what the recipe says with the pages that come,
    /// and returns how that ended at the redirect URI.
    ///
    /// # Errors
    ///
    /// A mismatch when the target refuses the request; broken when the recipe does not fit the pages, with what was seen.
    pub async fn sign_in(&mut self, request: &AuthorizationRequest) -> Result<Redirect, NotPassed> {
        Ok(sign_in::sign_in(self, request).await?)
    }

    /// As [`Browser::sign_in`], and tells what is wrong with the description from what is wrong with the target.
    pub(crate) async fn try_to_sign_in(
        &mut self,
        request: &AuthorizationRequest,
    ) -> Result<Redirect, SignInError> {
        sign_in::sign_in(self, request).await
    }

    /// Returns where a request goes, as a whole address.
    fn address(&self, request: &Request) -> String {
        let session = self.target.session();
        let full = Request::get(session.full_path(&request.path));
        full.address(session.client.base())
    }
}
