//! Following one request: what led to it and to its answer, and what the answer led to.
//!
//! Uses: `rank`, `stretch`.

use epochscope_vocabulary::{EventId, RequestId, SortedMap, SortedSet};

use super::rank::Rank;
use super::stretch::{Sending, Stretch};

/// As many messages one behind the other as are followed back.
const DEPTH: u32 = 8;

/// The sendings of the chain of a request, as events; none when it is not in the stretch.
pub(super) fn of(stretch: &Stretch, request: RequestId) -> Option<SortedSet<EventId>> {
    let of_request = |sending: &&Sending| sending.key.request == request;
    let mut own = stretch.sendings.iter().filter(of_request).peekable();
    own.peek()?;
    let all: SortedMap<EventId, Rank> =
        stretch.sendings.iter().map(|sending| (sending.event, sending.rank)).collect();
    let mut chain = SortedSet::new();
    for half in own.clone() {
        back(stretch, half.event, &all, &mut chain);
    }
    for answer in own.filter(|half| half.key.is_response) {
        on(stretch, answer.event, &all, &mut chain);
    }
    Some(chain)
}

/// Adds a sending and those that led to it.
fn back(
    stretch: &Stretch,
    from: EventId,
    sendings: &SortedMap<EventId, Rank>,
    chain: &mut SortedSet<EventId>,
) {
    let mut seen = SortedSet::new();
    let mut left = vec![(from, DEPTH)];
    while let Some((event, depth)) = left.pop() {
        if !seen.insert(event) {
            continue;
        }
        let rank = sendings.get(&event).copied();
        // A round without news has led to nothing but the next one.
        if rank == Some(0) && event != from {
            continue;
        }
        let is_sending = rank.is_some();
        if is_sending {
            chain.insert(event);
        }
        let depth = if is_sending { depth.checked_sub(1) } else { Some(depth) };
        if let (Some(depth), Ok(index)) =
            (depth, stretch.causes.binary_search_by_key(&event, |(id, _)| *id))
        {
            left.extend(stretch.causes[index].1.iter().map(|cause| (cause, depth)));
        }
    }
}

/// Adds the sendings that an answer led to with no other message between them.
fn on(
    stretch: &Stretch,
    answer: EventId,
    sendings: &SortedMap<EventId, Rank>,
    chain: &mut SortedSet<EventId>,
) {
    let mut reached = SortedSet::new();
    reached.insert(answer);
    let after = stretch.causes.partition_point(|(event, _)| *event <= answer);
    for (event, causes) in &stretch.causes[after..] {
        if causes.iter().any(|cause| reached.contains(&cause)) {
            if sendings.get(event).is_some() {
                chain.insert(*event);
            } else {
                reached.insert(*event);
            }
        }
    }
}
