//! The values of a name at which two quantities are equal, or at which one is least or greatest.

use std::cell::RefCell;

use rug::{Integer, Rational};

use super::{Query, Repeat, required};
use crate::activation::Evaluator;
use crate::language::syntax::{BinaryOp, Expr, Kind, Relation};
use crate::number::{Ball, Real, first_bits};
use crate::session::call::{Call, Free};
use crate::session::extremum;
use crate::session::failure::Failure;
use crate::session::points::Quantity;
use crate::session::run::Answer;
use crate::session::search::{Change, Sample, changes};
use crate::session::settings::Settings;
use crate::session::value::Value;
use crate::theory::Doubt;

/// Points of a range that has none of its own.
const GRID: u32 = 65;
/// Digits of a difference: its sign is proved, and its size serves the secant.
const DIGITS: u32 = 8;
/// A best value beyond this multiple of all at the points of the range is that of a pole.
const BEYOND: f64 = 1e6;

pub(super) const TABLE: &[Query] = &[
    Query {
        name: "find",
        parameters: &[required(
            "query",
            "lhs == rhs, two quantities that are real numbers; before it a name of your own with its range",
        )],
        about: "every value of a name in a range at which two quantities are equal; a sign change is looked for between the points of the range, 65 when it has none of its own",
        result: "a list of numbers, ascending",
        example: "find(a = 0..2, gaussian(tanh(x) - a*x).slope == 0)",
        repeat: Repeat::Points,
        run: find,
    },
    Query {
        name: "minimize",
        parameters: &[required("query", "a quantity that is a real number; before it a name of your own with its range")],
        about: "the value of a name in a range at which a quantity is least",
        result: "the name with its best value, value, and at_boundary: whether it lies at an end of the range or of where the quantity is defined",
        example: "minimize(r = 1/100..2, errors(one_step(tanh(x), sin(x), phi = 1/2, psi = 1/2, ridge = r)).by_degree[0].test)",
        repeat: Repeat::Points,
        run: |call| best(call, false),
    },
    Query {
        name: "maximize",
        parameters: &[required("query", "a quantity that is a real number; before it a name of your own with its range")],
        about: "the value of a name in a range at which a quantity is greatest",
        result: "the name with its best value, value, and at_boundary: whether it lies at an end of the range or of where the quantity is defined",
        example: "maximize(a = 0..1, gaussian(tanh(x) - a*x).theta2)",
        repeat: Repeat::Points,
        run: |call| best(call, true),
    },
];

/// A quantity of one name.
struct Curve<'a> {
    call: &'a Call<'a>,
    quantity: Quantity<'a>,
    name: &'a str,
    /// Whether a value on the way was an estimate.
    estimated: RefCell<bool>,
    failure: RefCell<Option<Failure>>,
}

fn find(call: &Call) -> Result<Value, Failure> {
    let free = varied(call)?;
    let difference = difference(call)?;
    let curve = Curve::of(call, free, &difference)?;
    let digits = call.evaluation.context.settings.digits;
    let samples = curve.sampled(free, DIGITS)?;
    let signs: Vec<_> = samples.iter().filter_map(|sample| sample.value.as_ref()?.sign()).collect();
    if signs.len() > 2 && signs.iter().all(|sign| sign.is_eq()) {
        let message = format!("both sides are equal at every point of {} = {}", curve.name, free.expr);
        return Err(Failure::wrong("no_root", call.asked().span, message)
            .with_help("an equation that holds for one value has none to find"));
    }
    let missing = curve.missing(&samples);
    let (zeros, brackets) = changes(&samples);
    let mut found: Vec<(Rational, Value)> = zeros.into_iter().map(|zero| (zero.clone(), Value::number(zero))).collect();
    let mut others = Vec::new();
    for bracket in brackets {
        match bracket.closed(digits, &mut |at| curve.value(at, DIGITS))? {
            Change::Zero(low, high) if low == high => found.push((low.clone(), Value::number(low))),
            Change::Zero(low, high) => found.push((low.clone(), curve.enclosed(&low, &high))),
            Change::Pole(at) => others.push((at, "grows without bound or is undefined")),
            Change::Jump(at) => others.push((at, "jumps")),
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let nothing = found.is_empty();
    for (at, what) in &others {
        let sentence = format!("near {} = {} the difference changes its sign, but {what}", curve.name, short(at));
        if nothing {
            return Err(Failure::wrong("no_root", call.asked().span, format!("{sentence}{missing}"))
                .with_help("there is no value at which both sides are equal"));
        }
        call.evaluation.doubts.leave(Doubt::SignWithoutRoot(sentence));
    }
    if nothing {
        return Err(curve.no_root(free, &missing, curve.nearest(&samples)?));
    }
    Ok(Value::list(found.into_iter().map(|(_, value)| value).collect()))
}

/// lhs − rhs.
fn difference(call: &Call) -> Result<Expr, Failure> {
    let asked = call.asked();
    match &asked.kind {
        Kind::Compare(Relation::Equal, left, right) => {
            Ok(Expr { kind: Kind::Binary(BinaryOp::Subtract, left.clone(), right.clone()), span: asked.span })
        }
        Kind::Compare(..) => {
            let failure = Failure::wrong("wrong_argument", asked.span, "find looks for where both sides are equal");
            Err(failure.with_help("write lhs == rhs"))
        }
        _ => {
            let failure = Failure::wrong("wrong_argument", asked.span, "find needs an equation");
            Err(failure.with_help(format!("write {asked} == 0; for where a quantity is least or greatest, minimize or maximize")))
        }
    }
}

/// The one name that varies.
fn varied<'a>(call: &'a Call) -> Result<&'a Free<'a>, Failure> {
    let query = call.query.name;
    match call.free.as_slice() {
        [free] => Ok(free),
        [] => {
            let failure = Failure::wrong("missing_argument", call.span, format!("{query} needs a name and its range"));
            Err(failure.with_help(format!("for example {}", call.query.example)))
        }
        [_, second, ..] => {
            let failure = Failure::wrong("wrong_argument", second.at, format!("{query} varies one name"));
            Err(failure.with_help(format!("sweep over the other: sweep({} = …, {query}(…))", second.name)))
        }
    }
}

impl<'a> Curve<'a> {
    fn of(call: &'a Call<'a>, free: &'a Free<'a>, expr: &'a Expr) -> Result<Self, Failure> {
        call.occurs(free, expr)?;
        let context = call.evaluation.context;
        let quantity =
            Quantity { expr, scope: call.scope, settings: context.settings, job: context.job, gaussian: context.gaussian };
        Ok(Self { call, quantity, name: &free.name, estimated: RefCell::new(false), failure: RefCell::new(None) })
    }

    /// The value at a point to so many digits; none where it is undefined or infinite, or refused.
    fn value(&self, at: &Rational, digits: u32) -> Result<Option<Ball>, Failure> {
        let settings = Settings { digits, ..self.quantity.settings.clone() };
        let point = vec![(self.name.to_owned(), Value::number(at.clone()))];
        let answer = self.quantity.at(point, &settings);
        self.quantity.job.check().map_err(|why| Failure::stopped(why, self.call.span))?;
        self.ball(answer, digits)
    }

    fn ball(&self, answer: Result<Answer, Failure>, digits: u32) -> Result<Option<Ball>, Failure> {
        let answer = match answer {
            Ok(answer) => answer,
            Err(failure) => {
                self.failure.borrow_mut().get_or_insert(failure);
                return Ok(None);
            }
        };
        let bits = first_bits(digits);
        // an estimate that may be 0 is one all the same
        let estimated = matches!(answer.value, Value::Real(Real::Estimated(_)));
        if !estimated && answer.warnings.contains(&Doubt::NotSeparatedFromZero) {
            self.call.evaluation.doubts.leave(Doubt::NotSeparatedFromZero);
            return Ok(Some(Ball::zero(bits)));
        }
        match &answer.value {
            Value::Function(f) if f.is_constant() => {
                if let Some(value) = f.as_rational() {
                    return Ok(Some(Ball::rational(value, bits)));
                }
                let mut enclosed = (0..6).map(|more| bits << more).map(|bits| Evaluator::new(f, bits).value(&Ball::zero(bits)));
                Ok(enclosed.find(|ball| ball.sign().is_some()))
            }
            Value::Real(Real::Proved(ball, _)) => Ok(Some(ball.clone())),
            Value::Real(Real::Estimated(ball)) => {
                *self.estimated.borrow_mut() = true;
                Ok(Some(ball.clone()))
            }
            Value::Real(_) => Ok(None),
            Value::Measured { .. } | Value::Double(..) => {
                let failure = Failure::wrong(
                    "wrong_kind",
                    self.call.asked().span,
                    "the quantity is simulated, and its noise has zeros of its own",
                );
                Err(failure.with_help("sweep shows a simulated quantity with its errors"))
            }
            other => {
                let message = format!("the quantity must be a real number, and is {}", other.kind());
                Err(Failure::wrong("wrong_kind", self.call.asked().span, message)
                    .with_help("take a field of it, for example .theta2, or an item, [0]"))
            }
        }
    }

    /// The values at the points of the range.
    fn sampled(&self, free: &Free, digits: u32) -> Result<Vec<Sample>, Failure> {
        let points = points(free)?;
        let numbers: Vec<usize> = (0..points.len()).collect();
        let named = |number: usize| vec![(free.name.clone(), Value::number(points[number].clone()))];
        let mut samples: Vec<Sample> = points.iter().map(|at| Sample { at: at.clone(), value: None }).collect();
        let settings = Settings { digits, ..self.quantity.settings.clone() };
        let quantity = Quantity { settings: &settings, ..self.quantity };
        let mut done = 0;
        quantity.each(&numbers, named, |number, answer| {
            samples[number].value = self.ball(answer, digits)?;
            done += 1;
            self.quantity.job.report(done, numbers.len());
            Ok(())
        })?;
        let failed = samples.iter().filter(|sample| sample.value.is_none()).count();
        if failed == samples.len() {
            let undefined = || {
                Failure::wrong("undefined", self.call.asked().span, "the quantity is undefined or infinite on the whole range")
            };
            return Err(self.failure.take().unwrap_or_else(undefined));
        }
        if failed > 0 {
            self.call.evaluation.doubts.leave(Doubt::PointsFailed { failed, of: samples.len() });
        }
        Ok(samples)
    }

    /// The number between two others.
    fn enclosed(&self, low: &Rational, high: &Rational) -> Value {
        let digits = self.quantity.settings.digits;
        let bits = first_bits(digits);
        let [low, high] = [low, high].map(|end| Ball::rational(end, bits));
        let ball = Ball::interval(&low.low(), &high.high(), bits);
        Value::Real(if *self.estimated.borrow() { Real::Estimated(ball) } else { Real::Proved(ball, None) })
    }

    /// Where the size of the difference is least, its value there, and the largest size.
    fn nearest(&self, samples: &[Sample]) -> Result<(Rational, f64, f64), Failure> {
        const FEW: u32 = 6;
        let largest = samples.iter().filter_map(|sample| Some(sample.value.as_ref()?.to_f64().abs())).fold(0.0, f64::max);
        let is_negative = samples.iter().any(|sample| sample.value.as_ref().is_some_and(Ball::is_negative));
        let best = extremum::best(samples, is_negative, FEW, &mut |at| self.value(at, 4 * FEW))?;
        let value = self.value(&best.at, DIGITS)?.map_or(f64::NAN, |value| value.to_f64());
        Ok((best.at, value, largest))
    }

    /// That points of the range have no value, between which a root is not seen, and why the first has none.
    fn missing(&self, samples: &[Sample]) -> String {
        let missing: Vec<&Rational> = samples.iter().filter(|sample| sample.value.is_none()).map(|sample| &sample.at).collect();
        let (Some(first), Some(last)) = (missing.first(), missing.last()) else { return String::new() };
        let why = match &*self.failure.borrow() {
            Some(failure) => failure.diagnostic().message,
            None => "it is undefined or infinite there".to_owned(),
        };
        let place = match missing.len() {
            1 => format!("1 of {} points, {} = {}, has", samples.len(), self.name, short(first)),
            count => {
                format!("{count} of {} points, between {} = {} and {}, have", samples.len(), self.name, short(first), short(last))
            }
        };
        format!("; {place} no value: {why}")
    }

    /// That there is no root, and what there is instead.
    fn no_root(&self, free: &Free, missing: &str, (at, value, largest): (Rational, f64, f64)) -> Failure {
        let wrong = |message: String| Failure::wrong("no_root", self.call.asked().span, format!("{message}{missing}"));
        if value.abs() < 1e-9 * largest {
            let failure = wrong(format!("the difference touches 0 near {} = {} without a change of sign", free.name, short(&at)));
            return failure.with_help("where it is a square, ask for the quantity with its sign, for example slope in place of theta2; minimize finds the place");
        }
        let range = format!("{} = {}", free.name, free.expr);
        let seen = if missing.is_empty() { "all points" } else { "all points with a value" };
        let failure = wrong(format!(
            "the difference has one sign at {seen} of {range}; it is nearest to 0 at {} = {}, where it is {value:.3e}",
            free.name,
            short(&at)
        ));
        failure.with_help(match missing {
            "" => "widen the range, or give it more points: count 1001",
            _ => "give a range on which both sides have a value, or more points: count 1001",
        })
    }
}

/// The points of a range, or so many over a bare one.
fn points(free: &Free) -> Result<Vec<Rational>, Failure> {
    let refused = || {
        let message = format!("{} must be a range of rational numbers, and `{}` is {}", free.name, free.expr, free.value.kind());
        Failure::wrong("wrong_argument", free.expr.span, message).with_help(format!("for example {} = 0..2", free.name))
    };
    let rational = |value: &Value| match value {
        Value::Function(f) => f.as_rational().cloned(),
        _ => None,
    };
    let mut points = match &free.value {
        Value::Range(range) if range.points.is_none() => {
            let ends = (rational(&range.low).ok_or_else(refused)?, rational(&range.high).ok_or_else(refused)?);
            let step = Rational::from(&ends.1 - &ends.0) / (GRID - 1);
            (0..GRID).map(|place| Rational::from(&step * place) + &ends.0).collect()
        }
        other => {
            let items = other.items().ok_or_else(refused)?;
            items.iter().map(rational).collect::<Option<Vec<_>>>().ok_or_else(refused)?
        }
    };
    points.sort();
    points.dedup();
    if points.len() < 2 {
        let failure = Failure::wrong("wrong_argument", free.expr.span, format!("the range of {} has one point", free.name));
        return Err(failure.with_help(format!("for example {} = 0..2", free.name)));
    }
    Ok(points)
}

fn best(call: &Call, greatest: bool) -> Result<Value, Failure> {
    let free = varied(call)?;
    let curve = Curve::of(call, free, call.asked())?;
    let digits = call.evaluation.context.settings.digits;
    // a quantity is flat where it is least: half of its digits are those of the place
    let inner = 2 * digits + 6;
    let samples = curve.sampled(free, DIGITS)?;
    let found = extremum::best(&samples, greatest, digits, &mut |at| curve.value(at, inner))?;
    let bits = first_bits(inner);
    let value = curve.value(&found.at, inner)?.unwrap_or_else(|| Ball::unknown(bits));
    let largest = samples.iter().filter_map(|sample| Some(sample.value.as_ref()?.to_f64().abs())).fold(0.0, f64::max);
    if found.reach > 0 && value.to_f64().abs() > BEYOND * largest {
        let sentence = format!("the quantity grows without bound near {} = {}", free.name, short(&found.at));
        return Err(Failure::wrong("unbounded", call.asked().span, sentence).with_help("leave that place out of the range"));
    }
    let place = Ball::rational(&found.at, bits).widened(Ball::rational(&found.reach, bits).magnitude());
    let place = if found.reach == 0 { Value::number(found.at) } else { Value::Real(Real::Estimated(place)) };
    let unit = Rational::from((1, Integer::from(Integer::u_pow_u(10, digits + 2))));
    let value = value.widened((&value.abs() * &Ball::rational(&unit, bits)).magnitude()).widened(found.rise);
    let fields = vec![("value", Value::Real(Real::Estimated(value))), ("at_boundary", Value::Flag(found.at_end))];
    Ok(Value::answer("extremum", fields).with_first(&free.name, place))
}

/// A place as a message names it.
fn short(at: &Rational) -> String {
    format!("{:.6}", at.to_f64()).trim_end_matches('0').trim_end_matches('.').to_owned()
}
