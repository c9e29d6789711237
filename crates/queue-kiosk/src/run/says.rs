//! What the kiosk's small screen says, on standard error: one line for the citizen, what is wrong for the staff.

use std::io::{IsTerminal, Write};

use queue_client::error::Error;

use crate::escpos::PaperStatus;
use crate::run::Outcome;

/// The words of one language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Says {
    vietnamese: bool,
}

impl Says {
    /// Vietnamese unless the tickets are in another language.
    pub(crate) fn of(lang: Option<&str>) -> Self {
        Self { vietnamese: lang.is_none_or(|lang| lang.starts_with("vi")) }
    }

    pub(crate) fn ready(self, unfinished: usize) {
        self.say(Bell::Off, "Mời bấm số để lấy phiếu", "Press a number to take a ticket");
        if unfinished > 0 {
            self.say(
                Bell::Off,
                &format!("Đang lấy tiếp {unfinished} phiếu còn dở"),
                &format!("Going on with {unfinished} unfinished tickets"),
            );
        }
    }

    pub(crate) fn wait(self) {
        self.say(Bell::Off, "Vui lòng chờ, máy đang lấy số", "Please wait, your number is being taken");
    }

    pub(crate) fn unknown_key(self, code: &str) {
        self.say(Bell::Off, &format!("Không có phím {code}"), &format!("There is no key {code}"));
    }

    pub(crate) fn away(self, error: &Error) {
        let (vi, en) = match error.status() {
            None => ("Mất kết nối, đang thử lại, chưa có số", "Connection lost, trying again, no number yet"),
            Some(_) => {
                ("Máy đang bận, đang thử lại, chưa có số", "The server is busy, trying again, no number yet")
            }
        };
        self.say(Bell::On, &format!("{vi} ({error})"), &format!("{en} ({error})"));
    }

    pub(crate) fn not_yet(self, error: &Error) {
        let (vi, en) =
            ("Chưa kết nối được, vui lòng bấm lại sau", "Not connected yet, please press again later");
        self.say(Bell::On, &format!("{vi} ({error})"), &format!("{en} ({error})"));
    }

    pub(crate) fn back(self) {
        self.say(Bell::Off, "Đã kết nối lại", "Connected again");
    }

    pub(crate) fn outcome(self, outcome: &Outcome, on_paper: bool) {
        match outcome {
            Outcome::Printed(ticket, paper) => {
                let number = &ticket.number;
                if on_paper {
                    self.say(
                        Bell::On,
                        &format!("Số {number}. Vui lòng nhận phiếu bên dưới"),
                        &format!("Number {number}. Please take your ticket below"),
                    );
                } else {
                    self.say(Bell::On, &format!("Số {number}"), &format!("Number {number}"));
                }
                self.paper(*paper);
            }
            Outcome::NotPrinted(ticket, error) => {
                let number = &ticket.number;
                self.say(
                    Bell::On,
                    &format!("Số {number}. Máy không in được, vui lòng nhớ số và báo cán bộ ({error})"),
                    &format!(
                        "Number {number}. It could not be printed: remember it and tell staff ({error})"
                    ),
                );
            }
            Outcome::Refused(error) => {
                let (vi, en) = match error.code() {
                    Some("office-closed") => ("Ngoài giờ tiếp nhận", "Outside reception hours"),
                    Some("numbers-used-up") => {
                        ("Hôm nay đã đủ lượt tiếp nhận", "Today's capacity is reached")
                    }
                    Some("numbers-stopped") => ("Tạm dừng phát số", "Ticketing paused"),
                    Some("alarm") => {
                        ("Tạm dừng phát số, xin theo chỉ dẫn của cán bộ", "Follow the staff's instructions")
                    }
                    Some(_) | None => {
                        ("Không lấy được số, vui lòng báo cán bộ", "No number, please tell staff")
                    }
                };
                self.say(Bell::On, &format!("{vi} ({error})"), &format!("{en} ({error})"));
            }
            Outcome::Away(error) => self.away(error),
        }
    }

    fn paper(self, status: PaperStatus) {
        match status {
            PaperStatus::Out => {
                self.say(Bell::On, "Máy hết giấy, vui lòng báo cán bộ", "Out of paper, please tell staff");
            }
            PaperStatus::NearEnd => self.say(Bell::Off, "Máy sắp hết giấy", "The paper is about to end"),
            PaperStatus::Enough | PaperStatus::Unknown => {}
        }
    }

    fn say(self, bell: Bell, vietnamese: &str, english: &str) {
        let text = if self.vietnamese { vietnamese } else { english };
        let mut screen = std::io::stderr();
        let beep = if bell == Bell::On && screen.is_terminal() { "\u{7}" } else { "" };
        // A kiosk without a screen still prints.
        let _ = writeln!(screen, "{beep}{text}");
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bell {
    On,
    Off,
}
