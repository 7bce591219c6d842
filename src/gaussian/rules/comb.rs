//! E v(σZ)² Zᵐ, m = 0, 2, 4, at all σ of a range, from the values of v at one set of nodes.
//!
//! With V(x) = v(Sx) and σ = S/r, r ≥ √2, it is ∫ V(x)² (rx)ᵐ r φ(rx) dx, taken by the trapezoid rule with one step h for all r ≤ R.
//! If V is analytic for |Im x| ≤ b and N² = ∫ |V(x + ib)|² φ(x) dx, then the rule is off by at most
//!
//! 2 r C_m(rb) e^{(rb)²/2} N²/(e^{2πb/h} − 1),   C_m(β) = sup_y (y² + β²)^{m/2} e^{−y²/4},
//!
//! since e^{−(rx)²/4} ≤ e^{−x²/2}. For the same reason nodes with |x| ≥ X add at most r C_m(0) times the tail of V² φ from X on, and those
//! with |x| ≥ y at most r C_m(0) e^{−(r²/4 − 1/2) y²} times the whole sum of V² φ. What an integral by itself costs is mostly the choice
//! of its strip and the values of v: here both serve every σ.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rug::{Assign, Float, Rational};

use super::columns::{Block, Columns};
use super::strip::{self, Strip};
use crate::activation::{self, Function, Parity, parity};
use crate::gaussian::analysis::Analysis;
use crate::gaussian::error::GaussianError;
use crate::gaussian::growth::Envelope;
use crate::gaussian::weight::{exp_bound, ln_sum, short};
use crate::number::{Ball, Interval, Job, Magnitude, Stopped};

/// S of the ranges, 2² 2^{3k}, with S/R ≤ σ ≤ S/√2.
const SPREAD: f64 = 16.0;
const OCTAVES: f64 = 3.0;
const TOP: f64 = 2.0;
/// The largest |k|.
const FARTHEST: i32 = 30;
/// How many there are.
const RANGES: usize = 2 * FARTHEST as usize + 1;
/// Up to so many bits doubles do, which then give some twenty fewer; what they aim at.
const DOUBLES: u32 = 64;
const AIM: u32 = 50;
/// Bits of nodes are multiples of this.
const LEVEL: u32 = 32;
/// Bits that the sums have beyond those asked, for integrals that are smaller than 1 and for the recurrences.
const GUARD: u32 = 20;
/// Most nodes on one side.
const MOST_NODES: f64 = 3000.0;
/// Strips lower than this are of no use.
const LEAST_HEIGHT: f64 = 0.01;
/// Nodes that are evaluated together.
const BLOCK: u64 = 24;
/// Bits of a node at least.
const LEAST_BITS: u32 = 64;

/// v with what is known of it in each range.
pub struct Comb {
    v: Function,
    ranges: [OnceLock<Option<Range>>; RANGES],
}

/// One S.
struct Range {
    analysis: Analysis,
    strip: Strip,
    /// S as the power of 2.
    scale: i32,
    folded: bool,
    /// Nodes for doubles, and those for more bits.
    rough: OnceLock<Option<Nodes>>,
    levels: Mutex<BTreeMap<u32, Arc<OnceLock<Option<Nodes>>>>>,
}

/// Nodes jh with V(jh)² + V(−jh)², of j = 0 once.
struct Nodes {
    step: f64,
    /// In doubles: the middle and how far it is off.
    rough: Vec<[f64; 2]>,
    /// In balls, as far as they were needed.
    squares: Mutex<Arc<Vec<Ball>>>,
    /// ln of a bound of the whole sum of V² φ, and of its tail beyond the last node.
    ln_sum: f64,
    ln_tail: f64,
    /// Every error is below about e^−target.
    target: f64,
}

/// The largest ln C_m(β), m = 0, 2, 4: that for m = 4, as ln C_0 = 0 and C_2² ≤ C_4 C_0.
fn ln_peak(beta: f64) -> f64 {
    const TOP: f64 = 8.0;
    let square = beta * beta;
    if square < TOP { 2.0 * TOP.ln() - 0.25 * (TOP - square) } else { 2.0 * square.ln() }
}

/// ln of the bound of the rule's error without its step, for the largest r.
fn ln_error(strip: &Strip, r: f64) -> f64 {
    let beta = r * strip.height;
    (2.0 * r).ln() + ln_peak(beta) + 0.5 * beta * beta + 2.0 * strip.ln_norm + 1e-9
}

fn step(strip: &Strip, target: f64) -> f64 {
    let need = ln_error(strip, SPREAD).max(0.0);
    2.0 * std::f64::consts::PI * strip.height / (target + need + 2.0)
}

/// The number of the range that a standard deviation lies in: S/R ≤ σ ≤ S/√2.
fn number(sigma: f64) -> Option<i32> {
    let number = ((sigma.log2() + 0.5 + 1e-9 - TOP) / OCTAVES).ceil();
    (number.abs() <= f64::from(FARTHEST)).then_some(number as i32)
}

/// Whether the rule holds for all r in a range.
fn is_within(least: f64, most: f64) -> bool {
    least >= std::f64::consts::SQRT_2 && most <= SPREAD * (1.0 + 1e-9)
}

impl Comb {
    /// Of v, of which nothing is examined yet.
    #[must_use]
    pub fn new(v: Function) -> Self {
        Self { v, ranges: [const { OnceLock::new() }; RANGES] }
    }

    /// E v(σZ)² Zᵐ for the first N ≤ 3 of m = 0, 2, 4; none where v is not seen to be analytic about the line, or grows too fast.
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn moments<const N: usize>(&self, sigma: &Ball, bits: u32, job: &Job<'_>) -> Result<Option<[Ball; N]>, GaussianError> {
        let Some(number) = number(sigma.to_f64()).filter(|_| sigma.is_positive()) else { return Ok(None) };
        self.range(number, job)?.map_or(Ok(None), |range| range.moments(sigma, bits, job))
    }

    /// The same at a double σ > 0, in doubles.
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn in_doubles(&self, sigma: f64, job: &Job<'_>) -> Result<Option<[Interval; 3]>, GaussianError> {
        let Some(number) = number(sigma) else { return Ok(None) };
        let Some(range) = self.range(number, job)? else { return Ok(None) };
        let sums = range.in_doubles(2f64.powi(range.scale) / sigma, 0.5 * f64::EPSILON, job)?;
        Ok(sums.map(|sums| sums.map(|[value, off]| Interval::new((value - off).next_down(), (value + off).next_up()))))
    }

    /// Whether v is seen to be analytic about the line.
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn is_analytic(&self, sigma: f64, job: &Job<'_>) -> Result<bool, GaussianError> {
        let Some(number) = number(sigma) else { return Ok(false) };
        Ok(self.range(number, job)?.is_some())
    }

    fn range(&self, number: i32, job: &Job<'_>) -> Result<Option<&Range>, GaussianError> {
        let slot = &self.ranges[(number + FARTHEST) as usize];
        if let Some(known) = slot.get() {
            return Ok(known.as_ref());
        }
        let found = Range::new(&self.v, number, job)?;
        Ok(slot.get_or_init(|| found).as_ref())
    }
}

impl Range {
    fn new(v: &Function, number: i32, job: &Job<'_>) -> Result<Option<Self>, GaussianError> {
        let scale = TOP as i32 + OCTAVES as i32 * number;
        let power = Rational::from(1) << scale;
        let scaled = v.substitute(&(Function::rational(power) * Function::x()));
        let analysis = match Analysis::of(&scaled, job) {
            Ok(analysis) if analysis.is_smooth() => analysis,
            Err(GaussianError::Stopped(why)) => return Err(why.into()),
            _ => return Ok(None),
        };
        // heights are weighed at double precision
        let value = |strip: &Strip| step(strip, 40.0);
        let strip = strip::best_by(&[&analysis], None, LEAST_HEIGHT, &value, job)?;
        let folded = parity(analysis.function()) != Parity::Neither;
        let usable = strip.filter(|strip| strip.ln_norm.is_finite());
        Ok(usable.map(|strip| Self { analysis, strip, scale, folded, rough: OnceLock::new(), levels: Mutex::default() }))
    }

    fn moments<const N: usize>(&self, sigma: &Ball, bits: u32, job: &Job<'_>) -> Result<Option<[Ball; N]>, GaussianError> {
        let r = sigma.inverse().shifted(self.scale);
        let [least, most] = [r.low().to_f64().next_down(), r.high().to_f64().next_up()];
        if bits <= DOUBLES {
            let middle = 0.5 * (least + most);
            let sums = self.in_doubles(middle, (most - least) / least, job)?;
            let ball = |[value, off]: [f64; 2]| Ball::double(value, DOUBLES).widened(Magnitude::from_f64(off));
            return Ok(sums.map(|sums| std::array::from_fn(|k| ball(sums[k]))));
        }
        let level = bits.next_multiple_of(LEVEL);
        let slot = self.level(level, job)?;
        let Some(Some(nodes)) = slot.get().filter(|_| is_within(least, most)) else { return Ok(None) };
        let last = nodes.last(least);
        job.spend(8 * last as u64)?;
        let sums = nodes.in_balls::<N>(&r, last, level + GUARD, &self.squares(nodes, last, level + GUARD, job)?);
        let off = nodes.off(&self.strip, [least, most], last);
        Ok(Some(sums.map(|sum| sum.widened(off))))
    }

    /// The moments in doubles, each with how far it may be off, for all r within a relative `spread` of a double.
    fn in_doubles(&self, r: f64, spread: f64, job: &Job<'_>) -> Result<Option<[[f64; 2]; 3]>, GaussianError> {
        if self.rough.get().is_none() {
            let found = self.nodes(AIM, job)?;
            let _ = self.rough.set(found);
        }
        let [least, most] = [(r * (1.0 - spread)).next_down(), (r * (1.0 + spread)).next_up()];
        let Some(Some(nodes)) = self.rough.get().filter(|_| is_within(least, most)) else { return Ok(None) };
        let last = nodes.last(least);
        job.spend(last as u64)?;
        let sums = nodes.in_doubles(r, spread, last);
        let off = nodes.off(&self.strip, [least, most], last).to_f64();
        Ok(Some(sums.map(|[value, error]| [value, (error + off) * (1.0 + 1e-9)])))
    }

    /// The nodes of a level, for that many bits.
    fn level(&self, level: u32, job: &Job<'_>) -> Result<Arc<OnceLock<Option<Nodes>>>, Stopped> {
        let slot = Arc::clone(self.levels.lock().unwrap_or_else(PoisonError::into_inner).entry(level).or_default());
        if slot.get().is_none() {
            let found = self.nodes(level + GUARD, job)?;
            let _ = slot.set(found);
        }
        Ok(slot)
    }

    fn nodes(&self, bits: u32, job: &Job<'_>) -> Result<Option<Nodes>, Stopped> {
        let target = f64::from(bits) * std::f64::consts::LN_2;
        let tails = self.analysis.envelope(0.0).map(|sides| sides.map(Envelope::squared));
        let cut = tails.and_then(|[left, right]| Some((left, right, left.cut(0, target)?.max(right.cut(0, target)?))));
        let Some((left, right, cut)) = cut else { return Ok(None) };
        let step = short(step(&self.strip, target));
        let count = (cut / step).ceil();
        if !(count <= MOST_NODES && step <= 1.0) {
            return Ok(None);
        }
        let count = count as usize;
        let place = |j: usize| step * j as f64;
        let bounds = activation::Range::of(self.analysis.function());
        job.spend(count as u64 * self.analysis.cost())?;
        let at = |j: usize| {
            let square = |x: f64| bounds.over(Interval::point(x)).square();
            match (j, self.folded) {
                (0, _) => square(0.0),
                (_, true) => square(place(j)).double(),
                (_, false) => square(place(j)) + square(-place(j)),
            }
        };
        let values: Vec<Interval> = (0..=count).map(at).collect();
        let density = |x: f64| (step / std::f64::consts::TAU.sqrt()).ln() - 0.5 * x * x;
        let mut parts: Vec<f64> = values.iter().enumerate().map(|(j, square)| square.high.ln() + density(place(j))).collect();
        let ln_tail = ln_sum(&[left.ln_tail(0, place(count)), right.ln_tail(0, place(count))]);
        parts.push(ln_tail);
        let ln_sum = ln_sum(&parts) + 1e-9;
        let rough = values.iter().map(|square| [square.middle(), (0.5 * (square.high - square.low)).next_up() * (1.0 + 1e-12)]);
        let rough = rough.collect();
        Ok(ln_sum.is_finite().then(|| Nodes { step, rough, squares: Mutex::default(), ln_sum, ln_tail, target }))
    }

    /// V(jh)² + V(−jh)² up to that node, in balls, what is missing found; always in the same blocks.
    fn squares(&self, nodes: &Nodes, last: usize, bits: u32, job: &Job<'_>) -> Result<Arc<Vec<Ball>>, Stopped> {
        let mut known = nodes.squares.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > last {
            return Ok(Arc::clone(&known));
        }
        let mut list = known.as_ref().clone();
        while list.len() <= last {
            job.spend(BLOCK * self.analysis.ball_cost(bits))?;
            let first = list.len() as u64;
            // for all r ≥ √2 the weight is at most e^{−x²}
            let x = nodes.step * first as f64;
            let needed = bits.saturating_sub((x * x * std::f64::consts::LOG2_E) as u32).max(LEAST_BITS);
            let right = self.block(nodes.step, first, needed);
            let both = if self.folded { right.clone() } else { self.block(-nodes.step, first, needed) };
            list.extend(right.iter().zip(&both).enumerate().map(
                |(i, (right, left))| {
                    if first == 0 && i == 0 { right.clone() } else { right + left }
                },
            ));
        }
        *known = Arc::new(list);
        Ok(Arc::clone(&known))
    }

    /// V(jh)² of a block.
    fn block(&self, step: f64, first: u64, bits: u32) -> Vec<Ball> {
        let place = |j: u64| Ball::new(Float::with_val(96, step) * j, Magnitude::ZERO);
        let nodes: Vec<Ball> = (first..first + BLOCK).map(place).collect();
        let mut columns = Columns::new(self.analysis.function(), None, bits);
        let [values, _] = columns.values(&Block { nodes: &nodes, equispaced: Some((first, step)), bits });
        values.iter().map(Ball::square).collect()
    }
}

impl Nodes {
    /// The error of the rule at r, whatever m.
    fn error(&self, strip: &Strip, r: f64) -> Magnitude {
        let periods = 2.0 * std::f64::consts::PI * strip.height / self.step * (1.0 - 1e-14);
        exp_bound(ln_error(strip, r) - periods - (-(-periods).exp()).ln_1p() + 1e-9)
    }

    /// The last node that counts at r: beyond it there is less than e^−target of the whole.
    fn last(&self, r: f64) -> usize {
        let rate = 0.25 * r * r - 0.5;
        let far = ((self.target + self.ln_sum.max(0.0) + 8.0) / rate.max(1e-3)).sqrt() / self.step;
        (far.ceil().max(1.0) as usize).min(self.rough.len() - 1)
    }

    /// A bound of what lies beyond that node, for all r in a range.
    fn rest(&self, [least, most]: [f64; 2], last: usize) -> Magnitude {
        let of = |ln: f64| exp_bound(most.ln() + ln_peak(0.0) + ln + 1e-9);
        let beyond = of(self.ln_tail);
        if last + 1 == self.rough.len() {
            return beyond;
        }
        let y = self.step * (last + 1) as f64;
        let rate = (0.25 * least * least - 0.5).max(0.0) * (1.0 - 1e-12);
        beyond.plus(of(self.ln_sum - rate * y * y))
    }

    /// How far a sum up to that node may be off for all r in a range.
    fn off(&self, strip: &Strip, [least, most]: [f64; 2], last: usize) -> Magnitude {
        self.error(strip, most).plus(self.rest([least, most], last))
    }

    /// Σ h r φ(rx) (rx)ᵐ V² in doubles, each with how far it may be off for all r within a relative `spread`. The weights come by a
    /// recurrence: e^{−a(2j+1)}, a = (rh)²/2 < 1, after j steps with a relative error of at most 2 + 6j roundings, and e^{−aj²} so with at
    /// most 3j² + 3j. No term is negative: next to that the sum has one rounding for each node and a few.
    fn in_doubles(&self, r: f64, spread: f64, last: usize) -> [[f64; 2]; 3] {
        let half = 0.5 * r * r;
        let (mut sums, mut errors) = ([0.0; 4], [0.0; 3]);
        // exact: the step has 12 bits
        let area = self.step * self.step;
        let mut ratio = (-half * area).exp();
        let (mut weight, decay) = (1.0, ratio * ratio);
        for (j, [square, error]) in self.rough[..=last].iter().enumerate() {
            let place = area * (j * j) as f64;
            let (term, off) = (square * weight, error * weight);
            let (second, fourth) = (term * place, term * place * place);
            sums = [sums[0] + term, sums[1] + second, sums[2] + fourth, sums[3] + fourth * place];
            errors = [errors[0] + off, errors[1] + off * place, errors[2] + off * place * place];
            weight *= ratio;
            ratio *= decay;
        }
        let density = self.step * r / std::f64::consts::TAU.sqrt();
        let exponent = half * (self.step * last as f64).powi(2);
        // of r there are at most five more powers
        let relative = (last as f64 + 40.0) * f64::EPSILON + (2.0 * exponent + 6.0) * spread;
        let of_weights = 6.0 * f64::EPSILON / area;
        let factors = [density, density * r * r, density * r.powi(4)];
        std::array::from_fn(|k| {
            let value = sums[k] * factors[k];
            let off = errors[k] * factors[k] + value * relative + of_weights * sums[k + 1] * factors[k];
            [value, off * (1.0 + 1e-6) + f64::MIN_POSITIVE]
        })
    }

    /// The first N of them in balls. The sums are taken in floats of so many bits, unit u = 2^−bits, and their errors are bounded as in
    /// doubles: no ratio is off by more than (4 + 10j)u, no weight by more than 5j² u, the sum by L u more.
    fn in_balls<const N: usize>(&self, r: &Ball, last: usize, bits: u32, squares: &[Ball]) -> [Ball; N] {
        let middle = Ball::new(Float::with_val(bits, r.mid()), Magnitude::ZERO);
        let rs = &middle * &Ball::double(self.step, bits);
        let exponent = Float::with_val(bits, rs.mid().square_ref()) / 2u32;
        let mut ratio = Float::with_val(bits, -exponent).exp();
        let decay = Float::with_val(bits, ratio.square_ref());
        let mut weight = Float::with_val(bits, 1);
        let (mut sums, mut errors) = ([(); N].map(|()| Float::new(bits)), [Magnitude::ZERO; N]);
        let mut term = Float::new(bits);
        for (j, square) in squares[..=last].iter().enumerate() {
            let place = (j * j) as u64;
            term.assign(square.mid() * &weight);
            let mut off = square.radius().times(Magnitude::of(&weight));
            for k in 0..N {
                sums[k] += &term;
                errors[k] = errors[k].plus(off);
                term *= place;
                off = off.times(Magnitude::from_f64(place as f64));
            }
            weight *= &ratio;
            ratio *= &decay;
        }
        let nodes = last as f64;
        let relative = Magnitude::from_f64(6.0 * nodes * nodes + 10.0).shifted(-i64::from(bits));
        // e^−(rx)²/2 and five powers, for the other r
        let reach = 2.0 * Magnitude::of(rs.mid()).to_f64().powi(2) * nodes * nodes + 6.0;
        let spread = Magnitude::of(&Float::with_val(53, r.mid() - middle.mid())).plus(r.radius()).over(middle.least_magnitude());
        let relative = relative.plus(spread.times(Magnitude::from_f64(reach)));
        let density = &rs / &Ball::pi(bits).shifted(1).sqrt();
        let scale = rs.square();
        let mut factor = density;
        std::array::from_fn(|k| {
            let sum = Ball::new(sums[k].clone(), Magnitude::of(&sums[k]).times(relative).plus(errors[k]));
            let value = &sum * &factor;
            factor = &factor * &scale;
            value
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::lower::read;
    use crate::gaussian::{Data, Moment};

    /// Each moment is that of the rules for one σ, whose strips, nodes and bounds are others, at the ends of ranges and within.
    #[test]
    fn moments_are_those_of_single_integrals() {
        let job = Job::unwatched();
        let mut compared = 0;
        for text in
            ["tanh(x)", "erf(x)", "x*sigmoid(x)", "log(1 + exp(x))", "sin(x) + x/3", "exp(-x^2)", "1/(1 + x^2)", "tanh(x) + 1/5"]
        {
            let v = read(text).expect("a function");
            let comb = Comb::new(v.clone());
            for (sigma, bits) in
                [("1/4", 60), ("1/4", 100), ("1", 64), ("1", 200), ("707/250", 60), ("707/250", 150), ("3", 64), ("1/30", 90)]
            {
                let sigma: Rational = sigma.parse().expect("a number");
                let Some(found) = comb.moments::<3>(&Ball::rational(&sigma, bits + 40), bits, &job).expect("not stopped") else {
                    continue;
                };
                let square = Data::new(&v.powi(2), &sigma, &job).expect("data");
                let hermite = square.hermite(4, bits + 40, &job).expect("coefficients");
                let [h0, h2, h4] = [0, 2, 4].map(|k: usize| hermite[k].ball.clone());
                let times = |ball: &Ball, k: i32| ball.times_rational(&Rational::from(k));
                let right = [h0.clone(), &h2 + &h0, &(&h4 + &times(&h2, 6)) + &times(&h0, 3)];
                for (k, (found, right)) in found.iter().zip(&right).enumerate() {
                    assert!(found.overlaps(right), "{text} {sigma} {k}: {found:?} {right:?}");
                    let promised = match bits {
                        0..=DOUBLES => [36.0, 32.0, 32.0][k],
                        bits => f64::from(bits) - 12.0,
                    };
                    assert!(found.relative_bits() > promised, "{text} {sigma} {bits} {k}: {}", found.relative_bits());
                }
                let Moment::Finite(second) =
                    Data::new(&v, &sigma, &job).expect("data").second_moment(bits, &job).expect("finite")
                else {
                    panic!("infinite")
                };
                assert!(found[0].overlaps(&second.ball));
                compared += 1;
            }
        }
        assert!(compared > 45, "{compared}");
        // neither kinks nor poles on the line, nor growth that no σ of the range bears
        for text in ["max(x, 0)", "abs(x)", "sign(x)", "exp(x^2/4)"] {
            let comb = Comb::new(read(text).expect("a function"));
            assert!(comb.moments::<3>(&Ball::integer(1, 100), 60, &job).expect("not stopped").is_none(), "{text}");
        }
    }

    /// Steps too large on purpose are off by less than their bounds, and by more than a millionth of them.
    #[test]
    fn a_coarse_step_is_off_by_less_than_its_bound() {
        let job = Job::unwatched();
        let range = Range::new(&read("tanh(x)").expect("a function"), 0, &job).expect("not stopped").expect("a strip");
        let nodes = |step: f64| {
            let fine = range.nodes(128, &job).expect("not stopped").expect("few nodes");
            let count = (fine.step * fine.rough.len() as f64 / step) as usize;
            Nodes { step, rough: vec![[0.0; 2]; count], squares: Mutex::default(), ..fine }
        };
        let fine = nodes(range.nodes(128, &job).expect("not stopped").expect("few nodes").step);
        let sums = |nodes: &Nodes, r: f64| {
            let last = nodes.rough.len() - 1;
            let squares = range.squares(nodes, last, 160, &job).expect("not stopped");
            nodes.in_balls::<3>(&Ball::double(r, 160), last, 160, &squares)
        };
        for times in [4.0, 6.0, 8.0] {
            let coarse = nodes(short(fine.step * times));
            for r in [1.5, 4.0, 12.0] {
                let (right, found) = (sums(&fine, r), sums(&coarse, r));
                for k in 0..3 {
                    let off = (&right[k] - &found[k]).to_f64().abs();
                    let bound = coarse.error(&range.strip, r).to_f64();
                    assert!(off <= bound, "{times} {r} {k}: {off} {bound}");
                }
            }
        }
    }

    /// Roundings of the recurrence for the weights, over steps so small that they exceed all other roundings, are within their bound.
    #[test]
    fn weights_in_doubles_are_off_by_less_than_their_bound() {
        let step = 2f64.powi(-9);
        let count = 4000;
        let ones = vec![[1.0, 0.0]; count];
        let nodes = Nodes { step, rough: ones, squares: Mutex::default(), ln_sum: 0.0, ln_tail: 0.0, target: 40.0 };
        let squares = vec![Ball::integer(1, 200); count];
        let mut largest = 0.0f64;
        for k in 0..40 {
            let r = 1.5 + f64::from(k) / 29.0;
            let right = nodes.in_balls::<3>(&Ball::double(r, 200), count - 1, 200, &squares);
            for ([value, off], right) in nodes.in_doubles(r, 0.0, count - 1).into_iter().zip(&right) {
                let error = (&Ball::double(value, 200) - right).to_f64().abs();
                assert!(error <= off && off < 1e-9 * value, "{r}: {error} {off}");
                largest = largest.max(error / value);
            }
        }
        // more than a rounding for each node: what the bound of the recurrence is for
        assert!(largest > (count as f64 + 40.0) * f64::EPSILON, "{largest}");
    }

    /// What is left out beyond the last node is less than its bound.
    #[test]
    fn what_lies_beyond_the_last_node() {
        let job = Job::unwatched();
        let range = Range::new(&read("1/(1 + x^2) + x/5").expect("a function"), 0, &job).expect("not stopped").expect("a strip");
        let nodes = range.nodes(100, &job).expect("not stopped").expect("few nodes");
        let all = nodes.rough.len() - 1;
        let squares = range.squares(&nodes, all, 160, &job).expect("not stopped");
        for r in [2.0, 5.0, 15.0] {
            let ball = Ball::double(r, 160);
            for last in [3, 10, 30] {
                let [whole, part] = [all, last].map(|last| nodes.in_balls::<3>(&ball, last, 160, &squares));
                for k in 0..3 {
                    let left = (&whole[k] - &part[k]).to_f64();
                    let bound = nodes.rest([r, r], last).to_f64();
                    assert!((0.0..=bound).contains(&left), "{r} {last} {k}: {left} {bound}");
                }
            }
        }
    }
}
