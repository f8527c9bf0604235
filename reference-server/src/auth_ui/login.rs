//! `/{customerId}/auth-ui/login`: signing in, on the way from the authorization endpoint to the client.
//!
//! The authorization request stays in the query; each step reads it, and checks it, anew.

use std::time::Duration;

use askama::Template;
use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};

use super::field::{Field, Kind};
use super::form::Form;
use super::html::{self, FormAction, STYLE};
use super::locale::Strings;
use super::visitor::Visitor;
use super::{cookie, request_page};
use crate::extract::Parameters;
use crate::login::authorize::{AuthorizationRequest, AuthorizeError, Prompt, RefusalCode};
use crate::secret::Secret;
use crate::store::{Client, TooMany, User};

#[derive(Template)]
#[template(path = "login.html")]
struct Page<'a> {
    t: &'static Strings,
    client: &'a str,
    csrf: &'a str,
    form: &'a Form,
    /// Where the forms lead: the same page with the same query.
    action: &'a str,
    /// The registration page for the same request.
    other: &'a str,
}

/// Shows the form; a request that wants an account to be made gets the other page.
pub(crate) async fn view(visitor: Visitor) -> Result<Response, AuthorizeError> {
    let request = visitor.authorization_request()?;
    if request.prompt() == Prompt::Create {
        return Ok(crate::login::authorize::redirect(&request_page(
            &visitor, "register",
        )));
    }
    let form = form(&visitor, request.login_hint().unwrap_or_default()).focus();
    Ok(page(&visitor, &request, StatusCode::OK, &form))
}

/// Signs somebody in who knows the password, and sends the browser on to the client.
pub(crate) async fn sign_in(visitor: Visitor, body: Body) -> Result<Response, AuthorizeError> {
    let request = visitor.authorization_request()?;
    let sent = visitor.form(body).await?;
    let t = visitor.locale().strings();
    let mut form = form(&visitor, "");
    form.read(&sent);
    if !visitor.csrf().is_repeated_by(&sent) {
        form = Form {
            problem: Some(t.form_expired.into()),
            ..self::form(&visitor, form.value("email"))
        };
        return Ok(page(
            &visitor,
            &request,
            StatusCode::FORBIDDEN,
            &form.focus(),
        ));
    }
    if is_cancelled(&sent) {
        return Ok(cancel(&request));
    }
    if form.has_problems() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(page(&visitor, &request, status, &form.focus()));
    }
    match authenticate(&visitor, form.value("email"), form.value("password")).await {
        Ok(user) => Ok(go_on(&visitor, &request, &user).await),
        Err(NotAuthenticated::Wrong) => {
            form.problem = Some(t.wrong_password.into());
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(page(&visitor, &request, status, &form.focus()))
        }
        Err(NotAuthenticated::TooMany(TooMany { wait })) => {
            form.problem = Some(too_many(t, wait).into());
            let status = StatusCode::TOO_MANY_REQUESTS;
            let mut page = page(&visitor, &request, status, &form.focus());
            let seconds = HeaderValue::from(wait.as_secs().max(1));
            page.headers_mut().insert(header::RETRY_AFTER, seconds);
            Ok(page)
        }
    }
}

/// Returns whether a form says that the user wants to go back.
pub(super) fn is_cancelled(form: &Parameters) -> bool {
    form.get("cancel").is_some()
}

/// Sends the browser back to the client without a user.
pub(super) fn cancel(request: &AuthorizationRequest) -> Response {
    request.refuse(RefusalCode::AccessDenied, "the user cancelled")
}

/// Binds the browser to the session of a user, and sends it on to the client.
pub(super) async fn go_on(
    visitor: &Visitor,
    request: &AuthorizationRequest,
    user: &User,
) -> Response {
    let (app, customer) = (visitor.app(), visitor.customer());
    let (session, device) =
        customer
            .sessions()
            .sign_in(user.id, visitor.device(), app.ids(), app.clock().now());
    let mut answer = request.complete(app, customer, user, &session).await;
    answer.headers_mut().append(
        header::SET_COOKIE,
        cookie::keep_device(app.settings(), customer.id(), &device),
    );
    answer
}

fn form(visitor: &Visitor, email: &str) -> Form {
    let t = visitor.locale().strings();
    let fields = vec![
        Field::new("email", t.email, Kind::Address, "username")
            .required()
            .with_value(email),
        Field::new("password", t.password, Kind::Password, "current-password").required(),
    ];
    Form::new(t, fields)
}

fn page(
    visitor: &Visitor,
    request: &AuthorizationRequest,
    status: StatusCode,
    form: &Form,
) -> Response {
    let csrf = visitor.csrf();
    let Client { name, .. } = request.client();
    let template = Page {
        t: form.t,
        client: name,
        csrf: csrf.token(),
        form,
        action: &request_page(visitor, "login"),
        other: &request_page(visitor, "register"),
    };
    let forms = FormAction::here_and(request.redirect_uri());
    csrf.keep(visitor, html::page(status, &template, &forms))
}

/// Says why nobody was signed in.
enum NotAuthenticated {
    /// The address is unknown, or the password wrong; which of the two is nobody's business.
    Wrong,
    TooMany(TooMany),
}

async fn authenticate(
    visitor: &Visitor,
    email: &str,
    password: &str,
) -> Result<std::sync::Arc<User>, NotAuthenticated> {
    let (app, customer) = (visitor.app(), visitor.customer());
    let attempt = customer
        .attempts()
        .begin(email, app.clock())
        .await
        .map_err(NotAuthenticated::TooMany)?;
    let user = customer.users().by_email(email);
    let account = user.as_ref().map(|user| user.password.clone());
    let password = Secret::from(password.to_owned());
    let is_right = app.passwords().verify(account, password).await;
    let user = user.filter(|_| is_right).ok_or(NotAuthenticated::Wrong)?;
    attempt.succeed();
    Ok(user)
}

fn too_many(t: &Strings, wait: Duration) -> String {
    let minutes = wait.as_secs().div_ceil(60).max(1);
    format!("{}. {}", t.too_many_attempts, t.try_again_in.with(minutes))
}
