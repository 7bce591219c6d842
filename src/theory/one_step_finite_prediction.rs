//! What a step of given size makes of draws: singular values of F with their left vectors, their number, the errors, and their
//! distance to those of the surrogate.
//!
//! The theory is taken at the |β|² and ρ of each draw, |β|² times |a|², whose limit is 1: the strength of a step is c₁ η |β| |a|/√N. It is exact for the surrogate as n → ∞. A network has the bulk of F_0 up to
//! order t² = c₁² η² |β|²/N, the variance that the step adds to a pre-activation, and its gradient is c₁ a βᵀ up to Δ with
//! η²|Δ|² of order η²/N: at one η both fall like 1/n, as every other bias does, and the sizes of a check tell how large they are.
//! Beyond η|Δ| = 1/2 nothing is judged.
//!
//! A singular value of order n^g has a bias of order n^(g − 1) and a spread of order n^(g − 1/2); g comes from the theory at n and
//! at n/2.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::error::TheoryError;
use super::one_step::OneStepAnswers;
use super::one_step_given::POWERS;
use super::one_step_neglected::{Neglected, Rest};
use super::one_step_prediction::{BesideLaw, MEASURED, Samples, before, free_powers};
use super::one_step_scatter::Scatter;
use crate::compare::{
    self, Claim, Judged, LawPrediction, NEAR, OutlierPrediction, Prediction, Reservation, Scaling, SharedReservation, Theory,
    rounded_up,
};
use crate::learning::{FiniteSpike, FiniteStep};
use crate::model::{DrawnStep, Update};
use crate::number::Real;

/// Least relative error of what is computed in doubles.
const DOUBLES: f64 = 1e-10;
/// A larger n is not advised.
const MOST_SIZE: f64 = 20_000.0;
/// Alignments with z … z³ are listed in any case.
const LISTED: usize = 3;
/// η|Δ| beyond which a gradient is not one of rank one.
const POOR: f64 = 0.5;
const AT_BETA: &str = "; theory at the |beta|^2 |a|^2 and rho of each draw";
const NORMS: &str = "the norms of the data make an outlier of their own, which the theory of the step does not have";
const OTHER_NUMBER: &str = "a draw has another number of spikes than the limit, which is taken off its spectrum";
const TOO_NEAR: &str = "a strength of the step is within 5 % of its threshold";

/// The theory at what draws measure, each pair of |β|² and ρ once.
struct AtMeasured {
    step: FiniteStep,
    known: Mutex<HashMap<[u64; 2], Arc<Measured>>>,
}

/// What it says there.
struct Measured {
    spikes: Vec<FiniteSpike>,
    errors: [f64; 3],
    known: bool,
}

impl Measured {
    fn new(step: &FiniteStep) -> Self {
        Self { spikes: step.spikes(), errors: step.errors(), known: true }
    }

    /// A number of the spikes; NaN where nothing is said.
    fn told(&self, value: f64) -> f64 {
        if self.known { value } else { f64::NAN }
    }
}

impl AtMeasured {
    fn at(&self, beta_square: f64, rho: f64) -> Arc<Measured> {
        let key = [beta_square, rho].map(f64::to_bits);
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(&key) {
            return Arc::clone(found);
        }
        // far beyond the limit the average of the activation is not tabled: nothing is said there
        let step = self.step.with_beta(beta_square, rho);
        let nothing = || Measured { spikes: Vec::new(), errors: [f64::NAN; 3], known: false };
        let found = Arc::new(step.map_or_else(nothing, |step| Measured::new(&step)));
        known().insert(key, Arc::clone(&found));
        found
    }

    /// For a draw, read through its scalars. Its readout a has a length of its own, with which the step and β grow alike.
    fn on(&self, scalar: impl Fn(&str) -> f64) -> Arc<Measured> {
        self.at(scalar("beta_norm_squared") * scalar("readout_norm_squared"), scalar("rho"))
    }

    /// The singular value with this number; where there is none it is at the edge.
    fn singular_value(&self, found: &Measured, index: usize) -> f64 {
        found.told(found.spikes.get(index).map_or_else(|| self.step.bulk_edge(), |spike| spike.singular_value))
    }
}

/// A step and everything its claims are made of.
struct Stepped<'a> {
    beside: &'a BesideLaw,
    update: Update,
    theory: Arc<AtMeasured>,
    /// Without a draw.
    limit: Measured,
    /// The spikes at n/2.
    half: Vec<FiniteSpike>,
    /// The number of spikes of steps 5 % smaller and larger, where the theory reaches there.
    around: [Option<usize>; 2],
    samples: Samples,
    /// What is free besides the features, and what is where the step is infinite.
    free: [Vec<usize>; 2],
    /// The errors without a step.
    before: [f64; 3],
    /// The largest power of z of which draws measure the alignment.
    most: usize,
    /// Relative errors of the theory, of outliers and of errors.
    precision: [f64; 2],
    neglected: Neglected,
}

/// What is compared with draws of this step.
///
/// # Errors
/// As the finite-size theory.
pub(super) fn prediction(answers: &OneStepAnswers, step: &DrawnStep, beside: &BesideLaw) -> Result<Prediction, TheoryError> {
    let eta = answers.work.enclosure(&step.eta).to_f64();
    let order = (step.update == Update::Surrogate).then_some(step.order);
    let [_, _, n] = beside.dimensions;
    let step_at_n = answers.finite(n, eta, order, None)?;
    let at = |factor: f64, halves: f64| {
        let FiniteStep { samples, neurons, beta, rho, .. } = step_at_n;
        let step = FiniteStep { samples: samples / halves, neurons: neurons / halves, ..step_at_n.clone() };
        step.with_beta((beta * factor).powi(2), rho).map(|step| step.spikes())
    };
    let around = [1.0 - NEAR, 1.0 + NEAR].map(|factor| at(factor, 1.0).map(|spikes| spikes.len()));
    let half = at(1.0, 2.0).unwrap_or_default();
    let theory = Arc::new(AtMeasured { step: step_at_n, known: Mutex::default() });
    let stepped = Stepped {
        beside,
        update: step.update,
        limit: Measured::new(&theory.step),
        half,
        around,
        samples: Samples::new(answers),
        free: [0, order.map_or(POWERS - 1, |order| order.min(POWERS - 1))].map(|degree| free_powers(answers, degree)),
        before: before(answers),
        most: step.order.max(LISTED),
        precision: precision(answers, &theory.step)?,
        neglected: Neglected::new(answers, beside.series)?,
        theory,
    };
    let mut claims = beside.on_beta(answers)?;
    claims.extend(beside.on_labels(answers));
    claims.extend(stepped.singular_values());
    claims.push(stepped.count());
    claims.extend(stepped.errors());
    claims.extend(stepped.equivalence());
    Ok(Prediction { laws: vec![stepped.law(answers)?], claims })
}

/// The relative errors of singular values and of the errors, as the theory estimates them.
fn precision(answers: &OneStepAnswers, step: &FiniteStep) -> Result<[f64; 2], TheoryError> {
    let spikes = answers.finite_spikes(step)?;
    let (row, _) = answers.finite_errors(step)?;
    let of_spikes = spikes.spikes.iter().map(|(value, _)| relative_error(value));
    let of_errors = row.errors.iter().chain(&row.improvements).map(relative_error);
    Ok([of_spikes.fold(DOUBLES, f64::max), of_errors.fold(DOUBLES, f64::max)])
}

/// The half-width of an enclosure over its middle; 0 at a zero.
fn relative_error(value: &Real) -> f64 {
    let Some(ball) = value.ball(64).filter(|ball| !ball.is_exact_zero()) else { return 0.0 };
    (ball.high().to_f64() - ball.low().to_f64()) / (2.0 * ball.to_f64().abs())
}

impl Stepped<'_> {
    /// By what factor each term of the series in 1/n of errors is smaller than the one before: those of the bulk, t² and the square
    /// of the quality, of which the latter is below 1/4 where it is judged.
    fn series(&self) -> f64 {
        let square = self.theory.step.strength().powi(2);
        self.beside.series
            + match self.update {
                Update::Surrogate => 0.0,
                Update::RankOne => square,
                Update::Gradient => square + POOR * POOR,
            }
    }

    fn on_errors(&self, name: &str, theory: Theory) -> Claim {
        self.beside.claim(name, theory).at_ends(self.series())
    }

    /// The claim with what holds for every row of a step.
    fn posed(&self, claim: Claim, precision: f64, note: &str) -> Claim {
        let t = self.theory.step.strength().abs();
        let origin = match self.update {
            Update::Surrogate => String::new(),
            Update::RankOne => format!("; biases of order t^2, t = {t:.2}, fall like 1/n"),
            Update::Gradient => format!("; biases of order t^2, t = {t:.2}, and of the square of the quality fall like 1/n"),
        };
        let claim = claim.with_error(precision).with_note(format!("{note}{origin}"));
        if self.update == Update::Gradient { claim.reserved(self.reservation()) } else { claim }
    }

    /// Against gradients that are not nearly of rank one.
    fn reservation(&self) -> Reservation {
        let n = self.beside.dimensions[2] as f64;
        let FiniteStep { eta, linear, .. } = self.theory.step;
        Box::new(move |draws| {
            let quality = draws.iter().map(|draw| draw.scalar("quality")).sum::<f64>() / draws.len() as f64;
            (quality > POOR).then(|| {
                let small = eta * POOR / quality;
                if linear == 0.0 {
                    return format!("c_1 = 0, so that nothing of this gradient is of rank one, and eta*|G| = {quality:.2} is above 1/2: the theory is one of eta up to about {small:.1e} here");
                }
                let enough = n * (quality / POOR).powi(2);
                let larger = if enough <= MOST_SIZE { format!("n at least {}, or ", rounded_up(enough)) } else { String::new() };
                format!(
                    "the quality eta*|G - c_1*a*beta^T| = {quality:.2} is above 1/2: take {larger}eta at most {small:.1e}, or update = \"rank_one\""
                )
            })
        })
    }

    /// What the theory neglects of a number on draws, at their mean |β|² and ρ.
    fn neglected(&self, of: impl Fn(Neglected, &FiniteStep, Rest) -> f64 + Sync + 'static) -> compare::Neglected {
        let (theory, neglected, update) = (Arc::clone(&self.theory), self.neglected, self.update);
        Box::new(move |draws| {
            let mean = |of: &dyn Fn(usize) -> f64| (0..draws.len()).map(of).sum::<f64>() / draws.len() as f64;
            let scalar = |index: usize, name: &str| draws[index].scalar(name);
            let beta_square = mean(&|draw| scalar(draw, "beta_norm_squared") * scalar(draw, "readout_norm_squared"));
            let Some(step) = theory.step.with_beta(beta_square, mean(&|draw| scalar(draw, "rho"))) else { return f64::INFINITY };
            let measured = |wanted: bool, of: &dyn Fn(usize) -> f64| if wanted { mean(of) } else { 0.0 };
            let rest = Rest {
                strength: if update == Update::Surrogate { 0.0 } else { step.strength().powi(2) },
                rows: measured(update == Update::Gradient, &|draw| scalar(draw, "rest")),
                quality: measured(update == Update::Gradient, &|draw| scalar(draw, "quality").powi(2)),
            };
            of(neglected, &step, rest)
        })
    }

    /// Why singular values near a place are not judged, if not.
    fn unseen(&self, near: bool, place: f64) -> Option<String> {
        let above = |outlier: &OutlierPrediction| (self.theory.step.samples * outlier.position).sqrt() > place * (1.0 - NEAR);
        let norms = self.beside.outliers.iter().any(above).then(|| NORMS.to_owned());
        self.beside.undecided.clone().or(norms).or_else(|| near.then(|| TOO_NEAR.to_owned()))
    }

    /// The law of F_0 for the eigenvalues that the step does not take out of it: up to a part of finite rank F is F_0.
    fn law(&self, answers: &OneStepAnswers) -> Result<LawPrediction, TheoryError> {
        let law = self.beside.law(answers)?;
        let (theory, count) = (Arc::clone(&self.theory), self.limit.spikes.len());
        let poor = (self.update == Update::Gradient).then(|| self.reservation());
        let reserved: SharedReservation = Arc::new(move |draws| {
            let other = || {
                let mut counts = draws.iter().map(|draw| theory.on(|name| draw.scalar(name)).spikes.len());
                counts.any(|found| found != count).then(|| OTHER_NUMBER.to_owned())
            };
            poor.as_ref().and_then(|poor| poor(draws)).or_else(other)
        });
        let near = (self.around[0] != self.around[1] || self.around[0].is_none()).then(|| TOO_NEAR.to_owned());
        let step = &self.theory.step;
        let of_step = |spike: &FiniteSpike| OutlierPrediction {
            name: "singular_values".to_owned(),
            position: spike.singular_value.powi(2) / step.samples,
            alignment: None,
            left: None,
            references: Vec::new(),
            smooth: true,
            margin: NEAR,
        };
        Ok(LawPrediction {
            outliers: self.limit.spikes.iter().map(of_step).chain(law.outliers.iter().cloned()).collect(),
            undecided: law.undecided.clone().or(near),
            reserved: Some(reserved),
            series: Some(self.series()),
            absorbed: step.absorbed(count),
            judged: Judged::Law,
            ..law
        })
    }

    /// The singular values outside the bulk, and the squared cosines of their left vectors with the powers of z.
    fn singular_values(&self) -> Vec<Claim> {
        let mut claims = Vec::new();
        for (index, spike) in self.limit.spikes.iter().enumerate() {
            let near = self.around[0].is_none_or(|count| count <= index);
            // the ones, on the right of that outlier, have a part along the even powers of the readout, none along itself
            let hidden = self.unseen(near, if index == 0 { spike.singular_value } else { 0.0 });
            let smaller = self.half.get(index).map(|half| (spike.singular_value / half.singular_value).log2());
            let growth = smaller.unwrap_or(0.5);
            let theory = Arc::clone(&self.theory);
            let value = Theory::OnDraw(Box::new(move |draw| {
                let found = theory.on(|name| draw.scalar(name));
                theory.singular_value(&found, index)
            }));
            let claim = Claim::scalar(&format!("singular_values[{index}]"), value, Scaling::SMOOTH_OUTLIER).growing(growth);
            let claim = claim.at_ends(self.series()).on(self.beside.smallest());
            let most = self.neglected(move |neglected, step, rest| {
                neglected.of_singular_value(step, rest, index) + Scatter::new(step).of_singular_value(index)
            });
            claims.push(self.posed(claim.unless(hidden.clone()), self.precision[0], AT_BETA).neglecting(most));
            for (place, (power, ..)) in spike.alignment.iter().enumerate().filter(|(_, (power, ..))| *power <= self.most) {
                let theory = Arc::clone(&self.theory);
                let value = Theory::OnDraw(Box::new(move |draw| {
                    let found = theory.on(|name| draw.scalar(name));
                    found.told(found.spikes.get(index).map_or(0.0, |spike| spike.alignment[place].1))
                }));
                let claim = Claim::scalar(&format!("alignment[{index}][{power}]"), value, Scaling::SMOOTH_OUTLIER);
                let claim = claim.with_scale(1.0).at_ends(self.series()).on(self.beside.smallest()).unless(hidden.clone());
                let most = self.neglected(move |neglected, step, rest| {
                    neglected.of_alignment(step, rest, [index, place]) + Scatter::new(step).of_alignment([index, place])
                });
                claims.push(self.posed(claim, self.precision[0], AT_BETA).neglecting(most));
            }
        }
        claims
    }

    /// The number of singular values outside the bulk: beyond the geometric mean of its edge and the last of them, or where there is
    /// none beyond the edge with the spread of the largest eigenvalue and what a step does to the bulk.
    fn count(&self) -> Claim {
        let step = &self.theory.step;
        let edge = step.bulk_edge();
        let changed = if self.update == Update::Surrogate { 0.0 } else { step.strength().powi(2) };
        let room = edge * (1.0 + step.samples.powf(-2.0 / 3.0) + changed);
        let last = self.limit.spikes.last().map(|spike| spike.singular_value);
        let place = last.map_or(room, |last| (edge * last).sqrt());
        let theory = Arc::clone(&self.theory);
        let value = Theory::OnDraw(Box::new(move |draw| {
            let found = theory.on(|name| draw.scalar(name));
            found.told(found.spikes.iter().filter(|spike| spike.singular_value > place).count() as f64)
        }));
        let near = self.around[0] != self.around[1] || self.around[0].is_none() || last.is_some_and(|last| last < room);
        let claim = Claim::count("count", (0, place * place / step.samples), value).on(self.beside.smallest());
        let claim = self.posed(claim.unless(self.unseen(near, place)), self.precision[0], AT_BETA);
        // a singular value scatters like the norm of z, by 1/√(2 n) of itself: four times that
        let spread = (8.0 / step.samples).sqrt();
        let (theory, poor) = (Arc::clone(&self.theory), self.reservation());
        let gradient = self.update == Update::Gradient;
        claim.aside().reserved(Box::new(move |draws| {
            let close = draws.iter().any(|draw| {
                let found = theory.on(|name| draw.scalar(name));
                found.spikes.iter().any(|spike| (spike.singular_value / place - 1.0).abs() < spread)
            });
            let reason = "a singular value is nearer to the place from which they are counted than it scatters";
            poor(draws).filter(|_| gradient).or_else(|| close.then(|| reason.to_owned()))
        }))
    }

    fn errors(&self) -> Vec<Claim> {
        let mut claims = Vec::new();
        for (index, name) in ["train", "train_mse", "test"].into_iter().enumerate() {
            let (theory, samples, free) = (Arc::clone(&self.theory), self.samples.clone(), self.free.clone());
            let value = Theory::OnDraw(Box::new(move |draw| {
                let found = theory.on(|name| draw.scalar(name));
                let samples = samples.of_step(free.each_ref().map(Vec::as_slice), found.errors, |name| draw.scalar(name));
                found.errors[index] + samples.after[index]
            }));
            let most = self.neglected(move |neglected, step, rest| neglected.of_error(step, rest, index));
            claims.push(self.posed(self.on_errors(name, value), self.precision[1], MEASURED).neglecting(most));
        }
        for (place, (index, name)) in [(0, "improvement_train"), (2, "improvement_test")].into_iter().enumerate() {
            let (theory, samples, free) = (Arc::clone(&self.theory), self.samples.clone(), self.free.clone());
            let before = self.before[index];
            let value = Theory::OnDraw(Box::new(move |draw| {
                let found = theory.on(|name| draw.scalar(name));
                let samples = samples.of_step(free.each_ref().map(Vec::as_slice), found.errors, |name| draw.scalar(name));
                before - found.errors[index] + samples.improvement[index]
            }));
            let most = self.neglected(move |neglected, step, rest| neglected.of_improvement(step, rest, place));
            let claim = self.on_errors(name, value).neglecting(most);
            let learned = (before - self.limit.errors[index]).abs() > DOUBLES * before;
            claims.push(self.posed(if learned { claim } else { claim.with_scale(before) }, self.precision[1], MEASURED));
        }
        claims
    }

    /// Network less surrogate on the same draw.
    fn equivalence(&self) -> Vec<Claim> {
        let names: &[(usize, &str)] = &[(0, "equivalence.train"), (2, "equivalence.test")];
        let names = if self.update == Update::Surrogate { &[] } else { names };
        let claim = |(index, name): &(usize, &str)| {
            let claim = self.on_errors(name, Theory::Value(0.0)).with_scale(self.limit.errors[*index]);
            self.posed(claim.aside(), DOUBLES, "")
        };
        names.iter().map(claim).collect()
    }
}
