//! What is counted in instructions. Each case is a function of its own, inside which an instrument counts; what it needs is made
//! outside.

use std::future::Future as _;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::body::Body;
use http::{Request, StatusCode};
use reference_server::settings::Settings;
use reference_server::{App, Clock, Door, Ids, router};
use scope_lang::{Method, Readings, Scope, ScopeSet};
use tower::Service as _;

use crate::crowd::{self, FORM, OPAQUE};
use crate::desk::{form, get};
use scope_workload::{Outcome, Workload};

/// How often a case is counted; figures are for one time.
pub const TIMES: usize = 64;

/// The names of all cases.
pub const NAMES: [&str; 5] = [
    "token-issue",
    "token-introspect",
    "config-view",
    "scope-decide",
    "scope-compile",
];

/// Runs a case as often as it is counted, after some turns that are not; `None` if there is no such case.
///
/// # Panics
///
/// Panics if a case does not do what it is there for.
pub fn run(name: &str) -> Option<()> {
    match name {
        "token-issue" => exchanges(|_| form("login/token", OPAQUE, FORM)),
        "token-introspect" => {
            exchanges(|token| form("login/token/introspect", OPAQUE, &format!("token={token}")));
        }
        "config-view" => {
            let path = format!("config/clients/{OPAQUE}");
            exchanges(|token| get(&path, Some(token)));
        }
        "scope-decide" => {
            let workload = Workload::new(64, Outcome::Hit);
            let set = ScopeSet::compile(&scopes(&workload), Readings::default());
            for path in workload.paths.iter().cycle().take(TIMES) {
                assert!(decide(&set, path), "not the outcome that was meant");
            }
        }
        "scope-compile" => {
            let scopes = scopes(&Workload::new(64, Outcome::Hit));
            for _ in 0..TIMES {
                drop(compile(&scopes));
            }
        }
        _ => return None,
    }
    Some(())
}

fn exchanges(request: impl Fn(&str) -> Request<Body>) {
    let app = App::new(Settings::default(), Clock::fixed(), Ids::seeded(1));
    app.add_tenant(&crowd::tenant(0, 0))
        .expect("a tenant of the benches fits together");
    let mut door = router(app);
    let token = token(&mut door);
    for _ in 0..TIMES {
        drop(ask(&mut door, request(&token)));
    }
    for request in (0..TIMES).map(|_| request(&token)) {
        exchange(&mut door, request);
    }
}

fn token(door: &mut Door) -> String {
    let answer = ask(door, form("login/token", OPAQUE, FORM));
    let mut body = pin!(http_body_util::BodyExt::collect(answer));
    let Poll::Ready(Ok(body)) = body.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("a body in memory is there at once");
    };
    let answer: serde_json::Value = serde_json::from_slice(&body.to_bytes()).unwrap_or_default();
    let token = answer["access_token"].as_str();
    token.expect("the answer has a token").to_owned()
}

/// Asks what is answered at once.
fn ask(door: &mut Door, request: Request<Body>) -> Body {
    let mut answer = pin!(door.call(request));
    let Poll::Ready(Ok(answer)) = answer
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    else {
        panic!("nothing of it has to wait");
    };
    assert!(answer.status() == StatusCode::OK, "refused");
    answer.into_body()
}

fn scopes(workload: &Workload) -> Vec<Scope> {
    let scopes = workload.scopes.iter().map(|text| text.parse());
    scopes
        .collect::<Result<_, _>>()
        .expect("a workload's scopes are well-formed")
}

/// An exchange with the server behind its door, from a request that is there to the last of an answer.
#[inline(never)]
fn exchange(door: &mut Door, request: Request<Body>) {
    drop(ask(door, request));
}

/// A decision on 64 scopes.
#[inline(never)]
fn decide(set: &ScopeSet, path: &str) -> bool {
    set.decide(black_box(Method::Get), black_box(path))
        .allowed()
}

/// 64 scopes made ready.
#[inline(never)]
fn compile(scopes: &[Scope]) -> ScopeSet {
    ScopeSet::compile(black_box(scopes), Readings::default())
}
