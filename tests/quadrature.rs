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
