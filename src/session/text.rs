//! An answer as text for people: aligned records, lists on one line or one item a line, exact forms beside the digits.

use std::borrow::Cow;

use super::run::Answer;
use super::shown::Shown;
use super::value::Name;
use crate::language::spelling;

/// How far the columns of a table that have no room beside the others are indented under them.
const UNDER: usize = 4;

/// What a text is written for.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// How many columns there are. Tables keep to them; numbers are never broken.
    pub columns: usize,
    /// Most lines that are shown of one answer; none where all of them are.
    pub lines: Option<usize>,
    /// Whether exact forms are written in the letters of mathematics.
    pub letters: bool,
    /// Exact forms beyond this many characters are cut.
    pub longest_exact: usize,
}

impl Page {
    /// A page of so many columns, of any length.
    #[must_use]
    pub fn of(columns: usize) -> Self {
        Self { columns, lines: None, letters: false, longest_exact: LONGEST_EXACT }
    }
}

/// The answer for a page, ending in a newline.
#[must_use]
pub fn answer(answer: &Answer, page: Page) -> String {
    let page = if answer.unfolded { Page { lines: None, longest_exact: usize::MAX, ..page } } else { page };
    let mut text = match &answer.shown {
        Shown::Record(fields) => record(fields, 0, page),
        items @ Shown::List(_) => list(items, 0, page),
        other => {
            let error = super::json::estimated_error(other).map(|error| format!("   (estimated, error {error:.1e})"));
            with_exact(other, 0, page) + &error.unwrap_or_default()
        }
    };
    if !text.ends_with('\n') {
        text.push('\n');
    }
    page.lines.map_or_else(|| text.clone(), |most| folded(&text, most))
}

/// The beginning and the end of what has more lines than `most`.
fn folded(text: &str, most: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    if lines.len() <= most {
        return text.to_owned();
    }
    let kept = most.saturating_sub(1);
    let (first, last) = (kept - kept / 4, lines.len() - kept / 4);
    let left_out = format!("… ({} lines more: all(last) shows them)", last - first);
    lines[..first].iter().chain([&left_out.as_str()]).chain(&lines[last..]).map(|line| format!("{line}\n")).collect()
}

fn record(fields: &[(Name, Shown)], indent: usize, page: Page) -> String {
    let pad = " ".repeat(indent);
    let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let digits = fields
        .iter()
        .filter(|(_, shown)| exact_beside(shown, page).is_some())
        .map(|(_, shown)| line(shown).len())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for (name, shown) in fields {
        let body = match shown {
            Shown::Record(inner) => format!("\n{}", record(inner, indent + 2, page)),
            // several lines stand as they are, under their name
            Shown::Text(words) if words.contains('\n') => format!("\n{words}"),
            Shown::List(_) if shown.is_table() => format!("\n{}", list(shown, indent + 2, page)),
            Shown::List(_) => list(shown, indent + width + 2, page).trim_start().to_owned(),
            _ => with_exact(shown, digits, page),
        };
        text += &format!("{pad}{name:width$}  {}\n", body.trim_end());
    }
    text
}

fn list(shown: &Shown, indent: usize, page: Page) -> String {
    let items = shown.items();
    if let Some(table) = table(items, indent, page.columns) {
        return table;
    }
    let written = line(shown);
    let pad = " ".repeat(indent);
    if !shown.is_table() && (written.chars().count() + indent <= page.columns || items.len() <= 1) {
        return format!("{pad}{written}");
    }
    let mut text = String::new();
    for item in items {
        text += &match item {
            Shown::Record(fields) => format!("{pad}- {}", record(fields, indent + 2, page).trim_start()),
            other => format!("{pad}{}\n", with_exact(other, 0, page).replace('\n', &format!("\n{pad}"))),
        };
    }
    text
}

/// Records, one a row, with a column for every field that one of them has; none when some field does not fit a cell.
fn table(items: &[Shown], indent: usize, page: usize) -> Option<String> {
    let mut names: Vec<&Name> = Vec::new();
    for item in items {
        let Shown::Record(fields) = item else { return None };
        if fields.iter().any(|(_, value)| matches!(value, Shown::List(_) | Shown::Record(_))) {
            return None;
        }
        let new = fields.iter().map(|(name, _)| name).filter(|name| !names.contains(name)).collect::<Vec<_>>();
        names.extend(new);
    }
    if names.is_empty() {
        return None;
    }
    let cell = |fields: &[(Name, Shown)], name: &Name| {
        fields.iter().find(|(known, _)| known == name).map_or_else(String::new, |(_, value)| line(value))
    };
    let mut rows = vec![names.iter().map(ToString::to_string).collect::<Vec<_>>()];
    for item in items {
        let Shown::Record(fields) = item else { return None };
        rows.push(names.iter().map(|name| cell(fields, name)).collect());
    }
    let columns = rows.first()?.len();
    let widths: Vec<usize> =
        (0..columns).map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)).collect();
    let groups = groups(&widths, indent, page);
    let mut text = String::new();
    for row in rows {
        for (number, group) in groups.iter().enumerate() {
            let indent = if number == 0 { indent } else { indent + UNDER };
            let last = group.end - 1;
            let cells = (group.start..last).map(|column| format!("{:width$}  ", row[column], width = widths[column]));
            let before: String = std::iter::once(" ".repeat(indent)).chain(cells).collect();
            let start = before.chars().count();
            for (number, part) in wrapped(&row[last], page.saturating_sub(start)).iter().enumerate() {
                let line = if number == 0 { format!("{before}{part}") } else { format!("{:start$}{part}", "") };
                text += line.trim_end();
                text.push('\n');
            }
        }
    }
    Some(text)
}

/// The columns of a table that stand beside each other, and those that have no room there, line by line under them. The last
/// column of a line may be broken at spaces into several.
fn groups(widths: &[usize], indent: usize, page: usize) -> Vec<std::ops::Range<usize>> {
    const NARROWEST: usize = 30;
    let mut groups = Vec::new();
    let (mut first, mut end) = (0, indent);
    for (column, width) in widths.iter().enumerate() {
        let least = if column + 1 == widths.len() { NARROWEST.min(*width) } else { *width };
        if column > first && end + least > page {
            groups.push(first..column);
            (first, end) = (column, indent + UNDER);
        }
        end += width + 2;
    }
    groups.push(first..widths.len());
    groups
}

/// A line broken at spaces where it is longer than `room`; what has no space in it stays whole.
fn wrapped(text: &str, room: usize) -> Vec<String> {
    if text.chars().count() <= room {
        return vec![text.to_owned()];
    }
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= room => *line += &format!(" {word}"),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The value on one line.
#[must_use]
pub fn line(shown: &Shown) -> String {
    match shown {
        Shown::Complex(parts) => {
            let [re, im] = parts.each_ref().map(line);
            match im.strip_prefix('-') {
                Some(positive) => format!("{re} - {positive}*i"),
                None => format!("{re} + {im}*i"),
            }
        }
        Shown::Measured { mean, se } => measured(mean, se),
        Shown::Infinite => "inf".to_owned(),
        Shown::Undefined => "undefined".to_owned(),
        Shown::Number { text, .. } | Shown::Text(text) | Shown::Function(text) | Shown::Formula { text, .. } => text.clone(),
        Shown::Flag(flag) => flag.to_string(),
        Shown::List(items) => format!("[{}]", items.iter().map(line).collect::<Vec<_>>().join(", ")),
        Shown::Record(fields) => format!(
            "{{{}}}",
            fields.iter().map(|(name, value)| format!("{name}: {}", line(value))).collect::<Vec<_>>().join(", ")
        ),
        Shown::File { path, .. } => path.as_ref().map_or_else(String::new, |path| path.display().to_string()),
    }
}

/// Exact forms beyond this many characters are cut.
const LONGEST_EXACT: usize = 400;

/// The value on one line, filled up to `digits` characters where its exact form stands beside it.
fn with_exact(shown: &Shown, digits: usize, page: Page) -> String {
    match exact_beside(shown, page) {
        Some(exact) => format!("{:digits$}   = {}", line(shown), in_letters(&exact, page)),
        None if matches!(shown, Shown::Function(_) | Shown::Formula { .. }) => in_letters(&line(shown), page).into_owned(),
        None => line(shown),
    }
}

/// An expression of the language as the page writes it.
fn in_letters(expression: &str, page: Page) -> Cow<'_, str> {
    if page.letters { spelling::mathematical(expression).into() } else { expression.into() }
}

fn exact_beside(shown: &Shown, page: Page) -> Option<Cow<'_, str>> {
    match shown {
        Shown::Number { exact: Some(exact), text, .. } if exact != text => Some(shortened(exact, page.longest_exact)),
        _ => None,
    }
}

/// The beginning of what is too long to be read.
fn shortened(exact: &str, longest: usize) -> Cow<'_, str> {
    let count = exact.chars().count();
    if count <= longest {
        return exact.into();
    }
    let start: String = exact.chars().take(longest / 4).collect();
    format!("{start}… ({count} characters in all: all(last) shows them)").into()
}

/// `0.1593(4)`: the error in units of the last digits shown, when mean and error are written alike.
fn measured(mean: &str, se: &str) -> String {
    let decimals = |text: &str| text.split_once('.').map_or(0, |(_, tail)| tail.len());
    if mean.contains('e') || se.contains('e') || decimals(se) == 0 {
        return format!("{mean} ± {se}");
    }
    let Ok(value) = mean.parse::<f64>() else { return format!("{mean} ± {se}") };
    let places = decimals(se);
    let units = se.replace('.', "");
    format!("{value:.places$}({})", units.trim_start_matches('0'))
}
