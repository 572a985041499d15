//! Which brokers live: sessions, fencing, and when a broker that wants to stop may do so.
//!
//! A session belongs to a broker *epoch*, fenced or not: a broker that restarts within the session
//! of its former self is refused. All of this is memory of the active controller; after a fail-over
//! every broker counts as just heard from.
//!
//! Source: Kafka `BrokerHeartbeatManager`, `BrokerHeartbeatTracker` (4.0 and later); KIP-631.
//! Uses: `striped_replica_placer`, for its word of fencing.

use epochscope_vocabulary::rpc::{BrokerControlState, Wish};
use epochscope_vocabulary::{BrokerEpoch, BrokerId, Offset, SimDuration, SimTime, SortedMap};

use super::striped_replica_placer::Fencing;

/// What the controller remembers of one registered broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokerHeartbeatState {
    /// Whether it is ruled out. A broker can be so while it is still shutting down.
    pub fencing: Fencing,
    /// How far it has read the metadata log; absent before it has said so.
    pub metadata_offset: Option<Offset>,
    /// Set while it is being relieved of its leaderships: the end of the metadata that does so.
    /// It may stop when all active brokers have read that far.
    pub controlled_shutdown_offset: Option<Offset>,
}

/// What a heartbeat asks for; a broker that stops before it was ever unfenced asks for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wishes {
    /// `WantFence`.
    pub want_fence: bool,
    /// `WantShutDown`.
    pub want_shut_down: bool,
}

/// Whether a broker leads any partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaderships {
    /// One or more.
    Some,
    /// None.
    None,
}

/// A heartbeat, and what the controller knows of its sender from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokerHeartbeat {
    /// The sender.
    pub broker: BrokerId,
    /// What it asks for.
    pub wishes: Wishes,
    /// How far it has read the metadata log; absent before its first record.
    pub current_metadata_offset: Option<Offset>,
    /// Where its own registration lies in the metadata log.
    pub register_record_offset: Offset,
    /// Whether it leads anything.
    pub leaderships: Leaderships,
}

/// The registered brokers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrokerHeartbeatManager {
    brokers: SortedMap<BrokerId, BrokerHeartbeatState>,
}

/// When each broker epoch was last heard from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerHeartbeatTracker {
    session_timeout: SimDuration,
    contact_times: SortedMap<(BrokerId, BrokerEpoch), SimTime>,
}

impl From<Wish> for Wishes {
    fn from(wish: Wish) -> Self {
        match wish {
            Wish::Fence => Self { want_fence: true, want_shut_down: false },
            Wish::Unfence => Self { want_fence: false, want_shut_down: false },
            Wish::ShutDown => Self { want_fence: false, want_shut_down: true },
        }
    }
}

impl BrokerHeartbeatState {
    /// The state as the broker is told of it.
    #[must_use]
    pub const fn state(&self) -> BrokerControlState {
        match (self.controlled_shutdown_offset, self.fencing) {
            (Some(_), _) => BrokerControlState::ControlledShutdown,
            (None, Fencing::Fenced) => BrokerControlState::Fenced,
            (None, Fencing::Unfenced) => BrokerControlState::Unfenced,
        }
    }

    /// Whether it is neither fenced nor shutting down.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        match self.state() {
            BrokerControlState::Unfenced => true,
            BrokerControlState::Fenced
            | BrokerControlState::ControlledShutdown
            | BrokerControlState::ShutdownNow => false,
        }
    }
}

impl BrokerHeartbeatManager {
    /// No brokers yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Every registered broker, in order of the ids.
    pub fn brokers(&self) -> impl Iterator<Item = (BrokerId, BrokerHeartbeatState)> + '_ {
        self.brokers.iter().map(|(broker, state)| (*broker, *state))
    }

    /// One broker, if it is registered.
    #[must_use]
    pub fn broker(&self, broker: BrokerId) -> Option<BrokerHeartbeatState> {
        self.brokers.get(&broker).copied()
    }

    /// The brokers that can be given replicas: all that are not shutting down.
    pub fn usable_brokers(&self) -> impl Iterator<Item = (BrokerId, Fencing)> + '_ {
        let usable = self.brokers().filter(|(_, state)| state.controlled_shutdown_offset.is_none());
        usable.map(|(broker, state)| (broker, state.fencing))
    }

    /// The lowest metadata offset among active brokers: the outer absence means that none is
    /// active, the inner one that an active broker has not said how far it is.
    #[must_use]
    pub fn lowest_active_offset(&self) -> Option<Option<Offset>> {
        self.brokers().filter(|(_, state)| state.is_active()).map(|(_, s)| s.metadata_offset).min()
    }

    /// Takes note of a registration, or of a change to one.
    pub fn register(&mut self, broker: BrokerId, fencing: Fencing) {
        let fresh = BrokerHeartbeatState {
            fencing,
            metadata_offset: None,
            controlled_shutdown_offset: None,
        };
        let state = *self.brokers.entry(broker).or_insert(fresh);
        // Surprising but so: what is known is kept only when the fencing changes.
        let metadata_offset = if state.fencing == fencing { None } else { state.metadata_offset };
        self.touch(broker, fencing, metadata_offset);
    }

    /// Takes note of a heartbeat. A fenced broker is no longer shutting down.
    ///
    /// # Panics
    /// If the broker is not registered.
    pub fn touch(&mut self, broker: BrokerId, fencing: Fencing, metadata_offset: Option<Offset>) {
        let state = self.registered(broker);
        state.fencing = fencing;
        state.metadata_offset = metadata_offset;
        match fencing {
            Fencing::Fenced => state.controlled_shutdown_offset = None,
            Fencing::Unfenced => {}
        }
    }

    /// Rules a broker out. One that is shutting down goes on doing so; an unknown one is ignored.
    pub fn fence(&mut self, broker: BrokerId) {
        if let Some(state) = self.brokers.get_mut(&broker) {
            state.fencing = Fencing::Fenced;
        }
    }

    /// Forgets a broker.
    pub fn remove(&mut self, broker: BrokerId) {
        self.brokers.remove(&broker);
    }

    /// Begins a controlled shutdown that ends when all active brokers have read up to `offset`.
    /// The first such offset stays.
    ///
    /// # Panics
    /// If the broker is not registered, or is fenced.
    pub fn maybe_update_controlled_shutdown_offset(&mut self, broker: BrokerId, offset: Offset) {
        let state = self.registered(broker);
        assert!(state.fencing == Fencing::Unfenced, "fenced broker {broker} cannot shut down");
        state.controlled_shutdown_offset.get_or_insert(offset);
    }

    /// What a heartbeat makes of its sender. Nothing changes yet.
    ///
    /// # Panics
    /// If the broker is not registered.
    #[must_use]
    pub fn calculate_next_broker_state(&self, heartbeat: &BrokerHeartbeat) -> BrokerControlState {
        let known = self.broker(heartbeat.broker);
        assert!(known.is_some(), "broker {} is not registered", heartbeat.broker);
        let Wishes { want_fence, want_shut_down } = heartbeat.wishes;
        let Some(state) = known else {
            return BrokerControlState::Fenced;
        };
        match (state.controlled_shutdown_offset, state.fencing) {
            (Some(offset), _) => self.next_while_shutting_down(offset, heartbeat.leaderships),
            (None, Fencing::Fenced) => {
                let registered = Some(heartbeat.register_record_offset);
                if want_shut_down {
                    BrokerControlState::ShutdownNow
                } else if !want_fence && heartbeat.current_metadata_offset >= registered {
                    BrokerControlState::Unfenced
                } else {
                    BrokerControlState::Fenced
                }
            }
            (None, Fencing::Unfenced) => {
                match (want_fence, want_shut_down, heartbeat.leaderships) {
                    (true, true, _) | (false, true, Leaderships::None) => {
                        BrokerControlState::ShutdownNow
                    }
                    (false, true, Leaderships::Some) => BrokerControlState::ControlledShutdown,
                    (true, false, _) => BrokerControlState::Fenced,
                    (false, false, _) => BrokerControlState::Unfenced,
                }
            }
        }
    }

    /// A broker stays while it leads something, and until all others have learned that it does not.
    fn next_while_shutting_down(
        &self,
        offset: Offset,
        leaderships: Leaderships,
    ) -> BrokerControlState {
        let all_have_read = self.lowest_active_offset().is_none_or(|lowest| lowest >= Some(offset));
        match leaderships {
            Leaderships::None if all_have_read => BrokerControlState::ShutdownNow,
            Leaderships::None | Leaderships::Some => BrokerControlState::ControlledShutdown,
        }
    }

    fn registered(&mut self, broker: BrokerId) -> &mut BrokerHeartbeatState {
        let fresh = BrokerHeartbeatState {
            fencing: Fencing::Fenced,
            metadata_offset: None,
            controlled_shutdown_offset: None,
        };
        assert!(self.brokers.contains_key(&broker), "broker {broker} is not registered");
        self.brokers.entry(broker).or_insert(fresh)
    }
}

impl BrokerHeartbeatTracker {
    /// Nobody was heard from yet.
    #[must_use]
    pub const fn new(session_timeout: SimDuration) -> Self {
        Self { session_timeout, contact_times: SortedMap::new() }
    }

    /// Takes note that a broker was heard from.
    pub fn touch(&mut self, broker: BrokerId, broker_epoch: BrokerEpoch, now: SimTime) {
        self.contact_times.insert((broker, broker_epoch), now);
    }

    /// Whether a broker was heard from within the session timeout.
    #[must_use]
    pub fn has_valid_session(
        &self,
        broker: BrokerId,
        broker_epoch: BrokerEpoch,
        now: SimTime,
    ) -> bool {
        let contact = self.contact_times.get(&(broker, broker_epoch));
        contact.is_some_and(|contact| now.since(*contact) <= self.session_timeout)
    }

    /// Takes one broker whose session is over off the list, the lowest id first, and gives it back.
    pub fn maybe_remove_expired(&mut self, now: SimTime) -> Option<(BrokerId, BrokerEpoch)> {
        let over = |contact: &SimTime| now.since(*contact) > self.session_timeout;
        let (expired, _) = self.contact_times.iter().find(|(_, contact)| over(contact))?;
        let expired = *expired;
        self.contact_times.remove(&expired);
        Some(expired)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use BrokerControlState::{ControlledShutdown, ShutdownNow};
    use expect_test::expect;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const REGISTERED_AT: Offset = Offset(100);

    /// Brokers 0 to 3 are active at these metadata offsets, 4 shuts down from 99 on, 5 is fenced.
    fn manager() -> BrokerHeartbeatManager {
        let mut manager = BrokerHeartbeatManager::new();
        for (broker, offset) in (0..).map(BrokerId).zip([98, 100, 100, 99, 99, 100]) {
            manager.register(broker, Fencing::Fenced);
            let fencing = if broker.0 == 5 { Fencing::Fenced } else { Fencing::Unfenced };
            manager.touch(broker, fencing, Some(Offset(offset)));
        }
        manager.maybe_update_controlled_shutdown_offset(BrokerId(4), Offset(99));
        manager
    }

    fn next(
        manager: &BrokerHeartbeatManager,
        broker: u32,
        (want_fence, want_shut_down): (bool, bool),
        offset: u64,
        leaderships: Leaderships,
    ) -> BrokerControlState {
        manager.calculate_next_broker_state(&BrokerHeartbeat {
            broker: BrokerId(broker),
            wishes: Wishes { want_fence, want_shut_down },
            current_metadata_offset: Some(Offset(offset)),
            register_record_offset: REGISTERED_AT,
            leaderships,
        })
    }

    #[test]
    fn a_heartbeat_moves_a_broker_as_it_wishes_and_may() {
        let mut table = String::new();
        let wishes = [
            ("unfence", (false, false)),
            ("fence", (true, false)),
            ("shut down", (false, true)),
            ("both", (true, true)),
        ];
        for (name, broker, offset) in
            [("fenced", 5, 100), ("fenced, behind", 5, 99), ("unfenced", 1, 100)]
        {
            for (wish, wants) in wishes {
                let [some, none] = [Leaderships::Some, Leaderships::None]
                    .map(|leaderships| next(&manager(), broker, wants, offset, leaderships));
                table += &format!("{name:<15} {wish:<10} {some:?}");
                table += &if some == none {
                    "\n".into()
                } else {
                    format!(", leading nothing {none:?}\n")
                };
            }
        }
        expect![[r#"
            fenced          unfence    Unfenced
            fenced          fence      Fenced
            fenced          shut down  ShutdownNow
            fenced          both       ShutdownNow
            fenced, behind  unfence    Fenced
            fenced, behind  fence      Fenced
            fenced, behind  shut down  ShutdownNow
            fenced, behind  both       ShutdownNow
            unfenced        unfence    Unfenced
            unfenced        fence      Fenced
            unfenced        shut down  ControlledShutdown, leading nothing ShutdownNow
            unfenced        both       ShutdownNow
        "#]]
        .assert_eq(&table);
    }

    #[test]
    fn a_broker_stops_when_it_leads_nothing_and_all_others_know() {
        let mut manager = manager();
        let state = |manager: &BrokerHeartbeatManager, leaderships| {
            next(manager, 4, (false, true), 101, leaderships)
        };
        assert_eq!(state(&manager, Leaderships::Some), ControlledShutdown);
        assert_eq!(state(&manager, Leaderships::None), ControlledShutdown, "broker 0 is at 98");
        manager.touch(BrokerId(0), Fencing::Unfenced, Some(Offset(99)));
        assert_eq!(state(&manager, Leaderships::Some), ControlledShutdown);
        assert_eq!(state(&manager, Leaderships::None), ShutdownNow);
    }

    #[test]
    fn the_first_controlled_shutdown_offset_stays() {
        let mut manager = manager();
        manager.maybe_update_controlled_shutdown_offset(BrokerId(4), Offset(200));
        let offset = manager.broker(BrokerId(4)).and_then(|b| b.controlled_shutdown_offset);
        assert_eq!(offset, Some(Offset(99)));
    }

    #[test]
    fn a_heartbeat_that_fences_ends_the_controlled_shutdown_fencing_alone_does_not() {
        let shutting_down = |change: fn(&mut BrokerHeartbeatManager)| {
            let mut manager = manager();
            change(&mut manager);
            manager.broker(BrokerId(4)).map(|broker| broker.state())
        };
        let touched = shutting_down(|m| m.touch(BrokerId(4), Fencing::Fenced, None));
        assert_eq!(touched, Some(BrokerControlState::Fenced));
        assert_eq!(shutting_down(|m| m.fence(BrokerId(4))), Some(ControlledShutdown));
    }

    #[test]
    fn brokers_that_shut_down_get_no_replicas_fenced_ones_do() {
        let usable: Vec<u32> = manager().usable_brokers().map(|(broker, _)| broker.0).collect();
        assert_eq!(usable, [0, 1, 2, 3, 5]);
    }

    #[test]
    fn registering_anew_forgets_the_metadata_offset_unless_the_fencing_changes() {
        let mut manager = manager();
        manager.register(BrokerId(1), Fencing::Unfenced);
        assert_eq!(
            manager.lowest_active_offset(),
            Some(None),
            "broker 1 has not said how far it is"
        );
        manager.register(BrokerId(0), Fencing::Fenced);
        let kept = manager.broker(BrokerId(0)).and_then(|broker| broker.metadata_offset);
        assert_eq!(kept, Some(Offset(98)));
    }

    #[test]
    fn no_active_broker_has_no_lowest_offset() {
        let mut manager = manager();
        (0..4).for_each(|broker| manager.fence(BrokerId(broker)));
        assert_eq!(manager.lowest_active_offset(), None);
        assert_eq!(next(&manager, 4, (false, true), 101, Leaderships::None), ShutdownNow);
    }

    #[test]
    fn a_session_lasts_as_long_as_its_timeout_and_belongs_to_an_epoch() {
        let at = |ms| SimTime::ZERO + SimDuration::from_ms(ms);
        let mut tracker = BrokerHeartbeatTracker::new(SimDuration::from_ms(9_000));
        let (one, two) = ((BrokerId(1), BrokerEpoch(7)), (BrokerId(2), BrokerEpoch(8)));
        tracker.touch(one.0, one.1, at(1_000));
        tracker.touch(two.0, two.1, at(0));
        assert!(tracker.has_valid_session(one.0, one.1, at(10_000)));
        assert!(!tracker.has_valid_session(one.0, one.1, at(10_001)));
        assert!(!tracker.has_valid_session(one.0, BrokerEpoch(9), at(1_000)));
        assert_eq!(tracker.maybe_remove_expired(at(9_000)), None);
        assert_eq!(tracker.maybe_remove_expired(at(10_001)), Some(one));
        assert_eq!(tracker.maybe_remove_expired(at(10_001)), Some(two));
        assert_eq!(tracker.maybe_remove_expired(at(10_001)), None);
    }
}
