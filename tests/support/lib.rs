//! What the tests of whole programs share: start a server on a fresh folder, speak to it as an outsider would.
//!
//! Nothing here knows our own types: requests and answers are plain JSON, as `docs/protocol.md` describes them.

pub mod api;
pub mod folder;
pub mod hall;
pub mod held;
pub mod live;
pub mod office;
pub mod program;
pub mod proxy;
pub mod shim;
pub mod small_disk;
pub mod trace;

/// The password of `admin` in every test.
pub const PASSWORD: &str = "kim-lien-2026";

/// The small office of the tests.
pub const OFFICE: &str = "two-lines";

/// Whether the long forms of the tests are asked for, as `tests/run --long` does.
#[must_use]
pub fn long() -> bool {
    std::env::var_os("QUEUE_LONG").is_some_and(|long| long == "1")
}
