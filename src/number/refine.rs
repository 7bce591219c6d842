//! The one loop that raises precision: a whole computation is repeated at more bits until what it gives is certain enough.
//!
//! Rooms never retry. They return an enclosure at the bits they were given, or say that they need more.

use super::bits_for_digits;

/// Guard bits of the first attempt, enough for most computations to settle at once (tuned).
const GUARD_BITS: u32 = 40;
/// A value is given up as "not separated from zero" only after at least so many bits more than the first attempt.
const SEPARATION_BITS: u32 = 200;
/// How far beyond the bits of separation an attempt may go before it counts as out of reach.
const REACH: u32 = 4;

/// What one attempt came to.
pub enum Attempt<T, E> {
    /// Every digit asked is certain.
    Settled(T),
    /// All is certain, except that some numbers are not separated from zero.
    NearZero(T),
    /// Too few digits are certain, or nothing was found at this precision.
    Coarse(Option<T>),
    /// So many bits take more effort than is allowed.
    Exhausted(E),
}

/// What the attempts came to.
pub enum Refined<T> {
    /// Every digit asked is certain.
    Settled(T),
    /// Some numbers cannot be told from zero with four times the digits, or with as many as the effort allows.
    NearZero(T),
    /// The last attempt, still too coarse, and the bits it had.
    OutOfReach(Option<T>, u32),
}

/// The bits of the first attempt for so many digits.
#[must_use]
pub fn first_bits(digits: u32) -> u32 {
    bits_for_digits(digits) + GUARD_BITS
}

/// The bits after which a number that is not separated from zero is given up as such.
#[must_use]
pub fn separation_bits(digits: u32) -> u32 {
    bits_for_digits(4 * digits).max(first_bits(digits) + SEPARATION_BITS)
}

/// Whether an attempt at so many bits is the last one.
#[must_use]
pub fn is_last_attempt(digits: u32, bits: u32) -> bool {
    bits >= REACH * separation_bits(digits)
}

/// Repeats `attempt` at growing bits.
///
/// # Errors
/// Whatever `attempt` fails with, at once; and why it was exhausted, unless an earlier one left nothing open but zeros.
pub fn refine<T, E>(digits: u32, mut attempt: impl FnMut(u32) -> Result<Attempt<T, E>, E>) -> Result<Refined<T>, E> {
    let first = first_bits(digits);
    let separation = separation_bits(digits);
    let mut bits = first;
    let mut near_zero = None;
    loop {
        let last = is_last_attempt(digits, bits);
        match attempt(bits)? {
            Attempt::Settled(value) => return Ok(Refined::Settled(value)),
            Attempt::NearZero(value) if bits >= separation => return Ok(Refined::NearZero(value)),
            Attempt::NearZero(value) => near_zero = Some(value),
            Attempt::Exhausted(why) => return near_zero.map(Refined::NearZero).ok_or(why),
            Attempt::Coarse(value) if last => return Ok(Refined::OutOfReach(value, bits)),
            Attempt::Coarse(_) => {}
        }
        bits = next(bits, separation);
    }
}

/// Doubles, stopping once at the bits of separation.
fn next(bits: u32, separation: u32) -> u32 {
    if bits < separation { (2 * bits).min(separation) } else { 2 * bits }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits_tried(digits: u32, outcome: impl Fn(u32) -> Attempt<u32, ()>) -> (Vec<u32>, Refined<u32>) {
        let mut tried = Vec::new();
        let refined: Result<_, ()> = refine(digits, |bits| {
            tried.push(bits);
            Ok(outcome(bits))
        });
        (tried, refined.expect("attempts that do not fail"))
    }

    #[test]
    fn stops_at_the_first_certain_attempt() {
        let (tried, refined) = bits_tried(15, |bits| if bits >= 300 { Attempt::Settled(bits) } else { Attempt::Coarse(None) });
        assert!(matches!(refined, Refined::Settled(bits) if bits >= 300));
        assert!(tried.windows(2).all(|pair| pair[0] < pair[1] && pair[0] < 300));
    }

    #[test]
    fn a_possible_zero_is_tried_to_four_times_the_digits_and_200_bits_more() {
        for digits in [1, 15, 200] {
            let (tried, refined) = bits_tried(digits, Attempt::NearZero);
            let Refined::NearZero(bits) = refined else { panic!("near zero stays near zero") };
            assert!(bits >= first_bits(digits) + 200 && f64::from(bits) >= 4.0 * f64::from(digits) * std::f64::consts::LOG2_10);
            assert_eq!(tried.last(), Some(&bits));
        }
    }

    #[test]
    fn what_never_settles_ends_at_a_bound() {
        let (tried, refined) = bits_tried(15, |_| Attempt::Coarse(None));
        assert!(matches!(refined, Refined::OutOfReach(None, bits) if Some(&bits) == tried.last()));
        assert!(tried.len() < 10);
    }

    #[test]
    fn an_exhausted_attempt_leaves_possible_zeros_as_they_are() {
        let (tried, refined) = bits_tried(15, |bits| if bits > 100 { Attempt::Exhausted(()) } else { Attempt::NearZero(bits) });
        assert!(matches!(refined, Refined::NearZero(bits) if bits <= 100) && tried.len() == 2);
        assert!(refine::<u32, _>(15, |_| Ok(Attempt::Exhausted("effort"))).is_err_and(|why| why == "effort"));
    }
}
