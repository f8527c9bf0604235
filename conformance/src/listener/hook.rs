//! One path of the listener in the hands of a check.

use std::{sync::Arc, time::Duration};

use serde_json::json;

use super::{Delivery, Reply, boxes::Boxes};
use crate::{
    target::Target,
    verdict::{Mismatch, NotPassed},
};

/// How long a delivery is awaited that should come at once, or that is due by the target's clock.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long it is quiet before it is clear that nothing comes.
const QUIET: Duration = Duration::from_millis(150);

/// A path of the listener, open until it is dropped.
#[derive(Debug)]
pub struct Hook<'t> {
    target: &'t Target,
    /// None where a recording is judged: it knows what arrived.
    boxes: Option<Arc<Boxes>>,
    path: String,
    url: String,
}

impl<'t> Hook<'t> {
    /// Opens a path below the address `base`.
    pub(crate) fn open(
        target: &'t Target,
        boxes: Option<Arc<Boxes>>,
        base: &str,
        path: String,
    ) -> Self {
        if let Some(boxes) = &boxes {
            boxes.open(&path);
        }
        let url = format!("{base}{path}");
        Self {
            target,
            boxes,
            path,
            url,
        }
    }

    /// Returns the endpoint for a subscription.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Says what the next deliveries are answered; the last reply is for all that follow.
    pub fn answer(&self, replies: &[Reply]) {
        if let Some(boxes) = &self.boxes {
            boxes.script(&self.path, replies);
        }
    }

    /// Waits for the next delivery.
    ///
    /// # Errors
    ///
    /// A mismatch when none comes in time.
    pub async fn next(&self) -> Result<Delivery, NotPassed> {
        let expected = json!("a delivery within 5 s");
        let none = || Mismatch::new("delivery", [expected], json!("none"));
        Ok(self.within(PATIENCE).await.ok_or_else(none)?)
    }

    /// Makes sure that nothing comes.
    ///
    /// # Errors
    ///
    /// A mismatch when something does.
    pub async fn none(&self) -> Result<(), NotPassed> {
        match self.within(QUIET).await {
            None => Ok(()),
            Some(delivery) => {
                let came = json!(format!("{} {}", delivery.method, delivery.path));
                Err(Mismatch::new("delivery", [json!("none")], came).into())
            }
        }
    }

    /// Returns what arrives before it has been quiet for a moment.
    pub(crate) async fn soon(&self) -> Option<Delivery> {
        self.within(QUIET).await
    }

    async fn within(&self, time: Duration) -> Option<Delivery> {
        let told = match &self.boxes {
            None => None,
            Some(boxes) => tokio::time::timeout(time, self.arrival(boxes)).await.ok(),
        };
        let told = told.and_then(|delivery| serde_json::to_string(&delivery).ok());
        let told = self.target.known(&self.path, || told);
        serde_json::from_str(&told?).ok()
    }

    async fn arrival(&self, boxes: &Boxes) -> Delivery {
        loop {
            let arrived = boxes.arrived.notified();
            if let Some(delivery) = boxes.take(&self.path) {
                return delivery;
            }
            arrived.await;
        }
    }
}

impl Drop for Hook<'_> {
    fn drop(&mut self) {
        if let Some(boxes) = &self.boxes {
            boxes.close(&self.path);
        }
    }
}
