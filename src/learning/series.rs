//! The surrogate F_0 + Σ c_k zᵏ (θᵏ)ᵀ over a few powers at finite size, in doubles (section 6.1 of the theory).
//!
//! With G_jk = N E g^{j+k}, D = diag(c_k tᵏ), t = c₁ η|β|/√N and A as in [`growing`](super::growing),
//!
//! T = (1 + κ) G + G D A D G + C D G + (C D G)ᵀ,   C_jk = −c₁² G_j1 μ_k m₂/(√N |β|) for the residual y − f_0, else 0.
//!
//! Outliers s of F are where T at z(q) = s²/n loses rank, 0 < q < q_e; T is positive as q → 0, and the number of its negative
//! eigenvalues counts those above. With the null vector x and R = A D G + Cᵀ the left vector has with p(z) = Σ a_k zᵏ the squared
//! cosine (aᵀ R x)²/(|xᵀ T′ x| E p²), T′ in the ridge.

use crate::number::Jet;
use crate::number::Ring;
use crate::spectrum::Curve;

/// The bisections of an outlier.
const BISECTIONS: usize = 200;

/// The surrogate.
#[derive(Clone, Debug)]
pub struct Surrogate {
    /// The curve of features.
    pub curve: Curve<f64>,
    /// q of the upper edge.
    pub edge: f64,
    /// n.
    pub samples: f64,
    /// N.
    pub neurons: f64,
    /// The powers present, and c_k of each.
    pub powers: Vec<(usize, f64)>,
    /// c₁.
    pub linear: f64,
    /// η|β|, and |β|.
    pub step: [f64; 2],
    /// Whether the residual holds the network's own output.
    pub full: bool,
}

/// An outlier of F.
#[derive(Clone, Debug)]
pub struct SeriesSpike {
    /// The singular value.
    pub singular_value: f64,
    /// For each power present the squared cosine of the left vector with zᵏ, and with its part orthogonal to the lower ones.
    pub alignment: Vec<(usize, f64, f64)>,
}

type Matrix = Vec<Vec<f64>>;

fn moment(k: usize) -> f64 {
    if k % 2 == 1 { 0.0 } else { (1..k).step_by(2).map(|odd| odd as f64).product() }
}

fn multiply(a: &Matrix, b: &Matrix) -> Matrix {
    let columns = b.first().map_or(0, Vec::len);
    a.iter().map(|row| (0..columns).map(|j| row.iter().zip(b).map(|(x, other)| x * other[j]).sum()).collect()).collect()
}

fn transposed(a: &Matrix) -> Matrix {
    (0..a.len()).map(|j| a.iter().map(|row| row[j]).collect()).collect()
}

/// What T is made of at a point: κ, m₁ and m₂, or their derivatives with 0 in place of 1.
struct Point {
    one: f64,
    kappa: f64,
    m1: f64,
    m2: f64,
}

impl Surrogate {
    /// t = c₁ η|β|/√N.
    #[must_use]
    pub fn strength(&self) -> f64 {
        self.linear * self.step[0] / self.neurons.sqrt()
    }

    /// √(n w₊).
    #[must_use]
    pub fn bulk_edge(&self) -> f64 {
        (self.samples * self.curve.z(&self.edge)).sqrt()
    }

    fn gram(&self) -> Matrix {
        let entry = |j: usize, k: usize| self.neurons * moment(j + k);
        self.powers.iter().map(|(j, _)| self.powers.iter().map(|(k, _)| entry(*j, *k)).collect()).collect()
    }

    fn a(&self, point: &Point) -> Matrix {
        let mu = |k: usize| moment(k + 1);
        let entry = |j: usize, k: usize| point.m1 * (moment(j + k) - mu(j) * mu(k)) + point.m2 * mu(j) * mu(k);
        self.powers.iter().map(|(j, _)| self.powers.iter().map(|(k, _)| entry(*j, *k)).collect()).collect()
    }

    fn c(&self, point: &Point) -> Matrix {
        let scale = if self.full { -self.linear.powi(2) * point.m2 / (self.neurons.sqrt() * self.step[1]) } else { 0.0 };
        let entry = |j: usize, k: usize| scale * self.neurons * moment(j + 1) * moment(k + 1);
        self.powers.iter().map(|(j, _)| self.powers.iter().map(|(k, _)| entry(*j, *k)).collect()).collect()
    }

    /// D G.
    fn scaled_gram(&self) -> Matrix {
        let t = self.strength();
        let row = |((k, c), row): (&(usize, f64), Vec<f64>)| row.iter().map(|x| x * c * t.powi(*k as i32)).collect();
        self.powers.iter().zip(self.gram()).map(row).collect()
    }

    /// T, or its derivative.
    fn matrix(&self, point: &Point) -> Matrix {
        let (gram, scaled) = (self.gram(), self.scaled_gram());
        let quadratic = multiply(&transposed(&scaled), &multiply(&self.a(point), &scaled));
        let cross = multiply(&self.c(point), &scaled);
        let size = gram.len();
        let entry = |j: usize, k: usize| (point.one + point.kappa) * gram[j][k] + quadratic[j][k] + cross[j][k] + cross[k][j];
        (0..size).map(|j| (0..size).map(|k| entry(j, k)).collect()).collect()
    }

    /// κ, m₁, m₂ at q with their derivatives in the ridge.
    fn points(&self, q: f64) -> [Point; 2] {
        let jets = self.curve.map(Jet::constant);
        let q = Jet::variable(&q);
        let u = jets.u(&q);
        let m1 = q.integer(0).minus(&q.over(&u));
        let m2 = m1.over(&jets.s(&q));
        let kappa = u.inverse().minus(&q.integer(1));
        let slope = -jets.z(&q).slope;
        [
            Point { one: 1.0, kappa: kappa.value, m1: m1.value, m2: m2.value },
            Point { one: 0.0, kappa: kappa.slope / slope, m1: m1.slope / slope, m2: m2.slope / slope },
        ]
    }

    /// The number of outliers above z(q).
    fn above(&self, q: f64) -> usize {
        negative(self.matrix(&self.points(q)[0]))
    }

    /// The outliers, from the largest.
    #[must_use]
    pub fn spikes(&self) -> Vec<SeriesSpike> {
        let count = self.above(self.edge);
        (1..=count).map(|number| self.spike(number)).collect()
    }

    fn spike(&self, number: usize) -> SeriesSpike {
        let (mut low, mut high) = (0.0, self.edge);
        for _ in 0..BISECTIONS {
            // towards 0 by ratios
            let middle = if low < high / 4.0 { (low * high).sqrt().max(high / 1024.0) } else { f64::midpoint(low, high) };
            if self.above(middle) >= number {
                high = middle;
            } else {
                low = middle;
            }
        }
        let q = high;
        let [point, slopes] = self.points(q);
        let x = null_vector(self.matrix(&point));
        let scaled = self.scaled_gram();
        let image = |matrix: &Matrix, x: &[f64]| -> Vec<f64> {
            matrix.iter().map(|row| row.iter().zip(x).map(|(a, b)| a * b).sum()).collect()
        };
        let carried = image(&self.a(&point), &image(&scaled, &x));
        let cross = image(&transposed(&self.c(&point)), &x);
        let r: Vec<f64> = carried.iter().zip(cross).map(|(a, b)| a + b).collect();
        let norm: f64 = image(&self.matrix(&slopes), &x).iter().zip(&x).map(|(a, b)| a * b).sum::<f64>().abs();
        let cosine = |coefficients: &[f64]| -> f64 {
            let product: f64 = coefficients.iter().zip(&r).map(|(a, b)| a * b).sum();
            let pairs = coefficients.iter().zip(&self.powers);
            let energy: f64 =
                pairs.clone().flat_map(|(a, (j, _))| pairs.clone().map(move |(b, (k, _))| a * b * moment(j + k))).sum();
            product * product / (norm * energy)
        };
        let alignment = (0..self.powers.len()).map(|index| {
            let unit: Vec<f64> = (0..self.powers.len()).map(|other| f64::from(u8::from(other == index))).collect();
            (self.powers[index].0, cosine(&unit), cosine(&self.orthogonal(index)))
        });
        SeriesSpike { singular_value: (self.samples * self.curve.z(&q)).sqrt(), alignment: alignment.collect() }
    }

    /// zᵏ less its projection on the lower powers.
    fn orthogonal(&self, index: usize) -> Vec<f64> {
        let size = self.powers.len();
        let lower: Matrix =
            (0..index).map(|j| (0..index).map(|k| moment(self.powers[j].0 + self.powers[k].0)).collect()).collect();
        let right: Vec<f64> = (0..index).map(|j| moment(self.powers[j].0 + self.powers[index].0)).collect();
        let projection = solved(lower, right);
        let coefficient = |k: usize| match k.cmp(&index) {
            std::cmp::Ordering::Less => -projection[k],
            std::cmp::Ordering::Equal => 1.0,
            std::cmp::Ordering::Greater => 0.0,
        };
        (0..size).map(coefficient).collect()
    }
}

/// The number of negative eigenvalues of a symmetric matrix, by elimination with diagonal pivots; scaled to unit diagonal first.
fn negative(mut matrix: Matrix) -> usize {
    let size = matrix.len();
    let mut count = 0;
    for pivot in 0..size {
        let largest = (pivot..size).max_by(|a, b| matrix[*a][*a].abs().total_cmp(&matrix[*b][*b].abs())).unwrap_or(pivot);
        matrix.swap(pivot, largest);
        matrix.iter_mut().for_each(|row| row.swap(pivot, largest));
        let value = matrix[pivot][pivot];
        count += usize::from(value < 0.0);
        let above = matrix[pivot].clone();
        for row in &mut matrix[pivot + 1..] {
            let factor = row[pivot] / value;
            row.iter_mut().zip(&above).skip(pivot).for_each(|(entry, above)| *entry -= factor * above);
        }
    }
    count
}

/// The vector that a nearly singular matrix takes to nearly nothing: two steps of inverse iteration.
fn null_vector(matrix: Matrix) -> Vec<f64> {
    let size = matrix.len();
    // unit diagonal, so that powers of very different size stand beside each other
    let scale: Vec<f64> = (0..size).map(|k| matrix[k][k].abs().sqrt().max(f64::MIN_POSITIVE)).collect();
    let even: Matrix = (0..size).map(|j| (0..size).map(|k| matrix[j][k] / (scale[j] * scale[k])).collect()).collect();
    let mut x = vec![1.0; size];
    for _ in 0..3 {
        x = solved(even.clone(), x);
        let length = x.iter().map(|value| value * value).sum::<f64>().sqrt();
        x.iter_mut().for_each(|value| *value /= length);
    }
    x.iter().zip(scale).map(|(value, scale)| value / scale).collect()
}

/// The solution of a small system, by elimination with row pivots.
fn solved(mut matrix: Matrix, mut right: Vec<f64>) -> Vec<f64> {
    let size = right.len();
    for pivot in 0..size {
        let largest = (pivot..size).max_by(|a, b| matrix[*a][pivot].abs().total_cmp(&matrix[*b][pivot].abs())).unwrap_or(pivot);
        matrix.swap(pivot, largest);
        right.swap(pivot, largest);
        let value = if matrix[pivot][pivot] == 0.0 { f64::EPSILON } else { matrix[pivot][pivot] };
        let (above, known) = (matrix[pivot].clone(), right[pivot]);
        for (row, value_of_row) in matrix.iter_mut().zip(&mut right).skip(pivot + 1) {
            let factor = row[pivot] / value;
            row.iter_mut().zip(&above).skip(pivot).for_each(|(entry, above)| *entry -= factor * above);
            *value_of_row -= factor * known;
        }
        matrix[pivot][pivot] = value;
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|column| matrix[row][column] * right[column]).sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    right
}
