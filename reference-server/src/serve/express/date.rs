//! The date of an answer.

use std::time::{Duration, SystemTime};

use httpdate::HttpDate;

/// The time of the machine as the `Date` field has it (RFC 9110, 6.6.1), written anew once a second.
#[derive(Default)]
pub(super) struct Date {
    text: String,
    /// When the text is out of date.
    end: Option<SystemTime>,
}

impl Date {
    pub(super) fn now(&mut self) -> &str {
        self.at(SystemTime::now())
    }

    fn at(&mut self, now: SystemTime) -> &str {
        let is_there = self.end.is_some_and(|end| {
            // A clock that was set back makes the text wrong, too.
            now < end && now + Self::LIFE >= end
        });
        if !is_there {
            let date = HttpDate::from(now);
            self.text = date.to_string();
            self.end = Some(SystemTime::from(date) + Self::LIFE);
        }
        &self.text
    }

    const LIFE: Duration = Duration::from_secs(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_right_to_the_second() {
        let mut date = Date::default();
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (millis, text) in [
            (0, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (999, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (1_000, "Sun, 06 Nov 1994 08:49:38 GMT"),
            (86_400_000, "Mon, 07 Nov 1994 08:49:37 GMT"),
            (500, "Sun, 06 Nov 1994 08:49:37 GMT"),
        ] {
            assert_eq!(date.at(start + Duration::from_millis(millis)), text);
        }
    }
}
