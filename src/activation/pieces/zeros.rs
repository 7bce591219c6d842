//! All real zeros of a smooth function on an interval, each isolated with proof.
//!
//! Bisection in interval arithmetic over the factors that may vanish: a piece is dropped where f excludes 0 and settled where f
//! is monotone. A multiple zero shows as a piece on which f and f′ may vanish but some higher derivative does not: the zeros of
//! each derivative cut the piece into monotone parts of the one below, and a zero of f′ at which f is proved to be 0, or cannot
//! be told from it with [`DECIDING_BITS`] bits, which it remembers, counts as a zero of f. A zero found to be rational is exact.
//!
//! Next to an end c of the search, where f may be singular, x = c ± e^(−u): the zeros are those of the factor of f's form
//! there ([`local`], or the polynomial itself expanded at c), a function of u whose sign beyond some u is read off over
//! an unbounded interval.

use std::cmp::Ordering;
use std::sync::Arc;

use rug::Float;

use super::factors::{expanded_beside, factors, simplest};
use super::local::{local, local_cost};
use super::point::ORDERS;
use super::probe::Probe;
use super::root::{DECIDING_BITS, DEEPEST, Root};
use crate::activation::evaluate::DOUBLE_BITS;
use crate::activation::tree::{Function, derivative};
use crate::number::{Ball, Interval, Job, Stopped};

/// Where an interval is parted: at no place that is a zero of what people type.
pub(super) const PART: f64 = 0.493_7;
/// Pieces examined before giving up.
const EFFORT: usize = 60_000;
/// By how much the search in u reaches beyond that in x, and beyond where the sign is settled.
const OVERLAP: f64 = 1e-3;
/// Bits with which the ends of a zero's bracket are tried first.
const BRACKET_BITS: u32 = 256;
/// No further derivative is taken of one with so many operations.
const LONG: u64 = 3000;

/// Why the zeros were not found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Lost {
    /// Those near a point could not be told apart.
    NotIsolated {
        /// The point.
        near: f64,
    },
    /// The work was stopped.
    Stopped(Stopped),
}

impl From<Stopped> for Lost {
    fn from(why: Stopped) -> Self {
        Self::Stopped(why)
    }
}

/// A smooth function made ready for the search of its zeros.
#[derive(Debug)]
pub(super) struct Zeros {
    factors: Vec<Search>,
}

impl Zeros {
    pub(super) fn new(function: &Function) -> Self {
        Self { factors: factors(function).iter().map(Search::new).collect() }
    }

    /// The zeros between the ends, ascending and each once; one at an end may be left out.
    pub(super) fn on(&mut self, ends: [End<'_>; 2], job: &Job<'_>) -> Result<Vec<Root>, Lost> {
        let mut roots: Vec<Root> = Vec::new();
        let mut effort = EFFORT;
        for factor in &mut self.factors {
            for root in factor.run(ends, &mut effort, job)? {
                job.check()?;
                if !roots.iter().any(|known| known.order(&root, job).is_eq()) {
                    roots.push(root);
                }
            }
        }
        roots.sort_by(|a, b| a.order(b, job));
        Ok(roots)
    }
}

/// An end of a search.
#[derive(Clone, Copy)]
pub(super) struct End<'a> {
    /// Where it is, or a little beyond.
    pub(super) at: f64,
    /// The place itself, unless it is but how far one looks.
    pub(super) place: Option<&'a Root>,
    /// Whether the function is not finite there: a piece around it may hold a pole, and a slope of one sign says nothing there.
    pub(super) singular: bool,
}

impl End<'_> {
    /// A double, and nothing beside it.
    fn double(at: f64) -> Self {
        Self { at, place: None, singular: false }
    }
}

/// A function with its derivatives.
#[derive(Debug)]
struct Search {
    probes: Vec<Arc<Probe>>,
}

impl Search {
    fn new(function: &Function) -> Self {
        let mut search = Self { probes: vec![Arc::new(Probe::new(function))] };
        search.order(1);
        search
    }

    /// Whether the derivative of this order is at hand, made now if it is not too long.
    fn order(&mut self, order: usize) -> bool {
        while self.probes.len() <= order {
            let last = &self.probes[self.probes.len() - 1];
            if last.cost() > LONG && self.probes.len() > 1 {
                return false;
            }
            let next = Probe::new(&derivative(&last.function));
            self.probes.push(Arc::new(next));
        }
        true
    }

    fn run(&mut self, ends: [End<'_>; 2], effort: &mut usize, job: &Job<'_>) -> Result<Vec<Root>, Lost> {
        let mut waiting = vec![(ends[0].at, ends[1].at, 0)];
        let mut roots: Vec<Root> = Vec::new();
        while let Some((low, high, depth)) = waiting.pop() {
            let middle = low + (high - low) * PART;
            *effort = effort.checked_sub(1).ok_or(Lost::NotIsolated { near: middle })?;
            job.spend(self.probes[0].cost())?;
            let piece = Interval::new(low, high);
            if !self.probes[0].over(piece).contains(0.0) {
                continue;
            }
            let open = (ends[0].singular && low <= ends[0].at) || (ends[1].singular && high >= ends[1].at);
            if !open && let Some(order) = self.monotone_order(piece, depth, job)? {
                job.spend(self.probes[0].ball_steps() * (order * order) as u64)?;
                let settled = self.settle(order, low, high, &mut roots, job);
                job.check()?;
                if settled {
                    continue;
                }
            }
            if middle <= low || middle >= high || high - low < 1e-13 * (1.0 + low.abs()) {
                let sides = [(low <= ends[0].at, 1, high), (high >= ends[1].at, -1, low)];
                match ends.iter().zip(sides).find(|(_, (here, ..))| *here) {
                    Some((End { place: Some(place), .. }, (_, sign, split))) => {
                        roots.extend(self.beside(place, sign, split, job)?);
                    }
                    // beyond it nothing is asked
                    Some((End { place: None, .. }, _)) => {}
                    None => return Err(Lost::NotIsolated { near: middle }),
                }
            } else {
                waiting.push((middle, high, depth + 1));
                waiting.push((low, middle, depth + 1));
            }
        }
        Ok(roots)
    }

    /// The zeros between an end, where the function may be singular, and a point next to it.
    fn beside(&self, place: &Root, sign: i32, split: f64, job: &Job<'_>) -> Result<Vec<Root>, Lost> {
        let lost = || Lost::NotIsolated { near: place.to_f64() };
        let function = &self.probes[0].function;
        job.spend(local_cost(function))?;
        let factor = expanded_beside(function, place, sign)
            .map_or_else(|| local(function, place, sign).map(|form| form.factor), Ok)
            .map_err(|_| lost())?;
        let distance = (&Ball::double(split, 128) - &place.refine(128)).abs();
        // the two searches overlap, so that neither ends at a zero
        let start = Interval::of_ball(&-&distance.ln()).low - OVERLAP;
        if !start.is_finite() || factor.is_zero() {
            return Err(lost());
        }
        let probe = Probe::new(&factor);
        let settled = |from: &f64| !probe.over(Interval::new(*from, f64::INFINITY)).contains(0.0);
        let mut depths = std::iter::successors(Some(start.max(1.0)), |depth| Some(1.5 * depth)).take_while(|u| *u <= DEEPEST);
        let depth = depths.find(settled).ok_or_else(lost)?;
        let ends = [start, depth + OVERLAP].map(End::double);
        let split = Root::double(split);
        let mut roots = Vec::new();
        for depth in Zeros::new(&factor).on(ends, job)? {
            let root = Root::beside(function, place, sign, depth);
            if root.compare(&split, job).ok_or_else(lost)? == 0.cmp(&sign) {
                roots.push(root);
            }
        }
        Ok(roots)
    }

    /// The least order of a derivative that does not vanish on the piece; orders above 1 only on pieces already short.
    fn monotone_order(&mut self, piece: Interval, depth: usize, job: &Job<'_>) -> Result<Option<usize>, Stopped> {
        let most = if depth < 8 { 1 } else { ORDERS };
        for order in 1..=most {
            let known = self.probes.len();
            if !self.order(order) {
                break;
            }
            let new = self.probes.len() > known;
            job.spend(if new { self.probes[order].ball_steps() } else { self.probes[order].cost() })?;
            if !self.probes[order].over(piece).contains(0.0) {
                return Ok(Some(order));
            }
        }
        Ok(None)
    }

    /// Adds the zeros on a piece where the derivative of this order has one sign; false when a sign at an end is not decided.
    fn settle(&self, order: usize, low: f64, high: f64, roots: &mut Vec<Root>, job: &Job<'_>) -> bool {
        let mut cuts: Vec<Root> = Vec::new();
        for level in (0..order).rev() {
            let zeros = self.between(level, low, high, &cuts);
            job.count(zeros.iter().flatten().chain(&cuts).map(Root::steps).sum());
            match zeros {
                Some(zeros) => cuts = zeros,
                None => return false,
            }
        }
        for root in cuts {
            // pieces come in ascending order
            let near = roots.iter().rev().take_while(|known| known.range().high >= root.range().low);
            if !near.into_iter().any(|known| known.order(&root, job).is_eq()) {
                roots.push(root);
            }
        }
        true
    }

    /// The zeros of a derivative, given those of the next one; `None` when its sign at an end is not decided.
    fn between(&self, level: usize, low: f64, high: f64, cuts: &[Root]) -> Option<Vec<Root>> {
        let function = &self.probes[level];
        let ends = [Root::double(low), Root::double(high)];
        let points: Vec<&Root> = [&ends[0]].into_iter().chain(cuts).chain([&ends[1]]).collect();
        let mut found: Vec<Root> = Vec::new();
        let mut before: Option<(&Root, Ordering)> = None;
        for (index, point) in points.iter().enumerate() {
            match point.sign_of(function) {
                Some(sign) if sign != Ordering::Equal => {
                    if let Some((left, known)) = before.take()
                        && known != sign
                    {
                        let [low, high] = left.parted(point, BRACKET_BITS)?;
                        let (low, high) = self.bracket(level, [left, point], [low, high], sign)?;
                        let root = Root::between(function, &self.probes[level + 1], low, high, sign.is_gt());
                        found.push(self.rational(level, root));
                    }
                    before = Some((point, sign));
                }
                None if index == 0 || index + 1 == points.len() => return None,
                _ => {
                    found.push((*point).clone());
                    before = None;
                }
            }
        }
        Some(found)
    }

    /// Floats between two points where a derivative has different signs, `sign` at the second, that have these signs too.
    fn bracket(&self, level: usize, points: [&Root; 2], mut ends: [Ball; 2], sign: Ordering) -> Option<(Float, Float)> {
        let signs = [sign.reverse(), sign];
        let mut bits = BRACKET_BITS;
        loop {
            let (low, high) = (ends[0].high(), ends[1].low());
            let known = [&low, &high].map(|at| self.probes[level].sign_at(at, DECIDING_BITS));
            if known == signs.map(Some) {
                return Some((low, high));
            }
            bits *= 2;
            if bits > 2 * DECIDING_BITS {
                return None;
            }
            ends = points[0].parted(points[1], bits)?;
        }
    }

    /// The same zero as an exact rational, when a simple one is a zero.
    fn rational(&self, level: usize, root: Root) -> Root {
        let range = root.range();
        let wide = Ball::interval(&Float::with_val(53, range.low), &Float::with_val(53, range.high), DOUBLE_BITS);
        if root.as_rational().is_some() || simplest(&wide).is_none() {
            return root;
        }
        let Some(candidate) = simplest(&root.refine(120)) else { return root };
        let value = self.probes[level].function.substitute(&Function::rational(candidate.clone()));
        if value.is_zero() { Root::exact(candidate) } else { root }
    }
}
