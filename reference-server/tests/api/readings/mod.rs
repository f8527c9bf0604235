//! Both answers of every reading, on the wire.

mod answers;
mod login;
mod scopes;
mod tokens;

use reference_server::settings::Readings;

use crate::caller::Server;

/// Makes a server for every answer of a reading, and wants each to be tried.
async fn each_answer<T>(
    id: &'static str,
    expected: &[(&str, T)],
    mut observe: impl AsyncFnMut(Server) -> T,
) where
    T: PartialEq + std::fmt::Debug,
{
    let tried: Vec<&str> = expected.iter().map(|(answer, _)| *answer).collect();
    assert_eq!(Readings::answers(id), Some(&*tried), "{id}");
    for (answer, expected) in expected {
        let observed = observe(Server::reading(&[&format!("{id}={answer}")])).await;
        assert_eq!(&observed, expected, "{id}={answer}");
    }
}
