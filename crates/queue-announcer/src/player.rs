//! Makes announcements audible, on a thread of its own, one at a time: on the loudspeaker or into a wav file.
//! Both pull from the same rodio mixer; the wav file is a sound card that writes down what it plays, at its pace.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rodio::buffer::SamplesBuffer;
use rodio::mixer::Mixer;
use tokio::sync::oneshot;
use tracing::warn;

use crate::pack::{CHANNELS, RATE};

mod speaker;
mod wav;

use speaker::Speaker;
use wav::WavFile;

/// Where the sound goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Out {
    /// The default sound device.
    Speaker,
    /// A wav file with what a listener would hear, 16 bit mono, readable at any time; silences between
    /// announcements are cut to one second.
    Wav(PathBuf, Pace),
}

/// How fast a wav file is played into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// As a listener hears it, so that calls wait, expire and merge as they would before a loudspeaker.
    RealTime,
    /// As fast as it goes.
    AtOnce,
}

/// Why an announcement was not heard to its end.
#[derive(Debug, thiserror::Error)]
pub enum PlayFailure {
    /// Try again later: devices come back.
    #[error("no loudspeaker: {0}")]
    NoDevice(String),
    /// The file cannot be written any more.
    #[error("failed to write {path}: {reason}")]
    File {
        /// The wav file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The program ends.
    #[error("stopped")]
    Stopped,
}

/// The thread that plays.
#[derive(Debug)]
pub struct Player {
    orders: SyncSender<Order>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

struct Order {
    samples: Vec<f32>,
    heard: oneshot::Sender<Result<(), PlayFailure>>,
}

enum Device {
    Speaker(Speaker),
    Wav(WavFile),
}

impl Player {
    /// Starts the thread.
    ///
    /// # Errors
    /// [`PlayFailure::File`] where the wav file cannot be created. A missing loudspeaker is none: it is looked for
    /// again at each announcement.
    pub fn start(out: Out) -> Result<Self, PlayFailure> {
        let stop = Arc::new(AtomicBool::new(false));
        let wav = match out {
            Out::Wav(path, pace) => Some(WavFile::create(path, pace)?),
            Out::Speaker => None,
        };
        // One order under way and none waiting: what waits is the playlist's.
        let (orders, received) = sync_channel(1);
        let stop_seen = stop.clone();
        let thread = std::thread::spawn(move || {
            // A device belongs to the thread that opened it.
            let device = match wav {
                Some(wav) => Device::Wav(wav),
                None => Device::Speaker(Speaker::look_for_device()),
            };
            play_orders(device, &received, &stop_seen);
        });
        Ok(Self { orders, stop, thread })
    }

    /// Begins to play samples of [`RATE`]; the answer comes when they were heard, or why they were not.
    pub fn play(&self, samples: Vec<f32>) -> oneshot::Receiver<Result<(), PlayFailure>> {
        let (heard, answer) = oneshot::channel();
        // A refused order drops its sender, which the receiver sees.
        if self.orders.try_send(Order { samples, heard }).is_err() {
            warn!("the player takes no order");
        }
        answer
    }

    /// Cuts off what is being played, finishes the file, and waits for the thread: at most a tenth of a second.
    pub fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        drop(self.orders);
        if self.thread.join().is_err() {
            warn!("the player ended by a panic");
        }
    }
}

fn play_orders(mut device: Device, orders: &Receiver<Order>, stop: &AtomicBool) {
    while let Ok(order) = orders.recv() {
        let result = match &mut device {
            Device::Speaker(speaker) => speaker.play(order.samples, stop),
            Device::Wav(wav) => wav.play(order.samples, stop),
        };
        // Nobody waits for the answer when the program ends.
        let _ = order.heard.send(result);
    }
    if let Device::Wav(wav) = device
        && let Err(error) = wav.finish()
    {
        warn!(%error, "the wav file is not complete");
    }
}

/// Hands samples to a mixer; the sound lasts until it ends or the returned player is dropped.
fn begin(mixer: &Mixer, samples: Vec<f32>) -> rodio::Player {
    let (player, sound) = rodio::Player::new();
    // Before it is added to the mixer, or the mixer would begin with a piece of silence.
    player.append(SamplesBuffer::new(CHANNELS, RATE, samples));
    mixer.add(sound);
    player
}
