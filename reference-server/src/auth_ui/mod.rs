//! Below `/{customerId}/auth-ui`: the hosted pages, for people with a browser.
//!
//! Every page works without JavaScript and loads nothing: its stylesheet stands in it.
//!
//! | module | what it holds |
//! |---|---|
//! | [`html`] | a page as an answer, with the headers that every page has |
//! | [`locale`] | the languages, and which of them somebody reads |
//! | [`cookie`] | what browsers keep for us |
//! | [`form_post`] | parameters on their way back to a client in a form |

pub(crate) mod cookie;
mod form_post;
pub(crate) mod html;
pub(crate) mod locale;

pub(crate) use form_post::form_post;
