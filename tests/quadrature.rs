//! The Gauss–Legendre rules integrate polynomials exactly and prove their nodes.
use resolvent::gaussian::rules::legendre;
use rug::Float;

#[test]
fn legendre_rules_integrate_even_powers() {
    for n in [2usize, 8, 24, 64, 120] {
        let rule = legendre(n, 300);
        assert!(rule.error.log2() < -300.0, "n = {n}: error 2^{}", rule.error.log2());
        for degree in [0u32, 2, (2 * n - 2) as u32] {
            let mut sum = Float::new(400);
            for (x, w) in rule.nodes.iter().zip(&rule.weights) {
                sum += Float::with_val(400, rug::ops::Pow::pow(x, degree)) * w * 2;
            }
            let exact = Float::with_val(400, 2) / (degree + 1);
            assert!((sum - exact).abs().to_f64() < 1e-85, "n = {n}, degree {degree}");
        }
    }
}

mod poles {
    use resolvent::activation::{Function, Parity, Primitive, derivative};
    use resolvent::gaussian::Analysis;
    use resolvent::gaussian::rules::{Map, Request, Rule, Sums, corrections, meromorphic_form, on_grid, poles};
    use resolvent::number::{Ball, Job};

    /// The plain trapezoid with that step, and the same corrected at the poles below `height`.
    fn sums(function: &Function, step: f64, height: f64) -> [Sums; 2] {
        let job = Job::unwatched();
        let (f, slope) = (Analysis::smooth(function), Analysis::smooth(&derivative(function)));
        let (parity, order, bits) = (Parity::Neither, 11, 300);
        let request = Request { f: &f, slope: Some(&slope), given: function, parity, order, bits, second: true, job: &job };
        let plain = on_grid(&request, &Rule { map: Map::Line, step, count: (20.0 / step) as u64 }).unwrap();
        let all = poles(function, height, bits, &job).unwrap().unwrap();
        let below: Vec<_> = all.iter().collect();
        let corrected = plain.plus(&corrections(&request, &below, step, bits).unwrap().unwrap());
        [plain, corrected]
    }

    /// A step too coarse for the plain trapezoid (errors near 1e-24) is exact to 60 digits once the poles are corrected: a half
    /// step with its own corrections agrees.
    #[test]
    fn corrected_sums_do_not_depend_on_the_step() {
        let x = Function::x();
        let tanh = x.apply(Primitive::Tanh);
        let mish = meromorphic_form(&(x.clone() * x.apply(Primitive::Softplus).apply(Primitive::Tanh)));
        for (f, height) in [(tanh, 14.0), (mish, 13.0)] {
            let ([plain, coarse], [_, fine]) = (sums(&f, 0.25, height), sums(&f, 0.125, 7.0));
            let close = |a: &Ball, b: &Ball| (a - b).magnitude().log2() < -200.0;
            for (k, (a, b)) in coarse.hermite.iter().zip(&fine.hermite).enumerate() {
                assert!(close(a, b), "{f}: H_{k}: {a:?} against {b:?}");
            }
            assert!(close(&coarse.second, &fine.second) && close(&coarse.energy, &fine.energy), "{f}");
            assert!(!close(&plain.second, &fine.second), "{f}: the corrections are not needed");
        }
    }
}
