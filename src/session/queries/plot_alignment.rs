//! The picture of the neural feature ansatz as training begins: the correlation against samples, width and spread of the covariance,
//! with what checks measured.

use std::sync::Arc;

use crate::compare::Report;
use crate::model::Model;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::figures::{self, Part, StartMeasured, Views};
use crate::session::value::{Hidden, Value};
use crate::theory::{AlignmentCurves, Question};

/// The panels of a model with what checks of such models measured, when that is what is to be drawn.
///
/// # Errors
/// As the model's theory.
pub(super) fn with_checks(call: &Call, items: &[Value]) -> Result<Option<Part>, Failure> {
    let measured = |item: &Value| match item {
        Value::Record(record) => match &record.hidden {
            Hidden::Views(views) => views.of_start.clone(),
            _ => None,
        },
        _ => None,
    };
    let refused = || {
        let failure = call.refuse("value", "an ansatz is drawn alone, or with checks of such models after it");
        failure.with_help("plot([m, check(m), check(ansatz(abs(x), n_over_d = 4, n_over_k = 2, labels = \"signs\"))])")
    };
    let mut several = false;
    for item in items {
        several |= match item {
            Value::Model(model) => answers_alignment(call, model)?,
            item => items.len() > 1 && measured(item).is_some(),
        };
    }
    match items {
        _ if !several => Ok(None),
        [Value::Model(model), rest @ ..] if answers_alignment(call, model)? => {
            let measured = rest.iter().map(measured).collect::<Option<Vec<_>>>().ok_or_else(refused)?;
            part(call, model, &measured).map(Some)
        }
        _ => Err(refused()),
    }
}

/// Whether a model has a correlation in place of a law.
fn answers_alignment(call: &Call, model: &Model) -> Result<bool, Failure> {
    Ok(call.answers_of(model, "value")?.kind().answers.contains(&Question::Alignment))
}

fn curves(call: &Call, model: &Model) -> Result<AlignmentCurves, Failure> {
    let argument = call.query.parameters[0].name;
    let answers = call.answers_of(model, argument)?;
    // what is doubtful is said where numbers are
    let doubts = call.evaluation.doubts.take();
    let curves = answers.alignment_curves().map_err(call.theory(argument));
    drop(call.evaluation.doubts.replace(doubts));
    curves
}

fn part(call: &Call, model: &Model, measured: &[Arc<StartMeasured>]) -> Result<Part, Failure> {
    let fields = model.fields().into_iter().filter(|field| !field.is_usual).map(|field| field.to_string());
    Ok(figures::panels(figures::alignment(&curves(call, model)?, measured), fields.collect()))
}

/// The panels of a check.
///
/// # Errors
/// As the model's theory.
pub(super) fn checked(call: &Call, model: &Model, report: &Report) -> Result<Views, Failure> {
    let curves = curves(call, model)?;
    let name = if curves.is_deficit { "deficit" } else { "c_nfc" };
    let row = report.rows.iter().find(|row| row.quantity == name);
    let measured = row.map(|row| Arc::new(StartMeasured { n: report.n, at: curves.here, value: [row.measured, row.se] }));
    let shown: Vec<Arc<StartMeasured>> = measured.iter().cloned().collect();
    let mut plain = part(call, model, &shown)?;
    let sizes: Vec<String> = report.dimensions.iter().map(|(name, size)| format!("{name} = {size}")).collect();
    plain.notes.push(format!("{}, {} trials, seed {}", sizes.join(", "), report.trials, report.seed));
    Ok(Views { of_start: measured, ..Views::new(plain, None) })
}
