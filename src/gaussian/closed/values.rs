//! Values of closed forms in balls, each transcendental constant computed once for all the numbers that hold it.

use std::collections::HashMap;
use std::sync::Arc;

use super::exact::Exact;
use super::monomial::{Atom, Monomial};
use crate::number::Ball;

/// Bits beyond those asked at the first try: enough for the cancellation in a few dozen coefficients of common functions (tuned).
const FIRST_GUARD: u32 = 64;
/// Bits beyond those found missing, at a later try (tuned).
const LATER_GUARD: u32 = 16;

/// Values at one precision.
pub(super) struct Values {
    bits: u32,
    monomials: HashMap<Arc<Monomial>, Ball>,
    atoms: HashMap<Atom, Ball>,
    /// The monomials met so far by their address, so that most are found without a look inside.
    shared: Vec<(Arc<Monomial>, Ball)>,
}

/// Monomials that are found by their address, at most.
const MOST_SHARED: usize = 16;

impl Values {
    pub(super) fn new(bits: u32) -> Self {
        Self { bits, monomials: HashMap::new(), atoms: HashMap::new(), shared: Vec::new() }
    }

    /// The value at about the precision, without a promise on the radius.
    pub(super) fn of(&mut self, number: &Exact) -> Ball {
        let mut sum = Ball::zero(self.bits);
        for (monomial, coefficient) in &number.terms {
            if monomial.is_one() {
                sum = sum + Ball::rational(coefficient, self.bits);
                continue;
            }
            sum = sum + self.value(monomial).times_rational(coefficient);
        }
        sum
    }

    fn value(&mut self, monomial: &Arc<Monomial>) -> Ball {
        if let Some((_, value)) = self.shared.iter().find(|(known, _)| Arc::ptr_eq(known, monomial)) {
            return value.clone();
        }
        let value = match self.monomials.get(monomial) {
            Some(known) => known.clone(),
            None => self.monomial(monomial),
        };
        if self.shared.len() < MOST_SHARED {
            self.shared.push((Arc::clone(monomial), value.clone()));
        }
        self.monomials.entry(Arc::clone(monomial)).or_insert_with(|| value.clone());
        value
    }

    fn monomial(&mut self, monomial: &Monomial) -> Ball {
        let mut value = monomial.elementary(self.bits);
        for (atom, power) in &monomial.atoms {
            if !self.atoms.contains_key(atom) {
                self.atoms.insert(atom.clone(), atom.value(self.bits));
            }
            value = value * self.atoms[atom].power(*power);
        }
        value
    }
}

impl Exact {
    /// Enclosures with `bits` certain bits each, as [`Exact::enclose`] promises them; each constant in the numbers is computed once.
    #[must_use]
    pub fn enclose_all(numbers: &[Self], bits: u32) -> Vec<Ball> {
        let most = bits.saturating_mul(16).saturating_add(1 << 12);
        let mut working = bits.saturating_add(FIRST_GUARD);
        let mut found = vec![Ball::zero(bits.saturating_add(8)); numbers.len()];
        let mut open: Vec<usize> = (0..numbers.len()).filter(|index| !numbers[*index].is_zero()).collect();
        while !open.is_empty() {
            let mut values = Values::new(working);
            let mut least = f64::INFINITY;
            open.retain(|index| {
                let value = values.of(&numbers[*index]);
                let certain = if value.is_finite() { value.relative_bits() } else { 0.0 };
                found[*index] = value.with_bits(bits.saturating_add(8));
                let sure = certain >= f64::from(bits) + 2.0;
                if !sure {
                    least = least.min(certain);
                }
                !sure
            });
            if working >= most {
                break;
            }
            // nothing is known of a value that cancels completely
            let further = if least <= 0.0 { working } else { (f64::from(bits) + 2.0 - least) as u32 + LATER_GUARD };
            working = working.saturating_add(further).min(most);
        }
        found
    }
}
