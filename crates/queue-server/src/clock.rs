//! The time of the server: the instant now, an office's business day, and instants as text.
//!
//! The core knows no zone and no calendar; what it gets from here are instants and a [`DayPlan`].

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use queue_core::layout::{Hours, Layout};
use queue_core::time::{At, Date, DayPlan, Millis, Window};

/// How far ahead of its last record a journal may find the clock at a start: an office that was shut for a
/// year goes on, a clock that lost its battery and sprang to another decade does not.
pub const AHEAD_AT_START_MAX: Millis = Millis::from_secs(400 * 86_400);
/// How far the clock may spring forward while the server runs; time asleep does not count.
pub const JUMP_MAX: Millis = Millis::from_secs(24 * 3600);

const MINUTES_OF_DAY: u16 = 1440;

/// Where the time comes from. Clones share it.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    /// The computer's.
    System,
    /// A test's: wall clock and time since the start, moved by hand.
    Manual { wall: Arc<AtomicI64>, uptime: Arc<AtomicI64> },
}

impl Clock {
    /// The computer's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `at` until it is moved.
    #[must_use]
    pub fn manual(at: At) -> Self {
        Self(Source::Manual { wall: Arc::new(AtomicI64::new(at.0)), uptime: Arc::new(AtomicI64::new(0)) })
    }

    /// The instant now. It may step back; an office's own time does not.
    #[must_use]
    pub fn now(&self) -> At {
        match &self.0 {
            Source::System => At(Timestamp::now().as_millisecond()),
            Source::Manual { wall, .. } => At(wall.load(Ordering::SeqCst)),
        }
    }

    /// Milliseconds since the computer started, asleep or not; nobody can set it.
    #[must_use]
    pub fn uptime_ms(&self) -> i64 {
        match &self.0 {
            Source::System => {
                let since = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
                since.tv_sec.saturating_mul(1000).saturating_add(since.tv_nsec / 1_000_000)
            }
            Source::Manual { uptime, .. } => uptime.load(Ordering::SeqCst),
        }
    }

    /// Lets time pass on a manual clock; nothing on the computer's.
    pub fn advance(&self, length: Millis) {
        if let Source::Manual { wall, uptime } = &self.0 {
            let length = i64::try_from(length.0).unwrap_or(i64::MAX);
            wall.fetch_add(length, Ordering::SeqCst);
            uptime.fetch_add(length, Ordering::SeqCst);
        }
    }

    /// Sets a manual clock, as somebody sets a computer's; nothing on the computer's own.
    pub fn set(&self, at: At) {
        if let Source::Manual { wall, .. } = &self.0 {
            wall.store(at.0, Ordering::SeqCst);
        }
    }
}

/// Whether the clock can be believed. One for each office.
///
/// A clock behind the office's time is followed by nobody, so it does no harm and is not doubted; nor is one that
/// comes back from there.
#[derive(Clone, Debug)]
pub struct ClockWatch {
    /// Wall clock minus uptime: the latest that was believed, or that of the last record until one was.
    offset: i64,
    /// How far ahead of it the clock is believed.
    ahead_max: Millis,
}

impl ClockWatch {
    /// Watches `clock` for an office whose last record is of `last`, if it has any. A clock before that record, as one
    /// without a battery, may come up with it by as much as at a start.
    #[must_use]
    pub fn new(clock: &Clock, last: Option<At>) -> Self {
        let Some(last) = last else { return Self { offset: offset(clock), ahead_max: JUMP_MAX } };
        let known = last.0.saturating_sub(clock.uptime_ms());
        let mut watch = Self { offset: known, ahead_max: AHEAD_AT_START_MAX };
        if !watch.doubts(clock) {
            watch.follow(clock);
        }
        watch
    }

    /// Whether the clock stands far ahead of what is known.
    #[must_use]
    pub fn doubts(&self, clock: &Clock) -> bool {
        let ahead = offset(clock).saturating_sub(self.offset);
        ahead > i64::try_from(self.ahead_max.0).unwrap_or(i64::MAX)
    }

    /// An administrator has said that the clock is right.
    pub fn believe(&mut self, clock: &Clock) {
        *self = Self { offset: offset(clock), ahead_max: JUMP_MAX };
    }

    /// Follows a clock that is believed, so that many small corrections never add up to a jump, and that a server
    /// may run for years.
    pub fn follow(&mut self, clock: &Clock) {
        let now = offset(clock);
        if now >= self.offset {
            *self = Self { offset: now, ahead_max: JUMP_MAX };
        }
    }
}

/// The time of an office: the clock's, but never backwards. Behind a clock that was set back it goes on as fast as
/// the computer's uptime, until the clock has come up with it. Clones share it.
#[derive(Clone, Debug)]
pub struct OfficeTime {
    clock: Clock,
    /// The office's time minus uptime.
    ahead: Arc<AtomicI64>,
}

impl OfficeTime {
    /// Goes on from the office's last record; from the clock for an office without a past.
    #[must_use]
    pub fn new(clock: &Clock, last: Option<At>) -> Self {
        let begins = last.unwrap_or_else(|| clock.now());
        let time = Self { clock: clock.clone(), ahead: Arc::default() };
        time.set(begins);
        time
    }

    /// The office's instant now.
    #[must_use]
    pub fn now(&self) -> At {
        At(self.ahead.load(Ordering::SeqCst).saturating_add(self.clock.uptime_ms()))
    }

    /// Takes over the instant of the clock, which is believed, where it is not behind; says by how much it is.
    pub fn follow(&self) -> Millis {
        let offset = offset(&self.clock);
        let ahead = self.ahead.fetch_max(offset, Ordering::SeqCst);
        Millis(u64::try_from(ahead.saturating_sub(offset)).unwrap_or(0))
    }

    /// By how much the clock is behind; zero where it is not.
    #[must_use]
    pub fn behind(&self) -> Millis {
        self.now().since(self.clock.now())
    }

    /// An administrator has set the time right: the one way back.
    pub fn set(&self, to: At) {
        self.ahead.store(to.0.saturating_sub(self.clock.uptime_ms()), Ordering::SeqCst);
    }
}

fn offset(clock: &Clock) -> i64 {
    clock.now().0.saturating_sub(clock.uptime_ms())
}

/// The zone of an office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// A name that the time zone database does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no time zone: write a name such as Asia/Ho_Chi_Minh")]
pub struct UnknownZone(pub String);

impl Zone {
    /// The zone with this IANA name.
    ///
    /// # Errors
    /// [`UnknownZone`].
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        TimeZone::get(name).map(Self).map_err(|_| UnknownZone(name.to_owned()))
    }

    /// UTC.
    #[must_use]
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The zone of `layout`; UTC where its name is unknown, which no checked layout has.
    #[must_use]
    pub fn of(layout: &Layout) -> Self {
        Self::named(&layout.time_zone).unwrap_or_else(|_| Self::utc())
    }

    /// `at` as RFC 3339 with milliseconds and this zone's offset: `2026-11-23T08:00:00.123+07:00`.
    #[must_use]
    pub fn text(&self, at: At) -> String {
        self.zoned(at).strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
    }

    /// The hour and minute of the local day, as `07:30`.
    #[must_use]
    pub fn time_of_day(&self, at: At) -> String {
        self.zoned(at).strftime("%H:%M").to_string()
    }

    /// The instant as part of a file's name, `20261123-080000`.
    #[must_use]
    pub fn stamp(&self, at: At) -> String {
        self.zoned(at).strftime("%Y%m%d-%H%M%S").to_string()
    }

    /// The latest instant up to `now` at which the clock on the wall showed `minute` minutes after midnight.
    #[must_use]
    pub fn latest(&self, minute: u16, now: At) -> At {
        let today = self.zoned(now).date();
        let at = self.instant(today, minute);
        if at <= now { at } else { self.instant(before(today), minute) }
    }

    /// The hour of the local day, 0 to 23.
    #[must_use]
    pub fn hour(&self, at: At) -> u32 {
        u32::try_from(self.zoned(at).hour()).unwrap_or(0)
    }

    /// The business day of `layout` that holds `at`, with its hours in instants.
    #[must_use]
    pub fn plan(&self, layout: &Layout, at: At) -> DayPlan {
        let begins = layout.day_starts_minute.min(MINUTES_OF_DAY - 1);
        // By instants, not by the clock on the wall: in a night when that is changed, an hour of it comes twice.
        let local = self.zoned(at).date();
        let candidates = [after(local), local, before(local)];
        let begun = candidates.into_iter().find(|date| self.instant(*date, begins) <= at);
        // Only where a zone left out a whole date, as Apia did.
        let today = begun.unwrap_or_else(|| before(before(local)));
        let tomorrow = after(today);
        let (starts_at, ends_at) = (self.instant(today, begins), self.instant(tomorrow, begins));
        let windows = layout.hours.as_ref().map(|week| {
            let mut windows = Vec::new();
            for date in [today, tomorrow] {
                let day = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
                let ranges = week.get(day).map(Vec::as_slice).unwrap_or_default();
                windows
                    .extend(ranges.iter().filter_map(|range| self.window(date, *range, starts_at, ends_at)));
            }
            windows
        });
        DayPlan { date: core_date(today), starts_at, ends_at, windows }
    }

    /// A range of hours on `date`, cut to the business day; nothing where it lies outside.
    fn window(&self, date: civil::Date, range: Hours, starts_at: At, ends_at: At) -> Option<Window> {
        let opens = self.instant(date, range.from).max(starts_at);
        let closes = self.instant(date, range.to).min(ends_at);
        (opens < closes).then_some(Window { opens, closes })
    }

    /// The instant `minute` minutes after local midnight by the clock on the wall. A time that the zone skips
    /// is the one as far after the gap; of a doubled one it is the first.
    fn instant(&self, date: civil::Date, minute: u16) -> At {
        let (date, minute) = if minute >= MINUTES_OF_DAY { (after(date), 0) } else { (date, minute) };
        let hour = i8::try_from(minute / 60).unwrap_or(0);
        let wall = date.at(hour, i8::try_from(minute % 60).unwrap_or(0), 0, 0);
        let zoned = wall.to_zoned(self.0.clone()).map(|zoned| zoned.timestamp());
        At(zoned.unwrap_or(Timestamp::MAX).as_millisecond())
    }

    fn zoned(&self, at: At) -> jiff::Zoned {
        let limits = Timestamp::MIN.as_millisecond()..=Timestamp::MAX.as_millisecond();
        let inside = at.0.clamp(*limits.start(), *limits.end());
        Timestamp::from_millisecond(inside).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(self.0.clone())
    }
}

/// Reads an RFC 3339 text, such as the end of a notice.
#[must_use]
pub fn parse_instant(text: &str) -> Option<At> {
    text.parse::<Timestamp>().ok().map(|instant| At(instant.as_millisecond()))
}

/// Reads an instant as [`Zone::stamp`] of UTC writes it.
#[must_use]
pub fn parse_stamp(text: &str) -> Option<At> {
    let civil = civil::DateTime::strptime("%Y%m%d-%H%M%S", text).ok()?;
    let zoned = civil.to_zoned(TimeZone::UTC).ok()?;
    Some(At(zoned.timestamp().as_millisecond()))
}

/// The days from `from` to `to`, both included; 0 where `to` is earlier.
#[must_use]
pub fn days(from: Date, to: Date) -> u64 {
    let civil = |date: Date| {
        let fields = (i16::try_from(date.year), i8::try_from(date.month), i8::try_from(date.day));
        let (Ok(year), Ok(month), Ok(day)) = fields else { return None };
        civil::Date::new(year, month, day).ok()
    };
    let (Some(from), Some(to)) = (civil(from), civil(to)) else { return 0 };
    let between = from.until(to).map_or(-1, |span| i64::from(span.get_days()));
    u64::try_from(between + 1).unwrap_or(0)
}

fn after(date: civil::Date) -> civil::Date {
    date.checked_add(Span::new().days(1)).unwrap_or(civil::Date::MAX)
}

fn before(date: civil::Date) -> civil::Date {
    date.checked_sub(Span::new().days(1)).unwrap_or(civil::Date::MIN)
}

fn core_date(date: civil::Date) -> Date {
    Date {
        year: u16::try_from(date.year()).unwrap_or(1970),
        month: u8::try_from(date.month()).unwrap_or(1),
        day: u8::try_from(date.day()).unwrap_or(1),
    }
}
