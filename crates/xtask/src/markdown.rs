//! A page of the documentation as HTML.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html::push_html};

/// The page; what it links to in the sources is not beside it, but a shipped scenario is a story.
pub(crate) fn html(markdown: &str) -> String {
    let mut events: Vec<Event<'_>> = Parser::new_ext(markdown, Options::ENABLE_TABLES).collect();
    let headings = name_headings(&mut events);
    let mut body = String::new();
    push_html(&mut body, for_browsers(events));
    let mut title = String::new();
    let first = headings.into_iter().next().unwrap_or_else(|| "Epochscope".to_owned());
    push_html(&mut title, std::iter::once(Event::Text(first.into())));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n<link rel=\"stylesheet\" href=\"./docs.css\">\n<main>\n{body}</main>\n</html>\n"
    )
}

/// The style sheet of such pages.
pub(crate) const STYLES: &str = include_str!("docs.css");

/// Gives each heading its words as its place; gives back all of them.
fn name_headings(events: &mut [Event<'_>]) -> Vec<String> {
    let mut headings = Vec::new();
    for start in 0..events.len() {
        let (before, inside) = events.split_at_mut(start + 1);
        let Some(Event::Start(Tag::Heading { id, .. })) = before.last_mut() else { continue };
        let inside = inside.iter().take_while(|one| !matches!(one, Event::End(TagEnd::Heading(_))));
        let words: String = inside.filter_map(words_of).collect();
        *id = Some(words.to_lowercase().replace(' ', "-").into());
        headings.push(words);
    }
    headings
}

fn words_of<'a>(event: &'a Event<'_>) -> Option<&'a str> {
    match event {
        Event::Text(words) | Event::Code(words) | Event::InlineHtml(words) => Some(words),
        _ => None,
    }
}

/// What a page shows of the text: no links to what is not there, and HTML as text like any other.
fn for_browsers<'a>(events: Vec<Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut leads = true;
    events.into_iter().filter_map(move |event| match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let target = target(&dest_url);
            leads = target.is_some();
            let link = |dest_url| Event::Start(Tag::Link { link_type, dest_url, title, id });
            target.map(link)
        }
        Event::End(TagEnd::Link) if !leads => None,
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        event => Some(event),
    })
}

/// Where a link leads in a browser.
fn target(link: &str) -> Option<CowStr<'static>> {
    let story = link.strip_prefix("../scenarios/").and_then(|name| name.strip_suffix(".scenario"));
    match story.filter(|name| !name.contains('/')) {
        Some(name) => Some(format!("../#@{name}").into()),
        None => link.starts_with("http").then(|| link.to_owned().into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_documentation_uses_is_understood() {
        let page = html(
            "# A <b>\n\nTold as [Two *x*](../scenarios/two.scenario), [raw](../a.json) and `a<b`.\n\n\
             ## K1-a\n\n| a | b |\n| --- | --- |\n| **1** | 2 |\n\n* one\n  * two\n",
        );
        for part in [
            "<title>A &lt;b&gt;</title>",
            "<p>Told as <a href=\"../#@two\">Two <em>x</em></a>, raw and ",
            "<code>a&lt;b</code>.</p>",
            "<h2 id=\"k1-a\">K1-a</h2>",
            "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>\n\
             <tr><td><strong>1</strong></td><td>2</td></tr>",
            "<ul>\n<li>one\n<ul>\n<li>two</li>\n</ul>\n</li>\n</ul>",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
    }
}
