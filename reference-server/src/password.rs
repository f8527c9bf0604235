//! Passwords: hashed and compared off the runtime's threads.

use std::fmt;
use std::hint::black_box;
use std::sync::{Arc, Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use crate::ids::Ids;
use crate::secret::{Secret, SecretDigest};

/// What is kept of one account's password.
///
/// An account that registers has its hash at once. One that a tenant file brought has it from the first attempt to
/// sign in, so that a server starts as fast with ten thousand users as with none: the file has the password in clear anyway.
pub(crate) struct Password {
    kept: Mutex<Kept>,
}

#[derive(Clone)]
enum Kept {
    Clear(Secret),
    /// The digest is what [`Password::mark`] returns: it outlives the clear text.
    Hashed(Hash, [u8; 32]),
}

/// A salt, and the argon2id hash (RFC 9106) of a password with it.
#[derive(Clone, Copy)]
struct Hash {
    salt: [u8; 16],
    output: [u8; 32],
}

impl Password {
    /// Keeps a password in clear until it is compared for the first time.
    pub(crate) fn in_clear(secret: Secret) -> Self {
        Self {
            kept: Mutex::new(Kept::Clear(secret)),
        }
    }

    fn hashed(hash: Hash) -> Self {
        let mark = Sha256::new()
            .chain_update(hash.salt)
            .chain_update(hash.output);
        Self {
            kept: Mutex::new(Kept::Hashed(hash, mark.finalize().into())),
        }
    }

    /// Returns a digest by which a change of the password is noticed. Comparing does not change it.
    pub(crate) fn mark(&self) -> [u8; 32] {
        match self.kept() {
            Kept::Clear(secret) => Sha256::digest(secret.reveal()).into(),
            Kept::Hashed(_, mark) => mark,
        }
    }

    /// Compares. It hashes exactly once, whatever there is to compare with.
    fn matches(&self, presented: &Secret, salt: [u8; 16]) -> bool {
        match self.kept() {
            Kept::Hashed(hash, _) => hash.is_of(presented),
            Kept::Clear(secret) => {
                let hash = Hash::of(&secret, salt);
                let mark = Sha256::digest(secret.reveal()).into();
                *self.kept.lock().unwrap_or_else(PoisonError::into_inner) =
                    Kept::Hashed(hash, mark);
                SecretDigest::of(secret.reveal()).matches(presented.reveal())
            }
        }
    }

    /// Returns a copy, so that nobody waits for the lock while somebody hashes.
    fn kept(&self) -> Kept {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

impl Hash {
    /// Memory in KiB that one hash takes.
    ///
    /// Less than what is recommended for a store that may be stolen from a disk (19 MiB, twice): nothing here outlives
    /// the process, and a test double signs in thousands of times. At 8 MiB, a few milliseconds.
    const MEMORY: u32 = 8 * 1024;
    const PASSES: u32 = 1;
    const LANES: u32 = 1;

    fn of(secret: &Secret, salt: [u8; 16]) -> Self {
        let params = Params::new(Self::MEMORY, Self::PASSES, Self::LANES, None)
            .expect("the three figures are within RFC 9106's ranges");
        let mut output = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(secret.reveal().as_bytes(), &salt, &mut output)
            .expect("16 bytes of salt, 32 of output and a password of a form's length are within its ranges");
        Self { salt, output }
    }

    fn is_of(&self, presented: &Secret) -> bool {
        Self::of(presented, self.salt)
            .output
            .ct_eq(&self.output)
            .into()
    }
}

/// Hashes and compares passwords, a few at the same time.
pub(crate) struct Passwords {
    seats: Arc<Semaphore>,
    ids: Ids,
}

impl Passwords {
    /// Hashes at the same time. Each takes a core and [`Hash::MEMORY`]; whoever comes next waits for its turn.
    const SEATS: usize = 4;

    pub(crate) fn new(ids: Ids) -> Self {
        Self {
            seats: Arc::new(Semaphore::new(Self::SEATS)),
            ids,
        }
    }

    /// Returns whether somebody knows an account's password. Without an account the answer is no, and takes as long.
    pub(crate) async fn verify(&self, account: Option<Arc<Password>>, presented: Secret) -> bool {
        let salt = self.ids.salt();
        self.run(move || match account {
            Some(password) => password.matches(&presented, salt),
            None => {
                black_box(Hash::of(&presented, salt));
                false
            }
        })
        .await
    }

    /// Hashes the password of a new account.
    pub(crate) async fn hash(&self, secret: Secret) -> Password {
        let salt = self.ids.salt();
        Password::hashed(self.run(move || Hash::of(&secret, salt)).await)
    }

    /// The seat goes along: whoever hangs up in the meantime does not make room before the work is done.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let seat = Arc::clone(&self.seats)
            .acquire_owned()
            .await
            .expect("nobody closes the semaphore");
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(seat);
            done
        })
        .await
        .expect("hashing does not panic, and nobody aborts it")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::from(text.to_owned())
    }

    #[tokio::test]
    async fn only_the_password_matches_hashed_or_not() {
        let passwords = Passwords::new(Ids::seeded(1));
        let hashed = Arc::new(passwords.hash(secret("correct horse")).await);
        let clear = Arc::new(Password::in_clear(secret("correct horse")));
        for account in [hashed, clear] {
            for (presented, expected) in [
                ("correct horse", true),
                ("", false),
                ("Correct horse", false),
                ("correct horse ", false),
                ("correct horse", true),
            ] {
                let account = Some(Arc::clone(&account));
                let verified = passwords.verify(account, secret(presented)).await;
                assert_eq!(verified, expected, "`{presented}`");
            }
        }
        assert!(!passwords.verify(None, secret("correct horse")).await);
    }

    #[tokio::test]
    async fn the_clear_text_is_gone_after_the_first_attempt() {
        let passwords = Passwords::new(Ids::seeded(1));
        let account = Arc::new(Password::in_clear(secret("correct horse")));
        let mark = account.mark();
        assert!(
            !passwords
                .verify(Some(Arc::clone(&account)), secret("wrong"))
                .await
        );
        assert!(matches!(account.kept(), Kept::Hashed(..)));
        assert_eq!(account.mark(), mark, "comparing changes nothing");
        assert_ne!(Password::in_clear(secret("other")).mark(), mark);
    }

    #[test]
    fn equal_passwords_have_different_hashes() {
        let ids = Ids::seeded(1);
        let of = |salt| Hash::of(&secret("correct horse"), salt).output;
        assert_ne!(of(ids.salt()), of(ids.salt()));
    }

    #[test]
    fn nothing_prints() {
        let printed = format!("{:?}", Password::in_clear(secret("correct horse")));
        assert_eq!(printed, "Password(..)");
    }
}
