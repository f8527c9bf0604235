//! `/{customerId}/auth-ui/register`: making an account, on the way from the authorization endpoint to the client.

use askama::Template;
use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use serde_json::Map;

use super::field::{Field, Kind};
use super::form::Form;
use super::html::{self, FormAction, STYLE};
use super::locale::Strings;
use super::login::{cancel, go_on, is_cancelled};
use super::visitor::Visitor;
use super::{request_page, sign_in_page};
use crate::login::authorize::{AuthorizationRequest, AuthorizeError};
use crate::secret::Secret;
use crate::store::{Client, NotAdded, User};

#[derive(Template)]
#[template(path = "register.html")]
struct Page<'a> {
    t: &'static Strings,
    client: &'a str,
    csrf: &'a str,
    form: &'a Form,
    /// Where the forms lead: the same page with the same query.
    action: &'a str,
    /// The login page for the same request.
    other: &'a str,
}

/// Shows the form.
pub(crate) async fn view(visitor: Visitor) -> Result<Response, AuthorizeError> {
    let request = visitor.authorization_request()?;
    let form = form(&visitor, request.login_hint().unwrap_or_default()).focus();
    Ok(page(&visitor, &request, StatusCode::OK, &form))
}

/// Makes an account, signs its owner in, and sends the browser on to the client.
pub(crate) async fn register(visitor: Visitor, body: Body) -> Result<Response, AuthorizeError> {
    let request = visitor.authorization_request()?;
    let sent = visitor.form(body).await?;
    let mut form = form(&visitor, "");
    form.read(&sent);
    if !visitor.csrf().is_repeated_by(&sent) {
        form.fields
            .iter_mut()
            .for_each(|field| field.problem = None);
        form.problem = Some(form.t.form_expired.into());
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
    if !form.has_problems() {
        match add(&visitor, &form).await {
            Ok(user) => return Ok(go_on(&visitor, &request, &user).await),
            Err(NotAdded::EmailTaken) => form.blame("email", form.t.address_taken),
            Err(NotAdded::Full) => form.problem = Some(form.t.registration_closed.into()),
        }
    }
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(page(&visitor, &request, status, &form.focus()))
}

fn form(visitor: &Visitor, email: &str) -> Form {
    let t = visitor.locale().strings();
    let [first, second] = Field::names(t);
    let fields = vec![
        Field::new("email", t.email, Kind::Address, "username")
            .required()
            .with_value(email),
        Field::new("password", t.password, Kind::NewPassword, "new-password").required(),
        first,
        second,
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
        action: &request_page(visitor, "register"),
        other: &sign_in_page(visitor),
    };
    let forms = FormAction::here_and(request.redirect_uri());
    csrf.keep(visitor, html::page(status, &template, &forms))
}

async fn add(visitor: &Visitor, form: &Form) -> Result<std::sync::Arc<User>, NotAdded> {
    let (app, users) = (visitor.app(), visitor.customer().users());
    let email = form.value("email");
    // Hashing is dear, so what can be refused without it is.
    users.has_room_for(email)?;
    let attributes: Map<_, _> = Field::names(form.t)
        .iter()
        .filter(|field| !form.value(field.name).is_empty())
        .map(|field| (field.name.to_owned(), form.value(field.name).into()))
        .collect();
    let password = Secret::from(form.value("password").to_owned());
    let password = app.passwords().hash(password).await;
    let user = User::new(app.ids().id(), email, password, attributes);
    users.register(user, app.clock().now())
}
