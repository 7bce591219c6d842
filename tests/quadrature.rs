//! The Gauss–Legendre rules integrate polynomials exactly and prove their nodes.
use resolvent::gaussian::legendre::legendre;
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
    use resolvent::activation::{Function, Primitive};
    use resolvent::gaussian::{poles, residues, strip, sums};
    use resolvent::number::{Ball, Job};

    fn coefficients(f: &Function, step: f64, height: f64, bits: u32) -> sums::Sums {
        let all = poles::poles(f, height, bits, &Job::unwatched()).unwrap().unwrap();
        let below: Vec<_> = all.iter().collect();
        let nodes = strip::nodes(step, [20.0, 20.0], bits);
        let slope = resolvent::activation::derivative(f);
        let integrand = sums::Integrand { f, slope: Some(&slope) };
        let sums = sums::sums(&integrand, &nodes, 11, bits, &Job::unwatched()).unwrap();
        sums.plus(&residues::corrections(f, true, &below, step, 11, bits, &Job::unwatched()).unwrap().unwrap())
    }

    /// A step too coarse for the plain trapezoid (errors near 1e-24) is exact to 60 digits once the poles are corrected: a half
    /// step with its own corrections agrees.
    #[test]
    fn corrected_sums_do_not_depend_on_the_step() {
        let x = Function::x();
        let tanh = x.apply(Primitive::Tanh);
        let mish = poles::meromorphic_form(&(x.clone() * x.apply(Primitive::Softplus).apply(Primitive::Tanh)));
        let plain = |f: &Function| {
            let integrand = sums::Integrand { f, slope: None };
            sums::sums(&integrand, &strip::nodes(0.25, [20.0, 20.0], 300), 11, 300, &Job::unwatched()).unwrap()
        };
        for (f, height) in [(tanh, 14.0), (mish, 13.0)] {
            let (coarse, fine) = (coefficients(&f, 0.25, height, 300), coefficients(&f, 0.125, 7.0, 300));
            let close = |a: &Ball, b: &Ball| (a - b).magnitude().log2() < -200.0;
            for (k, (a, b)) in coarse.hermite.iter().zip(&fine.hermite).enumerate() {
                assert!(close(a, b), "{f}: H_{k}: {a:?} against {b:?}");
            }
            assert!(close(&coarse.second, &fine.second) && close(&coarse.energy, &fine.energy), "{f}");
            assert!(!close(&plain(&f).second, &fine.second), "{f}: the corrections are not needed");
        }
    }
}
