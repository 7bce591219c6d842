//! Hermite moments M_k = E[He_k(Z) g(Z); u < Z < v] of g(x) = exp(αx² + βx) ∏ Φ(a_i x + b_i).
//!
//! Integrating He_{k+1} φ = −(He_k φ)′ by parts, with w = 1 − 2α,
//!
//!   w M_{k+1} = β M_k + 2αk M_{k−1} − [He_k g φ]_u^v + Σ_i a_i E[He_k(Z) (g/Φ_i)(Z) φ(a_i Z + b_i); u < Z < v],
//!
//! where the last sums are moments of the same kind with one factor Φ less (the master recursion, in Hermite instead
//! of power moments, which saves k/2 bits). The start M_0 is closed for every interval without Φ, for the whole line with one
//! Φ, for half-lines from 0 with one Φ(ax), and for the whole line with two Φ centred at the same point.

use std::cmp::Ordering;

use rug::Rational;

use super::complex::{Complex, Real};
use super::erf::LARGEST_SQUARE;
use super::exact::Exact;
use super::partition::Interval;
use super::sum::{Cdf, Shape};

/// Why a moment has no value in closed form.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Failure {
    /// The integral diverges.
    Divergent,
    /// It may exist, but not in the ring.
    NotClosed,
}

/// The recursion of one shape on one interval.
#[derive(Clone, Debug)]
pub(super) struct Recursion {
    start: Start,
    beta: Complex<Exact>,
    twice_alpha: Exact,
    /// Where [He_k g φ] is taken, and ±g φ there.
    ends: Vec<(Exact, Complex<Exact>)>,
    /// a_i e^(−b_i²/2)/√(2π) and the recursion with one factor less.
    sources: Vec<(Exact, Self)>,
}

#[derive(Clone, Debug)]
enum Start {
    /// w ≠ 0: 1/w and M_0.
    Gaussian(Exact, Complex<Exact>),
    /// w = 0 ≠ β: 1/β.
    Exponential(Complex<Exact>),
    /// w = β = 0.
    Flat,
}

impl Recursion {
    pub(super) fn new(shape: &Shape, interval: Interval<'_>) -> Result<Self, Failure> {
        let twice_alpha = shape.alpha.scaled(&Rational::from(2));
        let width = &Exact::one() - &twice_alpha;
        let sign = width.sign().ok_or(Failure::NotClosed)?;
        if sign.is_le() && !decays(shape, sign, interval) {
            // a factor Φ may pull the tail down again
            return Err(if shape.cdfs.is_empty() { Failure::Divergent } else { Failure::NotClosed });
        }
        let closed = || -> Option<Self> {
            let start = match (sign, shape.beta.is_zero()) {
                (Ordering::Equal, _) if !shape.cdfs.is_empty() => return None,
                (Ordering::Equal, true) => Start::Flat,
                (Ordering::Equal, false) => Start::Exponential(shape.beta.inverse()?),
                _ => Start::Gaussian(width.inverse()?, first_moment(shape, &width, sign, interval)?),
            };
            let ends = [(interval.1, 1), (interval.0, -1)].into_iter().filter_map(|(end, side)| {
                let end = end?;
                Some((end.clone(), shape.at(end).stretched(&end.normal_density()).scaled(side)))
            });
            let mut sources = Vec::new();
            for (index, cdf) in shape.cdfs.iter().enumerate() {
                let (narrow, factor) = shape.density_of(index);
                sources.push((&factor * &cdf.slope, Self::new(&narrow, interval).ok()?));
            }
            Some(Self { start, beta: shape.beta.clone(), twice_alpha, ends: ends.collect(), sources })
        };
        closed().ok_or(Failure::NotClosed)
    }

    /// M_0 … M_{count−1}, with the constants taken into the ring `T` by `lift`.
    pub(super) fn moments<T: Real>(&self, count: usize, lift: &impl Fn(&Exact) -> T) -> Vec<Complex<T>> {
        let lifted = |z: &Complex<Exact>| Complex { re: lift(&z.re), im: lift(&z.im) };
        let steps = self.inhomogeneous(count, lift);
        let beta = lifted(&self.beta);
        let mut moments: Vec<Complex<T>> = Vec::with_capacity(count);
        match &self.start {
            Start::Gaussian(inverse, first) => {
                let (inverse, twice_alpha) = (lift(inverse), lift(&self.twice_alpha));
                moments.push(lifted(first));
                for (k, mut next) in steps.into_iter().take(count.saturating_sub(1)).enumerate() {
                    if !beta.re.is_nothing() || !beta.im.is_nothing() {
                        next.add_product(&beta, &moments[k]);
                    }
                    if k > 0 && !twice_alpha.is_nothing() {
                        next.add(moments[k - 1].stretched(&twice_alpha).scaled(k as i64));
                    }
                    next.stretch(&inverse);
                    moments.push(next);
                }
            }
            // w = 0: β M_k = [He_k g φ] − k M_{k−1}
            Start::Exponential(inverse) => {
                let inverse = lifted(inverse);
                for k in 0..count {
                    let mut right = steps[k].scaled(-1);
                    if k > 0 {
                        right = right.minus(&moments[k - 1].scaled(k as i64));
                    }
                    moments.push(right.times(&inverse));
                }
            }
            // and with β = 0: k M_{k−1} = [He_k g φ]
            Start::Flat => {
                for (k, step) in steps.iter().enumerate().skip(1) {
                    moments.push(step.stretched(&lift(&Rational::from((-1, k as u32)).into())));
                }
            }
        }
        moments
    }

    /// −[He_k g φ] plus the sources, for k = 0 … count.
    fn inhomogeneous<T: Real>(&self, count: usize, lift: &impl Fn(&Exact) -> T) -> Vec<Complex<T>> {
        let lifted = |z: &Complex<Exact>| Complex { re: lift(&z.re), im: lift(&z.im) };
        let zero = lifted(&Complex::default());
        let mut steps = vec![zero; count + 1];
        for (end, weight) in &self.ends {
            let weight = lifted(weight).scaled(-1);
            let values = lift(end).hermite(count + 1);
            for (step, value) in steps.iter_mut().zip(&values) {
                step.add_stretched(&weight, value);
            }
        }
        for (factor, recursion) in &self.sources {
            let factor = lift(factor);
            for (step, moment) in steps.iter_mut().zip(recursion.moments(count + 1, lift)) {
                step.add_stretched(&moment, &factor);
            }
        }
        steps
    }
}

/// For w ≤ 0: whether g φ decays at each infinite end, as e^(βx) does on one side when w = 0.
fn decays(shape: &Shape, width_sign: Ordering, interval: Interval<'_>) -> bool {
    let bounded_or =
        |end: Option<&Exact>, decay: Ordering| end.is_some() || (width_sign.is_eq() && shape.beta.re.sign() == Some(decay));
    bounded_or(interval.0, Ordering::Greater) && bounded_or(interval.1, Ordering::Less)
}

/// M_0 for w ≠ 0: the tilted measure is N(β/w, 1/w) times e^(β²/(2w))/√w.
fn first_moment(shape: &Shape, width: &Exact, sign: Ordering, interval: Interval<'_>) -> Option<Complex<Exact>> {
    let variance = width.inverse()?;
    let mean = shape.beta.stretched(&variance);
    let size = mean.times(&shape.beta).stretched(&Exact::one().halved()).exp();
    let probability = match (shape.cdfs.as_slice(), interval) {
        ([], _) if sign.is_lt() => return growing(&size, &mean, width, interval),
        ([], (left, right)) => {
            let root = width.sqrt()?;
            let below = |end: &Exact| bounded(Complex::from(end.clone()).minus(&mean).stretched(&root))?.normal_cdf();
            let upper = right.map_or_else(|| Some(Exact::one().into()), below)?;
            let lower = left.map_or_else(|| Some(Complex::default()), below)?;
            upper.minus(&lower)
        }
        ([cdf], (None, None)) => {
            let spread = (&Exact::one() + &(&(&cdf.slope * &cdf.slope) * &variance)).sqrt()?.inverse()?;
            let center = mean.stretched(&cdf.slope).plus(&cdf.offset.clone().into());
            bounded(center.stretched(&spread))?.normal_cdf()?
        }
        ([cdf], ends) if mean.is_zero() && cdf.offset.is_zero() => half_line(cdf, &variance, ends)?.into(),
        ([one, two], (None, None)) => both(one, two, &mean, &variance)?.into(),
        _ => return None,
    };
    Some(probability.times(&size).stretched(&variance.sqrt()?))
}

/// An argument of the complex error function that its power series reaches.
fn bounded(z: Complex<Exact>) -> Option<Complex<Exact>> {
    if z.im.is_zero() {
        return Some(z);
    }
    let square = (&(&z.re * &z.re) + &(&z.im * &z.im)).value(64);
    (square.magnitude().to_f64() < 2.0 * LARGEST_SQUARE).then_some(z)
}

/// w < 0 on a bounded interval: with r = √−w, M_0 = e^(β²/(2w)) [erf(i r (x − β/w)/√2)]/(2 i r).
fn growing(size: &Complex<Exact>, mean: &Complex<Exact>, width: &Exact, interval: Interval<'_>) -> Option<Complex<Exact>> {
    let root = (-width).sqrt()?;
    let turn = Complex::i().stretched(&(&root * &Exact::root(2).halved()));
    let at = |end: &Exact| bounded(Complex::from(end.clone()).minus(mean).times(&turn))?.erf();
    let difference = at(interval.1?)?.minus(&at(interval.0?)?);
    let factor = Complex::i().stretched(&root.inverse()?.halved()).scaled(-1);
    Some(difference.times(&factor).times(size))
}

/// P(0 < sZ, W < a s Z) = 1/4 + arcsin(r)/(2π), r = a s/√(1 + a² s²), and its complement for the other half-line.
fn half_line(cdf: &Cdf, variance: &Exact, ends: Interval<'_>) -> Option<Exact> {
    let scaled = &(&cdf.slope * &cdf.slope) * variance;
    let correlation = (&scaled * &(&Exact::one() + &scaled).inverse()?).sqrt()?;
    let angle = quarter_angle(&correlation)?;
    let quarter: Exact = Rational::from((1, 4)).into();
    match ends {
        (Some(end), None) if end.is_zero() => Some(&quarter + &angle),
        (None, Some(end)) if end.is_zero() => Some(&quarter - &angle),
        _ => None,
    }
}

/// E Φ(aX)Φ(cX) = 1/4 + arcsin(ρ)/(2π) for X centred with variance s², ρ = a c s²/√((1 + a² s²)(1 + c² s²)).
fn both(one: &Cdf, two: &Cdf, mean: &Complex<Exact>, variance: &Exact) -> Option<Exact> {
    let mean = mean.real()?;
    let centred = |cdf: &Cdf| (&(&cdf.slope * mean) + &cdf.offset).is_zero();
    if !centred(one) || !centred(two) {
        return None;
    }
    let spread = |cdf: &Cdf| &Exact::one() + &(&(&cdf.slope * &cdf.slope) * variance);
    let product = &(&one.slope * &two.slope) * variance;
    let correlation = if one == two {
        &product * &spread(one).inverse()?
    } else {
        &product * &(&spread(one) * &spread(two)).sqrt()?.inverse()?
    };
    Some(&Exact::from(Rational::from((1, 4))) + &quarter_angle(&correlation)?)
}

/// arcsin(r)/(2π).
fn quarter_angle(correlation: &Exact) -> Option<Exact> {
    Some(&correlation.asin() * &Exact::pi().inverse()?.halved())
}
