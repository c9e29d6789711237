//! Whether the other side of a live connection may go on watching.

/// Asked with every ping, and when a session was ended.
pub(super) struct Guard {
    /// What is watched, as in the metrics.
    pub topic: &'static str,
    /// Who is told first.
    pub rank: Rank,
    still: Option<Box<dyn Fn() -> bool + Send>>,
}

/// Who is told first when there is something to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rank {
    /// A clerk's or a supervisor's page.
    Console,
    /// A lobby screen or a loudspeaker.
    Screen,
    /// A citizen's phone.
    Phone,
}

impl Guard {
    /// Everybody may.
    pub(super) fn open(topic: &'static str, rank: Rank) -> Self {
        Self { topic, rank, still: None }
    }

    /// Those may who are still signed in.
    pub(super) fn staff(topic: &'static str, still: impl Fn() -> bool + Send + 'static) -> Self {
        Self { topic, rank: Rank::Console, still: Some(Box::new(still)) }
    }

    /// Whether it may go on.
    pub(super) fn holds(&self) -> bool {
        self.still.as_ref().is_none_or(|still| still())
    }
}
