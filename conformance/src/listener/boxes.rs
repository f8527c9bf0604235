//! What arrived, by path, and what is answered there.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::reply::Reply;

/// The most deliveries that a path keeps until they are looked at; what comes after is answered and forgotten.
const MOST: usize = 200;

/// A request that arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// Its headers; names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body, as text.
    pub body: String,
}

impl Delivery {
    /// Returns the first header of a name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Every path that a check opened.
#[derive(Debug, Default)]
pub(crate) struct Boxes {
    /// Written by connections, read by checks; never held across an await.
    open: Mutex<BTreeMap<String, Open>>,
    /// Told of every arrival.
    pub(super) arrived: Notify,
}

#[derive(Debug)]
struct Open {
    deliveries: VecDeque<Delivery>,
    /// What the next deliveries are answered; the last one is for all that follow.
    replies: VecDeque<Reply>,
}

impl Boxes {
    /// Opens a path, where a delivery is answered 200.
    pub(super) fn open(&self, path: &str) {
        let empty = Open {
            deliveries: VecDeque::new(),
            replies: VecDeque::from([Reply::Status(200)]),
        };
        self.lock().insert(path.to_owned(), empty);
    }

    /// Closes a path.
    pub(super) fn close(&self, path: &str) {
        self.lock().remove(path);
    }

    /// Says what the next deliveries are answered; the last reply is for all that follow.
    pub(super) fn script(&self, path: &str, replies: &[Reply]) {
        if let Some(open) = self.lock().get_mut(path) {
            open.replies = replies.iter().copied().collect();
        }
    }

    /// Takes what arrived first, if anything did.
    pub(super) fn take(&self, path: &str) -> Option<Delivery> {
        self.lock().get_mut(path)?.deliveries.pop_front()
    }

    /// Keeps what arrived, and returns the answer: none where no path is open. Below an open path one is answered as on it.
    pub(super) fn receive(&self, delivery: Delivery) -> Option<Reply> {
        let mut boxes = self.lock();
        let first = delivery.path.split(['/', '?']).nth(1)?;
        let open = boxes.get_mut(&format!("/{first}"))?;
        let reply = match open.replies.len() {
            0 | 1 => open.replies.front().copied(),
            _ => open.replies.pop_front(),
        };
        if open.deliveries.len() < MOST {
            open.deliveries.push_back(delivery);
        }
        drop(boxes);
        self.arrived.notify_waiters();
        reply
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(path: &str) -> Delivery {
        Delivery {
            method: "POST".to_owned(),
            path: path.to_owned(),
            headers: vec![("accept".to_owned(), "*/*".to_owned())],
            body: String::new(),
        }
    }

    #[test]
    fn replies_come_in_turn_and_the_last_one_stays() {
        let boxes = Boxes::default();
        boxes.open("/a");
        boxes.script("/a", &[Reply::Status(500), Reply::Status(200)]);
        let told = [(); 3].map(|()| boxes.receive(delivery("/a")));
        assert_eq!(told[0], Some(Reply::Status(500)));
        assert_eq!(told[1..], [Some(Reply::Status(200)); 2]);
    }

    #[test]
    fn what_arrives_elsewhere_is_nobodys() {
        let boxes = Boxes::default();
        boxes.open("/a");
        assert_eq!(boxes.receive(delivery("/b")), None);
        assert!(boxes.receive(delivery("/a/elsewhere")).is_some());
        let kept = boxes.take("/a").map(|delivery| delivery.path);
        assert_eq!(kept.as_deref(), Some("/a/elsewhere"));
        assert_eq!(boxes.take("/a"), None);
        boxes.close("/a");
        assert_eq!(boxes.receive(delivery("/a")), None);
    }

    #[test]
    fn no_more_is_kept_than_fits() {
        let boxes = Boxes::default();
        boxes.open("/a");
        for _ in 0..MOST + 5 {
            assert!(boxes.receive(delivery("/a")).is_some());
        }
        let kept = std::iter::from_fn(|| boxes.take("/a")).count();
        assert_eq!(kept, MOST);
    }
}
