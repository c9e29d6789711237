//! What operators see: structured logs on standard error, figures for Prometheus.
//!
//! Invariant: nothing is written to standard output here; it carries only the start-up lines.

use std::io::{self, IsTerminal};
use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, LogSettings};

/// Bounds of the histograms of durations, in seconds: from one sync of a disk to an impatient citizen.
const SECONDS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

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
            .expect("the list of bounds is not empty");
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::debug!("another recorder of figures was set before");
        }
        metrics::describe_counter!("queue_http_requests_total", "HTTP requests by method, route and status");
        metrics::describe_histogram!("queue_http_request_seconds", "Time to answer, by method and route");
        metrics::describe_gauge!("queue_connections", "Open TCP connections");
        handle
    })
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
