//! Calls into sled that may panic on a damaged file: caught, and nothing of the panic on the screen; and sled's
//! errors in plain words.
//!
//! The panic hook is a process-wide thing: it is wrapped once, and stays as it was for everybody else. A program
//! that sets a hook of its own does it before it opens a journal.

use std::cell::Cell;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

const DAMAGED: &str = "its files do not match their checksums";

static WRAPPED: Once = Once::new();
/// Guarded calls that are running; while there are any, sled's own threads are quiet too.
static RUNNING: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `call`; a panic in it becomes its message, and nothing of it is on the screen.
///
/// # Errors
/// The first line of what the panic said, at most 200 characters.
pub fn guarded<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    WRAPPED.call_once(wrap_hook);
    let before = QUIET.replace(true);
    RUNNING.fetch_add(1, Ordering::SeqCst);
    // What a panicking call leaves behind is never used again: the journal is poisoned, or was not opened.
    let outcome = catch_unwind(AssertUnwindSafe(call));
    RUNNING.fetch_sub(1, Ordering::SeqCst);
    QUIET.set(before);
    outcome.map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        // Backtraces and dumps of structures follow in the next lines.
        let line = text.unwrap_or("it gave no reason").lines().next().unwrap_or_default();
        line.chars().take(200).collect()
    })
}

/// What an error of the store means to an operator, without the store's inner wording.
pub(crate) fn told(error: &sled::Error) -> String {
    match error {
        sled::Error::Corruption { .. } => DAMAGED.to_owned(),
        sled::Error::Io(error) if error.kind() == ErrorKind::InvalidData => DAMAGED.to_owned(),
        sled::Error::Io(error) if error.kind() == ErrorKind::UnexpectedEof => {
            "its files end too early".to_owned()
        }
        sled::Error::Io(error) => format!("its files cannot be read: {error}"),
        // Said of settings that cannot be read, as of those of a version that nobody here ever had.
        sled::Error::Unsupported(_) => "its file `conf` is damaged".to_owned(),
        sled::Error::CollectionNotFound(_) | sled::Error::ReportableBug(_) => {
            format!("its files cannot be read: {error}")
        }
    }
}

fn wrap_hook() {
    let before = take_hook();
    set_hook(Box::new(move |info| {
        if !QUIET.get() && !is_sleds_own() {
            before(info);
        }
    }));
}

fn is_sleds_own() -> bool {
    let current = thread::current();
    let named = current.name().is_some_and(|name| name.starts_with("sled-io-") || name == "log flusher");
    named && RUNNING.load(Ordering::SeqCst) > 0
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn damage_is_told_in_plain_words() {
        let corrupt = sled::Error::Corruption { at: None, bt: () };
        let wrapped = sled::Error::Io(io::Error::from(corrupt.clone()));
        for (error, words) in [
            (corrupt, "its files do not match their checksums"),
            (wrapped, "its files do not match their checksums"),
            (sled::Error::Io(ErrorKind::UnexpectedEof.into()), "its files end too early"),
            (sled::Error::Unsupported("an older version".to_owned()), "its file `conf` is damaged"),
        ] {
            assert_eq!(told(&error), words);
        }
    }
}
