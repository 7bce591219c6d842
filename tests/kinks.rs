//! Kinks, jumps and singular points of piecewise functions, and refusals of functions that are not real.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use resolvent::activation::{
    Breakpoint, BreakpointKind, Condition, Function, KinkError, Node, Primitive, Relation, evaluate, pieces,
};
use resolvent::number::{Ball, Job};
use rug::ops::Pow;
use rug::{Integer, Rational};

fn x() -> Function {
    Function::x()
}

fn number(value: i32) -> Function {
    Function::rational(value)
}

fn root_of_two() -> Function {
    number(2).apply(Primitive::Sqrt)
}

fn when(left: &Function, relation: Relation, then: Function, otherwise: Function) -> Function {
    Function::piecewise(vec![(Condition { difference: left.clone(), relation }, then)], otherwise)
}

fn breakpoints(f: &Function, reach: f64) -> Result<Vec<Breakpoint>, KinkError> {
    pieces(f, reach, &Job::unwatched()).map(|pieces| pieces.breakpoints)
}

fn places(f: &Function, reach: f64) -> Vec<f64> {
    let found = breakpoints(f, reach).unwrap_or_else(|error| panic!("{error}"));
    found.iter().map(|b| b.location.to_f64()).collect()
}

fn check_places(f: &Function, reach: f64, expected: &[f64]) {
    let found = places(f, reach);
    assert_eq!(found.len(), expected.len(), "{f}: {found:?}");
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() <= 1e-15 * (1.0 + b.abs()), "{f}: {found:?}");
    }
}

#[test]
fn simple_activations_have_their_kinks() {
    let sqrt2 = std::f64::consts::SQRT_2;
    check_places(&x().max(&number(0)), 40.0, &[0.0]);
    check_places(&x().max(&number(-1)).min(&number(1)), 40.0, &[-1.0, 1.0]);
    check_places(&(x().apply(Primitive::Abs) - number(1)).apply(Primitive::Abs), 40.0, &[-1.0, 0.0, 1.0]);
    check_places(&(x().powi(2) - number(2)).apply(Primitive::Abs), 40.0, &[-sqrt2, sqrt2]);
    check_places(&(x() / (number(1) + x().apply(Primitive::Abs))), 40.0, &[0.0]);
    check_places(&x().powi(2).apply(Primitive::Sign), 40.0, &[]);
    check_places(&x().apply(Primitive::Tanh), 40.0, &[]);
}

#[test]
fn kinks_of_max_x_tanh_2x() {
    let f = x().max(&(number(2) * x()).apply(Primitive::Tanh));
    let found = breakpoints(&f, 40.0).expect("three kinks");
    assert_eq!(found.len(), 3);
    assert_eq!(found[1].location.as_rational(), Some(&Rational::new()));
    assert!(found.iter().all(|b| b.kind == BreakpointKind::Kink));
    let fixed = found[2].location.refine(300);
    assert!(fixed.relative_bits() > 290.0 && (fixed.to_f64() - 0.957_504_024_085_0).abs() < 1e-9, "{}", fixed.to_f64());
    let residue = evaluate(&(x() - (number(2) * x()).apply(Primitive::Tanh)), &fixed);
    assert!(residue.contains_zero() && residue.radius().log2() < -290.0);
}

#[test]
fn a_switch_that_touches_zero_without_crossing_leaves_one_branch() {
    let (exp, cos) = (x().apply(Primitive::Exp), x().apply(Primitive::Cos));
    for switch in [(x().powi(2) - number(2)).powi(2), number(1) - cos, exp.clone() - number(1) - x(), exp - x()] {
        check_places(&switch.apply(Primitive::Abs), 7.0, &[]);
    }
}

#[test]
fn multiple_zeros_that_cross_are_single_breakpoints() {
    let cubic = x() - x().apply(Primitive::Sin);
    check_places(&x().max(&x().apply(Primitive::Tanh)), 30.0, &[0.0]);
    check_places(&cubic.apply(Primitive::Abs), 30.0, &[0.0]);
    check_places(&(x() - number(1)).powi(3).apply(Primitive::Abs), 30.0, &[1.0]);
    let touching = (number(1) - x().apply(Primitive::Cos)) * x();
    check_places(&touching.apply(Primitive::Abs), 7.0, &[0.0]);
}

#[test]
fn many_zeros_are_all_found() {
    let wave = (number(100) * x()).apply(Primitive::Sin).apply(Primitive::Abs);
    let found = places(&wave, 1.0);
    assert_eq!(found.len(), 63);
    assert!(found.iter().enumerate().all(|(k, c)| (c - (k as f64 - 31.0) * std::f64::consts::PI / 100.0).abs() < 1e-15));
}

/// sin x = 1 − 10^−34 beside every crest: closer together than doubles can tell.
#[test]
fn zeros_within_a_unit_of_the_last_place_are_told_apart() {
    let level = number(1) - Function::rational(Rational::from((1, Integer::from(10).pow(34))));
    let found = breakpoints(&x().apply(Primitive::Sin).max(&level), 34.0).expect("kinks");
    assert_eq!(found.len(), 22);
    for pair in found.chunks(2) {
        let gap = pair[1].location.refine(200) - pair[0].location.refine(200);
        assert!((gap.to_f64() - 8f64.sqrt() * 1e-17).abs() < 1e-20, "{gap:?}");
    }
}

#[test]
fn jumps_are_told_from_kinks() {
    let step = (x() - root_of_two()).apply(Primitive::Step);
    let found = breakpoints(&step, 10.0).expect("one jump");
    assert_eq!((found.len(), found[0].kind), (1, BreakpointKind::Jump));
    assert!(found[0].jump(200).contains(&Rational::from(1)) && found[0].jump(200).radius().log2() < -150.0);
    let elu = when(&x(), Relation::Greater, x(), x().apply(Primitive::Exp) - number(1));
    assert_eq!(breakpoints(&elu, 10.0).expect("elu")[0].kind, BreakpointKind::Kink);
    let broken = when(&(x() - number(1)), Relation::LessEqual, x().powi(2), x() + number(1));
    let jump = &breakpoints(&broken, 10.0).expect("a jump of 1")[0];
    assert!(jump.kind == BreakpointKind::Jump && jump.jump(100).contains(&Rational::from(1)));
    let point = when(&x(), Relation::Equal, number(5), x());
    assert!(places(&point, 10.0).is_empty());
}

#[test]
fn branches_equal_the_function_between_breakpoints() {
    let wave = x().apply(Primitive::Sin);
    let f = wave.max(&(x() / number(3))).apply(Primitive::Abs) - when(&(x() - number(2)), Relation::Less, x(), x().powi(2));
    let cut = pieces(&f, 20.0, &Job::unwatched()).expect("piecewise smooth");
    let mut ends = vec![-20.0];
    ends.extend(cut.breakpoints.iter().map(|b| b.location.to_f64()));
    ends.push(20.0);
    assert_eq!(cut.branches.len() + 1, ends.len());
    for (pair, branch) in ends.windows(2).zip(&cut.branches) {
        assert!(pair[0] < pair[1]);
        for part in 1..8 {
            let at = Ball::double(pair[0] + (pair[1] - pair[0]) * f64::from(part) / 8.0, 100);
            assert!(evaluate(&f, &at).overlaps(&evaluate(branch, &at)), "{branch:?} at {}", at.to_f64());
        }
    }
}

#[test]
fn singular_points_are_told_from_kinks() {
    let log = x().apply(Primitive::Abs).apply(Primitive::Log);
    let root = x().apply(Primitive::Abs).apply(Primitive::Sqrt);
    for f in [log.clone(), root.clone(), number(1) / root] {
        let found = breakpoints(&f, 3.0).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((found.len(), found[0].kind), (1, BreakpointKind::Singular), "{f}");
    }
    check_places(&log.apply(Primitive::Abs), 30.0, &[-1.0, 0.0, 1.0]);
}

#[test]
fn removable_singularities_are_not_breakpoints() {
    let sine = x().apply(Primitive::Sin);
    let root = || x() - root_of_two();
    for f in [
        sine.clone() / x(),
        number(1) / x().apply(Primitive::Tanh) - number(1) / x(),
        root() / (x().powi(2) - number(2)) * (x() + root_of_two()),
        (number(1) - x().apply(Primitive::Cos)) / (x() * sine),
    ] {
        assert_eq!(breakpoints(&f, 3.0).expect("analytic").len(), 0, "{f}");
    }
}

#[test]
fn an_arm_that_is_not_taken_may_be_undefined() {
    let guarded = when(&x(), Relation::Greater, (x() + number(1)).apply(Primitive::Log), number(0));
    check_places(&guarded, 30.0, &[0.0]);
    let inside = when(&x(), Relation::Greater, x().apply(Primitive::Sqrt), number(0));
    assert_eq!(breakpoints(&inside, 30.0).expect("real")[0].kind, BreakpointKind::Singular);
}

#[test]
fn functions_that_are_not_real_are_refused() {
    let tanh = x().apply(Primitive::Tanh);
    for f in [
        x().apply(Primitive::Log),
        x().apply(Primitive::Sqrt),
        x().power(&x()),
        tanh.apply(Primitive::Log),
        x().apply(Primitive::Asin),
    ] {
        assert!(matches!(breakpoints(&f, 30.0), Err(KinkError::NotReal { .. })), "{f}");
    }
}

#[test]
fn poles_are_singular() {
    let pi: Function = Node::Pi.into();
    let zero_of_sine = x().apply(Primitive::Sin) / (x() - pi);
    assert!(breakpoints(&zero_of_sine, 5.0).is_ok());
    let poles = [number(1) / x(), number(1) / (x() - root_of_two()), x().apply(Primitive::Tan), x().powi(-2), x() / x().powi(3)];
    for f in poles {
        let found = breakpoints(&f, 5.0).unwrap_or_else(|error| panic!("{error}"));
        assert!(!found.is_empty() && found.iter().all(|b| b.kind == BreakpointKind::Singular), "{f}");
    }
}

#[test]
fn refusals_name_the_part() {
    let log = number(2) + x().apply(Primitive::Tanh).apply(Primitive::Log);
    let message = breakpoints(&log, 30.0).expect_err("not real").to_string();
    assert_eq!(message, "log(tanh(x)) is not a real number for x < 0");
}

/// Random trees with choices everywhere.
fn choices() -> impl Strategy<Value = Function> {
    use Primitive::{Abs, Cos, Erf, Exp, Log, Sign, Sin, Sqrt, Step, Tanh};
    let leaf =
        prop_oneof![3 => Just(x()), 2 => (-9..10i32, 1..5i32).prop_map(|(p, q)| Function::rational(Rational::from((p, q))))];
    leaf.prop_recursive(4, 14, 2, |inner| {
        let primitive = prop::sample::select(vec![Abs, Abs, Abs, Sign, Step, Sin, Cos, Exp, Tanh, Erf, Log, Sqrt]);
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            3 => (primitive, inner.clone()).prop_map(|(primitive, a)| a.apply(primitive)),
            1 => pair.clone().prop_map(|(a, b)| a + b),
            1 => pair.clone().prop_map(|(a, b)| a * b),
            1 => pair.clone().prop_map(|(a, b)| a / b),
            2 => pair.clone().prop_map(|(a, b)| a.max(&b)),
            1 => pair.prop_map(|(a, b)| a.min(&b)),
            1 => (inner.clone(), inner.clone(), inner).prop_map(|(d, a, b)| when(&d, Relation::Less, a, b)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, rng_seed: RngSeed::Fixed(3), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn branches_of_random_functions_hold_between_breakpoints(f in choices()) {
        let Ok(cut) = pieces(&f, 6.0, &Job::unwatched()) else { return Ok(()) };
        let mut ends = vec![-6.0];
        ends.extend(cut.breakpoints.iter().map(|b| b.location.to_f64()));
        ends.push(6.0);
        prop_assert_eq!(cut.branches.len() + 1, ends.len());
        for (pair, branch) in ends.windows(2).zip(&cut.branches) {
            prop_assert!(pair[0] <= pair[1], "{} at {:?}", f, ends);
            for part in 1..6 {
                let at = Ball::double(pair[0] + (pair[1] - pair[0]) * f64::from(part) / 6.01, 200);
                let (value, smooth) = (evaluate(&f, &at), evaluate(branch, &at));
                prop_assert!(!value.is_finite() || !smooth.is_finite() || value.overlaps(&smooth), "{} at {}", f, at.to_f64());
            }
        }
    }

    #[test]
    fn random_functions_are_smooth_at_other_points(f in choices(), at in -5.9..5.9f64) {
        let Ok(cut) = pieces(&f, 6.0, &Job::unwatched()) else { return Ok(()) };
        prop_assume!(cut.breakpoints.iter().all(|b| (b.location.to_f64() - at).abs() > 1e-9));
        // a kink between the two points would show as different one-sided slopes
        let slope = |x: f64| {
            let (here, there) = (evaluate(&f, &Ball::double(x, 300)), evaluate(&f, &(Ball::double(x, 300) + Ball::integer(1, 300).shifted(-100))));
            (there - here).shifted(100)
        };
        let (left, right) = (slope(at - 1e-12), slope(at + 1e-12));
        if left.is_finite() && right.is_finite() && left.to_f64().abs() < 1e3 {
            let scale = 1.0 + left.to_f64().abs() + evaluate(&f, &Ball::double(at, 100)).to_f64().abs();
            prop_assert!((left.to_f64() - right.to_f64()).abs() < 1e-5 * scale, "{} at {}", f, at);
        }
    }
}
