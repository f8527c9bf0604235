//! A mix as it is written: TOML, refused with file, line and field.

use std::{collections::BTreeMap, io, path::Path, time::Duration};

use serde::{Deserialize, Deserializer, de::Error as _};

use super::{
    Mix,
    shape::{Shape, Stage},
    span,
};
use crate::journeys;

/// The most users, and the most arrivals in a second.
const MOST: u32 = 100_000;

/// Says why something is no mix.
#[derive(Debug, thiserror::Error)]
pub enum MixError {
    /// There is neither such a name nor such a file.
    #[error(
        "`{0}` is neither a mix (`smoke`, `steady`, `spike`, `soak`, `webhooks`) nor a file: {1}"
    )]
    Unknown(String, io::Error),
    /// The file is too large to be one, or no text.
    #[error("cannot read `{0}`: {1}")]
    Unreadable(String, io::Error),
    /// The file is written wrongly.
    #[error("`{file}`: {told}")]
    Wrong {
        /// The file as the user named it.
        file: String,
        /// What is wrong, with line and field.
        told: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    about: String,
    #[serde(deserialize_with = "users")]
    users: usize,
    #[serde(deserialize_with = "span::deserialize")]
    duration: Duration,
    #[serde(default, deserialize_with = "rate")]
    arrivals: Option<f64>,
    journeys: BTreeMap<Name, Weight>,
    #[serde(default)]
    stages: Vec<WrittenStage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStage {
    #[serde(deserialize_with = "share")]
    share: f64,
    #[serde(deserialize_with = "part")]
    load: f64,
}

/// The name of a journey that there is: its place among all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct Name(usize);

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let mut known = journeys::ALL.iter().map(|journey| journey.name);
        known
            .position(|known| known == name)
            .map(Self)
            .ok_or_else(|| {
                let known: Vec<&str> = journeys::ALL.iter().map(|journey| journey.name).collect();
                format!("`{name}` is no journey; there are `{}`", known.join("`, `"))
            })
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "i64")]
struct Weight(u32);

impl TryFrom<i64> for Weight {
    type Error = String;

    fn try_from(weight: i64) -> Result<Self, String> {
        match u32::try_from(weight) {
            Ok(weight) if (1..=1000).contains(&weight) => Ok(Self(weight)),
            _ => Err(format!("`{weight}` is no weight from 1 to 1000")),
        }
    }
}

/// Reads a file.
pub(super) fn read(path: &Path) -> Result<Mix, MixError> {
    let file = path.display().to_string();
    match fixtures::file::text(path) {
        Ok(text) => parse(&file, &text),
        Err(error) => Err(match error.kind() {
            io::ErrorKind::FileTooLarge | io::ErrorKind::InvalidData => {
                MixError::Unreadable(file, error)
            }
            _ => MixError::Unknown(file, error),
        }),
    }
}

/// Reads a text.
pub(super) fn parse(file: &str, text: &str) -> Result<Mix, MixError> {
    let wrong = |told: String| MixError::Wrong {
        file: file.to_owned(),
        told,
    };
    let deserializer = toml::Deserializer::parse(text)
        .map_err(|error| wrong(error.to_string().trim_end().to_owned()))?;
    let written: Written = serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let field = error.path().to_string();
        let place = error
            .inner()
            .span()
            .map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        let line = place.map_or(String::new(), |line| format!("line {line}: "));
        wrong(format!("{line}`{field}`: {}", error.inner().message()))
    })?;
    if written.journeys.is_empty() {
        return Err(wrong("`journeys`: there is none".to_owned()));
    }
    if !written.stages.is_empty() && written.stages.iter().all(|stage| stage.load <= 0.0) {
        return Err(wrong("`stages`: none has any load".to_owned()));
    }
    let journey = |(Name(place), Weight(weight)): (Name, Weight)| (&journeys::ALL[place], weight);
    let stage = |stage: WrittenStage| Stage {
        share: stage.share,
        load: stage.load,
    };
    Ok(Mix {
        name: file.to_owned(),
        about: written.about,
        users: written.users,
        duration: written.duration,
        arrivals: written.arrivals,
        journeys: written.journeys.into_iter().map(journey).collect(),
        shape: Shape::new(written.stages.into_iter().map(stage).collect()),
    })
}

fn users<'de, D: Deserializer<'de>>(from: D) -> Result<usize, D::Error> {
    let users = i64::deserialize(from)?;
    match usize::try_from(users) {
        Ok(whole) if (1..=i64::from(MOST)).contains(&users) => Ok(whole),
        _ => Err(D::Error::custom(format!(
            "`{users}` is not from 1 to {MOST} users"
        ))),
    }
}

fn rate<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    let rate = f64::deserialize(from)?;
    bounded(rate, 0.01, f64::from(MOST), "arrivals a second").map(Some)
}

fn share<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    bounded(
        f64::deserialize(from)?,
        0.001,
        1000.0,
        "as a part of the time",
    )
}

fn part<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    bounded(f64::deserialize(from)?, 0.0, 1.0, "as a part of the load")
}

fn bounded<E: serde::de::Error>(number: f64, least: f64, most: f64, what: &str) -> Result<f64, E> {
    if (least..=most).contains(&number) {
        Ok(number)
    } else {
        Err(E::custom(format!(
            "`{number}` is not from {least} to {most} {what}"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        parse("mine.toml", text).map_or_else(|error| error.to_string(), |_| "fine".to_owned())
    }

    #[test]
    fn what_is_written_wrongly_is_refused_with_line_and_field() {
        let right = "users = 4\nduration = \"10s\"\n[journeys]\ntoken = 3\n";
        assert_eq!(told(right), "fine");
        let cases = [
            (
                "token = 3",
                "tokn = 3",
                "line 4: `journeys.tokn`: `tokn` is no journey; there are `token`",
            ),
            (
                "token = 3",
                "token = 0",
                "line 4: `journeys.token`: `0` is no weight from 1 to 1000",
            ),
            (
                "users = 4",
                "users = 0",
                "line 1: `users`: `0` is not from 1 to 100000 users",
            ),
            ("\"10s\"", "\"10\"", "line 2: `duration`: `10` is no time"),
            (
                "\"10s\"",
                "10",
                "line 2: `duration`: invalid type: integer `10`, expected a string",
            ),
            (
                "users = 4",
                "users = 4\ncolour = 1",
                "line 2: `colour`: unknown field `colour`",
            ),
        ];
        for (from, to, expected) in cases {
            let told = told(&right.replace(from, to));
            assert!(
                told.starts_with(&format!("`mine.toml`: {expected}")),
                "{told}"
            );
        }
        assert!(told("users = 4\nduration = \"10s\"\n[journeys]\n").contains("there is none"));
        assert!(told("users = ").contains("line 1"));
    }
}
