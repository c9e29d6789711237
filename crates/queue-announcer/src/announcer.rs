//! Brings the line, the playlist and the player together: whatever wakes it, it then says what is next.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tracing::{error, info, warn};

use crate::clock::ServerClock;
use crate::link::Heard;
use crate::pack::{CHANNELS, Pack, RATE};
use crate::player::{PlayFailure, Player};
use crate::playlist::{Announcement, Playlist, Skipped};

/// Silence after each announcement, so that the next one does not run into it.
const GAP_SAMPLES: usize = RATE.get() as usize * CHANNELS.get() as usize * 4 / 10;

/// How long to wait for a missing loudspeaker: the calls that wait for it live about a minute.
const DEVICE_PAUSE: Duration = Duration::from_secs(2);

/// When to end without being told to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ends {
    /// After so many announcements.
    pub calls: Option<u64>,
    /// At this moment, or when the announcement under way has ended.
    pub at: Option<Instant>,
}

/// Everything that can wake the loop.
enum Wake {
    /// `None`: the line will bring nothing any more.
    Heard(Option<Heard>),
    Played(Result<(), PlayFailure>),
    TryDevice,
    TimeIsUp,
}

/// An announcement under way.
struct Saying {
    call: Announcement,
    heard: oneshot::Receiver<Result<(), PlayFailure>>,
}

/// What may still come.
#[derive(Clone, Copy)]
struct Open {
    line: bool,
    time: bool,
}

/// Says what the line brings, until it ends. The loudspeaker says one thing at a time.
pub struct Announcer {
    /// What the clips sound like.
    pub pack: Pack,
    /// Where they sound.
    pub player: Player,
    /// Speak only these languages of a call, where it has one of them; all when empty.
    pub languages: Vec<String>,
    /// When to end.
    pub ends: Ends,
    playlist: Playlist,
    clock: ServerClock,
    said: u64,
}

impl Announcer {
    /// An announcer that has heard nothing yet.
    pub fn new(pack: Pack, player: Player, languages: Vec<String>, ends: Ends) -> Self {
        let clock = ServerClock::read(Timestamp::now());
        Self { pack, player, languages, ends, playlist: Playlist::default(), clock, said: 0 }
    }

    /// Runs until the time is up, enough was said, or the line has ended and all that waited is said; gives the
    /// number of announcements.
    /// Being dropped in the middle is harmless; the player is to be stopped by its owner then.
    ///
    /// # Errors
    /// [`PlayFailure::File`]: going on would lose sound in silence.
    pub async fn run(&mut self, line: &mut mpsc::Receiver<Heard>) -> Result<u64, PlayFailure> {
        let mut saying: Option<Saying> = None;
        let mut device_at: Option<Instant> = None;
        let mut open = Open { line: true, time: true };
        loop {
            if self.ends.calls.is_some_and(|calls| self.said >= calls) || (!open.time && saying.is_none()) {
                break;
            }
            if saying.is_none() && device_at.is_none() {
                saying = self.say_next();
                if saying.is_none() && !open.line {
                    break;
                }
            }
            match self.wake(line, &mut saying, device_at, open).await {
                Wake::Heard(Some(news)) => self.hear(news),
                Wake::Heard(None) => open.line = false,
                Wake::TryDevice => device_at = None,
                Wake::TimeIsUp => open.time = false,
                Wake::Played(result) => {
                    let Some(Saying { call, .. }) = saying.take() else {
                        unreachable!("only what is said ends")
                    };
                    match result {
                        Ok(()) => {
                            self.said += 1;
                            info!(seq = call.seq, number = call.number, counter = call.counter, "announced");
                        }
                        Err(failure @ PlayFailure::NoDevice(_)) => {
                            warn!(%failure, seq = call.seq, number = call.number, "waiting for a loudspeaker");
                            self.playlist.put_back(call);
                            device_at = Some(Instant::now() + DEVICE_PAUSE);
                        }
                        Err(failure @ (PlayFailure::File { .. } | PlayFailure::Stopped)) => {
                            return Err(failure);
                        }
                    }
                }
            }
        }
        for call in self.playlist.drain() {
            warn!(seq = call.seq, number = call.number, "not announced: the program ends");
        }
        Ok(self.said)
    }

    async fn wake(
        &self,
        line: &mut mpsc::Receiver<Heard>,
        saying: &mut Option<Saying>,
        device_at: Option<Instant>,
        open: Open,
    ) -> Wake {
        let played = async {
            match saying {
                Some(saying) => (&mut saying.heard).await.unwrap_or(Err(PlayFailure::Stopped)),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            // What was heard is known before the next announcement is chosen, so that recalls merge.
            biased;
            news = line.recv(), if open.line => Wake::Heard(news),
            result = played => Wake::Played(result),
            () = reached(device_at) => Wake::TryDevice,
            () = reached(self.ends.at), if open.time => Wake::TimeIsUp,
        }
    }

    fn hear(&mut self, news: Heard) {
        match news {
            Heard::Online(server_time) => self.clock = ServerClock::read(server_time),
            Heard::OtherJournal => {
                warn!("the server has another journal");
                self.playlist.start_over();
            }
            Heard::Call(call) => {
                if let Some((call, why)) = self.playlist.add(call) {
                    report(&call, why);
                }
            }
        }
    }

    fn say_next(&mut self) -> Option<Saying> {
        loop {
            let (next, expired) = self.playlist.next(self.clock.now());
            for call in &expired {
                report(call, Skipped::Expired);
            }
            let call = next?;
            let mut samples = self.pack.join(&in_languages(&call.clips, &self.languages));
            if samples.is_empty() {
                error!(seq = call.seq, number = call.number, "not announced: there is no clip of it");
                continue;
            }
            samples.extend(std::iter::repeat_n(0.0, GAP_SAMPLES));
            let heard = self.player.play(samples);
            return Some(Saying { call, heard });
        }
    }
}

fn report(call: &Announcement, why: Skipped) {
    let Announcement { seq, number, counter, .. } = call;
    match why {
        Skipped::Known => info!(seq, number, "came twice"),
        Skipped::Merged => info!(seq, number, counter, "recall of a call that still waits: said once"),
        Skipped::Replaced => {
            info!(seq, number, counter, "not announced: called to another counter meanwhile")
        }
        Skipped::Expired => warn!(seq, number, counter, "not announced: expired"),
        Skipped::Crowded => warn!(seq, number, counter, "not announced: too many wait"),
    }
}

/// The clips of these languages and the chime before them; all clips where none is of these languages.
fn in_languages(clips: &[String], languages: &[String]) -> Vec<String> {
    let wanted = |clip: &&String| {
        let spoken = clip.split('/').next().unwrap_or_default();
        languages.iter().any(|tag| tag.split('-').next() == Some(spoken))
    };
    let chimes = clips.iter().take_while(|clip| clip.ends_with("/chime"));
    let chime_count = chimes.clone().count();
    let words: Vec<&String> = clips[chime_count..].iter().filter(wanted).collect();
    if words.is_empty() {
        return clips.to_vec();
    }
    // Pauses that stood between two languages would only delay the first word.
    let words = words.into_iter().skip_while(|clip| clip.ends_with("/pause"));
    chimes.chain(words).cloned().collect()
}

async fn reached(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_wanted_languages_are_spoken_where_the_call_has_them() {
        let call = "vi/chime vi/kinh-moi vi/mot en/pause en/pause en/ticket-number en/one";
        for (languages, said) in [
            ("", call),
            ("vi", "vi/chime vi/kinh-moi vi/mot"),
            ("vi-x-south", "vi/chime vi/kinh-moi vi/mot"),
            ("en", "vi/chime en/ticket-number en/one"),
            ("vi en", call),
            ("fr", call),
        ] {
            let languages: Vec<String> = languages.split_whitespace().map(str::to_owned).collect();
            let clips: Vec<String> = call.split(' ').map(str::to_owned).collect();
            assert_eq!(in_languages(&clips, &languages).join(" "), said, "{languages:?}");
        }
    }
}
