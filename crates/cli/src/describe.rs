//! `describe`: what `kafka-topics.sh --describe` would print.

use epochscope_vocabulary::ErrorCode;

use crate::arguments::DescribeOptions;
use crate::input;
use crate::moment::play_to;
use crate::output;
use crate::problem::{Outcome, Problem, Verdict};
use crate::progress::Progress;

/// Describes the topics at a moment, as the controllers have decided.
pub(crate) fn command(options: &DescribeOptions, progress: Progress) -> Outcome {
    let script = input::script(&options.file)?;
    let execution = play_to(&script, &options.at, progress)?;
    let cluster = execution.cluster();
    let answer = cluster.describe(options.topic.as_deref());
    if answer.error != ErrorCode::None {
        let mut known: Vec<&str> =
            cluster.image().topics_by_name().map(|topic| &*topic.name).collect();
        known.truncate(20);
        let fix = match known.as_slice() {
            [] => "there is none at all".to_owned(),
            known => format!("there are: {}", known.join(", ")),
        };
        let name = options.topic.as_deref().unwrap_or_default();
        let what = format!("there is no topic `{name}` at this moment");
        return Err(Problem::new(&script.name, &what, &fix));
    }
    output::print(&answer.text)?;
    Ok(Verdict::Fine)
}
