//! The loudspeaker: rodio on the default sound device, looked for again when it is missing or lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rodio::cpal::ErrorKind;
use rodio::{DeviceSinkBuilder, MixerDeviceSink};
use tracing::{debug, info, warn};

use super::{PlayFailure, begin};
use crate::pack::RATE;

/// How often a playing sound is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// What a sound may take beyond its length before the device counts as lost: buffers of slow cards hold under a second.
const OVERDUE_AFTER: Duration = Duration::from_secs(3);

/// The device, while there is one. The sink must live as long as the sound.
pub(super) struct Speaker {
    sink: Option<(MixerDeviceSink, Arc<AtomicBool>)>,
}

impl Speaker {
    pub(super) fn look_for_device() -> Self {
        let mut speaker = Self { sink: None };
        if let Err(error) = speaker.open() {
            warn!(%error, "looking again at each call");
        }
        speaker
    }

    pub(super) fn play(&mut self, samples: Vec<f32>, stop: &AtomicBool) -> Result<(), PlayFailure> {
        if self.sink.as_ref().is_some_and(|(_, lost)| lost.load(Ordering::Relaxed)) {
            self.sink = None;
        }
        if self.sink.is_none() {
            self.open()?;
        }
        let Some((sink, lost)) = &self.sink else { unreachable!("opened above") };

        let length = Duration::from_secs(samples.len() as u64) / RATE.get();
        let overdue_at = Instant::now() + length + OVERDUE_AFTER;
        let playing = begin(sink.mixer(), samples);
        while !playing.empty() {
            if stop.load(Ordering::Relaxed) {
                return Err(PlayFailure::Stopped);
            }
            if lost.load(Ordering::Relaxed) || Instant::now() > overdue_at {
                drop(playing);
                self.sink = None;
                return Err(PlayFailure::NoDevice("it went away while playing".to_owned()));
            }
            std::thread::sleep(LOOK_EVERY);
        }
        Ok(())
    }

    fn open(&mut self) -> Result<(), PlayFailure> {
        let lost = Arc::new(AtomicBool::new(false));
        let lost_seen = lost.clone();
        let on_error = move |error: rodio::cpal::Error| {
            // The stream goes on by itself after these.
            if matches!(error.kind(), ErrorKind::Xrun | ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied)
            {
                debug!(%error, "sound device");
            } else {
                warn!(%error, "sound device");
                lost_seen.store(true, Ordering::Relaxed);
            }
        };
        let no_device = |error: rodio::DeviceSinkError| PlayFailure::NoDevice(error.to_string());
        let mut sink = DeviceSinkBuilder::from_default_device()
            .map_err(no_device)?
            .with_error_callback(on_error)
            .open_sink_or_fallback()
            .map_err(no_device)?;
        sink.log_on_drop(false);
        info!(config = ?sink.config(), "loudspeaker found");
        self.sink = Some((sink, lost));
        Ok(())
    }
}
