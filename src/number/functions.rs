//! Elementary and error functions of real balls.
//!
//! Each evaluates the midpoint with one correctly rounded MPFR call and widens by (bound of |f′| over the ball) · radius.
//! Outside the real domain (a logarithm of a ball that meets zero) the result is the ball that says nothing.

use std::cmp::Ordering;

use rug::Float;
use rug::float::Round;
use rug::ops::AssignRound;

use super::{Ball, Magnitude};

/// e^value, rounded up.
fn exp_up(value: &Float) -> Magnitude {
    Magnitude::of(&Float::with_val_round(64, value.exp_ref(), Round::Up).0)
}

/// e^(−x) rounded up, for a lower bound x ≥ 0.
fn exp_minus(least: Magnitude) -> Magnitude {
    exp_up(&-least.to_float())
}

/// A bound of what is at most `bound`.
fn at_most(value: Magnitude, bound: f64) -> Magnitude {
    if value.to_f64() < bound { value } else { Magnitude::from_f64(bound) }
}

/// From here on the trapezoidal rule is faster than MPFR, up to where an asymptotic series has the bits (measured).
const FAR: f64 = 3.0;

/// erfc at a number of at least [`FAR`].
fn tail(x: &Float, bits: u32) -> Ball {
    let size = x.to_f64();
    if size * size * std::f64::consts::LOG2_E > 8.0 * f64::from(bits) {
        return Ball::rounded(Float::with_val_round(bits, x.erfc_ref(), Round::Nearest), Magnitude::ZERO);
    }
    super::erfc::erfc(x, bits)
}

impl Ball {
    /// A function with this value at the midpoint and a slope of at most this size over the ball.
    fn with_slope<T>(&self, value: T, slope: impl FnOnce() -> Magnitude) -> Self
    where
        Float: AssignRound<T, Round = Round, Ordering = Ordering>,
    {
        let value = Float::with_val_round(self.bits(), value, Round::Nearest);
        if self.radius().is_zero() {
            return Self::rounded(value, Magnitude::ZERO);
        }
        if !self.is_finite() {
            return Self::unknown(self.bits());
        }
        Self::rounded(value, slope().times(self.radius()))
    }

    /// eˣ.
    #[must_use]
    pub fn exp(&self) -> Self {
        let radius = self.radius();
        self.with_slope(self.mid().exp_ref(), || {
            if radius.to_f64() <= 1.0 {
                // e^(m+r) − e^m ≤ e^m r (1 + r) for 0 ≤ r ≤ 1
                exp_up(self.mid()).times(Magnitude::ONE.plus(radius))
            } else {
                exp_up(&self.high())
            }
        })
    }

    /// The natural logarithm; the ball must be positive.
    #[must_use]
    pub fn ln(&self) -> Self {
        if !self.is_positive() {
            return Self::unknown(self.bits());
        }
        self.with_slope(self.mid().ln_ref(), || Magnitude::ONE.over(self.least_magnitude()))
    }

    /// Γ(x); the ball must be positive.
    #[must_use]
    pub fn gamma(&self) -> Self {
        let least = self.low();
        if !self.is_positive() || !self.is_finite() || least <= 0 {
            return Self::unknown(self.bits());
        }
        // Γ′ = Γ ψ with |ψ(t)| ≤ |ln t| + 1/t, and Γ, being convex, is largest at an end
        self.with_slope(self.mid().gamma_ref(), || {
            let ends = [least.clone(), self.high()];
            let size = |end: &Float| Magnitude::of(&Float::with_val_round(64, end.gamma_ref(), Round::Up).0);
            let log = |end: &Float| Magnitude::of(&Float::with_val(64, end.ln_ref())).plus(Magnitude::power_of_two(-60));
            let slope = log(&ends[0]).max(log(&ends[1])).plus(Magnitude::ONE.over(Magnitude::of(&ends[0])));
            size(&ends[0]).max(size(&ends[1])).times(slope.times(Magnitude::from_f64(1.001)))
        })
    }

    /// ln(1 + x); the ball must lie above −1.
    #[must_use]
    pub fn ln_1p(&self) -> Self {
        let shifted = &Self::integer(1, self.bits()) + self;
        if !shifted.is_positive() {
            return Self::unknown(self.bits());
        }
        self.with_slope(self.mid().ln_1p_ref(), || Magnitude::ONE.over(shifted.least_magnitude()))
    }

    /// √x; the ball must be non-negative (a ball that straddles zero says nothing).
    #[must_use]
    pub fn sqrt(&self) -> Self {
        if self.is_exact_zero() {
            return self.clone();
        }
        if !self.is_positive() {
            return Self::unknown(self.bits());
        }
        let least = Magnitude::of(&Float::with_val_round(53, self.low().sqrt_ref(), Round::Down).0);
        self.with_slope(self.mid().sqrt_ref(), || Magnitude::from_f64(0.5).over(least.shifted(-1)).shifted(-1))
    }

    /// sin x.
    #[must_use]
    pub fn sin(&self) -> Self {
        self.with_slope(self.mid().sin_ref(), || Magnitude::ONE)
    }

    /// cos x.
    #[must_use]
    pub fn cos(&self) -> Self {
        self.with_slope(self.mid().cos_ref(), || Magnitude::ONE)
    }

    /// tan x; the ball must not meet a pole.
    #[must_use]
    pub fn tan(&self) -> Self {
        &self.sin() / &self.cos()
    }

    /// arctan x.
    #[must_use]
    pub fn atan(&self) -> Self {
        let least = self.least_magnitude();
        self.with_slope(self.mid().atan_ref(), || {
            if least.to_f64() > 1.0 { Magnitude::ONE.over(least).over(least) } else { Magnitude::ONE }
        })
    }

    /// arcsin x; the ball must lie in [−1, 1].
    #[must_use]
    pub fn asin(&self) -> Self {
        self.arc(self.mid().asin_ref())
    }

    /// arccos x; the ball must lie in [−1, 1].
    #[must_use]
    pub fn acos(&self) -> Self {
        self.arc(self.mid().acos_ref())
    }

    fn arc<T>(&self, value: T) -> Self
    where
        Float: AssignRound<T, Round = Round, Ordering = Ordering>,
    {
        // without room to the ends ±1 the slope is infinite
        let room = || (&Self::integer(1, self.bits()) - &self.square()).sqrt().least_magnitude();
        let arc = self.with_slope(value, || Magnitude::ONE.over(room()));
        if arc.is_finite() { arc } else { Self::unknown(self.bits()) }
    }

    /// sinh x.
    #[must_use]
    pub fn sinh(&self) -> Self {
        self.with_slope(self.mid().sinh_ref(), || exp_up(&self.magnitude().to_float()))
    }

    /// cosh x.
    #[must_use]
    pub fn cosh(&self) -> Self {
        self.with_slope(self.mid().cosh_ref(), || exp_up(&self.magnitude().to_float()))
    }

    /// tanh x, with the slope bounded by min(1, 4 e^(−2|x|)).
    #[must_use]
    pub fn tanh(&self) -> Self {
        let least = self.least_magnitude();
        self.with_slope(self.mid().tanh_ref(), || at_most(exp_minus(least.shifted(1)).shifted(2), 1.0))
    }

    /// 1/(1 + e^(−x)).
    #[must_use]
    pub fn sigmoid(&self) -> Self {
        let center = Self::new(self.mid().clone(), Magnitude::ZERO);
        let one = Self::integer(1, self.bits());
        let decay = (-&center.abs()).exp();
        let value = if self.mid().is_sign_negative() { &decay / &(&one + &decay) } else { one.clone() / (&one + &decay) };
        if self.radius().is_zero() {
            return value;
        }
        let slope = at_most(exp_minus(self.least_magnitude()), 0.25);
        if self.is_finite() { value.widened(slope.times(self.radius())) } else { Self::unknown(self.bits()) }
    }

    /// ln(1 + eˣ).
    #[must_use]
    pub fn softplus(&self) -> Self {
        let center = Self::new(self.mid().clone(), Magnitude::ZERO);
        let tail = (-&center.abs()).exp().ln_1p();
        let value = if self.mid().is_sign_negative() { tail } else { &center + &tail };
        if !self.is_finite() {
            return Self::unknown(self.bits());
        }
        value.widened(at_most(exp_up(&self.high()), 1.0).times(self.radius()))
    }

    /// erf x = (2/√π) ∫₀ˣ e^(−t²) dt.
    #[must_use]
    pub fn erf(&self) -> Self {
        if let Some(tail) = self.far_erfc() {
            let near_one = &Self::integer(1, self.bits()) - &tail;
            let value = if self.mid().is_sign_negative() { -near_one } else { near_one };
            return value.widened(self.erf_slope().times(self.radius()));
        }
        self.with_slope(self.mid().erf_ref(), || self.erf_slope())
    }

    /// erfc x = 1 − erf x.
    #[must_use]
    pub fn erfc(&self) -> Self {
        if self.mid().is_sign_negative()
            && let Some(tail) = self.far_erfc()
        {
            return (&Self::integer(2, self.bits()) - &tail).widened(self.erf_slope().times(self.radius()));
        }
        if self.is_finite() && self.mid().to_f64() >= FAR {
            return tail(self.mid(), self.bits()).widened(self.erf_slope().times(self.radius()));
        }
        self.with_slope(self.mid().erfc_ref(), || self.erf_slope())
    }

    /// erfc |m| at the midpoint m, where it is so small that an absolute error of 2^−bits needs far fewer bits of it; else none.
    fn far_erfc(&self) -> Option<Self> {
        const FAR_BITS: f64 = 64.0;
        let size = self.mid().to_f64().abs();
        let saved = size * size * std::f64::consts::LOG2_E;
        if !(self.is_finite() && saved >= FAR_BITS && saved.is_finite()) {
            return None;
        }
        let bits = (f64::from(self.bits()) - saved).max(0.0) as u32 + FAR_BITS as u32;
        Some(tail(&self.mid().clone().abs(), bits).with_bits(self.bits()))
    }

    /// (2/√π) e^(−x²) at the least |x|, rounded up.
    fn erf_slope(&self) -> Magnitude {
        let least = self.least_magnitude().to_float();
        let square = Float::with_val_round(64, least.square_ref(), Round::Down).0;
        exp_up(&-square).times(Magnitude::from_f64(std::f64::consts::FRAC_2_SQRT_PI * (1.0 + 1e-15)))
    }

    /// Φ(x), the distribution function of N(0, 1).
    #[must_use]
    pub fn normal_cdf(&self) -> Self {
        let root = Self::integer(2, self.bits()).sqrt();
        (-&(self / &root)).erfc().shifted(-1)
    }

    /// e^(−x²/2)/√(2π), the density of N(0, 1).
    #[must_use]
    pub fn normal_pdf(&self) -> Self {
        let two_pi = Self::pi(self.bits()).shifted(1);
        &(-&self.square().shifted(-1)).exp() / &two_pi.sqrt()
    }
}
