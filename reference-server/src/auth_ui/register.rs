//! `/{customerId}/auth-ui/register`: making an account.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use serde_json::Map;

use super::field::{self, Field};
use super::form::Form;
use super::locale::Strings;
use super::step::{Kind, Sent, Step};
use super::visitor::Visitor;
use crate::login::authorize::AuthorizeError;
use crate::secret::Secret;
use crate::store::{NotAdded, User};
use crate::webhooks::cause::Cause;

/// Shows the form.
pub(crate) async fn view(visitor: Visitor) -> Result<Response, AuthorizeError> {
    let step = Step::of(visitor, Kind::Register)?;
    let hint = step.request.login_hint().unwrap_or_default();
    let form = form(step.visitor.locale().strings(), hint);
    Ok(step.show(StatusCode::OK, form))
}

/// Makes an account, signs its owner in, and sends the browser on to the client.
pub(crate) async fn register(visitor: Visitor, body: Body) -> Result<Response, AuthorizeError> {
    let step = Step::of(visitor, Kind::Register)?;
    let t = step.visitor.locale().strings();
    let mut form = match step.read(form(t, ""), body).await? {
        Sent::Form(form) => form,
        Sent::Settled(answer) => return Ok(answer),
    };
    match add(&step.visitor, &form).await {
        Ok(user) => {
            let (app, customer) = (step.visitor.app(), step.visitor.customer());
            let client = customer.login_client(step.request.client().id);
            let policy = client.as_ref().map(|client| &*client.login_policy);
            app.tell(customer, &Cause::created(&user).by(policy));
            return Ok(step.go_on(&user).await);
        }
        Err(NotAdded::EmailTaken) => form.blame("email", t.address_taken),
        Err(NotAdded::Full) => form.problem = Some(t.registration_closed.into()),
    }
    Ok(step.show_problems(form))
}

fn form(t: &'static Strings, email: &str) -> Form {
    let password = field::Kind::NewPassword;
    let [first, second] = Field::names(t);
    let fields = vec![
        Field::email(t, email),
        Field::new("password", t.password, password, "new-password").required(),
        first,
        second,
    ];
    Form::new(t, fields)
}

async fn add(visitor: &Visitor, form: &Form) -> Result<Arc<User>, NotAdded> {
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
