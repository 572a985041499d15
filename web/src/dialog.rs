//! A dialog over the page: the browser keeps the focus in it and gives it back.

use web_sys::HtmlDialogElement;
use yew::{Callback, Event, Html};

use crate::element::{On, el};
use crate::part::{Own, Part};

/// A dialog, open for as long as it is there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dialog {
    /// Its heading.
    pub(crate) title: &'static str,
    /// When the reader closes it.
    pub(crate) onclose: Callback<()>,
    /// What is in it.
    pub(crate) children: Html,
}

impl Part for Dialog {
    fn draw(&self, own: &Own) -> Html {
        let closed = self.onclose.reform(|_: Event| ());
        let head = el("div.line.dialog-head")
            .with(el("h2 id=dialog-title").text(self.title))
            .with(el("span.spring"))
            .with(el("form method=dialog").with(el("button.quiet").text("Close")));
        el("dialog.sheet-dialog aria-labelledby=dialog-title")
            .node(&own.node)
            .on(On::Close, closed)
            .with(head)
            .with(self.children.clone())
            .html()
    }

    fn drawn(&self, own: &Own) {
        if let Some(dialog) = own.node.cast::<HtmlDialogElement>() {
            let _ = dialog.show_modal();
        }
    }
}
