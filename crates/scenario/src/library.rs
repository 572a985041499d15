//! The scenarios that come with the program, by name.
//!
//! Uses: nothing.

/// A scenario that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// Its name: that of its file.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($name:literal)+) => {
        &[$(Shipped {
            name: $name,
            text: include_str!(concat!("../../../scenarios/", $name, ".scenario")),
        },)+]
    };
}

/// All of them, in the order in which they are offered.
pub const SHIPPED: &[Shipped] = shipped! {
    "zombie-leader"
    "zombie-leader-acks-all"
};

/// The scenario of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Shipped> {
    SHIPPED.iter().find(|shipped| shipped.name == name)
}
