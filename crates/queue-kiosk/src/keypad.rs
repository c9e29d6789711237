//! The numeric keypad on standard input: single keys on a terminal, else lines.

use std::io::{IsTerminal, Read};
use std::thread;

use rustix::termios::{self, LocalModes, OptionalActions, Termios};
use tokio::sync::mpsc;

use crate::buttons::CODE_CHARS_MAX;

/// Codes that wait to be looked at.
const CODES_MAX: usize = 64;

/// How keys are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Each character is a press.
    Single,
    /// Digits, then Enter.
    Line,
}

/// A keypad being read. On a terminal the old settings come back when it is dropped.
#[derive(Debug)]
pub struct Keypad {
    codes: mpsc::Receiver<String>,
    before: Option<Termios>,
}

impl Keypad {
    /// Starts to read. [`Entry::Single`] is possible on a terminal only; a pipe is read by lines.
    #[must_use]
    pub fn open(entry: Entry) -> Self {
        let (sender, codes) = mpsc::channel(CODES_MAX);
        let single = entry == Entry::Single && std::io::stdin().is_terminal();
        let before = if single { unbuffer() } else { None };
        let single = before.is_some();
        thread::spawn(move || read(&mut std::io::stdin().lock(), single, &sender));
        Self { codes, before }
    }

    /// The next code; `None` when standard input has ended.
    pub async fn next(&mut self) -> Option<String> {
        self.codes.recv().await
    }
}

impl Drop for Keypad {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            // Nothing is left to do when even this fails.
            let _ = termios::tcsetattr(std::io::stdin(), OptionalActions::Now, before);
        }
    }
}

/// Makes the terminal give each key at once, without echo. `None` where it cannot.
fn unbuffer() -> Option<Termios> {
    let before = termios::tcgetattr(std::io::stdin()).ok()?;
    let mut single = before.clone();
    single.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
    termios::tcsetattr(std::io::stdin(), OptionalActions::Now, &single).ok()?;
    Some(before)
}

/// Cuts the input into codes until it ends or nobody listens.
fn read(input: &mut impl Read, single: bool, sender: &mpsc::Sender<String>) {
    let mut code = String::new();
    let mut chunk = [0_u8; 256];
    while let Ok(count @ 1..) = input.read(&mut chunk) {
        for &byte in &chunk[..count] {
            let ends = byte == b'\n' || byte == b'\r';
            // A code that is too long is cut; one character more keeps it from being a real one.
            if byte.is_ascii_graphic() && code.len() <= CODE_CHARS_MAX {
                code.push(char::from(byte));
            }
            let full = single && !code.is_empty();
            if (ends || full) && !code.is_empty() && sender.blocking_send(std::mem::take(&mut code)).is_err()
            {
                return;
            }
        }
    }
    if !code.is_empty() {
        let _ = sender.blocking_send(code);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(input: &str, single: bool) -> Vec<String> {
        let (sender, mut codes) = mpsc::channel(CODES_MAX);
        read(&mut input.as_bytes(), single, &sender);
        drop(sender);
        std::iter::from_fn(|| codes.blocking_recv()).collect()
    }

    #[test]
    fn lines_and_single_keys() {
        assert_eq!(codes("1\n12\r\n\n 3 \n4", false), ["1", "12", "3", "4"]);
        assert_eq!(codes("1\n12", true), ["1", "1", "2"]);
        assert_eq!(codes(&"9".repeat(400), false), ["9".repeat(CODE_CHARS_MAX + 1)]);
        assert_eq!(codes("", false), [""; 0]);
    }
}
