//! `recover`, `restore` and `drill` as an operator uses them: what can be brought back is, the rest is said, and no
//! number is given twice.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use queue_tests::OFFICE;
use queue_tests::api::Api;
use queue_tests::folder::{files, spoil_record};
use queue_tests::program::{Ended, Server, run};
use queue_tests::small_disk::SmallDisk;
use tempfile::{TempDir, tempdir};

const SERVICES: [&str; 3] = ["chung-thuc", "ho-tich", "tra-ket-qua"];
/// Tickets before and after the backup.
const TICKETS: usize = 24;

/// A damaged folder's surroundings.
struct Morning {
    all: TempDir,
    data: PathBuf,
    backup: PathBuf,
    /// Everything that the folder held.
    export: String,
    /// Ids and numbers, in the order of issue.
    tickets: Vec<(String, String)>,
}

/// A stopped data folder with `2 * TICKETS` tickets, and a backup from the middle of it.
async fn morning() -> Result<Morning> {
    let all = tempdir()?;
    let (data, backup) = (all.path().join("data"), all.path().join("office.backup"));
    let server = Server::start(&data)?;
    let admin = Api::new(&server.url).admin().await?;
    let mut tickets = Vec::new();
    for index in 0..2 * TICKETS {
        if index == TICKETS {
            let reply = admin.get("/backup").await?;
            std::fs::write(&backup, reply.body.as_str().context("a backup is text")?)?;
        }
        let key = format!("key-{index}");
        let reply = admin.issue(SERVICES[index % 3], Some(&key)).await?;
        ensure!(reply.status == 201, "{reply:?}");
        let id = reply.body["id"].as_str().context("a ticket has an id")?;
        tickets.push((id.to_owned(), reply.number().to_owned()));
    }
    server.stop()?;
    let export = ok(&["export", "--house", "--data", &data.to_string_lossy()])?;
    Ok(Morning { all, data, backup, export, tickets })
}

impl Morning {
    fn new_folder(&self, name: &str) -> PathBuf {
        self.all.path().join(name)
    }

    /// `recover` of the damaged folder into `to`; nothing in the damaged one may change.
    fn recover(&self, to: &Path, more: &[&str]) -> Result<Ended> {
        let before = files(&self.data)?;
        let (data, to) = (self.data.to_string_lossy(), to.to_string_lossy());
        let arguments = [&["recover", "--data", &*data, "--to", &*to][..], more].concat();
        let ended = run("queue-server", &arguments)?;
        assert!(
            files(&self.data)? == before,
            "the damaged folder was touched: {}{}",
            ended.stdout,
            ended.stderr
        );
        Ok(ended)
    }
}

fn ok(arguments: &[&str]) -> Result<String> {
    let ended = run("queue-server", arguments)?;
    ensure!(ended.code == Some(0), "{arguments:?}: {:?} {}{}", ended.code, ended.stdout, ended.stderr);
    Ok(ended.stdout)
}

/// The seq of the record that issued the ticket with this id.
fn seq_of(export: &str, id: &str) -> Result<u64> {
    let issued = format!("\"type\":\"ticket_issued\",\"ticket\":\"{id}\"");
    let line = export.lines().find(|line| line.contains(&issued)).context("it was issued")?;
    serde_json::from_str::<serde_json::Value>(line)?["seq"].as_u64().context("a record has a seq")
}

#[tokio::test]
async fn a_backup_makes_up_for_what_is_damaged() -> Result<()> {
    let morning = morning().await?;
    let spoiled = seq_of(&morning.export, &morning.tickets[3].0)?;
    spoil_record(&morning.data, OFFICE, spoiled)?;
    let refused =
        run("queue-server", &["--listen", "127.0.0.1:0", "--data", &morning.data.to_string_lossy()])?;
    assert_eq!(refused.code, Some(3));
    let line = refused.stderr.lines().last().unwrap_or_default();
    assert!(line.contains(OFFICE) && line.contains("queue-server recover --data"), "{line}");

    // Without the backup: it is said what is missing, and nothing is made that could be served.
    let to = morning.new_folder("new");
    let alone = morning.recover(&to, &[])?;
    assert_eq!(alone.code, Some(3), "{}{}", alone.stdout, alone.stderr);
    assert!(alone.stdout.contains(&format!("{OFFICE}: missing 1 records: {spoiled}\n")), "{}", alone.stdout);
    assert_eq!(alone.stderr.lines().count(), 1, "{}", alone.stderr);
    assert!(alone.stderr.contains("--accept-loss") && alone.stderr.contains(OFFICE), "{}", alone.stderr);
    let salvaged = std::fs::read_to_string(to.join(format!("salvaged/{OFFICE}.jsonl")))?;
    let all =
        morning.export.lines().filter(|line| line.contains(&format!("\"stream\":\"{OFFICE}\""))).count();
    assert_eq!(salvaged.lines().count() + 1, all);
    assert!(salvaged.lines().all(|line| morning.export.contains(line)));
    assert!(!to.join("journal").exists());

    // With it: the same records, byte for byte, and the same answers.
    let done = morning.recover(&to, &["--backup", &morning.backup.to_string_lossy()])?;
    assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
    assert!(done.stdout.contains(&format!("{OFFICE}: nothing is missing")), "{}", done.stdout);
    assert_eq!(ok(&["export", "--house", "--data", &to.to_string_lossy()])?, morning.export);
    let server = Server::start(&to)?;
    let admin = Api::new(&server.url).admin().await?;
    let again = admin.issue(SERVICES[1], Some("key-7")).await?;
    assert_eq!((again.status, again.number()), (201, morning.tickets[7].1.as_str()));
    Ok(())
}

#[tokio::test]
async fn an_accepted_loss_stands_in_the_journal_and_gives_no_number_twice() -> Result<()> {
    let morning = morning().await?;
    // Two records are gone, and with them the way to all that follow.
    let gone: Vec<usize> = vec![30, 33];
    let first = seq_of(&morning.export, &morning.tickets[gone[0]].0)?;
    for index in &gone {
        spoil_record(&morning.data, OFFICE, seq_of(&morning.export, &morning.tickets[*index].0)?)?;
    }
    let to = morning.new_folder("new");
    let why = "Nguyễn Văn An: đĩa hỏng";
    let done = morning.recover(&to, &["--accept-loss", why])?;
    assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
    assert!(
        done.stderr.contains(&format!("record {first} says that the loss was accepted")),
        "{}",
        done.stderr
    );
    let verified = ok(&["verify", "--data", &to.to_string_lossy()])?;
    assert!(verified.contains(&format!("{OFFICE}: {first} records")), "{verified}");
    // Up to the gap the records are those that were.
    let office = |export: &str| {
        export.lines().filter(|line| line.contains(OFFICE)).map(str::to_owned).collect::<Vec<_>>()
    };
    let kept = usize::try_from(first - 1)?;
    let (before, after) =
        (office(&morning.export), office(&ok(&["export", "--data", &to.to_string_lossy()])?));
    assert_eq!(after[..kept], before[..kept]);

    let server = Server::start(&to)?;
    let admin = Api::new(&server.url).admin().await?;
    let audit = admin.get(&format!("/offices/{OFFICE}/audit?act=loss_accepted")).await?;
    let item = &audit.body["items"][0];
    assert_eq!((item["actor"].as_str(), item["reason"].as_str()), (Some("system"), Some(why)), "{audit:?}");
    for (index, (id, number)) in morning.tickets.iter().enumerate() {
        let reply = admin.get(&format!("/offices/{OFFICE}/tickets/{id}")).await?;
        if gone.contains(&index) {
            assert_eq!(reply.code(), "unknown-ticket");
        } else {
            assert_eq!((reply.number(), reply.body["state"].as_str()), (number.as_str(), Some("waiting")));
        }
    }
    let given: BTreeSet<&String> = morning.tickets.iter().map(|(_, number)| number).collect();
    for service in SERVICES {
        for _ in 0..3 {
            let reply = admin.issue(service, None).await?;
            assert_eq!(reply.status, 201);
            assert!(!given.contains(&reply.number().to_owned()), "{} was given before", reply.number());
        }
    }
    Ok(())
}

#[tokio::test]
async fn when_the_disk_is_gone_the_backup_goes_on_behind_the_number_that_a_person_names() -> Result<()> {
    let morning = morning().await?;
    let to = morning.new_folder("new");
    let (backup, target) = (morning.backup.to_string_lossy(), to.to_string_lossy());
    let ask = |more: &[&str]| {
        run("queue-server", &[&["recover", "--to", &*target, "--backup", &*backup][..], more].concat())
    };
    let unaccepted = ask(&[])?;
    assert_eq!(unaccepted.code, Some(3), "{}", unaccepted.stderr);
    let boundless = ask(&["--accept-loss"])?;
    assert_eq!(boundless.code, Some(2), "{}", boundless.stderr);
    assert!(boundless.stderr.contains("--numbers-after"), "{}", boundless.stderr);
    let done = ask(&["--accept-loss", "An", "--numbers-after", "57"])?;
    assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
    let server = Server::start(&to)?;
    let admin = Api::new(&server.url).admin().await?;
    assert_eq!(admin.issue("chung-thuc", None).await?.number(), "A058");
    assert_eq!(admin.issue("tra-ket-qua", None).await?.number(), "R000058");
    let known = &morning.tickets[TICKETS - 1];
    let reply = admin.get(&format!("/offices/{OFFICE}/tickets/{}", known.0)).await?;
    assert_eq!(reply.number(), known.1);
    Ok(())
}

#[tokio::test]
async fn of_two_histories_one_is_taken_and_the_other_one_told() -> Result<()> {
    let morning = morning().await?;
    // A copy of the folder went on for itself, and a file of it came into the first one.
    let other = morning.new_folder("other");
    queue_tests::folder::copy(&morning.data, &other)?;
    let kept = issued(&morning.data, 3).await?;
    let left_out = issued(&other, 2).await?;
    let aside = morning.data.join(format!("set-aside/{OFFICE}/copy"));
    std::fs::create_dir_all(&aside)?;
    std::fs::copy(other.join(format!("journal/{OFFICE}/db")), aside.join("db"))?;
    let export = ok(&["export", "--house", "--data", &morning.data.to_string_lossy()])?;

    let to = morning.new_folder("new");
    let done = morning.recover(&to, &[])?;
    assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
    let told = format!("{OFFICE}: records {} to {} are there in two histories", kept[0].0, left_out[1].0);
    for part in [&*told, "that the store has; 2 are left out", &format!("{OFFICE}: nothing is missing")] {
        assert!(done.stdout.contains(part), "{part}: {}", done.stdout);
    }
    assert_eq!(std::fs::read_to_string(to.join("salvaged/report.txt"))?.matches("two histories").count(), 1);
    assert_eq!(ok(&["export", "--house", "--data", &to.to_string_lossy()])?, export);

    // Without the note nothing tells of which of them people were told: the operator has to know.
    std::fs::remove_file(morning.data.join("acked").join(OFFICE))?;
    let to = morning.new_folder("newer");
    let refused = morning.recover(&to, &[])?;
    assert_eq!(refused.code, Some(3), "{}{}", refused.stdout, refused.stderr);
    assert!(refused.stderr.contains("in two histories"), "{}", refused.stderr);
    assert!(!to.join("journal").exists());
    let done = morning.recover(&to, &["--accept-loss", "An"])?;
    assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
    let numbers: BTreeSet<&str> = left_out.iter().map(|(_, number)| &**number).collect();
    let listed = numbers.into_iter().collect::<Vec<_>>().join(", ");
    assert!(done.stderr.contains(&format!("perhaps to somebody: {listed}")), "{listed}: {}", done.stderr);
    let given: Vec<&String> = kept.iter().chain(&left_out).map(|(_, number)| number).collect();
    for (_, number) in issued(&to, 3).await? {
        assert!(!given.contains(&&number), "{number} was given before");
    }
    Ok(())
}

/// Issues one number of each of `count` services in `data`; gives the records and the numbers.
async fn issued(data: &Path, count: usize) -> Result<Vec<(u64, String)>> {
    let server = Server::start(data)?;
    let admin = Api::new(&server.url).admin().await?;
    let mut given = Vec::new();
    for service in SERVICES.iter().rev().take(count) {
        let reply = admin.issue(service, None).await?;
        ensure!(reply.status == 201, "{reply:?}");
        let id = reply.body["id"].as_str().context("a ticket has an id")?.to_owned();
        given.push((id, reply.number().to_owned()));
    }
    server.stop()?;
    let export = ok(&["export", "--data", &data.to_string_lossy()])?;
    given.into_iter().map(|(id, number)| Ok((seq_of(&export, &id)?, number))).collect()
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused() -> Result<()> {
    let morning = morning().await?;
    let (data, inside) = (morning.data.to_string_lossy(), morning.data.join("new"));
    let full = morning.new_folder("full");
    let link = morning.new_folder("link");
    std::os::unix::fs::symlink(&morning.data, &link)?;
    let linked = link.join("new");
    std::fs::create_dir_all(full.join("photos"))?;
    for (to, more, code, part) in [
        (&morning.data, &["--data", &*data][..], 2, "another one"),
        (&inside, &["--data", &*data], 2, "another one"),
        (&linked, &["--data", &*data], 2, "another one"),
        (&full, &["--data", &*data], 3, "not empty"),
        (&full, &["--data", "/nowhere"], 3, "no data folder"),
        (&full, &[], 2, "--data DIR"),
    ] {
        let ended = run("queue-server", &[&["recover", "--to", &*to.to_string_lossy()][..], more].concat())?;
        assert_eq!(ended.code, Some(code), "{more:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(part) && ended.stderr.lines().count() == 1, "{}", ended.stderr);
    }
    let server = Server::start(&morning.data)?;
    let to = morning.new_folder("new").to_string_lossy().into_owned();
    let used = run("queue-server", &["recover", "--data", &data, "--to", &to])?;
    assert_eq!(used.code, Some(3), "{}", used.stderr);
    assert!(used.stderr.contains("in use"), "{}", used.stderr);
    server.stop()?;
    Ok(())
}

#[tokio::test]
async fn a_drill_tries_a_full_backup_and_what_continues_it_and_leaves_nothing() -> Result<()> {
    let morning = morning().await?;
    let within = tempdir()?;
    let next = morning.new_folder("next.backup");
    let (data, full) = (morning.data.to_string_lossy(), morning.backup.to_string_lossy());
    let (next_text, place) = (next.to_string_lossy(), within.path().to_string_lossy());
    ok(&["backup", "--data", &data, "--after", &full, "--to", &next_text])?;
    assert!(std::fs::metadata(&next)?.len() < std::fs::metadata(&morning.backup)?.len());
    let told = ok(&["drill", "--from", &full, &next_text, "--within", &place])?;
    let head = |stream: &str| {
        let last = morning.export.lines().rfind(|line| line.contains(&format!("\"stream\":\"{stream}\"")));
        let hash = last.and_then(|line| line.split("\"hash\":\"").last()?.get(..64).map(str::to_owned));
        hash.with_context(|| format!("{stream} has a head"))
    };
    for part in [&head(OFFICE)?, &head("house")?, "replays to 1 users", "2 files", "can be restored"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(told.contains(&format!("with {0} tickets, {0} of them waiting", 2 * TICKETS)), "{told}");
    for (files, part) in
        [(&[&*next_text][..], "give all from the last full one on"), (&[&*full, &*full], "continues")]
    {
        let refused = run("queue-server", &[&["drill", "--within", &*place, "--from"][..], files].concat())?;
        assert_eq!(refused.code, Some(3), "{}", refused.stderr);
        assert!(refused.stderr.contains(part), "{}", refused.stderr);
    }
    assert_eq!(std::fs::read_dir(within.path())?.count(), 0, "the drill leaves nothing");
    // The two are restored as they were tried.
    let to = morning.new_folder("restored");
    ok(&["restore", "--data", &to.to_string_lossy(), "--from", &full, &next_text])?;
    assert_eq!(ok(&["export", "--house", "--data", &to.to_string_lossy()])?, morning.export);
    Ok(())
}

#[tokio::test]
async fn on_a_full_disk_the_ballast_makes_room_where_the_operator_says_so() -> Result<()> {
    let test = "on_a_full_disk_the_ballast_makes_room_where_the_operator_says_so";
    let Some(small) = SmallDisk::mount(48, test)? else { return Ok(()) };
    let morning = morning().await?;
    check_ballast(&morning, small.path())
}

fn check_ballast(morning: &Morning, disk: &Path) -> Result<()> {
    let (data, to) = (disk.join("data"), disk.join("new"));
    queue_tests::folder::copy(&morning.data, &data)?;
    // What is left of the disk once the ballast is there is less than a new folder may take.
    std::fs::write(data.join("ballast"), vec![0; 40 * 1024 * 1024])?;
    let (from, target) = (data.to_string_lossy(), to.to_string_lossy());
    let refused = run("queue-server", &["recover", "--data", &from, "--to", &target])?;
    assert_eq!(refused.code, Some(4), "{}", refused.stderr);
    assert!(refused.stderr.contains("--free-ballast") && data.join("ballast").exists(), "{}", refused.stderr);
    let done = run("queue-server", &["recover", "--data", &from, "--to", &target, "--free-ballast"])?;
    assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
    assert!(done.stderr.contains("deleted") && !data.join("ballast").exists(), "{}", done.stderr);
    assert_eq!(ok(&["export", "--house", "--data", &target])?, morning.export);
    Ok(())
}
