//! What is on its way out of one live connection: at most the tail of one torn frame, and a few control frames.
//!
//! Whole messages are never kept for a reader that takes nothing: when it takes again, it is told what is then new.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Bytes;
use tokio::io::AsyncWrite;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::frame::{CloseFrame, Frame};

use super::burst::Burst;

/// What is owed to the reader before anything else.
#[derive(Default)]
pub(super) struct Outgoing {
    /// The rest of a torn frame.
    tail: Bytes,
    /// Pings, pongs, the close. Bounded: while any waits, nothing more is read that could ask for answers.
    control: Vec<u8>,
}

/// How a write went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Took {
    /// All of it was taken.
    All,
    /// Some of it, perhaps none; the waker is called when there is room again.
    UpTo(usize),
}

impl Outgoing {
    pub(super) fn is_empty(&self) -> bool {
        self.tail.is_empty() && self.control.is_empty()
    }

    /// Whether answers wait, so that nothing may be read that asks for more.
    pub(super) fn owes_answers(&self) -> bool {
        !self.control.is_empty()
    }

    /// Where answers gather.
    pub(super) fn answers(&mut self) -> &mut Vec<u8> {
        &mut self.control
    }

    pub(super) fn ping(&mut self) {
        Self::put(&mut self.control, Frame::ping(Bytes::new()));
    }

    pub(super) fn close(&mut self, code: CloseCode, reason: &'static str) {
        Self::put(&mut self.control, Frame::close(Some(CloseFrame { code, reason: reason.into() })));
    }

    fn put(control: &mut Vec<u8>, frame: Frame) {
        frame.format(control).expect("a vector takes every write");
    }

    /// Writes what is owed.
    pub(super) fn flush(
        &mut self,
        mut stream: impl AsyncWrite + Unpin,
        cx: &mut Context<'_>,
    ) -> io::Result<Took> {
        let tail = write(&mut stream, cx, &self.tail)?;
        if let Took::UpTo(count) = tail {
            drop(self.tail.split_to(count));
            return Ok(tail);
        }
        let before = self.tail.len();
        self.tail = Bytes::new();
        match write(&mut stream, cx, &self.control)? {
            Took::All => {
                // Control frames are rare: an idle connection keeps no room for them.
                self.control = Vec::new();
                Ok(Took::All)
            }
            Took::UpTo(count) => {
                self.control.drain(..count);
                Ok(Took::UpTo(before + count))
            }
        }
    }

    /// Writes `burst`, which begins behind all that is owed, and keeps the tail of the frame that is torn, if any.
    pub(super) fn write(
        &mut self,
        stream: impl AsyncWrite + Unpin,
        cx: &mut Context<'_>,
        burst: &Burst,
    ) -> io::Result<Took> {
        debug_assert!(self.is_empty());
        let took = write(stream, cx, &burst.bytes)?;
        if let Took::UpTo(count) = took {
            self.tail = burst.tail(count);
        }
        Ok(took)
    }
}

fn write(mut stream: impl AsyncWrite + Unpin, cx: &mut Context<'_>, bytes: &[u8]) -> io::Result<Took> {
    let mut count = 0;
    while count < bytes.len() {
        match Pin::new(&mut stream).poll_write(cx, &bytes[count..]) {
            Poll::Ready(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
            Poll::Ready(Ok(more)) => count += more,
            Poll::Ready(Err(error)) => return Err(error),
            Poll::Pending => return Ok(Took::UpTo(count)),
        }
    }
    Ok(Took::All)
}
