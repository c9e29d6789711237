//! What the paper says, in Vietnamese and English.

/// The fixed words of one language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words {
    vietnamese: bool,
    pub(crate) label: &'static str,
    pub(crate) then: &'static str,
    pub(crate) asked: &'static str,
    pub(crate) scan: &'static str,
    pub(crate) keep: &'static str,
}

const VIETNAMESE: Words = Words {
    vietnamese: true,
    label: "SỐ THỨ TỰ",
    then: "Tiếp theo",
    asked: "Đã đề nghị ưu tiên: vui lòng gặp cán bộ hướng dẫn để xác nhận",
    scan: "Quét mã QR để theo dõi lượt",
    keep: "Vui lòng giữ phiếu và chờ gọi số. Xin cảm ơn!",
};

const ENGLISH: Words = Words {
    vietnamese: false,
    label: "YOUR NUMBER",
    then: "Next",
    asked: "Priority asked for: please see the reception desk to have it confirmed",
    scan: "Scan to follow your turn",
    keep: "Please keep this ticket and wait to be called. Thank you!",
};

impl Words {
    /// Vietnamese for every `vi`, English for any other tag.
    pub(crate) fn of(lang: &str) -> Self {
        if lang == "vi" || lang.starts_with("vi-") { VIETNAMESE } else { ENGLISH }
    }

    pub(crate) fn ahead(&self, count: u64) -> String {
        if self.vietnamese {
            format!("Số người chờ trước: {count}")
        } else {
            format!("People ahead: {count}")
        }
    }

    /// Rounded as the pages round it, so that paper and screen say the same.
    pub(crate) fn wait(&self, likely_s: u64, high_s: u64) -> String {
        let (likely, high) = (rounded_minutes(likely_s), rounded_minutes(high_s));
        let most = likely.max(LEAST_MINUTES);
        let first = match (self.vietnamese, likely) {
            (true, 0) => format!("Thời gian chờ dự kiến: dưới {LEAST_MINUTES} phút"),
            (true, _) => format!("Thời gian chờ dự kiến: khoảng {likely} phút"),
            (false, 0) => format!("Estimated wait: under {LEAST_MINUTES} min"),
            (false, _) => format!("Estimated wait: about {likely} min"),
        };
        match (self.vietnamese, high > most) {
            (true, true) => format!("{first}, có thể đến {high} phút"),
            (false, true) => format!("{first}, at most about {high} min"),
            (true | false, false) => first,
        }
    }

    pub(crate) fn counter(&self, counter: u32) -> String {
        if self.vietnamese {
            format!("Mời đến quầy số {counter}")
        } else {
            format!("Please go to counter {counter}")
        }
    }

    /// `2026-11-23T08:00:00.123+07:00` is shown in the office's own time, which is the one in the text.
    pub(crate) fn issued(&self, at: &str) -> String {
        let shown = match (at.get(0..4), at.get(5..7), at.get(8..10), at.get(11..16)) {
            (Some(year), Some(month), Some(day), Some(time)) if self.vietnamese => {
                format!("{time} ngày {day}/{month}/{year}")
            }
            (Some(year), Some(month), Some(day), Some(time)) => format!("{time}, {day}/{month}/{year}"),
            _ => at.to_owned(),
        };
        if self.vietnamese { format!("Giờ lấy số: {shown}") } else { format!("Issued at: {shown}") }
    }
}

/// Nobody is promised less.
const LEAST_MINUTES: u64 = 5;

/// To five minutes up to half an hour, to ten up to an hour, to a quarter above; 0 below three minutes.
fn rounded_minutes(seconds: u64) -> u64 {
    let minutes = seconds.div_ceil(60);
    let step = match minutes {
        0..3 => return 0,
        3..=30 => 5,
        31..=60 => 10,
        _ => 15,
    };
    ((minutes + step / 2) / step * step).max(LEAST_MINUTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_waits_as_people_say_them() {
        let (vi, en) = (Words::of("vi-x-south"), Words::of("en"));
        assert_eq!(vi.issued("2026-11-23T08:05:00.123+07:00"), "Giờ lấy số: 08:05 ngày 23/11/2026");
        assert_eq!(en.issued("2026-11-23T08:05:00.123+07:00"), "Issued at: 08:05, 23/11/2026");
        assert_eq!(vi.issued("soon"), "Giờ lấy số: soon");
        assert_eq!(vi.wait(600, 1100), "Thời gian chờ dự kiến: khoảng 10 phút, có thể đến 20 phút");
        assert_eq!(en.wait(0, 0), "Estimated wait: under 5 min");
        assert_eq!(en.wait(100, 1300), "Estimated wait: under 5 min, at most about 20 min");
        assert_eq!(vi.wait(5400, 5400), "Thời gian chờ dự kiến: khoảng 90 phút");
    }
}
