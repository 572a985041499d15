//! All that is said of a cluster, before it is put into any form.

use epochscope_vocabulary::BrokerId;
use epochscope_whatif::cluster::{BrokerState, Cluster, Place};
use epochscope_whatif::fate::{Fate, Harm, Tally};
use epochscope_whatif::leaders::Leaders;
use epochscope_whatif::losses::{Loss, Losses, Lost, fates, losses};
use epochscope_whatif::moves::Plan;
use epochscope_whatif::spread::Spread;
use epochscope_whatif::story::{brokers_of, name};

use super::options::WhatifOptions;
use super::read::{Input, some};
use crate::output;
use crate::problem::Problem;

/// All that is said.
pub(super) struct Report {
    pub(super) input: Input,
    pub(super) losses: Losses,
    pub(super) leaders: Leaders,
    pub(super) spread: Spread,
    pub(super) plan: Plan,
    /// The cluster afterwards: with the moves made, or as the file proposes.
    pub(super) after: Option<After>,
    /// What `--lose` asks about.
    pub(super) asked: Option<Asked>,
}

/// A cluster after a plan.
pub(super) struct After {
    pub(super) cluster: Cluster,
    pub(super) losses: Losses,
    pub(super) leaders: Leaders,
    pub(super) spread: Spread,
    /// What `--lose` asks about, of this cluster.
    pub(super) asked: Option<Asked>,
}

/// A loss that is asked about, with all that it harms.
pub(super) struct Asked {
    pub(super) loss: Loss,
    pub(super) harmed: Vec<(Place, Fate)>,
}

impl Report {
    /// Works everything out.
    pub(super) fn new(input: Input, options: &WhatifOptions) -> Result<Self, Problem> {
        let cluster = &input.cluster;
        let spread = Spread::of(cluster);
        let plan =
            if input.proposed.is_some() { Plan::default() } else { Plan::of(cluster, &spread) };
        let moved = (!plan.moves.is_empty()).then(|| plan.carried_out(cluster));
        let lose = options.lose.as_deref();
        let after = input.proposed.clone().or(moved);
        let after = after.map(|cluster| After::new(cluster, lose)).transpose()?;
        let (losses, leaders) = (losses(cluster), Leaders::of(cluster));
        let asked = lose.map(|nodes| asked(cluster, &losses, nodes)).transpose()?;
        Ok(Self { losses, leaders, spread, plan, after, asked, input })
    }

    pub(super) fn cluster(&self) -> &Cluster {
        &self.input.cluster
    }

    /// Whether racks are known.
    pub(super) fn knows_racks(&self) -> bool {
        !self.cluster().racks.is_empty()
    }

    /// Brokers that seem to be down.
    pub(super) fn down(&self) -> Vec<BrokerId> {
        let all = self.cluster().brokers.iter();
        all.filter(|broker| broker.state == BrokerState::Down).map(|broker| broker.id).collect()
    }

    /// The loss that a story tells: what is asked for, or else the worst rack, broker or pair that
    /// harms anything.
    pub(super) fn worst(&self) -> Option<&Loss> {
        let Losses { brokers, racks, broker_pairs, .. } = &self.losses;
        let asked = self.asked.as_ref().map(|asked| &asked.loss);
        asked.or_else(|| worst(racks)).or_else(|| worst(brokers)).or_else(|| worst(broker_pairs))
    }

    /// A few partitions by name.
    pub(super) fn named(&self, places: &[Place], most: usize) -> String {
        let shown = places[..places.len().min(most)].iter();
        let mut names: Vec<String> = shown.map(|place| self.cluster().name(*place)).collect();
        if places.len() > most {
            let more = places.len() - most;
            let last = names.pop().unwrap_or_default();
            names.push(format!("{last} and {more} more"));
        }
        names.join(", ")
    }

    /// A few partitions that a loss harms, of those that it harms most.
    pub(super) fn such_as(&self, loss: &Loss) -> String {
        let shown = loss.examples.iter().take(2).map(|place| self.cluster().name(*place));
        let shown = shown.collect::<Vec<_>>().join(", ");
        if loss.examples.len() > 2 { format!("{shown}, ...") } else { shown }
    }

    /// Tells what should be known of the input, on standard error.
    pub(super) fn remark(&self) {
        for note in &self.input.notes {
            let line = if note.line == 0 { String::new() } else { format!(":{}", note.line) };
            output::complain(&format!("{}{line}: warning: {}", self.input.name, note.text));
        }
    }
}

impl After {
    fn new(cluster: Cluster, lose: Option<&str>) -> Result<Self, Problem> {
        let losses = losses(&cluster);
        let asked = lose.map(|nodes| asked(&cluster, &losses, nodes)).transpose()?;
        let (leaders, spread) = (Leaders::of(&cluster), Spread::of(&cluster));
        Ok(Self { cluster, losses, leaders, spread, asked })
    }
}

/// The worst of some losses, the first of those that are alike; none if none harms anything.
pub(super) fn worst(losses: &[Loss]) -> Option<&Loss> {
    losses.iter().rev().filter(|loss| !loss.tally.is_zero()).max_by_key(|loss| loss.tally)
}

/// What `--lose` names, worked out.
fn asked(cluster: &Cluster, losses: &Losses, nodes: &str) -> Result<Asked, Problem> {
    let lost = lost(cluster, nodes)?;
    let Losses { brokers, racks, broker_pairs, rack_pairs, .. } = losses;
    let known = [brokers, racks, broker_pairs, rack_pairs].into_iter().flatten();
    let loss = known.clone().find(|loss| loss.lost == lost).cloned();
    let harmless = Loss { lost, tally: Tally::default(), only_together: 0, examples: Vec::new() };
    let loss = loss.unwrap_or(harmless);
    let all = fates(cluster, &brokers_of(cluster, lost)).into_iter();
    let mut harmed: Vec<(Place, Fate)> = all.filter(|(_, fate)| fate.is_harmed()).collect();
    let severity = |fate: Fate| Harm::ALL.iter().position(|harm| fate.has(*harm));
    harmed.sort_by_key(|(place, fate)| (severity(*fate), *place));
    Ok(Asked { loss, harmed })
}

fn lost(cluster: &Cluster, nodes: &str) -> Result<Lost, Problem> {
    let refuse =
        |what: String, fix: &str| Err(Problem::new("--lose", &format!("`{nodes}`: {what}"), fix));
    let rack = |word: &str| {
        let name = word.strip_prefix("rack:").unwrap_or(word);
        cluster.racks.iter().position(|rack| &**rack == name)
    };
    let broker = |word: &str| {
        let id = word.parse().ok().map(BrokerId)?;
        cluster.brokers.iter().any(|broker| broker.id == id).then_some(id)
    };
    let words: Vec<&str> = nodes.split(',').map(str::trim).collect();
    let of_racks = words.iter().all(|word| word.starts_with("rack:"));
    let found = match (words[..].as_ref(), of_racks) {
        ([one], true) => rack(one).map(Lost::Rack),
        ([one], false) => broker(one).map(Lost::Broker),
        ([one, other], true) => {
            rack(one).zip(rack(other)).map(|(a, b)| Lost::Racks(a.min(b), a.max(b)))
        }
        ([one, other], false) => {
            broker(one).zip(broker(other)).map(|(a, b)| Lost::Brokers(a.min(b), a.max(b)))
        }
        _ => return refuse("these are more than two".to_owned(), "name one or two"),
    };
    if let Some(found) = found {
        return Ok(found);
    }
    let known: Vec<String> = if of_racks {
        cluster.racks.iter().map(|rack| format!("rack:{rack}")).collect()
    } else {
        cluster.brokers.iter().map(|broker| broker.id.to_string()).collect()
    };
    if known.is_empty() {
        return refuse("no rack is known".to_owned(), "say with `--racks` who stands where");
    }
    refuse("there is no such node".to_owned(), &format!("there are: {}", some(&known, 20)))
}

/// A loss in words.
pub(super) fn loss_name(cluster: &Cluster, loss: &Loss) -> String {
    name(cluster, loss.lost)
}
