//! Ids, secrets and tokens as a value: by chance, or from a seed.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::secret::Secret;

/// Identifies a customer, a client or a policy: a UUID in the one spelling that paths accept.
///
/// ```
/// use reference_server::Id;
///
/// let id = Id::parse("01000000-0000-3000-9000-000000000000");
/// assert_eq!(id.map(|id| id.to_string()).as_deref(), Some("01000000-0000-3000-9000-000000000000"));
/// assert!(Id::parse("01000000000030009000000000000000").is_none());
/// assert!(Id::parse("6D1F0B8A-7C11-4C39-9A51-000000000001").is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(Uuid);

impl Id {
    /// Reads 36 characters: lower-case hexadecimal digits with hyphens. Any other spelling is no id.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 36 || text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return None;
        }
        Uuid::try_parse(text).ok().map(Self)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Makes ids, secrets and tokens. Clones draw from the same source.
///
/// ```
/// use reference_server::Ids;
///
/// assert_eq!(Ids::seeded(7).id(), Ids::seeded(7).id());
/// assert_ne!(Ids::by_chance().id(), Ids::by_chance().id());
/// ```
#[derive(Clone)]
pub struct Ids {
    /// The generator of a seeded source; without one, the thread's own cryptographic generator serves.
    seeded: Option<Arc<Seeded>>,
}

struct Seeded {
    seed: u64,
    generator: Mutex<StdRng>,
    /// How many signing keys were dealt out.
    dealt: AtomicUsize,
}

impl Ids {
    /// Returns a source that nobody can predict.
    pub fn by_chance() -> Self {
        Self { seeded: None }
    }

    /// Returns a source that gives the same sequence for the same seed: for tests only, since whoever knows the seed
    /// knows every secret.
    pub fn seeded(seed: u64) -> Self {
        Self {
            seeded: Some(Arc::new(Seeded {
                seed,
                generator: Mutex::new(StdRng::seed_from_u64(seed)),
                dealt: AtomicUsize::new(0),
            })),
        }
    }

    /// Begins the sequence of a seed again. What is drawn by chance goes on.
    pub(crate) fn start_again(&self) {
        if let Some(seeded) = self.seeded.as_deref() {
            let mut generator = seeded
                .generator
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *generator = StdRng::seed_from_u64(seeded.seed);
            seeded.dealt.store(0, Ordering::Relaxed);
        }
    }

    /// Makes an id.
    pub fn id(&self) -> Id {
        Id(uuid::Builder::from_random_bytes(self.bytes()).into_uuid())
    }

    /// Makes a client secret: 64 bytes as 86 characters of the base64url alphabet.
    pub(crate) fn secret(&self) -> Secret {
        Secret::from(URL_SAFE_NO_PAD.encode(self.bytes::<64>()))
    }

    /// Makes a token.
    pub(crate) fn token(&self) -> Token {
        Token::of(self.bytes())
    }

    /// Makes an authorization code: 24 letters and digits, of which there are more than keys of 128 bits.
    pub(crate) fn code(&self) -> String {
        self.alphanumeric()
    }

    /// Makes the id of a JWT: 24 letters and digits.
    pub(crate) fn jti(&self) -> String {
        self.alphanumeric()
    }

    /// Makes the name of a family of refresh tokens.
    pub(crate) fn family(&self) -> [u8; 16] {
        self.bytes()
    }

    /// Makes a key for codes of authentication.
    pub(crate) fn key(&self) -> [u8; 32] {
        self.bytes()
    }

    /// Makes the salt of a password.
    pub(crate) fn salt(&self) -> [u8; 16] {
        self.bytes()
    }

    /// Returns the next signing key of a seed, in PEM; none by chance, and none when all are dealt out. It takes nothing from
    /// the sequence of ids.
    pub(crate) fn signing_key(&self) -> Option<&'static str> {
        let seeded = self.seeded.as_deref()?;
        let mut keys: Vec<&str> = fixtures::keys::seeded().collect();
        keys.shuffle(&mut StdRng::seed_from_u64(seeded.seed));
        let place = seeded.dealt.fetch_add(1, Ordering::Relaxed);
        keys.get(place).copied()
    }

    /// Makes a number from 0 up to, but not including, 1.
    pub(crate) fn chance(&self) -> f64 {
        f64::from(u32::from_le_bytes(self.bytes())) / 4_294_967_296.0
    }

    /// Makes the id of an application client: 32 characters of lower-case letters and digits.
    pub(crate) fn application_client(&self) -> String {
        const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        self.bytes::<32>()
            .iter()
            .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
            .collect()
    }

    fn alphanumeric(&self) -> String {
        const ALPHABET: &[u8; 62] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        // The last bytes would make the first characters likelier than the others.
        std::iter::repeat_with(|| self.bytes::<32>())
            .flatten()
            .filter(|byte| *byte < 248)
            .take(24)
            .map(|byte| char::from(ALPHABET[usize::from(byte % 62)]))
            .collect()
    }

    fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.seeded {
            Some(seeded) => seeded
                .generator
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .fill_bytes(&mut bytes),
            None => rand::rng().fill_bytes(&mut bytes),
        }
        bytes
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.seeded.is_some() {
            "Ids(seeded)"
        } else {
            "Ids(by chance)"
        })
    }
}

/// An access or refresh token as it goes over the wire: 48 bytes as 64 characters of the base64url alphabet.
///
/// It does not print for debugging.
pub(crate) struct Token([u8; Self::LENGTH]);

impl Token {
    pub(crate) const LENGTH: usize = 64;
    pub(crate) const BYTES: usize = 48;

    /// Spells bytes that nobody can guess.
    pub(crate) fn of(bytes: [u8; Self::BYTES]) -> Self {
        let mut text = [0; Self::LENGTH];
        let written = URL_SAFE_NO_PAD.encode_slice(bytes, &mut text);
        debug_assert_eq!(written.ok(), Some(Self::LENGTH));
        Self(text)
    }

    pub(crate) fn reveal(&self) -> &str {
        std::str::from_utf8(&self.0).expect("base64url is ASCII")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_spelling_of_an_id_is_read() {
        let id = Ids::seeded(1).id();
        assert_eq!(Id::parse(&id.to_string()), Some(id));
        for other in [
            "",
            "{01000000-0000-3000-9000-000000000000}",
            "urn:uuid:01000000-0000-3000-9000-000000000000",
            "01000000-0000-3000-9000-00000000000G",
            "0100000000-00-3000-9000-000000000000",
            " 1000000-0000-3000-9000-000000000000",
        ] {
            assert_eq!(Id::parse(other), None, "`{other}`");
        }
    }

    #[test]
    fn what_is_made_has_the_documented_form() {
        let ids = Ids::by_chance();
        let base64url = |text: &str| {
            text.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        };
        let (secret, token) = (ids.secret(), ids.token());
        assert_eq!(secret.reveal().len(), 86);
        assert!(base64url(secret.reveal()));
        assert_eq!(token.reveal().len(), 64);
        assert!(base64url(token.reveal()));
        assert_ne!(token.reveal(), ids.token().reveal());
        assert_eq!(ids.application_client().len(), 32);
        for text in [ids.code(), ids.jti()] {
            assert_eq!(text.len(), 24);
            assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        }
    }
}
