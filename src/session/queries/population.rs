//! A population law as an argument: atoms with weights, or eigenvalues with equal ones.

use rug::Rational;

use crate::session::call::Call;
use crate::session::failure::Failure;

/// Most atoms of a population whose law is certified.
const MOST_ATOMS: usize = 64;

/// What an argument that [`read`] takes is, for help.
pub(super) const ABOUT: &str = "[[value, weight], …], or a list of eigenvalues with equal weights";

/// Atoms by value, equal ones together, weights adding up to 1.
///
/// # Errors
/// Anything else.
pub(super) fn read(call: &Call, name: &str) -> Result<Option<Vec<[Rational; 2]>>, Failure> {
    let Some(rows) = call.rows(name, 1..=2)? else { return Ok(None) };
    let lengths = [1, 2].map(|length| rows.iter().filter(|row| row.len() == length).count());
    if lengths[0] > 0 && lengths[1] > 0 {
        return Err(call.refuse(name, format!("{name} mixes eigenvalues with pairs [value, weight]")));
    }
    let share = Rational::from((1, rows.len().max(1)));
    let mut atoms: Vec<[Rational; 2]> = Vec::new();
    for row in rows {
        let [value, weight] = match &row[..] {
            [value, weight] => [value.clone(), weight.clone()],
            _ => [row[0].clone(), share.clone()],
        };
        if value < 0 {
            return Err(call.refuse(name, format!("an eigenvalue of a covariance cannot be negative: {value}")));
        }
        if weight <= 0 {
            return Err(call.refuse(name, format!("the weight of {value} must be positive, and is {weight}")));
        }
        match atoms.iter_mut().find(|[known, _]| *known == value) {
            Some(known) => known[1] += weight,
            None => atoms.push([value, weight]),
        }
    }
    atoms.sort();
    let total = atoms.iter().fold(Rational::new(), |sum, [_, weight]| sum + weight);
    if total != 1 {
        let failure = call.refuse(name, format!("the weights of {name} add up to {total}, and must to 1"));
        return Err(failure.with_help("a list of numbers in place of pairs has equal weights"));
    }
    if atoms.iter().all(|[value, _]| value.is_zero()) {
        return Err(call.refuse(name, format!("{name} is 0, so that there is no bulk")));
    }
    if atoms.len() > MOST_ATOMS {
        let message = format!("{name} has {} different values, more than the bound {MOST_ATOMS}", atoms.len());
        return Err(call.refuse(name, message).with_help("round them to fewer different values"));
    }
    Ok(Some(atoms))
}
