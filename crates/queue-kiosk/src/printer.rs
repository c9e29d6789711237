//! Where paper comes out: a file, a printer on the network, a device file. Every step has a time limit.

use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::escpos::{PAPER_STATUS, PaperStatus, paper_status};

/// A printer on the LAN that takes longer to answer is off.
const CONNECT_MAX: Duration = Duration::from_secs(3);
/// A ticket is 50 KB; a printer that does not take it in this time has stopped.
const WRITE_MAX: Duration = Duration::from_secs(10);
/// Printers that answer at all do so at once.
const STATUS_MAX: Duration = Duration::from_millis(500);

/// A printer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Printer {
    /// `file:PATH`: the bytes that a printer would get.
    File(PathBuf),
    /// `tcp:HOST:PORT`, raw, usually port 9100.
    Tcp(String),
    /// `device:/dev/usb/lp0`.
    Device(PathBuf),
}

/// What stays in a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// Nothing: the file holds this one ticket.
    Replaced,
    /// Everything: the file is a roll of paper.
    Kept,
}

impl Printer {
    /// Prints the job of one ticket.
    ///
    /// # Errors
    /// [`PrinterError`]: paper may be out, partly or not at all.
    pub async fn print(&self, job: &[u8], before: Before) -> Result<(), PrinterError> {
        match self {
            Self::File(path) => self.write_file(path.clone(), job.to_vec(), Some(before)).await,
            Self::Device(path) => self.write_file(path.clone(), job.to_vec(), None).await,
            Self::Tcp(address) => {
                let mut stream = self.connect(address).await?;
                let sending = async {
                    stream.write_all(job).await?;
                    stream.shutdown().await
                };
                self.limit(WRITE_MAX, sending).await
            }
        }
    }

    /// Asks a network printer for its paper; the others cannot be asked.
    pub async fn paper(&self) -> PaperStatus {
        let Self::Tcp(address) = self else { return PaperStatus::Unknown };
        let asking = async {
            let mut stream = TcpStream::connect(address).await?;
            stream.write_all(&PAPER_STATUS).await?;
            stream.read_u8().await
        };
        match timeout(STATUS_MAX, asking).await {
            Ok(Ok(answer)) => paper_status(answer),
            Ok(Err(_)) | Err(_) => PaperStatus::Unknown,
        }
    }

    async fn connect(&self, address: &str) -> Result<TcpStream, PrinterError> {
        self.limit(CONNECT_MAX, TcpStream::connect(address)).await
    }

    /// A device file may block for ever, so a thread of its own waits for it.
    async fn write_file(
        &self,
        path: PathBuf,
        job: Vec<u8>,
        before: Option<Before>,
    ) -> Result<(), PrinterError> {
        let writing = tokio::task::spawn_blocking(move || write(&path, &job, before));
        let joined = async { writing.await.map_err(std::io::Error::other)? };
        self.limit(WRITE_MAX, joined).await
    }

    async fn limit<T>(
        &self,
        limit: Duration,
        step: impl Future<Output = std::io::Result<T>>,
    ) -> Result<T, PrinterError> {
        let what = match timeout(limit, step).await {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {} s", limit.as_secs()),
        };
        Err(PrinterError { printer: self.to_string(), what })
    }
}

fn write(path: &Path, job: &[u8], before: Option<Before>) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    match before {
        None => options.write(true),
        Some(Before::Replaced) => options.write(true).create(true).truncate(true),
        Some(Before::Kept) => options.append(true).create(true),
    };
    let mut file = options.open(path)?;
    file.write_all(job)?;
    file.flush()
}

impl FromStr for Printer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(path.into())),
            Some(("device", path)) if !path.is_empty() => Ok(Self::Device(path.into())),
            Some(("tcp", address)) => match address.rsplit_once(':') {
                Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0) => {
                    Ok(Self::Tcp(address.to_owned()))
                }
                _ => Err(format!("`{text}`: write tcp:HOST:PORT, such as tcp:192.168.1.20:9100")),
            },
            _ => Err(format!("`{text}`: write file:PATH, tcp:HOST:PORT or device:/dev/usb/lp0")),
        }
    }
}

impl fmt::Display for Printer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Tcp(address) => write!(f, "tcp:{address}"),
            Self::Device(path) => write!(f, "device:{}", path.display()),
        }
    }
}

/// Paper did not come out, or not for certain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("failed to print on {printer}: {what}")]
pub struct PrinterError {
    /// As given.
    pub printer: String,
    /// What happened.
    pub what: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printers_are_read_and_written_back() {
        for text in ["file:out.bin", "tcp:192.168.1.20:9100", "tcp:[::1]:9100", "device:/dev/usb/lp0"] {
            assert_eq!(text.parse::<Printer>().map(|printer| printer.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "file:", "tcp:9100", "tcp:host:0", "tcp:host:99999", "lp0", "usb:x"] {
            assert!(text.parse::<Printer>().is_err(), "{text}");
        }
    }

    #[tokio::test]
    async fn the_paper_sensor_is_asked_and_silence_is_unknown() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let printer = Printer::Tcp(listener.local_addr().expect("an address").to_string());
        tokio::spawn(async move {
            let (mut first, _) = listener.accept().await.expect("a connection");
            let mut asked = [0_u8; 3];
            first.read_exact(&mut asked).await.expect("a question");
            assert_eq!(asked, PAPER_STATUS);
            first.write_all(&[0x72]).await.expect("an answer");
            let silent = listener.accept().await;
            tokio::time::sleep(STATUS_MAX * 20).await;
            drop(silent);
        });
        assert_eq!(printer.paper().await, PaperStatus::Out);
        assert_eq!(printer.paper().await, PaperStatus::Unknown);
        assert_eq!(Printer::File("x".into()).paper().await, PaperStatus::Unknown);
    }
}
