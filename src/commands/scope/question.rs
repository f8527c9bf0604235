//! Scopes and a request: what `decide` and `explain` are asked.

use scope_lang::{Method, Readings, ScopeSet};

use super::source;
use crate::exit::Failure;

#[derive(Debug, clap::Args)]
pub(super) struct Question {
    /// A scope of the token, such as `*:config/**`; repeat it for each.
    #[arg(
        short,
        long = "scope",
        value_name = "SCOPE",
        allow_hyphen_values = true
    )]
    scopes: Vec<String>,

    /// How to read what the documentation leaves open, such as `plus-with-read=yes`; repeatable.
    #[arg(long = "reading", value_name = "ID=ANSWER")]
    readings: Vec<String>,

    /// The method of the request.
    #[arg(value_parser = method)]
    pub(super) method: Method,

    /// The path of the request, without the customer: `config/clients`.
    #[arg(value_parser = path)]
    pub(super) path: String,

    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
}

impl Question {
    /// Compiles the scopes under the readings.
    ///
    /// # Errors
    ///
    /// Refuses texts that are no scopes, and answers that are no readings.
    pub(super) fn set(&self) -> Result<ScopeSet, Failure> {
        let scopes = source::read(&self.scopes)?;
        let mut readings = Readings::default();
        for reading in &self.readings {
            let (id, answer) = reading.split_once('=').ok_or_else(|| {
                Failure::usage(miette::miette!(
                    help = "write the id and the answer: `plus-with-read=yes`",
                    "`{reading}` is no reading: expected `=`"
                ))
            })?;
            let answered = readings.answer(id, answer);
            answered.map_err(|error| Failure::usage(miette::miette!("{error}")))?;
        }
        Ok(ScopeSet::compile(&scopes, readings))
    }
}

fn method(name: &str) -> Result<Method, String> {
    let method = Method::parse(name);
    method.ok_or_else(|| "expected GET, POST, PUT, PATCH or DELETE".to_owned())
}

fn path(path: &str) -> Result<String, String> {
    if path.split('/').any(str::is_empty) {
        return Err(
            "expected segments between single slashes, such as `config/clients`".to_owned(),
        );
    }
    Ok(path.to_owned())
}
