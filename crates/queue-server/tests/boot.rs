//! Data folders: what was answered is there after a restart, and a folder that cannot be used stays untouched.

#[path = "engine/hall.rs"]
#[expect(dead_code, reason = "this test uses the commands, not the gated journal")]
mod hall;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{ExitCode, Stdio};

use hall::{MORNING, anyone, by, call, issue, layout, ticket, under};
use queue_core::command::Command;
use queue_core::ids::{CounterId, OfficeId, Slug, TicketId};
use queue_core::layout::Layout;
use queue_core::record::Seq;
use queue_core::time::Millis;
use queue_journal::Journal;
use queue_journal::folder::DataFolder;
use queue_server::boot::{self, BootError, BootSettings, Booted};
use queue_server::clock::Clock;
use queue_server::engine::failure::Failure;
use queue_server::engine::handle::OfficeHandle;
use queue_server::{office_file, operator};

fn settings(data: &Path, clock: &Clock) -> BootSettings {
    BootSettings {
        data: data.to_owned(),
        layouts: vec![layout()],
        sample: office_file::sample(),
        public_url: "http://hall.test".into(),
        clock: clock.clone(),
        failure: Failure::then(|what| panic!("{what}")),
    }
}

async fn boot(data: &Path, clock: &Clock) -> Booted {
    boot::open(settings(data, clock)).await.expect("the folder opens")
}

fn office(booted: &Booted) -> OfficeHandle {
    booted.offices.get("hall").expect("the office is there").clone()
}

async fn stop(mut booted: Booted) {
    let house = booted.house.take().expect("nobody took the house");
    house.journal.close().expect("the house closes");
    booted.stop().await;
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), Clock::manual(MORNING));
    let data = folder.path().join("data");
    // Given a number taken under a key.
    let booted = boot(&data, &clock).await;
    let first = office(&booted).submit(under("k", "f", anyone(issue(1)))).await.expect("accepted");
    stop(booted).await;
    // When the server starts again, a minute later.
    clock.advance(Millis::from_secs(60));
    let booted = boot(&data, &clock).await;
    let hall = office(&booted);
    // Then the ticket and the key answer, no second day was opened, and the series goes on.
    assert_eq!(hall.seq(), Seq(2));
    assert_eq!(hall.ticket(TicketId(1)).await.expect("known").number, "A001");
    let again = hall.submit(under("k", "f", anyone(issue(9)))).await.expect("repeated");
    assert_eq!((again.seq, again.status), (first.seq, first.status));
    assert_eq!(ticket(&again), ticket(&first));
    let next = hall.submit(anyone(issue(2))).await.expect("accepted");
    assert_eq!(ticket(&next).expect("a ticket").number, "A002");
    stop(booted).await;
}

#[tokio::test]
async fn calls_of_before_a_restart_are_still_heard_until_they_expire() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), Clock::manual(MORNING));
    // Given a call that a screen may not have heard before the server ended.
    let booted = boot(folder.path(), &clock).await;
    let hall = office(&booted);
    hall.submit(by("lan", Command::OpenCounter { counter: CounterId(1) })).await.expect("accepted");
    hall.submit(anyone(issue(1))).await.expect("accepted");
    let called = hall.submit(by("lan", call(1))).await.expect("accepted");
    let before = hall.published().borrow().calls.to_vec();
    stop(booted).await;
    // When it starts again soon, then the call is there as it was; when it starts too late, it is gone.
    for (later_s, heard) in [(60, true), (60, false)] {
        clock.advance(Millis::from_secs(later_s));
        let booted = boot(folder.path(), &clock).await;
        let after = office(&booted).published().borrow().calls.to_vec();
        assert_eq!(after.first().map(|call| call.seq), heard.then_some(called.seq));
        if heard {
            assert_eq!(after[0].text, before[0].text);
        }
        stop(booted).await;
    }
}

#[tokio::test]
async fn days_that_were_missed_are_one_opening() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), Clock::manual(MORNING));
    let booted = boot(folder.path(), &clock).await;
    office(&booted).submit(anyone(issue(1))).await.expect("accepted");
    stop(booted).await;
    clock.advance(Millis::from_secs(9 * 86_400));
    let booted = boot(folder.path(), &clock).await;
    let hall = office(&booted);
    assert_eq!(hall.seq(), Seq(3), "one record closes the old day and opens the new one");
    let next = hall.submit(anyone(issue(2))).await.expect("accepted");
    assert_eq!(ticket(&next).expect("a ticket").number, "A001");
    stop(booted).await;
}

#[tokio::test]
async fn a_folder_in_use_is_refused_in_one_line() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), Clock::manual(MORNING));
    let booted = boot(folder.path(), &clock).await;
    let refused = boot::open(settings(folder.path(), &clock)).await.err().expect("it is in use");
    assert!(matches!(refused, BootError::Journal(_)), "{refused}");
    assert_eq!(refused.to_string().lines().count(), 1);
    stop(booted).await;
}

#[tokio::test]
async fn the_sample_seeds_an_empty_folder_only() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), Clock::manual(MORNING));
    let bare = || BootSettings { layouts: Vec::new(), ..settings(folder.path(), &clock) };
    let names = |booted: &Booted| -> Vec<String> {
        booted.offices.iter().map(|office| office.id().to_string()).collect()
    };
    let booted = boot::open(bare()).await.expect("opens");
    let sample = office_file::sample().id.to_string();
    assert_eq!(names(&booted), std::slice::from_ref(&sample));
    stop(booted).await;
    // A new office file is added; without one, what is there is served.
    let booted = boot(folder.path(), &clock).await;
    assert_eq!(names(&booted), ["hall".to_owned(), sample.clone()]);
    stop(booted).await;
    let booted = boot::open(bare()).await.expect("opens");
    assert_eq!(names(&booted).len(), 2);
    stop(booted).await;
}

#[tokio::test]
async fn more_offices_than_the_next_start_would_read_are_refused_now() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), Clock::manual(MORNING));
    stop(boot(folder.path(), &clock).await).await;
    let named = |number| {
        let id = Slug::new(&format!("ward-{number}")).expect("a slug");
        Layout { id: OfficeId(id), ..layout() }
    };
    let many = BootSettings { layouts: (1..=999).map(named).collect(), ..settings(folder.path(), &clock) };
    let refused = boot::open(many).await.err().expect("one too many, with the one that is there");
    assert!(matches!(refused, BootError::TooMany { offices: 1000, most: 999 }), "{refused}");
    let booted = boot(folder.path(), &clock).await;
    assert_eq!(booted.offices.iter().count(), 1, "nothing was made of them");
    stop(booted).await;
}

#[tokio::test]
async fn an_operator_verifies_exports_and_carries_a_folder_over() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), Clock::manual(MORNING));
    let (data, copy, file) =
        (folder.path().join("data"), folder.path().join("copy"), folder.path().join("b"));
    let booted = boot(&data, &clock).await;
    office(&booted).submit(anyone(issue(1))).await.expect("accepted");
    stop(booted).await;
    let verified = |data: &Path| {
        let (mut out, mut notes) = (Vec::new(), Vec::new());
        operator::verify(data, &mut out, &mut notes).expect("all of it holds");
        String::from_utf8(out).expect("text")
    };
    let before = verified(&data);
    assert!(before.starts_with("hall: 2 records, head ") && before.lines().count() == 1, "{before}");
    let mut lines = Vec::new();
    assert_eq!(operator::export(&data, operator::Streams::Offices, &mut lines).expect("exported"), 2);
    assert!(
        lines
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .all(|line| { serde_json::from_slice::<serde_json::Value>(line).is_ok() })
    );
    operator::backup(&data, Some(&file), None, MORNING, &mut std::io::sink()).expect("backed up");
    operator::restore(std::slice::from_ref(&file), &copy).expect("restored");
    assert_eq!(verified(&copy), before);
    let refused = operator::restore(std::slice::from_ref(&file), &copy).expect_err("it is not empty");
    assert_eq!(ExitCode::from(refused.exit_code()), ExitCode::from(3));
    let nowhere = folder.path().join("nowhere");
    let missing = operator::verify(&nowhere, &mut Vec::new(), &mut Vec::new()).expect_err("nothing is there");
    assert_eq!(missing.exit_code(), 3);
    assert!(!nowhere.exists(), "looking makes no folder");
}

#[tokio::test]
async fn a_damaged_stream_leaves_the_others_as_they_were() {
    // Given a folder with two offices and a house, all closed well.
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), Clock::manual(MORNING));
    let data = folder.path();
    let both = || {
        let other = Layout { id: OfficeId(Slug::new("other").expect("a slug")), ..layout() };
        BootSettings { layouts: vec![layout(), other], ..settings(data, &clock) }
    };
    stop(boot::open(both()).await.expect("opens")).await;
    let clean = |stream: &str| data.join("journal").join(stream).join("clean").exists();
    assert!(["hall", "other", "house"].into_iter().all(clean));
    // When what was noted of the second is damaged, or of the house, and the ballast is gone besides.
    std::fs::remove_file(data.join("ballast")).ok();
    for (damaged, others) in [("other", ["hall", "house"]), ("house", ["hall", "other"])] {
        let note = data.join("acked").join(damaged);
        let noted = std::fs::read(&note).expect("a note");
        std::fs::write(&note, b"nothing of use").expect("written");
        let refused = boot::open(both()).await.err().expect("it is damaged");
        assert!(refused.to_string().contains(damaged), "{refused}");
        // Then the others are closed well again, and nothing was made.
        assert!(others.into_iter().all(clean), "{damaged}");
        assert!(!data.join("ballast").exists());
        std::fs::write(&note, noted).expect("written");
    }
    stop(boot::open(both()).await.expect("opens")).await;
}

#[tokio::test]
async fn a_stream_without_a_record_is_left_closed() {
    let (folder, clock) = (tempfile::tempdir().expect("a folder"), Clock::manual(MORNING));
    let data = DataFolder::open(folder.path()).expect("a folder");
    let empty = data.journal(&Slug::new("empty").expect("a slug")).expect("opens");
    Box::new(empty).close().expect("closes");
    drop(data);
    stop(boot(folder.path(), &clock).await).await;
    assert!(folder.path().join("journal/empty/clean").exists());
}

#[test]
fn a_server_whose_journal_does_not_close_ends_with_4() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = std::process::Command::new(env!("CARGO_BIN_EXE_queue-server"))
        .args(["--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let lines = BufReader::new(server.stdout.take().expect("piped")).lines();
    let listens =
        |line: &std::io::Result<String>| line.as_ref().is_ok_and(|line| line.starts_with("listening"));
    assert!(lines.into_iter().any(|line| listens(&line)));
    // When its journal is gone before it is told to stop.
    std::fs::rename(folder.path().join("journal"), folder.path().join("gone")).expect("renamed");
    rustix::process::kill_process(rustix::process::Pid::from_child(&server), rustix::process::Signal::TERM)
        .expect("told");
    assert_eq!(server.wait().expect("it ends").code(), Some(4));
}
