//! The real line cut at finitely many breakpoints, with one value on each open interval between them.

use std::cmp::Ordering;

use super::exact::Exact;
use super::sum::Sum;

/// Most breakpoints of a function; beyond, it is left to quadrature.
const MOST_BREAKS: usize = 64;

/// Values on (−∞, c₁), (c₁, c₂), …, (c_n, ∞).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Partition<T> {
    /// Increasing.
    pub breaks: Vec<Exact>,
    /// One more than there are breakpoints.
    pub values: Vec<T>,
}

/// A piecewise function of the closed class, known up to its values at the breakpoints.
pub(super) type Pieces = Partition<Sum>;

/// An interval; `None` is an infinite end.
pub(super) type Interval<'a> = (Option<&'a Exact>, Option<&'a Exact>);

impl<T: Clone + PartialEq> Partition<T> {
    pub(super) fn uniform(value: T) -> Self {
        Self { breaks: Vec::new(), values: vec![value] }
    }

    pub(super) fn intervals(&self) -> impl Iterator<Item = (Interval<'_>, &T)> {
        self.values.iter().enumerate().map(|(index, value)| {
            let left = index.checked_sub(1).map(|i| &self.breaks[i]);
            ((left, self.breaks.get(index)), value)
        })
    }

    /// Applies `change` to each value.
    pub(super) fn map<U: Clone + PartialEq>(&self, change: impl Fn(&T) -> Option<U>) -> Option<Partition<U>> {
        let values = self.values.iter().map(change).collect::<Option<_>>()?;
        Some(Partition { breaks: self.breaks.clone(), values }.merged())
    }

    /// Joins neighbours with equal values.
    fn merged(self) -> Self {
        let mut values = self.values.into_iter();
        let mut kept = Self { breaks: Vec::new(), values: values.by_ref().take(1).collect() };
        for (point, value) in self.breaks.into_iter().zip(values) {
            if kept.values.last() != Some(&value) {
                kept.breaks.push(point);
                kept.values.push(value);
            }
        }
        kept
    }

    /// The partition that combines two, interval by interval; `None` where breakpoints cannot be ordered, or `combine` fails.
    pub(super) fn zip<U: Clone + PartialEq, V: Clone + PartialEq>(
        &self,
        other: &Partition<U>,
        combine: impl Fn(&T, &U) -> Option<V>,
    ) -> Option<Partition<V>> {
        let (mut i, mut j) = (0, 0);
        let mut joint = Partition { breaks: Vec::new(), values: vec![combine(&self.values[0], &other.values[0])?] };
        while i < self.breaks.len() || j < other.breaks.len() {
            let order = match (self.breaks.get(i), other.breaks.get(j)) {
                (Some(a), Some(b)) => a.compare(b)?,
                (Some(_), None) => Ordering::Less,
                _ => Ordering::Greater,
            };
            joint.breaks.push(if order.is_le() { self.breaks[i].clone() } else { other.breaks[j].clone() });
            i += usize::from(order.is_le());
            j += usize::from(order.is_ge());
            joint.values.push(combine(&self.values[i], &other.values[j])?);
        }
        (joint.breaks.len() <= MOST_BREAKS).then(|| joint.merged())
    }
}

impl Pieces {
    /// The function as a sum: the shapes common to all intervals over the whole line, then the rest of each interval.
    pub(super) fn parts(&self) -> Vec<(Interval<'_>, Sum)> {
        let (first, rest) = (&self.values[0], &self.values[1..]);
        let shared = first.terms().filter(|term| rest.iter().all(|sum| sum.terms().any(|other| other == *term)));
        let common = shared.fold(Sum::default(), |sum, (shape, p)| sum.plus(&Sum::single(shape.clone(), p.clone())));
        let rest = self.intervals().map(|(interval, sum)| (interval, sum.minus(&common)));
        let rest: Vec<_> = rest.filter(|(_, sum)| !sum.is_zero()).collect();
        std::iter::once(((None, None), common)).chain(rest).collect()
    }

    pub(super) fn plus(&self, other: &Self) -> Option<Self> {
        self.zip(other, |a, b| Some(a.plus(b)))
    }

    pub(super) fn minus(&self, other: &Self) -> Option<Self> {
        self.zip(other, |a, b| Some(a.minus(b)))
    }

    pub(super) fn times(&self, other: &Self) -> Option<Self> {
        self.zip(other, Sum::times)
    }

    /// f(cx) for c ≠ 0 of known sign.
    pub(super) fn rescaled(&self, c: &Exact) -> Option<Self> {
        let inverse = c.inverse()?;
        let mut breaks: Vec<Exact> = self.breaks.iter().map(|point| point * &inverse).collect();
        let mut values = self.values.iter().map(|sum| sum.rescaled(c)).collect::<Option<Vec<_>>>()?;
        if c.sign()?.is_lt() {
            breaks.reverse();
            values.reverse();
        }
        Some(Self { breaks, values })
    }

    /// The derivative between the breakpoints.
    pub(super) fn derivative(&self) -> Option<Self> {
        self.map(|sum| Some(sum.derivative()))
    }
}
