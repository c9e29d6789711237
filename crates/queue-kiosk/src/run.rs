//! A real kiosk: a key is pressed, a number is taken, paper comes out; and the same over a lost line or a kill.
//!
//! One loop owns everything. Nothing is printed without the server's acknowledgement, and a press keeps its key.

mod says;

use std::future::{Future, pending};
use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

use queue_client::client::Client;
use queue_client::error::Error;
use queue_client::key::Key;
use queue_client::retry::{self, Patience, Verdict};
use queue_wire::ticket::{Ticket, TicketRequest};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::buttons::Buttons;
use crate::escpos::PaperStatus;
use crate::issue::{self, Paper};
use crate::keypad::Keypad;
use crate::printer::{Before, PrinterError};
use crate::run::says::Says;
use crate::store::{Press, Store, StoreError, now_s};

/// A printer that fails is tried this often before the citizen is asked to remember the number.
const PRINT_ATTEMPTS: u32 = 3;
/// Between two of them.
const PRINT_PAUSE: Duration = Duration::from_secs(1);

/// What a kiosk is made of.
pub struct Kiosk {
    /// The server, asked once at a time: the loop does the waiting.
    pub client: Client,
    /// The office.
    pub office: String,
    /// Language of the tickets.
    pub lang: Option<String>,
    /// The keys; `None` means the office's services in order, once they are known.
    pub buttons: Option<Buttons>,
    /// The printer.
    pub paper: Option<Paper>,
    /// Where presses are kept.
    pub state: PathBuf,
}

/// How a press ended.
enum Outcome {
    Printed(Box<Ticket>, PaperStatus),
    NotPrinted(Box<Ticket>, PrinterError),
    Refused(Error),
    Away(Error),
}

impl Outcome {
    /// The ticket that the server has acknowledged.
    fn ticket(&self) -> Option<&Ticket> {
        match self {
            Self::Printed(ticket, _) | Self::NotPrinted(ticket, _) => Some(ticket),
            Self::Refused(_) | Self::Away(_) => None,
        }
    }
}

/// Everything that wakes the loop.
enum Wake {
    Code(String),
    InputEnded,
    Settled(Outcome),
    RetryDue,
    Stopped,
}

type Job = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Runs until `stop` becomes true, or standard input has ended and every press has its ticket.
///
/// `told` gets each ticket as one line of JSON.
///
/// # Errors
/// [`StoreError`]: the kiosk takes no press that it cannot keep.
pub async fn run(
    kiosk: Kiosk,
    mut keypad: Keypad,
    mut stop: watch::Receiver<bool>,
    mut told: impl FnMut(&Ticket),
) -> Result<(), StoreError> {
    let mut store = Store::open(&kiosk.state, &kiosk.office)?;
    let says = Says::of(kiosk.lang.as_deref());
    let mut buttons = kiosk.buttons.clone();
    let mut input_open = true;
    let mut attempts = 0_u32;
    let mut retry_at: Option<Instant> = None;
    let mut job: Option<Job> = None;
    says.ready(store.count());
    loop {
        if job.is_none() && retry_at.is_none() {
            match store.first() {
                Some(press) => job = Some(Box::pin(serve(kiosk.quick(), press.clone()))),
                None if !input_open => return Ok(()),
                None => {}
            }
        }
        let wake = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => Wake::Stopped,
            outcome = when(job.as_mut()) => Wake::Settled(outcome),
            () = until(retry_at) => Wake::RetryDue,
            code = keypad.next(), if input_open => code.map_or(Wake::InputEnded, Wake::Code),
        };
        match wake {
            Wake::Stopped => return Ok(()),
            Wake::InputEnded => input_open = false,
            Wake::RetryDue => retry_at = None,
            Wake::Code(code) => {
                // While the server is away further presses would be the same impatient finger.
                if attempts > 0 || store.is_full() {
                    says.wait();
                    continue;
                }
                let keys = match &buttons {
                    Some(keys) => keys,
                    None => match kiosk.client.office(&kiosk.office).await {
                        Ok(office) => buttons.insert(Buttons::of(&office)),
                        Err(error) => {
                            says.not_yet(&error);
                            continue;
                        }
                    },
                };
                match press(&code, keys, kiosk.lang.as_deref()) {
                    Some(press) => store.add(press)?,
                    None => says.unknown_key(&code),
                }
            }
            Wake::Settled(outcome) => {
                job = None;
                if let Outcome::Away(error) = outcome {
                    attempts = attempts.saturating_add(1);
                    if attempts == 1 {
                        says.away(&error);
                    }
                    retry_at = Some(Instant::now() + pause(&error, attempts));
                    continue;
                }
                if std::mem::take(&mut attempts) > 0 {
                    says.back();
                }
                if let Some(ticket) = outcome.ticket() {
                    told(ticket);
                }
                says.outcome(&outcome, kiosk.paper.is_some());
                store.settle()?;
            }
        }
    }
}

impl Kiosk {
    /// What one press needs, apart from the kiosk.
    fn quick(&self) -> (Client, String, Option<Paper>) {
        (self.client.clone().with_patience(Patience::Once), self.office.clone(), self.paper.clone())
    }
}

fn press(code: &str, buttons: &Buttons, lang: Option<&str>) -> Option<Press> {
    let button = buttons.find(code)?;
    let key = Key::fresh().ok()?;
    Some(Press {
        key: key.as_str().to_owned(),
        service: button.service.clone(),
        class: button.class.clone(),
        lang: lang.map(str::to_owned),
        pressed_at_s: now_s(),
    })
}

/// One attempt at a press, with its paper.
async fn serve((client, office, paper): (Client, String, Option<Paper>), press: Press) -> Outcome {
    let key = match Key::parse(&press.key) {
        Ok(key) => key,
        Err(error) => return Outcome::Refused(error.into()),
    };
    let request = TicketRequest {
        service: press.service,
        class: press.class,
        lang: press.lang,
        channel: Some("kiosk".to_owned()),
        ..TicketRequest::default()
    };
    let ticket = match issue::take(&client, &office, &request, &key).await {
        Ok(ticket) => Box::new(ticket),
        Err(error) if retry::judge(&error) == Verdict::Final => return Outcome::Refused(error),
        Err(error) => return Outcome::Away(error),
    };
    let Some(paper) = paper else { return Outcome::Printed(ticket, PaperStatus::Unknown) };
    let mut attempts = 1;
    loop {
        match issue::print(&client, &office, &ticket, &paper, Before::Kept).await {
            Ok(()) => return Outcome::Printed(ticket, paper.printer.paper().await),
            Err(error) if attempts >= PRINT_ATTEMPTS => return Outcome::NotPrinted(ticket, error),
            Err(_) => tokio::time::sleep(PRINT_PAUSE).await,
        }
        attempts += 1;
    }
}

fn pause(error: &Error, attempts: u32) -> Duration {
    let asked = match retry::judge(error) {
        Verdict::Again(asked) => asked.unwrap_or_default(),
        Verdict::Final => Duration::ZERO,
    };
    asked + retry::pause(attempts, retry::random())
}

async fn when(job: Option<&mut Job>) -> Outcome {
    match job {
        Some(job) => job.await,
        None => pending().await,
    }
}

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => pending().await,
    }
}
