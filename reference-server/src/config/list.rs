//! Whole collections: how many items there are, and each in short.

use std::convert::Infallible;
use std::io::Write as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, header};
use hyper::body::{Frame, SizeHint};
use serde::Serialize;

use crate::store::{Customer, Item};

/// Items that are written before others have their turn: some fifty microseconds.
const ITEMS: usize = 128;

/// Answers with every item of a collection, in the order of their ids. A long list is written bit by bit, so that nobody has to
/// wait for it, and kept until something changes.
pub(crate) async fn list<T: Item, S: Serialize>(
    customer: &Customer,
    summary: impl Fn(&T) -> S,
) -> Response {
    if let Some(kept) = customer.kept_list::<T>() {
        return answer(kept);
    }
    let (items, version) = customer.list_of_version::<T>();
    let mut body = Vec::with_capacity(64 + items.len() * 200);
    let (total, collection) = (items.len(), T::COLLECTION);
    write!(body, r#"{{"total":{total},"_embedded":{{"{collection}":["#)
        .expect("a vector takes every byte");
    for (number, item) in items.into_iter().enumerate() {
        if number > 0 {
            body.push(b',');
            if number % ITEMS == 0 {
                tokio::task::yield_now().await;
            }
        }
        serde_json::to_writer(&mut body, &summary(&item))
            .expect("texts and ids always make JSON, and a vector takes every byte");
    }
    body.extend_from_slice(b"]}}");
    let body = Bytes::from(body);
    customer.keep_list::<T>(total, version, &body);
    answer(body)
}

fn answer(list: Bytes) -> Response {
    let json = HeaderValue::from_static("application/json");
    let body = match list.len() {
        0..=Pieces::LENGTH => Body::from(list),
        _ => Body::new(Pieces {
            rest: list,
            others_turn: None,
        }),
    };
    ([(header::CONTENT_TYPE, json)], body).into_response()
}

/// A long body that is sent a piece at a time, and lets others have their turn in between.
struct Pieces {
    rest: Bytes,
    /// Passes when others had their turn, whatever new they brought included.
    others_turn: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Pieces {
    /// Bytes of a piece.
    const LENGTH: usize = 128 * 1024;
}

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        if let Some(turn) = &mut self.others_turn {
            ready!(turn.as_mut().poll(context));
        }
        self.others_turn = Some(Box::pin(tokio::task::yield_now()));
        let length = self.rest.len().min(Self::LENGTH);
        let piece = self.rest.split_to(length);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    #[tokio::test]
    async fn a_long_body_comes_whole_and_announces_its_length() {
        let long: Vec<u8> = (0..=u8::MAX).cycle().take(Pieces::LENGTH * 2 + 5).collect();
        let response = answer(long.clone().into());
        let body = response.into_body();
        let announced = hyper::body::Body::size_hint(&body).exact();
        assert_eq!(announced, Some(long.len() as u64));
        let whole = body.collect().await.expect("it cannot fail").to_bytes();
        assert!(whole == long, "not the bytes that were meant");
    }

    #[tokio::test(flavor = "current_thread")]
    async fn who_arrives_while_a_list_is_sent_need_not_wait_for_its_end() {
        const PIECES: usize = 48;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let arrival = tokio::spawn(async move { listener.accept().await.map(|_| ()) });
        // It has its first turn, and waits.
        tokio::task::yield_now().await;
        let mut body = answer(vec![b' '; Pieces::LENGTH * PIECES].into()).into_body();
        let caller = std::net::TcpStream::connect(address).expect("somebody listens");
        // A task like that of a connection: the runtime looks for news only now and then while there are tasks to go on with.
        let sender = tokio::spawn(async move {
            let mut sent = 0;
            while !arrival.is_finished() && body.frame().await.is_some() {
                sent += 1;
            }
            sent
        });
        let sent = sender.await.expect("it does not panic");
        drop(caller);
        assert!(sent < PIECES / 4, "{sent} of {PIECES} pieces came first");
    }
}
