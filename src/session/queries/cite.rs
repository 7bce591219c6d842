//! What a value rests on: statements with their status and hypotheses, and the papers to cite.

use super::{Query, Repeat, required};
use crate::language::syntax::Span;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::sources::{Paper, Sources, Statement};
use crate::session::value::Value;

pub(super) const TABLE: &[Query] = &[Query {
    name: "cite",
    parameters: &[required("value", "a model, or what a query answered")],
    about: "what a value rests on: the statements behind it, with status and hypotheses, and BibTeX of the papers",
    result: "a record: status (the weakest of its statements: proved, verified by simulation, or conjectured), hypotheses, results [{statement, status, source}], bibtex (of the papers)",
    example: "cite(spectrum(features(tanh(x), phi = 1/2, psi = 3/4)))",
    repeat: Repeat::Exact,
    run: cite,
}];

fn cite(call: &Call) -> Result<Value, Failure> {
    let (expr, value) = (call.asked(), call.value());
    let statements = Sources::of(call.evaluation, expr, call.scope, &value).statements();
    let Some(weakest) = statements.iter().map(|statement| statement.status).min() else {
        return Err(unsupported(&value, expr.span, &expr.to_string()));
    };
    let mut hypotheses: Vec<&str> = Vec::new();
    for supposed in statements.iter().flat_map(|statement| statement.supposes) {
        if !hypotheses.contains(supposed) {
            hypotheses.push(supposed);
        }
    }
    let cited: Vec<Paper> = statements.iter().flat_map(|statement| statement.papers).copied().collect();
    let entries: Vec<&str> = Paper::among(&cited).map(Paper::bibtex).collect();
    let texts = |texts: Vec<&str>| Value::list(texts.into_iter().map(|text| Value::Text(text.to_owned())).collect());
    Ok(Value::record(
        "citation",
        vec![
            ("status", Value::Text(weakest.word().to_owned())),
            ("hypotheses", texts(hypotheses)),
            ("results", Value::list(statements.into_iter().map(row).collect())),
            ("bibtex", Value::Text(entries.join("\n\n"))),
        ],
    ))
}

fn row(statement: &'static Statement) -> Value {
    let papers: Vec<&str> = Paper::among(statement.papers).map(Paper::short).collect();
    let source = if papers.is_empty() { "derived here".to_owned() } else { papers.join("; ") };
    let text = |text: &str| Value::Text(text.to_owned());
    Value::record(
        "statement",
        vec![("status", text(statement.status.word())), ("statement", text(statement.says)), ("source", text(&source))],
    )
}

/// A value that no statement stands behind.
fn unsupported(value: &Value, at: Span, written: &str) -> Failure {
    let message = format!("`{written}` is {}, which rests on none of the papers", value.kind());
    Failure::wrong("wrong_argument", at, message)
        .with_help("a model or an answer about one is cited, for example cite(spectrum(m))")
}
