//! `/{customerId}/auth-ui/profile`: what somebody who is signed in sees and changes of themselves.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value};

use super::field::{Field, Kind};
use super::form::Form;
use super::html::{self, FormAction, STYLE};
use super::locale::Strings;
use super::visitor::Visitor;
use crate::error::{Heading, PageError};
use crate::ids::Id;
use crate::store::User;
use crate::webhooks::cause::Cause;

/// The attribute whose parts stand in a group of their own.
const ADDRESS: &str = "primaryAddress";

/// Says in the URL that something has just been saved.
const SAVED: &str = "saved";

#[derive(Template)]
#[template(path = "profile.html")]
struct Page<'a> {
    t: &'static Strings,
    client_id: Id,
    email: &'a str,
    csrf: &'a str,
    form: &'a Form,
    /// The first of the fields that make up the address.
    address_from: usize,
    action: &'a str,
    is_saved: bool,
}

/// Shows the profile.
pub(crate) async fn view(visitor: Visitor) -> Result<Response, PageError> {
    let (client_id, user) = somebody(&visitor)?;
    let mut form = form(visitor.locale().strings());
    for field in &mut form.fields {
        field.value = user.text(field.name).unwrap_or_default().to_owned();
    }
    Ok(page(&visitor, client_id, &user, StatusCode::OK, &form))
}

/// Changes the profile, and shows it.
pub(crate) async fn modify(visitor: Visitor, body: Body) -> Result<Response, PageError> {
    let (client_id, user) = somebody(&visitor)?;
    let sent = visitor.form(body).await?;
    let mut form = form(visitor.locale().strings());
    form.read(&sent);
    let is_ours = visitor.csrf().is_repeated_by(&sent);
    if !is_ours {
        form.problem = Some(form.t.form_expired.into());
    }
    if form.has_problems() {
        let status = match is_ours {
            true => StatusCode::UNPROCESSABLE_ENTITY,
            false => StatusCode::FORBIDDEN,
        };
        return Ok(page(&visitor, client_id, &user, status, &form.focus()));
    }
    let (app, customer) = (visitor.app(), visitor.customer());
    let now = app.clock().now();
    let [before, after] = customer
        .users()
        .modify(user.id, now, |attributes| {
            form.fields
                .iter()
                // What a form does not mention stays as it is.
                .filter(|field| sent.has(field.name))
                .for_each(|field| set(attributes, field.name, &field.value));
        })
        .ok_or_else(|| not_signed_in(&visitor))?;
    if let Some(cause) = Cause::updated(&before, &after) {
        let client = customer.login_client(client_id);
        let policy = client.as_ref().map(|client| &*client.login_policy);
        app.tell(customer, &cause.by(policy));
    }
    Ok(see(&address(&visitor, client_id, true)))
}

/// Returns the client that the page is about, and who is signed in.
fn somebody(visitor: &Visitor) -> Result<(Id, Arc<User>), PageError> {
    let client = visitor.client()?;
    let (user, _) = visitor.signed_in().ok_or_else(|| not_signed_in(visitor))?;
    Ok((client.id, user))
}

fn not_signed_in(visitor: &Visitor) -> PageError {
    visitor
        .refused("login_required", "there is no session on this browser")
        .with(StatusCode::FORBIDDEN, Heading::NotSignedIn)
}

fn form(t: &'static Strings) -> Form {
    let text = |name, label, autocomplete| Field::new(name, label, Kind::Text, autocomplete);
    let [first, second] = Field::names(t);
    let fields = vec![
        first,
        second,
        text("middleName", t.middle_name, "additional-name"),
        text("nickname", t.nickname, "nickname"),
        text("displayName", t.display_name, "off"),
        text("gender", t.gender, "sex"),
        Field::new("birthday", t.birthday, Kind::Date, "bday"),
        Field::new("mobileNumber", t.mobile_number, Kind::Number, "tel"),
        text("primaryAddress.address1", t.street, "address-line1"),
        text("primaryAddress.address2", t.address_line, "address-line2"),
        text("primaryAddress.zip", t.postal_code, "postal-code"),
        text("primaryAddress.city", t.city, "address-level2"),
        text(
            "primaryAddress.stateAbbreviation",
            t.region,
            "address-level1",
        ),
        text("primaryAddress.country", t.country, "country"),
    ];
    Form::new(t, fields)
}

fn page(
    visitor: &Visitor,
    client_id: Id,
    user: &User,
    status: StatusCode,
    form: &Form,
) -> Response {
    let csrf = visitor.csrf();
    let is_address = |field: &Field| field.name.starts_with(ADDRESS);
    let template = Page {
        t: form.t,
        client_id,
        email: user.email(),
        csrf: csrf.token(),
        form,
        address_from: form
            .fields
            .iter()
            .position(is_address)
            .unwrap_or(form.fields.len()),
        action: &address(visitor, client_id, false),
        is_saved: status == StatusCode::OK && visitor.parameters().get(SAVED).is_some(),
    };
    // Signing out leads to a page of ours.
    csrf.keep(visitor, html::page(status, &template, FormAction::Here))
}

/// Returns the address of the page: it keeps its language.
fn address(visitor: &Visitor, client_id: Id, is_saved: bool) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("client_id", &client_id.to_string());
    if let Some(locales) = visitor.parameters().get("ui_locales") {
        query.append_pair("ui_locales", locales);
    }
    if is_saved {
        query.append_pair(SAVED, "yes");
    }
    format!(
        "/{}/auth-ui/profile?{}",
        visitor.customer().id(),
        query.finish()
    )
}

/// Sends the browser to look at a page, so that loading it again does not send the form again.
fn see(address: &str) -> Response {
    let location = HeaderValue::try_from(address).expect("ids and what is urlencoded are ASCII");
    let headers = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// Sets an attribute by its path; one without a value goes.
fn set(attributes: &mut Map<String, Value>, path: &str, value: &str) {
    let (parent, name) = match path.split_once('.') {
        None => (attributes, path),
        Some((parent, name)) => {
            let parts = attributes
                .entry(parent)
                .or_insert_with(|| Value::Object(Map::new()));
            match parts {
                Value::Object(parts) => (parts, name),
                // The rules of tenants want an object here.
                _ => return,
            }
        }
    };
    if value.is_empty() {
        parent.remove(name);
    } else {
        parent.insert(name.to_owned(), value.into());
    }
}
