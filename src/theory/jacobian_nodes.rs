//! Nodes where slopes vary: the trapezoidal rule on the whole line where f is one smooth branch, Gauss–Legendre panels between kinks, and
//! panels that shrink towards extreme slopes where the signal is large: 1/(ζ − f′²) has poles at a distance of order 1/√q there
//! (docs/mathematics.md, 'Jacobians', smooth f). Weights are probabilities of Z, values are squared slopes f′(√q Z)².

use super::jacobian_slopes::{Rule, Share, Slopes, bits_of, point};
use crate::activation::{Evaluator, Function, Parity, Program, evaluate, parity};
use crate::gaussian::rules::legendre;
use crate::number::{Ball, Magnitude};
use crate::theory::error::TheoryError;
use crate::theory::work::Work;

/// Distance from the line, in units of x, within which 1/(ζ − f′²) has no pole, for the step (tuned; two rules tell when it has).
const STRIP: f64 = 0.22;
/// Widest panel, in units of Z.
const PANEL: f64 = 1.0;
/// Steps are multiples of 1 over this, which have few bits.
const STEPS: f64 = 1_048_576.0;
/// √q beyond which panels shrink.
const WIDE: f64 = 4.0;
/// The smallest panels of the two rules, over 1/√q.
const SMALLEST: [f64; 2] = [1.0 / 4096.0, 1.0 / 1024.0];
/// Most nodes of a layer with a large signal.
const MOST_NODES: usize = 60_000;
/// Extreme slopes that are not many.
const MANY: usize = 12;
/// Places per unit at which extreme slopes are seen, out to the most of them on a side.
const PLACES: f64 = 16.0;
const MOST_PLACES: f64 = 100_000.0;
/// Steps of a search for an extreme slope, and places this near are the same.
const STEPS_TO_EXTREME: usize = 60;
const SAME: f64 = 1e-6;
/// Bits of accuracy that each node of a panel gives, with poles at the distance STRIP of a panel of length 1.
const RATE: f64 = 1.23;
/// Bits beyond those of the accuracy to which slopes are the same on a flat panel.
const FLAT: f64 = 16.0;
/// Places in a panel where that is seen.
const SAMPLES: [f64; 8] = [0.0, 0.11, 0.27, 0.41, 0.56, 0.72, 0.87, 1.0];

impl Slopes {
    /// Nodes on the whole line.
    ///
    /// # Errors
    /// Too many.
    pub(super) fn trapezoid(&self, slope: &Function, rule: Rule, bits: u32, work: &Work) -> Result<Vec<[Ball; 2]>, TheoryError> {
        let width = evaluate(&self.sigma, &Ball::zero(64)).to_f64();
        let strip = STRIP / width.max(1.0);
        let coarse = 2.0 * std::f64::consts::PI * strip / (std::f64::consts::LN_2 * bits_of(work.digits));
        let (step, reach) = match rule {
            Rule::Fine => (0.8 * coarse, self.reach),
            Rule::Coarse => (coarse, 0.97 * self.reach),
        };
        // a step of few bits
        let step = (step * STEPS).floor().max(1.0) / STEPS;
        let step = Ball::double(step, bits);
        let sigma = evaluate(&self.sigma, &Ball::zero(bits));
        let count = (reach / step.to_f64()).ceil() as i64;
        let even = matches!(parity(slope), Parity::Even | Parity::Odd);
        self.refuse_many(count as f64)?;
        let evaluator = Evaluator::new(slope, bits);
        let mut nodes = Vec::new();
        for index in (if even { 0 } else { -count })..=count {
            let place = &step * &Ball::integer(index, bits);
            let value = point(&evaluator.value(&(&place * &sigma)).square());
            let mut weight = &step * &place.normal_pdf();
            if even && index > 0 {
                weight = weight.shifted(1);
            }
            nodes.push([value, point(&weight)]);
        }
        nodes.retain(|[value, _]| value.is_positive());
        Ok(nodes)
    }

    /// Nodes between two cuts.
    ///
    /// # Errors
    /// Too many.
    pub(super) fn panels(
        &self,
        slope: &Function,
        [low, high]: [Option<&Share>; 2],
        rule: Rule,
        bits: u32,
        work: &Work,
    ) -> Result<Vec<[Ball; 2]>, TheoryError> {
        let sigma = evaluate(&self.sigma, &Ball::zero(bits));
        let width = sigma.to_f64().max(1.0);
        let reach = if rule == Rule::Fine { self.reach } else { 0.97 * self.reach };
        let end = |cut: Option<&Share>, far: f64| match cut {
            Some((place, _)) if place.to_f64().abs() < reach => point(place),
            Some((place, _)) => Ball::double(reach.copysign(place.to_f64()), bits),
            None => Ball::double(far, bits),
        };
        let (low, high) = (end(low, -reach), end(high, reach));
        let length = high.to_f64() - low.to_f64();
        if length <= 0.0 {
            return Ok(Vec::new());
        }
        let count = (length * width / PANEL).ceil().max(1.0);
        // nodes for poles at the distance STRIP of a panel of half the width
        let sheet = 2.0 * STRIP / PANEL;
        let rate = 2.0 * (sheet + (1.0 + sheet * sheet).sqrt()).log2();
        let order = bits_of(work.digits) / rate * if rule == Rule::Fine { 1.25 } else { 1.0 };
        self.refuse_many(count * order)?;
        let table = legendre(2 * (0.5 * order).ceil() as usize, bits);
        let evaluator = Evaluator::new(slope, bits);
        let half = &(&high - &low) / &Ball::double(2.0 * count, bits);
        let mut nodes = Vec::new();
        for index in 0..count as i64 {
            let centre = &low + &(&half * &Ball::integer(2 * index + 1, bits));
            for (node, weight) in table.nodes.iter().zip(&table.weights) {
                for sign in [-1, 1] {
                    let by = &half * &Ball::new(node.clone(), Magnitude::ZERO);
                    let place = if sign < 0 { &centre - &by } else { &centre + &by };
                    let value = point(&evaluator.value(&(&place * &sigma)).square());
                    let weight = &(&half * &Ball::new(weight.clone(), Magnitude::ZERO)) * &place.normal_pdf();
                    nodes.push([value, point(&weight)]);
                }
            }
        }
        nodes.retain(|[value, _]| value.is_positive());
        Ok(nodes)
    }

    /// Whether the signal is so large that panels must shrink.
    pub(super) fn is_wide(&self) -> bool {
        evaluate(&self.sigma, &Ball::zero(64)).to_f64() > WIDE
    }

    /// Where the squared slope is extreme between two places, in doubles, and 0.
    fn extremes(&self, slope: &Function, [low, high]: [f64; 2]) -> Vec<f64> {
        let count = (PLACES * low.abs().max(high.abs())).ceil().min(MOST_PLACES) as i64;
        let places: Vec<f64> = (-count..=count).map(|index| index as f64 / PLACES).filter(|x| *x > low && *x < high).collect();
        let program = Program::new(slope);
        let size = |places: &[f64]| {
            let mut values = places.to_vec();
            program.apply(&mut values);
            values.iter().map(|value| value * value).collect::<Vec<f64>>()
        };
        let values = size(&places);
        let largest = values.iter().copied().fold(0.0, f64::max);
        let mut found: Vec<f64> = Some(0.0).filter(|_| low < 0.0 && high > 0.0).into_iter().collect();
        for (x, v) in places.windows(3).zip(values.windows(3)) {
            let above = (v[1] > v[0] && v[1] >= v[2]) || (v[1] >= v[0] && v[1] > v[2]);
            let below = (v[1] < v[0] && v[1] <= v[2]) || (v[1] <= v[0] && v[1] < v[2]);
            let bend = (v[0] - 2.0 * v[1] + v[2]).abs();
            if !(above || below) || bend <= 1e-12 * largest {
                continue;
            }
            let (mut left, mut right) = (x[0], x[2]);
            for _ in 0..STEPS_TO_EXTREME {
                let third = (right - left) / 3.0;
                let pair = size(&[left + third, right - third]);
                if (pair[0] < pair[1]) == above { left += third } else { right -= third }
            }
            let place = 0.5 * (left + right);
            if place.abs() > SAME {
                found.push(place);
            }
        }
        found.sort_by(f64::total_cmp);
        found
    }

    fn refuse_many(&self, nodes: f64) -> Result<(), TheoryError> {
        if nodes <= MOST_NODES as f64 || !self.is_wide() {
            return Ok(());
        }
        Err(TheoryError::Refused {
            message: "a layer's signal is too large: its slope varies on a scale that the quadrature does not resolve".to_owned(),
            help: "take a smaller q, a smaller sigma_w2 or fewer digits".to_owned(),
        })
    }

    /// Nodes between two cuts, on panels that shrink towards cuts and extreme slopes; none where there are so many of these that each is an
    /// ordinary place.
    ///
    /// # Errors
    /// Too many nodes.
    pub(super) fn graded(
        &self,
        slope: &Function,
        [low, high]: [Option<&Share>; 2],
        rule: Rule,
        bits: u32,
        work: &Work,
    ) -> Result<Option<Vec<[Ball; 2]>>, TheoryError> {
        let sigma = evaluate(&self.sigma, &Ball::zero(bits));
        let reach = if rule == Rule::Fine { self.reach } else { 0.97 * self.reach };
        let even = low.is_none() && high.is_none() && matches!(parity(slope), Parity::Even | Parity::Odd);
        let end = |cut: Option<&Share>, far: f64| match cut {
            Some((place, _)) if place.to_f64().abs() < reach => (point(&(place * &sigma)), true),
            Some((place, _)) => (&sigma * &Ball::double(reach.copysign(place.to_f64()), bits), false),
            None => (&sigma * &Ball::double(far, bits), false),
        };
        let (first, last) = (if even { (Ball::zero(bits), true) } else { end(low, -reach) }, end(high, reach));
        let inside = [first.0.to_f64(), last.0.to_f64()];
        if inside[1] <= inside[0] {
            return Ok(Some(Vec::new()));
        }
        let extremes = self.extremes(slope, inside);
        if extremes.len() > MANY {
            return Ok(None);
        }
        let marks = extremes.into_iter().map(|place| (Ball::double(place, bits), true));
        let marks: Vec<(Ball, bool)> = std::iter::once(first).chain(marks).chain([last]).collect();
        let order = bits_of(work.digits) / RATE * if rule == Rule::Fine { 1.25 } else { 1.0 };
        let order = 2 * (0.5 * order).ceil() as usize;
        let smallest = SMALLEST[usize::from(rule == Rule::Coarse)] / sigma.to_f64();
        let grow =
            Grow { evaluator: Evaluator::new(slope, bits), digits: work.digits, smallest, widest: sigma.to_f64(), order, bits };
        let mut panels = Vec::new();
        for pair in marks.windows(2) {
            grow.cell(&pair[0], &pair[1], &mut panels);
            work.job.check()?;
            self.refuse_many((panels.len() * order) as f64)?;
        }
        Ok(Some(grow.nodes(&panels, &sigma, even)))
    }
}

/// Panels that grow away from where slopes are extreme.
struct Grow {
    evaluator: Evaluator,
    digits: u32,
    smallest: f64,
    widest: f64,
    order: usize,
    bits: u32,
}

impl Grow {
    /// The panels of a cell, as centres and halves; from both ends where both are marks.
    fn cell(&self, (low, is_low): &(Ball, bool), (high, is_high): &(Ball, bool), panels: &mut Vec<[Ball; 2]>) {
        let length = high - low;
        match (is_low, is_high) {
            (true, true) => {
                let left = Ball::double(0.5 * length.to_f64(), self.bits);
                self.side(low, 1, &left, panels);
                self.side(high, -1, &(&length - &left), panels);
            }
            (false, true) => self.side(high, -1, &length, panels),
            _ => self.side(low, 1, &length, panels),
        }
    }

    /// The panels from a place on, up to a length.
    fn side(&self, from: &Ball, sign: i64, length: &Ball, panels: &mut Vec<[Ball; 2]>) {
        let whole = length.to_f64();
        let along = |offset: &Ball| if sign < 0 { from - offset } else { from + offset };
        let (mut done, mut size) = (0.0, self.smallest);
        while done < whole {
            let start = Ball::double(done, self.bits);
            let end = if whole - done < 1.5 * size { length.clone() } else { Ball::double(done + size, self.bits) };
            let half = (&end - &start).shifted(-1);
            panels.push([along(&(&start + &half)), half]);
            if panels.len() * self.order > MOST_NODES {
                return;
            }
            done = end.to_f64();
            let grown = if done < PANEL { done.min(PANEL) } else { 2.0 * size };
            let is_flat = || self.is_flat([&along(&end), &along(&Ball::double(done + grown, self.bits))]);
            size = if grown <= PANEL || is_flat() { grown.min(self.widest * PANEL) } else { PANEL };
        }
    }

    /// Whether the squared slope is the same, to the accuracy, at places between two.
    fn is_flat(&self, [low, high]: [&Ball; 2]) -> bool {
        let at = |share: f64| self.evaluator.value(&(low + &(&(high - low) * &Ball::double(share, self.bits)))).square();
        let first = at(SAMPLES[0]);
        let allowed = (-bits_of(self.digits) - FLAT).exp2();
        SAMPLES[1..].iter().all(|share| (&at(*share) - &first).mid().to_f64().abs() <= allowed)
    }

    fn nodes(&self, panels: &[[Ball; 2]], sigma: &Ball, even: bool) -> Vec<[Ball; 2]> {
        let table = legendre(self.order, self.bits);
        let mut nodes = Vec::with_capacity(panels.len() * self.order);
        for [centre, half] in panels {
            let share = &half.shifted(i32::from(even)) / sigma;
            for (node, weight) in table.nodes.iter().zip(&table.weights) {
                for sign in [-1, 1] {
                    let by = half * &Ball::new(node.clone(), Magnitude::ZERO);
                    let place = if sign < 0 { centre - &by } else { centre + &by };
                    let value = point(&self.evaluator.value(&place).square());
                    let weight = &(&share * &Ball::new(weight.clone(), Magnitude::ZERO)) * &(&place / sigma).normal_pdf();
                    nodes.push([value, point(&weight)]);
                }
            }
        }
        nodes.retain(|[value, _]| value.is_positive());
        nodes
    }
}
