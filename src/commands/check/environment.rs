//! The description of a target that flags name: its clients and its user are in the environment.

use conformance::description::{Description, file, login, tenant::variables};

/// Where the users of a client described by variables come back to; nothing is ever sent there.
const REDIRECT_URI: &str = "http://localhost:8080/callback";

/// Describes whom the variables name. The configuration client is always asked for; who signs in, where there is a variable.
pub(super) fn describe(is_set: &dyn Fn(&str) -> bool) -> Description {
    let client = |id: &str| login::LoginClient {
        id_env: Some(id.to_owned()),
        redirect_uri: Some(REDIRECT_URI.to_owned()),
        ..login::LoginClient::default()
    };
    let public = is_set(variables::PUBLIC_CLIENT_ID).then(|| client(variables::PUBLIC_CLIENT_ID));
    let confidential = is_set(variables::CONFIDENTIAL_CLIENT_ID).then(|| login::LoginClient {
        secret_env: Some(variables::CONFIDENTIAL_CLIENT_SECRET.to_owned()),
        ..client(variables::CONFIDENTIAL_CLIENT_ID)
    });
    let user = is_set(variables::USER).then(|| login::User {
        name_env: Some(variables::USER.to_owned()),
        password_env: Some(variables::PASSWORD.to_owned()),
        ..login::User::default()
    });
    Description {
        configuration_client: Some(file::ConfigurationClient {
            id_env: Some(variables::CLIENT_ID.to_owned()),
            secret_env: Some(variables::CLIENT_SECRET.to_owned()),
            ..file::ConfigurationClient::default()
        }),
        clients: login::Clients {
            public,
            confidential,
        },
        user,
        ..Description::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_not_named_is_not_described() {
        let nobody = describe(&|_| false);
        assert!(nobody.configuration_client.is_some());
        assert!(nobody.user.is_none() && nobody.clients.public.is_none());
        let all = describe(&|_| true);
        assert!(all.user.is_some());
        let client = all.clients.confidential.expect("its variable is set");
        assert_eq!(
            client.secret_env.as_deref(),
            Some(variables::CONFIDENTIAL_CLIENT_SECRET)
        );
    }
}
