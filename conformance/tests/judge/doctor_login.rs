//! Clients and users that the target does not know are found before any verdict, and named by their field.

use conformance::{
    description::{Description, Problem, Usable, tenant::Served},
    doctor,
};
use reference_server::TestServer;
use serde_json::json;

use super::{
    peer::{self, Peer},
    site::{NAME, PASSWORD, REDIRECT_URI, page},
};

/// Describes a reference server with a change, and returns what is wrong with that.
async fn problems(change: impl FnOnce(&mut Description)) -> Vec<Problem> {
    problems_with(change, |_| None).await
}

async fn problems_with(
    change: impl FnOnce(&mut Description),
    secret: impl Fn(&str) -> Option<String>,
) -> Vec<Problem> {
    let server = TestServer::start().await;
    let mut served = Served::new(server.url(), &fixtures::seed::demo());
    change(&mut served.description);
    let variable = |name: &str| secret(name).or_else(|| served.variable(name));
    let usable = Usable::new(&served.description, Some(1), &variable)
        .unwrap_or_else(|problems| panic!("a good description: {problems:?}"));
    doctor::open(&usable).await.err().unwrap_or_default()
}

fn fields(problems: &[Problem]) -> Vec<&str> {
    problems
        .iter()
        .map(|problem| problem.field.as_str())
        .collect()
}

#[tokio::test]
async fn everything_of_the_demo_tenant_is_known() {
    assert_eq!(problems(|_| {}).await, []);
}

#[tokio::test]
async fn clients_that_nobody_knows() {
    let found = problems(|description| {
        for client in [
            &mut description.clients.public,
            &mut description.clients.confidential,
        ] {
            let client = client.as_mut().expect("of the demo tenant");
            client.id = Some("00000000-0000-4000-8000-000000000000".to_owned());
        }
    })
    .await;
    assert_eq!(
        fields(&found),
        ["clients.public.id", "clients.confidential.id"]
    );
    let told = found[0].to_string();
    assert!(
        told.contains("its authorization request is answered by 400"),
        "{told}"
    );
}

#[tokio::test]
async fn a_redirect_uri_that_is_not_listed() {
    let found = problems(|description| {
        let client = description
            .clients
            .public
            .as_mut()
            .expect("of the demo tenant");
        client.redirect_uri = Some("http://localhost:8080/callback/".to_owned());
    })
    .await;
    assert_eq!(fields(&found), ["clients.public.redirect-uri"]);
}

#[tokio::test]
async fn a_secret_and_a_password_that_are_wrong() {
    let wrong = |wanted: &'static str| {
        move |name: &str| (name == wanted).then(|| "not the right one".to_owned())
    };
    let found = problems_with(|_| {}, wrong("PROOFHOUSE_CONFIDENTIAL_CLIENT_SECRET")).await;
    assert_eq!(fields(&found), ["clients.confidential.secret-env"]);
    let found = problems_with(|_| {}, wrong("PROOFHOUSE_PASSWORD")).await;
    assert_eq!(fields(&found), ["user"]);
    let told = found[0].to_string();
    assert!(
        told.starts_with("user: the user cannot be signed in: "),
        "{told}"
    );
    assert!(!told.contains("not the right one"), "{told}");
}

#[tokio::test]
async fn a_recipe_that_does_not_fit() {
    let found = problems(|description| {
        description.sign_in.steps = vec![conformance::description::login::Step {
            form: Some("form.nowhere".to_owned()),
            ..Default::default()
        }];
    })
    .await;
    assert_eq!(found.len(), 1);
    assert!(
        found[0].to_string().contains("no form is `form.nowhere`"),
        "{}",
        found[0]
    );
}

/// Describes an issuer at an address.
fn issuer(url: &str) -> Usable {
    let text = format!(
        "issuer = \"{url}\"\n[clients.public]\nid = \"c1\"\nredirect-uri = \"{REDIRECT_URI}\"\n\
         [user]\nname = \"{NAME}\"\npassword-env = \"PASSWORD\"\n[limits]\nexchange-ms = 2000"
    );
    let description = Description::parse("target.toml", &text).expect("it parses");
    Usable::new(&description, Some(1), &|_| Some(PASSWORD.to_owned())).expect("a good description")
}

async fn problem_of(url: &str) -> String {
    let problems = doctor::open(&issuer(url))
        .await
        .expect_err("it is unusable");
    problems[0].to_string()
}

#[tokio::test]
async fn an_issuer_that_is_no_provider() {
    let peer = Peer::start(|_, _, _| page("<h1>It works</h1>")).await;
    let told = problem_of(&peer.url()).await;
    assert!(
        told.starts_with("issuer: no OpenID provider answers: "),
        "{told}"
    );
    assert!(told.contains("/.well-known/openid-configuration"), "{told}");
    let peer = Peer::start(|_, _, _| peer::json(200, &json!({"issuer": "x"}))).await;
    let told = problem_of(&peer.url()).await;
    assert!(told.contains("member /authorization_endpoint"), "{told}");
    let peer = Peer::start(|_, _, _| peer::full(404, "text/plain", "")).await;
    assert!(problem_of(&peer.url()).await.contains("404"));
    let told = problem_of("http://127.0.0.1:1").await;
    assert!(told.starts_with("issuer: cannot be reached: "), "{told}");
}

#[tokio::test]
async fn an_issuer_that_names_places_of_others_gets_nothing_there() {
    let document = json!({
        "issuer": "http://127.0.0.1",
        "authorization_endpoint": "http://evil.example.test/authorize",
        "token_endpoint": "http://evil.example.test/token",
        "jwks_uri": "http://evil.example.test/jwks",
    });
    let peer = Peer::start(move |_, _, _| peer::json(200, &document)).await;
    let told = problem_of(&peer.url()).await;
    assert!(told.starts_with("origins: "), "{told}");
}
