//! `kafka-features.sh` and `kafka-cluster.sh unregister`.
//!
//! Source: Kafka `FeatureCommand`, `ClusterTool`.

use epochscope_vocabulary::rpc::UpdateFeaturesRequest;
use epochscope_vocabulary::{BrokerId, ErrorCode};

use super::exceptions::{message, throwable, timeout_exception};
use super::{Told, lines};

/// A feature raised, or at level 0 disabled.
pub(super) fn updated(asked: &UpdateFeaturesRequest, told: &Told<'_>) -> String {
    let (feature, level) = (&asked.feature, asked.level);
    let why = match &told.call.answer {
        Ok(response) if response.error() == ErrorCode::None => {
            return lines([match level {
                0 => format!("{feature} was disabled."),
                _ => format!("{feature} was upgraded to {level}."),
            }]);
        }
        Ok(response) => message(response.error(), told.message()),
        Err(_) => told.timeout("updateFeatures"),
    };
    let what = match level {
        0 => format!("Could not disable {feature}. {why}"),
        _ => format!("Could not upgrade {feature} to {level}. {why}"),
    };
    lines([what, "1 out of 1 operation(s) failed.".to_owned()])
}

/// A broker taken off the list.
pub(super) fn unregistered(broker: BrokerId, told: &Told<'_>) -> String {
    lines([match &told.call.answer {
        Ok(response) if response.error() == ErrorCode::None => {
            format!("Broker {broker} is no longer registered.")
        }
        Ok(response) => throwable(response.error(), told.message()),
        Err(_) => timeout_exception(&told.timeout("unregisterBroker")),
    }])
}
