//! From a tenant file to a customer.

use std::sync::Arc;

use fixtures::seed::TenantError;
use fixtures::seed::rules;
use fixtures::seed::tenant::{self as seed, Tenant};
use serde_json::{Map, Value};

use crate::clock::Moment;
use crate::config::clients::redirect_uri;
use crate::config::login_policies::login_url;
use crate::ids::{Id, Ids};
use crate::keys::Keys;
use crate::password::Password;
use crate::secret::Secret;
use crate::settings::Settings;
use crate::store::{
    Client, ClientSecret, ConnectionDetails, CustomClaims, Customer, IdentityStore, Login,
    LoginPolicy, Records, ResponseType, TokenPolicy, TokenPolicyTerms, User, Users,
};

/// Makes the customer that a tenant describes.
pub(crate) fn customer(
    tenant: &Tenant,
    ids: &Ids,
    settings: &Settings,
) -> Result<Customer, TenantError> {
    rules::check(tenant, "")?;
    check_login_urls(tenant)?;
    check_redirect_uris(tenant)?;
    check_times(tenant)?;
    let mut records = Records::default();
    for policy in &tenant.token_policies {
        let policy = token_policy(policy);
        records.token_policies.insert(policy.id, Arc::new(policy));
    }
    for policy in &tenant.login_policies {
        let policy = login_policy(policy);
        records.login_policies.insert(policy.id, Arc::new(policy));
    }
    for client in &tenant.clients {
        let client = self::client(client, &records, ids, settings);
        records.clients.insert(client.id, Arc::new(client));
    }
    let users = Users::new(settings.hosted_login.accounts);
    for user in &tenant.users {
        users.add(self::user(user, ids));
    }
    let customer = id(&tenant.customer);
    Ok(Customer::new(
        customer,
        Keys::of(customer, ids),
        records,
        users,
        settings.hosted_login,
        settings.webhooks,
    ))
}

/// Makes somebody who is added alone, by the rules of a file. What is wrong names the member: `email`, `profile.gender`.
pub(crate) fn lone_user(user: &seed::User, ids: &Ids) -> Result<User, TenantError> {
    check_lone_user(user)?;
    Ok(self::user(user, ids))
}

fn check_lone_user(user: &seed::User) -> Result<(), TenantError> {
    let tenant = Tenant {
        users: vec![user.clone()],
        schema: None,
        customer: fixtures::seed::DEMO_CUSTOMER.to_owned(),
        token_policies: Vec::new(),
        login_policies: Vec::new(),
        clients: Vec::new(),
    };
    rules::check(&tenant, "")
        .and_then(|()| check_times(&tenant))
        .map_err(|error| match error {
            TenantError::Content { field, problem } => TenantError::Content {
                field: field.replacen("users[0].", "", 1),
                problem,
            },
            other => other,
        })
}

/// Holds a profile to the rules of a file.
pub(crate) fn check_person(email: &str, profile: Map<String, Value>) -> Result<(), TenantError> {
    let mut user = fixtures::seed::demo().users.swap_remove(0);
    user.uuid = None;
    email.clone_into(&mut user.email);
    user.profile = profile;
    check_lone_user(&user)
}

/// What the API refuses cannot come in by a file either.
fn check_login_urls(tenant: &Tenant) -> Result<(), TenantError> {
    for (number, policy) in tenant.login_policies.iter().enumerate() {
        if let Some(url) = &policy.login_url
            && let Some(problem) = login_url::problem(url)
        {
            return Err(TenantError::Content {
                field: format!("loginPolicies[{number}].loginURL"),
                problem: format!("`{url}`: {problem}"),
            });
        }
    }
    Ok(())
}

/// What the API refuses cannot come in by a file either.
fn check_redirect_uris(tenant: &Tenant) -> Result<(), TenantError> {
    for (number, client) in tenant.clients.iter().enumerate() {
        let lists = [
            ("redirectURIs", &client.redirect_uris),
            ("postLogoutRedirectURIs", &client.post_logout_redirect_uris),
        ];
        for (member, uris) in lists {
            for (index, uri) in uris.iter().enumerate() {
                if let Some(problem) = redirect_uri::problem(uri) {
                    return Err(TenantError::Content {
                        field: format!("clients[{number}].{member}[{index}]"),
                        problem: format!("`{uri}`: {problem}"),
                    });
                }
            }
        }
    }
    Ok(())
}

/// The rules of tenants know the form of a time, not the calendar.
fn check_times(tenant: &Tenant) -> Result<(), TenantError> {
    for (number, user) in tenant.users.iter().enumerate() {
        for name in ["lastUpdated", "emailVerified", "mobileNumberVerified"] {
            if let Some(time) = user.profile.get(name).and_then(Value::as_str)
                && Moment::parse(time).is_none()
            {
                return Err(TenantError::Content {
                    field: format!("users[{number}].profile.{name}"),
                    problem: format!("`{time}` is not a time after 1970"),
                });
            }
        }
    }
    Ok(())
}

fn token_policy(policy: &seed::TokenPolicy) -> TokenPolicy {
    let user_scopes = || TokenPolicy::USER_SCOPES.map(str::to_owned).to_vec();
    let terms = TokenPolicyTerms {
        title: policy.title.clone(),
        access_token_lifetime: policy
            .access_token_lifetime
            .unwrap_or(TokenPolicy::ACCESS_LIFETIME),
        refresh_token_lifetime: policy
            .refresh_token_lifetime
            .unwrap_or(TokenPolicy::REFRESH_LIFETIME),
        allowed_scopes: policy.allowed_scopes.clone().unwrap_or_else(user_scopes),
        use_access_jwt: policy.use_access_jwt,
    };
    TokenPolicy::new(id(&policy.id), terms)
}

fn login_policy(policy: &seed::LoginPolicy) -> LoginPolicy {
    let store = policy.identity_store_details.connection_details.clone();
    let response_types = policy.allowed_response_types.as_ref().map(|types| {
        types
            .iter()
            .map(|response_type| match response_type {
                seed::ResponseType::Code => ResponseType::Code,
                seed::ResponseType::IdToken => ResponseType::IdToken,
                seed::ResponseType::Token => ResponseType::Token,
            })
            .collect()
    });
    LoginPolicy {
        id: id(&policy.id),
        title: policy.title.clone(),
        login_url: policy.login_url.clone(),
        identity_store: IdentityStore {
            kind: IdentityStore::KIND,
            connection_details: ConnectionDetails {
                domain: store.domain,
                application_id: store.application_id,
                entity_type: store.entity_type,
                client_id: store.client_id,
                client_secret: store.client_secret,
            },
        },
        custom_claims: policy.custom_claims.clone().map(|claims| CustomClaims {
            id_token: claims.id_token,
            userinfo: claims.userinfo,
        }),
        push_claims: policy.push_claims,
        allowed_response_types: response_types.unwrap_or_else(|| ResponseType::DEFAULT.to_vec()),
    }
}

fn client(client: &seed::Client, records: &Records, ids: &Ids, settings: &Settings) -> Client {
    let login = client.login_policy.as_deref().map(|policy| {
        let policy = id(policy);
        let application = &records.login_policies[&policy]
            .identity_store
            .connection_details
            .application_id;
        Login {
            policy,
            application_client: Login::application_client(application, &ids.application_client()),
        }
    });
    let secret = client.secret.as_ref().map(|secret| {
        let secret = Secret::from(secret.reveal().to_owned());
        ClientSecret::keep(&secret, settings.readings.secret_retrieval)
    });
    Client {
        id: id(&client.id),
        name: client.name.clone(),
        redirect_uris: client.redirect_uris.clone(),
        post_logout_redirect_uris: client.post_logout_redirect_uris.clone(),
        login,
        token_policy: id(&client.token_policy),
        secret,
    }
}

fn user(user: &seed::User, ids: &Ids) -> User {
    let id = user.uuid.as_deref().map_or_else(|| ids.id(), id);
    let password = Password::in_clear(Secret::from(user.password.reveal().to_owned()));
    User::new(id, &user.email, password, user.profile.clone())
}

fn id(text: &str) -> Id {
    Id::parse(text).expect("the rules of tenants want every id in this form")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn login_urls_of_a_file_keep_the_rules_of_the_api() {
        let mut tenant = fixtures::seed::demo();
        tenant.login_policies[0].login_url = Some("javascript:alert(1)".to_owned());
        let made = customer(&tenant, &Ids::seeded(1), &Settings::default());
        assert_eq!(
            made.err().map(|error| error.to_string()).as_deref(),
            Some(
                "`loginPolicies[0].loginURL`: `javascript:alert(1)`: invalid or missing URL scheme"
            )
        );
    }

    #[test]
    fn redirect_uris_of_a_file_keep_the_rules_of_the_api() {
        let mut tenant = fixtures::seed::demo();
        tenant.clients[1]
            .redirect_uris
            .push("http://shop.example.test/".to_owned());
        let made = customer(&tenant, &Ids::seeded(1), &Settings::default());
        assert_eq!(
            made.err().map(|error| error.to_string()).as_deref(),
            Some(
                "`clients[1].redirectURIs[1]`: `http://shop.example.test/`: plain HTTP is for localhost only"
            )
        );
    }
}
