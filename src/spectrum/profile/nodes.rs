//! The law of a kernel, or of one layer of features, whose neurons carry a bias: input data and values to any precision.
//!
//! Given are nodes of the trapezoidal rule over the bias at two steps. Everything is computed on both; the difference, the
//! last Newton step and the rounding radius make the error that comes with a value. It is an **estimate**, not a bound: the
//! radius of a ball returned here says what the two steps support, and whoever shows it marks it as not certified.
//! The start of Newton's method is the solution in double precision, which keeps the branch.

use num_complex::Complex64;
use rug::{Float, Rational};

use super::chain::{Chain, Image, Layer, Point, ProfileNode};
use super::profile64::Profile64;
use crate::number::{Ball, ComplexBall, Magnitude};
use crate::spectrum::{Argument, LawError};

/// Newton steps from double precision; each doubles the digits.
const NEWTON_STEPS: usize = 20;

/// A value of the bias.
#[derive(Clone, Debug)]
pub struct BiasNode {
    /// Its weight.
    pub weight: Float,
    /// a(b)² times the variance scale of the kernel below.
    pub slope: Float,
    /// r(b), the variance that is not linear.
    pub rest: Float,
}

/// One layer.
#[derive(Clone, Debug)]
pub struct ProfileLayer {
    /// n/d of the layer.
    pub gamma: Rational,
    /// Nodes with some step.
    pub coarse: Vec<BiasNode>,
    /// Nodes with half that step; those of a trapezoidal rule in order.
    pub fine: Vec<BiasNode>,
    /// The distance of the finer nodes in standard deviations of the bias; none where they are the values of a discrete law.
    pub spacing: Option<f64>,
    /// (a², r) far out, at ever larger biases to the right and then to the left, as many.
    pub far: Vec<[f64; 2]>,
}

/// Which matrix the law is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// K = XᵀX, n × n, X = f(…)/√d of the top layer.
    Kernel,
    /// X Xᵀ·d/n, d × d: M = YYᵀ/n for the features Y = √d X.
    Features,
}

/// The law: layers from the lowest, on inputs of Marchenko–Pastur law with ratio n/d₀ and scale 1.
#[derive(Clone, Debug)]
pub struct Profile {
    /// n/d₀.
    pub input: Rational,
    /// The layers, at least one.
    pub layers: Vec<ProfileLayer>,
    /// Which matrix.
    pub view: View,
    /// The mass at 0, known by rank.
    pub atom: Rational,
    /// Whether v or a² grows without bound in the bias of the top layer, so that the support has no upper edge.
    pub unbounded: bool,
}

/// Which of the two steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Coarse,
    Fine,
}

impl Profile {
    /// The ratio γ of the top layer.
    pub(crate) fn top_ratio(&self) -> &Rational {
        self.layers.last().map_or(&self.input, |layer| &layer.gamma)
    }

    /// The highest layer without signal, which starts the chain anew, and the layers above it.
    pub(crate) fn signal(&self) -> (Option<&ProfileLayer>, &[ProfileLayer]) {
        let without = |layer: &ProfileLayer| layer.fine.iter().all(|node| node.slope.is_zero());
        match self.layers.iter().rposition(without) {
            Some(base) => (Some(&self.layers[base]), &self.layers[base + 1..]),
            None => (None, &self.layers),
        }
    }

    /// The chain over another ring.
    pub(crate) fn chain<T>(&self, step: Step, number: impl Fn(&Float) -> T, ratio: impl Fn(&Rational) -> T) -> Chain<T> {
        let (base, above) = self.signal();
        let plain = |value: f64| number(&Float::with_val(64, value));
        let raised = |layer: &ProfileLayer| {
            let nodes = if step == Step::Fine { &layer.fine } else { &layer.coarse };
            let node = |node: &BiasNode| ProfileNode {
                weight: number(&node.weight),
                slope: number(&node.slope),
                rest: number(&node.rest),
            };
            Layer { gamma: ratio(&layer.gamma), nodes: nodes.iter().map(node).collect() }
        };
        let inputs = || {
            let white = ProfileNode { weight: plain(1.0), slope: plain(0.0), rest: plain(1.0) };
            Layer { gamma: ratio(&self.input), nodes: vec![white] }
        };
        Chain { base: base.map_or_else(inputs, raised), layers: above.iter().map(raised).collect() }
    }

    fn ball_chain(&self, step: Step, bits: u32) -> Chain<ComplexBall> {
        let exact = |value: &Float| ComplexBall::real(Ball::new(value.clone(), Magnitude::ZERO).with_bits(bits));
        self.chain(step, exact, |ratio| ComplexBall::real(Ball::rational(ratio, bits)))
    }

    /// m(z) = E 1/(λ − z) with its estimated error, for z off the half-line [0, ∞); `double` is the same law.
    ///
    /// # Errors
    /// [`LawError::Uncertain`] on the half-line, where the support is not proved; [`LawError::NoPath`].
    pub fn stieltjes(&self, double: &Profile64, z: &Argument, bits: u32) -> Result<ComplexBall, LawError> {
        let value = z.ball(bits);
        let real = value.im.is_exact_zero();
        if real && !value.re.is_negative() {
            return Err(LawError::Uncertain);
        }
        if value.im.is_negative() {
            return Ok(self.upper(double, &value.conj(), bits)?.conj());
        }
        let m = self.upper(double, &value, bits)?;
        Ok(if real { ComplexBall::real(m.re) } else { m })
    }

    /// The density at x > 0 of the continuous part with its estimated error.
    ///
    /// # Errors
    /// [`LawError::Uncertain`] at 0, [`LawError::NoPath`].
    pub fn density(&self, double: &Profile64, x: &Argument, bits: u32) -> Result<Ball, LawError> {
        let value = ComplexBall::real(x.ball(bits).re);
        match value.re.sign() {
            Some(sign) if sign.is_lt() => Ok(Ball::zero(bits)),
            Some(sign) if sign.is_gt() => Ok(&self.upper(double, &value, bits)?.im / &Ball::pi(bits)),
            _ => Err(LawError::Uncertain),
        }
    }

    /// m at z in the closed upper half plane, off 0.
    fn upper(&self, double: &Profile64, z: &ComplexBall, bits: u32) -> Result<ComplexBall, LawError> {
        let ratio = ComplexBall::real(Ball::rational(self.top_ratio(), bits));
        let inner = match self.view {
            View::Kernel => z.clone(),
            View::Features => z * &ratio,
        };
        let start = double.point(z.to_c64()).ok_or(LawError::NoPath)?;
        let [coarse, fine] = [self.image(Step::Coarse, &start, &inner, bits)?, self.image(Step::Fine, &start, &inner, bits)?];
        let difference = (&coarse.m - &fine.m).magnitude();
        let m = fine.m.widened(difference);
        Ok(match self.view {
            View::Kernel => m,
            // m = γ² m_K(γz) + (γ − 1)/z
            View::Features => {
                let one = ComplexBall::real(Ball::integer(1, bits));
                m * &ratio * &ratio + (&ratio - &one) * z.inverse()
            }
        })
    }

    /// e and m over z, with the last Newton step and the rounding as radius.
    fn image(&self, step: Step, start: &Point<Complex64>, z: &ComplexBall, bits: u32) -> Result<Image<ComplexBall>, LawError> {
        let chain = self.ball_chain(step, bits);
        let lift = |value: Complex64| ComplexBall::new(Ball::double(value.re, bits), Ball::double(value.im, bits));
        let mut point = Point { base: lift(start.base), scales: start.scales.iter().map(|value| lift(*value)).collect() };
        let mut last = f64::INFINITY;
        for _ in 0..NEWTON_STEPS {
            let change = chain.step(&point, z, None);
            let moved = Point {
                base: &point.base + &change.base,
                scales: point.scales.iter().zip(&change.scales).map(|(a, b)| a + b).collect(),
            };
            let size = change.base.mid().abs().real().to_f64() / moved.base.mid().abs().real().to_f64();
            point = Point { base: centre(&moved.base), scales: moved.scales.iter().map(centre).collect() };
            if !size.is_finite() {
                return Err(LawError::NoPath);
            }
            let settled = size < (-(f64::from(bits) - 8.0)).exp2() || (size >= last && size < 1e-10);
            last = size;
            if settled {
                break;
            }
        }
        // one more step encloses its own size and the rounding of the residual
        let change = chain.step(&point, z, None);
        let error = change.base.magnitude().over(point.base.magnitude());
        let image = chain.image(&point);
        let relative = |value: &ComplexBall| value.widened(value.magnitude().times(error));
        Ok(Image { e: relative(&image.e), m: relative(&image.m) })
    }

    /// E λ, …, E λ^count with their estimated errors, the atom included.
    #[must_use]
    pub fn moments(&self, count: usize, bits: u32) -> Vec<Ball> {
        let values = |step: Step| {
            let exact = |value: &Float| Ball::new(value.clone(), Magnitude::ZERO).with_bits(bits);
            let mut scale = Ball::integer(1, bits);
            let ratio = Ball::rational(self.top_ratio(), bits).inverse();
            let unit = self.view == View::Kernel;
            let plain = self.chain(step, exact, |ratio| Ball::rational(ratio, bits)).moments(count);
            let scaled = plain.iter().map(|moment| {
                let value = moment * &scale;
                if !unit {
                    scale = &scale * &ratio;
                }
                value
            });
            scaled.collect::<Vec<_>>()
        };
        let (coarse, fine) = (values(Step::Coarse), values(Step::Fine));
        fine.iter()
            .zip(&coarse)
            .enumerate()
            .map(|(k, (fine, coarse))| fine.widened((fine - coarse).magnitude()).widened(self.cut_off(k as u32 + 1)))
            .collect()
    }

    /// What the moments may lack because the biases are cut off: the outermost nodes stand for all beyond them.
    fn cut_off(&self, order: u32) -> Magnitude {
        let last = |layer: &ProfileLayer| {
            let tail = layer.fine.first().into_iter().chain(layer.fine.last()).map(|node| {
                let value = Magnitude::of(&node.slope).plus(Magnitude::of(&node.rest));
                (0..order).fold(Magnitude::of(&node.weight), |product, _| product.times(value))
            });
            tail.fold(Magnitude::ZERO, Magnitude::plus).times(Magnitude::from_f64(layer.fine.len() as f64))
        };
        self.layers.iter().filter(|layer| layer.fine.len() > 1).map(last).fold(Magnitude::ZERO, Magnitude::plus)
    }
}

/// The midpoint as a ball without radius.
fn centre(value: &ComplexBall) -> ComplexBall {
    ComplexBall::point(&value.mid())
}
