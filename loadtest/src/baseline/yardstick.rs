//! How fast the machine is right now, whatever is measured on it: the same small work at all times.

use std::{
    io::{self, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    time::{Duration, Instant},
};

/// How many messages go to and fro. Some 20 to 100 milliseconds.
const ROUNDS: usize = 1_000;

/// How often it is done; the middle counts.
const TIMES: usize = 5;

/// Returns how many microseconds a message of 64 bytes takes to and fro over loopback, between two threads: what a request costs
/// before anybody does anything for it.
///
/// # Errors
///
/// When the machine has no loopback, or it stands still.
pub fn measure() -> io::Result<f64> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    std::thread::scope(|scope| {
        let echo = scope.spawn(move || -> io::Result<()> {
            let (mut stream, _) = listener.accept()?;
            steady(&stream)?;
            let mut message = [0; 64];
            while stream.read_exact(&mut message).is_ok() {
                stream.write_all(&message)?;
            }
            Ok(())
        });
        let mut stream = TcpStream::connect(address)?;
        steady(&stream)?;
        let mut took = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let began = Instant::now();
            let mut message = [7; 64];
            for _ in 0..ROUNDS {
                stream.write_all(&message)?;
                stream.read_exact(&mut message)?;
            }
            took.push(began.elapsed().as_secs_f64() * 1e6 / ROUNDS as f64);
        }
        drop(stream);
        echo.join()
            .map_err(|_| io::Error::other("the other end is gone"))??;
        took.sort_by(f64::total_cmp);
        Ok(took[TIMES / 2])
    })
}

/// No message waits for the next, and nobody waits for ever.
fn steady(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.set_write_timeout(Some(Duration::from_secs(10)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_takes_some_microseconds() {
        let micros = measure().expect("there is a loopback");
        assert!((1.0..100_000.0).contains(&micros), "{micros}");
    }
}
