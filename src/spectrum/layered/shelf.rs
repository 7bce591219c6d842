//! Laws whose edges were found, kept for the next one with the same numbers.

use std::sync::{Arc, Mutex, PoisonError};

use super::sampled::{Sampled, working_bits};
use super::stack::Stack;
use crate::spectrum::LawError;

/// Laws that are kept: a few precisions of the one that a search asks again and again.
const KEPT: usize = 8;

/// The latest laws with their edges, the last one made last.
#[derive(Debug, Default)]
pub struct Shelf(Mutex<Vec<Arc<Sampled>>>);

impl Shelf {
    /// The law of a stack with numbers of so many bits, from what is kept or anew.
    pub(super) fn sampled(&self, stack: &Stack, bits: u32) -> Result<Arc<Sampled>, LawError> {
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let working = working_bits(stack, bits);
        if let Some(law) = kept().iter().rfind(|law| law.bits() == working && law.stack().is_identical(stack)) {
            return Ok(Arc::clone(law));
        }
        let law = Arc::new(Sampled::new(stack, bits)?);
        let mut kept = kept();
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push(Arc::clone(&law));
        Ok(law)
    }
}

#[cfg(test)]
mod tests {
    use rug::Rational;

    use super::*;
    use crate::number::{Ball, Magnitude};
    use crate::spectrum::{Coefficient, Share, StackLayer};

    fn stack(slope: Ball) -> Stack {
        let share = Share { slope: Coefficient { ball: slope, exact: None }, offset: None };
        let layers = vec![StackLayer { share, gamma: Rational::from((1, 3)) }];
        Stack { population: vec![[Rational::from(1), Rational::from(1)]], gamma: Rational::from((1, 2)), layers }
    }

    #[test]
    fn only_the_same_numbers_share_their_edges() {
        let third = Ball::rational(&Rational::from((1, 3)), 100);
        let unit = Magnitude::of(third.mid()).shifted(-99);
        let neighbour = Ball::new(third.high(), third.radius());
        let shelf = Shelf::default();
        let first = shelf.sampled(&stack(third.clone()), 100).expect("edges");
        let made = [third.clone(), third.clone().widened(unit), neighbour, third.with_bits(120)];
        let shared = made.map(|slope| Arc::ptr_eq(&first, &shelf.sampled(&stack(slope), 100).expect("edges")));
        assert_eq!(shared, [true, false, false, false]);
        let other = Stack { gamma: Rational::from((1, 5)), ..stack(third.clone()) };
        assert!(!Arc::ptr_eq(&first, &shelf.sampled(&other, 100).expect("edges")));
        assert!(!Arc::ptr_eq(&first, &shelf.sampled(&stack(third.clone()), 101).expect("edges")));
        // what was on the shelf longest has left it
        for part in 0..KEPT as u32 {
            let other = Stack { gamma: Rational::from((1, 7 + part)), ..stack(third.clone()) };
            drop(shelf.sampled(&other, 100).expect("edges"));
        }
        assert!(!Arc::ptr_eq(&first, &shelf.sampled(&stack(third), 100).expect("edges")));
    }
}
