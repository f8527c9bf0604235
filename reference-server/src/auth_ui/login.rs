//! `/{customerId}/auth-ui/login`: signing in.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};

use super::field::{self, Field};
use super::form::Form;
use super::locale::Strings;
use super::step::{Kind, Sent, Step};
use super::visitor::Visitor;
use crate::login::authorize::{AuthorizeError, Prompt, redirect};
use crate::secret::Secret;
use crate::store::{TooMany, User};

/// Shows the form; a request that wants an account to be made gets the other page.
pub(crate) async fn view(visitor: Visitor) -> Result<Response, AuthorizeError> {
    let step = Step::of(visitor, Kind::SignIn)?;
    if step.request.prompt() == Prompt::Create {
        return Ok(redirect(&step.address(Kind::Register)));
    }
    let hint = step.request.login_hint().unwrap_or_default();
    let form = form(step.visitor.locale().strings(), hint);
    Ok(step.show(StatusCode::OK, form))
}

/// Signs somebody in who knows the password, and sends the browser on to the client.
pub(crate) async fn sign_in(visitor: Visitor, body: Body) -> Result<Response, AuthorizeError> {
    let step = Step::of(visitor, Kind::SignIn)?;
    let t = step.visitor.locale().strings();
    let mut form = match step.read(form(t, ""), body).await? {
        Sent::Form(form) => form,
        Sent::Settled(answer) => return Ok(answer),
    };
    let (email, password) = (form.value("email"), form.value("password"));
    match authenticate(&step.visitor, email, password).await {
        Ok(user) => Ok(step.go_on(&user).await),
        Err(NotAuthenticated::Wrong) => {
            form.problem = Some(t.wrong_password.into());
            Ok(step.show_problems(form))
        }
        Err(NotAuthenticated::TooMany(TooMany { wait })) => {
            form.problem = Some(too_many(t, wait).into());
            let mut page = step.show(StatusCode::TOO_MANY_REQUESTS, form);
            let seconds = HeaderValue::from(wait.as_secs().max(1));
            page.headers_mut().insert(header::RETRY_AFTER, seconds);
            Ok(page)
        }
    }
}

fn form(t: &'static Strings, email: &str) -> Form {
    let password = field::Kind::Password;
    let fields = vec![
        Field::email(t, email),
        Field::new("password", t.password, password, "current-password").required(),
    ];
    Form::new(t, fields)
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
) -> Result<Arc<User>, NotAuthenticated> {
    let (app, customer) = (visitor.app(), visitor.customer());
    let attempt = customer
        .attempts()
        .begin(email, app.clock())
        .await
        .map_err(NotAuthenticated::TooMany)?;
    let user = customer.users().by_email(email);
    let account = user.as_ref().map(|user| Arc::clone(&user.password));
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
