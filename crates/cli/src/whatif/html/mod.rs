//! What is said, as one page for a browser: no script, no font, nothing from elsewhere.

mod parts;

use std::path::Path;

use epochscope_whatif::cluster::BrokerState;
use epochscope_whatif::fate::{Harm, Tally};
use epochscope_whatif::losses::{Loss, Lost};

use self::parts::{cell, escaped, matrix, table};
use super::plan_file;
use super::report::{Asked, Report, loss_name, worst};
use super::scenario;
use super::words::{
    columns, counted, findings, grouped, heading, meaning, moves, reassigned, summary, tenths,
};

const STYLE: &str = include_str!("page.css");

/// The most rows of brokers, and of pairs.
const MOST_BROKERS: usize = 200;
const MOST_PAIRS: usize = 20;
/// The most partitions that `--lose` names.
const MOST_NAMED: usize = 1_000;
/// The most bytes of a file of moves that the page holds.
const LONGEST_FILE: usize = 64 * 1024;

/// The page.
pub(super) fn page(report: &Report, base: &str) -> String {
    let name = Path::new(&report.input.name).file_name().and_then(|name| name.to_str());
    let name = escaped(name.unwrap_or(&report.input.name));
    let mut body = format!(
        "<h1>What if a broker or a rack is lost?</h1>\n<p class=\"dim\">{name}: {}</p>\n",
        escaped(&summary(report))
    );
    for note in &report.input.notes {
        let line = if note.line == 0 { String::new() } else { format!("Line {}: ", note.line) };
        body.push_str(&format!("<p class=\"note\">{line}{}</p>\n", escaped(&note.text)));
    }
    body.push_str(&figures(report));
    if let Some(asked) = &report.asked {
        body.push_str(&of_asked(report, asked));
    }
    body.push_str(&map(report));
    body.push_str(&losses(report));
    body.push_str(&leaders(report));
    body.push_str(&weak_spots(report));
    body.push_str(&story(report, base));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>What if: {name}</title>\n<style>\n{STYLE}</style>\n\
         <main>\n{body}</main>\n</html>\n"
    )
}

/// What one sees first.
fn figures(report: &Report) -> String {
    let all = &report.losses;
    let mut figures = String::new();
    let mut figure = |number: String, class: &str, words: &str| {
        let words = escaped(words);
        figures.push_str(&format!(
            "<div class=\"figure\"><b class=\"{class}\">{number}</b>{words}</div>\n"
        ));
    };
    let judged = |count: i64| if count > 0 { "bad" } else { "ok" };
    let now = all.now.of(Harm::Offline);
    figure(grouped(now), judged(now), "partitions offline now");
    let kinds = [
        (&all.racks, "no rack alone"),
        (&all.brokers, "no broker alone"),
        (&all.broker_pairs, "no two brokers together"),
    ];
    for (losses, nothing) in kinds {
        let worst = worst(losses).filter(|loss| loss.tally.of(Harm::Offline) > 0);
        match worst {
            Some(worst) => {
                let count = worst.tally.of(Harm::Offline);
                let words = format!("go offline with {}", loss_name(report.cluster(), worst));
                figure(grouped(count), judged(count), &words);
            }
            None if losses.is_empty() => {}
            None => figure("0".to_owned(), "ok", &format!("{nothing} would take any offline")),
        }
    }
    if report.knows_racks() {
        let sharing = report.spread.sharing.len();
        let class = if sharing > 0 { "bad" } else { "ok" };
        figure(grouped(sharing), class, "partitions share a rack without need");
    }
    format!("<div class=\"figures\">\n{figures}</div>\n")
}

/// The brokers in their racks, coloured by what their loss does.
fn map(report: &Report) -> String {
    let cluster = report.cluster();
    let tally_of = |lost: Lost| {
        let all = [&report.losses.racks, &report.losses.brokers];
        let found = all.into_iter().flatten().find(|loss| loss.lost == lost);
        found.map_or_else(Tally::default, |loss| loss.tally)
    };
    let mut text = "<h2>Each broker</h2>\n\
        <p class=\"dim\">How many partitions its loss takes offline, and how many below \
        min.insync.replicas.</p>\n"
        .to_owned();
    let racks: Vec<Option<usize>> = (0..cluster.racks.len()).map(Some).chain([None]).collect();
    for rack in racks {
        let here = cluster.brokers.iter().filter(|broker| broker.rack == rack);
        let here: Vec<_> = here.take(MOST_BROKERS).collect();
        if here.is_empty() {
            continue;
        }
        let title = match rack {
            Some(rack) => {
                let tally = tally_of(Lost::Rack(rack));
                format!(
                    "Rack {}<span>lost altogether: {} offline, {} below min ISR</span>",
                    escaped(&cluster.racks[rack]),
                    grouped(tally.of(Harm::Offline)),
                    grouped(tally.of(Harm::BelowMinIsr))
                )
            }
            None if cluster.racks.is_empty() => "Brokers".to_owned(),
            None => "Without a rack".to_owned(),
        };
        text.push_str(&format!("<div class=\"rack\"><h3>{title}</h3><ul class=\"brokers\">\n"));
        for broker in here {
            let tally = tally_of(Lost::Broker(broker.id));
            text.push_str(&tile(broker.id.0, &tally, broker.state));
        }
        text.push_str("</ul></div>\n");
    }
    text
}

fn tile(id: u32, tally: &Tally, state: BrokerState) -> String {
    let (offline, below) = (tally.of(Harm::Offline), tally.of(Harm::BelowMinIsr));
    let class = match state {
        BrokerState::Down => "down",
        BrokerState::Up if offline > 0 => "bad",
        BrokerState::Up if below > 0 => "warn",
        BrokerState::Up => "",
    };
    let small = if state == BrokerState::Down {
        "is down".to_owned()
    } else {
        format!("{} offline<br>{} below", grouped(offline), grouped(below))
    };
    format!("<li class=\"{class}\"><b>{id}</b><small>{small}</small></li>\n")
}

fn losses(report: &Report) -> String {
    let columns = columns(report);
    let mut text = "<h2>Each loss in numbers</h2>\n<p class=\"dim\">Partitions, on top of what is \
        so now.</p>\n<ul class=\"found dim\">\n"
        .to_owned();
    for harm in &columns {
        text.push_str(&format!("<li>{}: {}</li>\n", heading(*harm), escaped(meaning(*harm))));
    }
    text.push_str("</ul>\n");
    let all = &report.losses;
    let mut section = |title: &str, losses: &[Loss], most: usize| {
        if losses.is_empty() {
            return;
        }
        let of_pairs = matches!(losses[0].lost, Lost::Brokers(..) | Lost::Racks(..));
        let mut head: Vec<&str> = vec![title];
        head.extend(columns.iter().map(|harm| heading(*harm)));
        if of_pairs {
            head.insert(2, "offline only together");
        }
        head.push("such as");
        let shown = &losses[..losses.len().min(most)];
        let rows = shown.iter().map(|loss| loss_row(report, loss, &columns, of_pairs));
        text.push_str(&table(&head, &rows.collect::<Vec<_>>()));
        if losses.len() > most {
            let more = grouped(losses.len() - most);
            text.push_str(&format!("<p class=\"dim\">and {more} more: <code>--json</code></p>\n"));
        }
        text.push_str("<p></p>\n");
    };
    section("losing a rack", &all.racks, MOST_BROKERS);
    section("losing a broker", &all.brokers, MOST_BROKERS);
    section("losing two racks", &all.rack_pairs, MOST_PAIRS);
    section("losing two brokers", &all.broker_pairs, MOST_PAIRS);
    text.push_str(&matrix(report));
    text
}

fn loss_row(report: &Report, loss: &Loss, columns: &[Harm], of_pairs: bool) -> Vec<String> {
    let mut row = vec![format!("<th>{}</th>", escaped(&loss_name(report.cluster(), loss)))];
    row.extend(columns.iter().map(|harm| cell(loss.tally.of(*harm), *harm)));
    if of_pairs {
        row.insert(2, cell(loss.only_together, Harm::Offline));
    }
    let named = escaped(&report.such_as(loss));
    row.push(format!("<td class=\"word\">{named}</td>"));
    row
}

fn leaders(report: &Report) -> String {
    let leaders = &report.leaders;
    let most = leaders.brokers.iter().map(|broker| broker.leads).max().unwrap_or(0).max(1);
    let share = leaders.fair_share_tenths();
    let mark = (share * 10).div_ceil(most).min(100);
    let rows = leaders.brokers.iter().take(MOST_BROKERS).map(|broker| {
        let width = broker.leads * 100 / most;
        let number = |count: usize| format!("<td>{}</td>", grouped(count));
        vec![
            format!("<th>{}</th>", broker.id),
            format!(
                "<td><div class=\"bar\"><i style=\"width:{width}%\"></i>\
                 <u style=\"left:{mark}%\"></u></div></td>"
            ),
            number(broker.leads),
            number(broker.replicas),
            number(broker.preferred),
            number(broker.not_led),
            format!("<td>{} %</td>", tenths(broker.imbalance_permille())),
            number(broker.after_election),
        ]
    });
    let head = [
        "broker",
        "leads",
        "",
        "replicas",
        "preferred leader of",
        "of these not led",
        "imbalance",
        "leads after election",
    ];
    format!(
        "<h2>Leaders</h2>\n<p class=\"dim\">{} shared by {}: a fair share is {} (the mark). KRaft \
         elects preferred leaders whatever the imbalance; ZooKeeper's controller did so above \
         leader.imbalance.per.broker.percentage.</p>\n{}",
        counted(leaders.led, "partition"),
        counted(leaders.sharers, "broker"),
        tenths(share),
        table(&head, &rows.collect::<Vec<_>>())
    )
}

fn weak_spots(report: &Report) -> String {
    let mut text = String::new();
    let found = findings(report);
    if !found.is_empty() {
        let items = found.iter().map(|sentence| format!("<li>{}</li>\n", escaped(sentence)));
        let items: String = items.collect();
        text.push_str(&format!("<h2>Weak spots</h2>\n<ul class=\"found\">\n{items}</ul>\n"));
    }
    if let Some(moves) = moves(report) {
        text.push_str(&format!("<h2>Moves</h2>\n<p>{}</p>\n", escaped(&moves)));
    }
    if report.input.proposed.is_some() {
        text.push_str("<h2>Before → as proposed</h2>\n");
        if let Some(plan) = &report.input.moved {
            text.push_str(&format!("<p>{}</p>\n", reassigned(plan)));
        }
    }
    text.push_str(&parts::compared(report));
    if !report.plan.moves.is_empty() {
        let file = plan_file::written(report.cluster(), &report.plan);
        let inside = if file.len() > LONGEST_FILE {
            "<p>It is too long for this page: <code>--reassignment FILE</code> writes it.</p>\n"
                .to_owned()
        } else {
            format!("<pre>{}</pre>", escaped(&file))
        };
        text.push_str(&format!(
            "<details><summary>The file for kafka-reassign-partitions.sh</summary>\n{inside}\
             </details>\n"
        ));
    }
    text
}

/// The worst loss as a scenario, with the link where an address is given.
fn story(report: &Report, base: &str) -> String {
    let story = scenario::of(report).filter(|story| story.partitions > 0);
    let Some(story) = story else { return String::new() };
    let left_out = story.left_out.join("; ");
    let link = match scenario::link(&story, base) {
        Ok(link) if !base.is_empty() => {
            format!("<p><a href=\"{}\">Open it in the simulator</a></p>\n", escaped(link.trim()))
        }
        Ok(_) | Err(_) => String::new(),
    };
    format!(
        "<h2>See it happen</h2>\n<p class=\"dim\">{}</p>\n{link}<details><summary>The scenario, for \
         <code>epochscope run</code></summary>\n<pre>{}</pre></details>\n",
        escaped(&left_out),
        escaped(&story.text)
    )
}

fn of_asked(report: &Report, asked: &Asked) -> String {
    let rows = asked.harmed.iter().take(MOST_NAMED).map(|(place, fate)| {
        let harms = Harm::ALL.into_iter().filter(|harm| fate.has(*harm)).map(heading);
        let name = escaped(&report.cluster().name(*place));
        let harms = harms.collect::<Vec<_>>().join(", ");
        vec![format!("<th>{name}</th>"), format!("<td class=\"word\">{harms}</td>")]
    });
    let mut text = format!(
        "<h2>Losing {}</h2>\n<p>{} harmed.</p>\n",
        escaped(&loss_name(report.cluster(), &asked.loss)),
        counted(asked.harmed.len(), "partition")
    );
    let list = table(&["partition", "becomes"], &rows.collect::<Vec<_>>());
    text.push_str(&format!("<div class=\"tall\">{list}</div>\n"));
    if asked.harmed.len() > MOST_NAMED {
        let more = grouped(asked.harmed.len() - MOST_NAMED);
        text.push_str(&format!("<p class=\"dim\">and {more} more: <code>--json</code></p>\n"));
    }
    text
}
