use anyhow::Context;
use base64::{Engine, prelude::BASE64_STANDARD};
use p256::{
    SecretKey,
    elliptic_curve::rand_core::{OsRng, RngCore},
    pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding},
};
use std::{
    fs,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// The key of a client: a P-256 pair in two files.
#[derive(Clone, Debug)]
pub struct ClientKey {
    /// PKCS#8, PEM, for our eyes only.
    pub private: PathBuf,
    /// SubjectPublicKeyInfo, PEM.
    pub public: PathBuf,
}

impl ClientKey {
    /// Takes the pair of that name from the folder, or makes it.
    pub(crate) fn kept(folder: &Path, name: &str) -> anyhow::Result<Self> {
        let key = Self { private: folder.join(format!("{name}.pem")), public: folder.join(format!("{name}.pub.pem")) };
        if !key.public.exists() {
            let secret = SecretKey::random(&mut OsRng);
            write(&key.private, &secret.to_pkcs8_pem(LineEnding::LF).context("cannot write a key")?)?;
            write(&key.public, &secret.public_key().to_public_key_pem(LineEnding::LF).context("cannot write a key")?)?;
        }
        Ok(key)
    }
}

/// Takes a password from its file, or makes it.
pub(crate) fn password(folder: &Path, name: &str) -> anyhow::Result<String> {
    let path = random_file(folder, name, |bytes| bytes.iter().map(|byte| format!("{byte:02x}")).collect())?;
    Ok(fs::read_to_string(path)?)
}

/// The file of a key-encryption key: 32 bytes in base64.
pub(crate) fn key_encryption_key(folder: &Path) -> anyhow::Result<PathBuf> {
    random_file(folder, "key-encryption-key", |bytes| BASE64_STANDARD.encode(bytes))
}

/// The file of the key that hashes addresses and signs return paths: 32 bytes in base64.
pub(crate) fn mail_key(folder: &Path) -> anyhow::Result<PathBuf> {
    random_file(folder, "mail-key", |bytes| BASE64_STANDARD.encode(bytes))
}

/// Makes a file of random words once; of several who make it at the same time the first one does.
fn random_file(folder: &Path, name: &str, words: impl FnOnce(&[u8; 32]) -> String) -> anyhow::Result<PathBuf> {
    let path = folder.join(name);
    if !path.exists() {
        let mut bytes = [0; 32];
        OsRng.fill_bytes(&mut bytes);
        let part = part(&path, &words(&bytes))?;
        let first = fs::hard_link(&part, &path);
        fs::remove_file(part)?;
        first.or_else(|fault| if fault.kind() == ErrorKind::AlreadyExists { Ok(()) } else { Err(fault) })?;
    }
    Ok(path)
}

/// Writes a file that is for our eyes only; it is there whole or not at all.
pub(crate) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    Ok(fs::rename(part(path, text)?, path)?)
}

/// Writes what is to become a file, beside it, under a name that nobody else takes.
fn part(path: &Path, text: &str) -> anyhow::Result<PathBuf> {
    let mut part = path.as_os_str().to_owned();
    part.push(format!(".{:016x}.part", OsRng.next_u64()));
    let mut file = fs::File::options().create_new(true).write(true).mode(0o600).open(&part)?;
    file.write_all(text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(part.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_make_a_secret_at_the_same_time_get_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let read = || fs::read_to_string(key_encryption_key(folder.path()).unwrap()).unwrap();
        let all: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(read)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });

        assert!(all.iter().all(|one| *one == all[0]));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
