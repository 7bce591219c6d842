//! The chain itself, from the penalty κ_0 of the inputs to that of the samples.
//!
//! With atoms a_i of the covariance, their counts w_i and the label energy e_i in each, D_0 = Σ w_i a_i/(a_i + κ_0) degrees of freedom and
//! H = E y² − Σ e_i + Σ e_i κ_0/(a_i + κ_0); for a layer of N neurons on N′, a = (E f′)² and s the rest of its variance,
//!
//! ν = a (N/N′) κ (1 − D/N),   κ ← ν − s,   D ← D + s N′/(a κ);   ridge = κ_L (1 − D_L/n).
//!
//! H is the same number at every level. Counts are of any unit (per input dimension, or true ones). The point is p/q, so that both a
//! small and an infinite κ_0 are ordinary points: penalties and the ridge come out multiplied by q.

use crate::number::Ring;

/// An eigenvalue at the bottom.
#[derive(Clone, Debug)]
pub struct Atom<T> {
    /// The eigenvalue a, positive; several may stand as one between bounds.
    pub value: T,
    /// a w, w the number of directions that have it.
    pub weight: T,
    /// The energy of the labels that is linear in them.
    pub energy: T,
}

/// A layer of random features.
#[derive(Clone, Debug)]
pub struct Layer<T> {
    /// Its number of neurons.
    pub width: T,
    /// That of the layer below.
    pub below: T,
    /// a = (E f′)², positive.
    pub slope: T,
    /// s, the variance of f that is not linear; none where it is 0.
    pub rest: Option<T>,
}

/// Everything that the errors depend on but the ridge.
#[derive(Clone, Debug)]
pub struct Chain<T> {
    /// Eigenvalues at the bottom.
    pub atoms: Vec<Atom<T>>,
    /// E y², with the noise.
    pub energy: T,
    /// What of it no atom holds.
    pub outside: T,
    /// The layers, the lowest first.
    pub layers: Vec<Layer<T>>,
    /// The number of samples.
    pub samples: T,
}

/// The chain at a point p/q.
#[derive(Clone, Debug)]
pub struct Rungs<T> {
    /// q κ_0, …, q κ_L.
    pub penalties: Vec<T>,
    /// D_0, …, D_L.
    pub freedom: Vec<T>,
    /// H.
    pub loss: T,
    /// 1 − D_L/n.
    pub left: T,
}

impl<T: Ring> Rungs<T> {
    /// q times the penalty of the samples, κ_L.
    #[must_use]
    pub fn top(&self) -> &T {
        &self.penalties[self.penalties.len() - 1]
    }

    /// q times the ridge.
    #[must_use]
    pub fn ridge(&self) -> T {
        self.top().times(&self.left)
    }
}

impl<T: Ring> Chain<T> {
    /// Other numbers in the places of these.
    #[must_use]
    pub fn map<S>(&self, map: impl Fn(&T) -> S) -> Chain<S> {
        let atom = |atom: &Atom<T>| Atom { value: map(&atom.value), weight: map(&atom.weight), energy: map(&atom.energy) };
        let layer = |layer: &Layer<T>| Layer {
            width: map(&layer.width),
            below: map(&layer.below),
            slope: map(&layer.slope),
            rest: layer.rest.as_ref().map(&map),
        };
        Chain {
            atoms: self.atoms.iter().map(atom).collect(),
            energy: map(&self.energy),
            outside: map(&self.outside),
            layers: self.layers.iter().map(layer).collect(),
            samples: map(&self.samples),
        }
    }

    /// The levels at κ_0 = p/q.
    #[must_use]
    pub fn rungs(&self, p: &T, q: &T) -> Rungs<T> {
        let (mut freedom, mut loss) = (p.integer(0), self.outside.clone());
        for Atom { value, weight, energy } in &self.atoms {
            let whole = value.times(q).plus(p).inverse();
            freedom = freedom.plus(&weight.times(&q.times(&whole)));
            loss = loss.plus(&energy.times(&p.times(&whole)));
        }
        let mut penalty = p.clone();
        let (mut penalties, mut all) = (vec![penalty.clone()], vec![freedom.clone()]);
        for Layer { width, below, slope, rest } in &self.layers {
            let taken = freedom.over(width);
            let mut next = slope.times(&width.over(below)).times(&penalty).times(&p.integer(1).minus(&taken));
            if let Some(rest) = rest {
                freedom = freedom.plus(&rest.times(below).times(q).over(&slope.times(&penalty)));
                next = next.minus(&rest.times(q));
            }
            penalty = next;
            penalties.push(penalty.clone());
            all.push(freedom.clone());
        }
        let left = p.integer(1).minus(&freedom.over(&self.samples));
        Rungs { penalties, freedom: all, loss, left }
    }
}
