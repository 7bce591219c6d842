//! The distribution function of a law of biased neurons as a table: a value costs a path in the plane, and a distance asks for
//! thousands.
//!
//! Over a component [a, b] of the support put x = a + (b − a)(1 − cos θ)/2. A density that begins like a power ±1/2 of the distance
//! makes F analytic in θ. Where biases are rare F has still narrow places, so [0, π] is halved until the interpolant at
//! Chebyshev points of each part meets F between them; what it misses there is the error.

use std::f64::consts::PI;

use super::profile64::Profile64;

/// Intervals between the points of a part.
const INTERVALS: usize = 16;
/// Mass above the last point of a law that reaches farther than that.
const BEYOND: f64 = 1e-8;
/// Places between the points at which the interpolant is judged, and the miss that is accepted.
const PROBES: [f64; 3] = [0.07, 0.52, 0.93];
const ACCEPTED: f64 = 1e-9;
/// Halvings of a component, and parts of it, at most.
const HALVINGS: u32 = 9;
const PARTS: usize = 64;

/// F at Chebyshev points of an interval of θ.
struct Part {
    from: f64,
    to: f64,
    values: Vec<f64>,
}

/// The distribution function over one component.
struct Component {
    low: f64,
    high: f64,
    parts: Vec<Part>,
    /// F at its upper end.
    above: f64,
}

/// The distribution function of a law.
pub(crate) struct Tabulated {
    atom: f64,
    components: Vec<Component>,
    /// What it may be off.
    pub error: f64,
}

impl Tabulated {
    /// The table of a law; none when the law cannot be followed to its top.
    pub fn new(law: &Profile64) -> Option<Self> {
        let top = law.quantile(1.0 - BEYOND)?.value;
        let mut table = Self { atom: law.atom(), components: Vec::new(), error: 2.0 * BEYOND };
        let mut below = law.atom();
        for [low, high] in law.edges().iter().map(|pair| pair.map(|end| end.position.value)).filter(|pair| pair[0] < top) {
            let high = high.min(top);
            let above = law.cdf(high)?.value;
            let component = Component { low, high, parts: Vec::new(), above };
            // so near 0 that the law is not followed nothing has been added yet
            let value = |angle: f64| match angle {
                0.0 => below,
                PI => above,
                _ => law.cdf(component.place(angle)).map_or(below, |found| found.value),
            };
            let (parts, miss) = parts(&value);
            table.error = table.error.max(miss + law.cdf(component.place(0.5 * PI))?.error);
            table.components.push(Component { parts, ..component });
            below = above;
        }
        Some(table)
    }

    /// F(x).
    pub fn cdf(&self, x: f64) -> f64 {
        let mut below = self.atom;
        for component in &self.components {
            if x <= component.low {
                return below;
            }
            if x < component.high {
                return component.at(x).clamp(0.0, 1.0);
            }
            below = component.above;
        }
        1.0
    }

    /// The ends of the components, ascending.
    pub fn ends(&self) -> Vec<f64> {
        self.components.iter().flat_map(|component| [component.low, component.high]).collect()
    }
}

/// Parts of [0, π] on which a function is interpolated, in order, and the largest miss that was left.
fn parts(value: &impl Fn(f64) -> f64) -> (Vec<Part>, f64) {
    let (mut waiting, mut done, mut worst) = (vec![(0.0, PI, 0)], Vec::new(), 0.0f64);
    while let Some((from, to, halvings)) = waiting.pop() {
        let part = Part::new(from, to, value);
        let miss = |share: &f64| {
            let angle = from + share * (to - from);
            (part.at(angle) - value(angle)).abs()
        };
        let miss = PROBES.iter().map(miss).fold(0.0, f64::max);
        if miss <= ACCEPTED || halvings == HALVINGS || waiting.len() + done.len() >= PARTS {
            worst = worst.max(miss);
            done.push(part);
        } else {
            let middle = f64::midpoint(from, to);
            waiting.extend([(middle, to, halvings + 1), (from, middle, halvings + 1)]);
        }
    }
    (done, worst)
}

impl Component {
    fn place(&self, angle: f64) -> f64 {
        self.low + (self.high - self.low) * (0.5 * angle).sin().powi(2)
    }

    fn at(&self, x: f64) -> f64 {
        let angle = 2.0 * ((x - self.low) / (self.high - self.low)).clamp(0.0, 1.0).sqrt().asin();
        let part = self.parts.iter().find(|part| angle <= part.to).or(self.parts.last());
        part.map_or(self.above, |part| part.at(angle))
    }
}

impl Part {
    fn new(from: f64, to: f64, value: &impl Fn(f64) -> f64) -> Self {
        let mut part = Self { from, to, values: Vec::new() };
        part.values = (0..=INTERVALS).map(|k| value(part.node(k))).collect();
        part
    }

    fn node(&self, k: usize) -> f64 {
        match k {
            0 => self.from,
            INTERVALS => self.to,
            _ => self.from + 0.5 * (self.to - self.from) * (1.0 - (PI * k as f64 / INTERVALS as f64).cos()),
        }
    }

    /// The barycentric formula: weights ±1, halved at both ends.
    fn at(&self, angle: f64) -> f64 {
        let (mut above, mut below) = (0.0, 0.0);
        for (k, value) in self.values.iter().enumerate() {
            let distance = angle - self.node(k);
            if distance == 0.0 {
                return *value;
            }
            let weight = if k % 2 == 0 { 1.0 } else { -1.0 } / distance;
            let weight = if k == 0 || k == INTERVALS { 0.5 * weight } else { weight };
            above += weight * value;
            below += weight;
        }
        above / below
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Algebraic ends, where F = √x or 1 − (1 − x)^{3/2}, and a step of width 1/100 inside.
    #[test]
    fn ends_and_narrow_places_are_followed() {
        let functions: [fn(f64) -> f64; 3] = [f64::sqrt, |x| 1.0 - (1.0 - x).powf(1.5), |x| (100.0 * (x - 0.7)).tanh()];
        for f in functions {
            let mut component = Component { low: 0.0, high: 1.0, parts: Vec::new(), above: f(1.0) };
            let (found, miss) = parts(&|angle: f64| f((0.5 * angle).sin().powi(2)));
            component.parts = found;
            assert!(miss < 1e-9, "{miss}");
            for x in [1e-9, 1e-4, 0.1, 0.5, 0.69, 0.7, 0.72, 0.99, 1.0 - 1e-7] {
                assert!((component.at(x) - f(x)).abs() < 1e-8, "{x}");
            }
        }
    }
}
