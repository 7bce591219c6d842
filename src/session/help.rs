//! `help` and `help topic`, printed from the tables of queries, primitives and the prelude.

use super::failure::Failure;
use super::help_fields;
use super::queries::{self, Default, Query, Repeat};
use crate::activation::{CATALOGUE, lower};
use crate::language::suggest::nearest;
use crate::language::syntax::Span;

/// Topics that stand in no other table.
const TOPICS: [(&str, &str); 27] = [
    ("max", "max(a, b, …)\n  the largest of two or more functions\n"),
    ("min", "min(a, b, …)\n  the smallest of two or more functions\n"),
    ("He", "He(k, x), He0(x), He1(x), …\n  the Hermite polynomials of N(0, 1): He2(x) = x^2 - 1\n"),
    ("set", SETTINGS),
    (
        "last",
        "last\n  the last value that was printed or named; all(last) shows its exact forms in full, and at the prompt all of its lines\n",
    ),
    ("tour", "tour\n  at the prompt: a short tour, statements and their answers; examples/tour.rsv is a longer one\n"),
    (
        "timing",
        "timing\n  at the prompt: says what the last statement took; from there on each one says so, until timing is typed again\n",
    ),
    ("digits", "set digits = 50\n  the significant digits of every number printed; 15 at first\n"),
    ("threads", "set threads = 4\n  the threads that simulate; the numbers do not depend on it\n"),
    ("if", CONDITIONS),
    ("then", CONDITIONS),
    ("else", CONDITIONS),
    ("piecewise", CONDITIONS),
    ("step", "0..1 step 0.1\n  a range by the distance of its points\n"),
    (
        "count",
        "0..1 count 11\n  a range by the number of its points, both ends included; 1e-4..10 count 60 log spaces them evenly in the logarithm\n",
    ),
    ("x", "x\n  the variable of activations: tanh(x), f(x) = x^2\n"),
    ("pi", "pi\n  the ratio of circumference and diameter, 3.14159…\n"),
    ("e", "e\n  the base of the natural logarithm, 2.71828…; e^x is exp(x)\n"),
    ("i", "i\n  the imaginary unit, in points of the plane: 1/2 + 3/10*i\n"),
    ("inf", "inf\n  infinity, as an answer\n"),
    (
        "allowance",
        "allowance\n  in a row of check: how far theory and simulation may differ at the size simulated, finite-size effects and the error of the theory together, standard errors apart\n",
    ),
    ("z", "z\n  in a row of check: by how many standard errors the difference exceeds the allowance; 0 within it\n"),
    (
        "quartic_residual",
        "quartic_residual\n  a row of check where the law has an equation: |P(z, m_n(z))|, P the polynomial of equation(m), m_n the Stieltjes transform measured; it falls to 0 as n grows if the law is right\n",
    ),
    (
        "gradient",
        "update = \"gradient\"\n  in check of one_step with eta: the weights take the exact gradient step W_0 + eta*G\n",
    ),
    (
        "rank_one",
        "update = \"rank_one\"\n  in check of one_step with eta: the weights take W_0 + eta*c_1*a*beta^T, the part of the gradient that the theory has\n",
    ),
    (
        "surrogate",
        "update = \"surrogate\"\n  in check of one_step with eta: the weights stay, and to F_0 are added the powers of z up to order, which the theory of that order describes as n -> inf\n",
    ),
    ("verdict", "verdict\n  of a row of check, or of all: agree, disagree or inconclusive (too small to decide)\n"),
];

const SETTINGS: &str = "set digits = 50, set seed = 1, set threads = 4\n  settings hold from there on\n";
const CONDITIONS: &str = "if x > 0 then x else 0\n  a condition; within a larger expression it stands in brackets\npiecewise(x < -1: -1, x < 1: x, 1)\n  the value of the first condition that holds, the last one where none does\nconditions are comparisons with <, <=, >, >= or ==; they nest, as in if 0 < x then (if x < 1 then p else q) else q\n";

/// The topic that lists the constructors.
pub(super) const MODELS: &str = "models";
/// The topic that gives a statement for each query.
pub(super) const EXAMPLES: &str = "examples";

/// Names that the answer of a query shows, and that have a topic of their own.
const SHOWN: [(&str, &[&str]); 1] = [("check", &["allowance", "z", "verdict", "quartic_residual"])];

/// The help text on a topic, or the list of everything.
///
/// # Errors
/// A topic that is not known.
pub fn text(topic: Option<&str>) -> Result<String, Failure> {
    let Some(topic) = topic.filter(|topic| *topic != "help") else { return Ok(overview()) };
    if let Some(query) = queries::find(topic) {
        return Ok(on_query(query));
    }
    match topic {
        MODELS => return Ok(listed(queries::all().filter(|query| query.makes_a_model()))),
        EXAMPLES => return Ok(queries::all().map(|query| format!("{}\n", query.example)).collect()),
        _ => {}
    }
    let found = on_name(topic);
    if !found.is_empty() {
        return Ok(found);
    }
    // a row of check: layers[0].spikes[1].alignment, norms.position
    let parts: Vec<String> = topic.split('.').map(|part| on_name(part.split('[').next().unwrap_or_default().trim())).collect();
    if parts.len() + usize::from(topic.contains('[')) > 1 && parts.iter().all(|part| !part.is_empty()) {
        return Ok(parts.concat());
    }
    let failure = Failure::wrong("unknown_name", Span::default(), format!("there is no help on `{topic}`"));
    let known = queries::names().chain(lower::names()).chain(TOPICS.iter().map(|(name, _)| *name)).chain([MODELS, EXAMPLES]);
    Err(match nearest(topic, known) {
        Some(near) => failure.with_help(format!("did you mean help {near}?")),
        None => failure.with_help("`help` lists what is known"),
    })
}

fn on_name(name: &str) -> String {
    [on_function(name), on_topic(name), on_argument(name), on_field(name), on_warning(name)].concat()
}

fn on_function(topic: &str) -> String {
    let rows = CATALOGUE.iter().filter(|row| row.name == topic).map(|row| format!("{topic}(x)\n  {}\n", row.about));
    let composites = lower::PRELUDE.iter().filter(|composite| composite.name == topic);
    let form = |composite: &lower::Composite| format!("{topic}({}) = {}\n", composite.parameters.join(", "), composite.body);
    rows.chain(composites.map(form)).collect()
}

fn on_topic(topic: &str) -> String {
    TOPICS.iter().find(|(name, _)| *name == topic).map_or_else(String::new, |(_, text)| (*text).to_owned())
}

/// What an argument of this name means, and for which queries.
fn on_argument(topic: &str) -> String {
    let mut meanings: Vec<(&str, Vec<&str>)> = Vec::new();
    for query in queries::with_parameter(topic) {
        let Some(about) = query.parameter(topic).map(|parameter| parameter.about) else { continue };
        match meanings.iter_mut().find(|(known, _)| *known == about) {
            Some((_, users)) => users.push(query.name),
            None => meanings.push((about, vec![query.name])),
        }
    }
    meanings.iter().map(|(about, users)| format!("{topic}, an argument of {}\n  {about}\n", users.join(", "))).collect()
}

fn on_field(topic: &str) -> String {
    let queries: Vec<&str> = queries::with_field(topic).map(|query| query.name).collect();
    let about = help_fields::about(topic);
    let of =
        if queries.is_empty() { "a field".to_owned() } else { format!("a field of what these answer: {}", queries.join(", ")) };
    let about_it = about.map_or_else(String::new, |about| format!("  {about}\n"));
    if queries.is_empty() && about.is_none() { String::new() } else { format!("{topic}, {of}\n{about_it}") }
}

fn on_warning(topic: &str) -> String {
    help_fields::about_warning(topic).map_or_else(String::new, |about| format!("{topic}, a warning\n  {about}\n"))
}

/// Queries with their lines, one a row.
fn listed(queries: impl Iterator<Item = &'static Query>) -> String {
    let width = queries::names().map(str::len).max().unwrap_or(0);
    queries.map(|query| format!("  {:width$}  {}\n", query.name, query.about)).collect()
}

fn overview() -> String {
    let mut text = "queries\n".to_owned() + &listed(queries::all());
    let mut names: Vec<&str> = lower::names().collect();
    names.dedup();
    text += "functions of x\n";
    for row in names.chunks(12) {
        text += &format!("  {}\n", row.join(" "));
    }
    text + "constants\n  pi e i inf\nsettings\n  set digits = 50, set seed = 1, set threads = 4\nforms\n  if piecewise step count last\nmore\n  help models, help examples; at the prompt also models, examples, tour, timing, ?name, quit\n`help spectrum` says more on one name, an argument or a field too; `name = …` defines a name, `f(x) = …` too\n"
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
    text += &format!("result: {}{repeat}\nexample: {}\n", query.result, query.example);
    let shown = SHOWN.iter().filter(|(name, _)| *name == query.name).flat_map(|(_, topics)| *topics);
    text + &shown.map(|topic| on_topic(topic)).collect::<String>()
}
