//! Training and test errors.

use std::sync::Arc;

use rug::Rational;

use super::{Query, Repeat, defaulted, optional, required};
use crate::activation::Function;
use crate::number::Real;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::{Hidden, StepErrors, StepSize, Value};
use crate::theory::{Baselines, Doubt, ErrorRow, MOST_DEGREE, OneStepAnswers, RidgeErrors, RidgeParts, degree};

/// Largest order of a surrogate, largest n and bound of eta at finite size.
const MOST_ORDER: usize = 8;
const MOST_SAMPLES: usize = 1_000_000_000_000_000;
const MOST_STEP: f64 = 1e30;

pub(super) const TABLE: &[Query] = &[Query {
    name: "errors",
    parameters: &[
        required(
            "m",
            "the model, for example one_step(tanh(x), x, phi = 1/4, psi = 1/4, ridge = 1/10), or a regression, which takes no other argument",
        ),
        defaulted(
            "degree",
            "3",
            "the largest degree l: a step of size n^alpha makes the powers up to l of the labels' direction visible",
        ),
        optional("alpha", "in place of degree: the exponent of the step size, 0 <= alpha < 1/2"),
        optional("eta", "a constant step size, in the limit of large n; with n a finite size"),
        optional("n", "the number of samples: an estimate for a step of finite size"),
        optional("scale", "with n and alpha: eta = scale*n^alpha, 1 when not given"),
        optional("order", "with n: the powers up to this one alone, the theory of the surrogate"),
        optional(
            "strength",
            "the strength t of a step of critical size, eta = t*sqrt(N)/(c_1*|beta|), of a network with a readout of signs; alone",
        ),
    ],
    about: "training and test errors of ridge regression, of one_step before and after the step",
    result: "a record: beta_norm_squared, rho (cosine of the step's direction with the teacher's), kappa, m1, m2, by_degree [{degree, train (penalised), train_mse, test (noise included), improvement_train, improvement_test, present, learned}], bulk_edge_w (s^2/n), critical_eta_f, critical_eta_w (with alpha also the fields of the row of its l; with eta the fields of one row; with n also strength, t = c_1 eta |beta|/sqrt(N), and the digits of the prediction of a mean over draws, with an order those of the formula; of a regression test, train, train_penalised, kappa, degrees_of_freedom, and without d bias, variance {weights, data, interaction, from_noise}, layers [{layer, averaged, same_data}]; with strength test, train, train_penalised, overlap)",
    example: "errors(one_step(tanh(x), x, phi = 1/4, psi = 1/4, ridge = 1/10, noise = 1/5), degree = 1)",
    repeat: Repeat::Numeric,
    run: errors,
}];

fn errors(call: &Call) -> Result<Value, Failure> {
    let given: Vec<&str> = ["degree", "alpha", "eta"].into_iter().filter(|name| call.given(name).is_some()).collect();
    if let [_, second, ..] = given[..] {
        return Err(call.refuse(second, "errors takes one of degree, alpha and eta"));
    }
    let answers = call.answers("m")?;
    if let Some(found) = answers.ridge_errors() {
        let steps = ["degree", "alpha", "eta", "n", "scale", "order", "strength"];
        if let Some(name) = steps.into_iter().find(|name| call.given(name).is_some()) {
            let failure = call.refuse(name, format!("{name} belongs to the step of one_step, and this model takes none"));
            return Err(failure.with_help("errors(m) alone"));
        }
        return of_ridge(call, found.map_err(call.theory("m"))?);
    }
    let model = answers.one_step().map_err(call.theory("m"))?;
    if let Some(strength) = strength(call)? {
        return of_strength(call, model, &strength);
    }
    if call.given("n").is_some() {
        let Finite { n, eta, scale, order } = finite_size(call)?;
        let (found, strength) = model.predicted_errors(n, eta, order).map_err(call.theory("m"))?;
        let mut fields = row(found);
        fields.push(("strength", strength.into()));
        return keeping(call, StepSize::Finite { n, eta, scale, order }, fields);
    }
    if let Some(name) = ["scale", "order"].into_iter().find(|name| call.given(name).is_some()) {
        return Err(no_size(call, name));
    }
    if let Some(eta) = positive_step(call)? {
        let fields = row(model.after(&call.enclosure(&eta)));
        return keeping(call, StepSize::Constant(eta), fields);
    }
    let reached = exponent(call)?.map(|alpha| of_exponent(call, &alpha)).transpose()?;
    let most = match reached {
        Some(degree) => degree,
        None => call.whole("degree", 0, MOST_DEGREE)?.unwrap_or(3),
    };
    let Baselines { beta_square, rho, kappa: [kappa, m1, m2], edge, critical: [of_features, of_weights] } =
        model.baselines().map_err(call.theory("m"))?;
    let rows = (0..=most).map(|degree| Value::record("row", row(model.of_degree(degree)))).collect();
    let mut fields: Vec<(&str, Value)> = vec![
        ("beta_norm_squared", beta_square.into()),
        ("rho", rho.into()),
        ("kappa", kappa.into()),
        ("m1", m1.into()),
        ("m2", m2.into()),
        ("by_degree", Value::list(rows)),
        ("bulk_edge_w", edge.into()),
        ("critical_eta_f", of_features.into()),
        ("critical_eta_w", of_weights.into()),
    ];
    fields.extend(reached.map(|degree| row(model.of_degree(degree))).into_iter().flatten());
    keeping(call, StepSize::UpTo(most), fields)
}

/// The strength of a step of critical size, ≥ 0.
fn strength(call: &Call) -> Result<Option<Function>, Failure> {
    let Some(strength) = call.real("strength")? else { return Ok(None) };
    if let Some(name) = ["degree", "alpha", "eta", "n", "scale", "order"].into_iter().find(|name| call.given(name).is_some()) {
        let failure = call.refuse(name, format!("errors takes the strength of a step of critical size or {name}, not both"));
        return Err(failure.with_help("strength alone: t = c_1 eta |beta|/sqrt(N)"));
    }
    match call.sign(&strength)? {
        order if order.is_lt() => {
            Err(call.refuse("strength", format!("strength is a size and cannot be negative, and is {strength}")))
        }
        order if order.is_eq() => Ok(Some(Function::rational(0))),
        _ => Ok(Some(strength)),
    }
}

/// The errors after a step of critical size.
fn of_strength(call: &Call, model: &OneStepAnswers, strength: &Function) -> Result<Value, Failure> {
    let ([test, train, penalised], overlap) = model.of_strength(strength).map_err(call.theory("m"))?;
    let fields =
        vec![("test", test.into()), ("train", train.into()), ("train_penalised", penalised.into()), ("overlap", overlap.into())];
    Ok(Value::answer("errors", fields))
}

/// The errors of a regression.
fn of_ridge(call: &Call, found: RidgeErrors) -> Result<Value, Failure> {
    let RidgeErrors { errors: [test, train, penalised], kappa, freedom, parts } = found;
    let mut fields: Vec<(&str, Value)> =
        vec![("test", test.into()), ("train", train.into()), ("train_penalised", penalised.into())];
    if let Some(freedom) = freedom {
        fields.extend([("kappa", kappa.into()), ("degrees_of_freedom", freedom.into())]);
    }
    if let Some(RidgeParts { bias, variance: [weights, data, interaction, noise], levels }) = parts {
        let names = ["weights", "data", "interaction", "from_noise"];
        let variance: Vec<(&str, Value)> =
            names.into_iter().zip([weights, data, interaction, noise]).map(|(name, part)| (name, part.into())).collect();
        let level = |(layer, [averaged, same_data]): (usize, [Real; 2])| {
            let fields = vec![("layer", Value::number(layer)), ("averaged", averaged.into()), ("same_data", same_data.into())];
            Value::record("layer", fields)
        };
        fields.push(("bias", bias.into()));
        fields.push(("variance", Value::record("variance", variance)));
        fields.push(("layers", Value::list(levels.into_iter().enumerate().map(level).collect())));
    }
    Ok(Value::answer_keeping(Hidden::Ridge(call.model("m")?), "errors", fields))
}

/// The refusal of an argument that has a meaning at finite size alone.
pub(super) fn no_size(call: &Call, name: &str) -> Failure {
    call.refuse(name, format!("{name} belongs to a finite size: give n, and eta or alpha"))
}

/// The record, with what a picture of it needs.
fn keeping(call: &Call, step: StepSize, fields: Vec<(&'static str, Value)>) -> Result<Value, Failure> {
    let hidden = Hidden::Errors(Arc::new(StepErrors { model: call.model("m")?, step }));
    Ok(Value::answer_keeping(hidden, "errors", fields))
}

fn row(row: ErrorRow) -> Vec<(&'static str, Value)> {
    let [train, train_mse, test] = row.errors;
    let [improvement_train, improvement_test] = row.improvements;
    let component = |(k, energy, share): (usize, Real, Real)| {
        Value::record("component", vec![("k", Value::number(k)), ("energy", energy.into()), ("share", share.into())])
    };
    let mut fields: Vec<(&str, Value)> = row.degree.map(|degree| ("degree", Value::number(degree))).into_iter().collect();
    fields.extend([
        ("train", train.into()),
        ("train_mse", train_mse.into()),
        ("test", test.into()),
        ("improvement_train", improvement_train.into()),
        ("improvement_test", improvement_test.into()),
    ]);
    if row.degree.is_some() {
        fields.push(("present", powers(&row.present)));
    }
    fields.push(("learned", Value::list(row.learned.into_iter().map(component).collect())));
    fields
}

/// The powers present.
pub(super) fn powers(present: &[usize]) -> Value {
    Value::list(present.iter().map(|k| Value::number(*k)).collect())
}

/// A step size, positive.
///
/// # Errors
/// Anything else.
pub(super) fn positive_step(call: &Call) -> Result<Option<Function>, Failure> {
    match call.real("eta")? {
        Some(eta) if !call.sign(&eta)?.is_gt() => {
            Err(call.refuse("eta", format!("eta is a step size and must be positive, and is {eta}")))
        }
        eta => Ok(eta),
    }
}

/// An exponent of the step size.
///
/// # Errors
/// Anything else.
pub(super) fn exponent(call: &Call) -> Result<Option<Rational>, Failure> {
    let Some(alpha) = call.rational("alpha")? else { return Ok(None) };
    if alpha < 0 || alpha >= Rational::from((1, 2)) {
        let failure = call.refuse("alpha", format!("alpha must be at least 0 and below 1/2, and is {alpha}"));
        return Err(failure.with_help("eta = n^alpha; at 1/2 the step is as large as the weights, and the bulk itself changes"));
    }
    Ok(Some(alpha))
}

/// A step of finite size.
pub(super) struct Finite {
    /// n.
    pub n: usize,
    /// η.
    pub eta: f64,
    /// The scale of eta = scale n^alpha, 1 unless it was given.
    pub scale: f64,
    /// The powers of the surrogate; none for all.
    pub order: Option<usize>,
}

/// n with eta, or with alpha and perhaps scale, and perhaps order.
///
/// # Errors
/// Anything else.
pub(super) fn finite_size(call: &Call) -> Result<Finite, Failure> {
    let n = call.whole("n", 1, MOST_SAMPLES)?.unwrap_or(1);
    let order = call.whole("order", 1, MOST_ORDER)?;
    if call.given("degree").is_some() {
        return Err(call.refuse("degree", "degree is a limit of large n; at finite n give eta, or alpha, and perhaps order"));
    }
    let (step, exponent) = (positive_step(call)?, exponent(call)?);
    let scale = call.positive("scale", " of n^alpha")?.map_or(1.0, |scale| scale.to_f64());
    let eta = match (step, exponent) {
        (Some(eta), None) => call.enclosure(&eta).to_f64(),
        (None, Some(alpha)) => scale * (n as f64).powf(alpha.to_f64()),
        (Some(_), Some(_)) => return Err(call.refuse("alpha", "a finite size takes one of eta and alpha")),
        (None, None) => {
            let failure = call.refuse("n", "a finite size needs the size of the step too: eta, or alpha");
            return Err(failure.with_help("n = 1000, eta = 12; or n = 1000, alpha = 1/3"));
        }
    };
    if call.given("eta").is_some() && call.given("scale").is_some() {
        return Err(call.refuse("scale", "scale belongs to alpha: eta = scale*n^alpha"));
    }
    if !(eta.is_normal() && eta < MOST_STEP) {
        return Err(call.refuse(call.given("eta").map_or("n", |_| "eta"), format!("the step size {eta:e} is beyond doubles")));
    }
    Ok(Finite { n, eta, scale, order })
}

/// The degree of an exponent, with a doubt at a critical one.
///
/// # Errors
/// A degree beyond the bound.
pub(super) fn of_exponent(call: &Call, alpha: &Rational) -> Result<usize, Failure> {
    let (degree, critical) = degree(alpha);
    if degree > MOST_DEGREE {
        let message = format!("alpha = {alpha} has the degree {degree}, and the bound is {MOST_DEGREE}");
        let mend = format!("take alpha below {MOST_DEGREE}/{}, where the degree {MOST_DEGREE} ends", 2 * MOST_DEGREE + 2);
        return Err(call.refuse("alpha", message).with_help(mend));
    }
    if critical {
        call.work().doubt(Doubt::CriticalAlpha(alpha.to_string()));
    }
    Ok(degree)
}
