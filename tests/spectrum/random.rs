//! Many random laws: the number of edges, one admissible root, mass one and the exact moments from the density.
//!
//! 10⁴ laws by default, 10⁵ with RESOLVENT_LONG set. Ratios lie between 10⁻³ and 10³ and are often 1, equal or nearly so;
//! θ₂/θ₁ is often 0 or 1 or close to them.

use std::f64::consts::PI;

use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use resolvent::spectrum::{branches, moments};

use super::*;

/// Relative error allowed to the mass and the moments.
const TOLERANCE: f64 = 1e-9;

fn count() -> usize {
    if std::env::var_os("RESOLVENT_LONG").is_some() { 100_000 } else { 10_000 }
}

/// A power of ten between 10^low and 10^high.
fn power(low: f64, high: f64) -> impl Strategy<Value = Rational> {
    (low..high).prop_map(|e| from_double(10f64.powf(e)))
}

/// 1, nearly 1, or any ratio from 10⁻³ to 10³.
fn corner_ratio() -> impl Strategy<Value = Rational> {
    prop_oneof![
        2 => Just(Rational::from(1)),
        1 => power(-7.0, -1.0).prop_map(|e| 1 + e),
        1 => power(-7.0, -1.0).prop_map(|e| 1 - e),
        6 => power(-3.0, 3.0),
    ]
}

/// Laws of all shapes: any ψ with any φ or any φ/ψ, any θ₁.
fn corner_law() -> impl Strategy<Value = Parameters> {
    let share = prop_oneof![
        1 => Just(Rational::new()),
        1 => Just(Rational::from(1)),
        3 => (0.02..0.98f64).prop_map(from_double),
        2 => power(-8.0, -1.0),
        2 => power(-8.0, -1.0).prop_map(|e| 1 - e),
    ];
    (corner_ratio(), corner_ratio(), any::<bool>(), power(-3.0, 3.0), share).prop_map(|(psi, other, relative, theta1, t)| {
        let phi = if relative { Rational::from(&psi * &other) } else { other };
        let theta2 = Rational::from(&theta1 * &t);
        law_of(phi, psi, theta1, theta2)
    })
}

/// Points of the upper half plane: of moderate size, close to the real axis, and far away.
fn points() -> impl Strategy<Value = [(f64, f64); 3]> {
    let angle = || 0.001..PI - 0.001;
    (-3.0..3.0f64, angle(), -4.0..3.0f64, any::<bool>(), -12.0..-3.0f64, 3.0..9.0f64, angle()).prop_map(
        |(middle, turn, along, negative, above, far, direction)| {
            let polar = |size: f64, angle: f64| (10f64.powf(size) * angle.cos(), 10f64.powf(size) * angle.sin());
            let sign = if negative { -1.0 } else { 1.0 };
            [polar(middle, turn), (sign * 10f64.powf(along), 10f64.powf(above)), polar(far, direction)]
        },
    )
}

/// Kronrod's points on [0, 1] with their weights, every other one with that of Gauss (Piessens et al., QUADPACK, 1983, qk15).
const RULE: [(f64, f64, f64); 8] = [
    (0.0, 0.20948214108472782, 0.4179591836734694),
    (0.20778495500789848, 0.20443294007529889, 0.0),
    (0.4058451513773972, 0.19035057806478542, 0.3818300505051189),
    (0.5860872354676911, 0.1690047266392679, 0.0),
    (0.7415311855993945, 0.14065325971552592, 0.27970539148927664),
    (0.8648644233597691, 0.10479001032225019, 0.0),
    (0.9491079123427585, 0.06309209262997856, 0.1294849661688697),
    (0.9914553711208126, 0.022935322010529224, 0.0),
];
/// The two rules may differ by this share of the whole on one panel; a hundred such panels stay within the tolerance.
const DIFFERENCE: f64 = 1e-11;
/// Decades of the angle that are integrated apart above a hard edge, where the exponent may change far below a panel's points.
const HARD: i32 = 2;
/// Halvings of a panel at most.
const DEPTH: usize = 40;

/// ∫ over [a, b] of three functions at once, by Kronrod's rule and by that of Gauss.
fn panel(f: &impl Fn(f64) -> [f64; 3], [a, b]: [f64; 2]) -> [[f64; 3]; 2] {
    let (middle, half) = (0.5 * (a + b), 0.5 * (b - a));
    let (mut kronrod, mut gauss) = ([0.0; 3], [0.0; 3]);
    for (t, fine, coarse) in RULE {
        let (left, right) = (f(middle - half * t), if t > 0.0 { f(middle + half * t) } else { [0.0; 3] });
        for k in 0..3 {
            kronrod[k] += half * fine * (left[k] + right[k]);
            gauss[k] += half * coarse * (left[k] + right[k]);
        }
    }
    [kronrod, gauss]
}

/// ∫ over [a, b], halved until the two rules agree against the `whole` on a panel and on the one it is half of: on a panel with a
/// cusp inside they may agree by chance.
fn adaptive(f: &impl Fn(f64) -> [f64; 3], [a, b]: [f64; 2], whole: [f64; 3], agreed: bool, depth: usize) -> [f64; 3] {
    let [kronrod, gauss] = panel(f, [a, b]);
    let whole = [0, 1, 2].map(|k| whole[k].max(kronrod[k]));
    let agree = (0..3).all(|k| (kronrod[k] - gauss[k]).abs() <= DIFFERENCE * whole[k]);
    if depth == 0 || (agree && agreed) {
        return kronrod;
    }
    let middle = 0.5 * (a + b);
    let (below, above) = (adaptive(f, [a, middle], whole, agree, depth - 1), adaptive(f, [middle, b], whole, agree, depth - 1));
    [0, 1, 2].map(|k| below[k] + above[k])
}

/// ∫ (1, x, x²) ρ over a bulk, in the angle t of x = low cos² t/2 + high sin² t/2, of ln x likewise when the bulk spans orders of
/// magnitude, and of x = high sin⁶ t/2 above a hard edge: roots and inverse roots at the ends do not disturb.
pub fn integrals(law: &Law64, [low, high]: [f64; 2]) -> [f64; 3] {
    let point = |t: f64| {
        let (near, slope) = ((0.5 * t).sin().powi(2), 0.5 * t.sin());
        match () {
            () if low == 0.0 => (high * near.powi(3), 3.0 * high * near * near * slope),
            () if high < 16.0 * low => (low + (high - low) * near, (high - low) * slope),
            () => {
                let x = low * (high / low).powf(near);
                (x, x * (high / low).ln() * slope)
            }
        }
    };
    let f = |t: f64| {
        let (x, slope) = point(t);
        let weight = law.density(x) * slope;
        [weight, weight * x, weight * x * x]
    };
    let ends = if low == 0.0 { (0..=HARD).map(|k| PI * 10f64.powi(-k)).chain([0.0]).collect() } else { vec![PI, 0.0] };
    let mut sums = [0.0; 3];
    for pair in ends.windows(2) {
        let part = adaptive(&f, [pair[1], pair[0]], sums, false, DEPTH);
        sums = [0, 1, 2].map(|k| sums[k] + part[k]);
    }
    sums
}

/// What is wrong with a law.
fn examine(parameters: &Parameters, points: [(f64, f64); 3]) -> Result<(), String> {
    let law = table(parameters).map_err(|error| error.to_string())?;
    let edges = law.edges();
    if edges.len() != 1 && (edges.len() != 2 || parameters.psi >= 1 || parameters.phi >= 1) {
        return Err(format!("{} bulks", edges.len()));
    }
    for (re, im) in points {
        let z = Argument::Exact(from_double(re), from_double(im));
        let roots = certain(10, |bits| branches(parameters, &z, bits), |_| Vec::new());
        let admissible = roots.iter().filter(|root| root.signs.q && root.signs.w).count();
        let herglotz = roots.iter().filter(|root| root.admissible && root.signs.m && root.signs.zm).count();
        let others = roots.iter().filter(|root| root.signs.m && root.signs.zm).count();
        if [admissible, herglotz, others] != [1; 3] {
            return Err(format!("{admissible}, {herglotz} and {others} admissible roots at {re} + {im} i"));
        }
    }
    let exact = moments(parameters, 2, 64).map_err(|error| error.to_string())?;
    let masses = masses(parameters, 64).map_err(|error| error.to_string())?;
    let mut sums = [law.atom(), 0.0, 0.0];
    for (bulk, mass) in edges.into_iter().zip(masses) {
        let parts = integrals(&law, bulk);
        if (parts[0] - mass.to_f64()).abs() > TOLERANCE {
            return Err(format!("{bulk:?} holds {}, and {mass} exactly: {:e}", parts[0], parts[0] - mass.to_f64()));
        }
        sums = [0, 1, 2].map(|k| sums[k] + parts[k]);
    }
    for (k, (sum, value)) in sums.iter().zip([1.0, exact[0].to_f64(), exact[1].to_f64()]).enumerate() {
        if sum.is_nan() || (sum - value).abs() > TOLERANCE * value {
            return Err(format!("moment {k} is {sum}, and {value} exactly: {:e}", sum / value - 1.0));
        }
    }
    Ok(())
}

#[test]
fn random_laws() {
    const THREADS: usize = 2;
    let share = |seed: u8| {
        let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
        let mut runner = TestRunner::new_with_rng(Config::default(), seed);
        let strategy = (corner_law(), points());
        let failure = |_| {
            let (parameters, points) = strategy.new_tree(&mut runner).expect("a law").current();
            let Parameters { phi, psi, exact, .. } = &parameters;
            examine(&parameters, points).err().map(|error| format!("phi {phi}, psi {psi}, thetas {exact:?}: {error}"))
        };
        (0..count() / THREADS).filter_map(failure).collect::<Vec<String>>()
    };
    let failures: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|seed| scope.spawn(move || share(seed as u8))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    assert!(failures.is_empty(), "{} laws fail:\n{}", failures.len(), failures.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// On both sides of the θ₂ where one bulk becomes two, the closer the more halvings: the density is nearly a cube root there.
    #[test]
    fn laws_about_to_split(
        (phi, psi) in (power(-2.0, -0.05), power(-2.0, -0.05)),
        halvings in 4..32usize,
        points in points(),
    ) {
        let law = |t: &Rational| law_of(phi.clone(), psi.clone(), Rational::from(1), t.clone());
        let bulks = |t: &Rational| edges_at(&law(t), 5).len();
        let (mut one, mut two) = (Rational::from((1, 1000)), Rational::from((999, 1000)));
        prop_assume!(bulks(&one) == 1 && bulks(&two) == 2);
        for _ in 0..halvings {
            let middle = Rational::from(&one + &two) / 2u32;
            if bulks(&middle) == 1 { one = middle } else { two = middle }
        }
        for t in [one, two] {
            prop_assert_eq!(examine(&law(&t), points), Ok(()));
        }
    }
}

/// Extreme ratios keep every digit asked: twice the bits give an enclosure that agrees.
#[test]
fn extreme_ratios_keep_their_digits() {
    for phi in ["1e-6", "1", "1e6"] {
        for psi in ["1e-6", "1", "1e6"] {
            for theta2 in ["1e-6", "1/2", "999999/1000000"] {
                let parameters = law(phi, psi, "1", theta2);
                let (few, many) = (edges_at(&parameters, 20), edges_at(&parameters, 60));
                assert_eq!(few.len(), many.len(), "{phi} {psi} {theta2}");
                for (a, b) in few.iter().flatten().zip(many.iter().flatten()) {
                    assert!(a.position.overlaps(&b.position) && a.exponent == b.exponent, "{phi} {psi} {theta2}");
                }
                let middle = quantile_at(&parameters, &rational("999/1000"), 20);
                if middle.is_positive() {
                    let x = middle.mid().to_rational().expect("finite");
                    let p = cdf_at(&parameters, &x, 18);
                    assert!((p.to_f64() - 0.999).abs() < 1e-15, "{phi} {psi} {theta2}: {}", p.to_f64());
                }
            }
        }
    }
}
