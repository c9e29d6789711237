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

    /// Seconds become whole minutes, rounded up: nobody is told less than to expect.
    pub(crate) fn wait(&self, likely_s: u64, high_s: u64) -> String {
        let (likely, high) = (likely_s.div_ceil(60).max(1), high_s.div_ceil(60).max(1));
        match (self.vietnamese, high > likely) {
            (true, true) => format!("Thời gian chờ dự kiến: khoảng {likely} phút, có thể đến {high} phút"),
            (true, false) => format!("Thời gian chờ dự kiến: khoảng {likely} phút"),
            (false, true) => format!("Estimated wait: about {likely} min, at most about {high} min"),
            (false, false) => format!("Estimated wait: about {likely} min"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_waits_as_people_say_them() {
        let (vi, en) = (Words::of("vi-x-south"), Words::of("en"));
        assert_eq!(vi.issued("2026-11-23T08:05:00.123+07:00"), "Giờ lấy số: 08:05 ngày 23/11/2026");
        assert_eq!(en.issued("2026-11-23T08:05:00.123+07:00"), "Issued at: 08:05, 23/11/2026");
        assert_eq!(vi.issued("soon"), "Giờ lấy số: soon");
        assert_eq!(vi.wait(600, 1100), "Thời gian chờ dự kiến: khoảng 10 phút, có thể đến 19 phút");
        assert_eq!(en.wait(0, 0), "Estimated wait: about 1 min");
    }
}
