//! The picture of the neural feature ansatz as training begins: the correlation against samples, width and spread of the covariance,
//! with what checks measured.

use std::sync::Arc;

use crate::compare::Report;
use crate::model::Model;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::figures::{self, Part, StartMeasured, Started, Views};
use crate::session::value::{Hidden, Value};
use crate::theory::{AlignmentCurves, Question};

/// The panels of models with what checks of such models measured, when that is what is to be drawn.
///
/// # Errors
/// As the model's theory.
pub(super) fn with_checks(call: &Call, items: &[Value], labels: &[String]) -> Result<Option<Part>, Failure> {
    let mut models: Vec<(usize, &Model)> = Vec::new();
    let mut measured: Vec<Arc<StartMeasured>> = Vec::new();
    let mut others = 0;
    for (index, item) in items.iter().enumerate() {
        match item {
            Value::Model(model) if answers_alignment(call, model)? => models.push((index, model)),
            Value::Record(record) => match &record.hidden {
                Hidden::Views(views) if views.of_start.is_some() => measured.extend(views.of_start.clone()),
                _ => others += 1,
            },
            _ => others += 1,
        }
    }
    if models.is_empty() && (measured.is_empty() || items.len() == 1) {
        return Ok(None);
    }
    if models.is_empty() || others > 0 {
        let failure = call.refuse("value", "models of the ansatz are drawn alone, or with checks of such models");
        return Err(
            failure.with_help("plot([m, check(m), check(ansatz(abs(x), n_over_d = 4, n_over_k = 2, labels = \"signs\"))])")
        );
    }
    part(call, &models, &measured, labels).map(Some)
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

/// The fields that a caption says.
fn said(model: &Model) -> Vec<String> {
    model.fields().into_iter().filter(|field| !field.is_usual).map(|field| field.to_string()).collect()
}

/// What a model is made of besides what is varied.
fn made_of(model: &Model) -> Vec<String> {
    let varied = ["n_over_d", "n_over_k", "d_over_k", "covariance"];
    model.fields().into_iter().filter(|field| !varied.contains(&field.name)).map(|field| field.to_string()).collect()
}

/// Models by their numbers among what is drawn. Where there are several, checks stand with those models that are made of the same.
fn part(call: &Call, models: &[(usize, &Model)], measured: &[Arc<StartMeasured>], labels: &[String]) -> Result<Part, Failure> {
    let fields: Vec<Vec<String>> = models.iter().map(|(_, model)| said(model)).collect();
    let common: Vec<String> =
        fields[0].iter().filter(|field| fields.iter().all(|other| other.contains(field))).cloned().collect();
    let mut started = Vec::with_capacity(models.len());
    let mut told = common.clone();
    for ((number, (index, model)), fields) in models.iter().enumerate().zip(&fields) {
        let own: Vec<&str> = fields.iter().filter(|field| !common.contains(field)).map(String::as_str).collect();
        let own = own.join(", ");
        let name = match labels.get(*index) {
            Some(label) => label.clone(),
            None if own.is_empty() => (number + 1).to_string(),
            None => own.clone(),
        };
        if models.len() > 1 && labels.get(*index).is_some() && !own.is_empty() {
            told.push(format!("{name}: {own}"));
        }
        let alike = |measured: &&Arc<StartMeasured>| models.len() == 1 || measured.of == made_of(model);
        let measured = measured.iter().filter(alike).cloned().collect();
        started.push(Started { curves: curves(call, model)?, name, measured });
    }
    Ok(figures::panels(figures::alignment(&started), told))
}

/// The panels of a check.
///
/// # Errors
/// As the model's theory.
pub(super) fn checked(call: &Call, model: &Model, report: &Report) -> Result<Views, Failure> {
    let curves = curves(call, model)?;
    let name = if curves.is_deficit { "deficit" } else { "c_nfc" };
    let row = report.rows.iter().find(|row| row.quantity == name);
    let of = made_of(model);
    let measured = row.map(|row| Arc::new(StartMeasured { n: report.n, at: curves.here, of, value: [row.measured, row.se] }));
    let shown: Vec<Arc<StartMeasured>> = measured.iter().cloned().collect();
    let mut plain = part(call, &[(0, model)], &shown, &[])?;
    let sizes: Vec<String> = report.dimensions.iter().map(|(name, size)| format!("{name} = {size}")).collect();
    plain.notes.push(format!("{}, {} trials, seed {}", sizes.join(", "), report.trials, report.seed));
    Ok(Views { of_start: measured, ..Views::new(plain, None) })
}
