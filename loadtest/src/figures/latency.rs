//! A histogram of latencies: 1 microsecond to 120 seconds, to the third significant digit.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hdrhistogram::{
    Histogram,
    serialization::{Deserializer as Decoder, Serializer as _, V2DeflateSerializer},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _};

/// The longest latency that is told apart; what took longer counts as this, and is counted in [`Latency::cut`].
pub const LONGEST: Duration = Duration::from_secs(120);

/// Latencies. Written as JSON it is the number of those that were cut, and the histogram in the log form of `HdrHistogram`: V2, deflated,
/// in base64, in microseconds.
#[derive(Clone)]
pub struct Latency {
    histogram: Histogram<u64>,
    cut: u64,
}

impl Latency {
    /// Makes an empty one, which keeps so many significant digits of a value.
    ///
    /// # Panics
    ///
    /// Never: up to five digits are kept.
    fn with_digits(digits: u8) -> Self {
        let mut histogram = Histogram::new(digits.min(5)).expect("five digits can be kept");
        histogram.auto(true);
        Self { histogram, cut: 0 }
    }

    /// Makes an empty one that is coarse and small: two digits.
    pub(super) fn coarse() -> Self {
        Self::with_digits(2)
    }

    /// Adds one latency.
    pub fn record(&mut self, took: Duration) {
        if took > LONGEST {
            self.cut += 1;
        }
        // To the nearest microsecond.
        let micros = (took.min(LONGEST).as_nanos() + 500) / 1_000;
        // A histogram that grows by itself holds every value up to the longest.
        let _ = self
            .histogram
            .record(u64::try_from(micros).unwrap_or(u64::MAX));
    }

    /// Adds those of another.
    pub fn merge(&mut self, other: &Self) {
        // A histogram that grows by itself takes every other.
        let _ = self.histogram.add(&other.histogram);
        self.cut += other.cut;
    }

    /// Returns how many there are.
    pub fn count(&self) -> u64 {
        self.histogram.len()
    }

    /// Returns how many took longer than [`LONGEST`] and count as that.
    pub fn cut(&self) -> u64 {
        self.cut
    }

    /// Returns the one with that rank, from 1, when they stand in their order.
    pub fn at_rank(&self, rank: u64) -> Option<Duration> {
        let mut before = 0;
        for bucket in self.histogram.iter_recorded() {
            before += bucket.count_since_last_iteration();
            if before >= rank {
                let value = self
                    .histogram
                    .highest_equivalent(bucket.value_iterated_to());
                return Some(Duration::from_micros(value));
            }
        }
        None
    }

    /// Returns the longest.
    pub fn longest(&self) -> Option<Duration> {
        (self.count() > 0).then(|| Duration::from_micros(self.histogram.max()))
    }

    /// Returns the sum of all, to the histogram's accuracy.
    pub fn sum(&self) -> Duration {
        let mut micros = 0_u128;
        for bucket in self.histogram.iter_recorded() {
            let value = self.histogram.median_equivalent(bucket.value_iterated_to());
            micros += u128::from(value) * u128::from(bucket.count_since_last_iteration());
        }
        Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }

    /// Returns value and count of every bucket that is not empty.
    pub(crate) fn buckets(&self) -> impl Iterator<Item = (u64, u64)> {
        self.histogram.iter_recorded().map(|bucket| {
            (
                bucket.value_iterated_to(),
                bucket.count_since_last_iteration(),
            )
        })
    }
}

impl Default for Latency {
    fn default() -> Self {
        Self::with_digits(3)
    }
}

/// Two are equal when they tell the same: how much room a histogram has for more is no difference.
impl PartialEq for Latency {
    fn eq(&self, other: &Self) -> bool {
        self.cut == other.cut
            && self.histogram.sigfig() == other.histogram.sigfig()
            && self.buckets().eq(other.buckets())
    }
}

impl std::fmt::Debug for Latency {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Latency")
            .field("cut", &self.cut)
            .field("buckets", &self.buckets().collect::<Vec<_>>())
            .finish()
    }
}

/// What stands in a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "is_none")]
    cut: u64,
    hdr: String,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_none(count: &u64) -> bool {
    *count == 0
}

impl Serialize for Latency {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::new();
        V2DeflateSerializer::new()
            .serialize(&self.histogram, &mut bytes)
            .map_err(|error| S::Error::custom(format!("{error:?}")))?;
        Written {
            cut: self.cut,
            hdr: STANDARD.encode(bytes),
        }
        .serialize(out)
    }
}

impl<'de> Deserialize<'de> for Latency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(from)?;
        let bytes = STANDARD
            .decode(&written.hdr)
            .map_err(|error| D::Error::custom(format!("`hdr` is no base64: {error}")))?;
        let read: Histogram<u64> = Decoder::new()
            .deserialize(&mut bytes.as_slice())
            .map_err(|_| D::Error::custom("`hdr` is no deflated V2 histogram"))?;
        let mut latency = Self::with_digits(read.sigfig());
        latency.cut = written.cut;
        // One that was read does not grow by itself.
        latency
            .histogram
            .add(&read)
            .map_err(|_| D::Error::custom("`hdr` does not fit into memory"))?;
        Ok(latency)
    }
}
