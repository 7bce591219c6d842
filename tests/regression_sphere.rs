//! Ridge regression on the sphere at finite d, and with kernels that are given by their spectrum.

#[path = "common/asking.rs"]
mod asking;
#[path = "common/decimals.rs"]
mod decimals;
#[path = "common/regressing.rs"]
mod regressing;

use asking::{answer, complaint, number};
use decimals::agrees;
use regressing::{close, errors};

/// Gegenbauer data: a polynomial that is not seen as one, a closed form in three dimensions, and the symmetry of n and N.
#[test]
fn the_sphere() {
    let sphere = |f: &str, teacher: &str, more: &str| errors(&format!("{f}, {teacher}, noise = 1/5, {more}"));
    let more = "d = 20, n = 60, widths = [90], ridge = 1/20";
    for (plain, hidden) in [
        ("x", "relu(x) - relu(-x)"),
        ("x^2", "abs(x)*abs(x)"),
        ("x + x^3/3", "x + x*abs(x)^2/3*sign(x^2 + 1)"),
        ("relu(x)^2", "x*log(exp(relu(x)))"),
    ] {
        let [a, b] = [plain, hidden].map(|f| sphere(f, "x + x^2/2", more));
        for name in ["test", "train", "degrees_of_freedom"] {
            assert!(agrees(&a[name], &b[name], 19), "{plain}: {a} against {b}");
        }
    }
    let swapped = |n: u32, width: u32| {
        sphere("x + x^2/2", "x", &format!("d = 16, n = {n}, widths = [{width}], ridge = {}/1000", 60 * 90 / n))["degrees_of_freedom"].clone()
    };
    assert!(agrees(&swapped(60, 90), &swapped(90, 60), 18));
    // much wider than n the features are a kernel, whose ridge is N times that per sample
    let [wide, kernel] = [("10^9", "10^9/60"), ("inf", "1")].map(|(width, ridge)| {
        number(&sphere("relu(x)", "x + x^2/2", &format!("d = 16, n = 60, widths = [{width}], ridge = {ridge}"))["test"])
    });
    close(wide, kernel, 1e-6);
    // many samples: the labels are learned up to the noise
    close(
        number(&answer(
            "errors(regression(x + x^2/2 + x^3/6, x + x^2/2, noise = 1/5, d = 10, n = 10^6, widths = [inf], ridge = 1/10)).test",
        )),
        0.04,
        1e-3,
    );
}

/// Gegenbauer data of relu and of a kink elsewhere by the midpoint rule on the sphere: Σ B_k ξ_k²/(ξ_k² + κ_0) with what lies above the last degree
/// gives the degrees of freedom of the kernel.
#[test]
fn the_spectrum_of_kernels_on_the_sphere() {
    const NODES: usize = 400_000;
    const MOST: usize = 24;
    for (f, typed, d) in [
        ((|u: f64| u.max(0.0)) as fn(f64) -> f64, "relu(x)", 16),
        (|u| if u > 0.0 { u + u * u } else { -2.0 * u }, "max(-2*x, 0) + max(x, 0) + x*max(x, 0)", 15),
        (|u| (u - 0.5).max(0.0), "relu(x - 1/2)", 15),
        (|u| (u - 0.5).max(0.0), "relu(x - 1/2)", 8),
        (|u| u.clamp(-1.0, 1.0), "hard_tanh(x)", 8),
        (|u| u.clamp(-4.0, 1.0).powi(2), "clip(x, -4, 1)^2", 9),
    ] {
        let size = f64::from(d);
        let (mut whole, mut second, mut xi) = (0.0, 0.0, vec![0.0; MOST + 1]);
        for k in 0..NODES {
            let v = -1.0 + 2.0 * (k as f64 + 0.5) / NODES as f64;
            let weight = (1.0 - v * v).powf((size - 3.0) / 2.0);
            let value = f(size.sqrt() * v);
            let (mut before, mut now) = (0.0, 1.0);
            whole += weight;
            second += weight * value * value;
            for (k, xi) in xi.iter_mut().enumerate() {
                *xi += weight * value * now;
                let k = k as f64;
                (before, now) = (now, ((2.0 * k + size - 2.0) * v * now - k * before) / (k + size - 2.0));
            }
        }
        let kernel = errors(&format!("{typed}, x, d = {d}, n = 60, widths = [inf], ridge = 1/20"));
        let kappa = number(&kernel["kappa"][0]);
        let (mut used, mut rest, mut count) = (0.0, second / whole, 1.0);
        for (k, xi) in xi.iter().enumerate() {
            let square = (xi / whole).powi(2);
            used += count * square / (square + kappa);
            rest -= count * square;
            // B_{k+1}/B_k
            let k = k as f64;
            count *= if k == 0.0 { size } else { (2.0 * k + size) * (k + size - 2.0) / ((2.0 * k + size - 2.0) * (k + 1.0)) };
        }
        close(used + rest / kappa, number(&kernel["degrees_of_freedom"]), 1e-6);
    }
}

/// A kernel that is given by its eigenvalues: one eigenvalue leads to a quadratic equation, those of a polynomial on the sphere to that model, as a
/// kernel and as random features.
#[test]
fn kernels_that_are_given() {
    let given =
        |values: &str, energies: &str, more: &str| errors(&format!("eigenvalues = {values}, energies = {energies}, {more}"));
    let ones = vec!["1"; 40].join(", ");
    let found = given(&format!("[{ones}]"), &format!("[{ones}]"), "n = 60, widths = [inf], ridge = 6, noise = 1");
    // ridge = κ (n − 40/(1 + κ))
    let kappa = number(&found["kappa"][0]);
    close(kappa * (60.0 - 40.0 / (1.0 + kappa)), 6.0, 1e-12);
    let used = 40.0 / (1.0 + kappa).powi(2) / 60.0;
    close(number(&found["test"]), (40.0 * (kappa / (1.0 + kappa)).powi(2) + 1.0) / (1.0 - used), 1e-12);
    // f = x + x²/2, d = 6: ξ_0 = 1/2, ξ_1 = 1/√6, ξ_2 = 1/8, B = 1, 6, 20; the teacher x
    let second = |n: usize, text: &str| std::iter::repeat_n(text.to_owned(), n).collect::<Vec<_>>().join(", ");
    let values = format!("[1/4, {}, {}]", second(6, "1/6"), second(20, "1/64"));
    let energies = format!("[0, {}, {}]", second(6, "1/6"), second(20, "0"));
    for more in ["n = 30, widths = [inf], ridge = 1/10, noise = 1/5", "n = 30, widths = [40], ridge = 1/100, noise = 1/5"] {
        let [list, sphere] = [given(&values, &energies, more), errors(&format!("x + x^2/2, x, d = 6, {more}"))];
        for name in ["test", "train", "train_penalised", "degrees_of_freedom"] {
            assert!(agrees(&list[name], &sphere[name], 19), "{name}: {list} against {sphere}");
        }
    }
    for (arguments, said) in [
        ("eigenvalues = [1, 1/2], n = 3, widths = [inf], ridge = 1", "needs energies"),
        ("eigenvalues = [1, 1/2], energies = [1], n = 3, widths = [inf], ridge = 1", "1 numbers"),
        ("eigenvalues = [1, -1/2], energies = [1, 1], n = 3, widths = [inf], ridge = 1", "cannot be negative"),
        ("x, eigenvalues = [1], energies = [1], n = 3, widths = [inf], ridge = 1", "there is no f"),
        ("eigenvalues = [1], energies = [1], n = 5/2, widths = [inf], ridge = 1", "counted"),
    ] {
        let complaint = complaint(&format!("regression({arguments})"));
        assert!(complaint.contains(said), "{arguments}: {complaint}");
    }
    let drawn = complaint("check(regression(eigenvalues = [1], energies = [1], n = 5, widths = [inf], ridge = 1))");
    assert!(drawn.contains("not drawn"), "{drawn}");
}
