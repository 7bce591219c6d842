//! `help` and `help topic`, printed from the tables of queries, primitives and the prelude.

use super::failure::Failure;
use super::queries::{self, Default, Query, Repeat};
use crate::activation::{CATALOGUE, lower};
use crate::language::suggest::nearest;
use crate::language::syntax::Span;

/// Topics that stand in no other table.
const OTHERS: [(&str, &str); 4] = [
    ("max", "max(a, b, …)\n  the largest of two or more functions\n"),
    ("min", "min(a, b, …)\n  the smallest of two or more functions\n"),
    ("He", "He(k, x), He0(x), He1(x), …\n  the Hermite polynomials of N(0, 1): He2(x) = x^2 - 1\n"),
    ("set", "set digits = 50, set seed = 1, set threads = 4\n"),
];

/// The help text on a topic, or the list of everything.
///
/// # Errors
/// A topic that is not known.
pub fn text(topic: Option<&str>) -> Result<String, Failure> {
    let Some(topic) = topic else { return Ok(overview()) };
    if let Some(query) = queries::find(topic) {
        return Ok(on_query(query));
    }
    let forms: Vec<String> = lower::PRELUDE
        .iter()
        .filter(|composite| composite.name == topic)
        .map(|composite| format!("{topic}({}) = {}\n", composite.parameters.join(", "), composite.body))
        .collect();
    if let Some(row) = CATALOGUE.iter().find(|row| row.name == topic) {
        return Ok(format!("{topic}(x)\n  {}\n", row.about) + &forms.concat());
    }
    if !forms.is_empty() {
        return Ok(forms.concat());
    }
    if let Some((_, text)) = OTHERS.iter().find(|(name, _)| *name == topic) {
        return Ok((*text).to_owned());
    }
    let failure = Failure::wrong("unknown_name", Span::default(), format!("there is no help on `{topic}`"));
    let known = queries::names().chain(lower::names());
    Err(match nearest(topic, known) {
        Some(near) => failure.with_help(format!("did you mean help {near}?")),
        None => failure.with_help("`help` lists what is known"),
    })
}

fn overview() -> String {
    let mut text = "queries\n".to_owned();
    let width = queries::names().map(str::len).max().unwrap_or(0);
    for query in queries::all() {
        text += &format!("  {:width$}  {}\n", query.name, query.about);
    }
    let mut names: Vec<&str> = lower::names().collect();
    names.dedup();
    text += "functions of x\n";
    for row in names.chunks(12) {
        text += &format!("  {}\n", row.join(" "));
    }
    text + "constants\n  pi e i inf\nsettings\n  set digits = 50, set seed = 1, set threads = 4\n`help spectrum` says more on one name; `name = …` defines a name, `f(x) = …` too\n"
}

fn on_query(query: &Query) -> String {
    let mut text = format!("{}\n  {}\n", query.usage(), query.about);
    let width = query.parameters.iter().map(|parameter| parameter.name.len()).max().unwrap_or(0);
    for parameter in query.parameters {
        let default = match parameter.default {
            Default::Is(value) => format!(" (default {value})"),
            Default::Required | Default::Optional => String::new(),
        };
        let aliases =
            if parameter.aliases.is_empty() { String::new() } else { format!(" (also {})", parameter.aliases.join(", ")) };
        text += &format!("  {:width$}  {}{default}{aliases}\n", parameter.name, parameter.about);
    }
    let repeat = if query.repeat == Repeat::Once { "\nsimulates: the same seed gives the same bytes" } else { "" };
    text + &format!("result: {}{repeat}\nexample: {}\n", query.result, query.example)
}
