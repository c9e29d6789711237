//! Office files: each fault on one line that names the file, the line and the key.

use queue_server::office_file::{SAMPLE, parse, sample, wire};

const SMALL: &str = r#"id = "ward"
time_zone = "Asia/Ho_Chi_Minh"
languages = ["vi", "en"]
name = { vi = "Phường" }
absent_after_s = 60

[[classes]]
id = "normal"
name = { vi = "Thường" }
credit_per_minute = 1

[[services]]
id = "a"
prefix = "A"
name = { vi = "Một" }

[[services]]
id = "b"
prefix = "B"
name = { vi = "Hai" }

[[counters]]
id = 1
name = { vi = "Quầy 1" }
services = ["a"]
backup_services = ["b"]

[hours]
mon_fri = ["07:30-12:00", "13:00-16:30"]
sat = ["07:30-11:00"]
"#;

/// Replaces `before` by `after` in the small file and gives the fault.
fn fault(before: &str, after: &str) -> String {
    assert!(SMALL.contains(before), "{before}");
    let text = SMALL.replacen(before, after, 1);
    parse("ward.toml", &text).expect_err(after).to_string()
}

#[test]
fn each_fault_names_file_line_and_key() {
    for (before, after, told) in [
        ("absent_after_s", "absent_after", "ward.toml:5: key `absent_after`: unknown field"),
        ("credit_per_minute = 1", "credit = 1", "ward.toml:10: key `classes[0].credit`: unknown field"),
        ("prefix = \"B\"", "prefx = \"B\"", "ward.toml:19: key `services[1].prefx`: unknown field"),
        ("id = 1", "id = \"one\"", "ward.toml:23: key `counters[0].id`: invalid type"),
        ("id = 1", "id = -1", "ward.toml:23: key `counters[0].id`: invalid value"),
        ("id = 1", "id = 0", "ward.toml:23: key `counters[0].id`:"),
        (
            "services = [\"a\"]",
            "services = [\"c\"]",
            "ward.toml:25: key `counters[0].services[0]`: there is no service `c`",
        ),
        (
            "[\"b\"]",
            "[\n  \"b\",\n  \"c\",\n]",
            "ward.toml:28: key `counters[0].backup_services[1]`: there is no service `c`",
        ),
        ("services = [\"a\"]\n", "", "ward.toml:22: key `counters[0].services`: missing field"),
        ("id = \"b\"", "id = \"a\"", "ward.toml:18: key `services[1].id`: service `a` stands twice"),
        ("prefix = \"B\"", "prefix = \"A\"", "ward.toml:19: key `services[1].prefix`:"),
        ("prefix = \"B\"", "prefix = \"bb\"", "ward.toml:19: key `services[1].prefix`: write"),
        ("id = \"b\"", "id = \"Một Hai\"", "ward.toml:18: key `services[1].id`:"),
        ("Asia/Ho_Chi_Minh", "Asia/Hanoi", "ward.toml:2: key `time_zone`:"),
        ("[\"vi\", \"en\"]", "[\"vi\", \"Việt\"]", "ward.toml:3: key `languages[1]`:"),
        (
            "{ vi = \"Phường\" }",
            "{ en = \"Ward\" }",
            "ward.toml:4: key `name`: the default language `vi` is missing",
        ),
        ("{ vi = \"Một\" }", "{ vi = \"Một\", fr = \"Un\" }", "ward.toml:15: key `services[0].name.fr`:"),
        ("07:30-12:00", "7:30-12:00", "ward.toml:29: key `hours.mon_fri[0]`:"),
        ("13:00-16:30", "11:00-16:30", "ward.toml:29: key `hours.mon_fri[1]`: `11:00-16:30` overlaps"),
        (
            "07:30-11:00",
            "11:00-07:30",
            "ward.toml:30: key `hours.sat[0]`: `11:00-07:30` ends before it begins",
        ),
        ("sat = ", "fri = ", "ward.toml:"),
        ("sat = ", "saturday = ", "ward.toml:30: key `hours.saturday`: write a day"),
        (
            "credit_per_minute = 1",
            "credit_per_minute = -1",
            "ward.toml:10: key `classes[0].credit_per_minute`:",
        ),
        (
            "absent_after_s = 60",
            "absent_after_s = 60\nabsent_after_s = 61",
            "ward.toml:6: key `absent_after_s`: this is no TOML",
        ),
        ("id = 1", "id = ", "ward.toml:23: key `id`: this is no TOML"),
        ("id = \"ward\"", "id = \"house\"", "ward.toml:1: key `id`: `house` is a name of the server's own"),
    ] {
        let fault = fault(before, after);
        assert!(fault.starts_with(told), "{fault}\ninstead of\n{told}");
        assert!(!fault.contains('\n'), "{fault}");
    }
}

#[test]
fn a_layout_reads_back_as_written() {
    for text in [SMALL, SAMPLE] {
        let layout = parse("ward.toml", text).unwrap();
        let written = wire::to_wire(&layout);
        assert_eq!(wire::to_core(&written), Ok(layout));
    }
    assert_eq!(sample().counters.len(), 7);
}
