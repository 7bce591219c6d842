//! Rates of growth: bounds a + p ln x + αx + βx² of ln|g|, and quadratic bounds of Re g, for x = |Re z| ≥ some start ≥ 1.
//!
//! β is an exact rational, since the existence of the Gaussian integrals is decided by it.

use rug::Rational;

use super::tail::Envelope;

/// a + p ln x + alpha x + beta x² for x ≥ from.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// Constant term.
    pub(super) a: f64,
    /// Power.
    pub(super) p: f64,
    /// Exponential rate.
    pub alpha: f64,
    /// Quadratic rate, exact.
    pub beta: Rational,
    /// Where the bound starts to hold, at least 1.
    pub(super) from: f64,
}

/// Polynomial bounds low ≤ Re g ≤ high, of degree ≤ 2 in x = |Re z|.
#[derive(Clone, Debug)]
pub(super) struct Real {
    pub(super) low: Quadratic,
    pub(super) high: Quadratic,
    pub(super) from: f64,
}

/// c0 + c1 x + c2 x².
#[derive(Clone, Debug)]
pub(super) struct Quadratic {
    pub(super) c0: f64,
    pub(super) c1: f64,
    pub(super) c2: Rational,
}

impl Rate {
    pub(super) fn constant(ln_size: f64) -> Self {
        Self { a: ln_size, p: 0.0, alpha: 0.0, beta: Rational::new(), from: 1.0 }
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        Self {
            a: self.a + other.a,
            p: self.p + other.p,
            alpha: self.alpha + other.alpha,
            beta: Rational::from(&self.beta + &other.beta),
            from: self.from.max(other.from),
        }
    }

    pub(super) fn scaled(&self, factor: &Rational) -> Self {
        let n = factor.to_f64();
        let slack = 1e-15 * (n * self.a).abs();
        Self {
            a: n * self.a + slack,
            p: n * self.p,
            alpha: n * self.alpha,
            beta: Rational::from(factor * &self.beta),
            from: self.from,
        }
    }

    pub(super) fn inverse(&self) -> Self {
        Self { a: -self.a, p: -self.p, alpha: -self.alpha, beta: Rational::from(-&self.beta), from: self.from }
    }

    /// A bound of the larger of two (a sum adds ln 2): the larger rates, and what the larger is at the start.
    pub(super) fn join(&self, other: &Self) -> Self {
        let mut join = Self {
            a: 0.0,
            p: self.p.max(other.p),
            alpha: self.alpha.max(other.alpha),
            beta: (&self.beta).max(&other.beta).clone(),
            from: self.from.max(other.from),
        };
        let [[one, slack_one], [two, slack_two], [rest, slack_rest]] = [self, other, &join].map(|rate| rate.at(join.from));
        let least = one.max(two) - rest + slack_one + slack_two + slack_rest;
        join.a = least.min(self.a.max(other.a));
        join
    }

    /// The bound at x, and an allowance for its rounding.
    fn at(&self, x: f64) -> [f64; 2] {
        let parts = [self.a, self.p * x.ln(), self.alpha * x, self.beta.to_f64() * x * x];
        [parts.iter().sum(), 1e-14 * parts.iter().map(|part| part.abs()).sum::<f64>()]
    }

    /// A bound of |g| itself, when it does not grow.
    pub(super) fn ceiling(&self) -> Option<f64> {
        (self.p <= 0.0 && self.alpha <= 0.0 && self.beta <= 0).then(|| self.size()).filter(|size| size.is_finite())
    }

    /// For β < 0: the bound without its α > 0, of which a share of β x² makes a constant, when that is not large. The share is
    /// hardly any where α is a rounding error.
    pub(super) fn falling(&self) -> Option<Self> {
        const SHARES: [(i32, f64); 2] = [(1 << 20, 1e-3), (2, 20.0)];
        let without = |(part, most): (i32, f64)| {
            let share = Rational::from(-&self.beta) / part;
            // αx − εx² ≤ α²/4ε
            let a = self.a + self.alpha * self.alpha / (4.0 * share.to_f64()) * (1.0 + 1e-9) + 1e-12 * self.a.abs();
            (a <= self.a.max(0.0) + most).then(|| Self { a, alpha: 0.0, beta: share + &self.beta, ..self.clone() })
        };
        (self.alpha > 0.0 && self.beta < 0).then(|| SHARES.into_iter().find_map(without)).flatten()
    }

    /// For α, β ≤ 0: C with |g| ≤ C x^max(p, 0), from the value at the start.
    fn size(&self) -> f64 {
        let [size, slack] = Self { p: self.p.min(0.0), ..self.clone() }.at(self.from);
        (size + slack).exp()
    }

    pub(super) fn plus(&self, ln_factor: f64) -> Self {
        Self { a: self.a + ln_factor, ..self.clone() }
    }

    pub(super) fn starting(&self, from: f64) -> Self {
        Self { from: self.from.max(from), ..self.clone() }
    }

    /// Whether this rate exceeds `other` by at least `gap` for all x ≥ its start, and from where on.
    pub(super) fn dominates(&self, other: &Self, gap: f64) -> Option<f64> {
        let (a, p, alpha) = (self.a - other.a, self.p - other.p, self.alpha - other.alpha);
        let beta = Rational::from(&self.beta - &other.beta).to_f64();
        let start = self.from.max(other.from);
        (0..12).map(|doubling| start * 2f64.powi(doubling)).find(|&x| {
            // the derivative p/x + α + 2βx stays ≥ 0 from x on
            let rising = beta >= 0.0 && p.min(0.0) / x + alpha + 2.0 * beta * x >= 0.0;
            rising && a + p * x.ln() + alpha * x + beta * x * x >= gap
        })
    }

    /// As an envelope in double precision, β rounded up.
    #[must_use]
    pub fn envelope(&self) -> Envelope {
        let beta = self.beta.to_f64();
        let beta = if Rational::from_f64(beta).is_some_and(|rounded| rounded < self.beta) { beta.next_up() } else { beta };
        let slack = 1e-9 * (1.0 + self.a.abs());
        Envelope { a: self.a + slack, p: self.p, alpha: self.alpha, beta, from: self.from.max(1.0) }
    }

    /// Whether x^{p·power} e^{α x·power} is not integrable at infinity.
    #[must_use]
    pub fn grows(&self, power: f64) -> bool {
        self.alpha > 0.0 || (self.alpha == 0.0 && self.p * power >= -1.0)
    }
}

impl Quadratic {
    pub(super) fn constant(c0: f64) -> Self {
        Self { c0, c1: 0.0, c2: Rational::new() }
    }

    pub(super) fn scaled(&self, n: f64) -> Self {
        let exact = Rational::from_f64(n).unwrap_or_default();
        Self { c0: n * self.c0, c1: n * self.c1, c2: exact * &self.c2 }
    }

    /// Each coefficient times a number between two sizes: the lesser or the larger of both products.
    pub(super) fn times(&self, [least, most]: [f64; 2], which: fn(f64, f64) -> f64) -> Self {
        let [one, two] = [self.scaled(least), self.scaled(most)];
        let c2 = if which(0.0, 1.0) == 0.0 { one.c2.min(two.c2) } else { one.c2.max(two.c2) };
        Self { c0: which(one.c0, two.c0), c1: which(one.c1, two.c1), c2 }
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        Self { c0: self.c0 + other.c0, c1: self.c1 + other.c1, c2: Rational::from(&self.c2 + &other.c2) }
    }

    pub(super) fn rate(&self, from: f64) -> Rate {
        Rate { a: self.c0 + 1e-12 * (1.0 + self.c0.abs()), p: 0.0, alpha: self.c1, beta: self.c2.clone(), from }
    }
}

impl Real {
    pub(super) fn within(size: f64) -> Self {
        Self::between(-size, size)
    }

    pub(super) fn between(low: f64, high: f64) -> Self {
        Self { low: Quadratic::constant(low), high: Quadratic::constant(high), from: 1.0 }
    }

    pub(super) fn negated(&self) -> Self {
        Self { low: self.high.scaled(-1.0), high: self.low.scaled(-1.0), from: self.from }
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        Self { low: self.low.plus(&other.low), high: self.high.plus(&other.high), from: self.from.max(other.from) }
    }
}

/// From where on the quadratic lies beyond `level`: below −1 for a negative level, above 1 for a positive one.
pub(super) fn settles(q: &Quadratic, level: f64, from: f64) -> Option<f64> {
    let sign = level.signum();
    let (c0, c1, c2) = (sign * q.c0, sign * q.c1, sign * q.c2.to_f64());
    (0..14)
        .map(|k| from.max(1.0) * 2f64.powi(k))
        .find(|&x| c2 >= 0.0 && c1 + 2.0 * c2 * x >= 0.0 && c0 + c1 * x + c2 * x * x >= level.abs())
}

/// A lower bound of |Re g| where it keeps its sign from its start on.
pub(super) fn away_from_zero(real: &Real) -> Option<Rate> {
    let low = |q: &Quadratic, sign: f64| {
        let (c0, c1, c2) = (sign * q.c0, sign * q.c1, sign * q.c2.to_f64());
        (c0 > 0.0 && c1 >= 0.0 && c2 >= 0.0).then(|| Rate::constant(c0.ln()).starting(real.from))
    };
    low(&real.low, 1.0).or_else(|| low(&real.high, -1.0))
}

/// The least K with C x^p ≤ x²/8 + K for 1 < p < 2, by Young's inequality: C (1 − p/2) (4 p C)^{p/(2 − p)}.
fn young(size: f64, p: f64) -> f64 {
    size * (1.0 - 0.5 * p) * (4.0 * p * size).powf(p / (2.0 - p)) * (1.0 + 1e-9)
}

/// Re g within ± a power of x no larger than the square.
pub(super) fn within(upper: &Rate) -> Option<Real> {
    if upper.alpha > 0.0 || upper.beta > 0 || (upper.p > 2.0 && upper.alpha == 0.0) || !upper.a.is_finite() {
        return None;
    }
    // e^{αx + βx²} falls for non-positive rates
    let size = upper.size();
    if upper.p > 0.0 && upper.alpha < 0.0 {
        // x^p e^{αx} ≤ (p/(|α| e))^p
        let size = upper.a.exp() * (upper.p / (-upper.alpha * std::f64::consts::E)).powf(upper.p) * (1.0 + 1e-9);
        return size.is_finite().then(|| Real { from: upper.from, ..Real::within(size) });
    }
    let term = |size: f64| match upper.p {
        p if p <= 0.0 => Quadratic::constant(size),
        p if p <= 1.0 => Quadratic { c0: 0.0, c1: size, c2: Rational::new() },
        p if p < 2.0 && size.abs() > 0.125 && young(size.abs(), p).is_finite() => {
            let (rest, sign) = (young(size.abs(), p), size.signum());
            Quadratic { c0: sign * rest, c1: 0.0, c2: Rational::from((sign as i32, 8)) }
        }
        _ => Quadratic { c0: 0.0, c1: 0.0, c2: Rational::from_f64(size).unwrap_or_default() },
    };
    size.is_finite().then(|| Real { low: term(-size), high: term(size), from: upper.from })
}
