//! A sound card that is a file: it pulls from the mixer in blocks, at the pace of sound, and writes them down.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hound::{SampleFormat, WavSpec, WavWriter};
use rodio::mixer::{Mixer, MixerSource, mixer};

use super::{Pace, PlayFailure, begin};
use crate::pack::{CHANNELS, RATE};

/// A tenth of a second: the file is that far behind a listener, and stopping takes that long.
const BLOCK_SAMPLES: u32 = RATE.get() / 10;

/// Silence between two announcements is written down up to this length.
const SILENCE_SAMPLES_MAX: u64 = RATE.get() as u64;

/// The header of a wav file counts bytes in 32 bits; this is twelve hours of speech.
const FILE_SAMPLES_MAX: u64 = 12 * 3600 * RATE.get() as u64;

pub(super) struct WavFile {
    path: PathBuf,
    pace: Pace,
    writer: WavWriter<BufWriter<File>>,
    mixer: Mixer,
    source: MixerSource,
    written_samples: u64,
    silent_since: Option<Instant>,
}

impl WavFile {
    pub(super) fn create(path: PathBuf, pace: Pace) -> Result<Self, PlayFailure> {
        let spec = WavSpec {
            channels: CHANNELS.get(),
            sample_rate: RATE.get(),
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        let failed =
            |error: hound::Error| PlayFailure::File { path: path.clone(), reason: error.to_string() };
        let mut writer = WavWriter::create(&path, spec).map_err(failed)?;
        writer.flush().map_err(failed)?;
        let (mixer, source) = mixer(CHANNELS, RATE);
        Ok(Self { path, pace, writer, mixer, source, written_samples: 0, silent_since: None })
    }

    pub(super) fn play(&mut self, samples: Vec<f32>, stop: &AtomicBool) -> Result<(), PlayFailure> {
        self.write_silence()?;
        let block_length = Duration::from_secs(u64::from(BLOCK_SAMPLES)) / RATE.get();
        let mut due = Instant::now();
        let playing = begin(&self.mixer, samples);
        while !playing.empty() {
            if stop.load(Ordering::Relaxed) {
                return Err(PlayFailure::Stopped);
            }
            for _ in 0..BLOCK_SAMPLES {
                let sample = self.source.next().unwrap_or(0.0);
                self.write(sample)?;
            }
            // Writes the header too, so that the file is whole at every block.
            self.writer.flush().map_err(|error| self.failure(&error))?;
            due += block_length;
            if self.pace == Pace::RealTime {
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
            }
        }
        self.silent_since = Some(Instant::now());
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), PlayFailure> {
        let Self { path, writer, .. } = self;
        writer.finalize().map_err(|error| PlayFailure::File { path, reason: error.to_string() })
    }

    fn write_silence(&mut self) -> Result<(), PlayFailure> {
        let silent = self.silent_since.map_or(Duration::ZERO, |since| since.elapsed());
        let silent_samples = (silent.as_secs_f64() * f64::from(RATE.get())) as u64;
        for _ in 0..silent_samples.min(SILENCE_SAMPLES_MAX) {
            self.write(0.0)?;
        }
        Ok(())
    }

    fn write(&mut self, sample: f32) -> Result<(), PlayFailure> {
        if self.written_samples == FILE_SAMPLES_MAX {
            let reason = "twelve hours of sound are in it".to_owned();
            return Err(PlayFailure::File { path: self.path.clone(), reason });
        }
        self.written_samples += 1;
        // The cast saturates, as a sound card does.
        let rounded = (sample * 32_768.0).round() as i16;
        self.writer.write_sample(rounded).map_err(|error| self.failure(&error))
    }

    fn failure(&self, error: &hound::Error) -> PlayFailure {
        PlayFailure::File { path: self.path.clone(), reason: error.to_string() }
    }
}
