//! Powers between which a function lies far out, from its tree: ±f ≤ a xᵖ + b for all x ≥ X.
//!
//! Growth knows a function up to factors and one branch at a time; here sums, roots and logarithms keep their constants: √(1 + x²) ≤ x + 1,
//! |ln(1 + e^g)| ≤ ln 2 + max(g, 0), ln|h| ≤ ln(A + B) + p ln x where |h| ≤ A xᵖ + B, and |x sin x| ≤ x. Where no rule holds, the range of a
//! function over [X, ∞) is a bound. Of powers of different order the lower one is at most a small share of the higher one and a constant.

use std::collections::HashMap;

use crate::activation::{Function, Node, Primitive, Range, evaluate};
use crate::number::{Ball, Interval};

/// A share of a higher power with which a lower one is bought.
pub(super) const SHARE: f64 = 1e-3;
/// Bits of constants.
const BITS: u32 = 80;
/// What sums and products may be off by, relative to their terms.
const ROUNDED: f64 = 1e-14;
/// Where two bounds are compared.
const FAR: f64 = 1e9;

/// a xᵖ + b with p ≥ 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Power {
    pub(super) p: f64,
    pub(super) a: f64,
    pub(super) b: f64,
}

impl Power {
    fn constant(b: f64) -> Option<Self> {
        b.is_finite().then_some(Self { p: 0.0, a: 0.0, b })
    }

    fn at(self, x: f64) -> f64 {
        self.a * x.powf(self.p) + self.b
    }

    /// The power that it is, 0 for a constant.
    fn order(self) -> f64 {
        if self.a == 0.0 { 0.0 } else { self.p }
    }

    /// A bound for x ≥ `from` by a power that is not lower.
    fn raised(self, p: f64, from: f64) -> Self {
        let Self { p: own, a, b } = self;
        if a == 0.0 || own == p {
            return Self { p, ..self };
        }
        if a < 0.0 {
            return Self { p, a: 0.0, b: up(b + a * from.powf(own), b.abs() - a * from.powf(own)) };
        }
        // a x^own − δ xᵖ is greatest where x^(p − own) = a own/(δ p)
        let greatest = if own == 0.0 { a } else { a * (a * own / (SHARE * p)).powf(own / (p - own)) * (1.0 - own / p) };
        Self { p, a: SHARE, b: up(b + greatest, b.abs() + greatest) }
    }

    fn both(self, other: Self, from: f64) -> [Self; 2] {
        let p = self.order().max(other.order());
        [self, other].map(|power| power.raised(p, from))
    }

    fn plus(self, other: Self, from: f64) -> Self {
        let [one, other] = self.both(other, from);
        let sum = |x: f64, y: f64| up(x + y, x.abs() + y.abs());
        Self { p: one.p, a: sum(one.a, other.a), b: sum(one.b, other.b) }
    }

    /// A bound of the larger one.
    fn max(self, other: Self, from: f64) -> Self {
        let [one, other] = self.both(other, from);
        Self { p: one.p, a: one.a.max(other.a), b: one.b.max(other.b) }
    }

    /// A bound of the larger of it and 0.
    fn positive(self) -> Self {
        Self { a: self.a.max(0.0), b: self.b.max(0.0), ..self }
    }

    /// The product of two bounds ≥ 0.
    fn times(self, other: Self, from: f64) -> Self {
        let [one, other] = [self, other].map(Self::positive);
        let term = |p: f64, a: f64| Self { p, a: up(a, a), b: 0.0 };
        let high = term(one.order() + other.order(), one.a * other.a);
        let mixed = term(one.order(), one.a * other.b).plus(term(other.order(), other.a * one.b), from);
        let all = high.plus(mixed, from);
        Self { b: up(all.b + one.b * other.b, all.b + one.b * other.b), ..all }
    }

    fn scaled(self, factor: f64) -> Self {
        let scaled = |x: f64| up(x * factor, (x * factor).abs());
        Self { p: self.p, a: scaled(self.a), b: scaled(self.b) }
    }
}

/// Rounded up, where the terms of a sum have this size.
fn up(value: f64, size: f64) -> f64 {
    value + ROUNDED * size
}

/// The one that is lower far out.
fn lower(one: Option<Power>, other: Option<Power>) -> Option<Power> {
    match (one, other) {
        (Some(one), Some(other)) => Some(if one.at(FAR) <= other.at(FAR) { one } else { other }),
        (one, other) => one.or(other),
    }
}

/// Bounds for x ≥ X > 1, each found once.
pub(super) struct Majorants {
    from: f64,
    known: HashMap<(Function, bool), Option<Power>>,
}

impl Majorants {
    pub(super) fn new(from: f64) -> Self {
        Self { from: from.max(1.0), known: HashMap::new() }
    }

    /// α and β with f² ≤ αx² + β; none where no such bound is seen.
    pub(super) fn above(&mut self, f: &Function) -> Option<[f64; 2]> {
        let size = self.size(f).filter(|size| size.order() <= 1.0)?.raised(1.0, self.from);
        let [a, b] = [size.a, size.b].map(|x| x.powi(2));
        if a == 0.0 {
            return Some([0.0, b * (1.0 + 1e-12)]).filter(|[_, b]| b.is_finite());
        }
        // (ax + b)² ≤ (1 + t) a²x² + (1 + 1/t) b²
        let t = (SHARE / a).clamp(SHARE, 1.0);
        let found = [(1.0 + t) * a, (1.0 + 1.0 / t) * b].map(|x| x * (1.0 + 1e-12));
        found.iter().all(|x| x.is_finite()).then_some(found)
    }

    /// α with f² ≥ αx².
    pub(super) fn below(&mut self, f: &Function) -> f64 {
        let from = self.from;
        let of = |bound: Option<Power>| match bound {
            // ∓f ≤ axᵖ + b with a < 0 and p ≥ 1
            Some(Power { p, a, b }) if a < 0.0 && p >= 1.0 => -a * from.powf(p - 1.0) - b.max(0.0) / from,
            _ => 0.0,
        };
        let bounds = [true, false].map(|negative| self.bound(f, negative));
        let least = bounds.map(of).into_iter().fold(0.0, f64::max);
        least.powi(2) * (1.0 - 1e-12)
    }

    /// |f| ≤ axᵖ + b, a, b ≥ 0.
    fn size(&mut self, f: &Function) -> Option<Power> {
        let [one, other] = [false, true].map(|negative| self.bound(f, negative));
        Some(one?.max(other?, self.from).positive())
    }

    /// An upper bound of f, or of −f.
    fn bound(&mut self, f: &Function, negative: bool) -> Option<Power> {
        if let Some(known) = self.known.get(&(f.clone(), negative)) {
            return *known;
        }
        let range = self.range(f);
        let plain = Power::constant(if negative { -range.low } else { range.high });
        let found = lower(self.of_node(f, negative), plain);
        let found = found.filter(|power| power.a.is_finite() && power.b.is_finite());
        self.known.insert((f.clone(), negative), found);
        found
    }

    fn range(&self, f: &Function) -> Interval {
        Range::of(f).over(Interval { low: self.from, high: f64::INFINITY })
    }

    fn of_node(&mut self, f: &Function, negative: bool) -> Option<Power> {
        let from = self.from;
        match f.node() {
            Node::X => Some(Power { p: 1.0, a: if negative { -1.0 } else { 1.0 }, b: 0.0 }),
            Node::Negate(g) => self.bound(g, !negative),
            Node::Add(g, h) => Some(self.bound(g, negative)?.plus(self.bound(h, negative)?, from)),
            Node::Subtract(g, h) => Some(self.bound(g, negative)?.plus(self.bound(h, !negative)?, from)),
            Node::Multiply(c, g) | Node::Multiply(g, c) if c.is_constant() => self.multiple(&constant(c), g, negative),
            Node::Divide(g, c) if c.is_constant() => self.multiple(&constant(c).inverse(), g, negative),
            Node::Multiply(g, h) if let Some(product) = without_sign(g, h) => self.bound(&product, !negative),
            Node::Multiply(g, h) => {
                let size = self.size(g).zip(self.size(h)).map(|(g, h)| g.times(h, from));
                if negative { lower(self.product_from_below(g, h), size) } else { size }
            }
            Node::Divide(g, h) => {
                let least = self.range(h).least_magnitude();
                Some(self.size(g)?.scaled(1.0 / least)).filter(|_| least > 0.0)
            }
            Node::Power(g, n) => self.power(g, n.integer()?, negative),
            Node::Max(g, h) if negative => lower(self.bound(g, true), self.bound(h, true)),
            Node::Min(g, h) if !negative => lower(self.bound(g, false), self.bound(h, false)),
            Node::Max(g, h) | Node::Min(g, h) => Some(self.bound(g, negative)?.max(self.bound(h, negative)?, from)),
            Node::Apply(primitive, g) => self.applied(*primitive, g, negative),
            _ => None,
        }
    }

    fn multiple(&mut self, c: &Ball, g: &Function, negative: bool) -> Option<Power> {
        let size = c.magnitude().to_f64() * (1.0 + ROUNDED);
        let least = c.low().to_f64().abs().min(c.high().to_f64().abs()) * (1.0 - ROUNDED);
        let found = self.bound(g, negative != (c.sign()? == std::cmp::Ordering::Less))?;
        // a constant that is enclosed makes negative terms smaller
        let scaled = |x: f64| if x < 0.0 { x * least } else { x * size };
        Some(Power { p: found.p, a: scaled(found.a), b: scaled(found.b) })
    }

    /// −gh where one is at least a constant > 0 and the other at least a power that grows from a number ≥ 0 on.
    fn product_from_below(&mut self, g: &Function, h: &Function) -> Option<Power> {
        let mut one = |g: &Function, h: &Function| {
            let least = self.range(h).low;
            let found = self.bound(g, true).filter(|power| power.a < 0.0 && power.at(self.from) <= 0.0 && least > 0.0)?;
            Some(Power { p: found.p, a: found.a * least * (1.0 - ROUNDED), b: up(found.b * least, (found.b * least).abs()) })
        };
        let (first, second) = (one(g, h), one(h, g));
        lower(first, second)
    }

    fn power(&mut self, g: &Function, n: i32, negative: bool) -> Option<Power> {
        if n < 1 {
            return None;
        }
        if matches!(g.node(), Node::X) {
            return Some(Power { p: f64::from(n), a: if negative { -1.0 } else { 1.0 }, b: 0.0 });
        }
        let size = self.size(g)?;
        let constant = Power { p: 0.0, a: 0.0, b: 1.0 };
        (n <= 8).then(|| (0..n).fold(constant, |product, _| product.times(size, self.from)))
    }

    fn applied(&mut self, primitive: Primitive, g: &Function, negative: bool) -> Option<Power> {
        match (primitive, negative) {
            (Primitive::Sqrt, false) => {
                // √(y + z) ≤ √y + √z
                let Power { p, a, b } = self.bound(g, false)?.positive();
                Some(Power { p: p / 2.0, a: up(a.sqrt(), a.sqrt()), b: up(b.sqrt(), b.sqrt()) })
            }
            (Primitive::Sqrt, true) => {
                // √(y − z) ≥ √y − √z
                let Power { p, a, b } = self.bound(g, true).filter(|power| power.a < 0.0)?;
                Some(Power { p: p / 2.0, a: -(-a).sqrt() * (1.0 - ROUNDED), b: up(b.max(0.0).sqrt(), b.abs().sqrt()) })
            }
            (Primitive::Abs, false) => self.size(g),
            (Primitive::Abs, true) => lower(self.bound(g, false), self.bound(g, true)),
            (Primitive::Softplus, false) => {
                let bound = self.bound(g, false)?.positive();
                Some(Power { b: bound.b + std::f64::consts::LN_2.next_up(), ..bound })
            }
            (Primitive::Softplus, true) => self.bound(g, true),
            (Primitive::Log, false) => self.logarithm(g),
            (Primitive::Log, true) => self.logarithm_from_below(g),
            _ => None,
        }
    }

    /// An upper bound of ln|h|.
    fn logarithm(&mut self, h: &Function) -> Option<Power> {
        let from = self.from;
        let structural = match h.node() {
            Node::Apply(Primitive::Exp, u) => self.bound(u, false),
            Node::Apply(Primitive::Cosh | Primitive::Sinh, u) => self.size(u),
            Node::Negate(g) => self.logarithm(g),
            Node::Add(g, h) | Node::Subtract(g, h) => {
                let larger = self.logarithm(g).zip(self.logarithm(h)).map(|(g, h)| g.max(h, from));
                larger.map(|larger| Power { b: larger.b + std::f64::consts::LN_2.next_up(), ..larger })
            }
            Node::Multiply(g, h) => self.logarithm(g).zip(self.logarithm(h)).map(|(g, h)| g.plus(h, from)),
            _ => None,
        };
        // ln x ≤ δx − 1 − ln δ
        let of_size = self.size(h).filter(|size| size.a + size.b > 0.0).map(|size| {
            let (p, whole) = (size.order(), (size.a + size.b).ln());
            let rest = p * (-1.0 - SHARE.ln());
            Power { p: 1.0, a: up(p * SHARE, p * SHARE), b: up(whole + rest, 1.0 + whole.abs() + rest) }
        });
        lower(structural, of_size)
    }

    /// An upper bound of −ln h.
    fn logarithm_from_below(&mut self, h: &Function) -> Option<Power> {
        match h.node() {
            Node::Apply(Primitive::Exp, u) => self.bound(u, true),
            Node::Multiply(c, g) | Node::Multiply(g, c) if c.is_constant() && constant(c).is_positive() => {
                let (found, shift) = (self.logarithm_from_below(g)?, -&constant(c).ln());
                Some(Power { b: up(found.b + shift.high().to_f64(), found.b.abs() + shift.magnitude().to_f64()), ..found })
            }
            Node::Apply(Primitive::Cosh, u) => {
                // cosh u ≥ e^{|u|}/2
                let found = lower(self.bound(u, false), self.bound(u, true))?;
                Some(Power { b: found.b + std::f64::consts::LN_2.next_up(), ..found })
            }
            Node::Add(g, h) => {
                let mut without = |g: &Function, other: &Function| {
                    if self.range(other).low >= 0.0 { self.logarithm_from_below(g) } else { None }
                };
                let (first, second) = (without(g, h), without(h, g));
                lower(first, second)
            }
            _ => None,
        }
    }
}

/// gh without the minus of a factor.
fn without_sign(g: &Function, h: &Function) -> Option<Function> {
    match (g.node(), h.node()) {
        (Node::Negate(inner), _) => Some(inner.clone() * h.clone()),
        (_, Node::Negate(inner)) => Some(g.clone() * inner.clone()),
        _ => None,
    }
}

fn constant(c: &Function) -> Ball {
    evaluate(c, &Ball::zero(BITS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::lower::read;

    /// Bounds hold at all points of the side, and have slopes that are not much larger than they need be, from above and from below.
    #[test]
    fn functions_lie_between_their_bounds() {
        for (text, [most, least]) in [
            ("sqrt(1 + x^2)", [1.0, 1.0]),
            ("sqrt(4*x^2 + x + 3)", [4.0, 4.0]),
            ("log(1 + x^2)", [0.0, 0.0]),
            ("x*sin(x)", [1.0, 0.0]),
            ("log(1 + exp(x)) + tanh(x)", [1.0, 1.0]),
            ("log(1 + exp(-x)) - tanh(x)", [0.0, 0.0]),
            ("softplus(2*x) - x/2", [2.25, 2.25]),
            ("log(3*exp(x/2) + x^4)", [0.25, 0.25]),
            ("abs(x - 3) + max(x/2, sqrt(abs(x)))", [2.25, 1.0]),
            ("sqrt(abs(x))*cos(x) + pi", [0.0, 0.0]),
            ("-x*(2 + sin(x))", [9.0, 1.0]),
            ("log(cosh(x))", [1.0, 1.0]),
        ] {
            let f = read(text).expect("a function");
            let mut majorants = Majorants::new(1000.0);
            let [alpha, beta] = majorants.above(&f).unwrap_or_else(|| panic!("{text}: no bound"));
            let below = majorants.below(&f);
            assert!(alpha <= most * 1.03 + 0.01 && below >= least * 0.97, "{text}: {alpha}, {below}");
            let mut x = 1000.0;
            while x < 1e8 {
                let square = evaluate(&f, &Ball::double(x, 200)).to_f64().powi(2);
                assert!(square <= alpha * x * x + beta && square >= below * x * x, "{text} at {x}");
                x *= 1.003;
            }
        }
    }

    /// What grows faster than a line has no bound by one.
    #[test]
    fn steeper_functions_have_none() {
        for text in ["x^2", "x*sqrt(abs(x))", "exp(x)", "x*log(1 + x^2)"] {
            let f = read(text).expect("a function");
            let found = Majorants::new(10.0).above(&f);
            assert!(found.is_none(), "{text}: {found:?}");
        }
    }
}
