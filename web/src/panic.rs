//! A bug of ours must not leave a dead page without a word: it says what to send us.

use std::cell::RefCell;

use web_sys::{Element, window};

thread_local! {
    /// What was being simulated: its text and the moment. Kept here because a panic cannot ask.
    static LAST: RefCell<(String, String)> = const { RefCell::new((String::new(), String::new())) };
}

/// From now on a panic shows a notice in place of the application.
pub(crate) fn install() {
    yew::set_custom_panic_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
        let _ = show(&panic.to_string());
    }));
}

/// Notes the scenario, for the notice.
pub(crate) fn note_scenario(text: &str) {
    LAST.with_borrow_mut(|last| text.clone_into(&mut last.0));
}

/// Notes the moment, for the notice.
pub(crate) fn note_moment(moment: &str) {
    LAST.with_borrow_mut(|last| moment.clone_into(&mut last.1));
}

fn show(message: &str) -> Option<()> {
    let document = window()?.document()?;
    let body = document.body()?;
    let (text, moment) = LAST.try_with(|last| last.try_borrow().ok().map(|l| l.clone())).ok()??;
    let add = |parent: &Element, tag: &str, text: &str| -> Option<Element> {
        let element = document.create_element(tag).ok()?;
        element.set_text_content(Some(text));
        parent.append_child(&element).ok()?;
        Some(element)
    };
    body.set_text_content(None);
    let notice = document.create_element("main").ok()?;
    notice.set_attribute("class", "bug").ok()?;
    notice.set_attribute("role", "alert").ok()?;
    body.append_child(&notice).ok()?;
    add(&notice, "h1", "Simulator bug")?;
    add(&notice, "p", "Epochscope broke one of its own assumptions. This is not Kafka's doing.")?;
    add(&notice, "p", &format!("At {moment} s: {message}"))?;
    add(&notice, "h2", "The scenario")?;
    let code = add(&notice, "pre", &text)?;
    code.set_attribute("tabindex", "0").ok()?;
    let again = add(&notice, "a", "Start again")?;
    again.set_attribute("href", "?").ok()
}
