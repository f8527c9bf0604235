//! Which of the latencies is asked for.

use std::{fmt, str::FromStr};

/// A percentile, in thousandths of a per cent: above 0 and below 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percentile(u32);

/// A hundred per cent.
const WHOLE: u32 = 100_000;

impl Percentile {
    /// Half of the requests are as fast.
    pub const P50: Self = Self(50_000);
    /// 95 of 100 are as fast.
    pub const P95: Self = Self(95_000);
    /// 99 of 100 are as fast.
    pub const P99: Self = Self(99_000);
    /// 999 of 1000 are as fast.
    pub const P999: Self = Self(99_900);

    /// Those that every report shows.
    pub const SHOWN: [Self; 4] = [Self::P50, Self::P95, Self::P99, Self::P999];

    /// Returns which of so many values, in their order and from 1, it is.
    ///
    /// ```
    /// use loadtest::figures::Percentile;
    ///
    /// assert_eq!(Percentile::P99.rank(100), 99);
    /// assert_eq!(Percentile::P99.rank(101), 100);
    /// assert_eq!(Percentile::P50.rank(1), 1);
    /// ```
    pub fn rank(self, of: u64) -> u64 {
        let rank = (u128::from(of) * u128::from(self.0)).div_ceil(u128::from(WHOLE));
        // Never more than `of`.
        u64::try_from(rank).unwrap_or(of)
    }
}

impl fmt::Display for Percentile {
    /// Writes it as `p99` or `p99.9`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("p{}.{:03}", self.0 / 1_000, self.0 % 1_000);
        formatter.pad(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl FromStr for Percentile {
    type Err = ();

    /// Reads `p50`, `p99.9` or any other with at most three decimals.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (whole, part) = match text.strip_prefix('p').ok_or(())?.split_once('.') {
            Some((whole, part)) if !part.is_empty() => (whole, part),
            Some(_) => return Err(()),
            None => (&text[1..], ""),
        };
        let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        if !(1..=2).contains(&whole.len())
            || part.len() > 3
            || !is_number(whole)
            || !is_number(part)
        {
            return Err(());
        }
        let thousandths = format!("{whole}{part:0<3}");
        match thousandths.parse() {
            Ok(0) | Err(_) => Err(()),
            Ok(thousandths) => Ok(Self(thousandths)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_reads_as_it_is_written() {
        for text in ["p50", "p5", "p99.9", "p99.999", "p0.5"] {
            let read: Percentile = text.parse().expect("a percentile");
            assert_eq!(read.to_string(), text);
        }
        for text in [
            "p", "p0", "p100", "p99.", "p99.9999", "50", "p-1", "p1e1", "p+1",
        ] {
            assert_eq!(text.parse::<Percentile>(), Err(()), "{text}");
        }
    }
}
