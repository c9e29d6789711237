//! A one-bit picture as a thermal printer takes it: rows of bytes, the leftmost dot in the highest bit.

/// No ticket is longer than this: half a metre of paper at 203 dots per inch.
pub const ROWS_MAX: usize = 4096;

/// A picture of fixed width that grows downwards. A set bit is a black dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    bytes: Vec<u8>,
}

impl Picture {
    /// An empty picture, `width` dots wide.
    ///
    /// # Panics
    /// Unless `width` is a positive multiple of 8, which every printer's is.
    #[must_use]
    pub fn new(width: usize) -> Self {
        assert!(width > 0 && width.is_multiple_of(8), "a row of dots is whole bytes");
        Self { width, bytes: Vec::new() }
    }

    /// Dots in a row.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows so far.
    #[must_use]
    pub fn height(&self) -> usize {
        self.bytes.len() / self.row_bytes()
    }

    /// Bytes in a row.
    #[must_use]
    pub fn row_bytes(&self) -> usize {
        self.width / 8
    }

    /// All rows, one after the other.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether the dot is black; outside it is white.
    #[must_use]
    pub fn is_black(&self, x: usize, y: usize) -> bool {
        x < self.width
            && y < self.height()
            && self.bytes[y * self.row_bytes() + x / 8] & (0x80 >> (x % 8)) != 0
    }

    /// Makes the dot black, growing the picture as needed; beyond the sides and [`ROWS_MAX`] nothing happens.
    pub fn blacken(&mut self, x: usize, y: usize) {
        if x >= self.width || y >= ROWS_MAX {
            return;
        }
        self.grow_to(y + 1);
        let row_bytes = self.row_bytes();
        self.bytes[y * row_bytes + x / 8] |= 0x80 >> (x % 8);
    }

    /// Makes the picture at least `height` rows long, within [`ROWS_MAX`].
    pub fn grow_to(&mut self, height: usize) {
        let bytes = height.min(ROWS_MAX) * self.row_bytes();
        if bytes > self.bytes.len() {
            self.bytes.resize(bytes, 0);
        }
    }

    /// The picture as a portable bitmap (PBM P4), to look at without a printer.
    #[must_use]
    pub fn to_pbm(&self) -> Vec<u8> {
        let mut pbm = format!("P4\n{} {}\n", self.width, self.height()).into_bytes();
        pbm.extend_from_slice(&self.bytes);
        pbm
    }
}
