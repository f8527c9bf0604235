//! A folder of a load's own, for as long as it takes. Only its owner may read it: secrets are in it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A folder that is removed when it is dropped.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes one.
    pub(super) fn make() -> io::Result<Self> {
        use std::hash::{BuildHasher as _, RandomState};

        let name = format!(
            "proofhouse-load-{}-{:016x}",
            std::process::id(),
            RandomState::new().hash_one("folder")
        );
        let folder = std::env::temp_dir().join(name);
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder)?;
        Ok(Self(folder))
    }

    /// Returns where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Returns where a file in it is.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Whether it is there any more changes nothing.
        let _ = fs::remove_dir_all(&self.0);
    }
}
