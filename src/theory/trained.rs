//! The answers of a first layer after one gradient step (Wang, Wu and Fan 2024; docs/mathematics.md, 'One gradient step').
//!
//! W_1 = W_0 + eta b β̂ aᵀ up to o(1), |β̂|² → B = c² + (d/n) E y², c = E Z y, so that K is the kernel of one layer with the signal
//! t = eta² b² B. With the test labels y its outlier's left vector has the squared cosine
//!
//! A_y = (c²/E y²) (c²/B) (γ_0 + t) z_1′(t)/λ_1(t).

use rug::Rational;

use super::answers::{Answers, Kind, Origin, Question, Spike, SpikeLayer};
use super::blurred::{Rest, variances};
use super::conjugate::ConjugateAnswers;
use super::conjugate_data::Number;
use super::doubt::Doubt;
use super::energies::CurveData;
use super::error::TheoryError;
use super::finite_size;
use super::prediction::{self, Beside, nearest};
use super::trained_step::unclear;
use super::work::Work;
use super::zero::{count_as_zero, is_zero};
use crate::activation::Function;
use crate::compare::{FiniteSize, Judged, LawPrediction, OutlierPrediction, Prediction};
use crate::gaussian::{Moment, Quantity};
use crate::model::{Columns, ConjugateKernel, KernelInput, LayerData, Simulation, Trained};
use crate::number::{Ball, Jet, Real, Ring};
use crate::spectrum::{Chain, Law, Stack};
use crate::spikes::stack_spikes;

/// What it answers.
pub const KIND: Kind = Kind { name: "trained", answers: &[Question::Law, Question::Spikes, Question::Check] };

/// A trained layer at one precision.
pub struct TrainedAnswers<'a> {
    model: Trained,
    work: Work<'a>,
    /// The kernel without its signal.
    kernel: ConjugateAnswers<'a>,
    /// c² = (E Z y)².
    linear: Number,
    /// E y², with the noise.
    energy: Number,
    /// B, the limit of |β̂|².
    gradient: Number,
    /// t; none without a step or without a linear part.
    signal: Option<Number>,
}

impl<'a> TrainedAnswers<'a> {
    /// Does the Gaussian work.
    ///
    /// # Errors
    /// As a kernel's; a teacher without finite variance, or one that is constant without noise.
    pub fn new(model: Trained, work: Work<'a>) -> Result<Self, TheoryError> {
        let kernel = ConjugateAnswers::new(untrained(&model), work)?;
        if !has_gradient(&work, &model.activation)? {
            return Err(TheoryError::Refused {
                message: format!("the derivative of {} is not square-integrable, so that there is no gradient", model.activation),
                help: "smooth its jumps and its roots, for example tanh(10*x) in place of sign(x), sqrt(abs(x) + 1/10) in place of sqrt(abs(x))".to_owned(),
            });
        }
        let data = work.gaussian(&model.teacher, &Function::one())?;
        let moments = data.moments(work.bits, work.job)?;
        let Moment::Finite(variance) = moments.variance.clone()? else {
            return Err(TheoryError::Divergent(format!("the variance of {} is infinite", model.teacher)));
        };
        if !is_zero(&work, &moments.mean, "the mean of the teacher")? {
            work.doubt(Doubt::StepCentred(vec![format!("the teacher {}", model.teacher)]));
        }
        let rational = |value: Rational| Number::rational(value, work.bits);
        let energy = Number::of(&variance).plus(&Number::of(&Quantity::constant(&model.noise.powi(2), work.bits)));
        if energy.is_zero() {
            return Err(TheoryError::Refused {
                message: format!("the teacher {} is constant, so that there is nothing to learn", model.teacher),
                help: "take a teacher that varies, or noise > 0".to_owned(),
            });
        }
        let linear = match is_zero(&work, &moments.theta2, "c = E Z teacher(Z)")? {
            true => rational(Rational::new()),
            false => Number::of(&moments.theta2),
        };
        let gradient = linear.plus(&energy.times(&rational(model.d_over_n.clone())));
        let eta = Number::constant(&work, &model.eta);
        let step = eta.times(&eta).times(&gradient);
        let signal = kernel.share(0).map(|share| share.times(&step)).filter(|signal| !signal.is_zero());
        Ok(Self { model, work, kernel, linear, energy, gradient, signal })
    }

    /// The eta of a t; infinite where no step reaches it.
    fn eta(&self, signal: &Ball) -> Real {
        match self.kernel.share(0) {
            Some(share) => Real::from((signal / &(&share.ball * &self.gradient.ball)).sqrt()),
            None => Real::Infinite,
        }
    }

    /// c²/B, the squared cosine of β̂ with β.
    fn direction(&self) -> Number {
        self.linear.over(&self.gradient)
    }

    /// The spike of W_1ᵀW_1, with β where that of K is with the labels.
    fn of_weights(&self) -> Result<SpikeLayer, TheoryError> {
        let bits = self.work.bits;
        let gamma = Number::rational(self.model.gamma[0].clone(), bits);
        let one = Number::rational(Rational::from(1), bits);
        let thresholds = vec![self.eta(&gamma.ball.sqrt())];
        let Some(signal) = &self.signal else { return Ok(SpikeLayer::absorbed(0, thresholds)) };
        let excess = signal.times(signal).minus(&gamma);
        match excess.sign() {
            Some(order) if order.is_gt() => {}
            Some(_) => return Ok(SpikeLayer::absorbed(0, thresholds)),
            None => {
                count_as_zero(&self.work, "the distance of an outlier from the bulk")?;
                return Ok(SpikeLayer::absorbed(0, thresholds));
            }
        }
        // (1 − γ_0/t²)/(1 + 1/t)
        let left = excess.over(&signal.times(&signal.plus(&one)));
        let position = one.plus(signal).times(&one.plus(&gamma.over(signal)));
        Ok(SpikeLayer {
            layer: 0,
            survives: true,
            position: position.real(),
            alignment: left.times(&self.direction()).real(),
            thresholds,
        })
    }

    /// The law of K with what matrices of these dimensions have otherwise.
    fn with_finite_size(
        &self,
        law: LawPrediction,
        signal: f64,
        simulation: &Simulation,
        dimensions: &[(String, usize)],
    ) -> LawPrediction {
        let size = |wanted: &str| dimensions.iter().find(|(name, _)| name == wanted).map_or(0, |(_, size)| *size);
        let [n, rows] = [size("N"), size("m")];
        let gamma = self.model.gamma[0].to_f64();
        let rest = Rest {
            f: simulation.activation.as_ref().unwrap_or(&self.model.activation),
            tau: 1.0,
            variances: variances(gamma, n),
            surplus: (rows as f64 / n as f64).max(1.0),
            norms: gamma * 2.0 / n as f64,
            mass: if self.kernel.share(0).is_some() { 1.0 - gamma.recip() } else { 1.0 },
            n,
        };
        // the signal, and the two that uneven norms add
        let finite = FiniteSize {
            loose: 3,
            lengthened: signal / n as f64,
            squared: signal * signal / (n as f64 * gamma),
            blurred: rest.blurred(),
            unlisted: law.finite.unlisted.clone().or_else(|| finite_size::rare_values(rest.f, 1.0, [n, rows], n)),
            ..law.finite
        };
        let inputs = (n as f64 / gamma).round().max(1.0) as usize;
        let series = finite_size::if_slow(finite_size::ratio(rest.f, [1.0, 0.0], [rows, inputs, n]));
        LawPrediction { finite, series, ..law }
    }

    /// The spike of K.
    fn of_kernel(&self) -> Result<Spike, TheoryError> {
        let (stack, law) = self.kernel.lowest()?;
        let one = Number::rational(Rational::from(1), self.work.bits);
        let eta = match self.model.eta.as_rational() {
            Some(eta) => Real::Rational(eta.clone()),
            None => Real::from(self.work.enclosure(&self.model.eta)),
        };
        let weight = Some(Box::new(self.of_weights()?));
        let mut spike = Spike { weight, ..Spike::absorbed(Origin::Signal, eta, vec![Real::Infinite]) };
        if self.kernel.share(0).is_none() {
            return Ok(spike);
        }
        let highest = law.bulks(1).last().map(|pair| pair[1].lambda.clone());
        spike.thresholds = highest.iter().map(|lambda| self.eta(&(lambda - &Ball::integer(1, lambda.bits())))).collect();
        let Some(signal) = &self.signal else { return Ok(spike) };
        let made = stack_spikes(&self.kernel.segments[0].law, &one.plus(signal).real())?.swap_remove(1);
        match made.survives {
            Some(true) => {}
            Some(false) => return Ok(spike),
            None => {
                count_as_zero(&self.work, "the distance of an outlier from the bulk")?;
                return Ok(spike);
            }
        }
        let carried = self.linear.over(&self.energy).times(&self.direction());
        let alignment = match (stack.exact(), &signal.exact, &carried.exact) {
            (Some(chain), Some(signal), Some(carried)) => {
                label_factor(&chain, signal, &self.model.gamma[0]).map(|factor| Real::Rational(factor * carried))
            }
            _ => {
                let gamma = Ball::rational(&self.model.gamma[0], law.bits());
                label_factor(&stack.chain(law.bits()), &signal.ball, &gamma).map(|factor| Real::from(&factor * &carried.ball))
            }
        };
        spike.survives = true;
        spike.position = made.position;
        spike.alignment = alignment.unwrap_or(Real::Unknown);
        Ok(spike)
    }
}

/// Whether the derivative of f is square-integrable.
///
/// # Errors
/// As the Gaussian data.
pub fn has_gradient(work: &Work, f: &Function) -> Result<bool, TheoryError> {
    let moments = work.gaussian(f, &Function::one())?.moments(work.bits, work.job)?;
    Ok(matches!(moments.derivative_energy.clone()?, Moment::Finite(_)))
}

/// (γ_0 + t) z_1′(t)/λ_1(t).
fn label_factor<T: Ring>(chain: &Chain<T>, signal: &T, gamma: &T) -> Option<T> {
    let point = signal.plus(&signal.integer(1));
    let level = chain.map(Jet::constant).levels(&Jet::variable(&point), 2).pop()?;
    Some(gamma.plus(signal).times(&level.z.slope).over(&level.lambda.value))
}

/// The kernel of the weights as they begin.
fn untrained(model: &Trained) -> ConjugateKernel {
    let [input, layer] = model.gamma.clone();
    ConjugateKernel {
        layers: vec![LayerData::Activation(model.activation.clone())],
        input: KernelInput::Isotropic(input),
        gamma: vec![layer],
        signal: Vec::new(),
        overlap: Rational::new(),
        columns: Columns::Raw,
        kurtosis_x: Rational::from(3),
        skewness_x: Rational::new(),
    }
}

impl Answers for TrainedAnswers<'_> {
    fn kind(&self) -> Kind {
        KIND
    }

    fn law(&self) -> Result<&dyn Law, TheoryError> {
        self.kernel.law()
    }

    fn stack(&self) -> Result<Option<Stack>, TheoryError> {
        self.kernel.stack()
    }

    fn curve_data(&self) -> Option<&CurveData> {
        self.kernel.curve_data()
    }

    fn outliers(&self) -> Result<Option<Vec<Real>>, TheoryError> {
        let alive = self.spikes()?.into_iter().filter(|spike| spike.survives);
        let mut positions: Vec<Real> = alive.map(|spike| spike.position).collect();
        positions.sort_by(|a, b| b.to_f64().total_cmp(&a.to_f64()));
        Ok(Some(positions))
    }

    fn spikes(&self) -> Result<Vec<Spike>, TheoryError> {
        let mut found = vec![self.of_kernel()?];
        found.extend(self.kernel.spikes()?);
        Ok(found)
    }

    fn has_outliers(&self, _simulation: &Simulation) -> Result<bool, TheoryError> {
        Ok(true)
    }

    /// The law of K with its outliers, and the outlier of W_1ᵀW_1.
    fn prediction(&self, simulation: &Simulation, dimensions: &[(String, usize)]) -> Result<Prediction, TheoryError> {
        let smallest = dimensions.iter().map(|(_, size)| *size).min().unwrap_or(0);
        let spikes = self.spikes()?;
        let beside = Beside::of(&spikes, |index, spike| {
            let references: &[&str] = match spike.origin {
                Origin::Signal => &["labels", "readout"],
                Origin::ColumnNorms => &["column_norms"],
                _ => &["ones"],
            };
            let references = references.iter().map(|name| (*name).to_owned()).collect();
            OutlierPrediction { smooth: spike.origin == Origin::Signal, ..Beside::smooth(index, spike, references) }
        });
        let signal = self.signal.as_ref().map_or(0.0, |signal| signal.ball.to_f64());
        let near = nearest(spikes[0].strength.to_f64(), &self.of_weights()?.thresholds);
        let kernel = beside.law(prediction::law_prediction(self.law()?, smallest)?);
        let kernel = self.with_finite_size(kernel, signal, simulation, dimensions);
        let one = vec![[Rational::from(1), Rational::from(1)]];
        let of_weights = Stack { population: one, gamma: self.model.gamma[0].clone(), layers: Vec::new() };
        let of_weights = self.work.law(of_weights);
        let weight = self.of_weights()?;
        let outlier = OutlierPrediction {
            name: String::new(),
            position: weight.position.to_f64(),
            alignment: Some(weight.alignment.to_f64()),
            left: None,
            references: vec!["teacher".to_owned(), "readout".to_owned()],
            smooth: true,
            margin: nearest(spikes[0].strength.to_f64(), &weight.thresholds),
        };
        let outliers = if weight.survives { vec![outlier] } else { Vec::new() };
        let unclear = unclear(
            self.model.gamma[0].to_f64(),
            self.work.enclosure(&self.model.eta).to_f64(),
            dimensions.iter().find(|(name, _)| name == "N").map_or(0, |(_, size)| *size),
        );
        let kernel = LawPrediction { unclear: Some(unclear.clone()), ..kernel };
        let weights = LawPrediction {
            unclear: Some(unclear),
            prefix: "weight".to_owned(),
            outliers,
            judged: Judged::Outliers,
            finite: FiniteSize {
                unlisted: (near < prediction::near_a_threshold(smallest)).then(|| prediction::NEAR_ONE.to_owned()),
                ..FiniteSize::default()
            },
            ..prediction::law_prediction(&of_weights, smallest)?
        };
        Ok(Prediction { laws: vec![kernel, weights], claims: Vec::new() })
    }
}
