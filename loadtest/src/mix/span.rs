//! Times as people write them: `500ms`, `10s`, `1.5m`, `2h`.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error as _};

/// Reads a time of 1 millisecond to 30 days.
///
/// ```
/// use std::time::Duration;
/// use loadtest::mix::span;
///
/// assert_eq!(span::parse("1.5m"), Ok(Duration::from_secs(90)));
/// assert!(span::parse("90").is_err_and(|error| error.contains("`90`")));
/// ```
///
/// # Errors
///
/// When it is none: in words.
pub fn parse(text: &str) -> Result<Duration, String> {
    let unreadable = || {
        format!("`{text}` is no time from `1ms` to `720h`; write for example `30s`, `5m` or `1h`")
    };
    let number = text
        .find(|character: char| character.is_ascii_alphabetic())
        .ok_or_else(unreadable)?;
    let (number, unit) = text.split_at(number);
    let seconds = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(unreadable()),
    };
    let number: f64 = number.trim().parse().map_err(|_| unreadable())?;
    let seconds = number * seconds;
    if (0.001..=30.0 * 86_400.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err(unreadable())
    }
}

/// Reads one in a file.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    parse(&String::deserialize(from)?).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_unit() {
        let read = |text| parse(text).ok();
        assert_eq!(read("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(read("10s"), Some(Duration::from_secs(10)));
        assert_eq!(read("2h"), Some(Duration::from_secs(7200)));
        for wrong in [
            "", "s", "10", "10 years", "-1s", "0s", "721h", "NaNs", "1e9h",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
