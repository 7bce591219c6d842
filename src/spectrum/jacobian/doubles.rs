//! The equation in double precision: τ and the ζ_l over any z, found together by Newton's method.
//!
//! The solution is chosen by signs. A free multiplicative convolution of two laws on [0, ∞) has one pair of subordination points (ω₁, ω₂) in
//! the upper half plane with arg z ≤ arg ω_i (Belinschi and Bercovici 2007: the Denjoy–Wolff point of a self-map of that sector), and a sample
//! covariance one point z_P there (Silverstein and Bai 1995). Layer by layer from the last one these are the partial products
//!
//! ```text
//! Y_L = ζ_L,   Gaussian: Y′ = (1 + τ/r_l) Y_{l+1}, Y_l = (τ/r_l) ζ_l Y_{l+1};   Haar: Y_l = τ/(1 + τ) ζ_l Y_{l+1}
//! ```
//!
//! so that a solution with all of these and the ζ_l in their sectors is the one of the law; conversely the law has them there.

use num_complex::Complex64;

use super::slopes::{JacobianSlopes, Mixing};

/// Newton steps of a correction.
const CORRECTIONS: usize = 40;
/// A relative step that ends it,
const SETTLED: f64 = 4e-15;
/// and one that may stay, by rounding.
const STALLED: f64 = 1e-9;
/// The height of the start of a path, in means.
const START: f64 = 200.0;
/// Steps of a path.
const PATH_STEPS: usize = 400;
/// Rounding of an argument.
const ANGLE: f64 = 1e-9;
/// Bisections of a root.
const BISECTIONS: usize = 200;
/// A step of Newton's method for a logarithm that is rounding.
const ROUNDED: f64 = 2e-16;
/// Sums that go on at once.
const LANES: usize = 4;
/// Orders of e between which a root on a half-line is searched.
const ORDERS: f64 = 250.0;

/// Layers that are alike: values of the squared slope, each with value times probability.
#[derive(Clone, Debug)]
pub(super) struct Layer64 {
    pub atoms: Vec<[f64; 2]>,
    /// The probability of all of them.
    pub alive: f64,
    /// 1/r.
    pub inverse: f64,
    pub count: f64,
}

/// The equation.
#[derive(Clone, Debug)]
pub(super) struct Map64 {
    pub layers: Vec<Layer64>,
    /// For each layer which of them.
    pub order: Vec<usize>,
    pub scale: f64,
    pub is_haar: bool,
}

/// τ with the ζ of each group.
#[derive(Clone, Debug)]
pub(super) struct State64 {
    pub tau: Complex64,
    pub zeta: Vec<Complex64>,
}

/// Where ζ lies for real τ: above all values, below 0, between 0 and the lowest value, between the two highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Above,
    Negative,
    Low,
    Top,
}

impl Layer64 {
    /// Hands over all atoms, with one of the lanes for each.
    fn each(&self, mut add: impl FnMut(usize, [f64; 2])) {
        let (chunks, rest) = self.atoms.as_chunks::<LANES>();
        for chunk in chunks {
            for (lane, atom) in chunk.iter().enumerate() {
                add(lane, *atom);
            }
        }
        for (lane, atom) in rest.iter().enumerate() {
            add(lane, *atom);
        }
    }

    /// E d/(ζ − d) with its derivative; infinite on a value.
    pub fn sums(&self, zeta: Complex64) -> [Complex64; 2] {
        if zeta.im == 0.0 {
            return self.real_sums(zeta.re).map(|sum| Complex64::new(sum, 0.0));
        }
        let mut sums = [[0.0; LANES]; 4];
        let add = |lane: usize, [value, weighted]: [f64; 2]| {
            let (re, im) = (zeta.re - value, -zeta.im);
            let norm = 1.0 / (re * re + im * im);
            let (re, im) = (re * norm, im * norm);
            sums[0][lane] += weighted * re;
            sums[1][lane] += weighted * im;
            sums[2][lane] += weighted * (re * re - im * im);
            sums[3][lane] += weighted * (2.0 * re * im);
        };
        self.each(add);
        let [a, b, c, d] = sums.map(|lanes| lanes.iter().sum::<f64>());
        [Complex64::new(a, b), -Complex64::new(c, d)]
    }

    /// The same on the real line.
    fn real_sums(&self, zeta: f64) -> [f64; 2] {
        let mut sums = [[0.0; LANES]; 2];
        let add = |lane: usize, [value, weighted]: [f64; 2]| {
            let inverse = 1.0 / (zeta - value);
            let term = weighted * inverse;
            sums[0][lane] += term;
            sums[1][lane] += term * inverse;
        };
        self.each(add);
        let [value, slope] = sums.map(|lanes| lanes.iter().sum::<f64>());
        [value, -slope]
    }

    /// ζ over a real ψ on its side; ψ falls along each of them.
    pub fn real(&self, psi: f64, side: Side) -> f64 {
        let value = |index: usize| self.atoms.get(index).map_or(0.0, |atom| atom[0]);
        let last = self.atoms.len() - 1;
        if let [[value, weighted]] = self.atoms[..] {
            return value + weighted / psi;
        }
        let (range, top) = (value(last) - value(last.saturating_sub(1)), value(last));
        // ζ and its derivative
        let place = |s: f64| {
            let logistic = 1.0 / (1.0 + (-s).exp());
            let rises = logistic * (1.0 - logistic);
            match side {
                Side::Above => (top * (1.0 + s.exp()), top * s.exp()),
                Side::Negative => (-top * (-s).exp(), top * (-s).exp()),
                Side::Low => (value(0) * logistic, value(0) * rises),
                Side::Top => (top - range + range * logistic, range * rises),
            }
        };
        let (mut low, mut high) = (-ORDERS, ORDERS);
        let (mut s, mut last_step) = (0.0, f64::INFINITY);
        for _ in 0..BISECTIONS {
            let (zeta, speed) = place(s);
            let [value, slope] = self.real_sums(zeta);
            // on a value itself, which ends the side
            let is_above = if value.is_nan() { s < 0.0 } else { value > psi };
            if is_above {
                low = s;
            } else {
                high = s;
            }
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            // Newton's method for ln ψ, which is nearly linear, where that is
            let ratio = value / psi;
            let gap = if ratio > 0.0 { ratio.ln() * value } else { value - psi };
            let step = gap / (slope * speed);
            let is_settled = step.abs() <= ROUNDED * (1.0 + s.abs()) || (step.abs() < STALLED && step.abs() >= 0.5 * last_step);
            if is_settled {
                break;
            }
            last_step = step.abs();
            s = if s - step > low && s - step < high { s - step } else { middle };
        }
        place(s).0
    }
}

impl Map64 {
    pub fn new(slopes: &JacobianSlopes, factor: f64) -> Self {
        let counts = slopes.counts();
        let layer = |(index, law): (usize, &super::SlopeLaw)| Layer64 {
            atoms: law.atoms.iter().map(|atom| [atom.value.to_f64(), atom.value.to_f64() * atom.weight.to_f64()]).collect(),
            alive: law.atoms.iter().map(|atom| atom.weight.to_f64()).sum(),
            inverse: law.ratio.to_f64().recip(),
            count: f64::from(counts[index]),
        };
        Self {
            layers: slopes.laws.iter().enumerate().map(layer).collect(),
            order: slopes.layers.clone(),
            scale: slopes.scale(64).0.to_f64() * factor,
            is_haar: slopes.mixing == Mixing::Haar,
        }
    }

    pub fn depth(&self) -> f64 {
        self.order.len() as f64
    }

    /// z over τ and ζ.
    pub fn z(&self, state: &State64) -> Complex64 {
        let power = self.order.len() as i32 - 1;
        let tau = state.tau;
        let outer = match self.is_haar {
            true => (tau / (1.0 + tau)).powi(power),
            false => (1.0 + tau) * tau.powi(power),
        };
        let zetas = self.layers.iter().zip(&state.zeta).map(|(layer, zeta)| zeta.powi(layer.count as i32));
        zetas.fold(outer * self.scale, |product, zeta| product * zeta)
    }

    /// ∂ log z/∂τ at fixed ζ.
    fn outer(&self, tau: Complex64) -> Complex64 {
        let (power, one) = (self.depth() - 1.0, Complex64::new(1.0, 0.0));
        if self.is_haar { power * (tau.inv() - (one + tau).inv()) } else { (one + tau).inv() + power * tau.inv() }
    }

    /// d log z/dτ along the curve.
    pub fn slope(&self, state: &State64) -> Complex64 {
        if state.tau.im == 0.0 && state.zeta.iter().all(|zeta| zeta.im == 0.0) {
            // on a value, where a sum is infinite, complex arithmetic knows nothing
            let each = self.layers.iter().zip(&state.zeta);
            let inner = each.map(|(layer, zeta)| layer.count * layer.inverse / (layer.real_sums(zeta.re)[1] * zeta.re));
            return self.outer(state.tau) + inner.sum::<f64>();
        }
        let inner = self.layers.iter().zip(&state.zeta).map(|(layer, zeta)| {
            let [_, slope] = layer.sums(*zeta);
            layer.count * layer.inverse / (slope * zeta)
        });
        self.outer(state.tau) + inner.sum::<Complex64>()
    }

    /// One Newton step of all unknowns at once, and its size relative to them.
    fn step(&self, target: Complex64, state: &mut State64) -> f64 {
        let mut wanted = -(self.z(state) / target).ln();
        let mut along = self.outer(state.tau);
        let mut moves = Vec::with_capacity(self.layers.len());
        for (layer, zeta) in self.layers.iter().zip(&state.zeta) {
            let [value, slope] = layer.sums(*zeta);
            let own = (layer.inverse * state.tau - value) / slope;
            let pull = layer.inverse / slope;
            wanted -= layer.count * own / zeta;
            along += layer.count * pull / zeta;
            moves.push((own, pull));
        }
        let by = wanted / along;
        let mut size = by.norm() / state.tau.norm();
        state.tau += by;
        for (zeta, (own, pull)) in state.zeta.iter_mut().zip(moves) {
            let by = own + pull * by;
            size = size.max(by.norm() / zeta.norm());
            *zeta += by;
        }
        size
    }

    /// The solution over z near a start, if it has the signs.
    pub fn settled(&self, z: Complex64, start: &State64) -> Option<State64> {
        let mut state = start.clone();
        let mut last = f64::INFINITY;
        for _ in 0..CORRECTIONS {
            let size = self.step(z, &mut state);
            if size.is_nan() || size > 1e3 {
                return None;
            }
            if size <= SETTLED || (size <= STALLED && size >= 0.5 * last) {
                return self.has_signs(z, &state).then_some(state);
            }
            last = size;
        }
        None
    }

    /// Whether the ζ and all partial products lie in their sectors.
    pub fn has_signs(&self, z: Complex64, state: &State64) -> bool {
        let tau = state.tau;
        let upper = |point: Complex64| point.im > 0.0;
        if tau.im >= 0.0 || !state.zeta.iter().all(|zeta| upper(*zeta)) {
            return false;
        }
        let beyond = |point: Complex64, of: f64| upper(point) && point.arg() >= of - ANGLE;
        let last = self.order.len() - 1;
        let mut product = state.zeta[self.order[last]];
        for layer in (0..last).rev() {
            let group = &self.layers[self.order[layer]];
            let (zeta, psi) = (state.zeta[self.order[layer]], tau * group.inverse);
            let before = if self.is_haar { product } else { (1.0 + psi) * product };
            product = before * zeta * psi / (1.0 + psi);
            let is_end = layer == 0 && self.is_haar;
            let angle = if is_end { z.arg() } else { product.arg() };
            if !(is_end || upper(product)) || !beyond(before, angle) || !beyond(zeta, angle) {
                return false;
            }
        }
        self.is_haar || upper(product)
    }

    /// A state far from the support.
    fn far(&self, z: Complex64) -> State64 {
        let means: Vec<f64> = self.layers.iter().map(|layer| layer.atoms.iter().map(|atom| atom[1]).sum()).collect();
        let spread = self.layers.iter().zip(&means).map(|(layer, mean)| (mean / layer.inverse).powi(layer.count as i32));
        let mean = spread.product::<f64>() * self.scale;
        let tau = mean / z;
        let zeta = self.layers.iter().zip(&means).map(|(layer, mean)| mean / (layer.inverse * tau)).collect();
        State64 { tau, zeta }
    }

    /// E λ.
    pub fn mean(&self) -> f64 {
        (self.far(Complex64::new(1.0, 0.0)).tau).re
    }

    /// The solution over z, Im z ≥ 0 and not outside the support, by a path down from far above.
    pub fn path(&self, z: Complex64) -> Option<State64> {
        let size = self.mean().max(z.norm());
        let mut height = START * size * self.depth().max(1.0);
        let above = |height: f64| Complex64::new(z.re, z.im + height);
        let mut state = self.settled(above(height), &self.far(above(height)))?;
        let mut ratio: f64 = 0.5;
        for _ in 0..PATH_STEPS {
            if height <= 0.3 * size
                && let Some(found) = self.settled(z, &self.moved(&state, above(height), z))
            {
                return Some(found);
            }
            let next = height * ratio;
            let guess = self.moved(&state, above(height), above(next));
            match self.settled(above(next), &guess) {
                Some(found) => {
                    (state, height) = (found, next);
                    ratio = (ratio * ratio).max(0.3);
                }
                None => ratio = ratio.sqrt(),
            }
            if ratio > 0.999 || height < 1e-14 * size {
                return None;
            }
        }
        None
    }

    /// The tangent from z to another point.
    pub fn moved(&self, state: &State64, from: Complex64, to: Complex64) -> State64 {
        let by = (to / from).ln() / self.slope(state);
        let moved = |(layer, zeta): (&Layer64, &Complex64)| zeta + by * layer.inverse / layer.sums(*zeta)[1];
        let zeta: Vec<Complex64> = self.layers.iter().zip(&state.zeta).map(moved).collect();
        let next = State64 { tau: state.tau + by, zeta };
        let inside = next.tau.im < 0.0 && next.zeta.iter().all(|zeta| zeta.im > 0.0);
        if inside { next } else { state.clone() }
    }

    /// Im of ∫ G dz from infinity, over π: the mass above a real point.
    pub fn mass_above(&self, state: &State64) -> f64 {
        let depth = self.depth();
        let mut angle = (depth - 1.0) * state.tau.arg();
        if !self.is_haar {
            angle += depth * state.tau.im;
        }
        for (layer, zeta) in self.layers.iter().zip(&state.zeta) {
            let own = zeta.arg();
            let term = |[value, weighted]: &[f64; 2]| weighted / value * (Complex64::new(zeta.re - value, zeta.im).arg() - own);
            // values below all doubles change no argument
            let seen = layer.atoms.iter().filter(|[value, _]| *value >= f64::MIN_POSITIVE);
            angle += layer.count * (own + seen.map(term).sum::<f64>() / layer.inverse);
        }
        angle / std::f64::consts::PI
    }

    /// The state over a real τ with each ζ on its side.
    pub fn real(&self, tau: f64, sides: &[Side]) -> State64 {
        let zeta = |(layer, side): (&Layer64, &Side)| Complex64::new(layer.real(tau * layer.inverse, *side), 0.0);
        State64 { tau: Complex64::new(tau, 0.0), zeta: self.layers.iter().zip(sides).map(zeta).collect() }
    }
}
