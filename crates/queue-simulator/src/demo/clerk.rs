//! A virtual clerk: looks at the counter, does the natural next act, looks again.
//!
//! Invariant: the clerk keeps no picture of the hall of its own, so that whatever a person does to the counter, or
//! an error, is answered by the next look.

use std::time::Duration;

use queue_client::client::{Act, Client};
use queue_client::error::Error;
use queue_client::key::Key;
use queue_wire::counter::{Counter, CounterState};
use queue_wire::ticket::{RatingRequest, TicketState};
use rand::RngExt;
use rand::rngs::StdRng;

use crate::demo::pace;
use crate::staff::{Login, Session};

/// Of the called so many do not come.
const NO_SHOWS: f64 = 0.05;
/// Of the served so many wait for a signature.
const PARKED: f64 = 0.07;
/// Of the served so many are sent on to another service.
const SENT_ON: f64 = 0.03;
/// Of the served so many rate the visit.
const RATERS: f64 = 0.35;
/// Before a call so many take a break.
const BREAKS: f64 = 0.02;
/// Somebody else sits there: look again after this.
const TAKEN: Duration = Duration::from_secs(20);
/// The clerk is sure that nobody comes after this, where the office sets no time.
const ABSENT_SOONEST: Duration = Duration::from_secs(20);

/// A virtual clerk before it has a session.
pub(crate) struct Clerk {
    pub(crate) public: Client,
    pub(crate) office: String,
    pub(crate) counter: u32,
    pub(crate) counters: Vec<u32>,
    pub(crate) services: Vec<String>,
    pub(crate) absent_after: Duration,
    pub(crate) generator: StdRng,
}

/// What the clerk does next.
#[derive(Debug, PartialEq)]
struct Plan {
    after: Duration,
    act: Act,
}

impl Clerk {
    /// Works at the counter for ever.
    pub(crate) async fn work(mut self, login: Login) {
        let mut session = Session::new(self.public.clone(), login);
        let mut recalled: Option<String> = None;
        loop {
            let client = match session.client().await {
                Ok(client) => client,
                Err(error) => {
                    tracing::debug!(%error, counter = self.counter, "demo: a virtual clerk cannot sign in");
                    tokio::time::sleep(pace::AFTER_ERROR).await;
                    continue;
                }
            };
            match self.turn(&client, &mut recalled).await {
                Ok(()) => {}
                Err(error) => {
                    session.after(&error);
                    if error.code() == Some("at-another-counter") {
                        self.go_to_own_counter(&client).await;
                    }
                    tracing::debug!(%error, counter = self.counter, "demo: a virtual clerk was refused");
                    let taken = error.code() == Some("counter-taken");
                    tokio::time::sleep(if taken { TAKEN } else { pace::AFTER_ERROR }).await;
                }
            }
        }
    }

    /// An earlier demo, or an older layout, may have left the clerk at another counter.
    async fn go_to_own_counter(&mut self, client: &Client) {
        let Ok(session) = client.session().await else { return };
        for &id in &self.counters {
            let own = client
                .counter(&self.office, id)
                .await
                .is_ok_and(|it| it.clerk.as_ref() == Some(&session.user));
            if own {
                self.counter = id;
                return;
            }
        }
    }

    /// One look and one act.
    async fn turn(&mut self, client: &Client, recalled: &mut Option<String>) -> Result<(), Error> {
        let before = client.counter(&self.office, self.counter).await?;
        let plan = self.plan(&before, recalled);
        tokio::time::sleep(plan.after).await;
        client.act(&self.office, self.counter, &plan.act, &Key::fresh()?).await?;
        let served = matches!(plan.act, Act::Finish { .. } | Act::CallNext);
        if let Some(ticket) = before.ticket.filter(|_| served && self.generator.random_bool(RATERS)) {
            let rating = RatingRequest { score: pace::score(&mut self.generator), comment: None };
            self.public.rate(&self.office, &ticket.id, &rating, &Key::fresh()?).await?;
        }
        Ok(())
    }

    /// The natural next act at `counter`, and after how long.
    fn plan(&mut self, counter: &Counter, recalled: &mut Option<String>) -> Plan {
        let generator = &mut self.generator;
        match (counter.state, &counter.ticket) {
            (CounterState::Closed, _) => Plan { after: pace::seconds(0.0, 0.5, generator), act: Act::Open },
            (CounterState::Paused, None) => {
                Plan { after: pace::seconds(30.0, 60.0, generator), act: Act::Open }
            }
            (CounterState::Open, None) if counter.waiting == 0 => {
                Plan { after: pace::seconds(3.0, 6.0, generator), act: Act::CallNext }
            }
            (CounterState::Open, None) if generator.random_bool(BREAKS) => Plan {
                after: pace::seconds(1.0, 2.0, generator),
                act: Act::Pause { reason: "nghỉ giải lao".to_owned() },
            },
            (CounterState::Open, None) => {
                Plan { after: pace::seconds(0.5, 3.0, generator), act: Act::CallNext }
            }
            (CounterState::Open | CounterState::Paused, Some(ticket))
                if ticket.state == TicketState::Called =>
            {
                if recalled.as_ref() == Some(&ticket.id) {
                    let after = (self.absent_after + Duration::from_secs(1)).max(ABSENT_SOONEST);
                    Plan { after, act: Act::Absent }
                } else if generator.random_bool(NO_SHOWS) {
                    *recalled = Some(ticket.id.clone());
                    Plan { after: pace::seconds(12.0, 20.0, generator), act: Act::Recall }
                } else {
                    Plan { after: pace::seconds(3.0, 10.0, generator), act: Act::Start }
                }
            }
            (CounterState::Open | CounterState::Paused, Some(ticket)) => {
                let after = pace::seconds(20.0, 90.0, generator);
                Plan { after, act: self.ending(&ticket.service) }
            }
        }
    }

    fn ending(&mut self, service: &str) -> Act {
        let generator = &mut self.generator;
        if generator.random_bool(PARKED) {
            return Act::Park { reason: "chờ trình ký".to_owned() };
        }
        let others: Vec<_> = self.services.iter().filter(|other| *other != service).collect();
        if !others.is_empty() && generator.random_bool(SENT_ON) {
            return Act::TransferToService(others[generator.random_range(0..others.len())].clone());
        }
        if generator.random_bool(0.5) {
            Act::CallNext
        } else {
            Act::Finish { outcome: Some("done".to_owned()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    fn clerk(seed: u64) -> Clerk {
        Clerk {
            public: Client::new("http://127.0.0.1:9").expect("an address"),
            office: "o".to_owned(),
            counter: 1,
            counters: vec![1],
            services: vec!["a".to_owned(), "b".to_owned()],
            absent_after: Duration::from_secs(60),
            generator: StdRng::seed_from_u64(seed),
        }
    }

    fn counter(state: &str, ticket: Option<&str>, waiting: u64) -> Counter {
        let ticket = ticket.map(|state| {
            serde_json::json!({"id":"t","number":"A001","service":"a","then":[],"class":"normal","asked":null,
                "lang":"vi","state":state,"ready":false,"dossiers":1,"assist":false,"issued_at":"x","ahead":null,
                "wait":null,"counter":1,"called_at":"x","rated":false,"url":"/t/t"})
        });
        serde_json::from_value(
            serde_json::json!({"id":1,"state":state,"clerk":null,"ticket":ticket,"waiting":waiting,
            "lines":[],"pause_reason":null,"since":"x","ticket_since":null,"absent_from":null,"why":null}),
        )
        .expect("a counter")
    }

    /// Of a thousand clerks before the same counter, how many do each act.
    fn acts(counter: &Counter) -> std::collections::BTreeMap<String, usize> {
        let mut acts = std::collections::BTreeMap::new();
        for seed in 0..1000 {
            let plan = clerk(seed).plan(counter, &mut None);
            let act = format!("{:?}", plan.act);
            let name = act.split(['{', '(', ' ']).next().unwrap_or_default().to_owned();
            *acts.entry(name).or_insert(0) += 1;
        }
        acts
    }

    #[test]
    fn the_natural_next_act_by_what_the_counter_shows() {
        let table: [(&str, Option<&str>, u64, &[&str]); 6] = [
            ("closed", None, 5, &["Open"]),
            ("paused", None, 5, &["Open"]),
            ("open", None, 0, &["CallNext"]),
            ("open", None, 5, &["CallNext", "Pause"]),
            ("open", Some("called"), 5, &["Recall", "Start"]),
            ("open", Some("serving"), 5, &["CallNext", "Finish", "Park", "TransferToService"]),
        ];
        for (state, ticket, waiting, expected) in table {
            let acts = acts(&counter(state, ticket, waiting));
            assert_eq!(acts.keys().collect::<Vec<_>>(), expected, "{state} {ticket:?} {waiting}");
        }
    }

    #[test]
    fn a_recalled_citizen_who_does_not_come_is_absent_after_the_office_s_time() {
        let plan = clerk(1).plan(&counter("open", Some("called"), 5), &mut Some("t".to_owned()));
        assert_eq!(plan, Plan { after: Duration::from_secs(61), act: Act::Absent });
    }

    #[test]
    fn service_takes_twenty_to_ninety_seconds() {
        for seed in 0..200 {
            let after = clerk(seed).plan(&counter("open", Some("serving"), 5), &mut None).after.as_secs_f64();
            assert!((20.0..90.0).contains(&after), "{after}");
        }
    }
}
