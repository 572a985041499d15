//! A dialog over the page: the browser keeps the focus in it and gives it back.

use web_sys::HtmlDialogElement;
use yew::{Callback, Event, Html, Properties, component, html, use_effect_with, use_node_ref};

/// What a dialog shows.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct DialogProps {
    /// Its heading.
    pub(crate) title: String,
    /// When the reader closes it.
    pub(crate) onclose: Callback<()>,
    /// What is in it.
    pub(crate) children: Html,
}

/// The dialog, open for as long as it is there.
#[component]
pub(crate) fn Dialog(props: &DialogProps) -> Html {
    let dialog = use_node_ref();
    {
        let dialog = dialog.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                let _ = dialog.show_modal();
            }
        });
    }
    let closed = props.onclose.reform(|_: Event| ());
    html! {
        <dialog class="sheet-dialog" ref={dialog} aria-labelledby="dialog-title" onclose={closed}>
            <div class="line dialog-head">
                <h2 id="dialog-title">{ props.title.clone() }</h2>
                <span class="spring" />
                <form method="dialog"><button class="quiet">{ "Close" }</button></form>
            </div>
            { props.children.clone() }
        </dialog>
    }
}
