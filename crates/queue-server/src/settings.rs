//! Process settings: one commented TOML with defaults, then a file, then the environment, then flags.
//!
//! Validated once at the start, then never changed. What an office looks like is [`crate::office_file`]'s.

pub mod layers;

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;

use queue_core::time::Millis;
use serde::Deserialize;

/// The defaults and the manual.
pub const DEFAULTS: &str = include_str!("settings/default.toml");

/// Everything that a process is started with, offices aside.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where and with what.
    pub server: ServerSettings,
    /// How much.
    pub limits: LimitSettings,
    /// How long people stay signed in.
    pub sessions: SessionSettings,
    /// Backups that the server takes of itself.
    pub backup: BackupSettings,
    /// What is logged.
    pub log: LogSettings,
}

/// Where the server listens and keeps its data.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSettings {
    /// Address and port; port 0 picks one.
    pub listen: SocketAddr,
    /// The data folder.
    pub data: PathBuf,
    /// What QR codes point to; empty for the listen address.
    pub public_url: String,
    /// Further origins from which browsers may act.
    pub allowed_origins: Vec<String>,
    /// From these alone `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

/// Limits of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitSettings {
    /// Numbers a minute for one address without a session.
    pub tickets_per_minute: NonZeroU32,
    /// Numbers at once for one address without a session.
    pub tickets_burst: NonZeroU32,
    /// Open connections.
    pub connections: NonZeroU32,
}

/// How long sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionSettings {
    /// Minutes without use.
    pub idle_minutes: NonZeroU32,
    /// Hours in all.
    pub absolute_hours: NonZeroU32,
}

/// Backups that the server takes of itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupSettings {
    /// Where; empty for none.
    pub folder: PathBuf,
    /// When, each day.
    pub at: TimeOfDay,
    /// Each so many backups one is full.
    pub full_every: NonZeroU32,
    /// So many full ones are kept.
    pub keep: NonZeroU32,
}

/// A time of the day, written `18:30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// Minutes after midnight.
    #[must_use]
    pub fn minute(self) -> u16 {
        self.0
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let bad = || format!("`{text}` is no time of the day: write it as 18:30");
        let (hour, minute) = text.split_once(':').ok_or_else(bad)?;
        let number = |digits: &str, end: u16| {
            let plain = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse().ok().filter(|number: &u16| plain && *number < end)
        };
        let (hour, minute) = number(hour, 24).zip(number(minute, 60)).ok_or_else(bad)?;
        Ok(Self(hour * 60 + minute))
    }
}

/// What is logged, and how.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSettings {
    /// As `tracing_subscriber`'s environment filter reads it.
    pub filter: String,
    /// For people or for programs.
    pub format: LogFormat,
}

/// The form of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl SessionSettings {
    /// The same as lengths of time.
    #[must_use]
    pub fn lifetimes(self) -> crate::auth::session::Lifetimes {
        crate::auth::session::Lifetimes {
            idle: Millis::from_secs(u64::from(self.idle_minutes.get()) * 60),
            absolute: Millis::from_secs(u64::from(self.absolute_hours.get()) * 3600),
        }
    }
}

/// `http(s)://HOST[:PORT]` and nothing after it, without a slash at the end; or why it is none.
///
/// # Errors
/// What would be right.
pub fn origin(text: &str) -> Result<String, String> {
    let bad = || format!("`{text}` is no address of a server: write it as http://192.168.1.10:8080");
    let text = text.strip_suffix('/').unwrap_or(text);
    let (scheme, host) = text.split_once("://").ok_or_else(bad)?;
    let clean = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte));
    let fits = matches!(scheme, "http" | "https") && !host.is_empty() && host.len() <= 255 && clean;
    if fits { Ok(format!("{scheme}://{}", host.to_ascii_lowercase())) } else { Err(bad()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_is_the_defaults() {
        let settings: Settings = toml::from_str(DEFAULTS).unwrap();
        assert_eq!(settings.server.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(settings.limits.tickets_per_minute.get(), 30);
        assert_eq!(settings.backup.at.minute(), 18 * 60 + 30);
    }

    #[test]
    fn a_time_of_the_day_has_two_digits_each() {
        assert_eq!(TimeOfDay::try_from("00:59".to_owned()), Ok(TimeOfDay(59)));
        for text in ["", "7:30", "24:00", "12:60", "12", "-1:30", "1+:30", "12:30:00"] {
            assert!(TimeOfDay::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn an_origin_has_a_scheme_and_a_host_alone() {
        assert_eq!(origin("http://Hall.lan:8080/").as_deref(), Ok("http://hall.lan:8080"));
        for text in ["hall.lan", "ftp://hall.lan", "http://", "http://a/b", "http://a b", "javascript://x y"]
        {
            assert!(origin(text).is_err(), "{text}");
        }
    }
}
