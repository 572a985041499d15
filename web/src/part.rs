//! Parts of the page: values that can be compared and drawn.
//!
//! One Yew component draws them all, and only those that are another value than before. Yew writes
//! out its machinery for each type of component, some four kilobytes of what a reader loads.

use std::any::Any;
use std::fmt;
use std::rc::Rc;

use yew::virtual_dom::{Key, VComp};
use yew::{
    Html, NodeRef, Properties, UseStateHandle, component, use_effect_with, use_node_ref,
    use_state_eq,
};

/// What a part is.
pub(crate) trait Part: PartialEq + 'static {
    /// The picture of it.
    fn draw(&self, own: &Own) -> Html;

    /// Called once, when the picture is on the page.
    fn drawn(&self, _own: &Own) {}

    /// Called once, before the picture goes from the page; on the value that was drawn first.
    fn gone(&self, _own: &Own) {}
}

/// What a part keeps for itself while it is on the page.
#[derive(Clone, Debug)]
pub(crate) struct Own {
    /// The element that it gives this to.
    pub(crate) node: NodeRef,
    /// A number: which choice is marked, whether something is open.
    pub(crate) number: UseStateHandle<i64>,
    /// A text: what was written into it and not yet said.
    pub(crate) text: UseStateHandle<String>,
}

/// The picture of a part.
pub(crate) fn part(value: impl Part) -> Html {
    keyed(None, value)
}

/// The picture of a part that is one of many.
pub(crate) fn keyed(key: Option<u32>, value: impl Part) -> Html {
    shown(key, Shared(Rc::new(value)))
}

fn shown(key: Option<u32>, part: Shared) -> Html {
    VComp::new::<Shown>(Rc::new(ShownProps { part }), key.map(Key::from)).into()
}

/// A part of any type.
trait AnyPart {
    fn is_same(&self, other: &dyn AnyPart) -> bool;
    fn as_any(&self) -> &dyn Any;
    fn draw(&self, own: &Own) -> Html;
    fn drawn(&self, own: &Own);
    fn gone(&self, own: &Own);
}

impl<T: Part> AnyPart for T {
    fn is_same(&self, other: &dyn AnyPart) -> bool {
        other.as_any().downcast_ref::<T>() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn draw(&self, own: &Own) -> Html {
        Part::draw(self, own)
    }

    fn drawn(&self, own: &Own) {
        Part::drawn(self, own);
    }

    fn gone(&self, own: &Own) {
        Part::gone(self, own);
    }
}

#[derive(Clone)]
struct Shared(Rc<dyn AnyPart>);

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        self.0.is_same(&*other.0)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared")
    }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct ShownProps {
    part: Shared,
}

#[component]
fn Shown(props: &ShownProps) -> Html {
    let own =
        Own { node: use_node_ref(), number: use_state_eq(|| -1), text: use_state_eq(String::new) };
    {
        let (part, own) = (props.part.clone(), own.clone());
        use_effect_with((), move |()| {
            part.0.drawn(&own);
            move || part.0.gone(&own)
        });
    }
    props.part.0.draw(&own)
}
