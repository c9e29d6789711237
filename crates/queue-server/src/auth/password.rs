//! Passwords: argon2id, off the async threads, a bounded number at a time.
//!
//! The hash as PHC text lives in the house journal; what a password must be like is here too.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Hashes computed at once: each takes 19 MiB and a core for a while.
const HASHES_AT_ONCE: usize = 2;
/// Who may wait for a turn; more are told to come back.
const WAITERS_MAX: usize = 512;

/// The shortest password, in characters.
pub const PASSWORD_CHARS_MIN: usize = 8;
/// The longest password that is hashed, in bytes; longer ones only cost time.
pub const PASSWORD_BYTES_MAX: usize = 1024;

/// Why a password cannot stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Quickly guessed.
    #[error("write at least {PASSWORD_CHARS_MIN} characters")]
    TooShort,
    /// Nobody could sign in with it.
    #[error("write at most {PASSWORD_BYTES_MAX} bytes")]
    TooLong,
    /// The first guess of all.
    #[error("the user's name is no password")]
    Name,
}

/// Whether `password` may be that of `user`.
///
/// # Errors
/// [`Unfit`].
pub fn fit(user: &str, password: &str) -> Result<(), Unfit> {
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(Unfit::TooLong);
    }
    if password.eq_ignore_ascii_case(user) {
        return Err(Unfit::Name);
    }
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Err(Unfit::TooShort);
    }
    Ok(())
}

/// Why a password was not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many wait for a turn already.
    #[error("too many passwords are being checked")]
    Busy,
    /// The hash function refused; a bug or no memory.
    #[error("the password could not be hashed")]
    Failed,
}

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    waiters: Arc<Semaphore>,
    /// Checked when there is no such user, so that the answer takes as long.
    decoy: Arc<str>,
}

/// The right to compute one hash.
pub struct Turn {
    _running: OwnedSemaphorePermit,
}

impl Passwords {
    /// Computes the decoy; takes as long as one sign-in.
    ///
    /// # Errors
    /// [`PasswordError::Failed`].
    pub fn new() -> Result<Self, PasswordError> {
        let decoy = hash_now("nobody has this password")?;
        Ok(Self {
            turns: Arc::new(Semaphore::new(HASHES_AT_ONCE)),
            waiters: Arc::new(Semaphore::new(WAITERS_MAX)),
            decoy: decoy.into(),
        })
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// [`PasswordError::Busy`] when too many wait.
    pub async fn turn(&self) -> Result<Turn, PasswordError> {
        let _waiting = self.waiters.try_acquire().map_err(|_| PasswordError::Busy)?;
        let running = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| PasswordError::Busy)?;
        Ok(Turn { _running: running })
    }

    /// Whether `password` is the one behind `hash`; without a hash it takes as long and is false.
    ///
    /// # Errors
    /// [`PasswordError::Failed`] when the task was lost.
    pub async fn verify(
        &self,
        turn: Turn,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, PasswordError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.to_string());
        let right = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let parsed = PasswordHash::new(&hash);
            parsed.is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
        });
        Ok(right.await.map_err(|_| PasswordError::Failed)? && known)
    }

    /// The hash to keep of `password`.
    ///
    /// # Errors
    /// [`PasswordError`].
    pub async fn hash(&self, password: String) -> Result<String, PasswordError> {
        let turn = self.turn().await?;
        let hashed = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            hash_now(&password)
        });
        hashed.await.map_err(|_| PasswordError::Failed)?
    }

    /// 32 bytes that only this password gives with this salt; as slow as a hash.
    ///
    /// # Errors
    /// [`PasswordError`].
    pub async fn derive(&self, password: String, salt: String) -> Result<[u8; 32], PasswordError> {
        let turn = self.turn().await?;
        let derived = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let salt = Sha256::digest(salt.as_bytes());
            let mut derived = [0_u8; 32];
            let done = Argon2::default().hash_password_into(password.as_bytes(), &salt, &mut derived);
            done.map(|()| derived).map_err(|_| PasswordError::Failed)
        });
        derived.await.map_err(|_| PasswordError::Failed)?
    }
}

/// The hash of `password` with a fresh salt, on this thread; for operator tools.
///
/// # Errors
/// [`PasswordError::Failed`].
pub fn hash_now(password: &str) -> Result<String, PasswordError> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|_| PasswordError::Failed)?;
    Ok(hash.to_string())
}

/// A password for the first user: 20 characters, about 100 bits, without characters that look alike.
///
/// # Errors
/// [`PasswordError::Failed`] when the system has no randomness.
pub fn random() -> Result<String, PasswordError> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";
    let mut bytes = [0_u8; 20];
    getrandom::fill(&mut bytes).map_err(|_| PasswordError::Failed)?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_password_may_be() {
        let (longest, longer) = ("x".repeat(PASSWORD_BYTES_MAX), "x".repeat(PASSWORD_BYTES_MAX + 1));
        for (password, fits) in [
            ("", Err(Unfit::TooShort)),
            ("seven77", Err(Unfit::TooShort)),
            ("mật khẩu", Ok(())),
            ("Reception", Err(Unfit::Name)),
            (&longest, Ok(())),
            (&longer, Err(Unfit::TooLong)),
        ] {
            assert_eq!(fit("reception", password), fits, "{password}");
        }
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_another_is_not() {
        let passwords = Passwords::new().unwrap();
        let hash = passwords.hash("kim lien 2026".to_owned()).await.unwrap();
        for (password, hash, right) in [
            ("kim lien 2026", Some(hash.clone()), true),
            ("kim lien 2027", Some(hash), false),
            ("nobody has this password", None, false),
        ] {
            let turn = passwords.turn().await.unwrap();
            assert_eq!(passwords.verify(turn, password.to_owned(), hash).await, Ok(right), "{password}");
        }
    }
}
