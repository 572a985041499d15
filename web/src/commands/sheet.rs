//! A dialog over the page. The browser keeps the focus in it, closes it by Esc, and gives the focus
//! back to where it was.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement, MouseEvent};
use yew::{
    Callback, Children, Html, Properties, TargetCast, component, html, use_effect_with,
    use_node_ref,
};

/// What a dialog is made of.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct SheetProps {
    /// Whether it is open.
    pub(super) open: bool,
    /// Its look.
    pub(super) class: &'static str,
    /// Its name.
    pub(super) label: String,
    /// It has been closed.
    pub(super) onclose: Callback<()>,
    /// What is in it.
    pub(super) children: Children,
}

/// The dialog.
#[component]
pub(super) fn Sheet(props: &SheetProps) -> Html {
    let dialog = use_node_ref();
    {
        let dialog = dialog.clone();
        use_effect_with(props.open, move |open| {
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
    let press = move |event: MouseEvent| {
        let target = event.target_dyn_into::<Element>();
        if target.is_some_and(|target| target.class_list().contains("behind")) {
            press.emit(());
        }
    };
    let closed = props.onclose.reform(|_: yew::Event| ());
    html! {
        <dialog ref={dialog} class={props.class} aria-label={props.label.clone()}
            onclose={closed}>
            if props.open { <div class="behind" onclick={press}>{ props.children.clone() }</div> }
        </dialog>
    }
}

/// Leads the keyboard to the first thing to use: browsers differ on what that is.
fn lead_into(dialog: &HtmlDialogElement) {
    let first = dialog.query_selector("input, select, [role=menuitem]").ok().flatten();
    if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
        let _ = first.focus();
    }
}
