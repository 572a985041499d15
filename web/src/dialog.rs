//! A dialog over the page. The browser keeps the focus in it, closes it by Esc, and gives the focus
//! back to where it was.

use wasm_bindgen::JsCast;
use web_sys::{Element as Node, HtmlDialogElement, HtmlElement, MouseEvent};
use yew::{Callback, Event, Html, TargetCast};

use crate::app::Msg;
use crate::element::{Element, On, el};
use crate::part::{Own, Part};

/// A dialog, open for as long as it is there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dialog {
    /// Its look.
    pub(crate) class: &'static str,
    /// Its name.
    pub(crate) label: String,
    /// What is in it. A press on something of the class `behind` closes it.
    pub(crate) content: Html,
    /// What to say when the reader has closed it.
    pub(crate) closed: Msg,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

/// The heading of a dialog that shows its name, with a button that closes it.
pub(crate) fn head(title: &'static str) -> Element {
    el("div.line.dialog-head")
        .with(el("h2").text(title))
        .with(el("span.spring"))
        .with(el("form method=dialog").with(el("button.quiet").text("Close")))
}

impl Part for Dialog {
    fn draw(&self, own: &Own) -> Html {
        let (send, msg) = (self.send.clone(), self.closed.clone());
        let closed = Callback::from(move |_: Event| send.emit(msg.clone()));
        let close = closed.clone();
        let press = Callback::from(move |event: MouseEvent| {
            let target = event.target_dyn_into::<Node>();
            if target.is_some_and(|target| target.class_list().contains("behind")) {
                close.emit(event.into());
            }
        });
        el("dialog")
            .class(self.class)
            .attr("aria-label", self.label.clone())
            .node(&own.node)
            .on(On::Close, closed)
            .on(On::Click, press)
            .with(self.content.clone())
            .html()
    }

    fn drawn(&self, own: &Own) {
        let Some(dialog) = own.node.cast::<HtmlDialogElement>() else { return };
        let _ = dialog.show_modal();
        // Browsers differ on what of it has the focus first.
        let first = dialog.query_selector("input, select, [role=menuitem]").ok().flatten();
        if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
            let _ = first.focus();
        }
    }

    fn gone(&self, own: &Own) {
        if let Some(dialog) = own.node.cast::<HtmlDialogElement>() {
            dialog.close();
        }
    }
}
