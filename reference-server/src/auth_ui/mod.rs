//! Below `/{customerId}/auth-ui`: the hosted pages, for people with a browser.
//!
//! Every page works without JavaScript and loads nothing: its stylesheet stands in it.
//!
//! | module | what it holds |
//! |---|---|
//! | [`login`], [`register`], [`profile`], [`logout`] | the pages |
//! | [`form_post`](mod@form_post) | parameters on their way back to a client in a form |
//! | [`step`] | what the way of an authorization request through the pages has in common |
//! | [`visitor`] | somebody with a browser, at a page of one customer |
//! | [`form`], [`field`] | what people fill in, and what is wrong with it |
//! | [`csrf`] | the token that a form repeats |
//! | [`cookie`] | what browsers keep for us |
//! | [`html`] | a page as an answer, with the headers that every page has |
//! | [`locale`] | the languages, and which of them somebody reads |

pub(crate) mod cookie;
mod csrf;
mod field;
mod form;
mod form_post;
pub(crate) mod html;
pub(crate) mod locale;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod profile;
pub(crate) mod register;
mod step;
mod visitor;

pub(crate) use form_post::form_post;
pub(crate) use visitor::Visitor;

use crate::error::PageError;

/// Refuses a path that no page has.
pub(crate) async fn unknown(visitor: Visitor) -> PageError {
    PageError::not_found().in_locale(visitor.locale())
}

/// Refuses a method that a page does not take.
pub(crate) async fn method_not_allowed(visitor: Visitor) -> PageError {
    PageError::method_not_allowed().in_locale(visitor.locale())
}
