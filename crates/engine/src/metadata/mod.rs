//! The metadata log and what one knows of the cluster who has replayed it up to an offset.
//!
//! Source: Kafka `MetadataImage`, `MetadataDelta`, `MetadataLoader`; KIP-631.
//! Uses: nothing.

pub mod broker_registration;
mod effective_config;
pub mod history;
pub mod image;
pub mod metadata_log;
pub mod partition_registration;
pub mod shared_images;

pub use broker_registration::{BrokerRegistration, Shutdown};
pub use effective_config::effective_min_isr;
pub use history::History;
pub use image::{MetadataImage, TopicImage};
pub use metadata_log::{MetadataEntry, MetadataLog};
pub use shared_images::SharedImages;

#[cfg(test)]
mod tests;
