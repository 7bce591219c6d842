//! What one asks of a model's limiting law.

use std::sync::Arc;

use super::spikes::NOT_DETERMINED;
use super::{Parameter, Query, Repeat, defaulted, estimated, required};
use crate::activation::Function;
use crate::model::Energies;
use crate::number::ComplexBall;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::law::{self, energy, failure};
use crate::session::value::{Samples, Value};
use crate::session::warning::Warning;
use crate::spectrum::{
    Argument, Branch, Expression, LawError, Parameters, Shape, atom, branches, cdf, density, edges, masses, moments, quantile,
    stieltjes, symbolic_moments,
};

/// Most moments that may be asked.
const MAX_MOMENTS: usize = 500;

/// Most moments that are written in letters; their length grows with the cube of the order.
const MAX_SYMBOLIC: usize = 16;

const MODEL: Parameter = required("m", "the model, for example features(tanh(x), phi = 1/2, psi = 3/4)");

pub(super) const TABLE: &[Query] = &[
    Query {
        name: "spectrum",
        parameters: &[MODEL],
        about: "the limiting law of the eigenvalues: atom, edges, masses, moments",
        result: "a record: atom (mass at 0), edges [[a, b], …], masses, edge_exponents, moments (first 6), theta1, theta2, degree, mean_outlier (coefficient of n1), outliers of order one",
        example: "spectrum(features(tanh(x), phi = 1/2, psi = 3/4))",
        repeat: Repeat::Numeric,
        run: spectrum,
    },
    Query {
        name: "edges",
        parameters: &[MODEL],
        about: "the ends of the bulks, from the lowest; 0 where an edge is hard",
        result: "a list of pairs",
        example: "edges(features(tanh(x), phi = 1/2, psi = 3/4))",
        repeat: Repeat::Numeric,
        run: |call| match estimated::network(call)? {
            Some(network) => estimated::edges(call, &network),
            None => Ok(edge_fields(call, &parameters(call)?)?.0),
        },
    },
    Query {
        name: "atom",
        parameters: &[MODEL],
        about: "the mass at 0",
        result: "a rational number",
        example: "atom(features(tanh(x), phi = 2, psi = 1/2))",
        repeat: Repeat::Numeric,
        run: |call| match estimated::network(call)? {
            Some(network) => Ok(estimated::atom(&network)),
            None => Ok(Value::number(atom(&parameters(call)?))),
        },
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
            match estimated::network(call)? {
                Some(network) => estimated::moments(call, &network, count),
                None => moment_list(call, &parameters(call)?, count),
            }
        },
    },
    Query {
        name: "density",
        parameters: &[MODEL, required("x", "a point of the real line, a list or a range of points")],
        about: "the density of the continuous part of the law",
        result: "a number, or a list of numbers",
        example: "density(features(tanh(x), phi = 1/2, psi = 3/4), 1)",
        repeat: Repeat::Numeric,
        run: |call| {
            if let Some(network) = estimated::network(call)? {
                return estimated::densities(call, &network);
            }
            at_points(call, "density", |parameters, x, bits| match density(parameters, x.clone(), bits) {
                Ok(value) => Ok(Value::ball(value)),
                Err(LawError::HardEdge { .. }) => Ok(Value::Infinite),
                Err(error) => Err(error),
            })
        },
    },
    Query {
        name: "cdf",
        parameters: &[MODEL, required("x", "a point of the real line, a list or a range of points")],
        about: "the mass of the law up to x, the atom included",
        result: "a number, or a list of numbers",
        example: "cdf(features(tanh(x), phi = 1/2, psi = 3/4), 1)",
        repeat: Repeat::Numeric,
        run: |call| match estimated::network(call)? {
            Some(network) => estimated::cdfs(call, &network),
            None => at_points(call, "cdf", |parameters, x, bits| cdf(parameters, x.clone(), bits).map(Value::ball)),
        },
    },
    Query {
        name: "quantile",
        parameters: &[MODEL, required("p", "a probability, a list or a range")],
        about: "the least x whose cdf reaches p",
        result: "a number, or a list of numbers",
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
            if let Some(network) = estimated::network(call)? {
                return estimated::stieltjes(call, &network);
            }
            let z = argument(call)?;
            let value = stieltjes(&parameters(call)?, &z, call.bits()).map_err(|error| failure(&error, call.place("z")))?;
            Ok(Value::complex(value))
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
            let z = argument(call)?;
            let roots = branches(&parameters(call)?, &z, call.bits()).map_err(|error| failure(&error, call.place("z")))?;
            Ok(Value::list(roots.into_iter().map(branch).collect()))
        },
    },
];

/// A number where no letter is left.
fn formula(expression: Expression) -> Value {
    expression.as_number().map_or_else(|| Value::Formula(Box::new(expression)), Value::number)
}

fn parameters(call: &Call) -> Result<Parameters, Failure> {
    Ok(energy(call, &*call.model("m")?)?.parameters)
}

fn spectrum(call: &Call) -> Result<Value, Failure> {
    if let Some(network) = estimated::network(call)? {
        return estimated::spectrum(call, &network);
    }
    let model = call.model("m")?;
    let energy = energy(call, &model)?;
    let parameters = &energy.parameters;
    let (ends, exponents) = edge_fields(call, parameters)?;
    let masses = masses(parameters, call.bits()).map_err(|error| failure(&error, call.span))?;
    let (mean_outlier, outliers) = if matches!(model.energies, Energies::Given { .. }) {
        call.evaluation.warn(Warning::Undefined(format!("mean_outlier, outliers: {NOT_DETERMINED}")));
        (Value::Undefined, Value::Undefined)
    } else {
        let positions = energy.positions(call, &model)?;
        (energy.mean_outlier, Value::list(positions.into_iter().map(Value::ball).collect()))
    };
    let degree = match parameters.shape {
        Shape::Null => 1,
        Shape::Isotropic => 2,
        Shape::Linear => 3,
        Shape::General => 4,
    };
    Ok(Value::record(
        "spectrum",
        vec![
            ("atom", Value::number(atom(parameters))),
            ("edges", ends),
            ("masses", Value::list(masses.into_iter().map(Value::number).collect())),
            ("edge_exponents", exponents),
            ("moments", moment_list(call, parameters, 6)?),
            ("theta1", energy.theta1),
            ("theta2", energy.theta2),
            ("degree", Value::number(degree)),
            ("mean_outlier", mean_outlier),
            ("outliers", outliers),
        ],
    ))
}

/// Positions and exponents of the edges, a pair a bulk.
fn edge_fields(call: &Call, parameters: &Parameters) -> Result<(Value, Value), Failure> {
    let bulks = edges(parameters, call.bits()).map_err(|error| failure(&error, call.span))?;
    let positions = bulks.iter().map(|pair| Value::list(pair.iter().map(|edge| Value::ball(edge.position.clone())).collect()));
    let exponents = bulks.iter().map(|pair| Value::list(pair.iter().map(|edge| Value::number(edge.exponent.clone())).collect()));
    Ok((Value::list(positions.collect()), Value::list(exponents.collect())))
}

fn moment_list(call: &Call, parameters: &Parameters, count: usize) -> Result<Value, Failure> {
    let found = moments(parameters, count, call.bits()).map_err(|error| failure(&error, call.span))?;
    let exact = |k: usize| found.exact.as_ref().and_then(|exact| exact.get(k));
    Ok(Value::list(found.values.iter().enumerate().map(|(k, ball)| law::number(exact(k), ball)).collect()))
}

fn quantiles(call: &Call) -> Result<Value, Failure> {
    if let Some(network) = estimated::network(call)? {
        return estimated::quantiles(call, &network);
    }
    for p in call.points("p")?.unwrap_or_default().0 {
        if p.as_rational().is_none() {
            return Err(call.refuse("p", format!("p must be a rational number, and `{p}` is not")));
        }
    }
    at_points(call, "quantile", |parameters, p, bits| match p {
        Argument::Exact(p, _) => quantile(parameters, p, bits).map(Value::ball),
        Argument::Enclosed(_) => Err(LawError::MoreBits),
    })
}

fn at_points(
    call: &Call,
    name: &'static str,
    value: impl Fn(&Parameters, &Argument, u32) -> Result<Value, LawError>,
) -> Result<Value, Failure> {
    let argument = call.query.parameters[1].name;
    let (points, single) = call.points(argument)?.unwrap_or_default();
    let parameters = parameters(call)?;
    let mut values = Vec::with_capacity(points.len());
    for point in &points {
        call.evaluation.context.job.check().map_err(|why| Failure::stopped(why, call.span))?;
        let x = match point.as_rational() {
            Some(x) => Argument::from(x),
            None => Argument::from(call.enclosure(point)),
        };
        values.push(value(&parameters, &x, call.bits()).map_err(|error| failure(&error, call.place(argument)))?);
    }
    match (single, values.pop()) {
        (true, Some(value)) => Ok(value),
        (_, last) => {
            values.extend(last);
            Ok(Value::Samples(Arc::new(Samples { name, points, values })))
        }
    }
}

/// z, exactly when both parts are rational.
pub(super) fn argument(call: &Call) -> Result<Argument, Failure> {
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
            ("m", Value::complex(root.m)),
            ("q", Value::complex(root.q)),
            ("has", named(true)),
            ("fails", named(false)),
            ("admissible", Value::Flag(root.admissible)),
        ],
    )
}
