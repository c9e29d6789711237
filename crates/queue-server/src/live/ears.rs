//! What the other side of a live connection says: parsed by the WebSocket library, answered where the protocol
//! asks for it, otherwise only a sign of life: state goes in by HTTP only.
//!
//! No socket is in here: bytes go in, answers come out.

use std::io::{self, Read, Write};

use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};
use tungstenite::{Error, Message};

/// The longest message or frame that a client may send.
const INCOMING_BYTES_MAX: usize = 4 * 1024;
/// Clients send pongs; the library keeps a buffer of this size for each connection.
const READ_BUFFER_BYTES: usize = 64;
/// Answers of one read at most; they leave the library at once.
const ANSWERS_BYTES_MAX: usize = 1024;

/// The reading side of one connection.
pub(super) struct Ears(WebSocketContext);

/// Why there is nothing more to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    /// The other side closed; the reply is among the answers.
    Close,
    /// The other side broke the protocol (RFC 6455, 7.4.1); the code says how.
    Fault(CloseCode),
}

impl Ears {
    pub(super) fn new() -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_write_buffer_size(ANSWERS_BYTES_MAX)
            .max_message_size(Some(INCOMING_BYTES_MAX))
            .max_frame_size(Some(INCOMING_BYTES_MAX));
        Self(WebSocketContext::new(Role::Server, Some(config)))
    }

    /// Takes `bytes` in, and puts pongs and the reply to a close behind `answers`.
    pub(super) fn hear(&mut self, bytes: &[u8], answers: &mut Vec<u8>) -> Option<Last> {
        let mut line = Line { bytes, answers };
        loop {
            match self.0.read(&mut line) {
                Ok(Message::Close(_)) => {
                    // Always an error, which says that the reply was written and the connection is over.
                    drop(self.0.flush(&mut line));
                    return Some(Last::Close);
                }
                Ok(_) => {}
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => return None,
                Err(Error::ConnectionClosed | Error::AlreadyClosed) => return Some(Last::Close),
                Err(Error::Capacity(_)) => return Some(Last::Fault(CloseCode::Size)),
                Err(Error::Utf8(_)) => return Some(Last::Fault(CloseCode::Invalid)),
                Err(_) => return Some(Last::Fault(CloseCode::Protocol)),
            }
        }
    }
}

/// A read's worth of bytes, and where answers gather.
struct Line<'a> {
    bytes: &'a [u8],
    answers: &'a mut Vec<u8>,
}

impl Read for Line<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.bytes.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.bytes.read(into)
    }
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.answers.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A masked frame with the key 0, which leaves the payload as it is.
    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![first];
        match u8::try_from(payload.len()) {
            Ok(length @ ..126) => bytes.push(0x80 | length),
            Ok(_) | Err(_) => {
                bytes.push(0x80 | 126);
                bytes.extend(u16::try_from(payload.len()).expect("a short test").to_be_bytes());
            }
        }
        bytes.extend([0; 4]);
        bytes.extend(payload);
        bytes
    }

    /// What is said, as bytes; what ends it; the answers.
    type Case<'a> = (&'a str, Vec<u8>, Option<Last>, &'a [u8]);

    #[test]
    fn what_clients_say_is_answered_as_the_protocol_asks() {
        let long = frame(0x81, &[b'x'; INCOMING_BYTES_MAX + 1]);
        let fits = frame(0x81, &[b'x'; INCOMING_BYTES_MAX]);
        let halves = [frame(0x01, &[b'x'; 4000]), frame(0x80, &[b'x'; 4000])].concat();
        let fault = |code| Some(Last::Fault(code));
        let cases: [Case<'_>; 14] = [
            ("pong", frame(0x8a, b""), None, b""),
            ("text", frame(0x81, "số".as_bytes()), None, b""),
            ("ping", frame(0x89, b"ab"), None, b"\x8a\x02ab"),
            ("two pings", [frame(0x89, b"a"), frame(0x89, b"b")].concat(), None, b"\x8a\x01a\x8a\x01b"),
            ("close", frame(0x88, b"\x03\xe8"), Some(Last::Close), b"\x88\x02\x03\xe8"),
            ("close without a code", frame(0x88, b""), Some(Last::Close), b"\x88\x00"),
            (
                "close, then more",
                [frame(0x88, b""), frame(0x81, b"x")].concat(),
                Some(Last::Close),
                b"\x88\x00",
            ),
            ("as long as may be", fits, None, b""),
            ("too long", long, fault(CloseCode::Size), b""),
            ("too long in halves", halves, fault(CloseCode::Size), b""),
            ("not UTF-8", frame(0x81, b"\xff\xfe"), fault(CloseCode::Invalid), b""),
            ("unmasked", b"\x81\x01x".to_vec(), fault(CloseCode::Protocol), b""),
            ("reserved bit", frame(0xc1, b"x"), fault(CloseCode::Protocol), b""),
            ("continues nothing", frame(0x80, b"x"), fault(CloseCode::Protocol), b""),
        ];
        for (what, bytes, last, answer) in cases {
            let mut answers = Vec::new();
            assert_eq!(Ears::new().hear(&bytes, &mut answers), last, "{what}");
            assert_eq!(answers, answer, "{what}");
        }
    }

    #[test]
    fn a_frame_may_come_in_pieces_of_any_size() {
        let said =
            [frame(0x01, b"one "), frame(0x89, b"between"), frame(0x80, b"two"), frame(0x88, b"")].concat();
        for size in 1..said.len() {
            let (mut ears, mut answers) = (Ears::new(), Vec::new());
            let lasts: Vec<_> =
                said.chunks(size).filter_map(|piece| ears.hear(piece, &mut answers)).collect();
            assert_eq!(lasts, [Last::Close], "pieces of {size}");
            assert_eq!(answers, b"\x8a\x07between\x88\x00", "pieces of {size}");
        }
    }
}
