//! The arguments of a kernel of normalised activations.

use std::sync::Arc;

use rug::Rational;

use super::features::kurtosis_and_skewness;
use super::kernel::{activations, depth, ratios};
use super::kernel_data::data_input;
use super::population;
use crate::activation::Function;
use crate::model::{Atoms, Columns, ConjugateKernel, Entries, KernelInput, LayerData, Model, Population};
use crate::number::Real;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;
use crate::theory::{self, Doubt};

/// The units of a signal.
const SIGNALS: [&str; 3] = ["signal", "separation", "variance"];

/// The model.
///
/// # Errors
/// Arguments that make none.
pub(super) fn conjugate(call: &Call) -> Result<Value, Failure> {
    if let Some(name) = ["sigma_b", "sigma_b2"].into_iter().find(|name| call.given(name).is_some()) {
        let failure = call.refuse(name, "a bias belongs to the kernel with activations as typed");
        return Err(failure.with_help("give normalize = false too"));
    }
    let brought = data_input(call)?;
    let population = population::read(call, "population")?;
    let listed = if population.is_some() || brought.is_some() { "n/d1" } else { "n/d0, n/d1" };
    let mut gamma = ratios(call, listed)?;
    let (followed, brought) = brought.unzip();
    let input = match (population, brought) {
        (Some(_), Some(_)) => return Err(call.refuse("data", "kernel takes the population of its input, or data, not both")),
        (Some(population), None) => KernelInput::Population(with_mean_one(call, population)?),
        (None, Some(data)) => KernelInput::Data(Box::new(data)),
        (None, None) if gamma.is_empty() => return depth(call, 0, listed).map(|_| Value::UNDEFINED),
        (None, None) => KernelInput::Isotropic(gamma.remove(0)),
    };
    let layers = depth(call, gamma.len(), listed)?;
    let Entries { kurtosis: kurtosis_x, skewness: skewness_x } = kurtosis_and_skewness(call, "kurtosis_x", "skewness_x")?;
    let mut signals = followed.unwrap_or_default();
    signals.extend(signal(call, &input)?);
    let signal = signals;
    let overlap = overlap(call, signal.len())?;
    if !overlap.is_zero() && matches!(input.population(), Some(Population::Law(_))) {
        return Err(call.refuse("overlap", "overlap goes with isotropic input, or with a population of atoms"));
    }
    let columns = columns(call, &input)?;
    let model = ConjugateKernel { layers: data(call, layers)?, input, gamma, signal, overlap, columns, kurtosis_x, skewness_x };
    // an activation that is constant or has no variance is refused here
    theory::refuse_unnormalised(&model, &call.work()).map_err(call.theory("f"))?;
    Ok(Value::Model(Arc::new(Model::Conjugate(Box::new(model)))))
}

/// The population with mean 1: typed atoms must have it, others are divided by their mean, which is said.
fn with_mean_one(call: &Call, population: Population) -> Result<Population, Failure> {
    let mean = theory::mean(&call.work(), &population).map_err(call.theory("population"))?;
    match (&mean, &population) {
        (Real::Rational(mean), _) if *mean == 1 => return Ok(population),
        (Real::Rational(mean), Population::Atoms(Atoms { other: None, .. })) => {
            let message =
                format!("the mean of the population is {mean}, and must be 1: columns of the input have norm 1 on average");
            return Err(call.refuse("population", message).with_help(format!("divide its values, and the signals, by {mean}")));
        }
        _ => {}
    }
    call.work().doubt(Doubt::PopulationScaled { mean: format!("{:.12}", mean.to_f64()) });
    Ok(population.normalised())
}

/// f, or its numbers.
fn data(call: &Call, layers: usize) -> Result<Vec<LayerData>, Failure> {
    let numbers = |name: &str| -> Result<Option<Vec<Function>>, Failure> {
        let Some(list) = call.real_or_reals(name)? else { return Ok(None) };
        match list.len() {
            1 => Ok(Some(vec![list[0].clone(); layers])),
            count if count == layers => Ok(Some(list)),
            count => Err(call.refuse(name, format!("{name} lists {count} numbers, and gamma makes {layers} layers"))),
        }
    };
    let (b2, a2_squared) = (numbers("b2")?, numbers("a2_squared")?);
    let Some(b2) = b2 else {
        if a2_squared.is_some() {
            return Err(call.refuse("a2_squared", "a2_squared goes with b2, in place of the activation f"));
        }
        return Ok(activations(call, layers)?.into_iter().map(LayerData::Activation).collect());
    };
    if call.given("f").is_some() {
        return Err(call.refuse("b2", "kernel takes the activation f or its numbers b2 and a2_squared, not both"));
    }
    let one = Function::one();
    for share in &b2 {
        if call.sign(share)?.is_lt() || *share != one && call.sign(&(one.clone() - share.clone()))?.is_lt() {
            let failure = call.refuse("b2", format!("b2 must lie between 0 and 1, and is {share}"));
            return Err(failure.with_help("it is (E f')^2/Var f, the share of f that is linear"));
        }
    }
    let mut curvatures = vec![None; layers];
    for (index, (curvature, share)) in a2_squared.into_iter().flatten().zip(&b2).enumerate() {
        let rest = one.clone() - share.clone();
        if call.sign(&curvature)?.is_lt() || curvature != rest && call.sign(&(rest - curvature.clone()))?.is_lt() {
            let failure = call.refuse("a2_squared", format!("a2_squared must lie between 0 and 1 - b2, and is {curvature}"));
            return Err(failure.with_help("it is (E f'')^2/(2 Var f), a share of what is not linear"));
        }
        curvatures[index] = Some(curvature);
    }
    Ok(b2.into_iter().zip(curvatures).map(|(b2, a2_squared)| LayerData::Given { b2, a2_squared }).collect())
}

/// Strengths of signals, from whichever unit is given.
fn signal(call: &Call, input: &KernelInput) -> Result<Vec<Rational>, Failure> {
    let given: Vec<&str> = SIGNALS.into_iter().filter(|name| call.given(name).is_some()).collect();
    let name = match given[..] {
        [] => return Ok(Vec::new()),
        [name] => name,
        [_, second, ..] => return Err(call.refuse(second, "kernel takes one of signal, separation and variance")),
    };
    let typed = call.rationals(name)?.unwrap_or_default();
    match input {
        given @ (KernelInput::Population(_) | KernelInput::Data(_)) => {
            let on_atom = |value: &Rational| given.population().is_some_and(|population| population.has_atom(value));
            let beside = if matches!(input, KernelInput::Data(_)) { "data" } else { "population" };
            if name != "signal" {
                return Err(call.refuse(
                    name,
                    format!("{name} is a unit for isotropic input: beside {beside} give signal, eigenvalues of K_0"),
                ));
            }
            for value in &typed {
                if *value < 0 {
                    return Err(call.refuse(
                        name,
                        format!("a signal beside {beside} is an eigenvalue of K_0 and cannot be negative: {value}"),
                    ));
                }
                if on_atom(value) {
                    let failure = call.refuse(name, format!("the signal {value} is an atom of the population, and not off it"));
                    return Err(failure.with_help("leave it out, or move it"));
                }
            }
            Ok(typed)
        }
        KernelInput::Isotropic(gamma) => {
            let strengths: Vec<Rational> =
                typed.iter().map(|value| if name == "signal" { value.clone() } else { Rational::from(value * gamma) }).collect();
            for (strength, value) in strengths.iter().zip(&typed) {
                if strength.is_zero() {
                    let failure = call.refuse(name, format!("a signal of strength 0 is none: {name} holds {value}"));
                    return Err(failure.with_help("leave it out"));
                }
                if *strength < -1 {
                    let message = format!("the signal t = {strength} makes a negative population eigenvalue 1 + t");
                    return Err(call.refuse(name, message).with_help("t is at least -1"));
                }
                if name == "separation" && *value < 0 {
                    return Err(call.refuse(name, format!("separation is a squared distance and cannot be negative: {value}")));
                }
            }
            Ok(strengths)
        }
    }
}

fn overlap(call: &Call, signals: usize) -> Result<Rational, Failure> {
    let Some(overlap) = call.rational("overlap")? else { return Ok(Rational::new()) };
    if Rational::from(overlap.abs_ref()) >= 1 {
        let failure = call.refuse(
            "overlap",
            format!(
                "overlap must lie strictly between -1 and 1, and is {overlap}: two directions that are one are no two signals"
            ),
        );
        return Err(failure.with_help("(n_+ - n_-)/n of classes of unequal size"));
    }
    if !overlap.is_zero() && signals != 1 {
        return Err(call.refuse("overlap", format!("overlap is that of one signal, and there are {signals}")));
    }
    Ok(overlap)
}

fn columns(call: &Call, input: &KernelInput) -> Result<Columns, Failure> {
    let Some(text) = call.text("columns")? else { return Ok(Columns::Unit) };
    let found = Columns::ALL.into_iter().find(|columns| columns.name() == text).ok_or_else(|| {
        let failure = call.refuse("columns", format!("columns must be one of three words, and is \"{text}\""));
        failure.with_help("\"unit\", \"unit_inputs\" or \"raw\"")
    })?;
    if found == Columns::Raw && !matches!(input, KernelInput::Isotropic(_)) {
        let failure = call.refuse("columns", "the norms of raw columns are not known from the population alone");
        return Err(failure.with_help("\"unit_inputs\" leaves the columns of the layers as they are"));
    }
    Ok(found)
}
