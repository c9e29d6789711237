//! The language of receipt printers: initialise, raster, feed, cut, and the paper sensor's answer.
//!
//! Source: Epson, ESC/POS Command Reference (`ESC @`, `GS v 0`, `ESC d`, `GS V`, `DLE EOT`).

use crate::picture::Picture;

/// `ESC @`: forget everything set before.
const INIT: [u8; 2] = [0x1B, b'@'];
/// `GS v 0`, normal size; width in bytes and height in rows follow, low byte first.
const RASTER: [u8; 4] = [0x1D, b'v', b'0', 0];
/// `ESC d`: feed so many lines, so that the cutter is below the picture.
const FEED: [u8; 3] = [0x1B, b'd', 3];
/// `GS V 66 0`: feed to the cutter and cut, leaving a point.
const CUT: [u8; 4] = [0x1D, b'V', 66, 0];
/// Rows of one raster command: the buffer of the cheapest printers holds these.
pub const BAND_ROWS: usize = 256;

/// `DLE EOT 4`: asks for the paper sensor, answered at once, even while printing.
pub const PAPER_STATUS: [u8; 3] = [0x10, 0x04, 4];

/// What the paper sensor says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperStatus {
    /// Enough.
    Enough,
    /// The roll is about to end.
    NearEnd,
    /// None.
    Out,
    /// The printer gave no answer that makes sense; many never do, and that blocks no ticket.
    Unknown,
}

/// The whole job for one ticket.
#[must_use]
pub fn encode(picture: &Picture) -> Vec<u8> {
    let row_bytes = picture.row_bytes();
    let mut job = INIT.to_vec();
    for band in picture.bytes().chunks(BAND_ROWS * row_bytes) {
        let rows = band.len() / row_bytes;
        job.extend_from_slice(&RASTER);
        for size in [row_bytes, rows] {
            let size = u16::try_from(size).expect("a row is under 8192 dots and a band 256 rows");
            job.extend_from_slice(&size.to_le_bytes());
        }
        job.extend_from_slice(band);
    }
    job.extend_from_slice(&FEED);
    job.extend_from_slice(&CUT);
    job
}

/// Reads the answer to [`PAPER_STATUS`]: bits 1 and 4 are always set, 0 and 7 never; bits 2 and 3 are the near-end
/// sensor, bits 5 and 6 the end sensor.
#[must_use]
pub fn paper_status(answer: u8) -> PaperStatus {
    if answer & 0b1001_0011 != 0b0001_0010 {
        PaperStatus::Unknown
    } else if answer & 0b0110_0000 != 0 {
        PaperStatus::Out
    } else if answer & 0b0000_1100 != 0 {
        PaperStatus::NearEnd
    } else {
        PaperStatus::Enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sensor_s_answers() {
        let table = [
            (0x12, PaperStatus::Enough),
            (0x1E, PaperStatus::NearEnd),
            (0x72, PaperStatus::Out),
            (0x7E, PaperStatus::Out),
            (0x00, PaperStatus::Unknown),
            (0xFF, PaperStatus::Unknown),
        ];
        for (answer, status) in table {
            assert_eq!(paper_status(answer), status, "{answer:#04x}");
        }
    }
}
