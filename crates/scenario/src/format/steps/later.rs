//! Verbs that the language has and the simulator does not: each answers "not yet", and says what to
//! do instead.

/// A verb that is not obeyed yet.
pub(crate) struct Later {
    /// The verb, of one or two words.
    pub(crate) verb: &'static str,
    /// What is missing.
    pub(crate) what: &'static str,
    /// What to do instead.
    pub(crate) instead: &'static str,
}

const fn later(verb: &'static str, what: &'static str, instead: &'static str) -> Later {
    Later { verb, what, instead }
}

const LESSONS: &str = "exercises are not modelled";
const LESSONS_FIX: &str = "`say`, `ask` and `expect` work; leave this line out";

/// The verbs.
pub(crate) const LATER: &[Later] = &[
    later(
        "expire",
        "ZooKeeper sessions are not modelled",
        "`pause` or `cut` the broker for longer than `broker.session.timeout.ms`",
    ),
    later("rule", "guards cannot be switched off", "leave this line out"),
    later("mode", "model mode is not there", "leave this line out"),
    later("task", LESSONS, LESSONS_FIX),
    later("allow", LESSONS, LESSONS_FIX),
    later("budget", LESSONS, LESSONS_FIX),
    later("check", LESSONS, LESSONS_FIX),
    later("hint", LESSONS, LESSONS_FIX),
    later("solution", LESSONS, LESSONS_FIX),
    later("secret", LESSONS, LESSONS_FIX),
];

/// The row of a verb.
pub(crate) fn verb(text: &str) -> Option<&'static Later> {
    LATER.iter().find(|row| row.verb == text)
}
