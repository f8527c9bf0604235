//! The client of a user of goose.

use bytes::{Bytes, BytesMut};
use goose::goose::{GooseMethod, GooseRequest, GooseUser};
use http::Method;

use super::{Answer, Request, Unanswered};
use crate::target::{Roots, Target};

/// Builds the client that all users share: it follows no redirect and keeps no cookie, since journeys check both.
pub(crate) fn client(target: &Target) -> Result<reqwest::Client, reqwest::Error> {
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(target.connect)
        .timeout(target.exchange)
        .http1_only();
    builder = match &target.roots {
        // Nothing is loaded for plain HTTP.
        Roots::None => builder.tls_certs_only([]),
        Roots::System => builder,
        Roots::These(certificates) => {
            let roots = certificates
                .iter()
                .map(|certificate| reqwest::Certificate::from_der(certificate))
                .collect::<Result<Vec<_>, _>>()?;
            builder.tls_certs_only(roots)
        }
    };
    builder.build()
}

/// Sends a request by the client of a user of goose, and reads the whole answer.
pub(crate) async fn send(
    user: &mut GooseUser,
    name: &'static str,
    request: Request,
    largest: usize,
) -> Result<Answer, Unanswered> {
    let method = match request.method {
        Method::POST => GooseMethod::Post,
        Method::PUT => GooseMethod::Put,
        Method::DELETE => GooseMethod::Delete,
        _ => GooseMethod::Get,
    };
    // Goose would read the address twice, for every request anew.
    let url = request.address.url().ok_or(Unanswered::Connect)?;
    let mut builder = user.client.request(request.method, url.clone());
    for (name, value) in request.headers {
        builder = builder.header(name, value);
    }
    if !request.body.is_empty() {
        builder = builder.body(request.body);
    }
    let request = GooseRequest::builder()
        .method(method)
        .path(request.address.as_str())
        .name(name)
        .set_request_builder(builder)
        .build();
    // Goose gives up a request only when it throttles, which it never does here.
    let answered = user.request(request).await.map_err(|_| Unanswered::Lost)?;
    let mut response = answered.response.map_err(|error| unanswered(&error))?;
    let status = response.status().as_u16();
    let headers = std::mem::take(response.headers_mut());
    // Goose stops its clock at the headers; the answer is whole at the end of the body.
    let body = body(&mut response, largest).await?;
    Ok(Answer {
        status,
        headers,
        body,
    })
}

async fn body(response: &mut reqwest::Response, largest: usize) -> Result<Bytes, Unanswered> {
    let mut whole = BytesMut::new();
    let mut only = Bytes::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unanswered(&error))? {
        if only.is_empty() && whole.is_empty() {
            only = chunk;
        } else {
            whole.extend_from_slice(&std::mem::take(&mut only));
            whole.extend_from_slice(&chunk);
        }
        if only.len().max(whole.len()) > largest {
            return Err(Unanswered::TooLarge);
        }
    }
    Ok(if whole.is_empty() {
        only
    } else {
        whole.freeze()
    })
}

fn unanswered(error: &reqwest::Error) -> Unanswered {
    if error.is_timeout() {
        Unanswered::Timeout
    } else if error.is_connect() {
        Unanswered::Connect
    } else {
        Unanswered::Lost
    }
}
