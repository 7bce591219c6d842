//! The law of a stack of sample covariances: reference values, closed-form limits, and the same law by other algorithms.

use num_complex::Complex64;
use proptest::prelude::*;
use resolvent::number::{Ball, Real};
use resolvent::spectrum::{Argument, Coefficient, CurveLaw, Law, LayeredLaw, Parameters, Shape, Share, Stack, StackLayer};
use resolvent::spikes::{stack_spikes, stack_spikes64, stack_survival};
use rug::{Float, Rational};
use serde_json::Value;

const BITS: u32 = 160;

fn rational(text: &str) -> Rational {
    if let Ok(value) = text.parse() {
        return value;
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits: Rational = format!("{whole}{part}").parse().unwrap_or_else(|_| panic!("{text} is no number"));
    digits / Rational::from(rug::Integer::from(rug::Integer::u_pow_u(10, part.len() as u32)))
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().map_or_else(Vec::new, |list| list.iter().filter_map(Value::as_str).collect())
}

/// Isotropic inputs: n/d₀ first, then b² and n/d of each layer.
fn isotropic(gamma: &[Rational], shares: &[Rational]) -> Stack {
    let layers = gamma[1..].iter().zip(shares);
    Stack {
        population: vec![[1, 1].map(Rational::from)],
        gamma: gamma[0].clone(),
        layers: layers
            .map(|(gamma, share)| StackLayer { share: Share::rational(share.clone(), 200), gamma: gamma.clone() })
            .collect(),
    }
}

/// Agreement of an enclosure with a decimal of 28 digits or more.
fn agrees(found: &Ball, text: &str) -> bool {
    let wanted = Float::with_val(200, Float::parse(text).expect("a decimal"));
    let scale = Float::with_val(200, wanted.abs_ref()) + 1e-40;
    Float::with_val(200, found.mid() - &wanted).abs() < scale * 1e-27 && found.radius().to_f64() < 1e-27
}

fn ball(value: &Real) -> Ball {
    value.ball(BITS).expect("a number")
}

#[test]
fn reference_values_of_every_layer() {
    let data: Value = serde_json::from_str(include_str!("reference/spikes.json")).expect("valid JSON");
    let mut compared = 0;
    for case in data["cases"].as_array().expect("cases").iter().filter(|case| case["kind"] == "network") {
        let (input, expected) = (&case["input"], &case["expected"]);
        let gamma: Vec<Rational> = texts(&input["gamma"]).into_iter().map(rational).collect();
        let shares: Vec<Rational> = texts(&expected["b2"]).into_iter().map(rational).collect();
        for (level, edges) in expected["bulk_edges"].as_array().expect("edges").iter().enumerate() {
            let law = LayeredLaw::new(isotropic(&gamma[..=level], &shares), BITS);
            let found: Vec<_> = law.ends().expect("edges").into_iter().flatten().collect();
            let wanted = texts(edges);
            assert_eq!(found.len(), wanted.len(), "{} layer {level}", case["id"]);
            for (end, text) in found.iter().zip(wanted) {
                assert!(agrees(&ball(&end.position), text), "{} layer {level}: {:?} and {text}", case["id"], end.position);
                compared += 1;
            }
            let moments = law.moments(6).expect("moments");
            for (moment, text) in moments.iter().zip(texts(&expected["moments_1_to_6"][level])) {
                assert!(agrees(&ball(moment), text), "{} layer {level}: {moment:?} and {text}", case["id"]);
            }
        }
        for value in expected["stieltjes"].as_array().into_iter().flatten() {
            let part = |name: &str, part: &str| value[name][part].as_str().expect("a decimal").to_owned();
            let z = Argument::Exact(rational(&part("z", "re")), rational(&part("z", "im")));
            let level = value["layer"].as_u64().expect("a layer") as usize;
            let m = LayeredLaw::new(isotropic(&gamma[..=level], &shares), BITS).stieltjes(&z).expect("a transform");
            assert!(agrees(&ball(&m[0]), &part("m", "re")) && agrees(&ball(&m[1]), &part("m", "im")), "{value}");
            compared += 1;
        }
    }
    assert!(compared > 40, "{compared} values");
}

/// All ratios 1 and b² = 1: moments are the Fuss-Catalan numbers binomial((L + 2) k, k)/((L + 1) k + 1), the support is
/// [0, (L + 2)^(L + 2)/(L + 1)^(L + 1)], and the density grows like x^(−(L + 1)/(L + 2)).
#[test]
fn products_of_square_matrices_have_fuss_catalan_moments() {
    for depth in 0..=19u32 {
        let one = vec![Rational::from(1); depth as usize + 1];
        let law = LayeredLaw::new(isotropic(&one, &one), 100);
        for (index, moment) in law.moments(5).unwrap().iter().enumerate() {
            let k = index as u32 + 1;
            let choose = Rational::from(rug::Integer::from(rug::Integer::binomial_u((depth + 2) * k, k)));
            let Real::Rational(moment) = moment else { panic!("{moment:?} is not exact") };
            assert_eq!(*moment, choose / ((depth + 1) * k + 1), "depth {depth}, moment {k}");
        }
        let ends = law.ends().unwrap();
        let power = |base: u32| Rational::from(rug::Integer::from(rug::Integer::u_pow_u(base, base)));
        assert_eq!(ends.len(), 1);
        assert_eq!(ends[0][0].exponent, Some(-Rational::from((depth + 1, depth + 2))), "depth {depth}");
        let upper = ball(&ends[0][1].position);
        assert!(
            upper.contains(&(power(depth + 2) / power(depth + 1))) && upper.relative_bits() > 60.0,
            "depth {depth}: {upper:?}"
        );
    }
}

fn ratio() -> impl Strategy<Value = Rational> {
    prop_oneof![
        (1u32..9, 1u32..9).prop_map(Rational::from),
        (1u32..40, Just(20u32)).prop_map(Rational::from),
        Just(Rational::from(1))
    ]
}

fn share() -> impl Strategy<Value = Rational> {
    prop_oneof![(1u32..10, Just(10u32)).prop_map(Rational::from), Just(Rational::from(1)), Just(Rational::from((1, 1000)))]
}

/// ∫ f over the bulks by the midpoint rule in the angle, in doubles.
fn integral(law: &LayeredLaw, weight: impl Fn(f64) -> f64) -> f64 {
    let table = law.table().expect("a table");
    let mut total = 0.0;
    for [low, high] in law.ends().expect("edges") {
        let (low, high) = (low.position.to_f64(), high.position.to_f64());
        let count = 4000;
        for k in 0..count {
            let angle = std::f64::consts::PI * (f64::from(k) + 0.5) / f64::from(count);
            // x − low ~ angle⁶ at a hard edge, so that any of its exponents is integrated smoothly
            let (x, step) = if low == 0.0 {
                let (sin, cos) = (angle / 2.0).sin_cos();
                (high * sin.powi(6), 3.0 * high * sin.powi(5) * cos)
            } else {
                (low + (high - low) * (angle / 2.0).sin().powi(2), (high - low) * angle.sin() / 2.0)
            };
            total += weight(x) * table.density(x) * step * std::f64::consts::PI / f64::from(count);
        }
    }
    total
}

/// The mass at 0, which is rational.
fn exact_atom(law: &LayeredLaw) -> Rational {
    match law.atom().expect("an atom") {
        Real::Rational(atom) => atom,
        other => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// One layer is the law of features in other letters: K₁ = γ₁ M, φ = 1/γ₀, ψ = γ₁/γ₀, θ₁ = 1, θ₂ = b², with the atom of n − d₁
    /// more or fewer zeros.
    #[test]
    fn one_layer_is_features(gamma in [ratio(), ratio()], share in share(), place in (1u32..60, 1u32..30)) {
        let law = LayeredLaw::new(isotropic(&gamma, std::slice::from_ref(&share)), 120);
        let phi = Rational::from(gamma[0].recip_ref());
        let psi = Rational::from(&gamma[1] / &gamma[0]);
        let shape = if share == 1 { Shape::Linear } else { Shape::General };
        let one = Ball::integer(1, 200);
        let theta2 = Ball::rational(&share, 200);
        let exact = Some((Rational::from(1), share));
        let other = CurveLaw::new(Parameters { phi, psi, theta1: one, theta2, shape, exact }, 120);
        let scale = Ball::rational(&gamma[1], 200);
        let (ends, wanted) = (law.ends().unwrap(), other.ends().unwrap());
        prop_assert_eq!(ends.len(), wanted.len());
        for (end, wanted) in ends.iter().flatten().zip(wanted.iter().flatten()) {
            prop_assert_eq!(&end.exponent, &wanted.exponent);
            let [a, b] = [ball(&end.position), &ball(&wanted.position) * &scale];
            prop_assert!(a.overlaps(&b) && (a.is_exact_zero() || a.relative_bits() > 90.0), "{:?} and {:?}", a, b);
        }
        let z = Argument::Exact(Rational::from((place.0, 10u32)), Rational::from((place.1, 100u32)));
        let below = Argument::Exact(Rational::from((place.0, 10u32)) / &gamma[1], Rational::from((place.1, 100u32)) / &gamma[1]);
        let [m, companion] = [law.stieltjes(&z).unwrap(), other.stieltjes(&below).unwrap()];
        // m_M per n₁, m_K per n: γ₁ m_K − (1 − γ₁)/z = m_M(z/γ₁)/γ₁
        let parts = |m: &[Real; 2]| Complex64::new(m[0].to_f64(), m[1].to_f64());
        let z = z.ball(64).to_c64();
        let gamma = gamma[1].to_f64();
        let difference = gamma * parts(&m) - (1.0 - gamma) / z - parts(&companion) / gamma;
        prop_assert!(difference.norm() < 1e-12 * (1.0 + (1.0 / z).norm()), "{}", difference);
    }

    /// The bulks have the masses that are said, the mean that is said, and F is the integral of the density; F(quantile(p)) = p.
    #[test]
    fn masses_moments_and_quantiles_agree(
        gamma in proptest::collection::vec(ratio(), 1..5),
        shares in proptest::collection::vec(share(), 4),
        p in 1u32..100,
    ) {
        let law = LayeredLaw::new(isotropic(&gamma, &shares), 120);
        let mass: f64 = law.masses().unwrap().iter().map(Real::to_f64).sum();
        prop_assert!((mass + law.stack().atom().to_f64() - 1.0).abs() < 1e-14);
        prop_assert!((integral(&law, |_| 1.0) - mass).abs() < 1e-5, "{}", integral(&law, |_| 1.0) - mass);
        let mean = law.mean().to_f64();
        prop_assert!((integral(&law, |x| x) - mean).abs() < 1e-4 * (1.0 + mean), "{} and {}", integral(&law, |x| x), mean);
        let p = Rational::from((p, 100u32));
        if p > law.stack().atom() {
            let x = ball(&law.quantile(&p).unwrap());
            let table = law.table().unwrap();
            let reached = table.cdf(x.to_f64()).unwrap();
            prop_assert!((reached - p.to_f64()).abs() < 1e-9, "F({}) = {}", x.to_f64(), reached);
            let proved = ball(&law.cdf(&Argument::from(x)).unwrap());
            prop_assert!((proved.to_f64() - p.to_f64()).abs() < 1e-25_f64.max(1e-14 * p.to_f64()));
        }
    }

    /// Marchenko and Pastur's fixed point over atoms, damped, at a complex z: m̃ = −1/(z − γ ∫ x/(1 + x m̃) dν).
    #[test]
    fn a_population_of_atoms_satisfies_its_equation(
        values in proptest::collection::vec((0u32..30, 1u32..9), 1..5),
        gamma in ratio(),
        place in (0u32..60, 1u32..30),
    ) {
        let mut population: Vec<[Rational; 2]> = Vec::new();
        let total: u32 = values.iter().map(|(_, weight)| weight).sum();
        for (value, weight) in &values {
            let [value, weight] = [Rational::from((*value, 4u32)), Rational::from((*weight, total))];
            match population.iter_mut().find(|[known, _]| *known == value) {
                Some(known) => known[1] += weight,
                None => population.push([value, weight]),
            }
        }
        population.sort();
        prop_assume!(population.iter().any(|[value, _]| *value > 0));
        let law = LayeredLaw::new(Stack { population: population.clone(), gamma: gamma.clone(), layers: Vec::new() }, 100);
        let z = Complex64::new(f64::from(place.0) / 10.0, f64::from(place.1) / 10.0);
        let exact = Argument::Exact(Rational::from((place.0, 10u32)), Rational::from((place.1, 10u32)));
        let m = law.stieltjes(&exact).unwrap();
        let gamma = gamma.to_f64();
        let mut companion = -1.0 / z;
        for _ in 0..20_000 {
            let sum: Complex64 = population.iter().map(|[x, w]| w.to_f64() * x.to_f64() / (1.0 + x.to_f64() * companion)).sum();
            companion = 0.7 * companion - 0.3 / (z - gamma * sum);
        }
        let found = gamma * Complex64::new(m[0].to_f64(), m[1].to_f64()) - (1.0 - gamma) / z;
        prop_assert!((found - companion).norm() < 1e-9 * companion.norm(), "{} and {}", found, companion);
        let mass: f64 = law.masses().unwrap().iter().map(Real::to_f64).sum();
        prop_assert!((integral(&law, |_| 1.0) - mass).abs() < 1e-4 && (mass + law.stack().atom().to_f64() - 1.0).abs() < 1e-14);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Positions, alignments and left factors in doubles are the certified ones, and so are the levels that a spike passes, but at an
    /// edge.
    #[test]
    fn doubles_follow_a_spike_like_balls(
        gamma in proptest::collection::vec(ratio(), 1..11),
        shares in proptest::collection::vec(share(), 10),
        strength in (1u32..200, 1u32..20),
    ) {
        let stack = isotropic(&gamma, &shares);
        let strength = Rational::from(strength);
        prop_assume!(strength != 1);
        let law = LayeredLaw::new(stack.clone(), 100);
        let proved = stack_spikes(&law, &Real::Rational(strength.clone())).expect("edges");
        let found: Vec<[f64; 3]> = stack_spikes64(&stack.chain(64).map(Ball::to_f64), strength.to_f64()).collect();
        let alive = proved.iter().take_while(|level| level.survives == Some(true)).count();
        let left = |level: usize| proved.get(level).map_or(1.0, |level| level.left_factor.to_f64());
        prop_assume!(left(alive).abs() > 1e-9 && alive.checked_sub(1).is_none_or(|last| left(last) > 1e-9));
        prop_assert_eq!(found.len(), alive);
        for (numbers, level) in found.iter().zip(&proved) {
            for (number, right) in numbers.iter().zip([&level.position, &level.alignment, &level.left_factor]) {
                let right = right.to_f64();
                // what is left of 1 is as uncertain as 1 is
                prop_assert!((number - right).abs() <= 1e-12 * right.abs().max(1.0), "{} and {}", number, right);
            }
        }
    }

    /// An affine map of the law: x → c x moves every edge and mean by c, and 1 − b² + b² x is the same written out.
    #[test]
    fn a_scaled_stack_has_scaled_edges(gamma in proptest::collection::vec(ratio(), 1..4), shares in proptest::collection::vec(share(), 3)) {
        let stack = isotropic(&gamma, &shares);
        let three = Coefficient::rational(Rational::from(3), 200);
        let inexact = Coefficient { ball: three.ball.clone(), exact: None };
        let written = |layer: &StackLayer| {
            let offset = Rational::from(1 - layer.share.slope.exact.clone().expect("rational"));
            let share = Share { offset: Some(Coefficient::rational(offset, 200)), ..layer.share.clone() };
            StackLayer { share, ..layer.clone() }
        };
        let same = Stack { layers: stack.layers.iter().map(written).collect(), ..stack.clone() };
        let law = |stack: Stack| LayeredLaw::new(stack, 100);
        let own = law(stack.clone());
        for (other, factor) in [(law(stack.clone().scaled(&three)), 3.0), (law(stack.scaled(&inexact)), 3.0), (law(same), 1.0)] {
            prop_assert_eq!(exact_atom(&other), exact_atom(&own));
            let [ends, scaled] = [&own, &other].map(|law| law.ends().expect("edges"));
            prop_assert_eq!(ends.len(), scaled.len());
            for (end, scaled) in ends.iter().flatten().zip(scaled.iter().flatten()) {
                let [a, b] = [end.position.to_f64() * factor, scaled.position.to_f64()];
                prop_assert!((a - b).abs() <= 1e-14 * a, "{} and {}", a, b);
                prop_assert_eq!(&end.exponent, &scaled.exponent);
            }
            prop_assert!((other.mean().to_f64() - factor).abs() < 1e-14);
            prop_assert!((other.stack().mean().to_f64() - factor).abs() < 1e-14);
        }
    }
}

/// A rational position or alignment, or an enclosure, agrees with its reference.
fn spike_agrees(found: &Real, value: &Value) -> bool {
    agrees(&ball(found), value.as_str().expect("a decimal"))
}

#[test]
fn population_spikes_are_where_the_references_have_them() {
    let data: Value = serde_json::from_str(include_str!("reference/spikes.json")).expect("valid JSON");
    let mut compared = 0;
    for case in data["cases"].as_array().expect("cases") {
        let (input, expected) = (&case["input"], &case["expected"]);
        let (stack, strengths) = match case["kind"].as_str() {
            Some("population") => {
                let pairs = input["population_value_weight"].as_array().expect("atoms");
                let atom = |pair: &Value| [0, 1].map(|index: usize| rational(pair[index].as_str().expect("a number")));
                let population = pairs.iter().map(atom).collect();
                let gamma = rational(input["gamma"].as_str().expect("a ratio"));
                let strengths: Vec<Rational> = texts(&input["population_spikes"]).into_iter().map(rational).collect();
                (Stack { population, gamma, layers: Vec::new() }, strengths)
            }
            Some("network") => {
                let gamma: Vec<Rational> = texts(&input["gamma"]).into_iter().map(rational).collect();
                let shares: Vec<Rational> = texts(&expected["b2"]).into_iter().map(rational).collect();
                // t is the excess over the population 1
                let strengths = texts(&input["spike_strength_t"]).into_iter().map(|t| rational(t) + 1u32).collect();
                (isotropic(&gamma, &shares), strengths)
            }
            _ => continue,
        };
        let whole = LayeredLaw::new(stack, BITS);
        let law = whole.sampled().expect("edges");
        for (index, strength) in strengths.iter().enumerate() {
            let levels = stack_spikes(&whole, &Real::Rational(strength.clone())).expect("edges");
            let wanted = &expected["spikes"][index];
            let rows: Vec<&Value> = wanted["layers"].as_array().map_or_else(|| vec![wanted], |list| list.iter().collect());
            assert_eq!(levels.len(), rows.len(), "{}", case["id"]);
            for (level, row) in levels.iter().zip(rows) {
                assert_eq!(level.survives, row["outlier"].as_bool(), "{} {strength}: {row}", case["id"]);
                if level.survives == Some(true) {
                    let alignment = if row["alignment"].is_null() { &row["cumulative_alignment"] } else { &row["alignment"] };
                    assert!(spike_agrees(&level.position, &row["position"]), "{level:?} and {row}");
                    assert!(spike_agrees(&level.alignment, alignment), "{level:?} and {row}");
                    let left = &row["left_factor_s2zprime"];
                    assert!(left.is_null() || spike_agrees(&level.left_factor, left), "{level:?} and {row}");
                }
                compared += 1;
            }
            if let Some(thresholds) = expected["t_critical_upper"].as_array().filter(|_| *strength > 1) {
                let [one, point] = [Rational::from(1), strength.clone()].map(|value| Ball::rational(&value, law.bits()));
                for (level, threshold) in thresholds.iter().enumerate().take(levels.len()) {
                    let ends = law.thresholds(level, &point, &|_| true);
                    assert_eq!(ends.len(), 1);
                    assert!(agrees(&(&ends[0] - &one), threshold.as_str().expect("a decimal")), "{ends:?}");
                }
            }
        }
    }
    assert!(compared > 40, "{compared} levels");
}

/// A population of a few atoms, 0 among them now and then, sampled or as it is, below up to four layers.
fn any_stack() -> impl Strategy<Value = Stack> {
    let atoms = proptest::collection::btree_map(0u32..9, 1u32..5, 1..4);
    let gammas = proptest::collection::vec(ratio(), 1..5);
    (atoms, gammas, proptest::collection::vec(share(), 5), any::<bool>()).prop_map(|(atoms, gamma, shares, sampled)| {
        let atoms: Vec<(u32, u32)> =
            if atoms.keys().all(|value| *value == 0) { vec![(1, 1)] } else { atoms.into_iter().collect() };
        let total: u32 = atoms.iter().map(|(_, weight)| weight).sum();
        let population = atoms.into_iter().map(|(value, weight)| [value.into(), Rational::from((weight, total))]).collect();
        let first = if sampled { gamma[0].clone() } else { Rational::new() };
        Stack { population, gamma: first, ..isotropic(&gamma, &shares) }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// What the signs of slopes say of a spike, in doubles or in balls, is what the edges of every level say: at points anywhere, and
    /// at ends of gaps moved by a part in 2^0 to 2^100, which no double tells apart.
    #[test]
    fn slopes_tell_survival_like_the_edges_do(stack in any_stack(), anywhere in (1u32..400, 1u32..40), order in 0u32..100) {
        let law = LayeredLaw::new(stack, 160);
        let Ok(sampled) = law.sampled() else { return Ok(()) };
        let top = law.stack().layers.len();
        let ends = (0..=top).flat_map(|level| sampled.gaps(level)).flatten().flatten().filter_map(|end| end.mid().to_rational());
        let moved = |end: Rational| [1, -1].map(|side| end.clone() * (1 + (Rational::from(side) >> order)));
        let points = ends.flat_map(moved).chain([Rational::from(anywhere)]).filter(|point| *point > 0);
        for point in points.filter(|point| law.stack().population.iter().all(|[value, _]| value != point)) {
            let ball = Ball::rational(&point, sampled.bits());
            let mut alive = true;
            let found = stack_survival(&law, &Real::Rational(point.clone())).expect("edges");
            for (level, survives) in found.into_iter().enumerate() {
                let Some(outside) = sampled.is_outside(level, &ball) else { break };
                alive &= outside;
                prop_assert_eq!(survives, Some(alive), "level {} at {}", level, point.to_f64());
            }
        }
    }
}
