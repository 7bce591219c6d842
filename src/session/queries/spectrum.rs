//! What one asks of a model's limiting law.

use std::sync::Arc;

use super::{Parameter, Query, Repeat, defaulted, required};
use crate::activation::Function;
use crate::number::{ComplexBall, Real, is_last_attempt};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::{Samples, Value};
use crate::spectrum::{Argument, Branch, End, Expression, Law, LawError, branches, symbolic_moments};
use crate::theory::{Answers, Doubt, Doubts, LayerLaw, LayerScales, TheoryError};

/// Most moments that may be asked.
const MAX_MOMENTS: usize = 500;

/// Most moments that are written in letters; their length grows with the cube of the order.
const MAX_SYMBOLIC: usize = 16;

const MODEL: Parameter = required("m", "the model, for example features(tanh(x), phi = 1/2, psi = 3/4)");

const NO_BRANCHES: &str = "branches are the roots of the equation of one layer without bias, and this model has another law";
const NO_BRANCHES_HELP: &str = "stieltjes gives the transform; equation the curve, where there is one";

pub(super) const TABLE: &[Query] = &[
    Query {
        name: "spectrum",
        parameters: &[MODEL],
        about: "the limiting law of the eigenvalues: atom, edges, masses, moments",
        result: "a record: atom (mass at 0), edges [[a, b], …], masses, edge_exponents, moments (first 6), theta1, theta2, degree, mean_outlier (coefficient of n1), outliers of order one",
        example: "spectrum(features(tanh(x), phi = 1/2, psi = 3/4))",
        repeat: Repeat::Numeric,
        run: |call| Ok(answer(call, |model| spectrum(model, &call.evaluation.doubts))?.of_law(call.model("m")?)),
    },
    Query {
        name: "edges",
        parameters: &[MODEL],
        about: "the ends of the bulks, from the lowest; 0 where an edge is hard",
        result: "a list of pairs",
        example: "edges(features(tanh(x), phi = 1/2, psi = 3/4))",
        repeat: Repeat::Numeric,
        run: |call| answer(call, edges),
    },
    Query {
        name: "atom",
        parameters: &[MODEL],
        about: "the mass at 0",
        result: "a rational number",
        example: "atom(features(tanh(x), phi = 2, psi = 1/2))",
        repeat: Repeat::Numeric,
        run: |call| answer(call, |model| Ok(model.law()?.atom()?.into())),
    },
    Query {
        name: "moments",
        parameters: &[MODEL, defaulted("count", "6", "how many, from the first")],
        about: "E lambda, E lambda^2, …, the atom included",
        result: "a list; index 0 is the first moment. Of a symbolic model such as features() exact expressions in its letters",
        example: "moments(features(theta1 = 1, theta2 = 3/10, phi = 2, psi = 1/2), count = 4)",
        repeat: Repeat::Numeric,
        run: |call| {
            if let Some(Value::Symbolic(constants)) = call.given("m") {
                let count = call.whole("count", 1, MAX_SYMBOLIC)?.unwrap_or(6);
                return Ok(Value::list(symbolic_moments(constants, count).into_iter().map(formula).collect()));
            }
            let count = call.whole("count", 1, MAX_MOMENTS)?.unwrap_or(6);
            answer(call, |model| Ok(model.law()?.moments(count)?.into()))
        },
    },
    Query {
        name: "density",
        parameters: &[MODEL, required("x", "a point of the real line, a list or a range of points")],
        about: "the density of the continuous part of the law",
        result: "a number, or a list of numbers, in which a point without an answer is undefined",
        example: "density(features(tanh(x), phi = 1/2, psi = 3/4), 1)",
        repeat: Repeat::Numeric,
        run: |call| at_points(call, |law, x| Ok(law.density(x)?.into())),
    },
    Query {
        name: "cdf",
        parameters: &[MODEL, required("x", "a point of the real line, a list or a range of points")],
        about: "the mass of the law up to x, the atom included",
        result: "a number, or a list of numbers, in which a point without an answer is undefined",
        example: "cdf(features(tanh(x), phi = 1/2, psi = 3/4), 1)",
        repeat: Repeat::Numeric,
        run: |call| at_points(call, |law, x| Ok(law.cdf(x)?.into())),
    },
    Query {
        name: "quantile",
        parameters: &[MODEL, required("p", "a probability, a list or a range")],
        about: "the least x whose cdf reaches p",
        result: "a number, or a list of numbers, in which a point without an answer is undefined",
        example: "quantile(features(tanh(x), phi = 1/2, psi = 3/4), 1/2)",
        repeat: Repeat::Numeric,
        run: quantiles,
    },
    Query {
        name: "stieltjes",
        parameters: &[MODEL, required("z", "a point of the plane off the support")],
        about: "the Stieltjes transform E 1/(lambda - z)",
        result: "a complex number; a real one for real z outside the support",
        example: "stieltjes(features(tanh(x), phi = 1/2, psi = 3/4), 1/2 + 3/10*i)",
        repeat: Repeat::Numeric,
        run: |call| {
            let m = call.answers("m")?.law().map_err(call.theory("m"))?.stieltjes(&argument(call)?);
            m.map(Value::complex).map_err(call.theory("z"))
        },
    },
    Query {
        name: "branches",
        parameters: &[MODEL, required("z", "a point of the plane")],
        about: "every root of the equation at z, the signs it has and fails, and which one is the transform",
        result: "a list of records: m, q, has, fails, admissible",
        example: "branches(features(tanh(x), phi = 1/2, psi = 3/4), 1/2 + 3/10*i)",
        repeat: Repeat::Numeric,
        run: |call| {
            let model = call.answers("m")?;
            let law = model.law().map_err(call.theory("m"))?;
            let other = || TheoryError::Refused { message: NO_BRANCHES.to_owned(), help: NO_BRANCHES_HELP.to_owned() };
            let curve = law.curve().ok_or_else(other).map_err(call.theory("m"))?;
            let roots = branches(curve.parameters(), &argument(call)?, call.bits()).map_err(call.theory("z"))?;
            Ok(Value::list(roots.into_iter().map(branch).collect()))
        },
    },
];

/// A number where no letter is left.
fn formula(expression: Expression) -> Value {
    expression.as_number().map_or_else(|| Value::Formula(Box::new(expression)), Value::number)
}

fn answer(call: &Call, ask: impl FnOnce(&dyn Answers) -> Result<Value, TheoryError>) -> Result<Value, Failure> {
    ask(&*call.answers("m")?).map_err(call.theory("m"))
}

fn edges(model: &dyn Answers) -> Result<Value, TheoryError> {
    model.support_doubts();
    Ok(pairs(&model.law()?.ends()?, |end| end.position.clone().into()))
}

fn spectrum(model: &dyn Answers, doubts: &Doubts) -> Result<Value, TheoryError> {
    model.support_doubts();
    let law = model.law()?;
    let ends = law.ends()?;
    let exponent = |end: &End| end.exponent.clone().map_or(Value::UNDEFINED, Value::number);
    let mut fields = vec![
        ("atom", law.atom()?.into()),
        ("edges", pairs(&ends, |end| end.position.clone().into())),
        ("masses", law.masses()?.into()),
        ("edge_exponents", pairs(&ends, exponent)),
        ("moments", law.moments(6)?.into()),
    ];
    if let Some(points) = law.point_masses()? {
        let pair = |[place, mass]: [Real; 2]| Value::list(vec![place.into(), mass.into()]);
        fields.push(("atoms", Value::list(points.into_iter().map(pair).collect())));
    }
    if ends.iter().flatten().any(|end| end.exponent.is_none()) {
        let reason = "edge_exponents: the density does not begin there like a power that is known, or there is no edge";
        doubts.leave(Doubt::Undefined { fields: &["edge_exponents"], reason: reason.to_owned() });
    }
    if let Some(energies) = model.energies()? {
        fields.extend([("theta1", energies.theta1.into()), ("theta2", energies.theta2.into())]);
        fields.push(("degree", energies.degree.map_or(Value::UNDEFINED, Value::number)));
    }
    fields.push(("mean_outlier", model.mean_outlier()?.into()));
    fields.push(("outliers", model.outliers()?.map_or(Value::UNDEFINED, Value::from)));
    let layer_laws = model.layer_laws()?;
    if !layer_laws.is_empty() {
        fields.push(("layers", Value::list(layer_laws.into_iter().map(layer_law).collect())));
    }
    let layers = model.layers();
    if !layers.is_empty() {
        fields.push(("layers", Value::list(layers.into_iter().enumerate().map(layer).collect())));
    }
    Ok(Value::answer("spectrum", fields))
}

/// The law of a layer of a kernel in short.
fn layer_law(law: LayerLaw) -> Value {
    let pair = |ends: [Real; 2]| Value::list(ends.map(Value::from).into());
    let edges = law.edges.into_iter().map(pair).collect();
    Value::record(
        "layer",
        vec![("layer", Value::number(law.layer)), ("edges", Value::list(edges)), ("atom", Value::number(law.atom))],
    )
}

/// The variances of bias and pre-activation of a layer, their correlation map and the eigenvalue of order n.
fn layer((depth, scales): (usize, LayerScales)) -> Value {
    let fields = vec![
        ("layer", Value::number(depth as u32 + 1)),
        ("s2", scales.s2.into()),
        ("tau2", scales.tau2.into()),
        ("correlation", scales.correlation.into()),
        ("mean_outlier", scales.mean_outlier.into()),
    ];
    Value::record("layer", fields)
}

/// A value for each end, a pair a bulk.
fn pairs(ends: &[[End; 2]], value: impl Fn(&End) -> Value) -> Value {
    Value::list(ends.iter().map(|pair| Value::list(pair.iter().map(&value).collect())).collect())
}

fn quantiles(call: &Call) -> Result<Value, Failure> {
    for p in call.points("p")?.unwrap_or_default().0 {
        if p.as_rational().is_none() {
            return Err(call.refuse("p", format!("p must be a rational number, and `{p}` is not")));
        }
    }
    at_points(call, |law, p| match p {
        Argument::Exact(p, _) => Ok(law.quantile(p)?.into()),
        Argument::Enclosed(_) => Err(LawError::MoreBits),
    })
}

/// What the query asks of the law at the points of its second argument; of a list those that have no answer are undefined, which is said.
fn at_points(call: &Call, value: impl Fn(&dyn Law, &Argument) -> Result<Value, LawError>) -> Result<Value, Failure> {
    let argument = call.query.parameters[1].name;
    let (points, single) = call.points(argument)?.unwrap_or_default();
    let model = call.answers("m")?;
    let law = model.law().map_err(call.theory("m"))?;
    let failure = |error: LawError, point: &Function| match error {
        LawError::NoPath => {
            let message = format!("the law could not be followed to {argument} = {point}");
            Failure::effort(call.place(argument), message).with_help("leave that point out, or ask for cdf(m, x) there")
        }
        error => call.theory(argument)(error),
    };
    // where more bits may decide, they are taken first
    let is_last = is_last_attempt(call.evaluation.context.settings.digits, call.bits());
    let mut values = Vec::with_capacity(points.len());
    let mut failed: Vec<(LawError, &Function)> = Vec::new();
    for point in &points {
        call.evaluation.context.job.check().map_err(|why| Failure::stopped(why, call.span))?;
        let x = match point.as_rational() {
            Some(x) => Argument::from(x),
            None => Argument::from(call.enclosure(point)),
        };
        values.push(match value(law, &x) {
            Ok(value) => value,
            Err(error @ LawError::Data(_)) => return Err(failure(error, point)),
            Err(LawError::MoreBits) if !is_last => return Err(failure(LawError::MoreBits, point)),
            Err(error) => {
                failed.push((error, point));
                Value::UNDEFINED
            }
        });
    }
    if failed.len() == points.len() && !failed.is_empty() {
        let (error, point) = failed.swap_remove(0);
        return Err(failure(error, point));
    }
    for reason in reasons(&failed, argument) {
        call.evaluation.doubts.leave(Doubt::Undefined { fields: &[], reason });
    }
    if single && values.len() == 1 {
        return Ok(values.swap_remove(0));
    }
    Ok(Value::Samples(Arc::new(Samples { name: call.query.name, points, values })))
}

/// A sentence for each reason that points have, with the first of them.
fn reasons(failed: &[(LawError, &Function)], argument: &str) -> Vec<String> {
    const NAMED: usize = 3;
    let mut alike: Vec<(String, Vec<&Function>)> = Vec::new();
    for (error, point) in failed {
        let reason = error.to_string();
        match alike.iter_mut().find(|(other, _)| *other == reason) {
            Some((_, points)) => points.push(point),
            None => alike.push((reason, vec![point])),
        }
    }
    let sentence = |(reason, points): &(String, Vec<&Function>)| {
        let named: Vec<String> = points.iter().take(NAMED).map(ToString::to_string).collect();
        let more = match points.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{argument} = {}{more}: {reason}", named.join(", "))
    };
    alike.iter().map(sentence).collect()
}

/// z, exactly when both parts are rational.
fn argument(call: &Call) -> Result<Argument, Failure> {
    let (re, im) = call.point("z")?.unwrap_or_else(|| (Function::rational(0), Function::rational(0)));
    Ok(match (re.as_rational(), im.as_rational()) {
        (Some(re), Some(im)) => Argument::Exact(re.clone(), im.clone()),
        _ => Argument::Enclosed(ComplexBall::new(call.enclosure(&re), call.enclosure(&im))),
    })
}

fn branch(root: Branch) -> Value {
    let signs = [
        ("Im q < 0", root.signs.q),
        ("Im w > 0", root.signs.w),
        ("Im m > 0", root.signs.m),
        ("Im z m > 0", root.signs.zm),
        ("Im companion > 0", root.signs.companion),
        ("Im z companion > 0", root.signs.z_companion),
    ];
    let named = |wanted: bool| {
        Value::list(signs.iter().filter(|(_, holds)| *holds == wanted).map(|(name, _)| Value::Text((*name).to_owned())).collect())
    };
    Value::record(
        "branch",
        vec![
            ("m", complex(root.m)),
            ("q", complex(root.q)),
            ("has", named(true)),
            ("fails", named(false)),
            ("admissible", Value::Flag(root.admissible)),
        ],
    )
}

/// A proved complex number; a real one when its imaginary part is exactly zero.
fn complex(value: ComplexBall) -> Value {
    Value::complex([value.re, value.im].map(Real::from))
}
