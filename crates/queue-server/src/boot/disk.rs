//! Watches how much room the disk of the data folder has, off the hot path.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::telemetry;

/// How often the disk is asked.
const CHECK_EVERY: Duration = Duration::from_secs(2);
/// Below this share of the disk no command is taken…
const LOW_SHARE: u64 = 20;
/// …but at least this much stays free, for what is on its way and for the journal to start again…
const LOW_BYTES_MIN: u64 = 4 * 1024 * 1024;
/// …and no more than this is asked for.
const LOW_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// A task that keeps a flag up to date.
pub(super) struct DiskWatch {
    low: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<()>,
}

impl DiskWatch {
    /// Looks at the disk of `folder` once, then goes on looking.
    pub(super) fn start(folder: &Path) -> Self {
        let low = Arc::new(AtomicBool::new(false));
        let (flag, folder) = (Arc::clone(&low), folder.to_owned());
        look(&folder, &flag);
        let task = tokio::spawn(async move {
            loop {
                tokio::time::sleep(CHECK_EVERY).await;
                let (folder, flag) = (folder.clone(), Arc::clone(&flag));
                // A disk that hangs must not hold up a worker of the runtime.
                drop(tokio::task::spawn_blocking(move || look(&folder, &flag)).await);
            }
        });
        Self { low, task }
    }

    /// Raised while there is too little room.
    pub(super) fn low(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.low)
    }

    /// Looks no more.
    pub(super) fn stop(&self) {
        self.task.abort();
    }
}

fn look(folder: &PathBuf, flag: &AtomicBool) {
    let room = match rustix::fs::statvfs(folder) {
        Ok(room) => room,
        Err(error) => {
            tracing::warn!(%error, folder = %folder.display(), "the disk did not say how much room it has");
            return;
        }
    };
    let free = room.f_bavail.saturating_mul(room.f_frsize);
    let total = room.f_blocks.saturating_mul(room.f_frsize);
    let wanted = (total / LOW_SHARE).clamp(LOW_BYTES_MIN, LOW_BYTES_MAX);
    let low = free < wanted;
    if flag.swap(low, Ordering::Relaxed) != low {
        if low {
            tracing::error!(
                free,
                wanted,
                "the disk is almost full: no commands are taken until there is room"
            );
        } else {
            tracing::info!(free, "the disk has room again");
        }
    }
    metrics::gauge!("queue_disk_free_bytes").set(telemetry::float(free));
    metrics::gauge!("queue_disk_low_water_bytes").set(telemetry::float(wanted));
}
