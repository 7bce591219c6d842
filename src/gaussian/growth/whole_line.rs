//! An interval around all values of a function on the real line: far out by its rate of growth, or by one interval over the half line,
//! and in between by intervals over parts.

use std::collections::HashMap;

use super::bounds::Side;
use super::calculus::growth;
use super::half_line::values;
use super::tail::Envelope;
use crate::activation::{Function, Node, Range};
use crate::number::Interval;

/// Parts of [0, 1/8], and of each interval from there to twice as far.
const PARTS: u32 = 32;
const FIRST: f64 = 0.125;
/// Halvings of a part over which values are not seen to be bounded.
const HALVINGS: u32 = 24;
/// Nothing is asked farther out.
const FARTHEST: f64 = 1e9;

/// An interval around f(x) for every real x; none where it is not seen to be bounded.
#[must_use]
pub fn range(f: &Function) -> Option<Interval> {
    let prepared = Range::of(f);
    let whole = prepared.over(Interval::ENTIRE);
    if whole.is_finite() {
        return Some(whole);
    }
    let mut found: Option<Interval> = None;
    let mut add = |values: Interval| found = Some(found.map_or(values, |found| found.hull(values)));
    for (side, direction) in [(Side::Left, -1.0), (Side::Right, 1.0)] {
        let (from, far) = FarOut { side, known: HashMap::new() }.values(f)?;
        add(far);
        for part in parts(from) {
            let part = if direction > 0.0 { part } else { -part };
            add(over(&prepared, part, 0)?);
        }
    }
    found
}

/// Where values far out begin on one side, and intervals around them, each found once.
struct FarOut {
    side: Side,
    known: HashMap<Function, Option<(f64, Interval)>>,
}

impl FarOut {
    /// Of sums and products by those of their parts, as what falls beside a constant has no rate of its own in the bound of both.
    fn values(&mut self, f: &Function) -> Option<(f64, Interval)> {
        if let Some(known) = self.known.get(f) {
            return *known;
        }
        let found = at_once(f, self.side).or_else(|| self.of_parts(f));
        self.known.insert(f.clone(), found);
        found
    }

    fn of_parts(&mut self, f: &Function) -> Option<(f64, Interval)> {
        let mut both = |a: &Function, b: &Function| {
            let [(from, left), (other, right)] = [self.values(a)?, self.values(b)?];
            Some((from.max(other), left, right))
        };
        let (from, values) = match f.node() {
            Node::Negate(a) => self.values(a).map(|(from, values)| (from, -values))?,
            Node::Add(a, b) => both(a, b).map(|(from, left, right)| (from, left + right))?,
            Node::Subtract(a, b) => both(a, b).map(|(from, left, right)| (from, left - right))?,
            Node::Multiply(a, b) => both(a, b).map(|(from, left, right)| (from, left * right))?,
            Node::Divide(a, b) => {
                let (from, left, right) = both(a, b)?;
                (from, left * right.inverse()?)
            }
            _ => return None,
        };
        values.is_finite().then_some((from, values))
    }
}

/// The same by one interval or one rate.
fn at_once(f: &Function, side: Side) -> Option<(f64, Interval)> {
    let far = values(f, side, 2.0);
    if far.is_finite() {
        return Some((2.0, far));
    }
    let rate = growth(f, side, 0.0).ok()?.upper.envelope();
    let from = falling_from(&rate).filter(|from| *from <= FARTHEST)?;
    let size = (rate.a + rate.p * from.ln() + rate.alpha * from + rate.beta * from * from).exp() * (1.0 + 1e-9);
    let far = values(f, side, from).intersect(Interval { low: -size, high: size });
    far.is_finite().then_some((from, far))
}

/// From where on the envelope does not rise.
fn falling_from(Envelope { p, alpha, beta, from, .. }: &Envelope) -> Option<f64> {
    let (p, alpha, beta) = (*p, *alpha, *beta);
    let top = match (beta, alpha) {
        // the derivative p/x + α + 2βx
        (beta, _) if beta < 0.0 => (-alpha - (alpha * alpha - 8.0 * beta * p).max(0.0).sqrt()) / (4.0 * beta),
        (0.0, alpha) if alpha < 0.0 => -p / alpha,
        (0.0, 0.0) if p <= 0.0 => 0.0,
        _ => return None,
    };
    Some(from.max(top))
}

/// [0, end] in parts that grow.
fn parts(end: f64) -> Vec<Interval> {
    let (mut low, mut width, mut found) = (0.0, FIRST / f64::from(PARTS), Vec::new());
    while low < end {
        for _ in 0..PARTS {
            found.push(Interval { low, high: low + width });
            low += width;
        }
        width = low / f64::from(PARTS);
    }
    found
}

fn over(prepared: &Range, part: Interval, depth: u32) -> Option<Interval> {
    let values = prepared.over(part);
    if values.is_finite() {
        return Some(values);
    }
    if depth >= HALVINGS {
        return None;
    }
    let middle = part.middle();
    let halves = [Interval { high: middle, ..part }, Interval { low: middle, ..part }];
    let [left, right] = halves.map(|half| over(prepared, half, depth + 1));
    Some(left?.hull(right?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::lower::read;

    #[test]
    fn bounded_functions_are_seen_to_be() {
        let cases: [(&str, f64); 9] = [
            ("x/sqrt(1 + x^2)", 1.0),
            ("x*exp(-x^2)", 0.4289),
            ("x^3*exp(-abs(x))", 1.345),
            ("x/(1 + x^2)", 0.5),
            ("cos(x)*x/(1 + abs(x))", 1.0),
            // a constant beside what falls
            ("tanh(x) + x*exp(-x^2/2)", 1.4207),
            ("tanh(x) + x*sigmoid(x)*sigmoid(-x)", 1.1746),
            // and times another
            ("(tanh(x/175) + x/175*exp(-(x/175)^2/2))/2", 0.7103),
            ("-(tanh(x) + x*exp(-x^2/2))*cos(x)/(2 + sin(x))", 0.5),
        ];
        for (text, most) in cases {
            let found = range(&read(text).expect("a function")).expect(text);
            assert!(found.high >= most - 1e-3 && found.high < 5.0 * most, "{text}: {found:?}");
            assert!(found.low <= 1e-3 - most && found.low > -5.0 * most, "{text}: {found:?}");
        }
        for text in ["x", "x^2*exp(-x)", "1/x", "log(1 + x^2)", "x*sin(x)"] {
            assert!(range(&read(text).expect("a function")).is_none(), "{text}");
        }
    }
}
