//! Functions on the sphere that are polynomials between breakpoints: E f v^i from U_m(c) = ∫_c^1 v^m (1 − v²)^α dv, 2α = d − 3, which by parts
//! are
//!
//! (m + d − 2) U_m = c^{m−1} (1 − c²)^{α+1} + (m − 1) U_{m−2},   (d − 1) U_1 = (1 − c²)^{α+1},
//!
//! and U_0 in the same way from that of α − 1: (2α + 1) U_0 = −c (1 − c²)^α + 2α U_0^{(α−1)}, 1 − c of α = 0 and arccos c of α = −1/2.

use std::cmp::Ordering;

use rug::Rational;

use super::conjugate_data::Number;
use super::gegenbauer::{Expansion, gegenbauer};
use crate::activation::Parity;
use crate::gaussian::Exact;
use crate::number::Ball;

/// What the terms of a polynomial in v make of the integrals of v^m over its piece.
type OnPiece<'a> = dyn Fn(&[Ball], &dyn Fn(usize) -> Ball) -> Ball + 'a;

/// A function of u = √d v, |v| ≤ 1, that is one polynomial in u between each two places of v.
pub(super) struct Pieces {
    d: usize,
    /// The places, −1 and 1 among them.
    places: Vec<Ball>,
    /// The coefficients of u^j.
    polynomials: Vec<Vec<Ball>>,
    parity: Parity,
}

impl Pieces {
    /// The pieces on the sphere of a function with these breakpoints, ascending, and polynomials; none where it is not decided whether a
    /// breakpoint lies on it.
    pub fn new(breaks: &[Exact], polynomials: &[Vec<Exact>], parity: Parity, d: usize, bits: u32) -> Option<Self> {
        let (whole, root) = (Exact::from(Rational::from(d)), Ball::integer(d as i64, bits).sqrt());
        let (mut places, mut kept) = (vec![Ball::integer(-1, bits)], Vec::new());
        for (index, polynomial) in polynomials.iter().enumerate() {
            let Some(end) = breaks.get(index) else {
                kept.push(polynomial);
                break;
            };
            if (end * end).compare(&whole)? == Ordering::Less {
                kept.push(polynomial);
                places.push(&end.enclose(bits) / &root);
            } else if end.enclose(bits).is_positive() {
                kept.push(polynomial);
                break;
            }
        }
        places.push(Ball::integer(1, bits));
        let polynomials = kept.iter().map(|list| list.iter().map(|number| number.enclose(bits)).collect()).collect();
        Some(Self { d, places, polynomials, parity })
    }

    /// U_0, …, below `count`, without their common factor.
    fn above(&self, c: &Ball, count: usize) -> Vec<Ball> {
        let bits = c.bits();
        let over = |ball: Ball, whole: usize| ball.times_rational(&Rational::from((1, whole)));
        let times = |ball: &Ball, whole: usize| ball.times_rational(&Rational::from(whole));
        let one = Ball::integer(1, bits);
        let rest = &one - &c.square();
        let is_odd = self.d % 2 == 1;
        let (mut twice, mut first) = if is_odd { (0, &one - c) } else { (1, c.acos()) };
        // (1 − c²)^α
        let mut power = if is_odd { one } else { rest.sqrt() };
        if !is_odd {
            first = over(&first - &(c * &power), 2);
        }
        while twice < self.d - 3 {
            twice += 2;
            power = &power * &rest;
            first = over(&times(&first, twice) - &(c * &power), twice + 1);
        }
        let mut carried = &power * &rest;
        let mut list = vec![first, over(carried.clone(), self.d - 1)];
        for m in 2..count {
            carried = &carried * c;
            let next = &carried + &times(&list[m - 2], m - 1);
            list.push(over(next, m + self.d - 2));
        }
        list
    }

    /// Its expansion up to a degree.
    pub fn expansion(&self, most: usize) -> Expansion {
        let bits = self.places[0].bits();
        let longest = self.polynomials.iter().map(Vec::len).max().unwrap_or(0);
        let count = most + 2 * longest.max(1) + 1;
        let tails: Vec<Vec<Ball>> = self.places.iter().map(|place| self.above(place, count)).collect();
        let whole = &tails[0][0];
        let root = Ball::integer(self.d as i64, bits).sqrt();
        // E v^m over the piece of each polynomial, of its terms in v
        let mean = |of: &OnPiece| {
            let piece = |(polynomial, ends): (&Vec<Ball>, &[Vec<Ball>])| {
                let scaled: Vec<Ball> = polynomial.iter().enumerate().map(|(j, a)| a * &root.power(j as u32)).collect();
                of(&scaled, &|m| &ends[0][m] - &ends[1][m])
            };
            let sum = self.polynomials.iter().zip(tails.windows(2)).map(piece).fold(Ball::zero(bits), |sum, part| &sum + &part);
            &sum / whole
        };
        let moment =
            |i: usize| mean(&|terms, of| terms.iter().enumerate().fold(Ball::zero(bits), |sum, (j, a)| &sum + &(a * &of(i + j))));
        let second = mean(&|terms, of| {
            let products = (0..terms.len()).flat_map(|j| (0..terms.len()).map(move |l| (j, l)));
            products.fold(Ball::zero(bits), |sum, (j, l)| &sum + &(&(&terms[j] * &terms[l]) * &of(j + l)))
        });
        let vanishes = |k: usize| match self.parity {
            Parity::Even => !k.is_multiple_of(2),
            Parity::Odd => k.is_multiple_of(2),
            Parity::Neither => false,
        };
        let moments: Vec<Ball> = (0..=most).map(|i| if vanishes(i) { Ball::zero(bits) } else { moment(i) }).collect();
        let square = |(k, q): (usize, &crate::number::Polynomial<Rational>)| {
            if vanishes(k) {
                return Number::rational(Rational::new(), bits);
            }
            let terms = q.coefficients.iter().zip(&moments).filter(|(a, _)| !a.is_zero());
            let sum = terms.fold(Ball::zero(bits), |sum, (a, moment)| &sum + &moment.times_rational(a));
            Number { ball: sum.square(), exact: None }
        };
        let squares = gegenbauer(self.d, most).iter().enumerate().map(square).collect();
        Expansion { squares, second: Number { ball: second, exact: None }, is_polynomial: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::lower::read;
    use crate::gaussian::closed::ClosedForm;

    fn expansion(f: &str, d: usize, most: usize) -> Expansion {
        let form = ClosedForm::of(&read(f).expect("a function")).expect("a closed form");
        let (breaks, polynomials) = form.polynomials().expect("polynomials");
        Pieces::new(breaks, &polynomials, Parity::Neither, d, 300).expect("decided").expansion(most)
    }

    /// step(u − 1/2): E step = P(v > c) and E step v = (1 − c²)^{α+1}/((d − 1) ∫) in d = 3 and 4, where ∫ dv is 2 and ∫ √(1 − v²) dv is π/2.
    #[test]
    fn a_step_in_few_dimensions() {
        let close = |number: &Number, value: f64| assert!((number.ball.to_f64() - value).abs() < 1e-14, "{number:?} {value}");
        let c = 0.5 / 3f64.sqrt();
        let found = expansion("step(x - 1/2)", 3, 2);
        close(&found.squares[0], (0.5 * (1.0 - c)).powi(2));
        close(&found.squares[1], ((1.0 - c * c) / 4.0).powi(2));
        close(&found.second, 0.5 * (1.0 - c));
        let c: f64 = 0.25;
        let found = expansion("step(x - 1/2)", 4, 2);
        let pi = std::f64::consts::PI;
        close(&found.squares[0], ((c.acos() - c * (1.0 - c * c).sqrt()) / pi).powi(2));
        close(&found.squares[1], ((1.0 - c * c).powf(1.5) / 3.0 / (0.5 * pi)).powi(2));
    }

    /// Parseval: Σ B_k ξ_k² comes to E f² from below; a breakpoint beyond the sphere is none.
    #[test]
    fn energies_add_up() {
        for (f, d) in [("relu(x - 1/2)", 8), ("clip(x, -1, 2)", 5), ("max(x - 1, 0) + abs(x + 1/3)", 7), ("clip(x, -4, 1)", 9)] {
            let most = 60;
            let found = expansion(f, d, most);
            let counts = super::super::gegenbauer::harmonics(d, most);
            let energy = found.squares.iter().zip(&counts).map(|(square, count)| square.ball.to_f64() * count.to_f64());
            let (sum, second) = (energy.sum::<f64>(), found.second.ball.to_f64());
            assert!(sum < second && sum > second * (1.0 - 1e-3), "{f}: {sum} of {second}");
        }
        let [beyond, none] = ["clip(x, -4, 1)", "min(x, 1)"].map(|f| expansion(f, 9, 20));
        for (a, b) in beyond.squares.iter().zip(&none.squares) {
            assert!(a.ball.overlaps(&b.ball) && a.ball.radius().to_f64() < 1e-60);
        }
    }
}
