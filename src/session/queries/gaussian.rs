//! What one asks of an activation under N(0, sigma^2): moments, Hermite coefficients, centring and normalising.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rug::{Integer, Rational};

use super::{Query, Repeat, defaulted, optional, required};
use crate::activation::{Constant, Function, Node, Primitive, lower, short};
use crate::gaussian::closed::Exact;
use crate::gaussian::{self, Data, GaussianError, Moment, Moments, Quantity};
use crate::number::{Ball, Job, Real};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::figures::Expanded;
use crate::session::value::{Hidden, Value};
use crate::theory::{Doubt, is_zero, real};

/// Highest Hermite order.
const MAX_ORDER: usize = 100_000;
/// Most digits times orders.
const MAX_WORK: usize = 10_000_000;

pub(super) const TABLE: &[Query] = &[
    Query {
        name: "gaussian",
        parameters: &[required("f", "the activation"), defaulted("sigma", "1", "the standard deviation of its argument")],
        about: "the moments of f(sigma Z), Z ~ N(0, 1), with weak derivatives; refused beyond a counted bound of effort, a second or two at 15 digits",
        result: "a record: mean, second_moment, variance, slope, curvature, derivative_energy, theta1, theta2, parity, kinks (of f itself)",
        example: "gaussian(relu(x))",
        repeat: Repeat::Numeric,
        run: gaussian,
    },
    Query {
        name: "hermite",
        parameters: &[
            required("f", "the activation"),
            defaulted("order", "12", "the last coefficient"),
            defaulted("sigma", "1", "the standard deviation of its argument"),
        ],
        about: "the Hermite coefficients of f(sigma Z)",
        result: "a record: c (E f He_k/k!), a (E f He_k/sqrt(k!)), second_moment, remainder, information_exponent",
        example: "hermite(tanh(x), order = 5)",
        repeat: Repeat::Numeric,
        run: hermite,
    },
    Query {
        name: "dual",
        parameters: &[
            required("f", "an activation"),
            optional("g", "another activation; f itself when it is left out"),
            optional("rho", "the correlation, from -1 to 1"),
        ],
        about: "E f(u) g(v) for standard normal u, v with correlation rho: dual(f, rho) or dual(f, g, rho)",
        result: "a number",
        example: "dual(relu(x), 1/2)",
        repeat: Repeat::Numeric,
        run: dual,
    },
    Query {
        name: "center",
        parameters: &[required("f", "the activation")],
        about: "f minus its mean under N(0, 1)",
        result: "an activation",
        example: "center(relu(x))",
        repeat: Repeat::Exact,
        run: |call| {
            let (f, data) = subject(call)?;
            let centred = f.clone() - mean(call, &f, &data)?;
            Ok(Value::Function(lower::bounded(centred, call.span)?))
        },
    },
    Query {
        name: "normalize",
        parameters: &[required("f", "the activation")],
        about: "f with mean 0 and variance 1 under N(0, 1)",
        result: "an activation",
        example: "normalize(relu(x))",
        repeat: Repeat::Exact,
        run: normalize,
    },
];

fn subject(call: &Call) -> Result<(Function, Arc<Data>), Failure> {
    let f = call.activation("f")?.unwrap_or_else(Function::x);
    let data = data_of(call, &f, &call.scale("sigma")?, "f")?;
    Ok((f, data))
}

/// The data of f(σZ), found before or now; an activation without them is blamed on an argument.
fn data_of(call: &Call, f: &Function, sigma: &Function, argument: &str) -> Result<Arc<Data>, Failure> {
    call.work().gaussian(f, sigma).map_err(call.theory(argument))
}

fn gaussian(call: &Call) -> Result<Value, Failure> {
    let (_, data) = subject(call)?;
    let (bits, job) = (call.bits(), call.evaluation.context.job);
    let moments = data.moments(bits, job).map_err(call.theory("f"))?;
    let Moments { mean, slope, curvature, theta2, second_moment, variance, derivative_energy } = &*moments;
    let second = decided(call, second_moment, &["second_moment", "variance", "theta1"]);
    let variance = variance.as_ref().map_or(Value::UNDEFINED, moment);
    let energy = decided(call, derivative_energy, &["derivative_energy"]);
    let kinks = data.kinks(bits).map_err(call.theory("f"))?;
    if let Some((reach, next)) = data.kinks_beyond(job) {
        call.work().doubt(Doubt::KinksBeyond { reach: short(reach), next: next.map(short) });
    }
    Ok(Value::record(
        "gaussian",
        vec![
            ("mean", number(mean)),
            ("second_moment", second),
            ("variance", variance.clone()),
            ("slope", number(slope)),
            ("curvature", number(curvature)),
            ("derivative_energy", energy),
            ("theta1", variance),
            ("theta2", number(theta2)),
            ("parity", Value::Text(data.parity().name().to_owned())),
            ("kinks", Value::list(kinks.iter().map(number).collect())),
        ],
    ))
}

fn hermite(call: &Call) -> Result<Value, Failure> {
    let order = call.whole("order", 0, MAX_ORDER)?.unwrap_or(12);
    if order * call.evaluation.context.settings.digits as usize > MAX_WORK {
        return Err(call.refuse("order", format!("order times digits is above the bound {MAX_WORK}")));
    }
    let (f, data) = subject(call)?;
    let (bits, job) = (call.bits(), call.evaluation.context.job);
    let products = data.hermite(order, bits, job).map_err(call.theory("f"))?;
    let second = data.second_moment(bits, job).map_err(call.theory("f"))?;
    let (mut c, mut a) = (Vec::with_capacity(order + 1), Vec::with_capacity(order + 1));
    let mut factorial = Integer::from(1);
    for (k, product) in products.iter().enumerate() {
        if k > 0 {
            factorial *= k as u32;
        }
        let inverse = Rational::from((Integer::from(1), factorial.clone()));
        c.push(number(&scaled(product, &inverse)));
        a.push(normalised(product, &inverse));
    }
    let fields = vec![
        ("c", Value::list(c)),
        ("a", Value::list(a.iter().map(number).collect())),
        ("second_moment", moment(&second)),
        ("remainder", remainder(&second, &a, call)),
        ("information_exponent", information_exponent(call, &a)?),
    ];
    let expanded = Arc::new(Expanded { f, sigma: call.scale("sigma")? });
    Ok(Value::keeping(Hidden::Expanded(expanded), "hermite", fields))
}

/// An enclosure with its exact form; a rational one is an exact number.
fn number(quantity: &Quantity) -> Value {
    real(quantity).into()
}

/// A moment, or infinity.
fn moment(moment: &Moment) -> Value {
    match moment {
        Moment::Finite(quantity) => number(quantity),
        Moment::Infinite => Value::INFINITE,
    }
}

/// A moment that is decided; else these fields are undefined, and it is said why.
fn decided(call: &Call, found: &Result<Moment, GaussianError>, fields: &'static [&'static str]) -> Value {
    match found {
        Ok(found) => moment(found),
        Err(error) => {
            call.work().doubt(Doubt::Undefined { fields, reason: format!("{}: {error}", fields.join(", ")) });
            Value::UNDEFINED
        }
    }
}

fn enclosed(exact: Exact, bits: u32) -> Quantity {
    Quantity { ball: exact.enclose(bits), exact: Some(exact) }
}

fn scaled(quantity: &Quantity, factor: &Rational) -> Quantity {
    match &quantity.exact {
        Some(exact) => enclosed(exact.scaled(factor), quantity.ball.bits()),
        None => Quantity { ball: quantity.ball.times_rational(factor), exact: None },
    }
}

/// H_k/√k!.
fn normalised(product: &Quantity, inverse: &Rational) -> Quantity {
    if product.exact.as_ref().is_some_and(Exact::is_zero) {
        return product.clone();
    }
    let root = product.exact.as_ref().and_then(|_| Exact::from(inverse.clone()).sqrt());
    match product.exact.as_ref().zip(root) {
        Some((exact, root)) => enclosed(exact * &root, product.ball.bits()),
        None => Quantity { ball: &product.ball * &Ball::rational(inverse, product.ball.bits()).sqrt(), exact: None },
    }
}

/// E f² − Σ a_k².
fn remainder(second: &Moment, a: &[Quantity], call: &Call) -> Value {
    let Moment::Finite(second) = second else { return Value::INFINITE };
    let exact = second.exact.as_ref().and_then(|second| {
        a.iter().try_fold(second.clone(), |rest, coefficient| coefficient.exact.as_ref().map(|exact| &rest - &exact.power(2)))
    });
    if let Some(exact) = exact {
        return number(&enclosed(exact, call.bits()));
    }
    let sum = a.iter().fold(second.ball.clone(), |rest, coefficient| &rest - &coefficient.ball.square());
    Value::Real(Real::Proved(sum, None))
}

/// The first k ≥ 1 with a_k ≠ 0 among those at hand. A coefficient that stays unseparated from zero counts as zero, with a warning.
fn information_exponent(call: &Call, a: &[Quantity]) -> Result<Value, Failure> {
    for (k, coefficient) in a.iter().enumerate().skip(1) {
        if !is_zero(&call.work(), coefficient, &format!("a[{k}]")).map_err(call.theory("f"))? {
            return Ok(Value::number(k));
        }
    }
    let reason = format!("information_exponent: every coefficient up to order {} is zero", a.len() - 1);
    call.work().doubt(Doubt::Undefined { fields: &["information_exponent"], reason });
    Ok(Value::UNDEFINED)
}

fn dual(call: &Call) -> Result<Value, Failure> {
    let (f, data) = subject(call)?;
    // with two arguments by position the second is the correlation
    let (g, rho, place) = match (call.activation("g")?, call.real("rho")?) {
        (Some(rho), None) if rho.is_constant() => (f.clone(), rho, "g"),
        (g, Some(rho)) => (g.unwrap_or_else(|| f.clone()), rho, "rho"),
        (_, None) => {
            return Err(Failure::wrong("missing_argument", call.span, "dual needs rho, the correlation")
                .with_help("for example dual(relu(x), 1/2)"));
        }
    };
    let ball = call.enclosure(&rho);
    let beyond = (&Ball::integer(1, call.bits()) - &ball.abs()).sign();
    match beyond {
        Some(Ordering::Less) => Err(call.refuse(place, format!("rho is a correlation, from -1 to 1, and is {rho}"))),
        Some(Ordering::Equal) => {
            let mirrored = if ball.is_negative() { g.substitute(&-Function::x()) } else { g };
            let product = data_of(call, &(f * mirrored), &Function::one(), "f")?;
            Ok(number(&first(call, &product)?))
        }
        None => Err(Failure::undecided(call.place(place), format!("whether {rho} is within -1 and 1 cannot be decided"))),
        Some(Ordering::Greater) => {
            let other = data_of(call, &g, &Function::one(), "g")?;
            let exact = rho.as_rational().map(|value| Exact::from(value.clone()));
            let value = gaussian::dual(&data, &other, &ball, exact.as_ref(), call.bits(), call.evaluation.context.job);
            value.map(|value| number(&value)).map_err(call.theory("f"))
        }
    }
}

/// E f.
fn first(call: &Call, data: &Data) -> Result<Quantity, Failure> {
    let mut found = data.hermite(0, call.bits(), call.evaluation.context.job).map_err(call.theory("f"))?;
    Ok(found.swap_remove(0))
}

/// E f as an exact expression, or as a constant that is enclosed at any precision.
fn mean(call: &Call, f: &Function, data: &Arc<Data>) -> Result<Function, Failure> {
    let (kept, steps) = (data.clone(), effort(call));
    constant(call, &first(call, data)?, format!("gaussian({f}).mean"), move |bits| {
        kept.hermite(0, bits, &Job::unwatched().within(steps)).ok().map(|found| found[0].ball.clone())
    })
}

fn normalize(call: &Call) -> Result<Value, Failure> {
    let (f, data) = subject(call)?;
    let moments = data.moments(call.bits(), call.evaluation.context.job).map_err(call.theory("f"))?;
    let Moment::Finite(variance) = moments.variance.clone().map_err(|error| call.theory("f")(error))? else {
        return Err(Failure::wrong("divergent", call.place("f"), format!("the variance of {f} is infinite")));
    };
    if variance.exact.as_ref().is_some_and(Exact::is_zero) {
        return Err(Failure::wrong(
            "wrong_argument",
            call.place("f"),
            format!("{f} is constant: it has no variance to normalise"),
        ));
    }
    let (kept, steps) = (data.clone(), effort(call));
    let enclose = move |bits| match kept.moments(bits, &Job::unwatched().within(steps)).ok()?.variance.clone().ok()? {
        Moment::Finite(variance) => Some(variance.ball),
        Moment::Infinite => None,
    };
    let scale = constant(call, &variance, format!("gaussian({f}).variance"), enclose)?.apply(Primitive::Sqrt);
    let centred = f.clone() - mean(call, &f, &data)?;
    Ok(Value::Function(lower::bounded(centred / scale, call.span)?))
}

/// Steps that a constant may take where it is asked for with more bits.
fn effort(call: &Call) -> u64 {
    call.evaluation.context.job.steps().saturating_mul(4)
}

/// The precisions of a constant are rounded up to a multiple of this, so that few are computed where constants are nested.
const UNIT: u32 = 64;

/// A constant known to any precision, each computed once.
fn constant(
    call: &Call,
    quantity: &Quantity,
    text: String,
    enclose: impl Fn(u32) -> Option<Ball> + Send + Sync + 'static,
) -> Result<Function, Failure> {
    match &quantity.exact {
        Some(exact) => lower::read(&exact.to_string()).map_err(|diagnostic| Failure::from(diagnostic).blamed_on(call.span)),
        None => {
            let known: Mutex<HashMap<u32, Ball>> = Mutex::default();
            let enclose = move |bits: u32| {
                let finer = bits.next_multiple_of(UNIT);
                let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
                let ball = known.entry(finer).or_insert_with(|| enclose(finer).unwrap_or_else(|| Ball::unknown(finer)));
                ball.with_bits(bits + 8)
            };
            Ok(Node::Constant(Constant { text, enclose: Arc::new(enclose), is_ball: false }).into())
        }
    }
}
