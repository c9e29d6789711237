//! The ticket on paper. Pure: a ticket and what is known of its office become a picture.
//!
//! Invariant: only number, service, counter, counts and times are printed; never a class or who somebody is.

mod words;

use qrcode::{Color, EcLevel, QrCode};
use queue_wire::office::{Office, Words as Names};
use queue_wire::ticket::Ticket;

use crate::paper::words::Words;
use crate::picture::Picture;
use crate::typeface::Typeface;

/// Dots of the usual 80 mm paper, of which 72 mm are printed at 8 dots per millimetre.
pub const WIDTH_80_MM: usize = 576;
/// Dots of 58 mm paper, of which 48 mm are printed.
pub const WIDTH_58_MM: usize = 384;

/// A short number is not drawn larger than this share of the width.
const NUMBER_SIZE_MAX: f32 = 0.46;
/// The QR code's width in dots aims at this: 32 mm are read from an arm's length.
const QR_DOTS: usize = 256;
/// Dots of one module: below 3 (0.375 mm) cheap printers smear.
const QR_MODULE_DOTS: std::ops::RangeInclusive<usize> = 3..=8;
/// White around the code (ISO/IEC 18004, 4 modules).
const QR_QUIET_MODULES: usize = 4;

/// What the paper says besides the ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The office's name.
    pub agency: String,
    /// The service's name.
    pub service: String,
    /// Names of the services that follow.
    pub then: Vec<String>,
    /// What the QR code points to.
    pub link: String,
}

impl Facts {
    /// What `office` says, in the ticket's language. `server` stands in for a public address that only this
    /// computer could reach.
    #[must_use]
    pub fn of(office: &Office, ticket: &Ticket, server: &str) -> Self {
        let say =
            |names: &Names, id: &str| name(names, &ticket.lang, &office.languages).unwrap_or(id).to_owned();
        let service = |id: &String| match office.services.iter().find(|service| service.id == *id) {
            Some(service) => say(&service.name, id),
            None => id.clone(),
        };
        Self {
            agency: say(&office.name, &office.id),
            service: service(&ticket.service),
            then: ticket.then.iter().map(service).collect(),
            link: link(&office.public_url, server, &ticket.url),
        }
    }

    /// What is known when the office cannot be asked: a ticket is never withheld for want of a name.
    #[must_use]
    pub fn bare(office: &str, ticket: &Ticket, server: &str) -> Self {
        Self {
            agency: office.to_owned(),
            service: ticket.service.clone(),
            then: ticket.then.clone(),
            link: link("", server, &ticket.url),
        }
    }
}

/// Draws the ticket, `width` dots wide ([`WIDTH_80_MM`] or [`WIDTH_58_MM`]).
#[must_use]
pub fn draw(ticket: &Ticket, facts: &Facts, width: usize) -> Picture {
    let words = Words::of(&ticket.lang);
    let mut sheet = Sheet::new(width);
    sheet.text(Weight::Bold, 27.0, &facts.agency);
    sheet.rule();
    sheet.text(Weight::Medium, 24.0, words.label);
    sheet.number(&ticket.number);
    sheet.text(Weight::Bold, 36.0, &facts.service);
    if !facts.then.is_empty() {
        sheet.text(Weight::Medium, 24.0, &format!("{}: {}", words.then, facts.then.join(", ")));
    }
    sheet.gap(6.0);
    if let Some(ahead) = ticket.ahead {
        sheet.text(Weight::Medium, 28.0, &words.ahead(ahead));
    }
    if let Some(wait) = ticket.wait {
        sheet.text(Weight::Medium, 28.0, &words.wait(wait.likely_s, wait.high_s));
    }
    if let (None, Some(counter)) = (ticket.ahead, ticket.counter) {
        sheet.text(Weight::Bold, 32.0, &words.counter(counter));
    }
    if ticket.asked.is_some() {
        sheet.text(Weight::Medium, 24.0, words.asked);
    }
    sheet.gap(4.0);
    sheet.text(Weight::Medium, 24.0, &words.issued(&ticket.issued_at));
    sheet.gap(10.0);
    if sheet.code(&facts.link) {
        sheet.text(Weight::Medium, 22.0, words.scan);
    }
    sheet.rule();
    sheet.text(Weight::Bold, 25.0, words.keep);
    sheet.gap(8.0);
    sheet.picture
}

/// The name in `lang`, else in the office's languages in order, else in any.
fn name<'a>(names: &'a Names, lang: &str, languages: &[String]) -> Option<&'a str> {
    let primary = lang.split('-').next().unwrap_or(lang);
    let wanted = [lang, primary].into_iter().chain(languages.iter().map(String::as_str));
    wanted.filter_map(|tag| names.get(tag)).chain(names.values()).next().map(String::as_str)
}

/// The citizen's page. A phone cannot follow a link to this computer's loopback, so the address that the kiosk
/// itself uses stands in where it is better.
fn link(public_url: &str, server: &str, path: &str) -> String {
    let local = |url: &str| {
        let host = url.split("://").nth(1).unwrap_or(url);
        ["localhost", "127.", "0.0.0.0", "[::1]", "[::]"].iter().any(|prefix| host.starts_with(prefix))
    };
    let base =
        if public_url.is_empty() || (local(public_url) && !local(server)) { server } else { public_url };
    format!("{}{path}", base.trim_end_matches('/'))
}

#[derive(Clone, Copy)]
enum Weight {
    Bold,
    Medium,
}

/// A picture that is filled from the top. Sizes are for [`WIDTH_80_MM`] and shrink with the paper.
struct Sheet {
    picture: Picture,
    bold: Typeface,
    medium: Typeface,
    scale: f32,
    margin: f32,
    y: f32,
}

impl Sheet {
    fn new(width: usize) -> Self {
        let shrink = width as f32 / WIDTH_80_MM as f32;
        Self {
            picture: Picture::new(width),
            bold: Typeface::bold(),
            medium: Typeface::medium(),
            // Letters shrink less than the paper does: 58 mm tickets must be read without glasses too.
            scale: shrink.sqrt(),
            margin: (12.0 * shrink).round(),
            y: 4.0,
        }
    }

    fn room(&self) -> f32 {
        self.picture.width() as f32 - 2.0 * self.margin
    }

    fn gap(&mut self, rows: f32) {
        self.y += (rows * self.scale).round();
        self.picture.grow_to(self.y as usize);
    }

    fn text(&mut self, weight: Weight, size: f32, text: &str) {
        let (size, room) = ((size * self.scale).round(), self.room());
        let face = match weight {
            Weight::Bold => &self.bold,
            Weight::Medium => &self.medium,
        };
        for line in face.wrap_evenly(text, size, room) {
            let x = (self.picture.width() as f32 - face.width(&line, size)) / 2.0;
            let baseline = (self.y + face.ascent(size)).round();
            face.draw(&mut self.picture, &line, size, x.round(), baseline);
            self.y += face.line_height(size).round();
        }
        self.gap(4.0);
    }

    /// As large as the paper allows, with no more white than needed around it.
    fn number(&mut self, number: &str) {
        let width = self.picture.width() as f32;
        let Some(probe) = self.bold.ink(number, 100.0) else { return };
        let size = (100.0 * self.room() / (probe.right - probe.left)).min(width * NUMBER_SIZE_MAX).floor();
        let Some(ink) = self.bold.ink(number, size) else { return };
        self.gap(4.0);
        let x = (width - (ink.right - ink.left)) / 2.0 - ink.left;
        self.bold.draw(&mut self.picture, number, size, x.round(), (self.y + ink.above).round());
        self.y += (ink.above + ink.below).ceil();
        self.gap(14.0);
    }

    fn rule(&mut self) {
        self.gap(6.0);
        for x in self.margin as usize..(self.margin + self.room()) as usize {
            for row in 0..2 {
                self.picture.blacken(x, self.y as usize + row);
            }
        }
        self.gap(10.0);
    }

    /// Draws a QR code; says whether there is room and text for one.
    fn code(&mut self, link: &str) -> bool {
        let Ok(code) = QrCode::with_error_correction_level(link, EcLevel::M) else { return false };
        let modules = code.width() + 2 * QR_QUIET_MODULES;
        let dots = (QR_DOTS / modules).clamp(*QR_MODULE_DOTS.start(), *QR_MODULE_DOTS.end());
        if modules * dots > self.picture.width() {
            return false;
        }
        let left = (self.picture.width() - code.width() * dots) / 2;
        let top = self.y as usize + QR_QUIET_MODULES * dots / 2;
        for (index, color) in code.to_colors().into_iter().enumerate() {
            if color == Color::Light {
                continue;
            }
            let (x, y) = (left + index % code.width() * dots, top + index / code.width() * dots);
            for dy in 0..dots {
                for dx in 0..dots {
                    self.picture.blacken(x + dx, y + dy);
                }
            }
        }
        self.y = (top + (code.width() + QR_QUIET_MODULES / 2) * dots) as f32;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_a_phone_cannot_follow_gives_way() {
        let table = [
            ("http://phuong.vn", "http://10.0.0.5:8080", "http://phuong.vn/t/x"),
            ("http://phuong.vn/", "http://127.0.0.1:8080", "http://phuong.vn/t/x"),
            ("http://127.0.0.1:8080", "http://10.0.0.5:8080/", "http://10.0.0.5:8080/t/x"),
            ("http://0.0.0.0:8080", "http://10.0.0.5:8080", "http://10.0.0.5:8080/t/x"),
            ("http://127.0.0.1:8080", "http://localhost:8080", "http://127.0.0.1:8080/t/x"),
            ("", "http://10.0.0.5:8080", "http://10.0.0.5:8080/t/x"),
        ];
        for (public_url, server, expected) in table {
            assert_eq!(link(public_url, server, "/t/x"), expected);
        }
    }

    #[test]
    fn names_fall_back_to_the_office_s_languages() {
        let names =
            Names::from([("vi".to_owned(), "Hộ tịch".to_owned()), ("en".to_owned(), "Civil".to_owned())]);
        let languages = ["vi".to_owned()];
        for (lang, expected) in
            [("en", "Civil"), ("en-GB", "Civil"), ("fr", "Hộ tịch"), ("vi-x-south", "Hộ tịch")]
        {
            assert_eq!(name(&names, lang, &languages), Some(expected), "{lang}");
        }
        assert_eq!(name(&Names::new(), "vi", &languages), None);
    }
}
