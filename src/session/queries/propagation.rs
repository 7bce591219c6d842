//! A signal on its way through a wide network: `propagation`.

use super::check::MOST;
use super::{Query, Repeat, defaulted, optional, required};
use crate::activation::{Function, Program};
use crate::gaussian::Moment;
use crate::model::{Field, FieldValue};
use crate::monte_carlo::{Forward, Measurement};
use crate::number::separation_bits;
use crate::propagation::{
    Correlation, Extent, FixedPoint, Layer, Number, Precision, Propagation, PropagationError, VarianceMap, layers, propagation,
};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::part::Part;
use crate::session::value::{Hidden, Value};
use crate::theory::{Doubt, real};

/// Most layers.
const MOST_DEPTH: usize = 10_000;
/// Networks that are drawn when their number is not given, as the parameter says.
const TRIALS: usize = 20;

pub(super) const TABLE: &[Query] = &[Query {
    name: "propagation",
    parameters: &[
        required("f", "the activation"),
        required("sigma_w2", "the variance of the weights times the fan-in (a variance: 2 for He initialisation)"),
        defaulted("sigma_b2", "0", "the variance of the biases"),
        optional("q0", "the mean square of the input, which decides between several stable fixed points"),
        optional("depth", "the number of layers that are listed; needs q0"),
        optional("c0", "with depth: the correlation of two inputs"),
        optional("n", "with depth: forward passes through networks of this width are drawn too"),
        defaulted("trials", "20", "with n: how many networks"),
        optional("seed", "with n: the seed; otherwise that of the session"),
    ],
    about: "a signal in a wide network at initialisation: the variance q of pre-activations, q_{l+1} = V(q_l) = sigma_w2 E f(sqrt(q_l) Z)^2 + sigma_b2, and the correlation c of two inputs, c_{l+1} = R(c_l); which phase, and how deep",
    result: "a record: fixed_points [{q, slope, stable}] (all of them, proved), q_star (the one that is reached), slope (V'(q*)), chi_1 (R'(1) = sigma_w2 E f'^2; inf where f jumps), phase (ordered for chi_1 < 1, critical, chaotic for chi_1 > 1), c_star (what correlations tend to), chi_c (R'(c*)), xi_q, xi_c, xi_gradient (depths in layers over which q, c and gradients change by a factor e), curvature (R''(1)), layers (with depth: [{layer, q, c}], with n also q_measured and c_measured)",
    example: "propagation(tanh(x), sigma_w2 = 9/4, sigma_b2 = 1/10, q0 = 1, c0 = 1/2, depth = 5)",
    repeat: Repeat::Numeric,
    run,
}];

const SETTLED: &[&str] =
    &["q_star", "slope", "chi_1", "phase", "c_star", "chi_c", "xi_q", "xi_c", "xi_gradient", "curvature", "fixed_points"];

/// A field of the fixed point, without what only the others need.
///
/// # Errors
/// As the query.
pub(super) fn part(call: &Call, Part { place, field }: Part) -> Result<Option<Value>, Failure> {
    let extent = match field {
        "fixed_points" | "q_star" | "slope" => Extent::Variances,
        "phase" => Extent::Phase,
        "chi_1" | "xi_q" | "xi_gradient" => Extent::Slope,
        "curvature" => Extent::Curvature,
        "c_star" | "chi_c" | "xi_c" => Extent::Merging,
        _ => return Ok(None),
    };
    if place.is_some() || ["depth", "c0", "n", "trials", "seed"].iter().any(|name| call.given(name).is_some()) {
        return Ok(None);
    }
    let f = call.activation("f")?.unwrap_or_else(Function::x);
    let variances = variances(call)?;
    let q0 = input(call, &variances[1])?;
    let (map, precision) = given(call, &f, &variances)?;
    let found = propagation(&map, q0.as_ref(), extent, precision).map_err(call.theory("f"))?;
    Ok(Some(Value::record("propagation", settled(call, found))))
}

/// The variance map, and the precision of this attempt.
fn given<'a>(
    call: &'a Call,
    f: &Function,
    [sigma_w2, sigma_b2]: &[Function; 2],
) -> Result<(VarianceMap, Precision<'a>), Failure> {
    let work = call.work();
    let map = VarianceMap::of(&work.data.nonlinearity(f), sigma_w2, sigma_b2, work.job).map_err(call.theory("f"))?;
    Ok((map, Precision { bits: work.bits, last: work.bits >= separation_bits(work.digits), job: work.job }))
}

fn run(call: &Call) -> Result<Value, Failure> {
    let f = call.activation("f")?.unwrap_or_else(Function::x);
    let variances = variances(call)?;
    let [sigma_w2, sigma_b2] = variances.clone();
    let q0 = input(call, &sigma_b2)?;
    let depth = call.whole("depth", 1, MOST_DEPTH)?;
    let c0 = correlation(call, depth)?;
    if depth.is_some() && q0.is_none() {
        let failure = Failure::wrong("missing_argument", call.place("depth"), "the layers need q0, the mean square of the input");
        return Err(failure.with_help("for example depth = 10, q0 = 1, c0 = 1/2"));
    }
    let work = call.work();
    let (map, precision) = given(call, &f, &variances)?;
    let mut fields = match propagation(&map, q0.as_ref(), Extent::Whole, precision) {
        Ok(found) => settled(call, found),
        // the layers are what they are without a fixed point
        Err(error) if depth.is_some() && is_no_fixed_point(&error, precision.last) => {
            work.doubt(Doubt::Undefined { fields: SETTLED, reason: format!("q_star: {error}") });
            SETTLED.iter().map(|name| (*name, Value::UNDEFINED)).collect()
        }
        Err(error) => return Err(call.theory("f")(error)),
    };
    if let (Some(depth), Some(q0)) = (depth, &q0) {
        let found = layers(&map, q0, c0.as_ref(), depth, work.bits, work.job).map_err(call.theory("f"))?;
        let drawn = match call.whole("n", 2, MOST)? {
            None => None,
            Some(n) => Some((
                n,
                forward(call, &f, [&sigma_w2, &sigma_b2, q0, c0.as_ref().unwrap_or(&Function::rational(0))], [n, depth])?,
            )),
        };
        let measured = |index: usize| drawn.as_ref().map(|(_, measured)| (&measured[index], c0.is_some()));
        let rows = found.iter().enumerate().map(|(index, found)| layer(index, found, measured(index)));
        fields.push(("layers", Value::list(rows.collect())));
        fields.extend(drawn.as_ref().map(|(n, _)| ("n", Value::number(*n))));
    } else if let Some(name) = ["n", "trials", "seed"].into_iter().find(|name| call.given(name).is_some()) {
        let failure = call.refuse(name, format!("{name} belongs to forward passes, layer by layer: give depth and q0 too"));
        return Err(failure.with_help("depth = 10, q0 = 1, c0 = 1/2, n = 400"));
    }
    let named = named(call, &f, [&sigma_w2, &sigma_b2])?;
    Ok(Value::keeping(Hidden::Signal(named.into()), "propagation", fields))
}

/// What the parameters are, for a caption; the width of forward passes stands beside what they measured.
fn named(call: &Call, f: &Function, [sigma_w2, sigma_b2]: [&Function; 2]) -> Result<Vec<String>, Failure> {
    let field = |name: &'static str, value: &Function| Field::new(name, FieldValue::Function(value.clone())).to_string();
    let mut list = vec![field("f", f), field("sigma_w2", sigma_w2)];
    if !sigma_b2.is_zero() {
        list.push(field("sigma_b2", sigma_b2));
    }
    for name in ["q0", "c0"] {
        list.extend(call.real(name)?.map(|value| field(name, &value)));
    }
    list.extend(call.whole("depth", 1, MOST_DEPTH)?.map(|depth| format!("depth = {depth}")));
    if call.given("n").is_some() {
        let trials = call.whole("trials", 2, MOST)?.unwrap_or(TRIALS);
        list.push(format!("{trials} trials, seed {}", call.seed()?));
    }
    Ok(list)
}

/// Whether the fixed points are not had, now or by more digits.
fn is_no_fixed_point(error: &PropagationError, last: bool) -> bool {
    match error.bare() {
        PropagationError::Unbounded(_) | PropagationError::Unsettled(_) => true,
        PropagationError::Undecided(_) => last,
        _ => false,
    }
}

/// The fields of a fixed point; undefined where they are not asked for.
fn settled(call: &Call, found: Propagation) -> Vec<(&'static str, Value)> {
    let Propagation { points, point, correlation } = found;
    if point.q.ball.is_exact_zero() {
        let reason = "c_star, chi_c, xi_c, curvature: q* = 0, where no signal is left to correlate; depth = 10, q0 = 1, c0 = 1/2 shows correlations on their way";
        const FIELDS: &[&str] = &["c_star", "chi_c", "xi_c", "curvature"];
        call.work().doubt(Doubt::Undefined { fields: FIELDS, reason: reason.to_owned() });
    } else if correlation.as_ref().is_some_and(|correlation| correlation.c_star.is_none()) {
        let reason = "c_star: f is a straight line, and every correlation stays as it is";
        call.work().doubt(Doubt::Undefined { fields: &["c_star"], reason: reason.to_owned() });
    }
    if correlation.as_ref().is_some_and(|correlation| correlation.counted) {
        call.work().doubt(Doubt::NotSeparatedFromZero);
    }
    let of = |field: &dyn Fn(&Correlation) -> Value| correlation.as_ref().map_or(Value::UNDEFINED, field);
    vec![
        ("fixed_points", Value::list(points.points.iter().map(fixed_point).collect())),
        ("q_star", real(&point.q).into()),
        ("slope", slope(&point)),
        ("chi_1", of(&|found| number(&Some(found.chi_1.clone())))),
        ("phase", of(&|found| Value::Text(found.phase.name().to_owned()))),
        ("c_star", of(&|found| number(&found.c_star))),
        ("chi_c", of(&|found| number(&found.chi_c))),
        ("xi_q", of(&|found| number(&found.xi_q))),
        ("xi_c", of(&|found| number(&found.xi_c))),
        ("xi_gradient", of(&|found| number(&found.xi_gradient))),
        ("curvature", of(&|found| number(&found.curvature))),
    ]
}

fn fixed_point(point: &FixedPoint) -> Value {
    Value::record("point", vec![("q", real(&point.q).into()), ("slope", slope(point)), ("stable", Value::Flag(point.stable))])
}

fn slope(point: &FixedPoint) -> Value {
    point.slope.as_ref().map_or(Value::INFINITE, |slope| real(slope).into())
}

fn number(number: &Number) -> Value {
    match number {
        None => Value::UNDEFINED,
        Some(Moment::Infinite) => Value::INFINITE,
        Some(Moment::Finite(value)) => real(value).into(),
    }
}

fn layer(index: usize, layer: &Layer, measured: Option<(&Measurement, bool)>) -> Value {
    let c = layer.c.as_ref().map_or(Value::UNDEFINED, |c| real(c).into());
    let mut fields: Vec<(&str, Value)> = vec![("layer", Value::number(index + 1)), ("q", real(&layer.q).into()), ("c", c)];
    if let Some((Measurement { mean_square, cosine }, two)) = measured {
        let value = |[mean, se]: [f64; 2]| Value::Measured { mean, se };
        fields.push(("q_measured", value(*mean_square)));
        fields.push(("c_measured", if two { value(*cosine) } else { Value::UNDEFINED }));
    }
    Value::record("layer", fields)
}

/// Forward passes of two inputs, for sigma_w2, sigma_b2, q_0 and c_0.
fn forward(call: &Call, f: &Function, numbers: [&Function; 4], [n, depth]: [usize; 2]) -> Result<Vec<Measurement>, Failure> {
    let trials = call.whole("trials", 2, MOST)?.unwrap_or(TRIALS);
    let seed = call.seed()?;
    let [sigma_w2, sigma_b2, mean_square, cosine] = numbers.map(|number| call.enclosure(number).to_f64());
    let cosine = cosine.clamp(-1.0, 1.0);
    let networks = Forward { width: n, depth, variances: [sigma_w2, sigma_b2], mean_square, cosine };
    Ok(call.simulate(|run| networks.measure(&Program::new(f), (seed, trials), run))?)
}

/// sigma_w2 > 0 and sigma_b2 ≥ 0.
///
/// # Errors
/// Anything else.
pub(super) fn variances(call: &Call) -> Result<[Function; 2], Failure> {
    let sigma_w2 = call.real("sigma_w2")?.unwrap_or_else(Function::one);
    if !call.sign(&sigma_w2)?.is_gt() {
        let failure =
            call.refuse("sigma_w2", format!("sigma_w2 is the variance of the weights and must be positive, and is {sigma_w2}"));
        return Err(failure.with_help("a variance, not a standard deviation: entries of W have variance sigma_w2/fan-in"));
    }
    Ok([sigma_w2, bias(call)?])
}

/// sigma_b2 ≥ 0, the rational 0 where it is 0 or not given.
///
/// # Errors
/// Anything else.
pub(super) fn bias(call: &Call) -> Result<Function, Failure> {
    let Some(sigma_b2) = call.real("sigma_b2")? else { return Ok(Function::rational(0)) };
    match call.sign(&sigma_b2)? {
        std::cmp::Ordering::Less => {
            let failure = call
                .refuse("sigma_b2", format!("sigma_b2 is the variance of the biases and cannot be negative, and is {sigma_b2}"));
            Err(failure.with_help("a variance, not a standard deviation"))
        }
        std::cmp::Ordering::Equal => Ok(Function::rational(0)),
        std::cmp::Ordering::Greater => Ok(sigma_b2),
    }
}

/// q_0, positive, or 0 where there are biases.
fn input(call: &Call, sigma_b2: &Function) -> Result<Option<Function>, Failure> {
    let Some(q0) = call.real("q0")? else { return Ok(None) };
    let sign = call.sign(&q0)?;
    if sign.is_gt() || (sign.is_eq() && !sigma_b2.is_zero()) {
        return Ok(Some(q0));
    }
    let failure = call.refuse("q0", format!("q0 is the mean square of the input and must be positive, and is {q0}"));
    Err(failure.with_help("q0 = 0 is allowed with biases, sigma_b2 > 0"))
}

/// c_0 in [−1, 1], with a depth.
fn correlation(call: &Call, depth: Option<usize>) -> Result<Option<Function>, Failure> {
    let Some(c0) = call.real("c0")? else { return Ok(None) };
    let one = || Function::one();
    if call.sign(&(one() - c0.clone()))?.is_lt() || call.sign(&(one() + c0.clone()))?.is_lt() {
        return Err(call.refuse("c0", format!("c0 is a correlation, from -1 to 1, and is {c0}")));
    }
    if depth.is_none() {
        let failure = call.refuse("c0", "c0 belongs to layers at finite depth: give depth and q0 too");
        return Err(failure.with_help("c_star does not depend on it"));
    }
    Ok(Some(c0))
}
