//! The reset of a client's secret, with the method that the target takes.

use http::Method;

use super::{caller::Caller, handle::Target};
use crate::{
    http::{Answer, Request},
    verdict::NotPassed,
};

/// The reading that says which method it is.
const READING: &str = "secret-reset-method";

/// Tells whether a request asks for the reset of a client's secret as the API summary writes it, by POST.
pub(crate) fn is_reset(request: &Request) -> bool {
    let mut segments = request.path.rsplit('/');
    request.method == Method::POST
        && segments.next() == Some("secret")
        && segments.next().is_some()
        && segments.next() == Some("clients")
}

impl Target {
    /// Resets a client's secret, and returns the method that the target took and what it answered.
    ///
    /// # Errors
    ///
    /// As [`Caller::get`].
    pub async fn reset(&self, client: &str) -> Result<(Method, Answer), NotPassed> {
        let request = Request::post(format!("config/clients/{client}/secret"));
        self.send_reset(&self.administrator(), request).await
    }

    /// Sends a reset with the method that the target is known to take, else with POST; where that method is not
    /// allowed, with the other one.
    ///
    /// # Errors
    ///
    /// As [`Caller::get`].
    pub(crate) async fn send_reset(
        &self,
        caller: &Caller<'_>,
        mut request: Request,
    ) -> Result<(Method, Answer), NotPassed> {
        let methods = match self.answer_to(READING).as_deref() {
            Some("PUT") => [Method::PUT, Method::POST],
            _ => [Method::POST, Method::PUT],
        };
        let [first, second] = methods;
        request.method = first.clone();
        let answer = caller.send(request.clone()).await?;
        if answer.status() != 405 {
            return Ok((first, answer));
        }
        request.method = second.clone();
        Ok((second, caller.send(request).await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_post_on_the_secret_of_a_client_is_a_reset() {
        assert!(is_reset(&Request::post("/c/config/clients/7/secret")));
        assert!(is_reset(&Request::post("config/clients/7/secret")));
        assert!(!is_reset(&Request::get("/c/config/clients/7/secret")));
        assert!(!is_reset(&Request::post("/c/config/clients/secret")));
        assert!(!is_reset(&Request::post("/c/config/clients/7")));
    }
}
