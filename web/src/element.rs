//! Elements of the page, built by calls.
//!
//! `html!` writes out the building of every element where it stands; calls of one builder are a
//! third of that.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::Event;
use yew::virtual_dom::{Key, Listener, ListenerKind, VList, VTag, VText};
use yew::{AttrValue, Callback, Html, NodeRef};

use crate::app::Msg;

/// An element that is being built.
#[derive(Debug)]
pub(crate) struct Element(Box<Draft>);

#[derive(Debug)]
struct Draft {
    /// None for a group without an element of its own.
    tag: Option<VTag>,
    /// The classes, between spaces.
    class: String,
    children: VList,
}

/// What an element listens for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    /// Another choice.
    Change,
    /// A press.
    Click,
    /// A dialog is closed.
    Close,
    /// The focus comes into it.
    FocusIn,
    /// Something is written into it.
    Input,
    /// A key goes down.
    KeyDown,
    /// A pointer goes down.
    PointerDown,
    /// A pointer goes away.
    PointerLeave,
    /// A pointer moves over it.
    PointerMove,
    /// A form is sent.
    Submit,
    /// Details are opened or closed.
    Toggle,
}

/// Whether a box is ticked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ticked {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// An element of a shape: `tag.class.class name=value name='value with spaces'`.
///
/// What never changes stands in the shape, since a text costs a reader less than calls.
pub(crate) fn el(shape: &'static str) -> Element {
    let (name, mut rest) = shape.split_once(' ').unwrap_or((shape, ""));
    let mut parts = name.split('.');
    let mut element = Element(Box::new(Draft {
        tag: parts.next().map(VTag::new),
        class: String::new(),
        children: VList::new(),
    }));
    for class in parts {
        element = element.class(class);
    }
    while let Some((name, value)) = rest.split_once('=') {
        let end = if value.starts_with('\'') { '\'' } else { ' ' };
        let value = value.trim_start_matches('\'');
        let (value, more) = value.split_once(end).unwrap_or((value, ""));
        rest = more;
        element = element.put(name.trim_start(), AttrValue::Static(value));
    }
    debug_assert!(rest.trim().is_empty(), "an attribute without `=` in {shape}");
    element
}

/// Some things, without an element around them.
pub(crate) fn group() -> Element {
    Element(Box::new(Draft { tag: None, class: String::new(), children: VList::new() }))
}

impl Element {
    /// With one more class, if there is one.
    #[inline(never)]
    pub(crate) fn class<'a>(mut self, class: impl Into<Option<&'a str>>) -> Self {
        self.add_class(class.into());
        self
    }

    #[inline(never)]
    fn add_class(&mut self, class: Option<&str>) {
        let Some(class) = class.filter(|class| !class.is_empty()) else { return };
        if !self.0.class.is_empty() {
            self.0.class.push(' ');
        }
        self.0.class.push_str(class);
    }

    /// With an attribute.
    pub(crate) fn attr(self, name: &'static str, value: impl Into<AttrValue>) -> Self {
        self.put(name, value.into())
    }

    /// With an attribute, if there is a value.
    pub(crate) fn maybe(self, name: &'static str, value: Option<impl Into<AttrValue>>) -> Self {
        match value {
            Some(value) => self.put(name, value.into()),
            None => self,
        }
    }

    /// With a number as an attribute.
    #[inline(never)]
    pub(crate) fn number(self, name: &'static str, number: i32) -> Self {
        self.put(name, number.to_string().into())
    }

    #[inline(never)]
    fn put(mut self, name: &'static str, value: AttrValue) -> Self {
        if let Some(tag) = &mut self.0.tag {
            tag.add_attribute(name, value);
        }
        self
    }

    /// With what is written in it: fields only.
    #[inline(never)]
    pub(crate) fn value(mut self, value: AttrValue) -> Self {
        if let Some(tag) = &mut self.0.tag {
            tag.set_value(value);
        }
        self
    }

    /// With what is written in it at first: text areas only.
    #[inline(never)]
    pub(crate) fn first_value(mut self, value: &str) -> Self {
        if let Some(tag) = &mut self.0.tag {
            tag.add_property("defaultValue", value);
        }
        self
    }

    /// Ticked or not, whatever the reader has done: boxes only.
    #[inline(never)]
    pub(crate) fn ticked(mut self, ticked: Ticked) -> Self {
        if let Some(tag) = &mut self.0.tag {
            tag.set_checked(ticked == Ticked::Yes);
        }
        self
    }

    /// Known by this among its neighbours.
    pub(crate) fn key(self, key: impl Into<Key>) -> Self {
        self.known_by(key.into())
    }

    #[inline(never)]
    fn known_by(mut self, key: Key) -> Self {
        if let Some(tag) = &mut self.0.tag {
            tag.key = Some(key);
        }
        self
    }

    /// Found by this once it is on the page.
    #[inline(never)]
    pub(crate) fn node(mut self, node: &NodeRef) -> Self {
        if let Some(tag) = &mut self.0.tag {
            tag.node_ref = node.clone();
        }
        self
    }

    /// With words in it.
    pub(crate) fn text(self, words: impl Into<AttrValue>) -> Self {
        self.words(words.into())
    }

    #[inline(never)]
    fn words(self, words: AttrValue) -> Self {
        self.add(Html::VText(VText::new(words)))
    }

    /// With something in it.
    pub(crate) fn with(self, child: impl Into<Content>) -> Self {
        self.add(child.into().0)
    }

    #[inline(never)]
    fn add(mut self, child: Html) -> Self {
        self.0.children.add_child(child);
        self
    }

    /// With all of these in it.
    pub(crate) fn all<C: Into<Content>>(mut self, children: impl IntoIterator<Item = C>) -> Self {
        for child in children {
            self = self.add(child.into().0);
        }
        self
    }

    /// Saying `msg` when it is pressed.
    #[inline(never)]
    pub(crate) fn click(self, send: &Callback<Msg>, msg: Msg) -> Self {
        self.listen(Rc::new(Says { send: send.clone(), msg }))
    }

    /// Hearing of what happens to it.
    pub(crate) fn on<E: JsCast + 'static>(self, on: On, hear: Callback<E>) -> Self {
        self.listen(Rc::new(Hears { on, hear }))
    }

    #[inline(never)]
    fn listen(mut self, listener: Rc<dyn Listener>) -> Self {
        if let Some(tag) = &mut self.0.tag {
            tag.add_listener(listener);
        }
        self
    }

    /// The element, built.
    #[inline(never)]
    pub(crate) fn html(self) -> Html {
        let Draft { tag, class, children } = *self.0;
        let Some(mut tag) = tag else { return children.into() };
        if !class.is_empty() {
            tag.add_attribute("class", class);
        }
        if let Some(place) = tag.children_mut() {
            *place = children.into();
        }
        tag.into()
    }
}

/// What can stand in an element.
#[derive(Debug)]
pub(crate) struct Content(Html);

impl From<Element> for Content {
    fn from(element: Element) -> Self {
        Self(element.html())
    }
}

impl From<Html> for Content {
    fn from(html: Html) -> Self {
        Self(html)
    }
}

impl<T: Into<Self>> From<Option<T>> for Content {
    // What is absent keeps its place, so that its neighbours stay who they are.
    fn from(content: Option<T>) -> Self {
        content.map_or_else(|| Self(Html::default()), Into::into)
    }
}

struct Says {
    send: Callback<Msg>,
    msg: Msg,
}

impl Listener for Says {
    fn kind(&self) -> ListenerKind {
        ListenerKind::onclick
    }

    fn handle(&self, _event: Event) {
        self.send.emit(self.msg.clone());
    }

    fn passive(&self) -> bool {
        false
    }
}

struct Hears<E> {
    on: On,
    hear: Callback<E>,
}

impl<E: JsCast + 'static> Listener for Hears<E> {
    fn kind(&self) -> ListenerKind {
        match self.on {
            On::Change => ListenerKind::onchange,
            On::Click => ListenerKind::onclick,
            On::Close => ListenerKind::onclose,
            On::FocusIn => ListenerKind::onfocusin,
            On::Input => ListenerKind::oninput,
            On::KeyDown => ListenerKind::onkeydown,
            On::PointerDown => ListenerKind::onpointerdown,
            On::PointerLeave => ListenerKind::onpointerleave,
            On::PointerMove => ListenerKind::onpointermove,
            On::Submit => ListenerKind::onsubmit,
            On::Toggle => ListenerKind::ontoggle,
        }
    }

    fn handle(&self, event: Event) {
        self.hear.emit(event.unchecked_into());
    }

    fn passive(&self) -> bool {
        false
    }
}
