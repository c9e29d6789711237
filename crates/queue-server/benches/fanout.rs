//! What it costs to tell a hall: the live hub against a bare loop of `send()` with the same bytes.
//!
//! ```text
//! cargo bench -p queue-server --bench fanout                          all tables
//! cargo bench -p queue-server --bench fanout -- cost                  CPU of a delivery, memory of a connection
//! cargo bench -p queue-server --bench fanout -- first | stall | again
//! cargo bench -p queue-server --bench fanout -- short                 all with few, to see that it runs
//! ```
//! The last line says which bars were missed, if any; the exit code is then 1.
//! Server, bare loop and readers are processes of their own (this program again); a process may have 20,000
//! sockets. An event is a call: one burst of call and board to each lobby screen, which counts as one delivery. The
//! next event waits until every reader has the one before; bare loop and server take turns, so that a slow moment
//! of the machine hits both alike. The server is the whole one, with its journal on disk; all of its CPU counts.
//! `QUEUE_BENCH_DIR` names the disk; the default is the folder for temporary files.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench stops where it cannot go on, and prints"
)]

use std::process::ExitCode;

#[path = "fanout/bare.rs"]
mod bare;
#[path = "../../queue-core/benches/shared/bars.rs"]
mod bars;
#[path = "fanout/part.rs"]
mod part;
#[path = "fanout/readers.rs"]
mod readers;
#[path = "fanout/serving.rs"]
mod serving;
#[path = "fanout/tables.rs"]
mod tables;

use bars::Bars;
use tables::{FULL, SHORT};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (mut bars, mut extent) = (Bars::judged(), &FULL);
    match words.as_slice() {
        ["serving", data, port] => {
            serving::run(data.as_ref(), port.parse().unwrap());
            return ExitCode::SUCCESS;
        }
        ["readers"] => {
            readers::run();
            return ExitCode::SUCCESS;
        }
        ["bare"] => {
            bare::run();
            return ExitCode::SUCCESS;
        }
        ["cost"] => tables::cost(extent, &mut bars),
        ["first"] => tables::first(extent),
        ["stall"] => tables::stall(extent, &mut bars),
        ["again"] => tables::again(extent, &mut bars),
        words => {
            if *words == ["short"] {
                (bars, extent) = (Bars::unjudged(), &SHORT);
            }
            tables::cost(extent, &mut bars);
            tables::first(extent);
            tables::stall(extent, &mut bars);
            tables::again(extent, &mut bars);
        }
    }
    bars.end()
}
