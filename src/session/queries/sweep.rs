//! A query at every point of a grid over names that it holds.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::sweep_lines::{head, read, shown, written};
use super::{Query, Repeat, defaulted, optional, required, save};
use crate::language::syntax::{Expr, Kind, Span};
use crate::number::Job;
use crate::session::call::{Call, Free};
use crate::session::checkpoint::{self, Checkpoint, NUMBER, POINTS, SHARD};
use crate::session::failure::Failure;
use crate::session::points::{Point, Quantity};
use crate::session::run::Answer;
use crate::session::share::Share;
use crate::session::value::{Hidden, Name, Swept, Value};
use crate::session::warning;
use crate::theory::Doubt;

/// Most points of a grid.
const MAX_POINTS: usize = 1_000_000;

pub(super) const TABLE: &[Query] = &[Query {
    name: "sweep",
    parameters: &[
        required("query", "what is asked at every point; before it one or two names of your own, each with its values"),
        optional("file", "name.jsonl: each point is added as it comes, and the same statement goes on from there"),
        defaulted("restart", "false", "true begins the file anew"),
    ],
    about: "a query at every point of a range, or of a grid over two: a table",
    result: "a list of records: the names that vary, then value or the fields of what the query gives; for a point that fails error",
    example: "sweep(a = 0..1 count 3, gaussian(tanh(x) - a*x).theta2)",
    repeat: Repeat::Points,
    run: sweep,
}];

/// What is asked, in short: the field where it is one, or the query.
fn label(expr: &Expr) -> String {
    const LONGEST: usize = 40;
    match &expr.kind {
        // what is measured of a quantity stands on its axis
        Kind::Field(of, field) if field == "measured" => label(of),
        Kind::Field(_, field) => field.clone(),
        Kind::Index(_, row) if let Kind::Text(name) = &row.kind => name.rsplit('.').next().unwrap_or(name).to_owned(),
        Kind::Index(of, place) => format!("{}[{place}]", label(of)),
        Kind::Call { function, .. } => function.to_string(),
        _ => Some(expr.to_string()).filter(|text| text.len() <= LONGEST).unwrap_or_else(|| "value".to_owned()),
    }
}

/// What is known of a point: its value, the names of its doubts, and whether a check disagreed.
pub(super) struct Found {
    pub(super) value: Result<Value, String>,
    pub(super) doubts: Vec<String>,
    pub(super) disagrees: bool,
}

fn sweep(call: &Call) -> Result<Value, Failure> {
    let names = names(call)?;
    let context = call.evaluation.context;
    let quantity = Quantity {
        expr: call.asked(),
        scope: call.scope,
        settings: context.settings,
        job: context.job,
        gaussian: context.gaussian,
    };
    match &context.settings.share {
        Share::Plan(handed) => {
            handed.put(vec![plan(call, &quantity, &names)]);
            Ok(Value::UNDEFINED)
        }
        Share::Pieces(numbers, handed) => {
            handed.put(pieces(&quantity, &names, numbers)?);
            Ok(Value::UNDEFINED)
        }
        Share::Whole | Share::Shard { .. } | Share::Found(_) => answered(call, &quantity, &names),
    }
}

/// The points that this session has, all of them but in a shard, as records.
fn answered(call: &Call, quantity: &Quantity, names: &Varied) -> Result<Value, Failure> {
    let mut found: Vec<Option<Found>> = (0..size(names)).map(|_| None).collect();
    let mut failures = Failures::default();
    match (&quantity.settings.share, save::path(call, &["jsonl"])?) {
        (Share::Found(lines), _) => gather(call, lines, &mut found)?,
        (Share::Shard { .. }, None) => {
            let failure = Failure::wrong("missing_argument", call.span, "a shard of a sweep needs a file for its points");
            return Err(failure.with_help("add one, for example file = \"points.jsonl\""));
        }
        (_, Some(path)) => kept(call, quantity, names, path, &mut found, &mut failures)?,
        (_, None) => {
            let all: Vec<usize> = (0..size(names)).collect();
            let mut done = 0;
            quantity.each(
                &all,
                |number| point(names, number),
                |number, answer| {
                    failures.see(&answer, quantity.job, all.len());
                    found[number] = Some(computed(answer)?);
                    done += 1;
                    quantity.job.report(done, all.len());
                    Ok(())
                },
            )?;
        }
    }
    let (numbers, found): (Vec<usize>, Vec<Found>) =
        found.into_iter().enumerate().filter_map(|(number, found)| Some((number, found?))).unzip();
    let failed = found.iter().filter(|found| found.value.is_err()).count();
    if failed == found.len() && failed > 0 {
        let message = found.first().and_then(|found| found.value.as_ref().err().cloned()).unwrap_or_default();
        let failure: Failure = failures.first.unwrap_or_else(|| Failure::wrong("wrong_argument", quantity.expr.span, message));
        return Err(failure);
    }
    leave_doubts(call, &found, failed);
    let swept = Arc::new(Swept { names: names.len(), label: label(quantity.expr), asked: quantity.expr.to_string() });
    Ok(Value::list(numbers.into_iter().zip(found).map(|(number, found)| row(point(names, number), found, &swept)).collect()))
}

/// The points that failed.
#[derive(Default)]
struct Failures {
    first: Option<Failure>,
    count: usize,
    /// Whether a point has a value.
    some: bool,
}

impl Failures {
    /// Sees one of so many points as it comes. Where none of the first ones has a value it is said why: the rest may take hours.
    fn see(&mut self, answer: &Result<Answer, Failure>, job: &Job, all: usize) {
        const FIRST: usize = 8;
        let Err(failure) = answer else {
            self.some = true;
            return;
        };
        self.count += 1;
        if self.count == FIRST && !self.some && all > FIRST {
            let reason = failure.diagnostic().message;
            job.tell(&format!("the first {FIRST} of {all} points have no value: {reason}. The others follow; Ctrl-C stops them"));
        }
        self.first.get_or_insert_with(|| failure.clone());
    }
}

/// The names that vary with their values.
fn names<'a>(call: &'a Call) -> Result<Vec<(&'a Free<'a>, Vec<Value>)>, Failure> {
    let free = &call.free;
    if free.is_empty() {
        let failure = Failure::wrong("missing_argument", call.span, "sweep needs a name and its values".to_owned());
        return Err(failure.with_help(format!("for example {}", call.query.example)));
    }
    if free.len() > 2 {
        let message = format!("sweep varies one name or two, and got {}", free.len());
        return Err(
            Failure::wrong("wrong_argument", free[2].at, message).with_help("sweep over the others in sweeps of their own")
        );
    }
    let list = |free: &'a Free| -> Result<(&'a Free<'a>, Vec<Value>), Failure> {
        let items = free.value.items().filter(|items| !items.is_empty());
        let items = items.ok_or_else(|| {
            let message =
                format!("{} must be a range with points or a list, and `{}` is {}", free.name, free.expr, free.value.kind());
            Failure::wrong("wrong_argument", free.expr.span, message)
                .with_help(format!("for example {} = 0..1 count 11", free.name))
        })?;
        match items.iter().find(|item| !(item.is_function() || matches!(item, Value::Text(_) | Value::Flag(_)))) {
            Some(other) => Err(Failure::wrong(
                "wrong_argument",
                free.expr.span,
                format!("{} varies over numbers, activations or texts, and an item is {}", free.name, other.kind()),
            )),
            None => Ok((free, items.into_owned())),
        }
    };
    free.iter().try_for_each(|free| call.occurs(free, call.asked()))?;
    let names: Vec<_> = free.iter().map(list).collect::<Result<_, _>>()?;
    let number = size(&names);
    if number > MAX_POINTS {
        let message = format!("the grid has {number} points, more than the bound {MAX_POINTS}");
        return Err(Failure::wrong("bound", call.span, message));
    }
    Ok(names)
}

/// Names with the values that they take.
type Varied<'a> = [(&'a Free<'a>, Vec<Value>)];

/// How many points there are.
fn size(names: &Varied) -> usize {
    names.iter().map(|(_, values)| values.len()).product()
}

/// The point of this number, below the size, the first name slowest.
fn point(names: &Varied, number: usize) -> Point {
    let mut left = size(names);
    let at = |(free, values): &(&Free, Vec<Value>)| {
        left /= values.len();
        (free.name.clone(), values[number / left % values.len()].clone())
    };
    names.iter().map(at).collect()
}

/// What an answer says of its point; only an interrupted one is none.
pub(super) fn computed(answer: Result<Answer, Failure>) -> Result<Found, Failure> {
    match answer {
        Ok(answer) if answer.value.goes_to_a_file() || matches!(answer.value, Value::Picture(_)) => {
            let failure = Failure::wrong("wrong_kind", Span::default(), "a sweep gathers values, and no pictures or files");
            Err(failure.with_help("plot(sweep(…)) and save(sweep(…), \"name.csv\") take the whole table"))
        }
        Ok(Answer { value, warnings, disagrees, .. }) => {
            Ok(Found { value: Ok(value), doubts: warnings.iter().map(warning::name).collect(), disagrees })
        }
        Err(failure) => Ok(Found { value: Err(failure.diagnostic().message), doubts: Vec::new(), disagrees: false }),
    }
}

/// The points of a file, those that are not there computed and added.
fn kept(
    call: &Call,
    quantity: &Quantity,
    names: &Varied,
    path: PathBuf,
    found: &mut [Option<Found>],
    failures: &mut Failures,
) -> Result<(), Failure> {
    let job = quantity.job;
    let share = &quantity.settings.share;
    let restart = call.flag("restart")?.unwrap_or(false);
    let mut first = head(call, quantity);
    let path = match share {
        Share::Shard { number, of } => {
            (first[SHARD], first[POINTS]) = (json!([number, of]), json!(size(names)));
            checkpoint::of_shard(&path, *number, *of)
        }
        _ => path,
    };
    let (mut checkpoint, known) =
        Checkpoint::open(&path, first, restart).map_err(|failure| failure.placed(call.place("file")))?;
    let mut lines: Vec<Option<Json>> = vec![None; size(names)];
    for known in known {
        let number = known[NUMBER].as_u64().and_then(|number| usize::try_from(number).ok());
        if let Some(line) = number.and_then(|number| lines.get_mut(number)) {
            *line = Some(known);
        }
    }
    let own = (0..size(names)).filter(|number| share.holds(*number));
    let missing: Vec<usize> = own.clone().filter(|number| lines[*number].is_none()).collect();
    let all = own.count();
    let mut done = all - missing.len();
    match (missing.len(), done) {
        (0, _) => {}
        (of, 0) => job.tell(&format!("{of} points go to {} as they come; the same statement goes on from there", path.display())),
        (_, done) => job.tell(&format!("{done} of {all} points are in {}; the others follow", path.display())),
    }
    let worked = quantity.each(
        &missing,
        |number| point(names, number),
        |number, answer| {
            failures.see(&answer, job, missing.len());
            let line = written(number, &point(names, number), answer)?;
            checkpoint.append(&line)?;
            lines[number] = Some(line);
            done += 1;
            job.report(done, all);
            Ok(())
        },
    );
    worked.map_err(|failure| {
        let kept = format!("{done} of {all} points are in {}; the same statement goes on from there", path.display());
        if job.check().is_err() { failure.with_help(kept) } else { failure }
    })?;
    for (found, line) in found.iter_mut().zip(&lines) {
        *found = line.as_ref().map(|line| read(line, quantity.settings.digits));
    }
    checkpoint.finish(&lines.into_iter().flatten().collect::<Vec<Json>>())
}

/// What is computed, over which values of each name, and how many points that makes.
fn plan(call: &Call, quantity: &Quantity, names: &Varied) -> Json {
    let over: Map<String, Json> =
        names.iter().map(|(free, values)| (free.name.clone(), values.iter().map(shown).collect())).collect();
    json!({"head": head(call, quantity), "over": over, POINTS: size(names)})
}

/// The lines of the points of these numbers.
fn pieces(quantity: &Quantity, names: &Varied, numbers: &[usize]) -> Result<Vec<Json>, Failure> {
    let asked: Vec<usize> = numbers.iter().copied().filter(|number| *number < size(names)).collect();
    let mut lines = Vec::with_capacity(asked.len());
    quantity.each(
        &asked,
        |number| point(names, number),
        |number, answer| {
            lines.push(written(number, &point(names, number), answer)?);
            Ok(())
        },
    )?;
    Ok(lines)
}

/// The points of lines that were found elsewhere.
fn gather(call: &Call, lines: &[Json], found: &mut [Option<Found>]) -> Result<(), Failure> {
    for line in lines {
        let number = line[NUMBER].as_u64().and_then(|number| usize::try_from(number).ok());
        if let Some(place) = number.and_then(|number| found.get_mut(number)) {
            *place = Some(read(line, call.evaluation.context.settings.digits));
        }
    }
    match found.iter().position(Option::is_none) {
        None => Ok(()),
        Some(missing) => Err(Failure::wrong("file", call.span, format!("there is no line of point {missing}"))),
    }
}

/// The doubts of the points, each kind once, and that points failed.
fn leave_doubts(call: &Call, found: &[Found], failed: usize) {
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for name in found.iter().flat_map(|found| &found.doubts) {
        match kinds.iter_mut().find(|(known, _)| known == name) {
            Some((_, times)) => *times += 1,
            None => kinds.push((name, 1)),
        }
    }
    let doubts = &call.evaluation.doubts;
    for (name, times) in kinds {
        doubts.leave(Doubt::AtPoints { name: name.to_owned(), points: times });
    }
    if failed > 0 {
        doubts.leave(Doubt::PointsFailed { failed, of: found.len() });
    }
    if found.iter().any(|found| found.disagrees) {
        call.evaluation.disagrees.set(true);
    }
}

/// The record of a point: the names that vary, then the fields of its value, or the value itself where a name would stand twice.
fn row(point: Point, found: Found, swept: &Arc<Swept>) -> Value {
    let stands = |field: &str| point.iter().any(|(name, _)| name == field);
    let (given, with_fields) = match &found.value {
        Ok(Value::Record(record)) => (record.fields.len(), !record.fields.iter().any(|(field, _)| stands(field))),
        Ok(_) => (1, false),
        Err(_) => (2, false),
    };
    let mut fields: Vec<(Name, Value)> = Vec::with_capacity(point.len() + given);
    fields.extend(point.into_iter().map(|(name, value)| (name.into(), value)));
    match found.value {
        Err(error) => {
            fields.extend([("value".into(), Value::UNDEFINED), ("error".into(), Value::Text(error))]);
        }
        Ok(Value::Record(record)) if with_fields => {
            fields.extend(record.fields.iter().cloned());
        }
        Ok(value) => fields.push(("value".into(), value)),
    }
    Value::keeping(Hidden::Point(swept.clone()), "point", fields)
}
