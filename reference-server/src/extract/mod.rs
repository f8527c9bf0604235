//! From requests to types.
//!
//! | module | what it takes from a request |
//! |---|---|
//! | [`administrator`] | the right to do this to that, in the order of refusals |
//! | [`body`] | the bytes of the body, within bounds |
//! | [`json`] | a JSON body, and a merge patch |
//! | [`members`] | the members of a JSON object, and what is wrong with them |
//! | [`mod@bearer`] | the token of a request |
//! | [`authorization_field`] | what a client says of itself in the header |
//! | [`parameters`] | the parameters of a query or a form |
//! | [`form`] | the parameters of a form, urlencoded or multipart |

mod administrator;
mod authorization_field;
mod bearer;
mod body;
mod form;
mod json;
mod members;
mod parameters;

pub(crate) use administrator::Administrator;
pub(crate) use authorization_field::AuthorizationField;
pub(crate) use bearer::{BearerProblem, bearer};
pub(crate) use body::{BodyError, collect, content_type};
pub(crate) use form::Form;
pub(crate) use json::{JsonBody, MergePatch};
pub(crate) use members::{Member, MemberError, Members};
pub(crate) use parameters::{ParameterError, Parameters};
