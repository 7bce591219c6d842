//! The line cut at every zero of a switch function and at every singular point, with the branch that holds on each part.
//!
//! Choices are resolved from the inside outwards. Functions, switches and arms that come again on other parts of the line are
//! made ready once.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use rug::Float;

use super::choice::{Demand, arm, demands, next_choice, replace, switch};
use super::place::{place, short};
use super::probe::Probe;
use super::root::{DECIDING_BITS, Root};
use super::zeros::{End, Lost, PART, Zeros};
use crate::activation::tree::Function;
use crate::number::{Job, Stopped};

/// Breakpoints of one function before it is refused.
const MOST: usize = 2000;

/// Bits with which the middle of a short interval is tried first.
const MIDDLE_BITS: u32 = 256;

/// Steps that a part of the line counts for, an operation of its function (measured).
const VISIT: u64 = 4;

/// What keeps a function from being taken as an activation.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum KinkError {
    /// A part of the function is not a real number on a part of the line.
    #[error("{part:#} is not a real number {range}")]
    NotReal {
        /// The part.
        part: Function,
        /// Where it fails, such as `for x < 0`.
        range: String,
    },
    /// The zeros of a switch function could not be told apart.
    #[error("the zeros of {part:#} near x = {} could not be told apart", short(*.near))]
    NotIsolated {
        /// The switch function.
        part: Function,
        /// Where.
        near: f64,
    },
    /// There are too many breakpoints.
    #[error("{function:#} has more than {MOST} breakpoints")]
    TooMany {
        /// The function.
        function: Function,
    },
    /// The work was stopped.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// The places of the cuts, ascending, and one branch more than there are cuts.
pub(super) struct Cuts {
    pub(super) places: Vec<Root>,
    pub(super) branches: Vec<Function>,
}

/// Cuts [−reach, reach].
pub(super) fn cut(f: &Function, reach: f64, job: &Job<'_>) -> Result<Cuts, KinkError> {
    let mut cutter = Cutter {
        function: f,
        reach,
        job,
        waiting: vec![Item::Part(f.clone(), [None, None])],
        places: Vec::new(),
        branches: Vec::new(),
        known: Vec::new(),
        switches: Vec::new(),
        known_at: HashMap::new(),
        switch_at: HashMap::new(),
    };
    cutter.run()?;
    Ok(Cuts { places: cutter.places, branches: cutter.branches })
}

/// The ends of an interval; `None` is the reach.
type Ends = [Option<Root>; 2];

enum Item {
    /// A function on an interval.
    Part(Function, Ends),
    /// A cut between the parts before and after it.
    Cut(Root),
}

/// What has been found out about a function, whatever the interval.
struct Known {
    function: Function,
    choice: Option<Choice>,
    /// Of the choice's switch function, or of the branch when no choice is left.
    demands: Vec<(Demand, usize)>,
}

/// The first choice of a function.
#[derive(Clone)]
struct Choice {
    node: Function,
    switch: usize,
    /// The function with the arm taken, for each sign of the switch function.
    arms: [Option<Function>; 3],
}

struct Switch {
    function: Function,
    probe: Probe,
    zeros: Zeros,
}

struct Cutter<'a> {
    function: &'a Function,
    reach: f64,
    job: &'a Job<'a>,
    waiting: Vec<Item>,
    places: Vec<Root>,
    branches: Vec<Function>,
    known: Vec<Known>,
    switches: Vec<Switch>,
    /// Where in `known` and `switches` a function is.
    known_at: HashMap<Function, usize>,
    switch_at: HashMap<Function, usize>,
}

impl Cutter<'_> {
    fn run(&mut self) -> Result<(), KinkError> {
        while let Some(item) = self.waiting.pop() {
            match item {
                Item::Cut(root) => self.places.push(root),
                Item::Part(f, ends) => {
                    self.job.spend(VISIT * f.size() as u64)?;
                    let known = self.known(&f)?;
                    match self.known[known].choice.as_ref().map(|choice| choice.switch) {
                        Some(switch) => self.resolve(known, switch, &ends)?,
                        None => self.finish(known, &ends)?,
                    }
                }
            }
            if self.places.len() + self.waiting.len() > 2 * MOST {
                return Err(KinkError::TooMany { function: self.function.clone() });
            }
        }
        Ok(())
    }

    fn known(&mut self, f: &Function) -> Result<usize, KinkError> {
        if let Some(index) = self.known_at.get(f) {
            return Ok(*index);
        }
        let chosen = next_choice(f, &mut HashSet::new()).and_then(|node| Some((switch(&node)?, node)));
        let (choice, subject) = match chosen {
            Some((switch, node)) => {
                let index = self.switch(&switch)?;
                (Some(Choice { node, switch: index, arms: [None, None, None] }), switch)
            }
            None => (None, f.clone()),
        };
        let mut list = Vec::new();
        for demand in demands(&subject) {
            let index = self.switch(&demand.switch)?;
            list.push((demand, index));
        }
        self.known_at.insert(f.clone(), self.known.len());
        self.known.push(Known { function: f.clone(), choice, demands: list });
        Ok(self.known.len() - 1)
    }

    fn switch(&mut self, function: &Function) -> Result<usize, KinkError> {
        if let Some(index) = self.switch_at.get(function) {
            return Ok(*index);
        }
        let probe = Probe::new(function);
        self.job.spend(probe.ball_steps())?;
        self.switch_at.insert(function.clone(), self.switches.len());
        self.switches.push(Switch { function: function.clone(), probe, zeros: Zeros::new(function) });
        Ok(self.switches.len() - 1)
    }

    /// Cuts the interval where the choice's switch function vanishes or is singular and takes the arm that holds on each part.
    fn resolve(&mut self, known: usize, switch: usize, ends: &Ends) -> Result<(), KinkError> {
        let cutting: Vec<usize> = self.known[known].demands.iter().map(|(_, index)| *index).chain([switch]).collect();
        let mut items = Vec::new();
        for part in self.subdivide(&cutting, ends)? {
            if let Some(cut) = part[0].as_ref().filter(|_| !items.is_empty()) {
                items.push(Item::Cut(cut.clone()));
            }
            let middle = self.middle(&part)?;
            self.check_real(known, &middle, &part)?;
            let Switch { function, probe, .. } = &self.switches[switch];
            let sign = match probe.sign_at(&middle, DECIDING_BITS) {
                Some(sign) => sign,
                None if function.is_constant() => Ordering::Equal,
                None => return Err(KinkError::NotIsolated { part: function.clone(), near: middle.to_f64() }),
            };
            items.push(Item::Part(self.taken(known, sign), part));
        }
        self.waiting.extend(items.into_iter().rev());
        Ok(())
    }

    /// The function with the arm of its first choice taken.
    fn taken(&mut self, known: usize, sign: Ordering) -> Function {
        let Known { function, choice, .. } = &mut self.known[known];
        match choice {
            Some(Choice { node, arms, .. }) => {
                arms[(sign as i8 + 1) as usize].get_or_insert_with(|| replace(function, node, &arm(node, sign))).clone()
            }
            None => function.clone(),
        }
    }

    /// Cuts the interval of a smooth branch at its singular points and checks that it is real on each part.
    fn finish(&mut self, known: usize, ends: &Ends) -> Result<(), KinkError> {
        let cutting: Vec<usize> = self.known[known].demands.iter().map(|(_, index)| *index).collect();
        for (index, part) in self.subdivide(&cutting, ends)?.iter().enumerate() {
            self.check_real(known, &self.middle(part)?, part)?;
            if index > 0 {
                self.places.extend(part[0].clone());
            }
            self.branches.push(self.known[known].function.clone());
        }
        Ok(())
    }

    /// Refuses a part that is not real at a point between the zeros of the demands.
    fn check_real(&self, known: usize, point: &Float, ends: &Ends) -> Result<(), KinkError> {
        for (demand, index) in self.known[known].demands.iter().filter(|(demand, _)| demand.positive) {
            if self.switches[*index].probe.sign_at(point, DECIDING_BITS) == Some(Ordering::Less) {
                return Err(KinkError::NotReal { part: demand.part.clone(), range: range(ends, point) });
            }
        }
        Ok(())
    }

    /// The parts of an interval between the zeros of smooth functions, each analytic between the zeros of those before it.
    fn subdivide(&mut self, switches: &[usize], ends: &Ends) -> Result<Vec<Ends>, KinkError> {
        let mut parts = vec![ends.clone()];
        for switch in switches {
            let mut finer = Vec::new();
            for part in parts {
                let mut points = vec![part[0].clone()];
                points.extend(self.inside(*switch, &part)?.into_iter().map(Some));
                points.push(part[1].clone());
                finer.extend(points.windows(2).map(|pair| [pair[0].clone(), pair[1].clone()]));
            }
            parts = finer;
        }
        Ok(parts)
    }

    /// The zeros of a smooth function strictly inside an interval.
    fn inside(&mut self, switch: usize, ends: &Ends) -> Result<Vec<Root>, KinkError> {
        let Switch { function, probe, zeros } = &mut self.switches[switch];
        let end = |side: usize| {
            let place = ends[side].as_ref();
            let far = if side == 0 { -self.reach } else { self.reach };
            let singular = place.is_some_and(|root| !probe.value(&root.refine(128)).is_finite());
            End { at: place.map_or(far, |root| search_end(root, singular, side == 1)), place, singular }
        };
        let job = self.job;
        let mut roots = zeros.on([end(0), end(1)], job).map_err(|lost| match lost {
            Lost::NotIsolated { near } => KinkError::NotIsolated { part: function.clone(), near },
            Lost::Stopped(why) => why.into(),
        })?;
        roots.retain(|root| {
            ends[0].as_ref().is_none_or(|end| end.order(root, job).is_lt())
                && ends[1].as_ref().is_none_or(|end| root.order(end, job).is_lt())
        });
        job.check()?;
        if roots.len() > MOST {
            return Err(KinkError::TooMany { function: self.function.clone() });
        }
        Ok(roots)
    }

    /// A point well inside an interval.
    fn middle(&self, ends: &Ends) -> Result<Float, KinkError> {
        let low = ends[0].as_ref().map_or(-self.reach, |root| root.range().high);
        let high = ends[1].as_ref().map_or(self.reach, |root| root.range().low);
        let middle = low + (high - low) * PART;
        if low < middle && middle < high {
            return Ok(Float::with_val(53, middle));
        }
        let place = |side: usize| ends[side].clone().unwrap_or_else(|| Root::double([-self.reach, self.reach][side]));
        let (low, high) = (place(0), place(1));
        match low.parted(&high, MIDDLE_BITS) {
            Some([low, high]) => {
                let bits = low.bits().max(high.bits());
                Ok(Float::with_val(bits, high.low() - low.high()) * PART + low.high())
            }
            None => Err(KinkError::NotIsolated { part: self.function.clone(), near: low.to_f64() }),
        }
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

/// Where a search for zeros starts: a little beyond the end of the interval, but at a double where the function is singular.
fn search_end(end: &Root, singular: bool, upper: bool) -> f64 {
    let range = end.range();
    if singular && end.as_rational().is_some_and(|value| *value == range.low) {
        range.low
    } else if upper {
        range.high.next_up()
    } else {
        range.low.next_down()
    }
}
