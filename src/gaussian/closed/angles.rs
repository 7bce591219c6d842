//! Sine, cosine and arcsine in the ring of closed forms.
//!
//! Angles lose their multiples of π/2 and their sign, sin and cos are known at multiples of π/6 and π/4, and arcsin is taken
//! of the smaller of two complementary sines where both are square roots of rationals.

use std::cmp::Ordering;

use rug::Rational;

use super::exact::Exact;
use super::monomial::{Atom, Monomial, Wave};

impl Exact {
    /// cos x.
    #[must_use]
    pub fn cos(&self) -> Self {
        self.turned_sin(1)
    }

    /// sin x.
    #[must_use]
    pub fn sin(&self) -> Self {
        self.turned_sin(0)
    }

    /// sin(x + quarters π/2): x = k π/2 + angle, with the π part of the angle in [−π/4, π/4].
    fn turned_sin(&self, quarters: u32) -> Self {
        let turns = (self.pi_part() * 2u32).round().numer().clone();
        let angle = self - &Self::pi().scaled(&Rational::from((turns.clone(), 2)));
        match (turns.mod_u(4) + quarters) % 4 {
            0 => angle.plain_sin(),
            1 => angle.plain_cos(),
            2 => -&angle.plain_sin(),
            _ => -&angle.plain_cos(),
        }
    }

    /// The coefficient of π in the normal form.
    fn pi_part(&self) -> Rational {
        let pi = Monomial { half_pi: 2, ..Monomial::one() };
        self.terms.iter().find(|(m, _)| **m == pi).map_or_else(Rational::new, |(_, c)| c.clone())
    }

    fn plain_cos(&self) -> Self {
        if self.is_zero() {
            return Self::one();
        }
        if let Some(square) = self.known_sine_square() {
            return Self::from(Rational::from(1) - square).sqrt().unwrap_or_default();
        }
        let angle = if self.leads_negative() { -self } else { self.clone() };
        Self::term(Monomial { wave: Wave::Cos(angle), ..Monomial::one() }, Rational::from(1))
    }

    fn plain_sin(&self) -> Self {
        if self.leads_negative() {
            return -&(-self).plain_sin();
        }
        if self.is_zero() {
            return Self::zero();
        }
        if let Some(square) = self.known_sine_square() {
            return Self::from(square).sqrt().unwrap_or_default();
        }
        Self::term(Monomial { wave: Wave::Sin(self.clone()), ..Monomial::one() }, Rational::from(1))
    }

    /// sin² at ±π/6 and ±π/4.
    fn known_sine_square(&self) -> Option<Rational> {
        let part = self.pi_part();
        if *self != Self::pi().scaled(&part) {
            return None;
        }
        let part = part.abs();
        [((1, 6), (1, 4)), ((1, 4), (1, 2))]
            .into_iter()
            .find(|(angle, _)| part == Rational::from(*angle))
            .map(|(_, square)| square.into())
    }

    /// arcsin x for |x| ≤ 1.
    #[must_use]
    pub fn asin(&self) -> Self {
        if self.sign().map_or_else(|| self.leads_negative(), Ordering::is_lt) {
            return -&(-self).asin();
        }
        let square = (self * self).as_rational();
        if let Some(square) = &square {
            let known: [((i32, i32), (i32, i32)); 5] =
                [((0, 1), (0, 1)), ((1, 4), (1, 6)), ((1, 2), (1, 4)), ((3, 4), (1, 3)), ((1, 1), (1, 2))];
            if let Some((_, angle)) = known.into_iter().find(|(s, _)| *square == Rational::from(*s)) {
                return Self::pi().scaled(&angle.into());
            }
        }
        // the smaller of the two complementary angles
        let other = square.filter(|s| *s > 0.5 && *s < 1).and_then(|s| Self::from(1 - s).sqrt());
        if let Some(other) = other {
            return &Self::pi().halved() - &other.asin();
        }
        Self::term(Monomial::atom(Atom::Asin(self.clone())), Rational::from(1))
    }
}
