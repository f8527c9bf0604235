//! How a limit is written: `[NAME.]FIGURE RELATION NUMBER UNIT`, for example `token.p99 < 50ms`.

use std::{fmt, str::FromStr};

use super::{Bound, Figure, Limit, Relation, figure::POSSIBLE};
use crate::figures::Name;

/// The longest that a limit is, in bytes.
const LONGEST: usize = 200;

/// Says what is wrong with a limit, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}`, column {column}: {reason}")]
pub struct LimitError {
    text: String,
    column: usize,
    reason: String,
}

impl LimitError {
    /// Makes one about the place in the text that begins with this byte.
    pub(super) fn new(text: &str, at: usize, reason: String) -> Self {
        Self {
            text: text.escape_debug().to_string(),
            column: text[..at].chars().count() + 1,
            reason,
        }
    }

    /// Returns where it is, in characters and from 1.
    pub fn column(&self) -> usize {
        self.column
    }
}

impl FromStr for Limit {
    type Err = LimitError;

    fn from_str(text: &str) -> Result<Self, LimitError> {
        if text.len() > LONGEST {
            let start: String = text.chars().take(40).collect();
            let reason = format!("is longer than {LONGEST} bytes");
            return Err(LimitError::new(&start, 0, reason));
        }
        let wrong = |at, reason| Err(LimitError::new(text, at, reason));
        let Some(sign) = text.find(['<', '>']) else {
            let reason = "there is no `<`, `<=`, `>` or `>=`; a limit is like `token.p99 < 50ms`, \
                          `errors < 0.1%` or `userinfo.rate > 1000/s`";
            return wrong(text.trim_end().len(), reason.to_owned());
        };
        let (relation, after) = relation(text, sign);
        let (name, figure) = subject(text, sign)?;
        if !figure.is_good(relation) {
            let signs = match figure {
                Figure::Rate => "`>` or `>=`",
                _ => "`<` or `<=`",
            };
            return wrong(
                sign,
                format!("`{figure}` is good on the other side; possible: {signs}"),
            );
        }
        let bound = bound(text, after, figure)?;
        Ok(Self {
            name,
            figure,
            relation,
            bound,
        })
    }
}

/// Reads the sign that begins there, and returns where it ends.
fn relation(text: &str, sign: usize) -> (Relation, usize) {
    let is_above = text[sign..].starts_with('>');
    let is_with_equal = text[sign + 1..].starts_with('=');
    let relation = match (is_above, is_with_equal) {
        (false, false) => Relation::Below,
        (false, true) => Relation::AtMost,
        (true, false) => Relation::Above,
        (true, true) => Relation::AtLeast,
    };
    (relation, sign + 1 + usize::from(is_with_equal))
}

/// Reads what stands before the sign: names may have dots in them, and so have percentiles.
fn subject(text: &str, sign: usize) -> Result<(Option<Name>, Figure), LimitError> {
    let begin = text.len() - text.trim_start().len();
    let subject = text[..sign].trim();
    let mut dots = subject.match_indices('.').map(|(at, _)| at);
    let figure_at = std::iter::once(0)
        .chain(dots.clone().map(|at| at + 1))
        .find_map(|at| Some((at, subject[at..].parse().ok()?)));
    let Some((at, figure)) = figure_at else {
        let at = dots.next_back().map_or(0, |at| at + 1);
        let reason = format!(
            "`{}` is not a figure; possible: {POSSIBLE}, after the name of a request and a dot where it is about one",
            subject[at..].escape_debug()
        );
        return Err(LimitError::new(text, begin + at, reason));
    };
    let Some(name) = subject[..at].strip_suffix('.') else {
        return Ok((None, figure));
    };
    match name.find(|letter: char| letter.is_whitespace() || letter.is_control()) {
        None if !name.is_empty() => Ok((Some(Name::from(name.to_owned())), figure)),
        space => Err(LimitError::new(
            text,
            begin + space.unwrap_or(0),
            "here stands the name of a request, without spaces".to_owned(),
        )),
    }
}

/// Reads what stands after the sign.
fn bound(text: &str, after: usize, figure: Figure) -> Result<Bound, LimitError> {
    let begin = after + (text[after..].len() - text[after..].trim_start().len());
    let rest = text[begin..].trim_end();
    let end = rest
        .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
        .unwrap_or(rest.len());
    let units: Vec<String> = figure
        .units()
        .iter()
        .map(|unit| format!("`{}`", unit.as_str()))
        .collect();
    let possible = units.join(", ");
    let number = match rest[..end].parse::<f64>() {
        Ok(number) if number.is_finite() => number,
        _ => {
            let reason = format!("here stands a number and its unit; possible units: {possible}");
            return Err(LimitError::new(text, begin, reason));
        }
    };
    let word = rest[end..].trim_start();
    let unit = figure.units().iter().find(|unit| unit.as_str() == word);
    let Some(unit) = unit.copied() else {
        let at = begin + rest.len() - word.len();
        let reason = match word {
            "" => format!("`{figure}` has a unit; possible: {possible}"),
            _ => format!(
                "`{}` is not a unit of `{figure}`; possible: {possible}",
                word.escape_debug()
            ),
        };
        return Err(LimitError::new(text, at, reason));
    };
    Ok(Bound { number, unit })
}

/// Returns names for a message, not too many.
pub(super) fn listed(names: &[Name]) -> String {
    const MOST: usize = 40;
    let mut listed: Vec<String> = names
        .iter()
        .take(MOST)
        .map(|name| format!("`{}`", name.as_str().escape_debug()))
        .collect();
    if names.len() > MOST {
        listed.push(format!("{} more", names.len() - MOST));
    }
    listed.join(", ")
}

impl fmt::Display for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            write!(formatter, "{name}.")?;
        }
        let sign = self.relation.as_str();
        write!(formatter, "{} {sign} {}", self.figure, self.bound)
    }
}
