//! Letters as dots: Be Vietnam Pro in two weights, measured, wrapped and drawn.
//!
//! Text is composed (NFC) first, because a font draws *ế* well and *e* with two loose marks badly.

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};
use icu_normalizer::ComposingNormalizerBorrowed;

use crate::picture::Picture;

static BOLD: &[u8] = include_bytes!("../fonts/BeVietnamPro-Bold.ttf");
static MEDIUM: &[u8] = include_bytes!("../fonts/BeVietnamPro-Medium.ttf");

/// A thermal head knows black and white only: this much ink makes a dot black.
const INK: f32 = 0.5;
/// A line that still does not fit is broken between letters; a text has at most this many lines.
const LINES_MAX: usize = 6;
/// Longer texts are cut: no office's or service's name is.
const TEXT_CHARS_MAX: usize = 300;
/// A paragraph is narrowed to half its width in this many steps.
const EVEN_STEPS: u8 = 16;

/// A weight of the face.
#[derive(Clone, Debug)]
pub struct Typeface {
    font: FontRef<'static>,
}

/// The rows of a text that hold ink, relative to its baseline: `top` is above it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink {
    /// Dots from the first pen position to the leftmost ink.
    pub left: f32,
    /// Dots from the first pen position to the rightmost ink.
    pub right: f32,
    /// Rows above the baseline.
    pub above: f32,
    /// Rows below the baseline.
    pub below: f32,
}

impl Typeface {
    /// For numbers and names.
    #[must_use]
    pub fn bold() -> Self {
        Self { font: FontRef::try_from_slice(BOLD).expect("the embedded font is whole") }
    }

    /// For everything else; thinner strokes get lost on thermal paper.
    #[must_use]
    pub fn medium() -> Self {
        Self { font: FontRef::try_from_slice(MEDIUM).expect("the embedded font is whole") }
    }

    /// Whether the face has a glyph for `letter`.
    #[must_use]
    pub fn has(&self, letter: char) -> bool {
        self.font.glyph_id(letter).0 != 0
    }

    /// How wide `text` is at `size` dots per em.
    #[must_use]
    pub fn width(&self, text: &str, size: f32) -> f32 {
        self.place(&compose(text), size).1
    }

    /// Where `text` has ink; `None` where it has none, such as a space.
    #[must_use]
    pub fn ink(&self, text: &str, size: f32) -> Option<Ink> {
        let (glyphs, _) = self.place(&compose(text), size);
        let bounds =
            glyphs.into_iter().filter_map(|glyph| self.font.outline_glyph(glyph)).map(|o| o.px_bounds());
        bounds
            .map(|bounds| Ink {
                left: bounds.min.x,
                right: bounds.max.x,
                above: -bounds.min.y,
                below: bounds.max.y,
            })
            .reduce(|one, other| Ink {
                left: one.left.min(other.left),
                right: one.right.max(other.right),
                above: one.above.max(other.above),
                below: one.below.max(other.below),
            })
    }

    /// Breaks `text` into lines of at most `width` dots, at spaces where possible.
    #[must_use]
    pub fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        let text: String = compose(text).chars().take(TEXT_CHARS_MAX).collect();
        for word in text.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(&longer, size) <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for letter in word.chars() {
                line.push(letter);
                if self.width(&line, size) > width && line.chars().count() > 1 {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, letter.to_string()));
                }
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines.truncate(LINES_MAX);
        lines
    }

    /// Like [`Typeface::wrap`], with lines of about the same length, so that no word stands alone.
    #[must_use]
    pub fn wrap_evenly(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = self.wrap(text, size, width);
        for share in 1..=EVEN_STEPS {
            let narrower =
                self.wrap(text, size, width * (1.0 - 0.5 * f32::from(share) / f32::from(EVEN_STEPS)));
            if narrower.len() > lines.len() {
                break;
            }
            lines = narrower;
        }
        lines
    }

    /// Rows from the top of a line to the top of the next.
    #[must_use]
    pub fn line_height(&self, size: f32) -> f32 {
        self.font.as_scaled(PxScale::from(self.scale(size))).height()
    }

    /// Rows from the top of a line to its baseline.
    #[must_use]
    pub fn ascent(&self, size: f32) -> f32 {
        self.font.as_scaled(PxScale::from(self.scale(size))).ascent()
    }

    /// Draws `text` with its first pen position at `x` and its baseline at row `baseline`.
    pub fn draw(&self, picture: &mut Picture, text: &str, size: f32, x: f32, baseline: f32) {
        let (glyphs, _) = self.place(&compose(text), size);
        for mut glyph in glyphs {
            glyph.position = point(glyph.position.x + x, baseline);
            let Some(outline) = self.font.outline_glyph(glyph) else { continue };
            let corner = outline.px_bounds().min;
            outline.draw(|dx, dy, ink| {
                let (px, py) = (corner.x + dx as f32, corner.y + dy as f32);
                if ink >= INK && px >= 0.0 && py >= 0.0 {
                    picture.blacken(px as usize, py as usize);
                }
            });
        }
    }

    /// ab_glyph scales by the line's height; people think in ems.
    fn scale(&self, size: f32) -> f32 {
        let em = self.font.units_per_em().unwrap_or(1000.0);
        size * self.font.height_unscaled() / em
    }

    fn place(&self, text: &str, size: f32) -> (Vec<ab_glyph::Glyph>, f32) {
        let scale = PxScale::from(self.scale(size));
        let scaled = self.font.as_scaled(scale);
        let mut pen = 0.0;
        let mut last = None;
        let mut glyphs = Vec::new();
        for letter in text.chars() {
            let id = self.font.glyph_id(letter);
            if let Some(last) = last {
                pen += scaled.kern(last, id);
            }
            glyphs.push(id.with_scale_and_position(scale, point(pen, 0.0)));
            pen += scaled.h_advance(id);
            last = Some(id);
        }
        (glyphs, pen)
    }
}

fn compose(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIETNAMESE: &str = "ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ";

    fn raster(face: &Typeface, text: &str) -> Picture {
        let mut picture = Picture::new(64);
        face.draw(&mut picture, text, 40.0, 4.0, 48.0);
        picture.grow_to(64);
        picture
    }

    #[test]
    fn every_vietnamese_letter_has_a_raster_of_its_own() {
        for face in [Typeface::bold(), Typeface::medium()] {
            let missing = raster(&face, "\u{10FFFD}");
            let mut seen = vec![raster(&face, " ")];
            for letter in
                VIETNAMESE.chars().chain(VIETNAMESE.to_uppercase().chars()).chain("0123456789".chars())
            {
                assert!(face.has(letter), "{letter}");
                let drawn = raster(&face, &letter.to_string());
                assert!(drawn != missing, "{letter} is drawn as the missing glyph");
                assert!(!seen.contains(&drawn), "{letter} looks like another letter or like nothing");
                seen.push(drawn);
            }
        }
    }

    #[test]
    fn loose_marks_are_composed() {
        let face = Typeface::medium();
        assert_eq!(raster(&face, "e\u{302}\u{301}"), raster(&face, "ế"));
    }

    #[test]
    fn lines_fit_and_keep_every_word() {
        let face = Typeface::bold();
        let text = "Trung tâm Phục vụ hành chính công phường Kim Liên";
        let lines = face.wrap(text, 34.0, 360.0);
        assert!(lines.len() > 1);
        assert!(lines.iter().all(|line| face.width(line, 34.0) <= 360.0), "{lines:?}");
        assert_eq!(lines.join(" "), text);
        let even = face.wrap_evenly(text, 34.0, 480.0);
        assert_eq!(even.len(), face.wrap(text, 34.0, 480.0).len());
        assert!(even.iter().all(|line| face.width(line, 34.0) > 300.0), "{even:?}");
        let long = face.wrap(&"x".repeat(60), 34.0, 360.0);
        assert!(long.len() > 1 && long.iter().all(|line| face.width(line, 34.0) <= 360.0), "{long:?}");
    }
}
