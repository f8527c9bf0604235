//! A step on the way from the authorization endpoint to the client: signing in, or making an account first.
//!
//! The authorization request stays in the query; each step reads it, and checks it, anew.

use askama::Template;
use axum::body::Body;
use axum::response::Response;
use http::{StatusCode, header};

use super::cookie;
use super::form::Form;
use super::html::{self, FormAction, STYLE};
use super::locale::Strings;
use super::visitor::Visitor;
use crate::login::authorize::{AuthorizationRequest, AuthorizeError, RefusalCode};
use crate::store::User;

/// A step, at which somebody with a browser is.
pub(super) struct Step {
    pub(super) visitor: Visitor,
    pub(super) request: AuthorizationRequest,
    pub(super) kind: Kind,
}

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    SignIn,
    Register,
}

/// What a browser posted.
pub(super) enum Sent {
    /// A form that is ours, be there something wrong with what was filled in.
    Form(Form),
    /// Something that needs no more than this answer.
    Settled(Response),
}

#[derive(Template)]
#[template(path = "step.html")]
struct Page<'a> {
    t: &'static Strings,
    heading: &'static str,
    client: &'a str,
    csrf: &'a str,
    form: &'a Form,
    /// Where the forms lead: the same page with the same query.
    action: &'a str,
    marks_optional: bool,
    /// For whom the other page is, what it is called, and where it is.
    other: (&'static str, &'static str, &'a str),
}

impl Step {
    /// Takes the authorization request along, if it keeps the rules.
    pub(super) fn of(visitor: Visitor, kind: Kind) -> Result<Self, AuthorizeError> {
        let request =
            AuthorizationRequest::check(visitor.app(), visitor.customer(), visitor.parameters())?;
        Ok(Self {
            visitor,
            request,
            kind,
        })
    }

    /// Fills a form in with what the browser posts. Another site's form, and somebody who wants to go back, are answered.
    pub(super) async fn read(&self, mut form: Form, body: Body) -> Result<Sent, AuthorizeError> {
        let sent = self.visitor.form(body).await?;
        form.read(&sent);
        if !self.visitor.csrf().is_repeated_by(&sent) {
            form.forget_problems();
            form.problem = Some(form.t.form_expired.into());
            return Ok(Sent::Settled(self.show(StatusCode::FORBIDDEN, form)));
        }
        if sent.get("cancel").is_some() {
            let refusal = (RefusalCode::AccessDenied, "the user cancelled");
            return Ok(Sent::Settled(self.request.refuse(refusal.0, refusal.1)));
        }
        if form.has_problems() {
            return Ok(Sent::Settled(self.show_problems(form)));
        }
        Ok(Sent::Form(form))
    }

    /// Shows what is wrong with a form.
    pub(super) fn show_problems(&self, form: Form) -> Response {
        self.show(StatusCode::UNPROCESSABLE_ENTITY, form)
    }

    pub(super) fn show(&self, status: StatusCode, form: Form) -> Response {
        let csrf = self.visitor.csrf();
        let (t, form) = (form.t, form.focus());
        let (heading, other) = match self.kind {
            Kind::SignIn => (t.sign_in, (t.no_account, t.create_account)),
            Kind::Register => (t.create_account, (t.have_account, t.sign_in)),
        };
        let template = Page {
            t,
            heading,
            client: &self.request.client().name,
            csrf: csrf.token(),
            form: &form,
            action: &self.address(self.kind),
            marks_optional: self.kind == Kind::Register,
            other: (other.0, other.1, &self.address(self.kind.other())),
        };
        csrf.keep(
            &self.visitor,
            html::page(status, &template, FormAction::Onwards),
        )
    }

    /// Binds the browser to the session of a user, and sends it on to the client.
    pub(super) async fn go_on(&self, user: &User) -> Response {
        let (app, customer) = (self.visitor.app(), self.visitor.customer());
        let device = self.visitor.device();
        let now = app.clock().now();
        let (session, device) = customer.sessions().sign_in(user.id, device, app.ids(), now);
        let mut answer = self.request.complete(app, customer, user, &session).await;
        answer.headers_mut().append(
            header::SET_COOKIE,
            cookie::keep_device(app.settings(), customer.id(), &device),
        );
        answer
    }

    /// Returns the address of a page on which the request goes on.
    ///
    /// The login page would send a request that asks for an account back to where it came from.
    pub(super) fn address(&self, page: Kind) -> String {
        let parameters = self.visitor.parameters();
        let (name, query) = match page {
            Kind::SignIn => ("login", parameters.without("prompt").query()),
            Kind::Register => ("register", parameters.query()),
        };
        format!("/{}/auth-ui/{name}?{query}", self.visitor.customer().id())
    }
}

impl Kind {
    fn other(self) -> Self {
        match self {
            Self::SignIn => Self::Register,
            Self::Register => Self::SignIn,
        }
    }
}
