//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use axum::response::{IntoResponse, Response};
use http::{Request, StatusCode, Version, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::awaited::Awaited;
use super::express::{self, Rest};
use super::prefixed::Prefixed;
use super::seats::Seat;
use super::stall::Stalling;
use crate::app::App;
use crate::door::Door;
use crate::patience::within;
use crate::settings::Limits;

/// What every connection of a server has in common.
#[derive(Clone)]
pub(super) struct Terms {
    pub(super) door: Door,
    /// Whose journal, if one is kept, has the requests.
    pub(super) seen_by: Option<App>,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) limits: Limits,
    /// Closed when the server stops.
    pub(super) stopped: watch::Receiver<()>,
}

/// Serves one connection until its client leaves or breaks a limit, or until it has to leave: because its seat is wanted,
/// or because the server stops. A request in hand is answered first, unless its seat is wanted and the rest of it is not there.
pub(super) async fn run<S>(stream: S, seat: Seat, terms: Terms)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let stream = Stalling::new(stream, terms.limits.stall);
    let Some(tls) = terms.tls.clone() else {
        return speak(stream, &seat, &terms).await;
    };
    let mut stopped = terms.stopped.clone();
    let handshake = tokio::time::timeout(terms.limits.handshake, tls.accept(stream));
    tokio::select! {
        () = seat.told_to_leave() => {}
        _ = stopped.changed() => {}
        shaken = handshake => match shaken {
            Ok(Ok(stream)) => speak(stream, &seat, &terms).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        }
    }
}

/// The least buffer that hyper takes.
const LEAST_BUFFER: usize = 8192;

async fn speak<S>(mut stream: S, seat: &Seat, terms: &Terms)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    if let Some(rest) = express::travel(&mut stream, seat, terms).await {
        // Boxed, so that a connection that stays in the lane does not carry what hyper needs.
        Box::pin(speak_freely(rest, stream, seat, terms)).await;
    }
}

/// Lets hyper serve a connection, from what was read of it on.
async fn speak_freely<S>(rest: Rest, stream: S, seat: &Seat, terms: &Terms)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = terms.limits;
    let has_begun = AtomicBool::new(false);
    let service = service_fn(|request| {
        has_begun.store(true, Ordering::Relaxed);
        answer(terms, request, seat)
    });
    // The time of the first head runs from before hyper saw anything of it.
    let mut timer = pin!(tokio::time::sleep_until(rest.since + limits.head));
    let mut has_no_head = pin!(poll_fn(|context| match has_begun.load(Ordering::Relaxed) {
        true => Poll::Pending,
        false => timer.as_mut().poll(context),
    }));
    let stream = Prefixed::new(rest.bytes, stream);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_headers(limits.head_fields)
        .max_buf_size(limits.head_bytes.max(LEAST_BUFFER))
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let mut stopped = terms.stopped.clone();
    let mut is_stopping = false;
    let ended = loop {
        tokio::select! {
            biased;
            ended = connection.as_mut() => break ended,
            // Whoever wants the seat does not wait for somebody who brings a request bit by bit.
            () = seat.told_to_leave() => {
                if seat.owes_the_rest() {
                    return;
                }
            }
            _ = stopped.changed(), if !is_stopping => is_stopping = true,
            () = has_no_head.as_mut() => return,
        }
        // Without a first request there is nothing to finish, and hyper would wait for one.
        if !seat.has_asked() {
            return;
        }
        connection.as_mut().graceful_shutdown();
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn answer(
    terms: &Terms,
    request: Request<Incoming>,
    seat: &Seat,
) -> Result<Response, Infallible> {
    let _work = seat.work();
    let app = terms.seen_by.as_ref();
    let open = app.and_then(|app| Some(app.journal()?.enter(&request, app.clock().now())));
    let answer = ask(terms, request, seat).await;
    if let Some(open) = open {
        open.answered(answer.status());
    }
    Ok(answer)
}

async fn ask(terms: &Terms, request: Request<Incoming>, seat: &Seat) -> Response {
    if !names_one_host(&request) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let request = request.map(|body| Awaited::new(body, seat.wait()));
    match within(terms.limits.request, terms.door.answer(request)).await {
        Some(answer) => answer,
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Tells whether a request names one host; before HTTP/1.1 it may name none (RFC 9112, section 3.2).
fn names_one_host<B>(request: &Request<B>) -> bool {
    match request.headers().get_all(header::HOST).iter().count() {
        0 => request.version() < Version::HTTP_11,
        count => count == 1,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
    use tokio::time::Instant;

    use super::*;
    use crate::clock::Clock;
    use crate::ids::Ids;
    use crate::router::router;
    use crate::serve::seats::Seats;
    use crate::settings::Settings;

    /// Starts a connection without a socket, and returns the client's end.
    async fn connect(limits: Limits) -> DuplexStream {
        let settings = Settings {
            limits,
            ..Settings::default()
        };
        let app = App::new(settings, Clock::fixed(), Ids::seeded(1));
        app.add_tenant(&fixtures::seed::demo())
            .expect("the demo tenant fits together");
        let (here, there) = tokio::io::duplex(1024);
        let seat = Seats::new(1).take().await;
        tokio::spawn(async move {
            // The sender lives as long as the connection: the server does not stop.
            let (_stop, stopped) = watch::channel(());
            run(
                there,
                seat,
                Terms {
                    door: router(app),
                    seen_by: None,
                    tls: None,
                    limits,
                    stopped,
                },
            )
            .await;
        });
        here
    }

    /// Reads until the server closes, and returns the first line and the time that it took.
    async fn rest(mut stream: DuplexStream) -> (String, Duration) {
        let start = Instant::now();
        let mut bytes = Vec::new();
        stream
            .read_to_end(&mut bytes)
            .await
            .expect("it closes in good order");
        let text = String::from_utf8_lossy(&bytes);
        (
            text.lines().next().unwrap_or_default().to_owned(),
            start.elapsed(),
        )
    }

    /// A request that announces more than it brings.
    const HALF: &str = "POST /01000000-0000-3000-9000-000000000000/login/token HTTP/1.1\r\nhost: x\r\n\
                        content-type: application/x-www-form-urlencoded\r\ncontent-length: 10\r\n\r\ngrant";

    const HEAD: &str = "GET /x HTTP/1.1\r\nhost: x\r\n";

    #[tokio::test(start_paused = true)]
    async fn a_client_that_says_nothing_is_left() {
        let limits = Limits::default();
        let (first, took) = rest(connect(limits).await).await;
        assert_eq!((first.as_str(), took), ("", limits.head));
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_drips_in_is_cut_off() {
        let limits = Limits::default();
        let mut stream = connect(limits).await;
        let start = Instant::now();
        // A byte a second never breaks a limit on silence, but the head has to be there in time.
        for byte in HEAD.bytes().cycle() {
            if stream.write_all(&[byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let took = start.elapsed();
        assert!(took <= limits.head + Duration::from_secs(2), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_idles_is_closed() {
        let limits = Limits::default();
        let mut stream = connect(limits).await;
        stream
            .write_all(format!("{HEAD}\r\n").as_bytes())
            .await
            .expect("it is open");
        let (first, took) = rest(stream).await;
        assert_eq!(
            (first.as_str(), took),
            ("HTTP/1.1 404 Not Found", limits.head)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_is_given_up() {
        let limits = Limits::default();
        let mut stream = connect(limits).await;
        stream.write_all(HALF.as_bytes()).await.expect("it is open");
        let (first, took) = rest(stream).await;
        assert_eq!(
            (first.as_str(), took),
            ("HTTP/1.1 408 Request Timeout", limits.body)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_has_its_time() {
        let request = Duration::from_secs(1);
        let limits = Limits {
            request,
            ..Limits::default()
        };
        let mut stream = connect(limits).await;
        stream.write_all(HALF.as_bytes()).await.expect("it is open");
        let (first, took) = rest(stream).await;
        assert_eq!(
            (first.as_str(), took),
            ("HTTP/1.1 503 Service Unavailable", request)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_names_one_host() {
        for (fields, answer) in [
            ("1.1\r\n", "HTTP/1.1 400 Bad Request"),
            ("1.1\r\nhost: x\r\nhost: y\r\n", "HTTP/1.1 400 Bad Request"),
            ("1.1\r\nhost: x\r\n", "HTTP/1.1 404 Not Found"),
            ("1.0\r\n", "HTTP/1.0 404 Not Found"),
        ] {
            let mut stream = connect(Limits::default()).await;
            let request = format!("GET /x HTTP/{fields}\r\n");
            stream
                .write_all(request.as_bytes())
                .await
                .expect("it is open");
            let (first, _) = rest(stream).await;
            assert_eq!(first, answer, "`{fields}`");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn heads_have_a_size() {
        let limits = Limits::default();
        let many = "x: y\r\n".repeat(limits.head_fields);
        let large = format!("x: {}\r\n", "y".repeat(limits.head_bytes));
        for fields in [many, large] {
            let mut stream = connect(limits).await;
            // The server may have answered before it took everything.
            let _ = stream
                .write_all(format!("{HEAD}{fields}\r\n").as_bytes())
                .await;
            let (first, _) = rest(stream).await;
            assert_eq!(first, "HTTP/1.1 431 Request Header Fields Too Large");
        }
        let mut stream = connect(limits).await;
        let fields = "x: y\r\n".repeat(limits.head_fields - 1);
        let request = format!("{HEAD}{fields}\r\n");
        stream
            .write_all(request.as_bytes())
            .await
            .expect("it is open");
        let (first, _) = rest(stream).await;
        assert_eq!(first, "HTTP/1.1 404 Not Found");
    }
}
