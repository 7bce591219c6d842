//! What is not worth an exact form: functions so steep that exact values are differences of astronomically large numbers, and
//! values that would hold too many powers of constants.

use std::collections::BTreeSet;

use super::exact::Exact;
use super::partition::{Interval, Pieces};
use super::sum::{Shape, Sum};
use super::terms::filled;

/// Largest exponent that may meet its like in a difference e^a (1 − Φ(c)): each costs 1.44 bits.
const STEEP: f64 = 6000.0;

/// Whether E f² holds differences of exponentials beyond e^[`STEEP`]: with κ = 1/2 − 2α, ∫ e^{−κx² + 2βx} over an interval that
/// is d away from its mode β/κ is about e^{−κd²} of what it is over the line, and the exact form is a difference of the two.
pub(super) fn is_steep(pieces: &Pieces) -> bool {
    let double = |value: &Exact| value.as_rational().map_or_else(|| value.enclose(53).to_f64(), |value| value.to_f64());
    pieces.intervals().any(|((left, right), sum)| {
        let (left, right) = (left.map_or(f64::NEG_INFINITY, double), right.map_or(f64::INFINITY, double));
        sum.terms().any(|(shape, _)| {
            let (alpha, beta) = (double(&shape.alpha), double(&shape.beta.re));
            let kappa = 0.5 - 2.0 * alpha;
            if kappa <= 0.0 || (alpha == 0.0 && beta == 0.0) {
                return false;
            }
            let mode = beta / kappa;
            let apart = (left - mode).max(mode - right).max(0.0);
            // e^{βx} − e^{βx} Φ(ax + b)
            let plain = Shape { cdfs: Vec::new(), ..shape.clone() };
            let halved = !shape.cdfs.is_empty() && sum.terms().any(|(other, _)| *other == plain);
            kappa * apart * apart > STEEP || (halved && kappa * mode * mode > STEEP)
        })
    })
}

/// More powers of transcendental constants than that are not written down (tuned: 0.1 s of work, some thousand digits).
const MOST_POWERS: f64 = 100.0;

/// Nor numbers with more bits than that, by the size of the constants to the power of the degree (tuned likewise).
const MOST_HEIGHT: usize = 3000;

/// Nor what takes more products of coefficients with moments than that (tuned likewise).
const MOST_PRODUCTS: usize = 10_000;

/// Whether the expectation of He_k f, k ≤ `order`, would hold more than [`MOST_POWERS`] or larger numbers than [`MOST_HEIGHT`], as a
/// polynomial of degree d in n constants, or take more than [`MOST_PRODUCTS`].
pub(super) fn is_long(pieces: &Pieces, order: usize) -> bool {
    // what is common to all intervals has no ends
    are_long(pieces.intervals(), order) && are_long(pieces.parts().iter().map(|(interval, sum)| (*interval, sum)), order)
}

fn are_long<'a>(parts: impl Iterator<Item = (Interval<'a>, &'a Sum)>, order: usize) -> bool {
    let mut products = 0;
    let mut terms = parts.flat_map(|(interval, sum)| sum.terms().map(move |(shape, polynomial)| (interval, shape, polynomial)));
    terms.any(|(interval, shape, polynomial)| {
        let transcendental: BTreeSet<_> = constants(interval, shape).flat_map(Exact::transcendental).collect();
        let degree = order + polynomial.len();
        let height: u32 = constants(interval, shape).map(Exact::height).sum();
        products += filled(polynomial) * degree;
        products > MOST_PRODUCTS
            || degree * height as usize > MOST_HEIGHT
            || (!transcendental.is_empty() && (degree as f64).powi(transcendental.len() as i32) > MOST_POWERS)
    })
}

/// What the moments of a shape on an interval are polynomials in.
fn constants<'a>((left, right): Interval<'a>, shape: &'a Shape) -> impl Iterator<Item = &'a Exact> {
    let rates = [&shape.alpha, &shape.beta.re, &shape.beta.im];
    let cdfs = shape.cdfs.iter().flat_map(|cdf| [&cdf.slope, &cdf.offset]);
    left.into_iter().chain(right).chain(rates).chain(cdfs)
}
