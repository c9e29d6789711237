//! Is there an order of the operations, each within its own time, in which the model gives every answer that was seen?
//!
//! Wing and Gong's search ("Testing and Verifying Concurrent Objects", 1993) with Lowe's memory of the places where it
//! was before. Operations whose answer was lost are optional: they happened somewhere in their time, or never.
//! An operation that changes nothing is taken as soon as it fits, which is no loss: whatever comes after it in a right
//! order may come after it here too.
//!
//! Each operation may carry advice, such as its place in the server's own journal: what is advised is tried first. Wrong
//! advice costs time and never changes a verdict, since an order is only believed when the model gives every answer.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Places looked at before the search gives up without a verdict.
const PLACES_MAX: usize = 20_000;

/// A machine that does one thing at a time.
pub(crate) trait Model {
    /// What it remembers.
    type State: Clone + Eq + Hash;
    /// What is asked of it, with the answer that was seen.
    type Op;

    /// Before the first operation.
    fn start(&self) -> Self::State;

    /// The states in which the operation may leave the machine, if it gives the answer that was seen; of an
    /// operation whose answer was lost: every state it may lead to.
    fn step(&self, state: &Self::State, op: &Self::Op) -> Vec<Self::State>;
}

/// An operation in its time.
#[derive(Clone, Debug)]
pub(crate) struct Event<O> {
    /// What was asked and answered.
    pub(crate) op: O,
    /// When it was asked, in nanoseconds.
    pub(crate) from: u64,
    /// When it was answered; of an optional one: since when it cannot happen any more.
    pub(crate) to: u64,
    /// Whether it may never have happened.
    pub(crate) optional: bool,
    /// The smallest is tried first.
    pub(crate) advice: u64,
}

/// What the search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// There is such an order.
    Fits,
    /// There is none. These operations stood next where the search came furthest, after so many.
    Broken {
        /// Operations in order before it stuck.
        after: usize,
        /// Indexes of those of which none fits.
        stuck: Vec<usize>,
    },
    /// Too many places.
    Undecided,
}

/// One place of the search: what is done, and what is still to be tried.
struct Place<S> {
    done: Vec<u64>,
    /// Operation and the state it leads to.
    tries: Vec<(usize, S)>,
}

/// Looks for an order. `events` may come in any order.
pub(crate) fn check<M: Model>(model: &M, mut events: Vec<Event<M::Op>>) -> Verdict {
    events.sort_by_key(|event| event.from);
    let search = Search { model, events: &events };
    let mut been: HashSet<u128> = HashSet::new();
    let mut furthest = (0, Vec::new());
    let start = vec![0; events.len().div_ceil(64)];
    let mut path = match search.settle(start, model.start()) {
        None => return Verdict::Fits,
        Some((place, stuck)) => {
            furthest.1 = stuck;
            vec![place]
        }
    };
    while let Some(place) = path.last_mut() {
        let Some((op, state)) = place.tries.pop() else {
            path.pop();
            continue;
        };
        let mut done = place.done.clone();
        mark(&mut done, op);
        if !been.insert(digest(&done, &state)) {
            continue;
        }
        if been.len() > PLACES_MAX {
            return Verdict::Undecided;
        }
        let Some((next, stuck)) = search.settle(done, state) else { return Verdict::Fits };
        let count = next.done.iter().map(|word| word.count_ones() as usize).sum();
        if count >= furthest.0 {
            furthest = (count, stuck);
        }
        path.push(next);
    }
    Verdict::Broken { after: furthest.0, stuck: furthest.1 }
}

struct Search<'m, M: Model> {
    model: &'m M,
    events: &'m [Event<M::Op>],
}

impl<M: Model> Search<'_, M> {
    /// Takes what changes nothing, then lists what may come next. `None`: all is done.
    fn settle(&self, mut done: Vec<u64>, state: M::State) -> Option<(Place<M::State>, Vec<usize>)> {
        loop {
            let (next, horizon) = self.next(&done);
            let horizon = horizon?;
            let mut tries = Vec::new();
            let mut settled = false;
            for &op in &next {
                let event = &self.events[op];
                let after = self.model.step(&state, &event.op);
                if !event.optional && after.contains(&state) {
                    mark(&mut done, op);
                    settled = true;
                } else {
                    tries.extend(after.into_iter().map(|after| (op, after)));
                }
            }
            if settled {
                continue;
            }
            // Tried from the end.
            tries.sort_by_key(|(op, _)| {
                let event = &self.events[*op];
                std::cmp::Reverse((event.advice, event.optional, event.to))
            });
            let blocking = &self.events[horizon];
            if blocking.optional {
                // Its time is over, so it did not happen: at once where nothing advises otherwise.
                let last = if blocking.advice == u64::MAX { tries.len() } else { 0 };
                tries.insert(last, (horizon, state.clone()));
            }
            return Some((Place { done, tries }, next));
        }
    }

    /// The operations that may come next: those asked before any other was answered; and the one answered first.
    fn next(&self, done: &[u64]) -> (Vec<usize>, Option<usize>) {
        let mut next = Vec::new();
        let mut horizon: Option<usize> = None;
        let first = done.iter().position(|word| *word != u64::MAX).map_or(0, |word| word * 64);
        for op in first..self.events.len() {
            if is_done(done, op) {
                continue;
            }
            let event = &self.events[op];
            if horizon.is_some_and(|earliest| event.from > self.events[earliest].to) {
                break;
            }
            next.push(op);
            if horizon.is_none_or(|earliest| event.to < self.events[earliest].to) {
                horizon = Some(op);
            }
        }
        (next, horizon)
    }
}

fn mark(done: &mut [u64], op: usize) {
    done[op / 64] |= 1 << (op % 64);
}

fn is_done(done: &[u64], op: usize) -> bool {
    done[op / 64] & (1 << (op % 64)) != 0
}

/// 128 bits, so that two places never look the same.
fn digest<S: Hash>(done: &[u64], state: &S) -> u128 {
    let half = |salt: u64| {
        let mut hasher = DefaultHasher::new();
        (salt, done, state).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(1) << 64 | half(2)
}
