//! A dialog over the page: the browser keeps the focus in it and gives it back.

use web_sys::HtmlDialogElement;
use yew::{Callback, Event, Html, html};

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
        html! {
            <dialog class="sheet-dialog" ref={own.node.clone()} aria-labelledby="dialog-title"
                onclose={closed}>
                <div class="line dialog-head">
                    <h2 id="dialog-title">{ self.title }</h2>
                    <span class="spring" />
                    <form method="dialog"><button class="quiet">{ "Close" }</button></form>
                </div>
                { self.children.clone() }
            </dialog>
        }
    }

    fn drawn(&self, own: &Own) {
        if let Some(dialog) = own.node.cast::<HtmlDialogElement>() {
            let _ = dialog.show_modal();
        }
    }
}
