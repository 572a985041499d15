//! What may be typed behind `whatif`.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "\
RACKS has a line for each broker, `1=az-a` (`1,2=az-a` and `1..3=az-a` do as well), or is what
`kafka-broker-api-versions.sh` printed. Without it nothing is said of racks.")]
pub(crate) struct WhatifOptions {
    /// What `kafka-topics.sh --describe` or `kafka-reassign-partitions.sh --generate` printed, or a
    /// file of assignments for the latter; `-` is standard input
    pub(crate) file: PathBuf,

    /// Which broker stands in which rack
    #[arg(long, value_name = "RACKS")]
    pub(crate) racks: Option<PathBuf>,

    /// `min.insync.replicas` of topics that do not show it among their `Configs:`
    #[arg(long, value_name = "N", default_value_t = 1,
        value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) min_isr: u32,

    /// A file for `kafka-reassign-partitions.sh --reassignment-json-file`: everything is told of
    /// the cluster as it is and as it would be then
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Option<PathBuf>,

    /// What is to be lost: brokers (`3`, `1,2`) or a rack (`rack:az-a`). Names every partition that
    /// it harms; without it, `--scenario` and `--link` take the worst rack, or else broker or pair
    #[arg(long, value_name = "NODES")]
    pub(crate) lose: Option<String>,

    /// One JSON object (schema `epochscope.whatif/1`) instead of tables
    #[arg(long, group = "form")]
    pub(crate) json: bool,

    /// One page that needs nothing else, for a browser
    #[arg(long, group = "form")]
    pub(crate) html: bool,

    /// A scenario of the worst loss, of a part of the cluster
    #[arg(long, group = "form")]
    pub(crate) scenario: bool,

    /// The link to that scenario, just after the loss
    #[arg(long, group = "form")]
    pub(crate) link: bool,

    /// The address that the link is to begin with, without its `#`
    #[arg(long, value_name = "ADDRESS", default_value = "")]
    pub(crate) base: String,

    /// Write the proposed moves there, for `kafka-reassign-partitions.sh`
    #[arg(long, value_name = "FILE")]
    pub(crate) reassignment: Option<PathBuf>,
}
