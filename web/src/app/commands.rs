//! How the model takes what is said: statements, and what palette and menus ask.

use std::rc::Rc;

use epochscope_view::orders::Thing;
use epochscope_view::session::{Action, Completions, Session, TextError, Typed};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, window};
use yew::{Callback, Html};

use super::{App, Msg};
use crate::commands::{self, ActionBar, Commands, Does, Line, Note, OpenMenu, Row, Speak};
use crate::element::group;
use crate::keyboard;
use crate::part::part;
use crate::speed::Speed;
use crate::views::View;

/// Parts of the page that the palette leads to.
const PLACES: [(&str, &str); 3] = [
    ("Go to: steps", ".steps"),
    ("Go to: time bar", ".time"),
    ("Go to: stage", ".sheet, .diagram, .ledger, .compare select"),
];

/// The markers of the scenario, one after the other.
const MARKERS: [(&str, Action); 2] =
    [("Go to: next marker", Action::StepMarker), ("Go to: marker before", Action::StepBackMarker)];

impl App {
    /// Says a statement at the playhead.
    pub(super) fn say(&mut self, line: &str) {
        let Some(session) = &mut self.session else { return };
        let obeyed = match self.commands.changing {
            Some(order) => session.reword(order, line),
            None => session.say(line),
        };
        self.take_answer(line, obeyed);
    }

    /// Goes on after a statement, or says why it was refused.
    fn take_answer(&mut self, line: &str, obeyed: Result<(), TextError>) {
        match obeyed {
            Ok(()) => {
                self.commands.remember(line.trim());
                self.compare_again();
            }
            Err(error) => {
                let text = with_fix(&error);
                match self.commands.line.is_some() || self.commands.menu.is_some() {
                    true => self.commands.refused = Some(text),
                    false => self.refusal = Some(text),
                }
            }
        }
        self.go_on();
    }

    /// Does what palette and menus ask of the page.
    pub(super) fn speak(&mut self, speak: Speak) {
        self.commands.refused = None;
        match speak {
            Speak::Palette => {
                self.commands.close();
                self.commands.line = Some((String::new(), 0));
            }
            Speak::Change(order, line) => {
                self.commands.close();
                self.commands.changing = Some(order);
                self.commands.line = Some((line.clone(), line.len()));
            }
            Speak::TakeAway(order) => {
                let Some(session) = &mut self.session else { return };
                let obeyed = session.reword(order, "");
                self.commands.close();
                self.take_answer("", obeyed);
            }
            Speak::Typed(line, cursor) => self.commands.line = Some((line, cursor)),
            Speak::Choose(thing) => self.commands.chosen = Some(thing),
            Speak::Menu(thing, anchor, first) => {
                let Some(session) = &self.session else { return };
                let orders = session.orders(&thing).into();
                self.commands.close();
                self.commands.chosen = Some(thing.clone());
                self.commands.menu = Some(OpenMenu { thing, anchor, first, orders });
            }
            Speak::Close => self.commands.close(),
            // While the palette is open, nothing behind it takes the focus.
            Speak::Reach(selector) => {
                self.commands.reach = Some(selector);
                self.clock.request();
            }
        }
    }

    /// Palette and menu, wherever the page is.
    pub(super) fn view_commands(&self, send: &Callback<Msg>) -> Html {
        let Commands { line, menu, refused, changing, recent, .. } = &self.commands;
        let palette = line.as_ref().map(|(line, _)| {
            let (rows, note, is_whole) = self.offered();
            let (line, recent, send) = (line.clone(), Rc::from(recent.as_slice()), send.clone());
            let label = if changing.is_some() { "Change your order" } else { "Commands" };
            commands::palette(label, Line { line, rows, note, is_whole, recent, send })
        });
        let menu = menu.as_ref().map(|menu| commands::menu(menu, refused.as_ref(), send));
        let help = self.is_helping.then(|| keyboard::help(send));
        group().with(palette).with(menu).with(help).html()
    }

    /// The bar of the chosen thing.
    pub(super) fn view_bar(&self, session: &Session, send: &Callback<Msg>) -> Html {
        let things: Rc<[Thing]> = session.things().into();
        let Some(chosen) = self.chosen(&things) else { return Html::default() };
        let orders: Rc<[_]> = session.usual_orders(&chosen).into();
        part(ActionBar { things, chosen, orders, send: send.clone() })
    }

    /// The chosen thing as long as it is there, else the first.
    fn chosen(&self, things: &[Thing]) -> Option<Thing> {
        let chosen = self.commands.chosen.as_ref().filter(|chosen| things.contains(chosen));
        chosen.or(things.first()).cloned()
    }

    /// What the palette offers for what is typed.
    fn offered(&self) -> (Rc<[Row]>, Note, bool) {
        let Some((line, cursor)) = &self.commands.line else { return Default::default() };
        let mut rows = Vec::new();
        let mut typed = Typed::Empty;
        let mut syntax = None;
        if let Some(session) = &self.session {
            let found = session.complete(line, *cursor);
            typed = session.check(line);
            rows = completions(line, &found);
            syntax = found.syntax;
        }
        let is_whole = typed == Typed::Whole;
        rows.extend(self.actions().into_iter().filter(|row| is_meant(line, row)));
        let note = match (&self.commands.refused, typed) {
            (Some(refused), _) => Note { tone: "bad", text: refused.clone(), fix: String::new() },
            (None, Typed::Wrong(error)) if rows.is_empty() => Note {
                tone: "bad",
                text: format!("Column {}: {}", error.column, error.message),
                fix: error.fix.unwrap_or_default(),
            },
            (None, Typed::Whole) => Note {
                tone: "ok",
                text: match self.commands.changing {
                    Some(_) => "Enter gives it instead, in another future.",
                    None => "Enter says it at the moment shown.",
                }
                .to_owned(),
                fix: String::new(),
            },
            (None, Typed::Empty) if self.commands.changing.is_some() => {
                Note { text: "Enter takes the order away.".to_owned(), ..Note::default() }
            }
            (None, _) => Note { text: syntax.unwrap_or_default(), ..Note::default() },
        };
        (rows.into(), note, is_whole)
    }

    /// What the palette finds by name beside the language.
    fn actions(&self) -> Vec<Row> {
        let row =
            |title: String, msg: Msg| Row { title, about: String::new(), does: Does::Send(msg) };
        let open = |known: &epochscope_view::session::BuiltIn| Row {
            about: known.about.to_owned(),
            ..row(format!("Open: {}", known.title), Msg::Open(known.name.to_owned()))
        };
        let mut all: Vec<Row> = self.scenarios.iter().map(open).collect();
        all.push(row("Open: start page".to_owned(), Msg::Home));
        all.push(row("Open: empty cluster".to_owned(), Msg::OpenEmpty));
        let other = self.theme.other().name();
        all.push(row(format!("Colours: {other}"), Msg::ToggleTheme));
        all.push(row("Help: keys".to_owned(), Msg::Help(true)));
        if self.session.is_none() {
            return all;
        }
        for view in View::ALL {
            all.push(row(format!("View: {}", view.label()), Msg::Look(view)));
        }
        for speed in Speed::ALL {
            all.push(row(format!("Speed: {}", speed.label()), Msg::Speed(speed)));
        }
        for (title, action) in MARKERS {
            all.push(row(title.to_owned(), Msg::Act(action)));
        }
        for (title, selector) in PLACES {
            all.push(row(title.to_owned(), Msg::Speak(Speak::Reach(selector))));
        }
        all
    }
}

fn with_fix(error: &TextError) -> String {
    match &error.fix {
        Some(fix) => format!("{}: {fix}", error.message),
        None => error.message.clone(),
    }
}

/// Completions as rows that write the line with the item in it.
fn completions(line: &str, found: &Completions) -> Vec<Row> {
    let (before, after) = (&line[..found.replace.start], &line[found.replace.end..]);
    let row = |item: &epochscope_view::session::Completion| {
        let goes_on = item.text.ends_with(['=', ':']) || after.starts_with(' ');
        let text = format!("{}{}", item.text, if goes_on { "" } else { " " });
        let cursor = before.len() + text.len();
        Row {
            title: item.text.clone(),
            about: item.about.clone(),
            does: Does::Write(format!("{before}{text}{after}"), cursor),
        }
    };
    found.items.iter().map(row).collect()
}

/// Whether each typed word stands in the row.
fn is_meant(line: &str, row: &Row) -> bool {
    let title = row.title.to_ascii_lowercase();
    line.split_whitespace().all(|word| title.contains(&word.to_ascii_lowercase()))
}

pub(super) fn reach(selector: &str) {
    let found = window().and_then(|window| window.document()?.query_selector(selector).ok()?);
    if let Some(place) = found {
        // The time bar is SVG, which takes the focus in the same way.
        let _ = place.unchecked_into::<HtmlElement>().focus();
    }
}
