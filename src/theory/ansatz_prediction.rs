//! What the neural feature ansatz predicts for draws of networks before their first step: the correlation, or in regime A what is left
//! of it, the overlap of Xᵀr with the teacher, and the correlation before training.
//!
//! The covariance of a draw is that of its d eigenvalues, whose moments are not quite those of the law, and so are those of the readout of
//! its k neurons: theory is taken at theirs. The
//! deficit is taken at the V = |Xᵀr|²/n² of each draw, which enters as V^(−2) and scatters like n^(−1/2). Biases are series in 1/n, the
//! slower the higher the degree of f′ ([`finite_size::ratio`] of f′), with fluctuations of order n^(−1/2) through the labels.

use super::alignment::Alignment;
use super::ansatz::AnsatzAnswers;
use super::ansatz_data::{readout, spread};
use super::error::TheoryError;
use super::finite_size;
use super::prediction::THEORY_ERROR;
use crate::activation::derivative;
use crate::compare::{Claim, Prediction, Reservation, Scaling, Theory, rounded_up};
use crate::learning::alignment::{JointAtom, Network, population_traces};
use crate::model::{JointAnsatz, Readout, Simulation, Spread};
use crate::number::Real;

/// The mean of r⁴ over the samples of a draw may scatter by this share from draw to draw (tuned): the correlation is no linear function
/// of it.
const SCATTER: f64 = 0.3;
/// A word of the traces has up to four kernels: with each of them off by a factor 1 + x the trace is by (1 + x)⁴, whose terms are at
/// most this many times x the one before.
const WORD: f64 = 4.0;
/// The deficit at most as a share of n (tuned): 1 − ρ is a series in it.
const CROSSOVER: f64 = 0.05;
const AT_V: &str = "; theory at the V = |X^T r|^2/n^2 of each draw";
const AT_READOUT: &str = "; theory at the moments of the readout of each draw";
const ONLY_FINITE: &str = "the correlation before training is simulated at finite width only";

/// The theory in doubles, for the covariance of a draw.
#[derive(Clone)]
pub(super) struct InDoubles {
    /// In units of b₁² or b_*².
    pub network: Network<f64>,
    /// Whether the covariance is the same for all draws.
    pub is_identity: bool,
}

impl InDoubles {
    /// t₁, t₂, t₃ in the units of the network.
    fn traces(&self, scalar: impl Fn(&str) -> f64) -> [f64; 3] {
        let mut network = Network { readout: drawn_readout(&scalar), ..self.network.clone() };
        if !self.is_identity {
            network.covariance = std::array::from_fn(|index| scalar(&format!("covariance[{}]", index + 1)));
        }
        network.traces()
    }
}

/// E a², E a⁴, E a⁶, E a⁸ over the neurons of a draw.
fn drawn_readout(scalar: impl Fn(&str) -> f64) -> [f64; 4] {
    std::array::from_fn(|index| scalar(&format!("readout[{}]", 2 * index + 2)))
}

/// t₂/√(t₁ t₃).
fn cosine([one, two, three]: [f64; 3]) -> f64 {
    two / (one * three).sqrt()
}

impl AnsatzAnswers<'_> {
    /// The theory in doubles, and the unit of b₁² and b_*².
    pub(super) fn in_doubles(&self) -> Result<(InDoubles, f64), TheoryError> {
        let covariance = match &self.model.covariance {
            Spread::Population(population) => spread(&self.work, population)?,
            Spread::Moments(moments) => moments.each_ref().map(|moment| self.rational(moment.clone())),
        };
        let (network, unit) = self.network(&covariance);
        let is_identity = self.model.covariance.is_identity();
        Ok((InDoubles { network: network.in_doubles(|number| number.ball.to_f64()), is_identity }, unit.ball.to_f64()))
    }

    /// In regime A the deficit times V² over t₁, t₁ in units of `unit`².
    fn factor(&self, n_over_d: f64, unit: f64, mean: f64) -> f64 {
        let energy = readout(&self.model.readout, self.work.bits)[0].ball.to_f64();
        (unit / (n_over_d * mean * mean * energy)).powi(2) / 2.0
    }

    /// The correlation, in regime A the deficit.
    pub(super) fn value(&self, theory: &InDoubles, unit: f64) -> f64 {
        let network = &theory.network;
        let Some(mean) = self.derivative.mean.as_ref().map(|mean| mean.ball.to_f64()) else {
            let is_one = self.is_higher() && network.n_over_k == 0.0;
            return if is_one { 1.0 } else { cosine(network.traces()) };
        };
        let size = self.linear().ball.to_f64() * network.covariance[1] + network.labels[1] / network.n_over_d;
        self.factor(network.n_over_d, unit, mean) * network.traces()[0] / (size * size)
    }
}

/// At one size.
struct AtSize<'a> {
    answers: &'a AnsatzAnswers<'a>,
    /// n, d and k; at infinite width n for k.
    sizes: [usize; 3],
    series: Option<f64>,
    undecided: Option<String>,
}

impl<'a> AtSize<'a> {
    fn new(answers: &'a AnsatzAnswers<'a>, simulation: &Simulation, dimensions: &[(String, usize)]) -> Self {
        let size = |wanted: &str| dimensions.iter().find(|(name, _)| name == wanted).map(|(_, size)| *size);
        let n = size("n").unwrap_or(0);
        let sizes = [n, size("d").unwrap_or(0), size("k").unwrap_or(n)];
        let [n, d, k] = sizes;
        let slopes = simulation.activation.as_ref().or(answers.model.activation()).map(derivative);
        let scales = [1.0, 0.0];
        Self {
            answers,
            sizes,
            series: slopes.as_ref().map(|slopes| WORD * finite_size::ratio(slopes, scales, [k, d, n])),
            undecided: slopes.and_then(|slopes| finite_size::undecided(&slopes, scales, 0.0, [k, d, n])),
        }
    }

    fn smallest(&self) -> usize {
        self.sizes.into_iter().min().unwrap_or(0)
    }

    fn claim(&self, name: &str, theory: Theory) -> Claim {
        let claim = Claim::scalar(name, theory, Scaling::SAMPLED).with_error(THEORY_ERROR).with_scale(1.0);
        let claim = claim.on(self.smallest()).unless(self.undecided.clone());
        match self.series {
            Some(series) => claim.at_ends(series),
            None => claim,
        }
    }

    /// Regimes B and C.
    fn correlation(&self) -> Result<Claim, TheoryError> {
        let (theory, unit) = self.answers.in_doubles()?;
        let value = if theory.is_identity && self.answers.model.readout == Readout::Signs {
            Theory::Value(self.answers.value(&theory, unit))
        } else {
            let is_one = self.answers.is_one();
            let on_draw = move |scalar: &dyn Fn(&str) -> f64| if is_one { 1.0 } else { cosine(theory.traces(scalar)) };
            Theory::OnDraw(Box::new(move |draw| on_draw(&|name| draw.scalar(name))))
        };
        let note = if self.answers.model.readout == Readout::Signs { "" } else { AT_READOUT };
        Ok(self.claim("c_nfc", value).with_note(note).reserved(settled_labels(self.sizes[0])))
    }

    /// Regime A: ψ² t₁/(2 b₀⁴ (E a²)² V²).
    fn deficit(&self, mean: f64, found: &Alignment) -> Result<Claim, TheoryError> {
        let (theory, unit) = self.answers.in_doubles()?;
        let factor = self.answers.factor(theory.network.n_over_d, unit, mean);
        let deficit = found.deficit.to_f64();
        let energy = theory.network.readout[0];
        let on_draw = Theory::OnDraw(Box::new(move |draw| {
            let drawn = energy / draw.scalar("readout[2]");
            factor * theory.traces(|name| draw.scalar(name))[0] * (drawn / draw.scalar("V")).powi(2)
        }));
        let n = self.sizes[0] as f64;
        let needed = || {
            format!(
                "E f' is so small that the correlation is not near its limit: take n at least {}",
                rounded_up(4.0 * deficit / CROSSOVER)
            )
        };
        let near = (deficit > CROSSOVER * n).then(needed);
        let series = self.series.map_or(deficit / n, |series| series + deficit / n);
        let claim = self.claim("deficit", on_draw).with_scale(deficit.max(1.0 / n)).at_ends(series);
        Ok(claim.unless(near.or_else(|| self.undecided.clone())).with_note(AT_V).reserved(settled_labels(self.sizes[0])))
    }

    /// The correlation before training, where it is worked out.
    fn initial(&self, found: [Real; 2]) -> Option<Claim> {
        if found.iter().all(|value| value.to_f64().is_nan()) {
            return None;
        }
        let wide = self.answers.model.n_over_k.is_zero().then(|| ONLY_FINITE.to_owned());
        let [value, power] = self.answers.initial_at(self.sizes[1]);
        let claim = self.claim("initial_nfc", Theory::Value(value)).with_scale(value).growing(power);
        Some(claim.unless(wide.or_else(|| self.undecided.clone())))
    }
}

/// Against draws whose labels have such tails that their fourth moment is not settled.
fn settled_labels(n: usize) -> Reservation {
    Box::new(move |draws| {
        let values: Vec<f64> = draws.iter().map(|draw| draw.scalar("labels[4]")).collect();
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
        let scatter = variance.sqrt() / mean;
        (scatter > SCATTER).then(|| {
            let n = rounded_up(n as f64 * (scatter / SCATTER).powi(2));
            format!("the tails of the labels are so heavy that the mean of r^4 differs from draw to draw: take n at least {n}")
        })
    })
}

/// What is compared with draws of these dimensions.
///
/// # Errors
/// As the covariance.
pub(super) fn prediction(
    answers: &AnsatzAnswers,
    found: &Alignment,
    simulation: &Simulation,
    dimensions: &[(String, usize)],
) -> Result<Prediction, TheoryError> {
    let at = AtSize::new(answers, simulation, dimensions);
    let mut claims = Vec::new();
    match &answers.derivative.mean {
        None => claims.push(at.correlation()?),
        Some(mean) => {
            claims.push(at.deficit(mean.ball.to_f64(), found)?);
            let overlap = found.overlap.to_f64();
            claims.extend((!overlap.is_nan()).then(|| at.claim("overlap", Theory::Value(overlap))));
        }
    }
    claims.extend(answers.initial().ok().and_then(|initial| at.initial(initial)));
    Ok(Prediction { laws: Vec::new(), claims })
}

/// What the population limit predicts for draws with these eigenvalues of Σ and M, in the shares of each draw.
pub(super) fn of_axes(model: &JointAnsatz, dimensions: &[(String, usize)]) -> Prediction {
    let smallest = dimensions.iter().map(|(_, size)| *size).min().unwrap_or(0);
    let d_over_k = model.d_over_k.to_f64();
    let atoms: Vec<[f64; 2]> = model.joint.iter().map(|[lambda, mu, _]| [lambda.to_f64(), mu.to_f64()]).collect();
    let on_draw = Theory::OnDraw(Box::new(move |draw| {
        let atom = |(index, [lambda, mu]): (usize, &[f64; 2])| JointAtom {
            covariance: *lambda,
            labels: *mu,
            weight: draw.scalar(&format!("share[{index}]")),
        };
        let atoms: Vec<JointAtom<f64>> = atoms.iter().enumerate().map(atom).collect();
        cosine(population_traces(&atoms, &d_over_k, &drawn_readout(|name| draw.scalar(name))))
    }));
    let claim = Claim::scalar("c_nfc", on_draw, Scaling::SAMPLED).with_error(THEORY_ERROR).with_scale(1.0).on(smallest);
    Prediction { laws: Vec::new(), claims: vec![claim] }
}
