//! The key of a recording, and the file that it is in.

use std::{
    fmt::{self, Write as _},
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

use super::RecordingError;

/// Length of a key, in bytes.
const LENGTH: usize = 32;

/// The largest file that is taken for one with a key, in bytes.
const MOST: u64 = 1024;

/// Seals what a recording holds. Does not print.
pub struct Key {
    bytes: [u8; LENGTH],
    cipher: RandomizedNonceKey,
}

impl Key {
    /// Draws a key.
    pub fn fresh() -> Self {
        Self::of(rand::random())
    }

    fn of(bytes: [u8; LENGTH]) -> Self {
        let cipher =
            RandomizedNonceKey::new(&AES_256_GCM, &bytes).expect("a key of AES-256 has 32 bytes");
        Self { bytes, cipher }
    }

    /// Returns where the key of a recording is unless somebody says otherwise: beside it, with `.key` added to its name.
    pub fn beside(recording: &Path) -> PathBuf {
        let mut name = recording.as_os_str().to_owned();
        name.push(".key");
        PathBuf::from(name)
    }

    /// Reads a key.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or holds something else.
    pub fn read(file: &Path) -> Result<Self, RecordingError> {
        let name = file.display().to_string();
        let bytes =
            fixtures::file::bytes_up_to(file, MOST).map_err(|error| match error.kind() {
                io::ErrorKind::FileTooLarge => RecordingError::NotAKey { file: name.clone() },
                _ => RecordingError::Unreadable {
                    file: name.clone(),
                    reason: error.to_string(),
                },
            })?;
        let parsed = std::str::from_utf8(&bytes)
            .ok()
            .and_then(|text| parse(text.trim_ascii_end()));
        parsed
            .map(Self::of)
            .ok_or(RecordingError::NotAKey { file: name })
    }

    /// Writes the key to a file that only its owner can read; it appears whole or not at all.
    ///
    /// # Errors
    ///
    /// When the place cannot be written to.
    pub fn write(&self, file: &Path) -> io::Result<()> {
        let mut text = String::new();
        for byte in self.bytes {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text.push('\n');
        let part = PathBuf::from(format!("{}.{}.part", file.display(), std::process::id()));
        let written = private(&part)
            .and_then(|mut open| open.write_all(text.as_bytes()))
            .and_then(|()| fs::rename(&part, file));
        if written.is_err() {
            // The error that matters is the first one.
            let _removed = fs::remove_file(&part);
        }
        written
    }

    /// Encrypts a text under a fresh nonce; `open` says what is authenticated with it and stays readable.
    pub(super) fn seal(&self, open: &str, text: &[u8]) -> Vec<u8> {
        let mut bytes = text.to_vec();
        let nonce = self
            .cipher
            .seal_in_place_append_tag(Aad::from(open.as_bytes()), &mut bytes)
            .expect("a line is far shorter than what the cipher takes");
        [&nonce.as_ref()[..], &bytes].concat()
    }

    /// Decrypts what [`Key::seal`] made; `None` when it, the key or what was authenticated is another one.
    pub(super) fn open(&self, open: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, bytes) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut bytes = bytes.to_vec();
        let text = self
            .cipher
            .open_in_place(nonce, Aad::from(open.as_bytes()), &mut bytes);
        text.ok().map(|text| text.to_vec())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(***)")
    }
}

#[cfg(unix)]
fn private(file: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;

    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(file)
}

#[cfg(not(unix))]
fn private(file: &Path) -> io::Result<fs::File> {
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(file)
}

fn parse(text: &str) -> Option<[u8; LENGTH]> {
    if text.len() != 2 * LENGTH || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; LENGTH];
    for (number, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * number..2 * number + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_opens_with_its_key_in_its_place_only() {
        let (key, other) = (Key::fresh(), Key::fresh());
        let sealed = key.seal("line 1", b"secret");
        assert_eq!(key.open("line 1", &sealed).as_deref(), Some(&b"secret"[..]));
        assert_eq!(key.open("line 2", &sealed), None);
        assert_eq!(other.open("line 1", &sealed), None);
        assert_eq!(key.open("line 1", &sealed[..20]), None);
        assert_ne!(key.seal("line 1", b"secret"), sealed);
        assert_eq!(format!("{key:?}"), "Key(***)");
    }

    #[test]
    fn a_key_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("run.key");
        let key = Key::fresh();
        key.write(&file).expect("written");
        assert_eq!(Key::read(&file).expect("a key").bytes, key.bytes);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;

            let mode = fs::metadata(&file).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        for wrong in ["", "00", &"g".repeat(64), &"0".repeat(2000)] {
            fs::write(&file, wrong).expect("written");
            let error = Key::read(&file).map(drop).expect_err("it is no key");
            assert!(matches!(error, RecordingError::NotAKey { .. }), "{error}");
        }
    }
}
