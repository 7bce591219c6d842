//! Layers whose neurons carry a bias: Gaussian data given the bias, layer by layer, and the profile law they have.
//!
//! The mean of an activation feeds the next layer as a bias: s_l² = σ_b² + E h_{l−1}², τ_l² = E v_{l−1} (docs/mathematics.md,
//! 'Layers'). These are exact in the first layer; below an exact rational they enter the next layer as rationals within the bits
//! at hand.

use std::rc::Rc;
use std::sync::Arc;

use rug::{Float, Rational};

use super::answers::{LayerScales, Obstruction};
use super::doubt::Doubt;
use super::energies::variances;
use super::error::TheoryError;
use super::work::Work;
use super::zero::{is_zero, real};
use crate::activation::Function;
use crate::gaussian::{
    Biased, Conditional, Exact, Far, GaussianError, Linearity, Nodes, Quantity, VarianceTails, variance_tails,
};
use crate::model::{Bias, Energies, Features, Kernel};
use crate::number::{Ball, Magnitude, Real, decimal};
use crate::spectrum::{BiasNode, DataError, LawError, Profile, ProfileLaw, ProfileLayer, Scales, View};

/// Halvings of the step while digits are missing.
const HALVINGS: usize = 4;
/// Bits and digits of the nodes that only set an allowance.
const DOUBLE_BITS: u32 = 72;
const DOUBLE_DIGITS: u32 = 14;
/// v far out, against its mean, that looks like vanishing.
const VANISHES: f64 = 1e-2;

/// One layer with everything that does not depend on the step.
pub struct NetworkLayer {
    /// The Gaussian data given the bias.
    pub biased: Biased,
    /// n/d.
    pub gamma: Rational,
    /// The scale of the kernel below: ȧ² = a² τ² over this multiplies it. The inputs of features are on scale 1, τ² being in ȧ².
    unit: Rational,
    /// Variance of the bias, effective one included.
    pub s2: Quantity,
    /// Variance of the pre-activation given the bias.
    pub tau2: Quantity,
    /// E h², the coefficient of the eigenvalue of order n.
    pub mean_square: Quantity,
    /// Whether that is not zero.
    pub has_mean: bool,
    /// Whether there is a bias, effective one included.
    pub has_bias: bool,
    /// Whether the layer stands on rounded scales, so that its numbers are estimates.
    rounded: bool,
    linearity: Linearity,
    far: Far,
    /// What is proved of v for large biases.
    tails: VarianceTails,
}

/// The layers of a model, the lowest first.
pub struct Network {
    /// The layers.
    pub layers: Vec<NetworkLayer>,
    /// n/d₀.
    pub input: Rational,
    view: View,
}

impl Network {
    /// Features with a bias per row or per column.
    ///
    /// # Errors
    /// An activation without the data.
    pub fn of_features(work: &Work, model: &Features) -> Result<Self, TheoryError> {
        let Energies::Activation(f) = &model.energies else { return Err(TheoryError::NotAlgebraic) };
        let gamma = model.gamma();
        let (input, ratio, view) = match model.bias {
            Bias::Column => (model.psi.clone().recip(), gamma, View::Kernel),
            Bias::Row | Bias::Entry | Bias::Averaged => (model.phi.clone().recip(), gamma.recip(), View::Features),
        };
        let scales = variances(model);
        let shown = scales.each_ref().map(|scale| Quantity::constant(scale, work.bits));
        let layer = NetworkLayer::new(work, f, &scales, shown, [ratio, Rational::from(1)], false)?;
        Ok(Self { layers: vec![layer], input, view })
    }

    /// The layers of a kernel.
    ///
    /// # Errors
    /// An activation without the data, or one that is constant.
    pub fn of_kernel(work: &Work, kernel: &Kernel) -> Result<Self, TheoryError> {
        let sigma2 = kernel.sigma_b.powi(2);
        let mut variances = [Function::one(), sigma2.clone()];
        let mut scales = variances.each_ref().map(|variance| Quantity::constant(variance, work.bits));
        let mut unit = Rational::from(1);
        let mut rounded = false;
        let mut layers: Vec<NetworkLayer> = Vec::with_capacity(kernel.depth());
        for (f, gamma) in kernel.activations.iter().zip(kernel.gamma.iter().skip(1)) {
            let found = NetworkLayer::new(work, f, &variances, scales, [gamma.clone(), unit], rounded)?;
            if found.linearity == Linearity::Constant {
                return Err(TheoryError::Refused {
                    message: format!("the activation {f} is constant, so that its kernel has no bulk"),
                    help: "leave the layer out, or take an activation that varies".to_owned(),
                });
            }
            scales = [found.biased.variance(work.bits, work.job)?, found.mean_square.plus(&sigma2)];
            let (next, inexact) = rationals(&scales, work.bits);
            rounded |= inexact;
            unit = next[0].clone();
            variances = next.map(Function::rational);
            layers.push(found);
        }
        Ok(Self { layers, input: kernel.gamma[0].clone(), view: View::Kernel })
    }

    /// The law of layer `depth`, counted from 1.
    ///
    /// # Errors
    /// As the Gaussian data.
    pub fn law<'a>(self: &Rc<Self>, work: &Work<'a>, depth: usize) -> Result<ProfileLaw<'a>, TheoryError> {
        let top = &self.layers[depth - 1];
        let mean = top.shown(&top.averages(work)?[0]);
        let scales = Scales { atom: self.atom(depth), mean, bounded: self.is_bounded(depth) };
        let (network, kept) = (self.clone(), *work);
        Ok(ProfileLaw::new(scales, [work.digits, work.bits], move |step, bits| {
            network.profile(&kept, depth, step, bits).map_err(|error| LawError::Data(DataError(Arc::new(error))))
        }))
    }

    /// The layers below and at `depth`, counted from 1, with the top one's law.
    fn profile(&self, work: &Work, depth: usize, step: f64, bits: u32) -> Result<Profile, GaussianError> {
        let layers = self.layers[..depth].iter().map(|layer| layer.profile(work, step, bits)).collect::<Result<_, _>>()?;
        Ok(Profile {
            input: self.input.clone(),
            layers,
            view: self.view,
            atom: self.atom(depth),
            unbounded: self.layers[..depth].iter().any(NetworkLayer::looks_unbounded),
        })
    }

    /// The mass at 0 of layer `depth`, by rank: noise that is not linear fills every direction there is.
    fn atom(&self, depth: usize) -> Rational {
        let (atom, _) = self.missing_rank(depth);
        match (self.view, self.layers[..depth].last()) {
            // n − rank of the n × n matrix to d − rank of the d × d one, d = n/γ
            (View::Features, Some(top)) => 1 - (Rational::from(1) - atom) * &top.gamma,
            _ => atom,
        }
    }

    /// The number of rows of layer `depth` when its matrix has `count` eigenvalues.
    #[must_use]
    pub fn rows(&self, depth: usize, count: usize) -> f64 {
        let (count, gamma) = (count as f64, self.layers[depth - 1].gamma.to_f64());
        match self.view {
            View::Features => count,
            View::Kernel => count / gamma,
        }
    }

    /// Whether the mean of layer `depth` adds to the rank: layers below leave room for it.
    #[must_use]
    pub fn mean_adds_rank(&self, depth: usize) -> bool {
        self.missing_rank(depth).1
    }

    /// The share of the n directions that the bulk of layer `depth` does not fill, and whether a mean fills one of them.
    fn missing_rank(&self, depth: usize) -> (Rational, bool) {
        let missing = |ratio: &Rational| {
            let rest: Rational = 1 - Rational::from(ratio.recip_ref());
            rest.max(Rational::new())
        };
        let (mut atom, mut added) = (missing(&self.input), false);
        for layer in &self.layers[..depth] {
            let own = missing(&layer.gamma);
            if layer.linearity == Linearity::Affine && own < atom {
                added |= layer.has_mean;
            } else {
                (atom, added) = (own, false);
            }
        }
        (atom, added)
    }

    /// Whether a bias is drawn in a layer at or below `depth`.
    #[must_use]
    pub fn is_sampled(&self, depth: usize) -> bool {
        self.layers[..depth].iter().any(|layer| layer.has_bias)
    }

    /// Whether the law of layer `depth` is proved to have an upper edge: v is bounded in every layer that reaches it.
    #[must_use]
    pub fn is_bounded(&self, depth: usize) -> Option<bool> {
        let mut bounded = Some(true);
        for layer in &self.layers[..depth] {
            // without a linear part the layer below is forgotten
            if layer.without_signal() {
                bounded = Some(true);
            }
            bounded = match (bounded, layer.tails.bounded) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
        }
        bounded
    }

    /// Leaves what the support lacks, and which of it is proved.
    pub fn support_doubts(&self, work: &Work, depth: usize) {
        let layers = &self.layers[..depth];
        let top = &self.layers[depth - 1];
        match self.is_bounded(depth) {
            Some(true) => {}
            Some(false) => work.doubt(Doubt::UnboundedSupport),
            None if layers.iter().any(NetworkLayer::looks_unbounded) => work.doubt(Doubt::UnboundedSupportSeen),
            None => work.doubt(Doubt::BoundedSupportSeen),
        }
        let mean = top.tau2.ball.to_f64().max(f64::MIN_POSITIVE);
        let faint = top.far.values.iter().any(|[variance, _]| *variance < VANISHES * mean);
        // rows of vanishing variance make small eigenvalues of YYᵀ, but only lower the rank of YᵀY
        if self.view == View::Features && self.atom(depth).is_zero() {
            match (top.tails.vanishes, faint) {
                (true, _) => work.doubt(Doubt::NoGapAtZero),
                (false, true) => work.doubt(Doubt::NoGapAtZeroSeen),
                (false, false) => {}
            }
        }
    }
}

/// The scales as rationals; when they are not, the standard deviation of the whole pre-activation is made rational.
fn rationals(scales: &[Quantity; 2], bits: u32) -> ([Rational; 2], bool) {
    let exact = |quantity: &Quantity| quantity.exact.as_ref().and_then(Exact::as_rational);
    if let (Some(tau2), Some(s2)) = (exact(&scales[0]), exact(&scales[1])) {
        return ([tau2, s2], false);
    }
    let middle = |value: &Float| value.to_rational().unwrap_or_default();
    let total = middle(&(&scales[0].ball + &scales[1].ball).with_bits(bits).sqrt().mid().clone());
    let s2 = exact(&scales[1]).unwrap_or_else(|| middle(scales[1].ball.with_bits(bits).mid()));
    ([total.square() - &s2, s2], true)
}

impl NetworkLayer {
    fn new(
        work: &Work,
        f: &Function,
        [tau2, s2]: &[Function; 2],
        [tau2_shown, s2_shown]: [Quantity; 2],
        [gamma, unit]: [Rational; 2],
        rounded: bool,
    ) -> Result<Self, TheoryError> {
        let job = work.job;
        let biased = Biased::new(f, tau2, s2, job)?;
        let mean_square = biased.mean_square(work.bits, job)?;
        let linearity = biased.linearity(job)?;
        let far = biased.far(job)?;
        let tails = if s2.is_zero() { VarianceTails { bounded: Some(true), vanishes: false } } else { variance_tails(f) };
        let has_mean = !is_zero(work, &mean_square, "the mean of a layer")?;
        let has_bias = !is_zero(work, &s2_shown, "the bias of a layer")?;
        let (tau2, s2) = (tau2_shown, s2_shown);
        Ok(Self { biased, gamma, unit, s2, tau2, mean_square, has_mean, has_bias, rounded, linearity, far, tails })
    }

    /// Whether v grows without bound, proved or by its values far out.
    fn looks_unbounded(&self) -> bool {
        self.tails.bounded.map_or(self.far.unbounded, |bounded| !bounded)
    }

    fn without_signal(&self) -> bool {
        self.linearity == Linearity::NoLinearPart && !self.has_bias
    }

    /// E ȧ² over the variance of the pre-activation: the mean square of a(b) = E f′(τZ + b).
    ///
    /// # Errors
    /// As the Gaussian data.
    fn mean_square_slope(&self, work: &Work) -> Result<Quantity, TheoryError> {
        let energy = self.biased.slope_square(work.bits, work.job)?;
        Ok(energy.times(&self.biased.variances()[0].powi(-1)))
    }

    /// What keeps the law of this layer from being that of white inputs.
    ///
    /// # Errors
    /// As the Gaussian data.
    pub fn obstruction(&self, work: &Work) -> Result<Obstruction, TheoryError> {
        let slope = self.mean_square_slope(work)?;
        Ok(Obstruction {
            is_absent: slope.exact.as_ref().is_some_and(Exact::is_zero),
            mean_square_slope: self.shown(&slope),
            variance_of_v: self.variance_of_v(work)?,
        })
    }

    /// Its scales, as results.
    #[must_use]
    pub fn scales(&self) -> LayerScales {
        LayerScales {
            s2: self.shown(&self.s2),
            tau2: self.shown(&self.tau2),
            correlation: self.correlation(self.tau2.ball.bits()),
            mean_outlier: self.shown(&self.mean_square),
        }
    }

    /// E v, E ȧ².
    ///
    /// # Errors
    /// As the Gaussian data.
    pub fn averages(&self, work: &Work) -> Result<[Quantity; 2], TheoryError> {
        Ok([self.biased.variance(work.bits, work.job)?, self.biased.slope_square(work.bits, work.job)?])
    }

    /// A number of this layer: exact or enclosed, and an estimate where it stands on rounded scales.
    #[must_use]
    pub fn shown(&self, quantity: &Quantity) -> Real {
        if !self.rounded {
            return real(quantity);
        }
        let bits = i64::from(quantity.ball.bits());
        Real::Estimated(quantity.ball.widened(quantity.ball.magnitude().shifted(24 - bits)))
    }

    /// s²/(s² + τ²), which the layers iterate.
    #[must_use]
    fn correlation(&self, bits: u32) -> Real {
        if self.rounded {
            let total = &self.s2.ball + &self.tau2.ball;
            return self.shown(&Quantity { ball: &self.s2.ball / &total, exact: None });
        }
        real(&Quantity::constant(&self.biased.correlation(), bits))
    }

    /// Var v(b), by the trapezoidal rule.
    ///
    /// # Errors
    /// As the Gaussian data.
    fn variance_of_v(&self, work: &Work) -> Result<Real, TheoryError> {
        if !self.has_bias || self.linearity == Linearity::Affine {
            return Ok(Real::from(0));
        }
        let bits = work.bits;
        let mut step = ProfileLaw::first_step(work.digits) * self.narrowing();
        let mut value = Ball::unknown(bits);
        for _ in 0..HALVINGS {
            let nodes = self.nodes(work, step, bits)?;
            let moments = |nodes: &[Conditional], power: u32| {
                let term = |node: &Conditional| {
                    (0..power).fold(Float::with_val(bits, &node.weight), |product, _| product * &node.variance)
                };
                nodes.iter().map(term).fold(Float::new(bits), |sum, term| sum + term)
            };
            let variance = |nodes: &[Conditional]| {
                let centred = moments(nodes, 2) - moments(nodes, 1).square();
                Ball::new(centred, Magnitude::ZERO)
            };
            let fine = variance(&nodes.fine);
            let rounding = Ball::new(moments(&nodes.fine, 2), Magnitude::ZERO).magnitude().shifted(16 - i64::from(bits));
            value = fine.widened((&fine - &variance(&nodes.coarse)).magnitude()).widened(rounding);
            if decimal(&value, work.digits).is_some() {
                break;
            }
            step /= 2.0;
        }
        Ok(Real::Estimated(value))
    }

    /// Weights and values of v(b) at the nodes behind double precision.
    ///
    /// # Errors
    /// As the Gaussian data.
    pub fn variances(&self, work: &Work) -> Result<Vec<[f64; 2]>, TheoryError> {
        let nodes = self.nodes(work, ProfileLaw::first_step(DOUBLE_DIGITS) * self.narrowing(), DOUBLE_BITS)?;
        Ok(nodes.coarse.iter().map(|node| [node.weight.to_f64(), node.variance.to_f64()]).collect())
    }

    fn nodes(&self, work: &Work, step: f64, bits: u32) -> Result<Nodes, GaussianError> {
        self.biased.nodes(step, bits, work.job)
    }

    /// Functions of the bias vary on the scale of τ/s when that is below one.
    fn narrowing(&self) -> f64 {
        let (s2, tau2) = (self.s2.ball.to_f64(), self.tau2.ball.to_f64());
        if s2 <= tau2 { 1.0 } else { (0.5 * (tau2 / s2).log2()).floor().exp2() }
    }

    fn profile(&self, work: &Work, step: f64, bits: u32) -> Result<ProfileLayer, GaussianError> {
        let nodes = self.nodes(work, step * self.narrowing(), bits)?;
        let scaled = |value: &Float| Float::with_val(value.prec(), value / &self.unit);
        let affine = self.linearity == Linearity::Affine;
        let node = |node: &Conditional| {
            let rest = if affine { Float::new(bits) } else { Float::with_val(bits, &node.variance - &node.slope_square) };
            BiasNode { weight: node.weight.clone(), slope: scaled(&node.slope_square), rest }
        };
        let unit = self.unit.to_f64();
        Ok(ProfileLayer {
            gamma: self.gamma.clone(),
            coarse: nodes.coarse.iter().map(node).collect(),
            fine: in_order(&nodes.fine).map(node).collect(),
            spacing: self.has_bias.then(|| 0.5 * step * self.narrowing()),
            far: self.far.values.iter().map(|[variance, slope]| [slope / unit, (variance - slope).max(0.0)]).collect(),
        })
    }
}

/// Nodes that are listed as 0, h, −h, 2h, −2h, … from the lowest to the highest.
fn in_order(nodes: &[Conditional]) -> impl Iterator<Item = &Conditional> {
    let below = nodes.iter().skip(2).step_by(2).rev();
    below.chain(nodes.first()).chain(nodes.iter().skip(1).step_by(2))
}
