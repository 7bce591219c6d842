//! The chain in double precision with a trapezoidal rule over each bias, and what the rule misses taken off (`pole`).
//!
//! Two rules of the same step, shifted by half of it, err by the same amount with opposite signs: their difference is the error
//! of a value.

use std::sync::Arc;

use num_complex::Complex64;

use super::chain::{Chain, Image, Layer, Point, ProfileNode, Sums};
use super::line::Line;
use super::nodes::{BiasNode, Profile, ProfileLayer};
use super::pole::{Denominator, Pole};

/// Nodes of less weight than this are left out of the sums: what they add is their weight over the size of A at most.
const LEAST_WEIGHT: f64 = 2.1e-22;

/// The zeros near the axis, layer by layer above the base.
pub(crate) type Poles = Vec<Vec<Pole>>;

/// One rule.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    chain: Chain<Complex64>,
    /// The functions behind the nodes of each layer above the base, where these are a trapezoidal rule.
    lines: Vec<Option<Arc<Line>>>,
    /// D at these places far out tells whether it changes sign beyond the nodes: (a², r), left and right of them.
    ends: Vec<Option<[[f64; 2]; 2]>>,
    /// Of the nodes against those of the line, in steps.
    offset: f64,
}

fn doubles(nodes: &[BiasNode]) -> Vec<[f64; 3]> {
    nodes.iter().map(|node| [node.weight.to_f64(), node.slope.to_f64(), node.rest.to_f64()]).collect()
}

/// Every other node of a trapezoidal rule.
fn alternate(nodes: &[[f64; 3]], first: usize) -> Vec<[f64; 3]> {
    nodes.iter().skip(first).step_by(2).map(|[weight, slope, rest]| [2.0 * weight, *slope, *rest]).collect()
}

fn layer(gamma: f64, nodes: &[[f64; 3]]) -> Layer<Complex64> {
    let heavy = nodes.iter().filter(|node| node[0] > LEAST_WEIGHT);
    let node =
        |[weight, slope, rest]: &[f64; 3]| ProfileNode { weight: (*weight).into(), slope: (*slope).into(), rest: (*rest).into() };
    Layer { gamma: gamma.into(), nodes: heavy.map(node).collect() }
}

impl Rule {
    /// The rules on the even and on the odd ones of the finer nodes of a profile; where the nodes are the values of a discrete law,
    /// on the finer and on the coarser ones.
    pub fn pair(profile: &Profile) -> [Self; 2] {
        let (base, above) = profile.signal();
        let base = match base {
            Some(found) => layer(found.gamma.to_f64(), &doubles(&found.fine)),
            None => layer(profile.input.to_f64(), &[[1.0, 0.0, 1.0]]),
        };
        let line = |layer: &ProfileLayer| {
            let values = layer.fine.iter().map(|node| [node.slope.to_f64(), node.rest.to_f64()]).collect();
            Some(Arc::new(Line::new(layer.spacing?, values)?))
        };
        let lines: Vec<Option<Arc<Line>>> = above.iter().map(line).collect();
        let ends = |layer: &ProfileLayer| {
            let half = layer.far.len() / 2;
            Some([*layer.far.last()?, *layer.far.get(half.checked_sub(1)?)?])
        };
        let ends: Vec<_> = above.iter().map(ends).collect();
        let make = |shifted: bool| {
            let raised = above.iter().zip(&lines).map(|(found, line)| {
                let nodes = match (line, shifted) {
                    (Some(_), _) => alternate(&doubles(&found.fine), usize::from(shifted)),
                    (None, false) => doubles(&found.fine),
                    (None, true) => doubles(&found.coarse),
                };
                layer(found.gamma.to_f64(), &nodes)
            });
            Self {
                chain: Chain { base: base.clone(), layers: raised.collect() },
                lines: lines.clone(),
                ends: ends.clone(),
                offset: if shifted { 0.5 } else { 0.0 },
            }
        };
        [make(false), make(true)]
    }

    /// The chain behind it.
    pub fn chain(&self) -> &Chain<Complex64> {
        &self.chain
    }

    fn denominator<'a>(&self, layer: usize, scale: &'a Complex64, image: &'a Image<Complex64>) -> Denominator<'a> {
        Denominator { gamma: self.chain.layers[layer].gamma.re, scale, image }
    }

    fn average(&self, poles: &[Pole], layer: usize, scale: &Complex64, image: &Image<Complex64>) -> Sums<Complex64> {
        let mut sums = self.chain.layers[layer].sums(scale, image);
        for pole in poles {
            pole.correct(&mut sums, &self.denominator(layer, scale, image), self.offset);
        }
        sums
    }

    /// The zeros near the axis at a point.
    pub fn poles(&self, point: &Point<Complex64>) -> Poles {
        let mut image = self.chain.lowest(point);
        let mut poles = Vec::with_capacity(self.lines.len());
        for (layer, scale) in point.scales.iter().enumerate() {
            let found = self.lines[layer].as_ref().map_or(Vec::new(), |line| self.denominator(layer, scale, &image).poles(line));
            let rest = self.average(&found, layer, scale, &image).first[1];
            image = Image { e: image.e + image.m * rest, m: image.m / scale };
            poles.push(found);
        }
        poles
    }

    /// e and m of every layer, the lowest first.
    pub fn images(&self, point: &Point<Complex64>, poles: &Poles) -> Vec<Image<Complex64>> {
        self.chain.images(point, &|layer, scale, image| self.average(&poles[layer], layer, scale, image))
    }

    /// A Newton step, or a tangent, as [`Chain::step`].
    pub fn step(&self, point: &Point<Complex64>, poles: &Poles, z: &Complex64, moves: Option<&Complex64>) -> Point<Complex64> {
        self.chain.step_with(point, z, moves, &|layer, scale, image| self.average(&poles[layer], layer, scale, image))
    }

    /// Whether no D changes sign over the biases at a point over the real axis; none when one does beyond the nodes, where the
    /// rule does not see it.
    pub fn keeps_signs(&self, point: &Point<Complex64>, images: &[Image<Complex64>]) -> Option<bool> {
        let mut keeps = one_sign(self.chain.base_denominators(point).iter().map(|denominator| denominator.re > 0.0));
        for (layer, (scale, image)) in point.scales.iter().zip(images).enumerate() {
            let found = &self.chain.layers[layer];
            let share = |slope: f64, rest: f64| 1.0 + found.gamma.re * ((image.e * slope + image.m * rest) / scale).re;
            let at = |[slope, rest]: [f64; 2]| share(slope, rest) > 0.0;
            keeps &= match &self.lines[layer] {
                Some(line) => one_sign(line.values.iter().map(|value| at(*value))),
                None => one_sign(found.nodes.iter().map(|node| at([node.slope.re, node.rest.re]))),
            };
            if let (Some(far), Some(line)) = (self.ends[layer], &self.lines[layer]) {
                let [low, high] = line.trusted();
                let sides = [(low, &line.values[..low], far[0]), (high, &line.values[high..], far[1])];
                let seen = |(inner, outer, far): &(usize, &[[f64; 2]], [f64; 2])| {
                    let sign = at(line.values[*inner]);
                    at(*far) == sign && outer.iter().all(|value| at(*value) == sign)
                };
                if !sides.iter().all(seen) {
                    return None;
                }
            }
        }
        Some(keeps)
    }

    /// How far nodes are from zeros, in steps.
    pub fn distance(&self, poles: &Poles) -> f64 {
        poles.iter().flatten().map(|pole| pole.distance(self.offset)).fold(f64::INFINITY, f64::min)
    }

    /// F(x) for x > 0 from the point over it (see `profile64`).
    pub fn distribution(&self, point: &Point<Complex64>, poles: &Poles) -> f64 {
        let images = self.images(point, poles);
        let angles = |nodes: &[ProfileNode<Complex64>], list: &[Complex64]| -> f64 {
            nodes.iter().zip(list).map(|(node, share)| node.weight.re * upper_angle(*share)).sum()
        };
        let base = &self.chain.base;
        let mut sum = upper_angle(-point.base.inv());
        sum += angles(&base.nodes, &self.chain.base_denominators(point)) / base.gamma.re;
        for (layer, (scale, image)) in point.scales.iter().zip(&images).enumerate() {
            let found = &self.chain.layers[layer];
            let shares: Vec<Complex64> = found.denominators(scale, image).map(|(_, denominator)| denominator / scale).collect();
            let missed: f64 = poles[layer].iter().map(|pole| pole.excess(self.offset).im).sum();
            sum += lower_angle(*scale) + (angles(&found.nodes, &shares) + missed) / found.gamma.re;
        }
        1.0 - (sum - images.iter().map(|image| image.e.im).sum::<f64>()) / std::f64::consts::PI
    }
}

fn one_sign(mut signs: impl Iterator<Item = bool>) -> bool {
    signs.next().is_none_or(|first| signs.all(|sign| sign == first))
}

/// The argument of a number of the closed upper half plane, whatever rounding did to its sign.
fn upper_angle(value: Complex64) -> f64 {
    Complex64::new(value.re, value.im.max(0.0)).arg()
}

/// The argument of a number of the closed lower half plane.
fn lower_angle(value: Complex64) -> f64 {
    -upper_angle(value.conj())
}
