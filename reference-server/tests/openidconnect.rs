//! The crate `openidconnect`, a relying party that nobody here wrote, signs in at the server and uses it: discovery, PKCE, ID token
//! by JWK, userinfo, refresh, revocation.
//!
//! It revokes over HTTPS alone. So the server stands behind a proxy that ends TLS, as it may in earnest: it knows itself by a
//! public URL with `https`, and the proxy is the closure that sends the requests.

use std::net::Ipv4Addr;

use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest,
    HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, RedirectUrl,
    RequestTokenError, RevocationUrl, Scope, TokenResponse as _,
    core::{
        CoreAuthenticationFlow, CoreClient, CoreErrorResponseType, CoreProviderMetadata,
        CoreRevocableToken, CoreUserInfoClaims,
    },
};
use reference_server::{App, Clock, Ids, serve, settings::Settings};
use reqwest::{Client, header, redirect::Policy};
use tokio::net::TcpListener;
use url::Url;

const PUBLIC_URL: &str = "https://id.example.test";
const REDIRECT_URI: &str = "http://localhost:8080/callback";

/// How many pages and redirects a sign-in may have.
const STEPS: usize = 10;

#[tokio::test(flavor = "multi_thread")]
async fn a_public_client_signs_in() {
    sign_in_and_use("6d1f0b8a-7c11-4c39-9a51-000000000002", None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_a_secret_signs_in() {
    let secret = Some("demo-confidential-secret");
    sign_in_and_use("6d1f0b8a-7c11-4c39-9a51-000000000003", secret).await;
}

async fn sign_in_and_use(id: &str, secret: Option<&str>) {
    let proxy = Proxy::start().await;
    let send = |request: HttpRequest| proxy.pass(request);
    let issuer = format!("{PUBLIC_URL}/{}/login", fixtures::seed::demo().customer);
    let at = |path: &str| format!("{issuer}/{path}");

    let issuer_url = IssuerUrl::new(issuer.clone()).expect("a URL");
    let provider = CoreProviderMetadata::discover_async(issuer_url, &send)
        .await
        .expect("a discovery document");
    let client = CoreClient::from_provider_metadata(
        provider,
        ClientId::new(id.to_owned()),
        secret.map(|secret| ClientSecret::new(secret.to_owned())),
    )
    .set_redirect_uri(RedirectUrl::new(REDIRECT_URI.to_owned()).expect("a URL"))
    .set_revocation_url(RevocationUrl::new(at("token/revoke")).expect("a URL"));

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (address, state, nonce) = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scope(Scope::new("email".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    let back = proxy.sign_in(address).await;
    let parameter = |name: &str| {
        let mut pairs = back.query_pairs();
        let found = pairs.find(|(given, _)| given == name);
        found.map(|(_, value)| value.into_owned())
    };
    assert_eq!(parameter("state").as_ref(), Some(state.secret()));

    let code = AuthorizationCode::new(parameter("code").expect("a code"));
    let tokens = client
        .exchange_code(code)
        .expect("a token endpoint")
        .set_pkce_verifier(verifier)
        .request_async(&send)
        .await
        .expect("tokens");
    let id_token = tokens.id_token().expect("an ID token");
    let keys = client.id_token_verifier();
    let claims = id_token.claims(&keys, &nonce).expect("a good ID token");
    let hash = AccessTokenHash::from_token(
        tokens.access_token(),
        id_token.signing_alg().expect("an algorithm"),
        id_token.signing_key(&keys).expect("a published key"),
    );
    assert_eq!(claims.access_token_hash(), Some(&hash.expect("a hash")));
    let other = Nonce::new("another".to_owned());
    assert!(id_token.claims(&keys, &other).is_err());

    let user: CoreUserInfoClaims = client
        .user_info(
            tokens.access_token().clone(),
            Some(claims.subject().clone()),
        )
        .expect("a userinfo endpoint")
        .request_async(&send)
        .await
        .expect("claims of the user");
    let email = user.email().map(|email| email.as_str());
    assert_eq!(email, Some("mira.lind@example.com"));

    let refresh_token = tokens.refresh_token().expect("a refresh token");
    let refreshed = client
        .exchange_refresh_token(refresh_token)
        .expect("a token endpoint")
        .request_async(&send)
        .await
        .expect("tokens again");
    let id_token = refreshed.id_token().expect("an ID token again");
    let again = id_token.claims(&keys, |_: Option<&Nonce>| Ok(()));
    assert_eq!(again.expect("a good ID token").subject(), claims.subject());

    let refresh_token = refreshed.refresh_token().expect("a refresh token again");
    client
        .revoke_token(CoreRevocableToken::from(refresh_token))
        .expect("a revocation endpoint")
        .request_async(&send)
        .await
        .expect("it is revoked");
    let refused = client
        .exchange_refresh_token(refresh_token)
        .expect("a token endpoint")
        .request_async(&send)
        .await;
    match refused {
        Err(RequestTokenError::ServerResponse(response)) => {
            assert_eq!(*response.error(), CoreErrorResponseType::InvalidGrant);
        }
        other => panic!("a revoked refresh token is refused, and not {other:?}"),
    }
}

/// What stands in front of the server and ends TLS.
struct Proxy {
    client: Client,
    server: String,
}

impl Proxy {
    async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port on the loopback interface");
        let address = listener.local_addr().expect("it is bound");
        let settings = Settings {
            public_url: PUBLIC_URL.parse().expect("a public URL"),
            ..Settings::default()
        };
        let app = App::new(settings, Clock::running(), Ids::seeded(0));
        app.add_tenant(&fixtures::seed::demo())
            .expect("a tenant whose parts fit together");
        // It ends with the runtime of the test.
        tokio::spawn(serve(listener, app, std::future::pending()));
        let client = Client::builder().redirect(Policy::none()).build();
        Self {
            client: client.expect("a client"),
            server: format!("http://{address}"),
        }
    }

    async fn pass(&self, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
        let (parts, body) = request.into_parts();
        let answer = self
            .client
            .request(parts.method, self.inside(&parts.uri.to_string()))
            .headers(parts.headers)
            .body(body)
            .send()
            .await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut response = HttpResponse::new(answer.bytes().await?.to_vec());
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }

    fn inside(&self, address: &str) -> String {
        let path = address.strip_prefix(PUBLIC_URL);
        let path = path.unwrap_or_else(|| panic!("`{address}` is not the server's"));
        format!("{}{path}", self.server)
    }

    /// Does what the demo user's browser does, and returns the address at the redirect URI.
    async fn sign_in(&self, mut address: Url) -> Url {
        let mut cookies: Vec<String> = Vec::new();
        let mut form: Option<Vec<(&str, String)>> = None;
        for _ in 0..STEPS {
            let inside = self.inside(address.as_str());
            let request = match &form {
                Some(form) => self.client.post(inside).form(form),
                None => self.client.get(inside),
            };
            let answer = request.header(header::COOKIE, cookies.join("; ")).send();
            let answer = answer.await.expect("an answer");
            let set = answer.headers().get_all(header::SET_COOKIE).iter();
            for cookie in set.filter_map(|line| line.to_str().ok()?.split(';').next()) {
                let name = cookie.split_inclusive('=').next().unwrap_or_default();
                cookies.retain(|kept| !kept.starts_with(name));
                cookies.push(cookie.to_owned());
            }
            if let Some(location) = answer.headers().get(header::LOCATION) {
                let location = location.to_str().expect("a text");
                address = address.join(location).expect("an address");
                form = None;
                if address.as_str().starts_with(REDIRECT_URI) {
                    return address;
                }
            } else {
                form = Some(filled_in(&answer.text().await.expect("a page")));
            }
        }
        panic!("after {STEPS} steps still not at the redirect URI");
    }
}

/// Returns what the demo user sends for the sign-in page.
fn filled_in(page: &str) -> Vec<(&'static str, String)> {
    let token = page
        .split_once(r#"name="_csrf_token" value=""#)
        .and_then(|(_, rest)| rest.split('"').next())
        .unwrap_or_else(|| panic!("no sign-in form: {page}"));
    vec![
        ("_csrf_token", token.to_owned()),
        ("email", "mira.lind@example.com".to_owned()),
        ("password", "correct horse battery staple".to_owned()),
    ]
}
