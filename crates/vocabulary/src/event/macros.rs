//! The table of event kinds: one row makes a variant, its class and its name in the language.

macro_rules! event_kinds {
    ($($(#[$doc:meta])* $kind:ident $fields:tt $topic:ident $slug:literal;)+) => {
        event_kinds!(@enum $($(#[$doc])* $kind $fields)+);

        impl EventKind {
            /// Every kind's name in the language (`event KIND`), with its class.
            pub const ALL: &'static [(&'static str, Topic)] = &[$(($slug, Topic::$topic),)+];

            /// The class of all events of this kind.
            pub(super) const fn topic_of_kind(&self) -> Topic {
                match self { $(Self::$kind { .. } => Topic::$topic,)+ }
            }

            /// The kind's name in the language.
            #[must_use]
            pub const fn slug(&self) -> &'static str {
                match self { $(Self::$kind { .. } => $slug,)+ }
            }
        }
    };
    (@enum $(
        $(#[$doc:meta])*
        $kind:ident { $($(#[$fdoc:meta])* $field:ident : $type:ty),* $(,)? }
    )+) => {
        /// What happened. The fields without a word of their own are the partition and the records
        /// that it is about.
        #[expect(missing_docs, reason = "`partition` and `values` mean the same in every kind")]
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum EventKind {
            $($(#[$doc])* $kind { $($(#[$fdoc])* $field: $type,)* },)+
        }
    };
}

pub(super) use event_kinds;
