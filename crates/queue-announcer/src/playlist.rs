//! What is still to be said, in which order, and what has lost its sense meanwhile.
//! Pure: calls and the time come in as arguments; `announcer.rs` asks for the next when the loudspeaker is free.

use std::collections::VecDeque;

use jiff::Timestamp;

/// Calls that may wait: a hall of fifty counters that all call at once; speaking them takes about ten minutes.
pub const WAITING_MAX: usize = 50;

/// A call to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The journal record that called.
    pub seq: u64,
    /// The ticket's number.
    pub number: String,
    /// Where to.
    pub counter: u32,
    /// From this instant on it is not said any more.
    pub expires_at: Timestamp,
    /// Clip ids in order.
    pub clips: Vec<String>,
}

/// Why a call is not said, or not by itself. Every call is either said or told of here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skipped {
    /// It came before, on an earlier connection.
    Known,
    /// A call of the same number to the same counter still waits: one announcement serves both.
    Merged,
    /// The number was called to another counter before this call was said.
    Replaced,
    /// It expired while it waited.
    Expired,
    /// More than [`WAITING_MAX`] waited, and it was the oldest.
    Crowded,
}

/// The calls that wait, in journal order.
#[derive(Debug, Default)]
pub struct Playlist {
    waiting: VecDeque<Announcement>,
    last_seq: Option<u64>,
}

impl Playlist {
    /// Takes a call in; tells which call, if any, will not be said because of it: the same one, or an older one.
    pub fn add(&mut self, call: Announcement) -> Option<(Announcement, Skipped)> {
        if self.last_seq.is_some_and(|last| call.seq <= last) {
            return Some((call, Skipped::Known));
        }
        self.last_seq = Some(call.seq);

        let same_number = self.waiting.iter().position(|waiting| waiting.number == call.number);
        let mut left_out = None;
        if let Some(index) = same_number {
            if self.waiting[index].counter == call.counter {
                // Nobody has heard the first one, so "once again" would be wrong: its words stay, its life is longer.
                let first = &mut self.waiting[index];
                first.expires_at = first.expires_at.max(call.expires_at);
                return Some((call, Skipped::Merged));
            }
            left_out = self.waiting.remove(index).map(|stale| (stale, Skipped::Replaced));
        } else if self.waiting.len() == WAITING_MAX {
            left_out = self.waiting.pop_front().map(|oldest| (oldest, Skipped::Crowded));
        }
        self.waiting.push_back(call);
        left_out
    }

    /// Gives back a call that could not be said, to be the next one again.
    pub fn put_back(&mut self, call: Announcement) {
        let called_again = self.waiting.iter().any(|waiting| waiting.number == call.number);
        if !called_again {
            self.waiting.push_front(call);
        }
    }

    /// Takes out the next call that still makes sense, and the expired ones before it.
    pub fn next(&mut self, now: Timestamp) -> (Option<Announcement>, Vec<Announcement>) {
        let mut expired = Vec::new();
        while let Some(call) = self.waiting.pop_front() {
            if now < call.expires_at {
                return (Some(call), expired);
            }
            expired.push(call);
        }
        (None, expired)
    }

    /// Forgets what was heard: the server has another journal, whose numbers begin anew.
    pub fn start_over(&mut self) {
        self.last_seq = None;
    }

    /// Everything that still waits, in order; for the log at the end.
    pub fn drain(&mut self) -> Vec<Announcement> {
        self.waiting.drain(..).collect()
    }
}
