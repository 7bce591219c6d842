//! Where a function is not analytic on the real line: kinks, jumps and singular points, and the smooth branches between them.
//!
//! Every choice in the tree (|u|, sign, step, max, min, the conditions of piecewise functions) is resolved from the inside
//! outwards: the zeros of its switch function cut the line, and on each part the arm taken replaces the choice. What is left
//! are smooth branches; the zeros of their denominators and of the arguments of logarithms, roots, inverse sines and tangents
//! are singular points. A branch that is not real somewhere is refused (theory: Gaussian calculus, 6 and 7).

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use rug::Float;

use super::identities::one_minus_square;
use super::local::continued;
use super::order;
use super::place::{place, short};
use super::zeros::{self, Root, coincide, sign_at_root};
use super::{Condition, Function, Node, Primitive};
use crate::number::Ball;

/// Breakpoints of one function before it is refused.
const MOST: usize = 2000;
/// Precision of the points at which a choice is decided.
const MIDDLE_BITS: u32 = 400;

/// What keeps a function from being taken as an activation.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum KinkError {
    /// A part of the function is not a real number on a part of the line.
    #[error("{part} is not a real number {range}")]
    NotReal {
        /// The part.
        part: Function,
        /// Where it fails, such as `for x < 0`.
        range: String,
    },
    /// A part grows too fast at a point to be integrated across it.
    #[error("{function} could not be integrated with certainty at x = {}", short(*.near))]
    NotIntegrable {
        /// The function.
        function: Function,
        /// The point.
        near: f64,
    },
    /// The zeros of a switch function could not be told apart.
    #[error("the zeros of {part} near x = {} could not be told apart", short(*.near))]
    NotIsolated {
        /// The switch function.
        part: Function,
        /// Where.
        near: f64,
    },
    /// There are too many breakpoints.
    #[error("{function} has more than {MOST} breakpoints")]
    TooMany {
        /// The function.
        function: Function,
    },
}

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
    /// From each side (left, right), e with |f| ≤ C |x − c|^(e − ε): 0 where f is bounded, −1/2 for 1/√|x|.
    pub exponents: [f64; 2],
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
            BreakpointKind::Jump => self.difference(bits),
        }
    }

    fn difference(&self, bits: u32) -> Ball {
        let place = self.location.refine(bits + 20);
        let [left, right] = [&self.branches[0], &self.branches[1]].map(|branch| super::evaluate(branch, &place));
        (right - left).with_bits(bits)
    }
}

/// A function cut into smooth branches on [−reach, reach].
#[derive(Clone, Debug)]
pub struct Pieces {
    /// The cuts, ascending.
    pub breakpoints: Vec<Breakpoint>,
    /// One more than there are cuts: the branch on each interval between them.
    pub branches: Vec<Function>,
}

impl Pieces {
    /// Where a branch is singular: not analytic at the end of its interval.
    pub fn singular_points(&self) -> impl Iterator<Item = &Breakpoint> {
        self.breakpoints.iter().filter(|point| point.kind == BreakpointKind::Singular)
    }

    /// The first breakpoint at which |f|^power is not shown to be integrable.
    #[must_use]
    pub fn obstacle(&self, power: u32) -> Option<&Breakpoint> {
        self.breakpoints.iter().find(|b| b.exponents.iter().any(|e| e * f64::from(power) <= -1.0))
    }
}

/// The breakpoints of an integrable function on [−reach, reach], ascending.
///
/// # Errors
/// See [`KinkError`].
pub fn breakpoints(f: &Function, reach: f64) -> Result<Vec<Breakpoint>, KinkError> {
    let pieces = pieces(f, reach)?;
    match pieces.obstacle(1) {
        Some(obstacle) => Err(KinkError::NotIntegrable { function: f.clone(), near: obstacle.location.to_f64() }),
        None => Ok(pieces.breakpoints),
    }
}

/// The smooth branches of f on [−reach, reach] and the breakpoints between them, integrable or not.
///
/// # Errors
/// Where f is not real on an interval, where zeros cannot be isolated, or where there are too many.
pub fn pieces(f: &Function, reach: f64) -> Result<Pieces, KinkError> {
    let mut cutter =
        Cutter { function: f, reach, waiting: vec![Item::Part(f.clone(), [None, None])], cuts: Vec::new(), branches: Vec::new() };
    cutter.run()?;
    let (mut breakpoints, mut branches): (Vec<Breakpoint>, Vec<Function>) = (Vec::new(), Vec::new());
    let mut before: Option<Function> = None;
    for (index, branch) in cutter.branches.into_iter().enumerate() {
        if let (Some(before), Some(last)) = (&before, branches.last_mut()) {
            let root = &cutter.cuts[index - 1];
            let left = continued(last, root);
            let right = if *before == branch { left.clone() } else { continued(&branch, root) };
            let breakpoint = classify(root, &left, &right);
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
    Ok(Pieces { breakpoints, branches })
}

/// The breakpoint between two branches; none where the same smooth branch goes on.
fn classify(root: &Root, left: &Function, right: &Function) -> Option<Breakpoint> {
    let vanishes = |condition: &Demand| sign_at_root(&condition.switch, root).is_none_or(Ordering::is_eq);
    let singular = [left, right].map(|branch| demands(branch).iter().any(vanishes));
    if left == right && !singular[0] {
        return None;
    }
    let exponent = |branch: &Function, singular: bool| if singular { order::exponent(branch, root) } else { 0.0 };
    let mut breakpoint = Breakpoint {
        location: root.clone(),
        kind: BreakpointKind::Singular,
        exponents: [exponent(left, singular[0]), exponent(right, singular[1])],
        singular,
        branches: [left.clone(), right.clone()],
    };
    if singular == [false, false] {
        let jumps = !is_zero_at(&(right.clone() - left.clone()), root);
        breakpoint.kind = if jumps { BreakpointKind::Jump } else { BreakpointKind::Kink };
    }
    Some(breakpoint)
}

/// Whether a finite difference of branches is 0 as far as can be told.
fn is_zero_at(difference: &Function, root: &Root) -> bool {
    sign_at_root(difference, root).is_none_or(Ordering::is_eq)
}

/// The ends of an interval; `None` is the reach.
type Ends = [Option<Root>; 2];

enum Item {
    /// A function on an interval.
    Part(Function, Ends),
    /// A cut between the parts before and after it.
    Cut(Root),
}

struct Cutter<'a> {
    function: &'a Function,
    reach: f64,
    waiting: Vec<Item>,
    cuts: Vec<Root>,
    branches: Vec<Function>,
}

impl Cutter<'_> {
    fn run(&mut self) -> Result<(), KinkError> {
        while let Some(item) = self.waiting.pop() {
            match item {
                Item::Cut(root) => self.cuts.push(root),
                Item::Part(f, ends) => match next_choice(&f, &mut HashSet::new()) {
                    Some(choice) => self.resolve(&f, &choice, &ends)?,
                    None => self.finish(&f, &ends)?,
                },
            }
            if self.cuts.len() + self.waiting.len() > 2 * MOST {
                return Err(KinkError::TooMany { function: self.function.clone() });
            }
        }
        Ok(())
    }

    /// Cuts the interval where the choice's switch function vanishes or is singular and takes the arm that holds on each part.
    fn resolve(&mut self, f: &Function, choice: &Function, ends: &Ends) -> Result<(), KinkError> {
        let Some(switch) = switch(choice) else { return Ok(()) };
        let demands = demands(&switch);
        let mut items = Vec::new();
        for part in self.subdivide(demands.iter().map(|demand| &demand.switch).chain([&switch]), ends)? {
            if let Some(cut) = part[0].as_ref().filter(|_| !items.is_empty()) {
                items.push(Item::Cut(cut.clone()));
            }
            let middle = self.middle(&part);
            check_real(&demands, &middle, &part)?;
            let sign = match zeros::sign_at(&switch, &middle, MIDDLE_BITS) {
                Some(sign) => sign,
                None if switch.is_constant() => Ordering::Equal,
                None => return Err(KinkError::NotIsolated { part: switch.clone(), near: middle.to_f64() }),
            };
            items.push(Item::Part(replace(f, choice, &arm(choice, sign)), part));
        }
        self.waiting.extend(items.into_iter().rev());
        Ok(())
    }

    /// Cuts the interval of a smooth branch at its singular points and checks that it is real on each part.
    fn finish(&mut self, branch: &Function, ends: &Ends) -> Result<(), KinkError> {
        let demands = demands(branch);
        for (index, part) in self.subdivide(demands.iter().map(|demand| &demand.switch), ends)?.iter().enumerate() {
            check_real(&demands, &self.middle(part), part)?;
            if index > 0 {
                self.cuts.extend(part[0].clone());
            }
            self.branches.push(branch.clone());
        }
        Ok(())
    }

    /// The parts of an interval between the zeros of smooth functions, each analytic between the zeros of those before it.
    fn subdivide<'f>(&self, switches: impl Iterator<Item = &'f Function>, ends: &Ends) -> Result<Vec<Ends>, KinkError> {
        let mut parts = vec![ends.clone()];
        for switch in switches {
            let mut finer = Vec::new();
            for part in parts {
                let mut points = vec![part[0].clone()];
                points.extend(self.inside(switch, &part)?.into_iter().map(Some));
                points.push(part[1].clone());
                finer.extend(points.windows(2).map(|pair| [pair[0].clone(), pair[1].clone()]));
            }
            parts = finer;
        }
        Ok(parts)
    }

    /// The zeros of a smooth function strictly inside an interval.
    fn inside(&self, switch: &Function, ends: &Ends) -> Result<Vec<Root>, KinkError> {
        let low = ends[0].as_ref().map_or(-self.reach, |root| search_end(switch, root, f64::next_down, f64::next_up));
        let high = ends[1].as_ref().map_or(self.reach, |root| search_end(switch, root, f64::next_up, f64::next_down));
        let mut roots = zeros::zeros(switch, low, high)
            .map_err(|failure| KinkError::NotIsolated { part: switch.clone(), near: failure.near })?;
        roots.retain(|root| {
            let is_end = ends.iter().flatten().any(|end| coincide(end, root));
            !is_end
                && ends[0].as_ref().is_none_or(|end| end.to_f64() <= root.to_f64())
                && ends[1].as_ref().is_none_or(|end| root.to_f64() <= end.to_f64())
        });
        if roots.len() > MOST {
            return Err(KinkError::TooMany { function: self.function.clone() });
        }
        Ok(roots)
    }

    /// A point well inside an interval.
    fn middle(&self, ends: &Ends) -> Float {
        let place = |end: &Option<Root>, otherwise: f64| match end {
            Some(root) => root.refine(MIDDLE_BITS).mid().clone(),
            None => Float::with_val(MIDDLE_BITS, otherwise),
        };
        let (low, high) = (place(&ends[0], -self.reach), place(&ends[1], self.reach));
        Float::with_val(MIDDLE_BITS, &high - &low) * 0.493_7 + low
    }
}

/// Where a search for zeros starts: a little beyond the end of the interval, or short of it where the function is singular.
fn search_end(switch: &Function, end: &Root, outwards: fn(f64) -> f64, inwards: fn(f64) -> f64) -> f64 {
    let place = end.to_f64();
    if super::evaluate(switch, &end.refine(100)).is_finite() {
        outwards(outwards(place))
    } else if end.as_rational().is_some_and(|value| *value == place) {
        place
    } else {
        inwards(inwards(place))
    }
}

/// Refuses a part that is not real at a point between the zeros of the demands.
fn check_real(demands: &[Demand], point: &Float, ends: &Ends) -> Result<(), KinkError> {
    let fails = |demand: &&Demand| demand.positive && zeros::sign_at(&demand.switch, point, MIDDLE_BITS) == Some(Ordering::Less);
    match demands.iter().find(fails) {
        Some(demand) => Err(KinkError::NotReal { part: demand.part.clone(), range: range(ends, point) }),
        None => Ok(()),
    }
}

/// An interval in words.
fn range(ends: &Ends, point: &Float) -> String {
    match ends {
        [None, Some(high)] => format!("for x < {}", place(high)),
        [Some(low), None] => format!("for x > {}", place(low)),
        [Some(low), Some(high)] => format!("for {} < x < {}", place(low), place(high)),
        [None, None] => format!("at x = {}", short(point.to_f64())),
    }
}

/// The first choice whose own switch function holds no other choice; arms are looked at only when they are taken.
fn next_choice(f: &Function, clear: &mut HashSet<usize>) -> Option<Function> {
    if f.is_constant() || clear.contains(&f.address()) {
        return None;
    }
    let below = match f.node() {
        Node::Piecewise(arms, _) => arms.first().and_then(|(condition, _)| next_choice(&condition.difference, clear)),
        node => node.children().into_iter().find_map(|child| next_choice(child, clear)),
    };
    let own = || switch(f).map(|_| f.clone());
    let found = below.or_else(own);
    if found.is_none() {
        clear.insert(f.address());
    }
    found
}

/// The function whose sign decides a choice.
fn switch(choice: &Function) -> Option<Function> {
    match choice.node() {
        Node::Apply(Primitive::Abs | Primitive::Sign | Primitive::Step, u) => Some(u.clone()),
        Node::Max(a, b) | Node::Min(a, b) => Some(a.clone() - b.clone()),
        Node::Piecewise(arms, _) => arms.first().map(|(condition, _)| condition.difference.clone()),
        _ => None,
    }
}

/// What a choice is where its switch function has this sign.
fn arm(choice: &Function, sign: Ordering) -> Function {
    match choice.node() {
        Node::Apply(Primitive::Abs, u) => {
            if sign.is_lt() {
                -u.clone()
            } else {
                u.clone()
            }
        }
        Node::Apply(Primitive::Sign, _) => Function::rational(sign as i32),
        Node::Apply(Primitive::Step, _) => Function::rational(i32::from(sign.is_gt())),
        Node::Max(a, b) => {
            if sign.is_lt() {
                b.clone()
            } else {
                a.clone()
            }
        }
        Node::Min(a, b) => {
            if sign.is_lt() {
                a.clone()
            } else {
                b.clone()
            }
        }
        Node::Piecewise(arms, otherwise) => match arms.split_first() {
            Some(((Condition { relation, .. }, value), _)) if relation.holds(sign) => value.clone(),
            Some((_, rest)) => Function::piecewise(rest.to_vec(), otherwise.clone()),
            None => otherwise.clone(),
        },
        _ => choice.clone(),
    }
}

/// f with every copy of `target` replaced.
pub(super) fn replace(f: &Function, target: &Function, with: &Function) -> Function {
    fn inner(f: &Function, target: &Function, with: &Function, known: &mut HashMap<usize, Function>) -> Function {
        if f == target {
            return with.clone();
        }
        if f.is_constant() || f.size() < target.size() {
            return f.clone();
        }
        if let Some(known) = known.get(&f.address()) {
            return known.clone();
        }
        let result = f.map_children(&mut |child| inner(child, target, with, known));
        known.insert(f.address(), result.clone());
        result
    }
    inner(f, target, with, &mut HashMap::new())
}

/// A function that must not vanish (or must be positive) for a part of a branch to be analytic.
pub(super) struct Demand {
    pub(super) switch: Function,
    part: Function,
    positive: bool,
}

/// What a smooth branch demands, inner parts first.
pub(super) fn demands(branch: &Function) -> Vec<Demand> {
    let (mut list, mut seen) = (Vec::new(), HashSet::new());
    collect(branch, &mut list, &mut seen);
    list
}

fn collect(f: &Function, list: &mut Vec<Demand>, seen: &mut HashSet<usize>) {
    if !seen.insert(f.address()) {
        return;
    }
    if let Node::Cofactor(cofactor, t) = f.node() {
        list.extend(demands(&cofactor.numerator_at(t)));
    }
    for child in f.node().children() {
        collect(child, list, seen);
    }
    list.extend(own_demand(f).filter(|demand| demand.positive || !demand.switch.is_constant()));
}

/// What the node at the root demands of its operands.
pub(super) fn own_demand(f: &Function) -> Option<Demand> {
    let (switch, positive) = match f.node() {
        Node::Divide(_, b) => (b.clone(), false),
        Node::Power(_, b) if b.integer().is_some_and(|n| n > 0) => return None,
        Node::Power(a, b) => (a.clone(), b.integer().is_none()),
        Node::Apply(Primitive::Log | Primitive::Sqrt, u) => (u.clone(), true),
        Node::Apply(Primitive::Asin | Primitive::Acos, u) => (one_minus_square(u), true),
        Node::Apply(Primitive::Tan, u) => (u.apply(Primitive::Cos), false),
        _ => return None,
    };
    Some(Demand { switch, part: f.clone(), positive })
}
