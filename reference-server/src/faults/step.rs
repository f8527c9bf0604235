//! A step of a sign-in, and the authorization request that goes along with it.

use std::sync::Arc;

use http::Method;

use super::asked::Asked;
use crate::app::App;
use crate::ids::Id;
use crate::login::response_type::ResponseType;
use crate::store::{Client, Customer};

type Pairs = Vec<(String, String)>;

/// The pages on the way from the authorization endpoint to the client; the request stands in the query of each.
const PAGES: [&str; 2] = ["auth-ui/login", "auth-ui/register"];

/// Returns whether an authorization request goes along with it.
pub(super) fn is_one(asked: &Asked) -> bool {
    is_first(asked) || PAGES.iter().any(|page| asked.is_on(page))
}

/// Returns whether it is the request to the authorization endpoint itself.
pub(super) fn is_first(asked: &Asked) -> bool {
    asked.is_on("login/authorize")
}

/// Returns a parameter of the authorization request, if it has a value.
pub(super) fn parameter(asked: &Asked, name: &str) -> Option<String> {
    let value = match is_by_form(asked) {
        true => asked.form(name),
        false => asked.query(name),
    };
    value.filter(|value| !value.is_empty())
}

/// Changes the parameters of the authorization request, if there is one.
pub(super) fn edit(asked: &mut Asked, edit: impl FnOnce(&mut Pairs)) {
    match is_by_form(asked) {
        true => asked.edit_form(edit),
        false if is_one(asked) => asked.edit_query(edit),
        false => {}
    }
}

/// Changes each parameter of that name, if there is an authorization request.
pub(super) fn change(asked: &mut Asked, name: &str, change: impl Fn(&str) -> String) {
    edit(asked, |pairs| {
        for (_, value) in pairs.iter_mut().filter(|(known, _)| known == name) {
            *value = change(value);
        }
    });
}

/// Gives a parameter of the authorization request one value, whether it had one or not.
pub(super) fn set(asked: &mut Asked, name: &str, value: &str) {
    edit(asked, |pairs| {
        pairs.retain(|(known, _)| known != name);
        pairs.push((name.to_owned(), value.to_owned()));
    });
}

/// Gives a parameter of the authorization request a value, if it has none.
pub(super) fn default(asked: &mut Asked, name: &str, value: &str) {
    if is_one(asked) && parameter(asked, name).is_none() {
        set(asked, name, value);
    }
}

/// Takes a parameter out of the authorization request.
pub(super) fn remove(asked: &mut Asked, name: &str) {
    edit(asked, |pairs| pairs.retain(|(known, _)| known != name));
}

/// Makes the authorization request one that is refused as invalid.
pub(super) fn refuse(asked: &mut Asked) {
    set(asked, "prompt", "unheard-of");
}

/// Returns the customer of a request.
pub(super) fn customer(app: &App, asked: &Asked) -> Option<Arc<Customer>> {
    app.customer_of(&asked.uri)
}

/// Returns the client that an authorization request, or another page, names.
pub(super) fn client(app: &App, asked: &Asked) -> Option<Arc<Client>> {
    let id = Id::parse(&parameter(asked, "client_id")?)?;
    customer(app, asked)?.find::<Client>(id)
}

/// Returns the response type that is asked for, if it is a known one.
pub(super) fn response_type(asked: &Asked) -> Option<ResponseType> {
    ResponseType::parse(&parameter(asked, "response_type")?)
}

/// Returns whether a redirect URI is listed by the client of the request.
pub(super) fn is_listed(app: &App, asked: &Asked, uri: &str) -> bool {
    client(app, asked).is_some_and(|client| client.redirect_uris.iter().any(|known| known == uri))
}

fn is_by_form(asked: &Asked) -> bool {
    asked.is(&Method::POST, "login/authorize")
}
