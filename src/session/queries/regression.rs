//! The constructor of ridge regression on layers of random features, `regression`.

use std::sync::Arc;

use rug::Rational;

use super::population;
use super::{Query, Repeat, defaulted, missing, optional, required};
use crate::activation::Function;
use crate::model::{Atoms, Eigenfunction, InputAtom, Inputs, Model, Population, Regression};
use crate::number::Real;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;
use crate::theory;

/// Most layers.
const MOST_LAYERS: usize = 100;
/// The dimensions of a sphere.
const SPHERES: [usize; 2] = [3, 1_000_000];

pub(super) const TABLE: &[Query] = &[Query {
    name: "regression",
    parameters: &[
        optional(
            "f",
            "the activation, an expression in x, or one for each layer, [f1, …]; their means are taken off unless d is given",
        ),
        optional(
            "teacher",
            "the labels are teacher(beta.x) + noise, Var beta.x = 1; its mean is taken off unless d is given. With n of order d its nonlinear part acts as noise",
        ),
        required("n", "samples over input dimension, n/d; with d their number"),
        required("widths", "[N_1, …, N_L], neurons of each layer over input dimension; with d the number of neurons, or [inf]"),
        required(
            "ridge",
            "the penalty of |y - F a|^2/n + ridge*|a|^2, F not divided by sqrt(N) (features over sqrt(N) with ridge r have ridge = r*N*d here); 0 is the limit; with widths = [inf] that of K + ridge*I",
        ),
        defaulted("noise", "0", "the standard deviation of the label noise"),
        defaulted(
            "covariance",
            "[[1, 1]]",
            "the eigenvalues of the covariance of the inputs with their weights, [[value, weight], …], of mean 1",
        ),
        optional("share", "the part of Var beta.x in the directions of each eigenvalue; otherwise weight times value"),
        defaulted(
            "centred",
            "true",
            "false keeps the means of the f_l, which act as biases of the layers above and, of the last one, as an intercept: estimates",
        ),
        optional("sigma_b", "with centred = false: the standard deviation of a Gaussian bias of each neuron, 0 when not given"),
        optional("sigma_b2", "the square of sigma_b, in its place"),
        optional(
            "d",
            "the input dimension: inputs on the sphere of radius sqrt(d), unit weights, one layer, true counts, f and teacher as typed",
        ),
        optional(
            "eigenvalues",
            "in place of f and teacher: the eigenvalues of a kernel, a list or a file by load, each as often as it is there; n and widths are then counted",
        ),
        optional("energies", "with eigenvalues: the energy of the labels in each eigenfunction"),
    ],
    about: "ridge regression on layers of random features: every error and variance, from a chain of penalties",
    result: "a model",
    example: "regression([relu(x), tanh(x)], x, n = 3/2, widths = [2, 1], ridge = 1/10, noise = 1/5)",
    repeat: Repeat::Exact,
    run: regression,
}];

fn regression(call: &Call) -> Result<Value, Failure> {
    let d = call.whole("d", SPHERES[0], SPHERES[1])?;
    let kernel = kernel(call)?;
    let kernel_is_given = kernel.is_some();
    let is_counted = d.is_some() || kernel_is_given;
    let widths = widths(call, is_counted)?;
    let (activations, teacher) = match &kernel {
        Some(_) => (Vec::new(), Function::rational(0)),
        None => (activations(call, widths.len())?, call.activation("teacher")?.ok_or_else(|| missing(call, "teacher"))?),
    };
    let samples = call.positive("n", "")?.ok_or_else(|| missing(call, "n"))?;
    if is_counted {
        counted(call, "n", &samples)?;
    }
    let ridge = call.real("ridge")?.ok_or_else(|| missing(call, "ridge"))?;
    let ridge = match call.sign(&ridge)? {
        order if order.is_lt() => {
            let failure = call.refuse("ridge", format!("ridge is a penalty and cannot be negative, and is {ridge}"));
            return Err(failure.with_help("0 is the limit of no ridge"));
        }
        order if order.is_eq() => Function::rational(0),
        _ => ridge,
    };
    let noise = call.deviation("noise")?;
    let inputs = match d {
        None if kernel.is_some() => Inputs::Kernel(kernel.unwrap_or_default()),
        None => Inputs::Gaussian(atoms(call)?),
        Some(d) => {
            if let Some(name) = ["covariance", "share"].into_iter().find(|name| call.given(name).is_some()) {
                let failure = call.refuse(name, format!("with d the inputs are uniform on a sphere, and have no {name}"));
                return Err(failure.with_help("leave it out, or leave d out and give n and widths per input dimension"));
            }
            Inputs::Sphere { d }
        }
    };
    let biases = if kernel_is_given { None } else { biases(call, d)? };
    let model = Regression { activations, teacher, samples, widths, ridge, noise, inputs, biases };
    let model = Model::Regression(Box::new(model));
    theory::of(&model, &call.work()).map_err(call.theory("f"))?;
    Ok(Value::Model(Arc::new(model)))
}

/// Numbers in a list or in a matrix that was loaded.
fn numbers(call: &Call, name: &str) -> Result<Option<Vec<Rational>>, Failure> {
    let of_double = |value: &f64| Rational::from_f64(*value).unwrap_or_default();
    let double = |value: &Value| if let Value::Double(value, _) = value { Some(of_double(value)) } else { None };
    match call.given(name) {
        Some(Value::Matrix(matrix)) => Ok(Some(matrix.entries.iter().map(of_double).collect())),
        Some(value) => match value.items().and_then(|items| items.iter().map(double).collect::<Option<Vec<_>>>()) {
            Some(list) if !list.is_empty() => Ok(Some(list)),
            _ => call.rationals(name),
        },
        None => Ok(None),
    }
}

/// A kernel that is given by its eigenvalues and the energies of the labels.
fn kernel(call: &Call) -> Result<Option<Vec<Eigenfunction>>, Failure> {
    let Some(values) = numbers(call, "eigenvalues")? else {
        return match call.given("energies") {
            Some(_) => Err(call.refuse("energies", "energies belong to eigenvalues, those of a kernel")),
            None => Ok(None),
        };
    };
    let others = ["f", "teacher", "d", "covariance", "share", "centred", "sigma_b", "sigma_b2"];
    if let Some(name) = others.into_iter().find(|name| call.given(name).is_some()) {
        let failure = call.refuse(name, format!("the eigenvalues are those of a kernel, and there is no {name} beside them"));
        return Err(failure.with_help("leave one of them out"));
    }
    let Some(energies) = numbers(call, "energies")? else { return Err(missing(call, "energies")) };
    if values.len() != energies.len() {
        let message = format!("energies has {} numbers, and eigenvalues {}", energies.len(), values.len());
        return Err(call.refuse("energies", message).with_help(call.about("energies")));
    }
    for (name, list) in [("eigenvalues", &values), ("energies", &energies)] {
        if let Some(value) = list.iter().find(|value| **value < 0) {
            return Err(call.refuse(name, format!("{name} cannot be negative, and one is {value}")));
        }
        if list.iter().all(Rational::is_zero) {
            return Err(call.refuse(name, format!("the {name} are all 0, so that there is nothing to learn")));
        }
    }
    Ok(Some(values.into_iter().zip(energies).map(|(value, energy)| Eigenfunction { value, energy }).collect()))
}

/// The deviation of biases, where means are kept.
fn biases(call: &Call, d: Option<usize>) -> Result<Option<Function>, Failure> {
    let names = ["centred", "sigma_b", "sigma_b2"];
    if let (Some(_), Some(name)) = (d, names.into_iter().find(|name| call.given(name).is_some())) {
        let failure = call.refuse(name, format!("with d functions are as typed, without biases, and there is no {name}"));
        return Err(failure.with_help("leave it out, or leave d out and give n and widths per input dimension"));
    }
    let sigma = call.deviation_or_variance("sigma_b", "sigma_b2")?;
    if call.flag("centred")?.unwrap_or(true) {
        let given = ["sigma_b", "sigma_b2"].into_iter().find(|name| call.given(name).is_some());
        let refuse =
            |name| call.refuse(name, format!("{name} goes with centred = false: a bias gives each neuron a mean of its own"));
        return given.map_or(Ok(None), |name| Err(refuse(name).with_help("add centred = false")));
    }
    Ok(Some(sigma))
}

/// A whole number.
fn counted(call: &Call, name: &str, value: &Rational) -> Result<(), Failure> {
    if value.is_integer() {
        return Ok(());
    }
    let failure = call.refuse(name, format!("with d the sizes are counted, and {name} is {value}"));
    Err(failure.with_help("a whole number; without d sizes are given per input dimension"))
}

fn widths(call: &Call, is_counted: bool) -> Result<Vec<Option<Rational>>, Failure> {
    let example = "widths = [3/2, 1] for two layers of 1.5 d and d neurons";
    let Some(given) = call.given("widths") else { return Err(missing(call, "widths")) };
    let infinite = |value: &Value| matches!(value, Value::Real(Real::Infinite));
    let items = given.items().unwrap_or_default();
    if items.iter().any(infinite) {
        if !is_counted || items.len() > 1 {
            let failure = call.refuse("widths", "an infinite width goes with d, the input dimension, and one layer");
            return Err(failure.with_help("regression(relu(x), x, d = 32, n = 100, widths = [inf], ridge = 1/100)"));
        }
        return Ok(vec![None]);
    }
    let widths = call.rationals("widths")?.unwrap_or_default();
    if widths.is_empty() || widths.len() > MOST_LAYERS {
        let message = format!("widths are those of 1 to {MOST_LAYERS} layers, and {} are given", widths.len());
        return Err(call.refuse("widths", message).with_help(example));
    }
    if let Some(width) = widths.iter().find(|width| **width <= 0) {
        return Err(call.refuse("widths", format!("widths must be positive, and one is {width}")).with_help(example));
    }
    if is_counted {
        if widths.len() > 1 {
            let message = format!("with d there is one layer, and {} widths are given", widths.len());
            return Err(call.refuse("widths", message).with_help("leave d out: then sizes are per input dimension"));
        }
        counted(call, "widths", &widths[0])?;
    }
    Ok(widths.into_iter().map(Some).collect())
}

/// One activation a layer.
fn activations(call: &Call, layers: usize) -> Result<Vec<Function>, Failure> {
    let list = match call.given("f") {
        None => return Err(missing(call, "f")),
        Some(Value::List(_)) => call.functions("f")?.unwrap_or_default(),
        Some(_) => vec![call.activation("f")?.unwrap_or_else(Function::x); layers],
    };
    if list.len() == layers {
        return Ok(list);
    }
    let message = format!("f lists {} activations, and widths makes {layers} layers", list.len());
    Err(call.refuse("f", message).with_help("one for each layer, or one for all"))
}

/// The covariance with the shares of the labels.
fn atoms(call: &Call) -> Result<Vec<InputAtom>, Failure> {
    let one = || Rational::from(1);
    let typed = match population::read(call, "covariance")? {
        None => vec![[one(), one()]],
        Some(Population::Atoms(law)) => with_mean_one(call, &law)?,
        Some(_) => {
            let failure = call.refuse("covariance", "the covariance of a regression is a list of eigenvalues");
            return Err(failure.with_help("[[value, weight], …], or a list of eigenvalues with equal weights"));
        }
    };
    let natural = |[value, weight]: [Rational; 2]| InputAtom { share: Rational::from(&value * &weight), value, weight };
    let Some(shares) = call.rationals("share")? else { return Ok(typed.into_iter().map(natural).collect()) };
    let order = in_typed_order(call, typed)?;
    if shares.len() != order.len() {
        let message = format!("share has {} numbers, and covariance {} eigenvalues", shares.len(), order.len());
        return Err(call.refuse("share", message).with_help(call.about("share")));
    }
    if let Some(share) = shares.iter().find(|share| **share < 0) {
        return Err(call.refuse("share", format!("a share cannot be negative, and one is {share}")));
    }
    let total = shares.iter().fold(Rational::new(), |sum, share| sum + share);
    if total != 1 {
        let failure = call.refuse("share", format!("the shares add up to {total}, and must to 1"));
        return Err(failure.with_help(call.about("share")));
    }
    let atoms: Vec<InputAtom> =
        order.into_iter().zip(shares).map(|([value, weight], share)| InputAtom { value, weight, share }).collect();
    if let Some(atom) = atoms.iter().find(|atom| atom.value.is_zero() && atom.share > 0) {
        let message = format!("directions of variance 0 carry nothing, and share gives them {}", atom.share);
        return Err(call.refuse("share", message));
    }
    Ok(atoms)
}

/// The eigenvalues as they were typed, which shares are listed in the order of.
fn in_typed_order(call: &Call, found: Vec<[Rational; 2]>) -> Result<Vec<[Rational; 2]>, Failure> {
    if call.given("covariance").is_none_or(|value| value.items().is_none()) {
        return Ok(found);
    }
    let rows = call.rows("covariance", 1..=2)?.unwrap_or_default();
    let equal = Rational::from((1, rows.len().max(1)));
    let row = |row: Vec<Rational>| match <[Rational; 2]>::try_from(row) {
        Ok(pair) => pair,
        Err(alone) => [alone.into_iter().next().unwrap_or_default(), equal.clone()],
    };
    Ok(rows.into_iter().map(row).collect())
}

fn with_mean_one(call: &Call, law: &Atoms) -> Result<Vec<[Rational; 2]>, Failure> {
    let mean = law.mean();
    if mean == 1 {
        return Ok(law.atoms.clone());
    }
    if law.other.is_some() {
        let divided = Population::Atoms(law.clone()).normalised();
        call.work().doubt(theory::Doubt::PopulationScaled { mean: format!("{:.6}", mean.to_f64()) });
        return Ok(if let Population::Atoms(law) = divided { law.atoms } else { Vec::new() });
    }
    let failure = call.refuse("covariance", format!("tr Sigma/d must be 1, so that w.x has variance 1, and is {mean}"));
    Err(failure.with_help(format!("divide every eigenvalue by {mean}")))
}
