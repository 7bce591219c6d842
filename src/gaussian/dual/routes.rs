//! Which way a dual takes.

use rug::Rational;

use super::cells::Cells;
use super::lattice::Lattice;
use super::pair::Pair;
use super::{cubature, parts, rows, series};
use crate::activation::Parity;
use crate::gaussian::closed::Exact;
use crate::gaussian::data::Data;
use crate::gaussian::error::GaussianError;
use crate::gaussian::quantity::Quantity;
use crate::number::{Ball, Job};

/// Most terms of the series.
const MAX_TERMS: f64 = 4000.0;
/// A series so short is not worth a comparison (tuned).
const FEW_TERMS: f64 = 160.0;
/// Steps of the series for each pair of degrees, of a smooth function and of any (measured).
const SERIES_STEPS: [f64; 2] = [13.0, 40.0];
/// Most steps, for each bit asked: two seconds or so at 15 digits (tuned).
const STEPS_PER_BIT: f64 = 6e5;
/// The steps of a dual, planning included, in units of those of one integral.
const EFFORT: u64 = 4;
/// A lattice so small is not compared with cells (tuned).
const FEW_POINTS: f64 = 5e4;
/// What a point of a cell costs, in points of the lattice (tuned).
const POINTS_PER_CELL_POINT: f64 = 1.5;

/// Why there is no answer when the series is too long too.
const TOO_LONG: &str = "terms of the Hermite series, and no rule over the plane is certified within its bound of effort";

/// A way to a dual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Mehler's series.
    Series,
    /// The trapezoid rule in rotated coordinates.
    Lattice,
    /// Gauss–Legendre rules between the kinks.
    Cells,
}

/// E f(U) g(V) for corr(U, V) = `rho`, which is below one in size; `exact` is its exact form.
///
/// # Errors
/// A function without a second moment, or more work than the bound.
pub fn dual(f: &Data, g: &Data, rho: &Ball, exact: Option<&Exact>, bits: u32, job: &Job<'_>) -> Result<Quantity, GaussianError> {
    if let (Some(f), Some(g), Some(rho)) = (f.closed_form(), g.closed_form(), exact)
        && let Some(value) = f.dual(g, rho)
    {
        return Ok(Quantity { ball: value.enclose(bits), exact: Some(value) });
    }
    if let (Some(p), Some(q)) = (f.powers(), g.powers())
        && let Some(ball) = p.dual(q, rho, MAX_TERMS as usize, bits)
    {
        return Ok(Quantity { ball, exact: None });
    }
    let job = &job.within(job.steps().saturating_mul(EFFORT));
    let (known, left) = parts::known(f, g, rho, bits, job)?;
    let Some((functions, parity)) = left else {
        return Ok(if known.is_exact_zero() { Quantity::zero(bits) } else { Quantity { ball: known, exact: None } });
    };
    let order = series::terms(rho, bits);
    let of = |ball: Ball| Quantity { ball, exact: None };
    if order <= FEW_TERMS {
        return series::series(f, g, rho, order as usize, bits, job).map(of);
    }
    let budget = STEPS_PER_BIT * f64::from(bits);
    let closed = f.closed_form().is_some() && g.closed_form().is_some();
    let longest = if closed { MAX_TERMS } else { (budget / SERIES_STEPS[1]).sqrt().min(MAX_TERMS) };
    let most = if order <= longest { budget.min(SERIES_STEPS[0] * order * order) } else { budget };
    if let Some(pair) = Pair::new(functions, parity, rho, exact, bits, job)?
        && let Some(ball) = integral(&pair, &[Route::Lattice, Route::Cells], most, bits, job)?
    {
        return Ok(of(known + ball));
    }
    if order <= longest {
        return series::series(f, g, rho, order as usize, bits, job).map(of);
    }
    for data in [f, g] {
        series::finite_energy(data, bits, job)?;
    }
    Err(GaussianError::Effort { most: longest as usize, what: TOO_LONG })
}

/// The dual by one given route, whatever it costs; `None` where the route is not certified.
///
/// # Errors
/// As [`dual`].
pub fn dual_by(
    route: Route,
    [f, g]: [&Data; 2],
    rho: &Rational,
    bits: u32,
    job: &Job<'_>,
) -> Result<Option<Ball>, GaussianError> {
    let ball = Ball::rational(rho, bits);
    if route == Route::Series {
        return series::series(f, g, &ball, series::terms(&ball, bits) as usize, bits, job).map(Some);
    }
    let functions = [f.function().clone(), g.function().clone()];
    let parity = if f.parity() == g.parity() { f.parity() } else { Parity::Neither };
    let pair = Pair::new(functions, parity, &ball, Some(&Exact::from(rho.clone())), bits, job)?;
    let Some(pair) = pair else { return Ok(None) };
    integral(&pair, &[route], f64::INFINITY, bits, job)
}

/// The integral over the plane by the cheaper rule, in at most `most` steps.
fn integral(pair: &Pair, routes: &[Route], most: f64, bits: u32, job: &Job<'_>) -> Result<Option<Ball>, GaussianError> {
    let target = f64::from(bits) * std::f64::consts::LN_2 + 2.0;
    let most = most / pair.cost(bits) as f64;
    let lattice = if routes.contains(&Route::Lattice) { Lattice::certified(pair, target, job)? } else { None };
    let lattice = lattice.filter(|lattice| lattice.points(pair.fold) <= most);
    let room = lattice.map_or(most, |lattice| lattice.points(pair.fold) / POINTS_PER_CELL_POINT);
    let few = lattice.is_some() && room <= FEW_POINTS;
    let cells = if few || !routes.contains(&Route::Cells) { None } else { Cells::certified(pair, target, room, bits, job)? };
    let found = match (cells, lattice) {
        (Some(cells), _) => Some(cubature::integral(pair, &cells, bits, job)?),
        (None, Some(lattice)) => Some(rows::sum(pair, &lattice, bits, job)?),
        (None, None) => None,
    };
    Ok(found.map(|ball| if pair.negated { -ball } else { ball }))
}
