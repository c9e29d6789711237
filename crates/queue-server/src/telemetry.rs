//! What operators see: structured logs on standard error, figures for Prometheus.
//!
//! Invariant: nothing is written to standard output here; it carries only the start-up lines.
//! What counts up is counted where it happens; what stands at a moment is measured when somebody asks.

use std::io::{self, IsTerminal};
use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use queue_core::record::Seq;
use queue_core::time::Millis;
use tracing_subscriber::EnvFilter;

use crate::engine::handle::{Backlog, Load};
use crate::settings::{LogFormat, LogSettings};

/// Bounds of the histograms of durations, in seconds: from one sync of a disk to an impatient citizen.
const SECONDS: [f64; 14] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
/// Bounds of the histogram of batches: alone, a busy hour, a flood.
const RECORDS: [f64; 6] = [1.0, 4.0, 16.0, 64.0, 256.0, 1024.0];

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// Sends log lines to standard error. A second call changes nothing.
///
/// # Errors
/// What is wrong with the filter.
pub fn log(settings: &LogSettings) -> Result<(), String> {
    let filter = EnvFilter::try_new(&settings.filter).map_err(|error| format!("log.filter: {error}"))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let ansi = io::stderr().is_terminal();
    let set = match settings.format {
        LogFormat::Text => builder.with_ansi(ansi).try_init(),
        LogFormat::Json => builder.json().with_ansi(false).try_init(),
    };
    if let Err(error) = set {
        tracing::debug!(%error, "logging was set up before");
    }
    Ok(())
}

/// The figures of this process; all servers in it share them.
pub fn metrics() -> &'static PrometheusHandle {
    METRICS.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
            .and_then(|builder| {
                builder.set_buckets_for_metric(Matcher::Suffix("_records".to_owned()), &RECORDS)
            })
            .expect("the lists of bounds are not empty");
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::debug!("another recorder of figures was set before");
        }
        describe();
        handle
    })
}

fn describe() {
    metrics::describe_counter!("queue_http_requests_total", "HTTP requests by method, route and status");
    metrics::describe_histogram!("queue_http_request_seconds", "Time to answer, by method and route");
    metrics::describe_histogram!("queue_journal_sync_seconds", "One write to a journal with its sync");
    metrics::describe_histogram!("queue_journal_batch_records", "Records in one write, refusals not counted");
    for (name, what) in [
        ("queue_connections", "Open TCP connections"),
        ("queue_live_connections", "Open live connections by topic"),
        ("queue_disk_free_bytes", "Room on the disk of the data folder"),
        ("queue_disk_low_water_bytes", "Below this much room no command is taken"),
        ("queue_ready", "1 where the office, or the house, takes commands, else 0"),
        ("queue_orders_waiting", "Commands that wait to be decided"),
        ("queue_entries_waiting", "Decided commands that wait for a write to the disk"),
        ("queue_journal_writing_seconds", "How long the write under way has lasted; 0 while there is none"),
        ("queue_journal_length", "Records in the journal"),
        ("queue_tickets_waiting", "Tickets that wait to be called"),
        ("queue_tickets_parked", "Tickets that are set aside"),
        ("queue_clock_behind_seconds", "How far the computer's clock is behind the office's time"),
        ("process_resident_memory_bytes", "Memory that the process holds"),
        ("process_open_fds", "Open files and sockets"),
        ("process_threads", "Threads"),
    ] {
        metrics::describe_gauge!(name, what);
    }
}

/// What stands in an office, or in the house, at a moment.
pub struct Standing {
    /// The office, or `house`.
    pub stream: String,
    /// Whether it takes commands.
    pub ready: bool,
    /// The last durable record.
    pub length: Seq,
    /// What waits in the engine; nothing of the house.
    pub backlog: Option<Backlog>,
    /// Whose worry tickets are; nothing where the engine did not say.
    pub load: Option<Load>,
    /// How far the clock is behind.
    pub behind: Millis,
}

/// Takes over what stands at this moment.
pub fn standing(office: &Standing) {
    let set = |name: &'static str, value: f64| {
        metrics::gauge!(name, "office" => office.stream.clone()).set(value);
    };
    set("queue_ready", if office.ready { 1.0 } else { 0.0 });
    set("queue_journal_length", float(office.length.0));
    set("queue_clock_behind_seconds", float(office.behind.secs()));
    if let Some(backlog) = office.backlog {
        set("queue_orders_waiting", float(backlog.orders as u64));
        set("queue_entries_waiting", float(backlog.entries as u64));
        set("queue_journal_writing_seconds", float(backlog.writing.0) / 1000.0);
    }
    if let Some(load) = office.load {
        set("queue_tickets_waiting", float(load.waiting));
        set("queue_tickets_parked", float(load.parked));
    }
}

/// What the system says of this process; nothing where it has no `/proc`.
pub fn process() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let said = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    if let Some(kib) = said("VmRSS:") {
        metrics::gauge!("process_resident_memory_bytes").set(float(kib * 1024));
    }
    if let Some(threads) = said("Threads:") {
        metrics::gauge!("process_threads").set(float(threads));
    }
    if let Some(files) = open_files() {
        metrics::gauge!("process_open_fds").set(float(files));
    }
}

/// Files and sockets that this process has open, where the system says.
#[must_use]
pub fn open_files() -> Option<u64> {
    std::fs::read_dir("/proc/self/fd").ok().map(|files| files.count() as u64)
}

/// A number as the metrics want it; exact up to 2^52, rounded beyond.
#[must_use]
pub fn float(number: u64) -> f64 {
    let (high, low) = (u32::try_from(number >> 32).unwrap_or(u32::MAX), number & 0xffff_ffff);
    f64::from(high) * 4_294_967_296.0 + f64::from(u32::try_from(low).unwrap_or(0))
}

/// Counts one answered request.
pub fn answered(method: &str, route: &str, status: u16, took: Duration) {
    let labels = [("method", known(method).to_owned()), ("route", route.to_owned())];
    metrics::histogram!("queue_http_request_seconds", &labels).record(took.as_secs_f64());
    let [method, route] = labels;
    let labels = [method, route, ("status", status.to_string())];
    metrics::counter!("queue_http_requests_total", &labels).increment(1);
}

/// A method is a word of whoever asks: those that nobody uses share a label, so that labels stay few.
fn known(method: &str) -> &str {
    match method {
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" => method,
        _ => "other",
    }
}

/// The figures as Prometheus reads them.
#[must_use]
pub fn render() -> String {
    let handle = metrics();
    handle.run_upkeep();
    handle.render()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_that_nobody_knows_is_no_label_of_its_own() {
        for (method, label) in [("GET", "GET"), ("DELETE", "DELETE"), ("BREW", "other"), ("get", "other")] {
            assert_eq!(known(method), label);
        }
    }
}
