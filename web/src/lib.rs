//! The Epochscope application: Yew components over what `view` gives.

use yew::{Html, Renderer, component, html};

/// Puts the application into the body of the page.
pub fn mount() {
    Renderer::<App>::new().render();
}

/// The whole page.
#[component]
fn App() -> Html {
    html! {
        <main>
            <h1>{ "Epochscope" }</h1>
            <p data-stage="drawn">{ "The stage is not built yet." }</p>
        </main>
    }
}
