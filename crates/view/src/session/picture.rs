//! Pictures of the moment shown, as files that hold what it takes to run them.
//!
//! Uses: `picture`, `scene`, `spacetime`, `stretch`.

use std::sync::Arc;

use epochscope_scenario::moment::Moment;
use epochscope_vocabulary::RequestId;

use super::Session;
use crate::picture::{self, Embedded, Frame, Picture};
use crate::scene::Scene;
use crate::spacetime::{Diagram, Wanted};

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The nodes and their logs at the moment.
    Stage,
    /// The stretch around it, message by message.
    SpaceTime,
}

/// How a picture is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looks {
    /// What it shows.
    pub view: View,
    /// How wide it is to be, in pixels; it may come out wider.
    pub width: i32,
    /// The request that a space-time diagram follows.
    pub follow: Option<RequestId>,
}

impl Session {
    /// A picture of the moment shown.
    pub fn picture(&mut self, looks: Looks) -> Picture {
        let (scene, frame) = self.framed();
        match looks.view {
            View::Stage => picture::stage(&scene, looks.width, &frame),
            View::SpaceTime => {
                let stretch = loop {
                    if let Some(stretch) = self.stretch(u64::MAX) {
                        break stretch;
                    }
                };
                let (width, at, follow) = (looks.width, self.now(), looks.follow);
                picture::framed(&Diagram::of(&stretch, Wanted { width, at, follow }), &frame)
            }
        }
    }

    /// A picture of who led when. Apart from the others, since no page has a use for it yet.
    pub fn lanes_picture(&mut self, width: i32) -> Picture {
        let (scene, frame) = self.framed();
        picture::lanes(&scene.timeline, self.now(), width, &frame)
    }

    fn framed(&mut self) -> (Arc<Scene>, Frame) {
        let scene = self.scene();
        let release = &self.player.scenario().cluster.release;
        let shown = scene.partition.as_ref().map_or("no topic", |partition| &*partition.name);
        let beside = format!("{shown}, Kafka {release} KRaft");
        (scene, Frame { title: self.title(), beside })
    }

    /// What a picture of the moment shown holds besides what it shows; `look` is what the page
    /// shows, in words of its own.
    #[must_use]
    pub fn embedded(&self, look: &str, base: &str) -> Embedded {
        let link = self.link(look).map(|link| format!("{base}#{link}"));
        let lines = self.text.split_inclusive('\n').filter(|line| !line.starts_with('|'));
        Embedded { scenario: lines.collect(), link: link.unwrap_or_default() }
    }

    /// Goes to a moment of the language, as `31s` or `marker:pause`.
    ///
    /// # Errors
    /// When the run does not come to such a moment.
    pub fn seek_moment(&mut self, moment: &Moment) -> Result<(), String> {
        self.seen = None;
        self.player.seek_moment(moment)?;
        self.at = match moment {
            Moment::At(at) => *at,
            Moment::AfterEvent(..) | Moment::Line(_) | Moment::Marker(_) | Moment::End => {
                self.player.now()
            }
        };
        self.pass_questions();
        self.refresh_timeline();
        Ok(())
    }
}
