//! Messages as they go out: framed once, concatenated, so that any number of readers take the same bytes.

use std::sync::Arc;

use axum::body::Bytes;
use queue_core::record::Seq;
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Data, OpCode};

/// An unmasked frame's header at most (RFC 6455, 5.2).
const HEADER_BYTES_MAX: usize = 10;

/// What a message tells; whoever was told remembers it.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// The first message.
    Hello,
    /// A call or recall.
    Call(Seq),
    /// The whole board.
    Board(Place),
    /// The whole counter, ticket or figures.
    Whole,
}

/// How far a lobby was told: every call up to a record, and which board.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The last record whose calls were told, or the newest before the connection where none was asked for.
    pub seq: Seq,
    /// The last board told.
    pub board: Option<Arc<str>>,
}

impl PartialEq for Place {
    /// Boards are the same when they are the same piece of memory: each published one has its own.
    fn eq(&self, other: &Self) -> bool {
        let same_board = match (&self.board, &other.board) {
            (Some(one), Some(another)) => Arc::ptr_eq(one, another),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        same_board && self.seq == other.seq
    }
}

/// A message and what it tells.
pub(super) type News = (Part, Arc<str>);

/// Frames in the order in which they are told.
#[derive(Debug)]
pub(super) struct Burst {
    /// All frames.
    pub bytes: Bytes,
    /// Where each frame ends, and what it told.
    ends: Vec<(usize, Part)>,
}

impl Burst {
    /// Frames `news`; nothing where there is none.
    pub(super) fn of(news: Vec<News>) -> Option<Self> {
        let length = news.iter().map(|(_, text)| text.len() + HEADER_BYTES_MAX).sum();
        let mut bytes = Vec::with_capacity(length);
        let mut ends = Vec::with_capacity(news.len());
        for (part, text) in news {
            let header = FrameHeader { opcode: OpCode::Data(Data::Text), ..FrameHeader::default() };
            let length = u64::try_from(text.len()).expect("a text in memory has a length of 64 bits at most");
            header.format(length, &mut bytes).expect("a vector takes every write");
            bytes.extend_from_slice(text.as_bytes());
            ends.push((bytes.len(), part));
        }
        (!ends.is_empty()).then(|| Self { bytes: bytes.into(), ends })
    }

    /// What was told when `written` bytes were taken, a torn frame included, for its tail is still to be sent.
    pub(super) fn told(&self, written: usize) -> impl Iterator<Item = &Part> {
        let begins = std::iter::once(0).chain(self.ends.iter().map(|(end, _)| *end));
        self.ends.iter().zip(begins).take_while(move |(_, begin)| *begin < written).map(|((_, part), _)| part)
    }

    /// The rest of the frame that was torn when `written` bytes were taken; empty where none was.
    ///
    /// Whole frames behind it are not kept: they are told anew, as they are then.
    pub(super) fn tail(&self, written: usize) -> Bytes {
        let end = self.ends.iter().map(|(end, _)| *end).find(|end| *end >= written);
        match end {
            Some(end) if written > 0 => self.bytes.slice(written..end),
            Some(_) | None => Bytes::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn burst() -> Burst {
        let news = [(Part::Hello, "hi"), (Part::Call(Seq(3)), "call"), (Part::Whole, "state")];
        Burst::of(news.map(|(part, text)| (part, text.into())).into()).expect("there is news")
    }

    #[test]
    fn frames_are_unmasked_text() {
        assert_eq!(burst().bytes, &b"\x81\x02hi\x81\x04call\x81\x05state"[..]);
        let long = Burst::of(vec![(Part::Whole, "x".repeat(300).into())]).expect("there is news");
        assert_eq!((&long.bytes[..4], long.bytes.len()), (&[0x81, 126, 1, 44][..], 304));
        assert!(Burst::of(Vec::new()).is_none());
    }

    #[test]
    fn of_what_was_cut_off_only_the_torn_frame_is_owed() {
        for (written, told, tail) in [
            (0, 0, &b""[..]),
            (1, 1, b"\x02hi"),
            (4, 1, b""),
            (5, 2, b"\x04call"),
            (9, 2, b"l"),
            (10, 2, b""),
            (11, 3, b"\x05state"),
            (17, 3, b""),
        ] {
            let burst = burst();
            assert_eq!(burst.told(written).count(), told, "{written}");
            assert_eq!(burst.tail(written), tail, "{written}");
        }
    }
}
