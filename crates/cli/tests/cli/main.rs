//! The built program as a person or a script meets it: what it prints, and how it ends.

mod commands;
mod documents;
mod explore;
mod links;
mod live;
mod mistakes;
mod pictures;
mod place;
mod program;
mod rules;
mod whatif;
