//! Waiting, but not for ever.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

/// Waits for a future for at most that long; `None` says that it took longer.
///
/// No timer is set unless the future has to wait, and here nearly none has to.
pub(crate) async fn within<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let first = std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await;
    match first {
        Poll::Ready(output) => Some(output),
        Poll::Pending => tokio::time::timeout(limit, future).await.ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_future_that_waits_too_long_is_dropped() {
        let limit = Duration::from_secs(1);
        assert_eq!(within(limit, std::future::ready(7)).await, Some(7));
        let soon = tokio::time::sleep(limit / 2);
        assert_eq!(within(limit, soon).await, Some(()));
        assert_eq!(within(limit, std::future::pending::<()>()).await, None);
    }
}
