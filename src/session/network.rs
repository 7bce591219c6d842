//! From a model whose neurons carry a bias to its profile law: Gaussian data given the bias, layer by layer.
//!
//! The mean of an activation feeds the next layer as a bias: s_l² = σ_b² + E h_{l−1}², τ_l² = E v_{l−1}. These are exact in the
//! first layer; below an exact rational they enter the next layer as rationals within the bits of the call.

use rug::{Float, Rational};

use super::call::Call;
use super::failure::Failure;
use super::gaussian_data::{self, number};
use super::law;
use super::value::Value;
use super::warning::Warning;
use crate::activation::Function;
use crate::gaussian::closed::Exact;
use crate::gaussian::{Biased, Conditional, Far, GaussianError, Linearity, Quantity, VarianceTails, variance_tails};
use crate::model::{Bias, Energies, Features, Kernel};
use crate::number::{Ball, ComplexBall, decimal};
use crate::spectrum::{BiasNode, LawError, Profile, Profile64, ProfileLayer, View};

/// Halvings of the step while digits are missing.
const HALVINGS: usize = 4;
/// Bits and digits of the nodes behind double precision.
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
    /// Whether the layer stands on rounded scales, so that its numbers are estimates.
    pub rounded: bool,
    linearity: Linearity,
    far: Far,
    /// What is proved of v for large biases.
    tails: VarianceTails,
}

/// The layers of a model, the lowest first.
pub struct Network {
    /// The layers.
    pub layers: Vec<NetworkLayer>,
    input: Rational,
    view: View,
}

fn exactly(value: &Rational, bits: u32) -> Quantity {
    Quantity { ball: Ball::rational(value, bits), exact: Some(Exact::from(value.clone())) }
}

/// Reads the bias of a model of features: the network when its law is the profile law, none when it lies on the curve.
///
/// # Errors
/// An activation without the data.
pub fn of_features(call: &Call, model: &Features) -> Result<Option<Network>, Failure> {
    let Energies::Activation(f) = &model.energies else { return Ok(None) };
    if model.sigma_b.is_zero() {
        return Ok(None);
    }
    let gamma = model.gamma();
    let (input, ratio, view) = match model.bias {
        Bias::Row => (model.phi.clone().recip(), gamma.recip(), View::Features),
        Bias::Column => (model.psi.clone().recip(), gamma, View::Kernel),
        Bias::Entry | Bias::Averaged => return Ok(None),
    };
    let tau2 = model.tau().square();
    let s2 = model.sigma_b.clone().square();
    let scales = [exactly(&tau2, call.bits()), exactly(&s2, call.bits())];
    let layer = layer(call, f, [tau2, s2], scales, ratio, Rational::from(1), false)?;
    if matches!(layer.linearity, Linearity::Affine | Linearity::Constant) {
        return Ok(None);
    }
    Ok(Some(Network { layers: vec![layer], input, view }))
}

/// The network of a layered kernel.
///
/// # Errors
/// An activation without the data, or one that is constant.
pub fn of_kernel(call: &Call, kernel: &Kernel) -> Result<Network, Failure> {
    let bits = call.bits();
    let wrong = |error: GaussianError| gaussian_data::failure(&error, call.place("m"));
    let job = call.evaluation.context.job;
    let sigma2 = kernel.sigma_b.clone().square();
    let mut scales = [exactly(&Rational::from(1), bits), exactly(&sigma2, bits)];
    let mut layers: Vec<NetworkLayer> = Vec::with_capacity(kernel.activations.len());
    for (f, gamma) in kernel.activations.iter().zip(kernel.gamma.iter().skip(1)) {
        let (rationals, rounded) = rationals(&scales, bits);
        let rounded = rounded || layers.last().is_some_and(|below| below.rounded);
        let unit = rationals[0].clone();
        let found = layer(call, f, rationals, scales.clone(), gamma.clone(), unit, rounded)?;
        if found.linearity == Linearity::Constant {
            let message = format!("the activation {f} is constant, so that its kernel has no bulk");
            return Err(Failure::wrong("wrong_argument", call.place("m"), message));
        }
        let variance = found.biased.variance(bits, job).map_err(wrong)?;
        scales = [variance, found.mean_square.plus_rational(&sigma2)];
        layers.push(found);
    }
    Ok(Network { layers, input: kernel.gamma[0].clone(), view: View::Kernel })
}

fn layer(
    call: &Call,
    f: &Function,
    [tau2, s2]: [Rational; 2],
    [tau2_shown, s2_shown]: [Quantity; 2],
    gamma: Rational,
    unit: Rational,
    rounded: bool,
) -> Result<NetworkLayer, Failure> {
    let wrong = |error: GaussianError| gaussian_data::failure(&error, call.place("m"));
    let job = call.evaluation.context.job;
    let biased = Biased::new(f, &tau2, &s2, job).map_err(wrong)?;
    let mean_square = biased.mean_square(call.bits(), job).map_err(wrong)?;
    let linearity = biased.linearity(job).map_err(wrong)?;
    let far = biased.far(job).map_err(wrong)?;
    let tails = if s2.is_zero() { VarianceTails { bounded: Some(true), vanishes: false } } else { variance_tails(f) };
    Ok(NetworkLayer { biased, gamma, unit, s2: s2_shown, tau2: tau2_shown, mean_square, rounded, linearity, far, tails })
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
    /// Whether v grows without bound, proved or by its values far out.
    fn looks_unbounded(&self) -> bool {
        self.tails.bounded.map_or(self.far.unbounded, |bounded| !bounded)
    }

    fn without_signal(&self) -> bool {
        self.linearity == Linearity::NoLinearPart && self.s2.exact.as_ref().is_some_and(Exact::is_zero)
    }

    /// E ȧ² over the variance of the pre-activation: the mean square of a(b) = E f′(τZ + b).
    ///
    /// # Errors
    /// As the Gaussian data.
    pub fn mean_square_slope(&self, call: &Call) -> Result<Quantity, Failure> {
        let wrong = |error: GaussianError| gaussian_data::failure(&error, call.place("m"));
        let job = call.evaluation.context.job;
        let energy = self.biased.slope_square(call.bits(), job).map_err(wrong)?;
        Ok(energy.times_rational(&Rational::from(self.biased.residual_variance().recip_ref())))
    }

    /// E v, E ȧ².
    ///
    /// # Errors
    /// As the Gaussian data.
    pub fn averages(&self, call: &Call) -> Result<[Quantity; 2], Failure> {
        let wrong = |error: GaussianError| gaussian_data::failure(&error, call.place("m"));
        let (bits, job) = (call.bits(), call.evaluation.context.job);
        Ok([self.biased.variance(bits, job).map_err(wrong)?, self.biased.slope_square(bits, job).map_err(wrong)?])
    }

    /// A number of this layer: exact or enclosed, and an estimate where it stands on rounded scales.
    #[must_use]
    pub fn shown(&self, quantity: &Quantity) -> Value {
        if !self.rounded {
            return number(quantity);
        }
        let bits = i64::from(quantity.ball.bits());
        Value::Estimate(quantity.ball.widened(quantity.ball.magnitude().shifted(24 - bits)))
    }

    /// s²/(s² + τ²), which the layers iterate.
    #[must_use]
    pub fn correlation(&self) -> Value {
        if self.rounded {
            let total = &self.s2.ball + &self.tau2.ball;
            return self.shown(&Quantity { ball: &self.s2.ball / &total, exact: None });
        }
        Value::number(self.biased.correlation())
    }

    /// Var v(b), by the trapezoidal rule.
    ///
    /// # Errors
    /// As the Gaussian data.
    pub fn variance_of_v(&self, call: &Call) -> Result<Value, Failure> {
        if self.s2.exact.as_ref().is_some_and(Exact::is_zero) || self.linearity == Linearity::Affine {
            return Ok(Value::number(0));
        }
        let bits = call.bits();
        let mut step = first_step(call.evaluation.context.digits) * self.narrowing();
        let mut value = Ball::unknown(bits);
        for _ in 0..HALVINGS {
            let nodes = self.nodes(call, step, bits)?;
            let moments = |nodes: &[Conditional], power: u32| {
                let term = |node: &Conditional| {
                    (0..power).fold(Float::with_val(bits, &node.weight), |product, _| product * &node.variance)
                };
                nodes.iter().map(term).fold(Float::new(bits), |sum, term| sum + term)
            };
            let variance = |nodes: &[Conditional]| {
                let centred = moments(nodes, 2) - moments(nodes, 1).square();
                Ball::new(centred, crate::number::Magnitude::ZERO)
            };
            let fine = variance(&nodes.fine);
            let rounding =
                Ball::new(moments(&nodes.fine, 2), crate::number::Magnitude::ZERO).magnitude().shifted(16 - i64::from(bits));
            value = fine.widened((&fine - &variance(&nodes.coarse)).magnitude()).widened(rounding);
            if decimal(&value, call.evaluation.context.digits).is_some() {
                break;
            }
            step /= 2.0;
        }
        Ok(Value::Estimate(value))
    }

    /// Weights and values of v(b) at the nodes behind double precision.
    ///
    /// # Errors
    /// As the Gaussian data.
    pub fn variances(&self, call: &Call) -> Result<Vec<[f64; 2]>, Failure> {
        let nodes = self.nodes(call, first_step(DOUBLE_DIGITS) * self.narrowing(), DOUBLE_BITS)?;
        Ok(nodes.coarse.iter().map(|node| [node.weight.to_f64(), node.variance.to_f64()]).collect())
    }

    fn nodes(&self, call: &Call, step: f64, bits: u32) -> Result<crate::gaussian::Nodes, Failure> {
        self.biased
            .nodes(step, bits, call.evaluation.context.job)
            .map_err(|error| gaussian_data::failure(&error, call.place("m")))
    }

    /// Functions of the bias vary on the scale of τ/s when that is below one.
    fn narrowing(&self) -> f64 {
        let (s2, tau2) = (self.s2.ball.to_f64(), self.tau2.ball.to_f64());
        if s2 <= tau2 { 1.0 } else { (0.5 * (tau2 / s2).log2()).floor().exp2() }
    }

    fn profile(&self, call: &Call, step: f64, bits: u32) -> Result<ProfileLayer, Failure> {
        let nodes = self.nodes(call, step * self.narrowing(), bits)?;
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
            fine: nodes.fine.iter().map(node).collect(),
            far: self.far.values.iter().map(|[variance, slope]| [slope / unit, (variance - slope).max(0.0)]).collect(),
        })
    }
}

/// The coarser of the first two steps for so many digits (tuned; halved while digits are missing).
fn first_step(digits: u32) -> f64 {
    (2.0 / f64::from(digits.max(8))).log2().floor().exp2()
}

impl Network {
    /// The layers below and at `depth`, counted from 1, with the top one's law.
    fn profile(&self, call: &Call, depth: usize, step: f64, bits: u32) -> Result<Profile, Failure> {
        let layers = self.layers[..depth].iter().map(|layer| layer.profile(call, step, bits)).collect::<Result<_, _>>()?;
        Ok(Profile {
            input: self.input.clone(),
            layers,
            view: self.view,
            atom: self.atom(depth),
            unbounded: self.layers[..depth].iter().any(NetworkLayer::looks_unbounded),
        })
    }

    /// The mass at 0 of layer `depth`, by rank: noise that is not linear fills every direction there is.
    #[must_use]
    pub fn atom(&self, depth: usize) -> Rational {
        let (atom, _) = self.missing_rank(depth);
        match (self.view, self.layers[..depth].last()) {
            // n − rank of the n × n matrix to d − rank of the d × d one, d = n/γ
            (View::Features, Some(top)) => 1 - (Rational::from(1) - atom) * &top.gamma,
            _ => atom,
        }
    }

    /// n/d₀.
    #[must_use]
    pub fn input(&self) -> &Rational {
        &self.input
    }

    /// The numbers of columns and of rows of layer `depth` when its matrix has `count` eigenvalues.
    #[must_use]
    pub fn columns_and_rows(&self, depth: usize, count: usize) -> [f64; 2] {
        let (count, gamma) = (count as f64, self.layers[depth - 1].gamma.to_f64());
        match self.view {
            View::Features => [count * gamma, count],
            View::Kernel => [count, count / gamma],
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
                added |= !layer.mean_square.ball.contains_zero();
            } else {
                (atom, added) = (own, false);
            }
        }
        (atom, added)
    }

    /// The law of layer `depth` in double precision.
    ///
    /// # Errors
    /// As the Gaussian data.
    pub fn double(&self, call: &Call, depth: usize) -> Result<Profile64, Failure> {
        let mut profile = self.profile(call, depth, first_step(DOUBLE_DIGITS), DOUBLE_BITS)?;
        // what a node adds to the sums over r/D and a²/D is its weight over the size of β or α at most
        let counts = |node: &BiasNode| node.weight.get_exp().is_some_and(|exponent| exponent > -(DOUBLE_BITS as i32));
        for layer in &mut profile.layers {
            layer.coarse.retain(counts);
            layer.fine.retain(counts);
        }
        Ok(Profile64::new(&profile))
    }

    /// The first moments of layer `depth` in double precision.
    ///
    /// # Errors
    /// As the Gaussian data.
    pub fn double_moments(&self, call: &Call, depth: usize, count: usize) -> Result<Vec<f64>, Failure> {
        let profile = self.profile(call, depth, first_step(DOUBLE_DIGITS), DOUBLE_BITS)?;
        Ok(profile.moments(count, DOUBLE_BITS).iter().map(Ball::to_f64).collect())
    }

    /// Values of the top law with as many digits as were asked, while halving the step helps.
    fn refined(
        &self,
        call: &Call,
        ask: impl Fn(&Profile) -> Result<Vec<ComplexBall>, LawError>,
        place: &str,
    ) -> Result<Vec<ComplexBall>, Failure> {
        let digits = call.evaluation.context.digits;
        let mut step = first_step(digits);
        let mut error_before = f64::INFINITY;
        for halving in 1.. {
            let profile = self.profile(call, self.layers.len(), step, call.bits())?;
            let values = ask(&profile).map_err(|error| law::failure(&error, call.place(place)))?;
            let sure = |ball: &Ball| ball.is_exact_zero() || decimal(ball, digits).is_some();
            let error = values.iter().map(|value| value.re.radius().plus(value.im.radius()).to_f64()).fold(0.0, f64::max);
            let enough = values.iter().all(|value| sure(&value.re) && sure(&value.im));
            if enough || halving == HALVINGS || error > 0.1 * error_before {
                return Ok(values);
            }
            error_before = error;
            step /= 2.0;
        }
        Ok(Vec::new())
    }

    /// m(z) at points.
    ///
    /// # Errors
    /// As [`Profile::stieltjes`].
    pub fn stieltjes(&self, call: &Call, z: &crate::spectrum::Argument) -> Result<Value, Failure> {
        let values = self.refined(call, |profile| Ok(vec![profile.stieltjes(z, call.bits())?]), "z")?;
        Ok(values.into_iter().next().map_or(Value::Undefined, Value::complex_estimate))
    }

    /// The density at a point.
    ///
    /// # Errors
    /// As [`Profile::density`].
    pub fn densities(&self, call: &Call, points: &[crate::spectrum::Argument]) -> Result<Vec<Value>, Failure> {
        let ask = |profile: &Profile| {
            points.iter().map(|x| Ok(ComplexBall::real(profile.density(x, call.bits())?))).collect::<Result<Vec<_>, _>>()
        };
        Ok(self.refined(call, ask, "x")?.into_iter().map(|value| Value::Estimate(value.re)).collect())
    }

    /// The first moments; the first one of a single layer is E v itself.
    ///
    /// # Errors
    /// As the Gaussian data.
    pub fn moments(&self, call: &Call, count: usize) -> Result<Vec<Value>, Failure> {
        let ask = |profile: &Profile| Ok(profile.moments(count, call.bits()).into_iter().map(ComplexBall::real).collect());
        let mut values: Vec<Value> = self.refined(call, ask, "m")?.into_iter().map(|value| Value::Estimate(value.re)).collect();
        if let (Some(first), Some(top)) = (values.first_mut(), self.layers.last()) {
            *first = top.shown(&top.averages(call)?[0]);
        }
        Ok(values)
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

    /// Notes what the support lacks, and which of it is proved.
    pub fn warn(&self, call: &Call) {
        let (depth, warn) = (self.layers.len(), |warning| call.evaluation.warn(warning));
        let Some(top) = self.layers.last() else { return };
        match self.is_bounded(depth) {
            Some(true) => {}
            Some(false) => warn(Warning::UnboundedSupport),
            None if self.layers.iter().any(NetworkLayer::looks_unbounded) => warn(Warning::UnboundedSupportSeen),
            None => warn(Warning::BoundedSupportSeen),
        }
        let mean = top.tau2.ball.to_f64().max(f64::MIN_POSITIVE);
        let faint = top.far.values.iter().any(|[variance, _]| *variance < VANISHES * mean);
        // rows of vanishing variance make small eigenvalues of YYᵀ, but only lower the rank of YᵀY
        if self.view == View::Features && self.atom(depth).is_zero() {
            match (top.tails.vanishes, faint) {
                (true, _) => warn(Warning::NoGapAtZero),
                (false, true) => warn(Warning::NoGapAtZeroSeen),
                (false, false) => {}
            }
        }
    }
}
