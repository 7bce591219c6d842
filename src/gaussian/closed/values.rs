//! Values of closed forms in balls, each transcendental constant computed once for all the numbers that hold it.

use std::collections::HashMap;
use std::sync::Arc;

use super::exact::Exact;
use super::monomial::{Atom, Monomial};
use crate::number::Ball;

/// Bits beyond those asked at the first try: enough for the cancellation in a few dozen coefficients of common functions (tuned).
const FIRST_GUARD: u32 = 64;

/// Values at one precision.
pub(super) struct Values {
    bits: u32,
    monomials: HashMap<Arc<Monomial>, Ball>,
    atoms: HashMap<Atom, Ball>,
}

impl Values {
    pub(super) fn new(bits: u32) -> Self {
        Self { bits, monomials: HashMap::new(), atoms: HashMap::new() }
    }

    /// The value at about the precision, without a promise on the radius.
    pub(super) fn of(&mut self, number: &Exact) -> Ball {
        let mut sum = Ball::zero(self.bits);
        for (monomial, coefficient) in number.terms() {
            if monomial.is_one() {
                sum = sum + Ball::rational(coefficient, self.bits);
                continue;
            }
            if !self.monomials.contains_key(monomial) {
                let value = self.monomial(monomial);
                self.monomials.insert(Arc::clone(monomial), value);
            }
            sum = sum + self.monomials[monomial].times_rational(coefficient);
        }
        sum
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

/// Enclosures with `bits` certain bits each, as [`Exact::enclose`] promises them.
pub(super) fn enclosures(numbers: &[Exact], bits: u32) -> Vec<Ball> {
    let most = bits.saturating_mul(16).saturating_add(1 << 13);
    let mut working = bits.saturating_add(FIRST_GUARD);
    let mut values = Values::new(working);
    let mut found: Vec<Ball> = Vec::with_capacity(numbers.len());
    let sure = |ball: &Ball| ball.is_finite() && ball.relative_bits() >= f64::from(bits) + 2.0;
    loop {
        for (index, number) in numbers.iter().enumerate() {
            let value = match found.get(index) {
                Some(known) if number.is_zero() || sure(known) => continue,
                _ => values.of(number),
            };
            if index < found.len() { found[index] = value } else { found.push(value) }
        }
        if working >= most || numbers.iter().zip(&found).all(|(number, ball)| number.is_zero() || sure(ball)) {
            return found.iter().map(|ball| ball.with_bits(bits.saturating_add(8))).collect();
        }
        let deficit = found.iter().map(|ball| f64::from(bits) + 2.0 - ball.relative_bits()).fold(0.0, f64::max);
        // nothing is known of a value that cancels completely
        let blind = found.iter().any(|ball| ball.relative_bits() <= 0.0);
        let further = if blind { working } else { deficit as u32 + FIRST_GUARD };
        working = working.saturating_add(further).min(most);
        values = Values::new(working);
    }
}
