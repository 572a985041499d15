//! A dialog over the page. The browser keeps the focus in it, closes it by Esc, and gives the focus
//! back to where it was.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement, MouseEvent};
use yew::{
    Callback, Event, Html, Properties, TargetCast, component, html, use_effect_with, use_node_ref,
};

use crate::element::{On, el};

/// What a dialog is made of.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct SheetProps {
    /// Its look.
    pub(super) class: &'static str,
    /// Its name.
    pub(super) label: String,
    /// It has been closed.
    pub(super) onclose: Callback<()>,
    /// What is in it; nothing while it is closed.
    pub(super) content: Option<Html>,
}

/// The dialog.
pub(super) fn sheet(props: SheetProps) -> Html {
    html! { <Sheet ..props /> }
}

#[component]
fn Sheet(props: &SheetProps) -> Html {
    let dialog = use_node_ref();
    {
        let dialog = dialog.clone();
        use_effect_with(props.content.is_some(), move |open| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                match (*open, dialog.open()) {
                    (true, false) => {
                        let _ = dialog.show_modal();
                        lead_into(&dialog);
                    }
                    (false, true) => dialog.close(),
                    (true, true) | (false, false) => {}
                }
            }
        });
    }
    // A press beside what is in it, on the dialog itself.
    let press = props.onclose.clone();
    let press = Callback::from(move |event: MouseEvent| {
        let target = event.target_dyn_into::<Element>();
        if target.is_some_and(|target| target.class_list().contains("behind")) {
            press.emit(());
        }
    });
    let closed = props.onclose.reform(|_: Event| ());
    let behind = |content: Html| el("div.behind").on(On::Click, press).with(content);
    el("dialog")
        .class(props.class)
        .attr("aria-label", props.label.clone())
        .node(&dialog)
        .on(On::Close, closed)
        .with(props.content.clone().map(behind))
        .html()
}

/// Leads the keyboard to the first thing to use: browsers differ on what that is.
fn lead_into(dialog: &HtmlDialogElement) {
    let first = dialog.query_selector("input, select, [role=menuitem]").ok().flatten();
    if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
        let _ = first.focus();
    }
}
