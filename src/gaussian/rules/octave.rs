//! E v(σZ)² Zᵐ, m = 0, 2, 4, and E v(σU) v(σV) at all σ of an octave, from the values of v at one set of nodes.
//!
//! With V(x) = 2^−m v(Sx), of size 1 or so, and σ = S/r, √2 ≤ r ≤ R, the first are ∫ V(x)² (rx)ᵐ r φ(rx) dx, taken by the trapezoid rule with one step h for all r.
//! If V is analytic for |Im x| ≤ b and N² = ∫ |V(x + ib)|² φ(x) dx, then the rule is off by at most
//!
//! 2 r C_m(rb) e^{(rb)²/2} N²/(e^{2πb/h} − 1),   C_m(β) = sup_y (y² + β²)^{m/2} e^{−y²/4},
//!
//! since e^{−(rx)²/4} ≤ e^{−x²/2}. With K = sup_t t⁴ e^{−t²/16} nodes with |x| ≥ X add at most r K times the tail of V² φ from X on, and those
//! with |x| ≥ y at most r K e^{−(7r²/16 − 1/2) y²} times the whole sum of V² φ. Pairs are in `mehler`. What an integral by itself costs is
//! mostly the choice of its strip and the values of v: here both serve every σ. A derivative of v is analytic where v is, and needs no
//! search.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rug::{Float, Rational};

use super::columns::{Block, Columns};
use super::mehler::{self, Extent, Pair};
use super::nearer;
use super::nodes::{Nodes, Values, change, ln_error, spread};
use super::size::size;
use super::strip::{self, Strip};
use crate::activation::{self, Function, Parity, has_choices};
use crate::gaussian::analysis::Analysis;
use crate::gaussian::error::GaussianError;
use crate::gaussian::growth::Envelope;
use crate::gaussian::weight::{ln_sum, short};
use crate::number::{Ball, Interval, Job, Magnitude, Stopped};

/// R, a little more than 2√2.
pub(super) const SPREAD: f64 = 2.0 * std::f64::consts::SQRT_2 + 1e-7;
/// Up to so many bits doubles do, which then give some twenty fewer; what they aim at.
const DOUBLES: u32 = 64;
const AIM: u32 = 50;
/// Bits of nodes are multiples of this.
pub(super) const LEVEL: u32 = 16;
/// Bits that the sums have beyond those asked, for integrals that are smaller than v is and for roundings.
const GUARD: u32 = 12;
/// Most nodes on one side, with the largest step that serves moments and with one that is halved; the largest step.
const MOST_NODES: [f64; 2] = [3000.0, 30_000.0];
const MOST_STEP: f64 = 0.5;
/// Most halvings of a step.
const MOST_HALVINGS: u32 = 12;
/// Strips lower than this are of no use.
const LEAST_HEIGHT: f64 = 0.01;
/// Nodes that are evaluated together.
const BLOCK: u64 = 24;
/// Bits of a node at least.
const LEAST_BITS: u32 = 64;
/// −ln of the errors of pairs in doubles.
const ROUGHLY: f64 = 32.0;

/// What is known before V is examined.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Shown {
    /// Nothing.
    Nothing,
    /// It is analytic on a strip of this height, which was chosen for another function.
    Strip(f64),
    /// It is analytic on a strip of this height, which was chosen for another S.
    Start(f64),
}

/// v about one S.
pub(super) struct Octave {
    analysis: Analysis,
    pub(super) strip: Strip,
    /// S as the power of 2.
    pub(super) scale: i32,
    /// The power of 2 that v was divided by.
    pub(super) size: i32,
    /// Bounds of V² to the left and to the right.
    tails: [Envelope; 2],
    /// Nodes for so many bits, or 0 for doubles, with a step that is halved so many times.
    levels: Mutex<BTreeMap<(u32, u32), Level>>,
    /// Those for doubles that are not halved, which are asked for most, and how far these are off at most but for nodes that are left out.
    rough: OnceLock<(Level, f64)>,
}

/// Nodes that are found once.
type Level = Arc<OnceLock<Option<Nodes>>>;

/// Bits of the nodes of a level, 0 that of doubles.
fn bits_of(level: u32) -> u32 {
    if level == 0 { AIM } else { level + GUARD }
}

/// The step that brings every moment below e^−target, for all r.
fn step(strip: &Strip, target: f64) -> f64 {
    let need = ln_error(strip, SPREAD).max(0.0);
    2.0 * std::f64::consts::PI * strip.height / (target + need + 2.0)
}

/// Whether the rule holds for all r in a range.
pub(super) fn is_within(least: f64, most: f64) -> bool {
    least >= std::f64::consts::SQRT_2 && most <= SPREAD
}

impl Octave {
    pub(super) fn new(v: &Function, scale: i32, shown: Shown, job: &Job<'_>) -> Result<Option<Self>, GaussianError> {
        let power = Rational::from(1) << scale;
        let size = size(v, scale);
        let scaled = Function::rational(Rational::from(1) << -size) * v.substitute(&(Function::rational(power) * Function::x()));
        // where V is known to be analytic there is nothing to examine but whether its expression says so
        let known = (shown != Shown::Nothing && !has_choices(&scaled)).then(|| Analysis::smooth(&scaled));
        let known = known.filter(|analysis| analysis.ln_sup([0.0; 4]).is_some());
        let analysis = match known.map_or_else(|| Analysis::of(&scaled, job), Ok) {
            Ok(analysis) if analysis.is_smooth() => analysis,
            Err(GaussianError::Stopped(why)) => return Err(why.into()),
            _ => return Ok(None),
        };
        let line = match shown {
            Shown::Strip(height) => strip::line(&analysis, None, height, job)?,
            _ => None,
        };
        let strip = match (line, shown) {
            (Some(strip), _) => Some(strip),
            // heights are weighed at double precision
            (None, shown) => {
                let start = if let Shown::Start(height) = shown { Some(height) } else { None };
                strip::best_by(&[&analysis], None, (start, LEAST_HEIGHT), &|strip: &Strip| step(strip, 40.0), job)?
            }
        };
        let usable = strip.filter(|strip| strip.ln_norm.is_finite());
        let tails = nearer::envelopes(&analysis, 0.0, job)?.map(|sides| sides.map(Envelope::squared));
        let whole = usable.zip(tails);
        Ok(whole.map(|(strip, tails)| Self {
            analysis,
            strip,
            scale,
            size,
            tails,
            levels: Mutex::default(),
            rough: OnceLock::new(),
        }))
    }

    pub(super) fn moments<const N: usize>(
        &self,
        sigma: &Ball,
        bits: u32,
        job: &Job<'_>,
    ) -> Result<Option<[Ball; N]>, GaussianError> {
        let r = sigma.inverse().shifted(self.scale);
        let [least, most] = [r.low().to_f64().next_down(), r.high().to_f64().next_up()];
        if bits <= DOUBLES {
            let middle = 0.5 * (least + most);
            let sums = self.in_doubles(middle, (most - least) / least, job)?;
            let ball = |[value, off]: [f64; 2]| Ball::double(value, DOUBLES).widened(Magnitude::from_f64(off));
            return Ok(sums.map(|sums| std::array::from_fn(|k| ball(sums[k]))));
        }
        let level = bits.next_multiple_of(LEVEL);
        let slot = self.level(level, 0, job)?;
        let Some(Some(nodes)) = slot.get().filter(|_| is_within(least, most)) else { return Ok(None) };
        let last = nodes.last(least);
        job.spend(8 * last as u64)?;
        let working = level + GUARD;
        let middle = Ball::new(Float::with_val(working, r.mid()), Magnitude::ZERO);
        let sums = nodes.in_balls::<N>(&middle, last, working, &self.values(nodes, last, working, job)?);
        let off = nodes.off(&self.strip, [least, most], last);
        let Some(moved) = self.moved(&middle, spread(&r, &middle), nodes.step * last as f64, job)? else { return Ok(None) };
        let mut found = sums;
        for (moment, moved) in found.iter_mut().zip(moved) {
            *moment = moment.widened(off.plus(moved));
        }
        Ok(Some(found))
    }

    /// How much the moments change within a relative `spread` of r, M_m being that of Zᵐ: r dM_m/dr = (m + 1) M_m − M_{m+2}; that of Z⁴ no more
    /// than its terms do up to the last node, whose logarithms change by (rx)² and five powers of r.
    fn moved(&self, r: &Ball, spread: Magnitude, last: f64, job: &Job<'_>) -> Result<Option<[Magnitude; 3]>, GaussianError> {
        if spread.is_zero() {
            return Ok(Some([Magnitude::ZERO; 3]));
        }
        let r = r.to_f64();
        let Some(moments) = self.in_doubles(r, spread.to_f64() + f64::EPSILON, job)? else { return Ok(None) };
        let [zeroth, second, fourth] = moments;
        let slope = |k: f64, [low, low_off]: [f64; 2], [high, high_off]: [f64; 2]| {
            let most = (k * low - high).abs() + k * low_off + high_off;
            Magnitude::from_f64(most * (1.0 + 1e-9)).times(spread)
        };
        let of_terms = change(spread.times(Magnitude::from_f64((r * last).powi(2) + 6.0)));
        Ok(Some([
            slope(1.0, zeroth, second),
            slope(3.0, second, fourth),
            of_terms.times(Magnitude::from_f64(fourth[0] + fourth[1])),
        ]))
    }

    /// The moments in doubles, each with how far it may be off, for all r within a relative `spread` of a double.
    pub(super) fn in_doubles(&self, r: f64, spread: f64, job: &Job<'_>) -> Result<Option<[[f64; 2]; 3]>, GaussianError> {
        if self.rough.get().is_none() {
            let found = self.level(0, 0, job)?;
            let off = |nodes: &Nodes| nodes.error(&self.strip, SPREAD).plus(nodes.beyond(SPREAD)).to_f64();
            let off = found.get().and_then(Option::as_ref).map_or(f64::INFINITY, off);
            let _ = self.rough.set((found, off));
        }
        let [least, most] = [(r * (1.0 - spread)).next_down(), (r * (1.0 + spread)).next_up()];
        let rough =
            self.rough.get().and_then(|(level, off)| level.get()?.as_ref().zip(Some(off))).filter(|_| is_within(least, most));
        let Some((nodes, off)) = rough else { return Ok(None) };
        let last = nodes.last(least);
        job.spend(last as u64 / 4)?;
        let sums = nodes.in_doubles(r, spread, last);
        let off = off + nodes.between([least, most], last).to_f64();
        Ok(Some(sums.map(|[value, error]| [value, (error + off) * (1.0 + 1e-9)])))
    }

    pub(super) fn pair(&self, sigma: &Ball, c: &Float, bits: u32, job: &Job<'_>) -> Result<Option<Ball>, GaussianError> {
        let r = sigma.inverse().shifted(self.scale);
        let [least, most] = [r.low().to_f64().next_down(), r.high().to_f64().next_up()];
        if !is_within(least, most) {
            return Ok(None);
        }
        let level = bits.max(DOUBLES).next_multiple_of(LEVEL);
        let (target, working) = (f64::from(level) * std::f64::consts::LN_2, level + GUARD);
        let middle = Ball::new(Float::with_val(working, r.mid()), Magnitude::ZERO);
        let at = Pair { r: &middle, c: &c.clone().abs(), opposite: c.is_sign_negative() };
        let doubles = [middle.to_f64(), at.c.to_f64()];
        let Some((slot, extent)) = self.fine(level, doubles, target, job)? else { return Ok(None) };
        let Some(Some(nodes)) = slot.get() else { return Ok(None) };
        job.spend(extent.products() as u64)?;
        let values = self.values(nodes, extent.last, working, job)?;
        let found = nodes.pair(&self.strip, &at, &extent, working, &values);
        // the density changes by at most u² + w² + 2 times itself, w the part of v that is independent of u, and 2|f(u) f(v)| ≤ f(u)² + f(v)²
        let spread = spread(&r, &middle);
        let Some([zeroth, second, _]) = self.in_doubles(doubles[0], spread.to_f64() + f64::EPSILON, job)? else {
            return Ok(None);
        };
        let most = second[0] + second[1] + 3.0 * (zeroth[0] + zeroth[1]);
        Ok(Some(found.widened(Magnitude::from_f64(most * (1.0 + 1e-9)).times(spread))))
    }

    pub(super) fn pair_roughly(&self, [r, c]: [f64; 2], job: &Job<'_>) -> Result<Option<f64>, GaussianError> {
        let Some((slot, extent)) = self.fine(0, [r, c], ROUGHLY, job)? else { return Ok(None) };
        let Some(Some(nodes)) = slot.get() else { return Ok(None) };
        job.spend(extent.products() as u64 / 16)?;
        Ok(Some(nodes.pair_roughly(&extent)))
    }

    /// Nodes of a level with a step that suits a correlation, and how many of them count.
    fn fine(&self, level: u32, [r, c]: [f64; 2], target: f64, job: &Job<'_>) -> Result<Option<(Level, Extent)>, Stopped> {
        let suits = |halvings: &u32| mehler::ln_error(&self.strip, r, c, self.step(bits_of(level), *halvings)) <= -target;
        let Some(halvings) = (0..=MOST_HALVINGS).find(suits) else { return Ok(None) };
        let slot = self.level(level, halvings, job)?;
        let extent = match slot.get() {
            Some(Some(nodes)) => Extent::new(nodes, [r, c], target, &|place| self.ln_tail(place)),
            _ => None,
        };
        Ok(extent.map(|extent| (slot, extent)))
    }

    /// ln of a bound of the sum of V² φ beyond a place.
    fn ln_tail(&self, place: f64) -> f64 {
        ln_sum(&self.tails.map(|side| side.ln_tail(0, place)))
    }

    /// The nodes of a level.
    fn level(&self, level: u32, halvings: u32, job: &Job<'_>) -> Result<Level, Stopped> {
        let slot = Arc::clone(self.levels.lock().unwrap_or_else(PoisonError::into_inner).entry((level, halvings)).or_default());
        if slot.get().is_none() {
            let found = self.nodes(bits_of(level), halvings, job)?;
            let _ = slot.set(found);
        }
        Ok(slot)
    }

    fn step(&self, bits: u32, halvings: u32) -> f64 {
        let target = f64::from(bits) * std::f64::consts::LN_2;
        short(step(&self.strip, target).min(MOST_STEP)) / 2f64.powi(halvings as i32)
    }

    fn nodes(&self, bits: u32, halvings: u32, job: &Job<'_>) -> Result<Option<Nodes>, Stopped> {
        let target = f64::from(bits) * std::f64::consts::LN_2;
        // pairs ask for the square root of a tail
        let [Some(left), Some(right)] = self.tails.map(|side| side.cut(0, 2.0 * target)) else { return Ok(None) };
        let step = self.step(bits, halvings);
        let count = (left.max(right) / step).ceil();
        if !(count <= MOST_NODES[usize::from(halvings > 0)] && step > 0.0) {
            return Ok(None);
        }
        let count = count as usize;
        let place = |j: usize| step * j as f64;
        let bounds = activation::Range::of(self.analysis.function());
        job.spend(count as u64 * self.analysis.cost())?;
        let parity = self.analysis.parity();
        let at = |j: usize| {
            let value = bounds.over(Interval::point(place(j)));
            let mirrored = match parity {
                Parity::Odd => -value,
                Parity::Even => value,
                Parity::Neither => bounds.over(Interval::point(-place(j))),
            };
            let square = if j == 0 { value.square() } else { value.square() + mirrored.square() };
            let [value, mirrored] = [value, mirrored].map(Interval::middle);
            (square, [0.5 * (value + mirrored), 0.5 * (value - mirrored)])
        };
        let (squares, parts): (Vec<Interval>, Vec<[f64; 2]>) = (0..=count).map(at).unzip();
        let density = |x: f64| (step / std::f64::consts::TAU.sqrt()).ln() - 0.5 * x * x;
        let mut sizes: Vec<f64> = squares.iter().enumerate().map(|(j, square)| square.high.ln() + density(place(j))).collect();
        let ln_tail = self.ln_tail(place(count));
        sizes.push(ln_tail);
        let ln_sum = ln_sum(&sizes) + 1e-9;
        let rough = squares.iter().map(|square| [square.middle(), (0.5 * (square.high - square.low)).next_up() * (1.0 + 1e-12)]);
        let rough = rough.collect();
        Ok(ln_sum.is_finite().then(|| Nodes { step, rough, parts, values: Mutex::default(), ln_sum, ln_tail, target }))
    }

    /// V at ± jh up to that node, in balls, what is missing found; always in the same blocks.
    fn values(&self, nodes: &Nodes, last: usize, bits: u32, job: &Job<'_>) -> Result<Arc<Vec<Values>>, Stopped> {
        let mut known = nodes.values.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > last {
            return Ok(Arc::clone(&known));
        }
        let mut list = known.as_ref().clone();
        while list.len() <= last {
            job.spend(BLOCK * self.analysis.ball_cost(bits))?;
            let first = list.len() as u64;
            // for all r ≥ √2 the weight of a square is at most e^{−x²}, and the errors of pairs count by their squares
            let x = nodes.step * first as f64;
            let needed = bits.saturating_sub((0.5 * x * x * std::f64::consts::LOG2_E) as u32).max(LEAST_BITS);
            let right = self.block(nodes.step, first, needed);
            let left = (self.analysis.parity() == Parity::Neither).then(|| self.block(-nodes.step, first, needed));
            let at_zero = |i: usize| first == 0 && i == 0;
            list.extend(right.into_iter().enumerate().map(|(i, right)| match &left {
                Some(left) => Values::new([&right, &left[i]], at_zero(i)),
                None => Values::mirrored(right, self.analysis.parity() == Parity::Odd, at_zero(i)),
            }));
        }
        *known = Arc::new(list);
        Ok(Arc::clone(&known))
    }

    /// V(jh) of a block.
    fn block(&self, step: f64, first: u64, bits: u32) -> Vec<Ball> {
        let place = |j: u64| Ball::new(Float::with_val(96, step) * j, Magnitude::ZERO);
        let nodes: Vec<Ball> = (first..first + BLOCK).map(place).collect();
        let mut columns = Columns::new(self.analysis.function(), None, bits);
        let [values, _] = columns.values(&Block { nodes: &nodes, equispaced: Some((first, step)), bits });
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::lower::read;

    fn octave(text: &str, v: Option<&str>) -> Octave {
        let job = Job::unwatched();
        let of = |text: &str, shown| Octave::new(&read(text).expect("a function"), 0, shown, &job).expect("not stopped");
        let found = of(text, Shown::Nothing).expect("a strip");
        match v {
            None => found,
            Some(v) => of(v, Shown::Strip(found.strip.height)).expect("a line"),
        }
    }

    /// The same nodes with another step.
    fn with_step(nodes: &Nodes, step: f64) -> Nodes {
        let count = (nodes.step * nodes.rough.len() as f64 / step) as usize;
        let (rough, parts) = (vec![[1.0, 0.0]; count], vec![[1.0, 0.0]; count]);
        Nodes { step, rough, parts, values: Mutex::default(), ..*nodes }
    }

    /// Steps too large on purpose are off by less than their bounds.
    #[test]
    fn a_coarse_step_is_off_by_less_than_its_bound() {
        let job = Job::unwatched();
        // f, and f″ on the strip of f
        for octave in [octave("tanh(x)", None), octave("tanh(x)", Some("-2*tanh(x)*(1 - tanh(x)^2)"))] {
            let fine = octave.nodes(128, 0, &job).expect("not stopped").expect("few nodes");
            let sums = |nodes: &Nodes, r: f64| {
                let last = nodes.rough.len() - 1;
                let values = octave.values(nodes, last, 160, &job).expect("not stopped");
                nodes.in_balls::<3>(&Ball::double(r, 160), last, 160, &values)
            };
            for times in [4.0, 6.0, 8.0] {
                let coarse = with_step(&fine, short(fine.step * times));
                for r in [1.5, 2.0, 2.8] {
                    let (right, found) = (sums(&fine, r), sums(&coarse, r));
                    for k in 0..3 {
                        let off = (&right[k] - &found[k]).to_f64().abs();
                        let bound = coarse.error(&octave.strip, r).to_f64();
                        assert!(off <= bound, "{times} {r} {k}: {off} {bound}");
                    }
                }
            }
        }
    }

    /// What is left out beyond the last node is less than its bound.
    #[test]
    fn what_lies_beyond_the_last_node() {
        let job = Job::unwatched();
        let octave = octave("1/(1 + x^2) + x/5", None);
        let nodes = octave.nodes(100, 0, &job).expect("not stopped").expect("few nodes");
        let all = nodes.rough.len() - 1;
        let values = octave.values(&nodes, all, 160, &job).expect("not stopped");
        for r in [1.5, 2.0, 2.8] {
            let ball = Ball::double(r, 160);
            for last in [3, 10, 30, 60] {
                let [whole, part] = [all, last].map(|last| nodes.in_balls::<3>(&ball, last, 160, &values));
                for k in 0..3 {
                    let left = (&whole[k] - &part[k]).to_f64();
                    let bound = nodes.rest([r, r], last).to_f64();
                    assert!((-1e-30..=bound).contains(&left), "{r} {last} {k}: {left} {bound}");
                }
            }
        }
    }

    /// With steps too large, and with few pairs, sums over pairs are off by less than their bounds, which are of some use.
    #[test]
    fn coarse_pairs_are_off_by_less_than_their_bound() {
        let job = Job::unwatched();
        let octave = octave("tanh(x) + 1/(4 + x^2)", None);
        let fine = octave.nodes(128, 0, &job).expect("not stopped").expect("few nodes");
        let sum = |nodes: &Nodes, [r, c]: [f64; 2], target: f64| {
            let extent = Extent::new(nodes, [r, c], target, &|place| octave.ln_tail(place)).expect("few products");
            let values = octave.values(nodes, extent.last, 160, &job).expect("not stopped");
            let (r, c) = (Ball::double(r, 160), Float::with_val(53, c));
            nodes.pair(&octave.strip, &Pair { r: &r, c: &c, opposite: false }, &extent, 160, &values)
        };
        let mut largest = 0.0f64;
        for r in [1.5, 2.0, 2.8] {
            for c in [0.125, 0.5, 0.75, 0.9375] {
                let right = sum(&fine, [r, c], 85.0);
                for times in [2.0, 4.0, 6.0, 9.0] {
                    let step = short(fine.step * times);
                    let count = (fine.step * fine.rough.len() as f64 / step) as usize;
                    let rough = (0..count).map(|j| {
                        let value = (step * j as f64).tanh();
                        [2.0 * value * value + 1.0, 0.0]
                    });
                    let coarse = Nodes { rough: rough.collect(), ..with_step(&fine, step) };
                    for target in [85.0, 20.0, 8.0] {
                        let found = sum(&coarse, [r, c], target);
                        assert!(found.overlaps(&right), "{r} {c} {times} {target}: {found:?} {right:?}");
                        largest = largest.max((&found - &right).to_f64().abs() / found.radius().to_f64());
                    }
                }
            }
        }
        assert!(largest > 1e-3, "{largest}");
    }

    /// Values that are off by as much as they may be change a sum over pairs by no more than its bound, which is of some use.
    #[test]
    fn errors_of_values_are_within_their_bound() {
        let job = Job::unwatched();
        let octave = octave("tanh(x) + 1/(4 + x^2)", None);
        let nodes = octave.nodes(128, 0, &job).expect("not stopped").expect("few nodes");
        for (r, c) in [(1.5, 0.25), (2.0, 0.75), (2.8, 0.9375)] {
            let extent = Extent::new(&nodes, [r, c], 85.0, &|place| octave.ln_tail(place)).expect("few products");
            let exact = octave.values(&nodes, extent.last, 160, &job).expect("not stopped");
            for size in [1e-3, 1e-9] {
                let moved = |part: &Ball| {
                    let sign = if part.mid().is_sign_negative() { -size } else { size };
                    (part + &Ball::double(sign, 160)).widened(Magnitude::from_f64(size))
                };
                let off: Vec<Values> = exact
                    .iter()
                    .map(|Values { square, parts }| Values { square: square.clone(), parts: parts.each_ref().map(moved) })
                    .collect();
                let (ball, c) = (Ball::double(r, 160), Float::with_val(53, c));
                let of = |values: &[Values]| {
                    nodes.pair(&octave.strip, &Pair { r: &ball, c: &c, opposite: false }, &extent, 160, values)
                };
                let (right, found) = (of(&exact), of(&off));
                assert!(found.overlaps(&right), "{r} {c} {size}: {found:?} {right:?}");
                let change = (&found - &right).to_f64().abs();
                assert!(change > 1e-2 * found.radius().to_f64(), "{r} {c} {size}: {change} {:?}", found.radius());
            }
        }
    }
}
