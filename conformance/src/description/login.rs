//! What a description says of signing in, as it is written.

use std::{collections::BTreeMap, path::PathBuf};

use serde::Deserialize;

/// The clients in whose name the judge signs a user in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Clients {
    /// A client without a secret: it uses PKCE.
    pub public: Option<LoginClient>,
    /// A client with a secret.
    pub confidential: Option<LoginClient>,
}

/// One login client, registered at the target beforehand.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LoginClient {
    /// The client id.
    pub id: Option<String>,
    /// Name of the environment variable that holds the id.
    pub id_env: Option<String>,
    /// Name of the environment variable that holds the secret.
    pub secret_env: Option<String>,
    /// File that holds the secret and nothing else; one newline at its end is not part of it.
    pub secret_file: Option<PathBuf>,
    /// One of the redirect URIs that are registered for it. Nothing is ever sent there.
    pub redirect_uri: Option<String>,
    /// One of the URIs that are registered for it as places to be after a sign-out. Nothing is ever sent there either.
    pub post_logout_redirect_uri: Option<String>,
}

/// The user whom the judge signs in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct User {
    /// What the user types as a name.
    pub name: Option<String>,
    /// Name of the environment variable that holds the name.
    pub name_env: Option<String>,
    /// Name of the environment variable that holds the password.
    pub password_env: Option<String>,
    /// File that holds the password and nothing else; one newline at its end is not part of it.
    pub password_file: Option<PathBuf>,
}

/// How a user is signed in. Empty, it is the default: the forms are found by themselves.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SignIn {
    /// The forms to fill in, in their order.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// Name of the environment variable that holds a `Cookie` header of a browser in which somebody is signed in.
    pub cookie_env: Option<String>,
    /// File that holds such a header.
    pub cookie_file: Option<PathBuf>,
    /// Name of the environment variable that holds an authorization code.
    pub code_env: Option<String>,
    /// File that holds an authorization code.
    pub code_file: Option<PathBuf>,
    /// Name of the environment variable that holds the PKCE verifier of that code.
    pub verifier_env: Option<String>,
    /// File that holds that verifier.
    pub verifier_file: Option<PathBuf>,
}

/// One form.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Step {
    /// CSS selector of the form.
    pub form: Option<String>,
    /// Values of its fields, by name; `{name}` and `{password}` stand for the user's.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// CSS selector of the button within the form; the first one without it.
    pub submit: Option<String>,
}
