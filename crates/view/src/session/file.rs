//! Texts that do not come with the program: files of the reader's, and a cluster to begin with.
//!
//! Uses: `picture`.

use crate::picture;

/// A cluster in which nothing happens by itself.
pub const EMPTY_CLUSTER: &str = "\
epochscope 1
title    Your own cluster
about    Nothing happens here until you say so.
brokers  1@us-east-1a 2@us-east-1b 3@us-east-1c
controllers 101..103
topic    orders partitions=1 replicas=1,2,3 min.insync.replicas=2
producer shop topic=orders acks=all
consumer billing topic=orders

run for=60s
";

/// The scenario in a file: of text, or a picture that holds one.
///
/// # Errors
/// Why there is none, in words.
pub fn file_text(bytes: &[u8]) -> Result<String, String> {
    if picture::is_picture(bytes) {
        let inside = picture::from_file(bytes).ok_or("this picture holds no scenario")?;
        return Ok(inside.scenario);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => Err("this is not text".to_owned()),
    }
}
