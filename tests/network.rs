//! Kiosk, clerk, lobby screen and announcer over bad lines: nothing twice, nothing lost after an answer, every screen
//! right soon after the line has healed.
//!
//! Real programs and the typed client against a real server, through the proxy of `support/proxy.rs`. All scenes run
//! at once on one server, each in an office of its own. `network/scene.rs` is what happens, `network/watch.rs` are
//! those who look on.

#[path = "network/scene.rs"]
mod scene;
#[path = "network/watch.rs"]
mod watch;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use queue_tests::OFFICE;
use queue_tests::api::Api;
use queue_tests::live::Live;
use queue_tests::program::{Server, program};
use queue_tests::proxy::{Flow, Line, Proxy};
use scene::{Scene, Trouble};
use tempfile::tempdir;
use tokio::task::JoinSet;

/// The server frees a line on which nobody answers for 30 s, and this much for looking and for a busy machine.
const FREED_AFTER: Duration = Duration::from_secs(35);

fn troubles() -> Vec<Trouble> {
    let healthy = Line::default();
    let ms = Duration::from_millis;
    let trouble = |name, line| Trouble {
        name,
        line,
        cuts: false,
        loses_replies: false,
        blinds: false,
        ends_lines: false,
    };
    let vanishing = Line { up: Flow::Vanishing, down: Flow::Vanishing, ..healthy };
    let stalled = Line { up: Flow::Stalled, down: Flow::Stalled, ..healthy };
    let dead = |trouble| Trouble { blinds: true, ends_lines: true, ..trouble };
    vec![
        trouble("slow", Line { delay: ms(150), jitter: ms(100), bytes_per_s: 32_000, ..healthy }),
        trouble("lossy", Line { delay: ms(20), loss_permille: 200, reset_permille: 20, ..healthy }),
        Trouble { cuts: true, ..dead(trouble("cut", Line { refuses: true, ..healthy })) },
        Trouble { blinds: true, ..trouble("stalled", stalled) },
        Trouble { loses_replies: true, ..trouble("replies lost", healthy) },
        dead(trouble("half-open", vanishing)),
        dead(trouble("half-open to the screen", Line { down: Flow::Vanishing, ..healthy })),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn over_every_bad_line_nothing_happens_twice_and_screens_are_right_again() -> Result<()> {
    let folder = tempdir()?;
    let troubles = troubles();
    let mut arguments = vec!["--config".to_owned(), folder.path().join("config.toml").display().to_string()];
    std::fs::write(
        folder.path().join("config.toml"),
        "[limits]\ntickets_per_minute = 100000\ntickets_burst = 100000\n",
    )?;
    let plain = queue_tests::office::text("two-lines")?;
    for index in 0..troubles.len() {
        let file = folder.path().join(format!("n{index}.toml"));
        std::fs::write(&file, plain.replace(&format!("id = \"{OFFICE}\""), &format!("id = \"n{index}\"")))?;
        arguments.extend(["--office".to_owned(), file.display().to_string()]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let server = Server::start_with(&folder.path().join("data"), &arguments)?;
    let sounds = watch::short_sounds(folder.path())?;
    // Built before anybody waits: a build in the middle would stop every line.
    for name in ["queue-announcer", "queue-kiosk"] {
        tokio::task::spawn_blocking(|| program(name)).await??;
    }
    let citizen = Api::new(&server.url);
    let admin = citizen.admin().await?;
    let mut scenes = JoinSet::new();
    for (index, trouble) in troubles.into_iter().enumerate() {
        let clerk = citizen.clerk(&admin, &format!("clerk-{index}")).await?;
        let scene = Scene {
            office: format!("n{index}"),
            server: server.url.clone(),
            folder: folder.path().to_owned(),
            sounds: sounds.clone(),
            admin: admin.clone(),
            clerk,
        };
        scenes.spawn(async move {
            let name = trouble.name;
            scene.play(trouble).await.with_context(|| name)
        });
    }
    while let Some(scene) = scenes.join_next().await {
        eprintln!("{}", scene??);
    }
    server.stop()?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_frees_a_line_that_vanished() -> Result<()> {
    if !queue_tests::long() {
        eprintln!("skipped: waits for half a minute of silence (QUEUE_LONG=1)");
        return Ok(());
    }
    let folder = tempdir()?;
    let server = Server::start(folder.path())?;
    let proxy = Proxy::start(&server.url).await?;
    let admin = Api::new(&server.url).admin().await?;
    let mut live = Live::connect(&proxy.url(), "dashboard", admin.token()).await?;
    live.next_of("stats").await?;
    ensure!(open_lines(&server.url).await? == 1, "the line is counted");
    proxy.set(Line { up: Flow::Vanishing, down: Flow::Vanishing, ..Line::default() });
    let start = Instant::now();
    while open_lines(&server.url).await? > 0 {
        ensure!(start.elapsed() < FREED_AFTER, "not freed within {FREED_AFTER:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    eprintln!("freed after {:?}", start.elapsed());
    Ok(())
}

/// Dashboards that the server holds a line to.
async fn open_lines(url: &str) -> Result<u64> {
    let text = reqwest::get(format!("{url}/metrics")).await?.text().await?;
    let line = text.lines().find(|line| line.starts_with("queue_live_connections{topic=\"dashboard\"}"));
    let value = line.and_then(|line| line.rsplit(' ').next()).context("the figure is there")?;
    Ok(value.parse::<f64>()? as u64)
}
