//! The description of a server that serves a tenant file, with everything that the file knows.

use std::collections::BTreeMap;

use fixtures::readings;
use fixtures::seed::{Tenant, tenant};

use super::{Description, file, login};

/// The variables that hold what a description of ours does not.
pub mod variables {
    /// Id of the configuration client.
    pub const CLIENT_ID: &str = "PROOFHOUSE_CLIENT_ID";
    /// Secret of the configuration client.
    pub const CLIENT_SECRET: &str = "PROOFHOUSE_CLIENT_SECRET";
    /// Id of the public login client.
    pub const PUBLIC_CLIENT_ID: &str = "PROOFHOUSE_PUBLIC_CLIENT_ID";
    /// Id of the confidential login client.
    pub const CONFIDENTIAL_CLIENT_ID: &str = "PROOFHOUSE_CONFIDENTIAL_CLIENT_ID";
    /// Secret of the confidential login client.
    pub const CONFIDENTIAL_CLIENT_SECRET: &str = "PROOFHOUSE_CONFIDENTIAL_CLIENT_SECRET";
    /// What the user types as a name.
    pub const USER: &str = "PROOFHOUSE_USER";
    /// The user's password.
    pub const PASSWORD: &str = "PROOFHOUSE_PASSWORD";
}

/// A description, and the secrets that it points to.
#[derive(Debug, Clone)]
pub struct Served {
    /// The description; its secrets are in variables.
    pub description: Description,
    secrets: BTreeMap<&'static str, String>,
}

impl Served {
    /// Describes the first client of each kind, and the first user, of a tenant that is served at `url`.
    ///
    /// ```
    /// use conformance::description::{Usable, tenant::Served};
    ///
    /// let served = Served::new("http://127.0.0.1:9400", &fixtures::seed::demo());
    /// let usable = Usable::new(&served.description, None, &|name| served.variable(name));
    /// assert!(usable.is_ok_and(|usable| usable.offer().user));
    /// ```
    pub fn new(url: impl Into<String>, served: &Tenant) -> Self {
        let mut secrets = BTreeMap::new();
        let mut secret = |name: &'static str, value: &str| {
            secrets.insert(name, value.to_owned());
            Some(name.to_owned())
        };
        let clients = || served.clients.iter();
        let configuration_client = clients()
            .find(|client| client.is_configuration_client())
            .and_then(|client| Some((client, client.secret.as_ref()?)))
            .map(|(client, value)| file::ConfigurationClient {
                id: Some(client.id.clone()),
                secret_env: secret(variables::CLIENT_SECRET, value.reveal()),
                ..file::ConfigurationClient::default()
            });
        let public = clients()
            .find(|client| client.kind == tenant::ClientKind::Public)
            .map(login_client);
        let confidential = clients()
            .filter(|client| client.kind == tenant::ClientKind::Confidential)
            .find(|client| !client.is_configuration_client())
            .and_then(|client| Some((client, client.secret.as_ref()?)))
            .map(|(client, value)| login::LoginClient {
                secret_env: secret(variables::CONFIDENTIAL_CLIENT_SECRET, value.reveal()),
                ..login_client(client)
            });
        let user = served.users.first().map(|user| login::User {
            name: Some(user.email.clone()),
            password_env: secret(variables::PASSWORD, user.password.reveal()),
            ..login::User::default()
        });
        let description = Description {
            url: Some(url.into()),
            customer: Some(served.customer.clone()),
            configuration_client,
            clients: login::Clients {
                public,
                confidential,
            },
            user,
            bounds: file::Bounds::of_ours(),
            ..Description::default()
        };
        Self {
            description,
            secrets,
        }
    }

    /// Holds the target to the first answer of every reading: those are the defaults of the reference server.
    ///
    /// ```
    /// use conformance::description::tenant::Served;
    ///
    /// let served = Served::new("http://127.0.0.1:9400", &fixtures::seed::demo()).held_to_defaults();
    /// assert_eq!(served.description.readings["rejected-token"], "401");
    /// ```
    #[must_use]
    pub fn held_to_defaults(mut self) -> Self {
        self.description.readings = readings::all()
            .iter()
            .map(|reading| (reading.id.clone(), reading.default_answer().to_owned()))
            .collect();
        self
    }

    /// Returns a secret by the name of its variable.
    pub fn variable(&self, name: &str) -> Option<String> {
        self.secrets.get(name).cloned()
    }
}

fn login_client(client: &tenant::Client) -> login::LoginClient {
    login::LoginClient {
        id: Some(client.id.clone()),
        redirect_uri: client.redirect_uris.first().cloned(),
        post_logout_redirect_uri: client.post_logout_redirect_uris.first().cloned(),
        ..login::LoginClient::default()
    }
}
