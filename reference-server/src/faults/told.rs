//! Secrets that were told while a fault was on: the store itself has no more than their digests.

use http::Method;

use super::answer::Answer;
use super::asked::Asked;
use super::desk::Desk;
use crate::app::App;

/// Returns the secret of a client, if it was told while the fault was on.
pub(super) fn secret_of(app: &App, client: &str) -> Option<String> {
    app.faults().notes().find(&format!("secret {client}"))
}

/// Asks, and remembers the secret that the answer tells; then changes the answer.
pub(super) async fn remembering(
    app: &App,
    asked: Asked,
    desk: Desk<'_>,
    change: fn(&App, &Asked, &mut Answer),
) -> Answer {
    let mut answer = desk.ask(asked.clone()).await;
    let tells = asked.is(&Method::POST, "config/clients/*/secret") || asked.creates("clients");
    if let Some(secret) = answer.member("secret").filter(|_| tells) {
        let client = asked.item().map(|id| id.to_string());
        let client = client.or(answer.member("id")).unwrap_or_default();
        app.faults()
            .notes()
            .take(format!("secret {client}"), secret);
    }
    change(app, &asked, &mut answer);
    answer
}
