//! How fast the machine is right now, whatever is measured on it: the same small work at all times.

use std::{
    io::{self, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    time::{Duration, Instant},
};

/// How many messages go to and fro. Some 50 to 100 milliseconds on a machine with nothing else to do.
const ROUNDS: u32 = 5_000;

/// Returns how many microseconds a message of 64 bytes takes to and fro over loopback, on the mean: what a request costs before anybody
/// does anything for it. Both ends are on one thread, so that it does not matter on which cores two of them would run; what others take
/// of the machine meanwhile counts.
///
/// # Errors
///
/// When the machine has no loopback, or it stands still.
pub fn measure() -> io::Result<f64> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let mut near = TcpStream::connect(listener.local_addr()?)?;
    let (mut far, _) = listener.accept()?;
    steady(&near)?;
    steady(&far)?;
    let mut message = [7; 64];
    let began = Instant::now();
    for _ in 0..ROUNDS {
        near.write_all(&message)?;
        far.read_exact(&mut message)?;
        far.write_all(&message)?;
        near.read_exact(&mut message)?;
    }
    Ok(began.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS))
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
