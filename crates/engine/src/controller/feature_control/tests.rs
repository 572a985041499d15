//! Who has to know a feature's level before it is finalised.

use epochscope_vocabulary::config::Settings;
use epochscope_vocabulary::{BrokerEpoch, BrokerId, DirectoryId, QuorumEpoch};
use expect_test::expect;

use super::*;
use crate::release::Release;

/// A controller of a release, with a metadata version and a registered broker of another release.
fn state(release: Release, level: u16, broker: Release) -> ControllerState {
    let mut state = ControllerState::new(Settings::default(), release.rules());
    let feature = METADATA_VERSION.into();
    let finalised = MetadataRecord::FeatureLevelRecord { feature, level };
    let registered = MetadataRecord::RegisterBrokerRecord {
        broker: BrokerId(1),
        incarnation: 0,
        broker_epoch: BrokerEpoch(1),
        rack: None,
        log_dirs: vec![DirectoryId::Named(1)],
        features: broker.rules().features,
    };
    for record in [finalised, registered] {
        state.replay(QuorumEpoch(1), &record);
    }
    state
}

fn asked(
    (release, at, broker): (Release, u16, Release),
    other: Release,
    (feature, level, upgrade): (&str, u16, UpgradeType),
) -> String {
    let controllers = [
        (ControllerId(101), release.rules().features),
        (ControllerId(102), other.rules().features),
    ];
    let updated =
        state(release, at, broker).update_feature(feature, (level, upgrade), &controllers);
    match updated {
        Ok(result) => format!("{} records", result.records.len()),
        Err(why) => format!("{} {}", why.error_code(), why.message()),
    }
}

#[test]
fn nothing_is_finalised_that_a_registered_process_does_not_know() {
    use Release::{V3_5, V3_6, V3_9, V4_1, V4_2};
    use UpgradeType::{SafeDowngrade, Upgrade};
    let elr = ELIGIBLE_LEADER_REPLICAS_VERSION;
    let mut table = String::new();
    for (cluster, other, change) in [
        ((V4_2, 27, V4_2), V4_2, (METADATA_VERSION, 29, Upgrade)),
        ((V4_1, 27, V4_2), V4_2, (METADATA_VERSION, 29, Upgrade)),
        ((V4_2, 27, V4_1), V4_2, (METADATA_VERSION, 29, Upgrade)),
        ((V4_2, 27, V4_2), V4_1, (METADATA_VERSION, 29, Upgrade)),
        // Controllers are not registered yet, so nobody knows.
        ((V3_9, 14, V3_9), V3_6, (METADATA_VERSION, 21, Upgrade)),
        // Before, connections said it.
        ((V3_6, 11, V3_6), V3_5, (METADATA_VERSION, 14, Upgrade)),
        ((V4_1, 27, V4_1), V4_1, (METADATA_VERSION, 27, Upgrade)),
        ((V4_1, 27, V4_1), V4_1, (METADATA_VERSION, 25, Upgrade)),
        ((V4_1, 27, V4_1), V4_1, (METADATA_VERSION, 25, SafeDowngrade)),
        ((V4_1, 27, V4_1), V4_1, (METADATA_VERSION, 22, SafeDowngrade)),
        ((V4_1, 25, V4_1), V4_1, (METADATA_VERSION, 27, SafeDowngrade)),
        ((V3_9, 21, V3_9), V3_9, (METADATA_VERSION, 3, Upgrade)),
        ((V4_1, 27, V4_1), V4_1, (METADATA_VERSION, 6, Upgrade)),
        ((V4_1, 27, V4_1), V4_1, (elr, 1, Upgrade)),
        ((V4_1, 27, V4_1), V4_1, (elr, 2, Upgrade)),
        ((V4_1, 22, V4_1), V4_1, (elr, 1, Upgrade)),
        ((V4_1, 21, V3_9), V4_1, (elr, 1, Upgrade)),
        ((V4_1, 21, V3_9), V4_1, (elr, 0, Upgrade)),
        ((V4_1, 27, V4_1), V4_1, ("share.version", 1, Upgrade)),
    ] {
        table.push_str(&asked(cluster, other, change));
        table.push('\n');
    }
    expect![[r#"
        1 records
        INVALID_UPDATE_VERSION Invalid update version 29 for feature metadata.version. Local controller 101 only supports versions 7-27
        INVALID_UPDATE_VERSION Invalid update version 29 for feature metadata.version. Broker 1 only supports versions 7-27
        INVALID_UPDATE_VERSION Invalid update version 29 for feature metadata.version. Controller 102 only supports versions 7-27
        1 records
        INVALID_UPDATE_VERSION Invalid update version 14 for feature metadata.version. Controller 102 only supports versions 1-11
        1 records
        INVALID_UPDATE_VERSION Invalid update version 25 for feature metadata.version. Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.
        1 records
        INVALID_UPDATE_VERSION Invalid update version 22 for feature metadata.version. Refusing to perform the requested downgrade because it might delete metadata information.
        INVALID_UPDATE_VERSION Invalid update version 27 for feature metadata.version. Can't downgrade to a newer version.
        INVALID_UPDATE_VERSION Invalid update version 3 for feature metadata.version. Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.
        INVALID_UPDATE_VERSION Invalid update version 6 for feature metadata.version. Local controller 101 only supports versions 7-27
        2 records
        INVALID_UPDATE_VERSION Invalid update version 2 for feature eligible.leader.replicas.version. Local controller 101 only supports versions 0-1
        INVALID_UPDATE_VERSION Invalid update version 1 for feature eligible.leader.replicas.version. eligible.leader.replicas.version could not be set to 1 because it depends on metadata.version=23 (4.0-IV1)
        INVALID_UPDATE_VERSION Invalid update version 1 for feature eligible.leader.replicas.version. Broker 1 does not support this feature.
        1 records
        INVALID_UPDATE_VERSION Invalid update version 1 for feature share.version. Local controller 101 does not support this feature.
    "#]].assert_eq(&table);
}

#[test]
fn a_broker_that_registers_knows_what_is_finalised() {
    use Release::{V3_6, V3_9, V4_1, V4_2};
    let refusal = |level, broker: Release| {
        let checked = state(V4_1, level, V4_1).check_features(&broker.rules().features);
        checked.err().map_or_else(|| "welcome".to_owned(), |why| why.message().to_string())
    };
    let mut table = String::new();
    for (level, broker) in [(27, V4_1), (27, V4_2), (27, V3_9), (21, V3_9), (7, V3_6), (5, V4_1)] {
        table.push_str(&format!("{level} {}\n", refusal(level, broker)));
    }
    expect![[r#"
        27 welcome
        27 welcome
        27 Unable to register because the broker does not support finalized version 27 of metadata.version. The broker wants a version between 1 and 21, inclusive.
        21 welcome
        7 welcome
        5 Unable to register because the broker does not support finalized version 5 of metadata.version. The broker wants a version between 7 and 27, inclusive.
    "#]].assert_eq(&table);
}
