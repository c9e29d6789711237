//! The voice: clips by id, from the folder of the office where it has them, else from the pack in this program.
//! How clips are made is in `sounds/README.md`; what is said with them is the server's.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Seek};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rodio::Decoder;
use rodio::source::UniformSourceIterator;
use rust_embed::RustEmbed;
use tracing::warn;

/// Samples a second of everything that is played, as the clips have it: nothing is resampled on the way.
pub const RATE: NonZero<u32> = NonZero::new(48_000).expect("a rate is not zero");

/// One channel: a hall has one voice.
pub const CHANNELS: NonZero<u16> = NonZero::new(1).expect("a sound has a channel");

/// Longest clip that is taken from a folder: a phrase lasts three seconds, so more is a mistake.
pub const CLIP_SAMPLES_MAX: usize = 30 * RATE.get() as usize;

/// Clips kept decoded. The default pack has 114 in two languages (about 17 MB); more are decoded anew each time.
pub const CLIPS_KEPT_MAX: usize = 400;

#[derive(RustEmbed)]
#[folder = "../../sounds/"]
struct DefaultPack;

/// Finds and decodes clips, each once.
#[derive(Debug, Default)]
pub struct Pack {
    own: Option<PathBuf>,
    kept: BTreeMap<String, Arc<[f32]>>,
}

impl Pack {
    /// The pack in this program, under the clips of a folder (`DIR/vi/mot.flac` or `.wav`) where one is given.
    pub fn new(own: Option<&Path>) -> Self {
        Self { own: own.map(Path::to_owned), kept: BTreeMap::new() }
    }

    /// The samples of an announcement at [`RATE`], its clips one after the other.
    /// A clip that nobody has is left out: the rest is still worth saying.
    pub fn join(&mut self, clips: &[String]) -> Vec<f32> {
        let mut samples = Vec::new();
        for id in clips {
            match self.clip(id) {
                Some(clip) => samples.extend_from_slice(&clip),
                None => warn!(clip = id, "clip is missing, left out"),
            }
        }
        samples
    }

    /// The samples of one clip, between -1 and 1, at [`RATE`]; `None` where neither pack has it.
    pub fn clip(&mut self, id: &str) -> Option<Arc<[f32]>> {
        if let Some(samples) = self.kept.get(id) {
            return Some(samples.clone());
        }
        if !is_clip_id(id) {
            return None;
        }
        let samples: Arc<[f32]> = self.own_clip(id).or_else(|| default_clip(id))?.into();
        if self.kept.len() < CLIPS_KEPT_MAX {
            self.kept.insert(id.to_owned(), samples.clone());
        }
        Some(samples)
    }

    fn own_clip(&self, id: &str) -> Option<Vec<f32>> {
        let folder = self.own.as_ref()?;
        for suffix in ["flac", "wav"] {
            let path = folder.join(format!("{id}.{suffix}"));
            let Ok(bytes) = std::fs::read(&path) else { continue };
            match decode(Cursor::new(bytes)) {
                Ok(samples) => return Some(samples),
                Err(error) => {
                    warn!(path = %path.display(), error, "clip cannot be used, default voice instead")
                }
            }
        }
        None
    }
}

fn default_clip(id: &str) -> Option<Vec<f32>> {
    let file = DefaultPack::get(&format!("{id}.flac"))?;
    decode(Cursor::new(file.data.into_owned())).ok()
}

/// An id is `language/slug`; it comes from the network and becomes a path, so nothing else is looked up.
fn is_clip_id(id: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    };
    id.split_once('/').is_some_and(|(language, slug)| plain(language) && plain(slug))
}

fn decode(bytes: impl Read + Seek + Send + Sync + 'static) -> Result<Vec<f32>, String> {
    let decoder = Decoder::new(bytes).map_err(|error| error.to_string())?;
    let samples: Vec<f32> =
        UniformSourceIterator::new(decoder, CHANNELS, RATE).take(CLIP_SAMPLES_MAX + 1).collect();
    if samples.len() > CLIP_SAMPLES_MAX {
        return Err(format!("longer than {} s", CLIP_SAMPLES_MAX / RATE.get() as usize));
    }
    Ok(samples)
}
