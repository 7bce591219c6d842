//! How slopes come near 0: at zeros of f′, of which the highest order counts, or far out.
//!
//! With d = f′(√q Z)² and ψ(ζ) = E d/(ζ − d) (docs/mathematics.md, 'Jacobians', ends) a zero of order a of f′ makes P(0 < d < t) ~ t^(1/2a) and
//! 1 + ψ/P(d > 0) ~ |ζ|^(1/2a) as ζ → 0 [derived here]. Orders a are given; `SlopeLaw::zero_order` is 2a. Where f′ fades far out it is none.

use rug::{Float, Rational};

use super::jacobian_slopes::{FAR_OUT, NOTHING, Slopes, constant};
use crate::activation::{Function, Program, canonical, derivative, evaluate};
use crate::number::{Ball, Magnitude};

/// Orders of zeros that are looked for.
const MOST_ORDER: u32 = 12;
/// Places of the grid, evenly where there is Gaussian weight and by powers beyond.
const EVEN: u32 = 4000;
const POWERS: u32 = 600;
/// How far beyond, as a factor.
const BEYOND: f64 = 1e6;
/// Steps of a search between places of the grid.
const STEPS: usize = 100;
/// Slopes fade far out when each tenth power of ten leaves less than this of them.
const FADES: f64 = 0.99;
/// A zero without a change of sign leaves less than this between two places of the grid.
const DIPS: f64 = 0.6;
/// A zero of f′ in doubles is known within this.
const ROUNDING: f64 = 1e-12;

/// The order of the zero of a function at a place, 0 where it has none; none where it is not known.
fn order_at(function: &Function, place: &Rational, bits: u32) -> Option<u32> {
    let mut function = function.clone();
    for order in 0..MOST_ORDER {
        let value = canonical(&function.substitute(&Function::rational(place.clone())));
        let ball = evaluate(&value, &Ball::zero(bits));
        if !(value.is_zero() || ball.is_exact_zero()) {
            return ball.sign().filter(|sign| sign.is_ne()).map(|_| order);
        }
        function = derivative(&function);
    }
    None
}

/// Whether a slope falls to 0 far out, or is not known there.
fn fades(slope: &Function, sign: i64, largest: f64, bits: u32) -> bool {
    let at = |power: u32| {
        let place = Ball::integer(10, bits).power(power);
        evaluate(slope, &if sign < 0 { -&place } else { place })
    };
    let size = |value: &Ball| value.mid().to_f64().abs();
    let values: Vec<Ball> = (1..=FAR_OUT / 10).map(|tens| at(10 * tens)).take_while(Ball::is_finite).collect();
    let near = at(7);
    let falls = |pair: &[Ball]| size(&pair[1]) < FADES * size(&pair[0]);
    !near.is_finite() || size(&near) <= NOTHING * largest || (values.len() > 2 && values.windows(2).all(falls))
}

/// Places on a grid, with those far out.
fn grid(reach: f64) -> Vec<f64> {
    let even = (0..=EVEN).map(|index| reach * (2.0 * f64::from(index) / f64::from(EVEN) - 1.0));
    let far = (1..=POWERS).map(|index| reach * BEYOND.powf(f64::from(index) / f64::from(POWERS)));
    let mut places: Vec<f64> = even.chain(far.flat_map(|place| [place, -place])).collect();
    places.sort_by(f64::total_cmp);
    places
}

/// A slope with the zeros that are known exactly.
struct Seen<'a> {
    slope: &'a Function,
    program: Program,
    known: Vec<(f64, u32)>,
    largest: f64,
}

impl Seen<'_> {
    fn value(&self, place: f64) -> f64 {
        let mut values = [place];
        self.program.apply(&mut values);
        values[0]
    }

    /// Whether a zero that was found is one of those that are known.
    fn is_known(&self, place: f64) -> bool {
        let near = |(known, order): &(f64, u32)| {
            *order > 0 && (place - known).abs() <= 10.0 * (1.0 + known.abs()) * ROUNDING.powf(f64::from(*order).recip())
        };
        self.known.iter().any(near)
    }

    /// The order of the zero between two places, at which the signs differ.
    fn crossing(&self, [mut low, mut high]: [f64; 2]) -> Option<u32> {
        let sign = self.value(low).signum();
        for _ in 0..STEPS {
            let middle = 0.5 * (low + high);
            if self.value(middle).signum() == sign { low = middle } else { high = middle }
        }
        if self.is_known(low) {
            return Some(0);
        }
        let bits = 128;
        let radius = Float::with_val(bits, 1e-9 * (1.0 + low.abs()));
        let around = Ball::double(low, bits).widened(Magnitude::of(&radius));
        evaluate(&derivative(self.slope), &around).sign().filter(|sign| sign.is_ne()).map(|_| 1)
    }

    /// Whether the slope may touch 0 between two places with a least value between them.
    fn touches(&self, [mut low, mut high]: [f64; 2]) -> bool {
        for _ in 0..STEPS {
            let third = (high - low) / 3.0;
            let [left, right] = [low + third, high - third];
            if self.value(left).abs() < self.value(right).abs() { high = right } else { low = left }
        }
        let place = 0.5 * (low + high);
        self.value(place).abs() <= NOTHING * self.largest && !self.is_known(place)
    }
}

impl Slopes {
    /// The highest order of a zero that slopes come near: 0 where they stay away from 0; none where it is not known.
    pub(super) fn zeros(&self, bits: u32) -> Option<u32> {
        let varying = (0..self.found.branches.len()).filter(|index| constant(&self.found.branches[*index]).is_none());
        varying.map(|index| self.zeros_of(index, bits)).try_fold(0, |most, order| Some(most.max(order?)))
    }

    fn zeros_of(&self, index: usize, bits: u32) -> Option<u32> {
        let slope = &self.found.branches[index];
        let enclosures = self.found.enclosures(bits);
        let ends = [index.checked_sub(1), Some(index).filter(|index| *index < enclosures.len())];
        let place = |end: Option<usize>, far: f64| end.map_or(far, |end| enclosures[end].to_f64());
        let [low, high] = [place(ends[0], f64::NEG_INFINITY), place(ends[1], f64::INFINITY)];
        let mut known = Vec::new();
        if low < 0.0 && high > 0.0 {
            known.push((0.0, order_at(slope, &Rational::new(), bits)?));
        }
        for end in ends.into_iter().flatten() {
            match self.found.breakpoints[end].location.as_rational() {
                Some(place) => known.push((place.to_f64(), order_at(slope, place, bits)?)),
                None => {
                    evaluate(slope, &enclosures[end]).sign().filter(|sign| sign.is_ne())?;
                }
            }
        }
        let width = evaluate(&self.sigma, &Ball::zero(64)).to_f64();
        let places: Vec<f64> = grid(self.reach * width).into_iter().filter(|x| *x > low && *x < high).collect();
        let program = Program::new(slope);
        let mut values = places.clone();
        program.apply(&mut values);
        let weighted = places.iter().zip(&values).filter(|(x, value)| x.abs() <= self.reach * width && value.is_finite());
        let largest = weighted.map(|(_, value)| value.abs()).fold(0.0, f64::max);
        if (ends[0].is_none() && fades(slope, -1, largest, bits)) || (ends[1].is_none() && fades(slope, 1, largest, bits)) {
            return None;
        }
        let mut most = known.iter().map(|(_, order)| *order).max().unwrap_or(0);
        let seen = Seen { slope, program, known, largest };
        let pairs = places.windows(2).zip(values.windows(2));
        for (pair, _) in pairs.filter(|(_, values)| values[0] != 0.0 && values[0] * values[1] <= 0.0) {
            most = most.max(seen.crossing([pair[0], pair[1]])?);
        }
        let triples = places.windows(3).zip(values.windows(3));
        let least = |v: &[f64]| {
            let [before, here, after] = [v[0].abs(), v[1].abs(), v[2].abs()];
            here <= before.min(after) && here <= DIPS * before.max(after) && v[0] * v[2] > 0.0 && v[0] * v[1] >= 0.0
        };
        let touches = triples.filter(|(_, values)| least(values)).any(|(triple, _)| seen.touches([triple[0], triple[2]]));
        (!touches).then_some(most)
    }
}
