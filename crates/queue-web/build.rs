//! Builds the pages of `web/` into the build folder, from where `lib.rs` embeds them.
//! `npm ci` runs when the lock file changed, `npm run build` when any source did.
//! With `QUEUE_WEB_DIST` a ready build is taken, and npm is not needed.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

/// What the pages are made from, below `web/`.
const SOURCES: [&str; 9] = [
    "src",
    "public",
    "build",
    "package.json",
    "package-lock.json",
    ".npmrc",
    "tsconfig.json",
    "vite.config.ts",
    "index.html",
];

fn main() -> ExitCode {
    match prepare() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            println!("cargo::error={message}");
            ExitCode::FAILURE
        }
    }
}

fn prepare() -> Result<(), String> {
    println!("cargo::rerun-if-env-changed=QUEUE_WEB_DIST");
    let dist = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?).join("dist");
    if let Some(ready) = env::var_os("QUEUE_WEB_DIST").filter(|value| !value.is_empty()) {
        let ready = PathBuf::from(ready);
        println!("cargo::rerun-if-changed={}", ready.display());
        if !ready.join("index.html").is_file() {
            return Err(format!("QUEUE_WEB_DIST={} holds no index.html", ready.display()));
        }
        return copy_anew(&ready, &dist)
            .map_err(|error| format!("failed to copy {}: {error}", ready.display()));
    }
    // Asked for at run time: a build script may be shared by several checkouts of the project.
    let package = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo sets CARGO_MANIFEST_DIR")?);
    let web = package.join("../../web");
    watch(&web).map_err(|error| format!("failed to read {}: {error}", web.display()))?;
    install(&web)?;
    npm(&web, &["run", "build", "--", "--logLevel", "warn", "--outDir", &dist.to_string_lossy()])
}

/// Tells cargo what the pages are made from. Every page in `web/` counts, also one that is added later.
fn watch(web: &Path) -> io::Result<()> {
    for source in SOURCES {
        println!("cargo::rerun-if-changed={}", web.join(source).display());
    }
    for entry in fs::read_dir(web)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "html") {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
    Ok(())
}

/// Fetches the packages of the lock file, unless those of this very lock file are there.
fn install(web: &Path) -> Result<(), String> {
    let stamp = web.join("node_modules/.queue-lock");
    let lock = fs::read(web.join("package-lock.json"))
        .map_err(|error| format!("failed to read the lock file: {error}"))?;
    if fs::read(&stamp).is_ok_and(|kept| kept == lock) {
        return Ok(());
    }
    npm(web, &["ci", "--no-audit", "--no-fund", "--ignore-scripts"])?;
    fs::write(&stamp, lock).map_err(|error| format!("failed to write {}: {error}", stamp.display()))
}

fn npm(web: &Path, arguments: &[&str]) -> Result<(), String> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output = match Command::new(program).args(arguments).current_dir(web).output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err("npm is missing: install Node.js 20.19 or later (with npm), \
                        or set QUEUE_WEB_DIST to a folder with built pages"
                .to_owned());
        }
        Err(error) => return Err(format!("failed to run npm: {error}")),
    };
    if output.status.success() {
        return Ok(());
    }
    // Cargo shows one line as the error; the whole story goes beside it.
    eprintln!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Err(format!("`npm {}` failed in web/ (its words are above)", arguments.join(" ")))
}

fn copy_anew(from: &Path, to: &Path) -> io::Result<()> {
    match fs::remove_dir_all(to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    copy(from, to)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
