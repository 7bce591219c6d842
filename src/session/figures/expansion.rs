//! The picture of a Hermite expansion: its coefficients as stems, and under them its partial sums over the function.
//!
//! With h_k = He_k/√k! a function f(σ x) is Σ a_k h_k(x) in the mean square of N(0, 1); h_{k+1} = (x h_k − √k h_{k−1})/√(k + 1).

use crate::activation::{Function, Program};
use crate::plot::{Curve, Figure, Style};

/// The sums are drawn for |x| up to this many standard deviations, beyond which the Gaussian has hardly any weight.
const REACH: f64 = 3.0;
/// Points of a curve.
const POINTS: usize = 601;
/// Orders of the partial sums, besides the last one, while it is at most the first of these and beyond it.
const FEW: usize = 16;
const ORDERS: [[usize; 4]; 2] = [[1, 2, 4, 8], [1, 4, 16, 64]];
/// Partial sums are shown whole up to this multiple of the height of f (tuned).
const WHOLE: f64 = 3.0;
/// Share of the height of f that is left free above and below it where partial sums leave the frame.
const ROOM: f64 = 0.5;

/// What is expanded: f(σ x).
#[derive(Clone, Debug)]
pub struct Expanded {
    /// The function.
    pub f: Function,
    /// The standard deviation of its argument.
    pub sigma: Function,
}

/// Both panels, of the coefficients a_0, a_1, …, of E f² and of what orders above hold of it.
#[must_use]
pub fn expansion(expanded: &Expanded, a: &[f64], [second, rest]: [f64; 2]) -> Figure {
    let subject = match expanded.sigma.is_one() {
        true => format!("f = {}", expanded.f),
        false => format!("f = {}, sigma = {}", expanded.f, expanded.sigma),
    };
    let mut figure = Figure { x_whole: true, ..Figure::new("Hermite coefficients", "k", "a_k") };
    figure.subtitle = match rest / second {
        share if share.is_finite() => {
            format!("{subject}; orders above {} hold the share {:.2e} of E f^2", a.len() - 1, share.max(0.0))
        }
        _ => subject.clone(),
    };
    let points = a.iter().enumerate().map(|(k, a)| (k as f64, *a)).collect();
    figure.curves.push(Curve { label: String::new(), points, style: Style::Stems });
    figure.below.push(partial_sums(expanded, a, subject));
    figure
}

/// On a logarithmic axis coefficients of either sign are shown by their size.
pub fn sizes_of_coefficients(figure: &mut Figure) {
    let stems = figure.curves.iter_mut().filter(|curve| curve.style == Style::Stems);
    for (_, a) in stems.flat_map(|curve| &mut curve.points) {
        *a = a.abs();
        figure.y_label = "|a_k|".to_owned();
    }
}

/// f and its partial sums.
fn partial_sums(expanded: &Expanded, a: &[f64], subject: String) -> Figure {
    let [x_label, y_label] = if expanded.sigma.is_one() { ["x", "f(x)"] } else { ["x/sigma", "f(sigma x)"] };
    let mut figure = Figure::new("partial sums of the Hermite series", x_label, y_label);
    figure.subtitle = format!("{subject}; the sums of a_k He_k(x)/sqrt(k!) over k up to the order");
    let grid: Vec<f64> = (0..POINTS).map(|k| REACH * (2.0 * k as f64 / (POINTS - 1) as f64 - 1.0)).collect();
    let mut values = grid.clone();
    Program::new(&(expanded.sigma.clone() * Function::x())).apply(&mut values);
    Program::new(&expanded.f).apply(&mut values);
    let joined = |values: &[f64]| grid.iter().copied().zip(values.iter().copied()).collect();
    figure.curves.push(Curve { label: "f".to_owned(), points: joined(&values), style: Style::Line });
    for order in orders(a) {
        let sums: Vec<f64> = grid.iter().map(|x| sum(&a[..=order], *x)).collect();
        figure.curves.push(Curve { label: format!("order {order}"), points: joined(&sums), style: Style::Dashed });
    }
    let sums = figure.curves.iter().flat_map(|curve| &curve.points).map(|(_, y)| *y).collect::<Vec<_>>();
    figure.y_range = extent(&values).zip(extent(&sums)).and_then(|(f, all)| height(f, all));
    figure
}

/// The orders that are drawn: those at which the sum has changed since the one before.
fn orders(a: &[f64]) -> Vec<usize> {
    let last = a.len() - 1;
    let wanted = ORDERS[usize::from(last > FEW)].into_iter().filter(|order| *order < last).chain([last]);
    let mut orders: Vec<usize> = Vec::new();
    for order in wanted {
        let since = orders.last().map_or(0, |before| before + 1);
        if a[since..=order].iter().any(|a| *a != 0.0) {
            orders.push(order);
        }
    }
    orders
}

/// Σ a_k h_k(x).
fn sum(a: &[f64], x: f64) -> f64 {
    let (mut before, mut now, mut sum) = (0.0, 1.0, 0.0);
    for (k, a) in a.iter().enumerate() {
        sum += a * now;
        let k = k as f64;
        (before, now) = (now, (x * now - k.sqrt() * before) / (k + 1.0).sqrt());
    }
    sum
}

/// The range of f with room above and below where the sums go too far to be shown whole.
fn height((low, high): (f64, f64), all: (f64, f64)) -> Option<(f64, f64)> {
    let room = ROOM * (high - low);
    (high > low && all.1 - all.0 > WHOLE * (high - low)).then_some((low - room, high + room))
}

/// The least and the largest of the finite values.
fn extent(values: &[f64]) -> Option<(f64, f64)> {
    let finite = values.iter().copied().filter(|value| value.is_finite());
    finite.fold(None, |range, value| {
        Some(range.map_or((value, value), |(low, high): (f64, f64)| (low.min(value), high.max(value))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x⁴ = 3 + 6 He₂ + He₄.
    #[test]
    fn a_polynomial_is_its_own_sum() {
        let a = [3.0, 0.0, 6.0 * 2f64.sqrt(), 0.0, 24f64.sqrt()];
        for x in [-2.5f64, -1.0, 0.0, 0.3, 2.0] {
            assert!((sum(&a, x) - x.powi(4)).abs() < 1e-12, "{x}");
        }
        assert_eq!(orders(&a), [1, 2, 4]);
    }

    #[test]
    fn orders_without_anything_new_are_left_out() {
        assert_eq!(orders(&[0.0, 1.0, 0.0, 0.5, 0.0]), [1, 4]);
        let odd: Vec<f64> = (0..101).map(|k| f64::from(k % 2)).collect();
        assert_eq!(orders(&odd), [1, 4, 16, 64, 100]);
        assert_eq!(orders(&[2.0]), [0]);
    }
}
