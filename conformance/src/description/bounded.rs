//! Reads files that people name, which may be anything: a device without an end, too.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

/// The largest file that is read, in bytes.
const MOST: u64 = 1024 * 1024;

/// Reads a text of at most [`MOST`] bytes.
pub(crate) fn text(file: &Path) -> io::Result<String> {
    String::from_utf8(bytes(file)?)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
}

/// Reads at most [`MOST`] bytes.
pub(crate) fn bytes(file: &Path) -> io::Result<Vec<u8>> {
    bytes_up_to(file, MOST)
}

/// Reads at most so many bytes.
pub(crate) fn bytes_up_to(file: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let told = format!("it is larger than {most} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, told));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_an_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("x");
        let most = usize::try_from(MOST).expect("not so large");
        std::fs::write(&file, vec![b'x'; most]).expect("written");
        assert_eq!(text(&file).expect("readable").len(), most);
        std::fs::write(&file, vec![b'x'; most + 1]).expect("written");
        let told = text(&file).expect_err("too large").to_string();
        assert_eq!(told, "it is larger than 1048576 bytes");
        std::fs::write(&file, [0xff]).expect("written");
        assert!(text(&file).is_err());
    }
}
