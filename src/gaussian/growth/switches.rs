//! Growth of switches and waves: tanh, sigmoid, softplus, erf and its kin, arctan and its kin, sin and cos.

use rug::Rational;

use super::bounds::{Growth, Outcome, Side, Unbounded, bounded, far_sign};
use super::rates::{Quadratic, Rate, Real, settles};
use crate::activation::{Function, Primitive, affine, evaluate};
use crate::number::{Ball, Interval};

/// tanh and sigmoid: near their limits once |Re u| ≥ 1, and decaying like e^(−|Re u|) where sigmoid does.
pub(super) fn switch(primitive: Primitive, inner: &Growth, height: f64) -> Growth {
    // |tanh| ≤ coth 1 and |sigmoid| ≤ 1/(1 − 1/e) for |Re u| ≥ 1; on the real line both are ≤ 1
    let plain = if height == 0.0 { bounded(1.0) } else { bounded(1.6) };
    let Some(real) = &inner.real else {
        return if height == 0.0 { plain } else { small_switch(primitive, inner) };
    };
    let (below, above) = (settles(&real.high, -1.0, real.from), settles(&real.low, 1.0, real.from));
    let from = below.or(above);
    let mut growth = match from {
        Some(from) => Growth { lower: Some(Rate::constant(0.3f64.ln())), ..plain }.starting(from),
        None if height == 0.0 => plain,
        None => small_switch(primitive, inner),
    };
    growth.real = growth.real.map(|real| settled(primitive, &inner.real, real));
    if primitive == Primitive::Sigmoid && below.is_some() {
        let from = from.unwrap_or(1.0);
        growth.upper = real.high.rate(real.from).plus(0.46).starting(from);
        growth.lower = Some(real.low.rate(real.from).plus(-std::f64::consts::LN_2).starting(from));
    }
    growth
}

/// Re tanh, Re sigmoid within 10^−8 of their limits where |Re u| ≥ 20.
fn settled(primitive: Primitive, inner: &Option<Real>, known: Real) -> Real {
    let Some(real) = inner else { return known };
    let (below, above) = (settles(&real.high, -20.0, real.from), settles(&real.low, 20.0, real.from));
    let limit = match (primitive, below, above) {
        (_, _, Some(from)) => Some((1.0, from)),
        (Primitive::Tanh, Some(from), _) => Some((-1.0, from)),
        _ => None,
    };
    limit.map_or(known, |(limit, from)| Real { from, ..Real::between(limit - 1e-8, limit + 1e-8) })
}

/// ln(1 + e^u): |ln(1 + w)| ≤ 1 + |u| + 4, and like e^u where Re u → −∞.
pub(super) fn softplus(inner: &Growth, height: f64) -> Growth {
    if let Some(real) = &inner.real
        && let Some(from) = settles(&real.high, -1.0, real.from)
    {
        let upper = real.high.rate(real.from).plus(0.5).starting(from);
        let lower = real.low.rate(real.from).plus(-std::f64::consts::LN_2).starting(from);
        return Growth { upper, lower: Some(lower), real: Some(Real { from, ..Real::within(1.0) }) };
    }
    let real = inner.real.as_ref().and_then(|real| {
        // Re softplus lies between Re u − 1 and Re u + 1 where Re u ≥ 1
        let from = settles(&real.low, 1.0, real.from)?;
        let shift = |q: &Quadratic, by: f64| Quadratic { c0: q.c0 + by, ..q.clone() };
        Some(Real { low: shift(&real.low, -1.0), high: shift(&real.high, 1.0), from })
    });
    let upper = inner.upper.join(&Rate::constant(0.0)).plus(6f64.ln());
    match real {
        Some(real) => {
            let lower = inner.lower.as_ref().map(|lower| lower.plus(-std::f64::consts::LN_2).starting(real.from));
            Growth { upper: upper.starting(real.from), lower, real: Some(real) }
        }
        // off the real line softplus has singular points where Re u is not known to be large
        None if height > 0.0 => Growth { upper: Rate::constant(f64::INFINITY), lower: None, real: None },
        None => Growth { upper, lower: None, real: None },
    }
}

/// s x + t with enclosures of s ≠ 0 and t.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Of s, both ends with one sign.
    pub(super) slope: [Rational; 2],
    /// Of t.
    pub(super) intercept: [f64; 2],
}

impl Line {
    /// The line of a function put together from x and constants; `None` where it is not seen to be one, or is constant.
    pub(super) fn of(u: &Function) -> Option<Self> {
        let [slope, intercept] = affine(u)?;
        let enclosed = |constant: &Function| {
            let ball = evaluate(constant, &Ball::zero(LINE_BITS));
            ball.is_finite().then(|| Interval::of_ball(&ball))
        };
        let (slope, intercept) = (enclosed(&slope)?, enclosed(&intercept)?);
        slope.sign()?;
        let slope = [Rational::from_f64(slope.low)?, Rational::from_f64(slope.high)?];
        Some(Self { slope, intercept: [intercept.low, intercept.high] })
    }

    /// Bounds of Re u² = (s x + t)² − s² (Im z)², with s x + t = ±(a |x| + b), a > 0.
    pub(super) fn square(&self, side: Side, height: f64) -> Real {
        let ([least, most], [low, high]) = self.away(side);
        let (a, b) = ([least.to_f64().next_down(), most.to_f64().next_up()], [low, high]);
        let products = a.map(|a| b.map(|b| 2.0 * a * b)).concat();
        let c1 = |which: fn(f64, f64) -> f64| products.iter().copied().reduce(which).unwrap_or(0.0);
        let slack = 1e-12 * (1.0 + low * low + high * high);
        let bound = |c0: f64, c1: f64, slope: &Rational| Quadratic { c0, c1, c2: Rational::from(slope.square_ref()) };
        let below = -(a[1] * height).powi(2) - slack;
        let above = low.abs().max(high.abs()).powi(2) + slack;
        let least_square = if low > 0.0 || high < 0.0 { low.abs().min(high.abs()).powi(2) } else { 0.0 };
        Real {
            low: bound(below + least_square, c1(f64::min) - slack, &least),
            high: bound(above, c1(f64::max) + slack, &most),
            from: 1.0,
        }
    }

    /// u = ±(a |x| + b) on a side, a > 0: the ends of a and of b.
    fn away(&self, side: Side) -> ([Rational; 2], [f64; 2]) {
        let mut slopes = self.slope.clone().map(Rational::abs);
        slopes.sort();
        let rises = (side == Side::Right) == (self.slope[0] > 0);
        (slopes, if rises { self.intercept } else { [-self.intercept[1], -self.intercept[0]] })
    }

    /// The largest |s|.
    pub(super) fn steepest(&self) -> f64 {
        self.slope[0].to_f64().abs().max(self.slope[1].to_f64().abs())
    }
}

/// Bits with which constants of a line are enclosed.
const LINE_BITS: u32 = 80;

/// erfc decays like e^(−u²) where Re u → +∞; in a strip |erf u| ≤ 1 + e^{(Im u)²}|Im u| for affine u.
pub(super) fn error_function(
    primitive: Primitive,
    line: Option<Line>,
    inner: &Growth,
    (side, height): (Side, f64),
    whole: &Function,
) -> Outcome {
    let Some(line) = line else {
        if height == 0.0 {
            return Ok(bounded(2.0));
        }
        if let Some(size) = inner.upper.ceiling() {
            return Ok(bounded(2.0 + 1.13 * size * (size * size).exp()).starting(inner.upper.from));
        }
        // |Im u| is at most the slope of u times the height only for affine u
        return Err(Unbounded { part: whole.clone(), what: "may grow off the real line" });
    };
    let flip = if side == Side::Left { -1.0 } else { 1.0 };
    let rises = flip * line.slope[0].to_f64() > 0.0;
    let decays = match primitive {
        Primitive::Erfc => rises,
        Primitive::NormalCdf => !rises,
        _ => false,
    };
    let half = primitive == Primitive::NormalCdf;
    let scale = if half { std::f64::consts::FRAC_1_SQRT_2 } else { 1.0 };
    let y = line.steepest() * scale * height;
    let (slopes, [low, high]) = line.away(side);
    let [least, most] = &slopes;
    if !decays {
        let size = 2.0 + 1.13 * y * (y * y).exp();
        // on the real line |erf|, erfc, Φ are at least 1/2 beyond the unit that their argument needs to pass
        let from = (1.0 / scale + low.abs().max(high.abs())) / least.to_f64();
        let lower = (height == 0.0).then(|| Rate::constant(-std::f64::consts::LN_2).starting(from));
        return Ok(Growth { lower, ..bounded(size) });
    }
    // |erfc(s + iy)| ≤ erfc(s) e^{y²} ≤ e^{−s² + y²} for s ≥ 0; s = scale |u|
    let beta = |slope: &Rational| {
        let square = Rational::from(slope.square_ref());
        if half { -(square / 2u32) } else { -square }
    };
    let alpha = |slope: &Rational, t: f64| -2.0 * slope.to_f64() * scale * scale * t;
    let (slow, fast) = (alpha(least, low), alpha(most, high));
    let from = (-low / least.to_f64()).max(1.0);
    let size = y * y - scale * scale * low * low + 1e-9 * (1.0 + low * low);
    let upper = Rate { a: size, p: 0.0, alpha: slow + 1e-12 * slow.abs(), beta: beta(least), from };
    // erfc(s) ≥ 0.37 e^{−s²}/s for s ≥ 1, and s ≤ scale (a + |t|) x
    let lower = (height == 0.0).then(|| Rate {
        a: 0.18f64.ln() - scale * scale * high * high - (scale * (most.to_f64() + high.abs())).ln() - 1e-9 * (1.0 + high * high),
        p: -1.0,
        alpha: fast - 1e-12 * fast.abs(),
        beta: beta(most),
        from: ((1.0 / scale - low) / least.to_f64()).max(from),
    });
    Ok(Growth { upper, lower, real: Some(Real { from, ..Real::within((y * y).exp()) }) })
}

/// |atan u| ≤ 8 where |Re u| ≥ 1 or |u| ≤ 0.9, and all three arcs where |u| ≤ 0.9; everywhere on the real line.
pub(super) fn arc(primitive: Primitive, inner: &Growth, height: f64, whole: &Function) -> Outcome {
    let small = inner.upper.ceiling().filter(|size| *size <= 0.9).map(|_| inner.upper.from);
    let far = far_sign(inner).filter(|_| primitive == Primitive::Atan).map(|(_, from)| from);
    match small.or(far) {
        _ if height == 0.0 => Ok(bounded(8.0)),
        Some(from) => Ok(bounded(8.0).starting(from)),
        None => Err(Unbounded { part: whole.clone(), what: "may meet its cut off the real line" }),
    }
}

/// |sin u|, |cos u| ≤ cosh(Im u): bounded on the real line; in a strip, for affine u.
pub(super) fn wave(slope: Option<f64>, inner: &Growth, height: f64, whole: &Function) -> Outcome {
    if height == 0.0 {
        return Ok(bounded(1.0));
    }
    if let Some(size) = inner.upper.ceiling() {
        return Ok(bounded(size.cosh()).starting(inner.upper.from));
    }
    match slope {
        Some(slope) => Ok(bounded((slope.abs() * height).cosh() * (1.0 + 1e-12))),
        None => Err(Unbounded { part: whole.clone(), what: "may grow off the real line" }),
    }
}

/// |tanh u| ≤ tan|u| for |u| < π/2, and sigmoid u = (1 + tanh(u/2))/2; no bound where u may be large.
fn small_switch(primitive: Primitive, inner: &Growth) -> Growth {
    let factor = if primitive == Primitive::Tanh { 1.0 } else { 0.5 };
    match inner.upper.ceiling().map(|size| factor * size).filter(|size| *size < 1.57) {
        Some(size) => bounded(1.0 + size.tan()).starting(inner.upper.from),
        None => Growth { upper: Rate::constant(f64::INFINITY), lower: None, real: None },
    }
}
