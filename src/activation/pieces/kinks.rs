//! Where a function is not analytic on the real line: kinks, jumps and singular points, and the smooth branches between them.
//!
//! Every choice in the tree (|u|, sign, step, max, min, the conditions of piecewise functions) is resolved from the inside
//! outwards: the zeros of its switch function cut the line, and on each part the arm taken replaces the choice. What is left
//! are smooth branches; the zeros of their denominators and of the arguments of logarithms, roots, inverse sines and tangents
//! are singular points. A branch that is not real somewhere is refused (docs/mathematics.md, 'Gaussian integrals').

use std::cmp::Ordering;
use std::collections::HashMap;

use super::choice::demands;
use super::continuation::continued;
use super::cutter::{Cuts, KinkError, cut};
use super::probe::Probe;
use super::root::Root;
use crate::activation::evaluate::{Tape, evaluate};
use crate::activation::forms::canonical;
use crate::activation::tree::{Function, derivative};
use crate::number::{Ball, Job, Stopped};

/// Decisions of signs that the continuation of a branch over a point counts for, for each operation (measured).
const CONTINUATION: u64 = 6;

/// How a function behaves at a breakpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakpointKind {
    /// The values from the two sides differ.
    Jump,
    /// The function is continuous there.
    Kink,
    /// A branch is singular there: unbounded, undefined or not analytic.
    Singular,
}

/// A point where a function need not be analytic.
#[derive(Clone, Debug)]
pub struct Breakpoint {
    /// Where it is.
    pub location: Root,
    /// What it is.
    pub kind: BreakpointKind,
    /// Whether the branch on each side is singular there.
    pub singular: [bool; 2],
    branches: [Function; 2],
}

impl Breakpoint {
    /// The branches to the left and to the right.
    #[must_use]
    pub fn branches(&self) -> [&Function; 2] {
        [&self.branches[0], &self.branches[1]]
    }

    /// f(c+) − f(c−) at a jump, the ball that says nothing at a singular point, 0 at a kink.
    #[must_use]
    pub fn jump(&self, bits: u32) -> Ball {
        match self.kind {
            BreakpointKind::Kink => Ball::zero(bits),
            BreakpointKind::Singular => Ball::unknown(bits),
            BreakpointKind::Jump => {
                let place = self.location.refine(bits + 20);
                let [left, right] = self.branches().map(|branch| evaluate(branch, &place));
                (right - left).with_bits(bits)
            }
        }
    }
}

/// A function cut into smooth branches on [−reach, reach].
#[derive(Clone, Debug)]
pub struct Pieces {
    /// The cuts, ascending.
    pub breakpoints: Vec<Breakpoint>,
    /// One more than there are cuts: the branch on each interval between them.
    pub branches: Vec<Function>,
    /// Every place where the line was looked at for a cut, ascending: near one of them a branch on the far side of a
    /// breakpoint may be singular.
    pub places: Vec<Root>,
}

impl Pieces {
    /// Enclosures of the breakpoints, with `bits` bits or as many as tell neighbours apart.
    #[must_use]
    pub fn enclosures(&self, bits: u32) -> Vec<Ball> {
        let roots: Vec<&Root> = self.breakpoints.iter().map(|point| &point.location).collect();
        let mut balls: Vec<Ball> = roots.iter().map(|root| root.refine(bits)).collect();
        for (i, pair) in roots.windows(2).enumerate() {
            if balls[i].compare(&balls[i + 1]).is_none_or(Ordering::is_ge)
                && let Some(parted) = pair[0].parted(pair[1], 2 * bits)
            {
                for (known, finer) in balls[i..].iter_mut().zip(parted) {
                    if finer.radius() < known.radius() {
                        *known = finer;
                    }
                }
            }
        }
        balls
    }

    /// The places beyond a breakpoint, to the left or to the right, the nearest first.
    pub fn places_beyond(&self, breakpoint: usize, right: bool) -> impl Iterator<Item = &Root> {
        let here = self.places.iter().position(|place| place.is_copy(&self.breakpoints[breakpoint].location));
        let (before, after) = match here {
            Some(here) => (&self.places[..here], &self.places[here + 1..]),
            None => (&self.places[..0], &self.places[..0]),
        };
        let (before, after) = if right { (&before[..0], after) } else { (before, &after[..0]) };
        before.iter().rev().chain(after)
    }

    /// Places where something was taken for 0 without proof.
    pub fn doubts(&self) -> impl Iterator<Item = &Root> {
        self.places.iter().filter(|place| place.is_doubtful())
    }

    /// Where a branch is singular: not analytic at the end of its interval.
    pub fn singular_points(&self) -> impl Iterator<Item = &Breakpoint> {
        self.breakpoints.iter().filter(|point| point.kind == BreakpointKind::Singular)
    }

    /// The pieces of f′, which is analytic wherever f is.
    ///
    /// # Errors
    /// When the job is stopped.
    pub fn derivative(&self, job: &Job<'_>) -> Result<Self, Stopped> {
        let mut known: Vec<(&Function, Function)> = Vec::new();
        let mut branches = Vec::with_capacity(self.branches.len());
        for branch in &self.branches {
            let index = known.iter().position(|(of, _)| *of == branch).unwrap_or_else(|| {
                known.push((branch, canonical(&derivative(branch))));
                known.len() - 1
            });
            branches.push(known[index].1.clone());
        }
        // whether f′ jumps is not asked
        let places = self.breakpoints.iter().map(|point| point.location.unmarked()).collect();
        classified(Cuts { places, branches }, job)
    }
}

/// The smooth branches of f on [−reach, reach] and the breakpoints between them, integrable or not.
///
/// # Errors
/// Where f is not real on an interval, where zeros cannot be isolated, where there are too many, or when the job is stopped.
pub fn pieces(f: &Function, reach: f64, job: &Job<'_>) -> Result<Pieces, KinkError> {
    Ok(classified(cut(f, reach, job)?, job)?)
}

/// The cuts at which the branches differ or are singular.
fn classified(cuts: Cuts, job: &Job<'_>) -> Result<Pieces, Stopped> {
    let (mut breakpoints, mut branches): (Vec<Breakpoint>, Vec<Function>) = (Vec::new(), Vec::new());
    let mut classifier = Classifier { branches: HashMap::new(), differences: HashMap::new(), job };
    let mut before: Option<Function> = None;
    for (index, branch) in cuts.branches.into_iter().enumerate() {
        if let (Some(before), Some(last)) = (&before, branches.last_mut()) {
            let root = &cuts.places[index - 1];
            let left = classifier.continued(last, root)?;
            let right = if *before == branch { left.clone() } else { classifier.continued(&branch, root)? };
            let breakpoint = classifier.classify(root, &left, &right)?;
            *last = left;
            if let Some(breakpoint) = breakpoint {
                breakpoints.push(breakpoint);
                branches.push(right);
            }
        } else {
            branches.push(branch.clone());
        }
        before = Some(branch);
    }
    Ok(Pieces { breakpoints, branches, places: cuts.places })
}

/// What has been made ready for branches that come again and again.
struct Classifier<'a> {
    /// A branch with the switch functions of its demands.
    branches: HashMap<Function, Vec<Probe>>,
    /// Two branches with their difference.
    differences: HashMap<[Function; 2], Probe>,
    job: &'a Job<'a>,
}

impl Classifier<'_> {
    /// The breakpoint between two branches; none where the same smooth branch goes on.
    fn classify(&mut self, root: &Root, left: &Function, right: &Function) -> Result<Option<Breakpoint>, Stopped> {
        let singular = [self.is_singular(left, root)?, self.is_singular(right, root)?];
        if left == right && !singular[0] {
            return Ok(None);
        }
        let mut breakpoint = Breakpoint {
            location: root.clone(),
            kind: BreakpointKind::Singular,
            singular,
            branches: [left.clone(), right.clone()],
        };
        if singular == [false, false] {
            let continuous = self.is_zero_at_difference(left, right, root)?;
            breakpoint.kind = if continuous { BreakpointKind::Kink } else { BreakpointKind::Jump };
        }
        Ok(Some(breakpoint))
    }

    /// The branch, continued over the root where it is analytic there after all.
    fn continued(&mut self, branch: &Function, root: &Root) -> Result<Function, Stopped> {
        if !self.is_singular(branch, root)? {
            return Ok(branch.clone());
        }
        self.job.spend(CONTINUATION * Tape::new(branch).sign_cost())?;
        Ok(continued(branch, root))
    }

    /// Whether a demand of the branch may fail at the root.
    fn is_singular(&mut self, branch: &Function, root: &Root) -> Result<bool, Stopped> {
        let prepared = || demands(branch).iter().map(|demand| Probe::new(&demand.switch)).collect();
        for probe in self.branches.entry(branch.clone()).or_insert_with(prepared) {
            self.job.spend(probe.ball_steps())?;
            let zero = root.sign_of(probe).is_none_or(Ordering::is_eq);
            self.job.spend(root.steps())?;
            if zero {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the finite difference of two branches is 0; where that is not proved, the root remembers the doubt.
    fn is_zero_at_difference(&mut self, left: &Function, right: &Function, root: &Root) -> Result<bool, Stopped> {
        let pair = [left.clone(), right.clone()];
        let difference = self.differences.entry(pair).or_insert_with(|| Probe::new(&(right.clone() - left.clone())));
        self.job.spend(difference.ball_steps())?;
        let zero = root.sign_of(difference).is_none_or(Ordering::is_eq);
        self.job.spend(root.steps())?;
        Ok(zero)
    }
}
