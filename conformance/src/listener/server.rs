//! Connections, and what is read from them. Plain HTTP/1.1, because a listener has to answer what no library would.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

use super::{
    boxes::{Boxes, Delivery},
    reply::Reply,
};

/// The largest head, in bytes.
const HEAD: usize = 32 * 1024;

/// The largest body, in bytes.
const BODY: usize = 256 * 1024;

/// The most connections at a time.
const CONNECTIONS: usize = 256;

/// How long a connection is kept that says nothing, or that is not answered.
const IDLE: Duration = Duration::from_secs(60);

/// Takes connections until it is aborted.
pub(super) async fn accept(socket: TcpListener, boxes: Arc<Boxes>) {
    let seats = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok((connection, _)) = socket.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        // Without a seat it is closed at once.
        if let Ok(seat) = Arc::clone(&seats).try_acquire_owned() {
            let boxes = Arc::clone(&boxes);
            tokio::spawn(async move {
                let _in_time = tokio::time::timeout(IDLE, serve(connection, &boxes)).await;
                drop(seat);
            });
        }
    }
}

/// Serves a connection to its end.
async fn serve(mut connection: TcpStream, boxes: &Boxes) -> Option<()> {
    let mut buffer = Vec::new();
    loop {
        let delivery = read(&mut connection, &mut buffer).await?;
        let path = delivery.path.clone();
        let reply = boxes.receive(delivery).unwrap_or(Reply::Status(404));
        connection.write_all(&reply.bytes(&path)).await.ok()?;
        if reply == Reply::Silence {
            // Until the other side gives up, or the time is over.
            let mut rest = [0; 64];
            while connection.read(&mut rest).await.ok()? > 0 {}
        }
        if !reply.keeps_alive() {
            return connection.shutdown().await.ok();
        }
    }
}

/// Reads one request; none when the connection ends, or says what is no request, or too much.
async fn read(connection: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Delivery> {
    let end = loop {
        if let Some(end) = find(buffer, b"\r\n\r\n") {
            break end;
        }
        if buffer.len() > HEAD || connection.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let head = std::str::from_utf8(&buffer[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    buffer.drain(..end + 4);
    let of = |name: &str| headers.iter().find(|(given, _)| given == name);
    let body = if of("transfer-encoding").is_some() {
        chunks(connection, buffer).await?
    } else {
        let length = of("content-length").map_or(Some(0), |(_, value)| value.parse().ok())?;
        taken(connection, buffer, length).await?
    };
    Some(Delivery {
        method,
        path,
        body: String::from_utf8_lossy(&body).into_owned(),
        headers,
    })
}

/// Takes so many bytes.
async fn taken(connection: &mut TcpStream, buffer: &mut Vec<u8>, length: usize) -> Option<Vec<u8>> {
    if length > BODY {
        return None;
    }
    while buffer.len() < length {
        if connection.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    Some(buffer.drain(..length).collect())
}

/// Takes a body in chunks (RFC 9112 section 7.1).
async fn chunks(connection: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = find(buffer, b"\r\n") {
                break end;
            }
            if buffer.len() > HEAD || connection.read_buf(buffer).await.ok()? == 0 {
                return None;
            }
        };
        let line = std::str::from_utf8(&buffer[..end]).ok()?;
        let size = line.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        buffer.drain(..end + 2);
        let whole = size.checked_add(2)?;
        let chunk = taken(connection, buffer, whole).await?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(&chunk[..size]);
        if body.len() > BODY {
            return None;
        }
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
