//! The handlers, and the faults still to pass on the way to them.

use axum::Router;
use futures_util::future::BoxFuture;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use super::answer::{Answer, End};
use super::asked::Asked;
use super::fault::{Act, Fault};
use super::jwt;
use super::let_in::{self, LetIn};
use crate::app::App;

/// What answers a request: the handlers, behind the faults that are still to pass.
#[derive(Clone, Copy)]
pub(crate) struct Desk<'a> {
    pub(super) app: &'a App,
    pub(super) faults: &'a [&'static Fault],
    pub(super) routes: &'a Router,
}

impl<'a> Desk<'a> {
    /// Asks, and returns the answer with its whole body.
    pub(crate) fn ask(self, asked: Asked) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            match self.faults.split_first() {
                None => self.ask_the_handlers(asked).await,
                Some((fault, rest)) => {
                    let behind = Desk {
                        faults: rest,
                        ..self
                    };
                    pass(fault.act, self.app, asked, behind).await
                }
            }
        })
    }

    async fn ask_the_handlers(self, mut asked: Asked) -> Answer {
        let exchanges = self.app.faults().exchanges();
        let Some((customer, client)) = asked.customer().zip(asked.is_let_in()) else {
            let _others = exchanges.read().await;
            return self.ask_the_routes(asked).await;
        };
        let _alone = exchanges.write().await;
        let let_in = LetIn::new(self.app, customer, client);
        if let_in.is_some() {
            asked.set_basic(client, let_in::SECRET);
        }
        self.ask_the_routes(asked).await
    }

    async fn ask_the_routes(self, asked: Asked) -> Answer {
        let response = match self.routes.clone().oneshot(asked.into_request()).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        // Handlers make their whole body before they answer, so reading it does not fail.
        let body = body
            .collect()
            .await
            .map(http_body_util::Collected::to_bytes);
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.unwrap_or_default(),
            end: End::Whole,
        }
    }
}

async fn pass(act: Act, app: &App, mut asked: Asked, behind: Desk<'_>) -> Answer {
    match act {
        Act::Request(change) => {
            change(app, &mut asked);
            behind.ask(asked).await
        }
        Act::Answer(change) => {
            let mut answer = behind.ask(asked.clone()).await;
            change(app, &asked, &mut answer);
            answer
        }
        Act::IdToken(change) => {
            let mut answer = behind.ask(asked.clone()).await;
            jwt::edit_id_tokens(app, &asked, &mut answer, change).await;
            answer
        }
        Act::AccessToken(change) => {
            let mut answer = behind.ask(asked.clone()).await;
            jwt::edit_access_tokens(app, &asked, &mut answer, change).await;
            answer
        }
        // What goes out to listeners is changed there.
        Act::EventToken(_) | Act::Post(_) | Act::Outcome(_) => behind.ask(asked).await,
        Act::Instead(answer) => match answer(app, &asked) {
            Some(answer) => answer,
            None => behind.ask(asked).await,
        },
        Act::Around(go) => go(app, asked, behind).await,
        Act::Wait(time) => {
            tokio::time::sleep(time).await;
            behind.ask(asked).await
        }
    }
}
