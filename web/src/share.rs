//! Sharing a moment: its link, pictures of it, the scenario as text.

mod picture;

pub(crate) use picture::{Form, download_png};

use js_sys::{Array, JsString};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlElement, HtmlInputElement, Url, window};
use yew::{Callback, Event, Html, NodeRef};

use crate::app::Msg;
use crate::dialog::{self, Dialog};
use crate::element::{Element, On, el, group};
use crate::part::{Own, Part, part};

/// What there is to share.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Share {
    /// The scenario's title.
    pub(crate) title: String,
    /// The end of the address; none when the text is too long for one.
    pub(crate) link: Option<String>,
    /// The scenario with the reader's own orders in it.
    pub(crate) script: String,
    /// Where messages go.
    pub(crate) send: Callback<Msg>,
}

const TITLE: &str = "Share this moment";
/// Longer addresses do not pass through some mail and chat programs.
const LONG: usize = 2_000;

/// The dialog.
impl Part for Share {
    fn draw(&self, own: &Own) -> Html {
        draw(self, own)
    }
}

fn draw(props: &Share, own: &Own) -> Html {
    let Share { title, link, script, send } = props;
    let by_link = match link {
        Some(link) => by_link(title, link, own),
        None => el("p").text("This scenario is too long for a link: share its text instead."),
    };
    let text = el("textarea readonly= rows=8 wrap=off aria-label='Scenario with what you did'")
        .value(script.clone().into());
    let save = {
        let (name, script) = (file_name(title, "scenario"), script.clone());
        Callback::from(move |_: Event| download(&name, &script, "text/plain"))
    };
    let buttons = el("div.line")
        .with(button("Copy text", copy(2, script.clone(), None, own)))
        .with(button("Save as a file", save));
    let content = group()
        .with(dialog::head(TITLE))
        .with(by_link)
        .with(picture::choice(send))
        .with(el("h3").text("Scenario with what you did"))
        .with(text)
        .with(buttons)
        .with(el("p.note role=status").text(copied(*own.number)))
        .html();
    let (label, closed, send) = (TITLE.to_owned(), Msg::Share(false), send.clone());
    part(Dialog { class: "sheet-dialog", label, content, closed, send })
}

/// What there is where the scenario fits into a link.
fn by_link(title: &str, link: &str, own: &Own) -> Element {
    let address = format!("{}#{link}", here());
    let field = el("input type=text readonly=").node(&own.node).value(address.clone().into());
    let note = el("p.note").text(about(&address, link.len()));
    let code = picture::qr(&address);
    let markdown = copy(1, markdown(title, &address), None, own);
    let plain = copy(0, address, Some(own.node.clone()), own);
    let buttons = el("div.line")
        .with(button("Copy link", plain).class("main"))
        .with(button("Copy as Markdown", markdown));
    group()
        .with(el("label.share-link").text("Link").with(field))
        .with(note)
        .with(buttons)
        .with(code)
}

/// Copies a text, and says by a number what was copied.
fn copy(what: i64, text: String, field: Option<NodeRef>, own: &Own) -> Callback<Event> {
    let copied = own.number.clone();
    Callback::from(move |_| {
        put_on_clipboard(&text, field.as_ref());
        copied.set(what);
    })
}

fn button(words: &'static str, press: Callback<Event>) -> Element {
    el("button type=button").on(On::Click, press).text(words)
}

/// What was copied last.
fn copied(what: i64) -> &'static str {
    match what {
        0 => "Link copied.",
        1 => "Markdown copied.",
        2 => "Text copied.",
        _ => "",
    }
}

fn about(address: &str, letters: usize) -> String {
    if address.len() > LONG {
        return format!("{letters} letters after #: too long for some mail and chat programs.");
    }
    format!("{letters} letters after #. Servers never see them; everything is in the link.")
}

/// Brackets would end the link's text.
fn markdown(title: &str, address: &str) -> String {
    let title: String = title.chars().filter(|letter| !"[]\\`<>".contains(*letter)).collect();
    format!("[{title}]({address})")
}

/// The page's address without its end.
pub(crate) fn here() -> String {
    let href = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    href.split('#').next().unwrap_or_default().to_owned()
}

/// A title as the name of a file.
pub(crate) fn file_name(title: &str, ending: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    let name: String = title.to_ascii_lowercase().chars().map(plain).collect();
    format!("{}.{ending}", name.trim_matches('-'))
}

/// Where the clipboard may not be written, the text is selected, to be copied by hand.
fn put_on_clipboard(text: &str, field: Option<&NodeRef>) {
    if let Some(window) = window() {
        let _ = window.navigator().clipboard().write_text(text);
    }
    if let Some(field) = field.and_then(NodeRef::cast::<HtmlInputElement>) {
        field.select();
    }
}

/// Saves a text as a file.
pub(crate) fn download(name: &str, text: &str, kind: &str) {
    let _ = save(name, &JsString::from(text), kind);
}

fn save(name: &str, content: &JsValue, kind: &str) -> Option<()> {
    let bag = BlobPropertyBag::new();
    bag.set_type(kind);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(content), &bag).ok()?;
    let url = Url::create_object_url_with_blob(&blob).ok()?;
    let anchor = window()?.document()?.create_element("a").ok()?;
    anchor.set_attribute("href", &url).ok()?;
    anchor.set_attribute("download", name).ok()?;
    anchor.dyn_into::<HtmlElement>().ok()?.click();
    Url::revoke_object_url(&url).ok()
}
