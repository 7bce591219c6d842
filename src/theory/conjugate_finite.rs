//! What matrices of one size have otherwise than the law of a layer: their rank, eigenvalues that a perturbation of finite rank moves,
//! columns that signals lengthen, and what f adds beyond its linear part.

use rug::Rational;

use super::blurred::{Rest, variances};
use super::conjugate::ConjugateAnswers;
use super::conjugate_data::Number;
use super::error::TheoryError;
use super::finite_size;
use super::prediction::near_a_threshold;
use super::ranks::Ranks;
use crate::compare::{FiniteSize, LawPrediction, rounded_up};
use crate::model::{Columns, KernelInput, Simulation};
use crate::number::Real;

/// The most relative variance of the squared norms of columns times the square of the response of f at which the bulk above them is
/// judged (tuned on x + He(3,x)/3, x + He(3,x)/6 and gelu).
const TOO_UNEVEN: f64 = 0.03;
const SQUARES: &str = "the signals are so strong for this n that their squares may make an outlier along the ones";

/// The sizes simulated: n, d0 where the input is isotropic, d1, …
pub(super) struct Drawn<'a>(pub &'a [(String, usize)]);

impl Drawn<'_> {
    pub fn of(&self, name: &str) -> Option<usize> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, size)| *size)
    }

    fn n(&self) -> usize {
        self.of("n").unwrap_or(0)
    }

    fn width(&self, layer: usize) -> usize {
        self.of(&format!("d{layer}")).unwrap_or_else(|| self.n())
    }
}

/// The law with what these matrices have otherwise; `known` may know more of the activations.
///
/// # Errors
/// As the moments of a given input.
pub(super) fn with_finite_size(
    law: LawPrediction,
    [answers, known]: [&ConjugateAnswers; 2],
    layer: usize,
    simulation: &Simulation,
    drawn: &Drawn,
) -> Result<LawPrediction, TheoryError> {
    let n = drawn.n();
    let atom = atom_of(answers, layer);
    let signals = answers.model.signal.len();
    let squared = squared(known, layer, n)?;
    let own = law.outliers.iter().any(|outlier| !outlier.smooth);
    let made = !own && squared > 0.0 && makes_one(known, layer, 2.0 * squared, near_a_threshold(law.smallest));
    let finite = FiniteSize {
        squared,
        unlisted: law
            .finite
            .unlisted
            .clone()
            .or_else(|| made.then(|| SQUARES.to_owned()))
            .or_else(|| rare_values(known, layer, simulation, drawn)),
        zeros: ranks(answers, layer, drawn).and_then(|ranks| ranks.zeros_beside(n, &atom)),
        loose: signals + usize::from(layer > 0) + usize::from(!answers.is_isotropic()),
        lengthened: lengthened(answers, layer, n),
        blurred: blurred(known, layer, simulation, drawn)?,
    };
    let uncounted = uncounted(known, layer, simulation, drawn, &atom);
    let ratio = ratio(known, layer, simulation, drawn)?;
    // where columns are neither lengthened nor left as they are, nothing else makes the errors of the bulk
    let plain = answers.is_isotropic() && answers.model.columns == Columns::Unit && signals == 0 && ratio > 0.0;
    let series = if plain { Some(ratio) } else { finite_size::if_slow(ratio) };
    let undecided = uneven(known, layer, simulation, drawn).or(law.undecided);
    Ok(LawPrediction { finite, uncounted, series, undecided, ..law })
}

/// The ratio of the series of errors of the bulk of a layer, with those that the layers below carry on to it; 0 where nothing is
/// known. N_k of what is not linear is (n/e)^k/k!, e = m₂ − 1 of the layer below.
fn ratio(known: &ConjugateAnswers, layer: usize, simulation: &Simulation, drawn: &Drawn) -> Result<f64, TheoryError> {
    let Some(index) = layer.checked_sub(1) else { return Ok(0.0) };
    let Some(f) = simulation.activation.as_ref().or(known.model.layers[index].activation()) else { return Ok(0.0) };
    if matches!(known.model.input, KernelInput::Data(_)) {
        return Ok(0.0);
    }
    let n = drawn.n();
    let inputs = (n as f64 / excess(known, index)?).round().max(1.0) as usize;
    let own = finite_size::ratio(f, [1.0, 0.0], [drawn.width(layer), inputs, n]);
    let below = if known.share(index).is_some() { ratio(known, index, simulation, drawn)? } else { 0.0 };
    Ok(own + below)
}

/// Why nothing of a layer is judged whose f widens the unevenness of the norms of the columns below (theory: `norms_grow_apart`), where
/// these are so uneven that the series in 1/n is not in sight.
fn uneven(known: &ConjugateAnswers, layer: usize, simulation: &Simulation, drawn: &Drawn) -> Option<String> {
    let index = layer.checked_sub(1)?;
    let f = simulation.activation.as_ref().or(known.model.layers[index].activation())?;
    let [_, response] = finite_size::of_norms(f, 1.0);
    // 1 for homogeneous f, in doubles
    if response <= 1.0 + 1e-9 {
        return None;
    }
    let share = response * response * norms(known, index, simulation, drawn) / TOO_UNEVEN;
    let enough = 2.0 * drawn.n() as f64 * share;
    (share > 1.0).then(|| {
        let mend = if enough < 1e9 { format!(": take n at least {}", rounded_up(enough)) } else { String::new() };
        format!("the norms of the columns of the layer below are too uneven for f, which widens their differences{mend}")
    })
}

/// Why rare values of a layer may make outliers of their own.
fn rare_values(known: &ConjugateAnswers, layer: usize, simulation: &Simulation, drawn: &Drawn) -> Option<String> {
    let index = layer.checked_sub(1)?;
    let f = simulation.activation.as_ref().or(known.model.layers[index].activation())?;
    let n = drawn.n();
    let own = finite_size::rare_values(f, 1.0, [drawn.width(layer), n], n);
    // what a layer has is carried on by the next
    own.or_else(|| rare_values(known, index, simulation, drawn))
}

/// The squares of signals over what makes the outlier along the ones, m₂ − 1 of the layer below, where f has a part of degree two: (x_i·x_j)²
/// has the mean (m₂ − 1)/n in the limit, and Σ t²/n² more.
fn squared(known: &ConjugateAnswers, layer: usize, n: usize) -> Result<f64, TheoryError> {
    let Some(index) = layer.checked_sub(1) else { return Ok(0.0) };
    let model = &known.model;
    let is_even = known.layers[index].curvature.as_ref().is_none_or(|curvature| !curvature.is_zero());
    if !is_even || matches!(model.input, KernelInput::Data(_)) {
        return Ok(0.0);
    }
    let squares = model.signal.iter().map(|signal| (model.eigenvalue(signal).to_f64() - 1.0).powi(2)).sum::<f64>();
    Ok(squares / (n as f64 * excess(known, index)?))
}

/// Whether so much more of it could make an outlier that there is none of in the limit. In one layer over isotropic inputs it must have
/// a²(1 + share)/b² − 1 > 1/√γ_0.
fn makes_one(known: &ConjugateAnswers, layer: usize, share: f64, window: f64) -> bool {
    let first = &known.layers[0];
    match (&known.model.input, &first.share, &first.curvature) {
        (KernelInput::Isotropic(gamma), Some(slope), Some(curvature)) if layer == 1 => {
            let ratio = curvature.ball.to_f64() / slope.ball.to_f64();
            ratio * (1.0 + share) - 1.0 > (1.0 - window) / gamma.to_f64().sqrt()
        }
        _ => share > window,
    }
}

/// The mass at 0 of a layer.
fn atom_of(answers: &ConjugateAnswers, layer: usize) -> Rational {
    let (segment, level) = answers.segment(layer);
    let mut stack = segment.law.stack().clone();
    stack.layers.truncate(level);
    stack.atom()
}

/// The rank of K_layer; none for data, of which fewer samples have another one than all.
fn ranks(answers: &ConjugateAnswers, layer: usize, drawn: &Drawn) -> Option<Ranks> {
    let (n, model) = (drawn.n(), &answers.model);
    let mut ranks = match &model.input {
        KernelInput::Isotropic(_) => {
            let silent = model.signal.iter().filter(|signal| **signal == -1).count();
            Ranks::known(drawn.width(0)).without(silent, n)
        }
        KernelInput::Population(_) => Ranks::of_population(n, &model.signal, &atom_of(answers, 0)),
        KernelInput::Data(_) => return None,
    };
    for above in 1..=layer {
        let is_linear = answers.share(above - 1).and_then(|share| share.exact.as_ref()).is_some_and(|share| *share == 1);
        ranks = if is_linear { ranks } else { Ranks::known(n) }.sampled(drawn.width(above));
    }
    Some(ranks)
}

/// The squared length that the signals give a column of length 1.
fn lengthened(answers: &ConjugateAnswers, layer: usize, n: usize) -> f64 {
    let model = &answers.model;
    let is_raw = layer == 0 && model.columns == Columns::Raw;
    if is_raw || matches!(model.input, KernelInput::Data(_)) {
        return 0.0;
    }
    let surplus = model.signal.iter().map(|signal| (model.eigenvalue(signal).to_f64() - 1.0).max(0.0));
    surplus.sum::<f64>() / n as f64
}

/// Where a layer, or one below whose places it has a share of, does not show its places.
fn blurred(
    known: &ConjugateAnswers,
    layer: usize,
    simulation: &Simulation,
    drawn: &Drawn,
) -> Result<Option<(f64, String)>, TheoryError> {
    let Some(index) = layer.checked_sub(1) else { return Ok(None) };
    let Some(f) = simulation.activation.as_ref().or(known.model.layers[index].activation()) else { return Ok(None) };
    let (n, width) = (drawn.n(), drawn.width(layer));
    let mass = if known.share(index).is_some() { atom_of(known, index).to_f64() } else { 1.0 };
    let surplus = (width as f64 / n as f64).max(1.0);
    let norms = norms(known, index, simulation, drawn);
    let own = Rest { f, tau: 1.0, variances: variances(excess(known, index)?, n), surplus, norms, mass, n }.blurred();
    match own {
        None if known.share(index).is_some() => blurred(known, index, simulation, drawn),
        own => Ok(own),
    }
}

/// The relative variance of the squared norms of the columns of a layer, 0 where they are brought to 1.
fn norms(known: &ConjugateAnswers, layer: usize, simulation: &Simulation, drawn: &Drawn) -> f64 {
    let model = &known.model;
    let unit = match model.columns {
        Columns::Unit => true,
        Columns::UnitInputs => layer == 0,
        Columns::Raw => false,
    };
    let Some(index) = layer.checked_sub(1).filter(|_| !unit) else {
        let is_drawn = matches!(model.input, KernelInput::Isotropic(_)) && !unit;
        return if is_drawn { (model.kurtosis_x.to_f64() - 1.0) / drawn.width(0) as f64 } else { 0.0 };
    };
    let Some(f) = simulation.activation.as_ref().or(model.layers[index].activation()) else { return 0.0 };
    let [spread, response] = finite_size::of_norms(f, 1.0);
    spread / drawn.width(layer) as f64 + response * response * norms(known, index, simulation, drawn)
}

/// m₂ − 1 of a layer.
fn excess(known: &ConjugateAnswers, layer: usize) -> Result<f64, TheoryError> {
    let lowest = match &known.model.input {
        KernelInput::Isotropic(gamma) => gamma.to_f64(),
        _ => known.second_moment_of_input()?.as_ref().map_or(f64::NAN, Real::to_f64) - 1.0,
    };
    let share = |index: usize| known.share(index).map_or(0.0, |Number { ball, .. }| ball.to_f64());
    let above = |below: f64, index: usize| known.model.gamma[index].to_f64() + share(index).powi(2) * below;
    Ok((0..layer).fold(lowest, above))
}

/// Why zeros of a polynomial of few inputs are not counted.
fn uncounted(known: &ConjugateAnswers, layer: usize, simulation: &Simulation, drawn: &Drawn, atom: &Rational) -> Option<String> {
    let index = layer.checked_sub(1)?;
    let f = simulation.activation.as_ref().or(known.model.layers[index].activation())?;
    let n = drawn.n();
    let wanted = ((1.0 - atom.to_f64()) * n as f64).round() as usize;
    finite_size::uncounted(f, 1.0, [drawn.width(layer), drawn.width(index), n], wanted)
}
