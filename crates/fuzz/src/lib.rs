//! Broken texts, links and pictures for everything that reads them.
//!
//! A case is made from a seed alone: something well formed out of the corpus, and some damage. It
//! must be read, or refused, without a panic, in bounded time and memory; and what was read must
//! be the same when it is written and read again.

mod corpus;
mod damage;
pub mod hunt;
mod smaller;
mod target;

pub use corpus::Corpus;
pub use target::Target;
