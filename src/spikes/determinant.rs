//! The determinant of the outliers as a polynomial in q, for perturbations that meet.
//!
//! Every entry is multiplied by 1 − c q, which has no root where outliers are looked for. A perturbation whose amplitude grows
//! with the size enters through its limit: the two columns of its vectors are those of S → ∞ (and its factor q is dropped), so
//! that whatever shares its vectors is absorbed without a special case.

use super::{Direction, Perturbation};
use crate::number::{Ball, Polynomial};

type Poly = Polynomial<Ball>;

/// The constants of the bulk that the perturbations see.
#[derive(Clone, Debug)]
pub(super) struct Bulk {
    /// θ₂/ψ.
    pub c: Ball,
    /// c₁/√ψ, with c₁ = E Z f(τZ), so that its square is c.
    pub linear: Ball,
}

/// The determinant; its roots are those of the perturbations' outliers.
pub(super) fn determinant(bulk: &Bulk, perturbations: &[&Perturbation]) -> Poly {
    let left = distinct(perturbations.iter().map(|perturbation| &perturbation.left));
    let right = distinct(perturbations.iter().map(|perturbation| &perturbation.right));
    let forms = Forms { bulk, left: &left, right: &right };
    let place = |list: &[&Direction], wanted: &Direction| list.iter().position(|known| known.label == wanted.label);
    let size = left.len() + right.len();
    let one = forms.constant(1);
    let denominator = Polynomial::new(vec![one.coefficients[0].clone(), -&bulk.c]);
    let mut columns: Vec<Vec<Poly>> =
        (0..size).map(|k| (0..size).map(|i| scaled(&denominator, i64::from(i == k))).collect()).collect();
    let cells: Vec<(usize, usize, &Perturbation)> = perturbations
        .iter()
        .filter_map(|perturbation| Some((place(&left, &perturbation.left)?, place(&right, &perturbation.right)?, *perturbation)))
        .collect();
    for (l, r, perturbation) in cells.iter().filter(|(.., perturbation)| !perturbation.grows) {
        add(&mut columns[*l], &forms.column_of_right(*r), &perturbation.amplitude);
        add(&mut columns[left.len() + r], &forms.column_of_left(*l, 1), &perturbation.amplitude);
    }
    for (l, r, _) in cells.iter().filter(|(.., perturbation)| perturbation.grows) {
        columns[*l] = forms.column_of_right(*r);
        columns[left.len() + r] = forms.column_of_left(*l, 0);
    }
    leibniz(&columns)
}

fn distinct<'a>(directions: impl Iterator<Item = &'a Direction>) -> Vec<&'a Direction> {
    let mut known: Vec<&Direction> = Vec::new();
    for direction in directions {
        if !known.iter().any(|other| other.label == direction.label) {
            known.push(direction);
        }
    }
    known
}

/// The quadratic forms of the resolvent on the vectors, times 1 − c q.
struct Forms<'a> {
    bulk: &'a Bulk,
    left: &'a [&'a Direction],
    right: &'a [&'a Direction],
}

impl Forms<'_> {
    fn constant(&self, value: i64) -> Poly {
        Polynomial::new(vec![Ball::integer(value, self.bulk.c.bits())])
    }

    /// K_r, and K_l/q.
    fn same_side(&self, a: &Direction, b: &Direction) -> Poly {
        let carried = &a.carried * &b.carried;
        if a.label != b.label {
            return Polynomial::new(vec![carried]);
        }
        Polynomial::new(vec![&a.free + &carried, -&(&a.free * &self.bulk.c)])
    }

    /// C/q.
    fn across(&self, left: &Direction, right: &Direction) -> Poly {
        Polynomial::new(vec![-&(&self.bulk.linear * &(&left.carried * &right.carried))])
    }

    /// What the resolvent makes of a right vector: C on the left vectors, K_r on the right ones.
    fn column_of_right(&self, r: usize) -> Vec<Poly> {
        let upper = self.left.iter().map(|left| times_q(self.across(left, self.right[r]), 1));
        upper.chain(self.right.iter().map(|right| self.same_side(right, self.right[r]))).collect()
    }

    /// What it makes of a left vector: K_l and Cᵀ, with q to this power instead of the first.
    fn column_of_left(&self, l: usize, power: usize) -> Vec<Poly> {
        let upper = self.left.iter().map(|left| times_q(self.same_side(left, self.left[l]), power));
        upper.chain(self.right.iter().map(|right| times_q(self.across(self.left[l], right), power))).collect()
    }
}

fn times_q(mut polynomial: Poly, power: usize) -> Poly {
    let zero = Ball::zero(polynomial.coefficients[0].bits());
    polynomial.coefficients.splice(0..0, vec![zero; power]);
    polynomial
}

fn scaled(polynomial: &Poly, factor: i64) -> Poly {
    polynomial.map(|a| a * &Ball::integer(factor, a.bits()))
}

fn add(column: &mut [Poly], other: &[Poly], factor: &Ball) {
    for (entry, term) in column.iter_mut().zip(other) {
        *entry = entry.minus(&term.map(|a| -&(a * factor)));
    }
}

/// The determinant of a matrix of few columns (at least one), by expansion along the first.
fn leibniz(columns: &[Vec<Poly>]) -> Poly {
    let (first, rest) = (&columns[0], &columns[1..]);
    if rest.is_empty() {
        return first[0].clone();
    }
    let mut total = scaled(&first[0], 0);
    for (row, entry) in first.iter().enumerate() {
        if entry.coefficients.iter().all(Ball::is_exact_zero) {
            continue;
        }
        let minor: Vec<Vec<Poly>> = rest
            .iter()
            .map(|column| column.iter().enumerate().filter(|(i, _)| *i != row).map(|(_, a)| a.clone()).collect())
            .collect();
        let term = entry.times(&leibniz(&minor));
        total = if row % 2 == 0 { total.minus(&scaled(&term, -1)) } else { total.minus(&term) };
    }
    total
}
