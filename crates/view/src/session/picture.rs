//! Pictures of the moment shown, as files that hold what it takes to run them.
//!
//! Uses: `picture`, `spacetime`, `stretch`.

use epochscope_scenario::moment::Moment;
use epochscope_vocabulary::RequestId;

use super::Session;
use crate::picture::{self, Embedded, Frame, Picture, Theme};
use crate::spacetime::{Diagram, Wanted};

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The nodes and their logs at the moment.
    Stage,
    /// The stretch around it, message by message.
    SpaceTime,
    /// Who led when.
    Lanes,
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
        let scene = self.scene();
        let release = &self.player.scenario().cluster.release;
        let shown = scene.partition.as_ref().map_or("no topic", |partition| &*partition.name);
        let frame =
            Frame { title: self.title(), beside: format!("{shown}, Kafka {release} KRaft") };
        match looks.view {
            View::Stage => picture::stage(&scene, looks.width, &frame),
            View::Lanes => picture::lanes(&scene.timeline, self.now(), looks.width, &frame),
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

    /// The picture as an SVG file with the scenario and the link to the moment inside. `base` is
    /// the address that the link begins with, without its `#`; it may be empty.
    pub fn svg(&mut self, looks: Looks, theme: Theme, base: &str) -> String {
        let picture = self.picture(looks);
        let look = match looks.view {
            View::Stage | View::Lanes => "stage",
            View::SpaceTime => "spacetime",
        };
        picture::to_svg(&picture, theme, &self.embedded(look, base))
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
