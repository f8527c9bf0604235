//! Faults of the transport: what a network, a proxy or an overloaded machine does to any answer.

use std::time::Duration;

use http::StatusCode;
use http::header::{CONTENT_TYPE, RETRY_AFTER};

use crate::faults::answer::{Answer, End};
use crate::faults::fault::{Act, Fault};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "answers-are-slow",
        family: "transport",
        title: "Every answer takes 200 ms longer",
        act: Act::Wait(Duration::from_millis(200)),
    },
    Fault {
        name: "answers-never-come",
        family: "transport",
        title: "The connection stays open, and no answer comes",
        act: Act::Around(|_, _, _| Box::pin(std::future::pending())),
    },
    Fault {
        name: "connection-breaks",
        family: "transport",
        title: "The connection breaks half-way through the body",
        act: Act::Answer(|_, _, answer| answer.end = End::Torn),
    },
    Fault {
        name: "body-is-cut",
        family: "transport",
        title: "Half of the body is missing, and nothing says so",
        act: Act::Answer(|_, _, answer| {
            let half = answer.body.slice(..answer.body.len() / 2);
            answer.set_body(half);
        }),
    },
    Fault {
        name: "content-type-is-text",
        family: "transport",
        title: "Every body is said to be plain text",
        act: Act::Answer(|_, _, answer| {
            if answer.headers.contains_key(CONTENT_TYPE) {
                answer.set_header(CONTENT_TYPE, "text/plain");
            }
        }),
    },
    Fault {
        name: "content-type-is-absent",
        family: "transport",
        title: "No body has a content type",
        act: Act::Answer(|_, _, answer| {
            answer.headers.remove(CONTENT_TYPE);
        }),
    },
    Fault {
        name: "too-many-requests",
        family: "transport",
        title: "Every request is refused with 429",
        act: Act::Around(|_, _, _| {
            Box::pin(async {
                let mut answer =
                    Answer::refusal(StatusCode::TOO_MANY_REQUESTS, "Too many requests");
                answer.set_header(RETRY_AFTER, "1");
                answer
            })
        }),
    },
    Fault {
        name: "service-is-unavailable",
        family: "transport",
        title: "Every request is refused with 503",
        act: Act::Around(|_, _, _| {
            Box::pin(async { Answer::refusal(StatusCode::SERVICE_UNAVAILABLE, "Unavailable") })
        }),
    },
];
