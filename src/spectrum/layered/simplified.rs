//! A stack as the shortest one with the same law, by which laws that are typed differently are told to be equal.
//!
//! Where a population is only passed on, x ↦ s x + c, it is moved; a factor of a population is one of everything sampled from it, so that
//! it goes down to the lowest; and without shares between them samplings commute, z = λ Π_k (1 + γ_k q).

use rug::Rational;

use super::stack::{Coefficient, Share, Stack};

impl Stack {
    /// The same law, simplified.
    #[must_use]
    pub fn simplified(mut self) -> Self {
        self.take_factors_down();
        self.move_population();
        self.order_ratios();
        self
    }

    fn take_factors_down(&mut self) {
        for layer in (0..self.layers.len()).rev() {
            let share = &self.layers[layer].share;
            let factor = share.slope.exact.clone().filter(|factor| share.keeps_zero() && *factor != 1);
            let Some(factor) = factor else { continue };
            let bits = share.slope.ball.bits();
            self.layers[layer].share = Share::whole(bits);
            match layer.checked_sub(1) {
                Some(below) => {
                    let scaled = self.layers[below].share.scaled(&Coefficient::rational(factor, bits));
                    self.layers[below].share = scaled;
                }
                None => self.population.iter_mut().for_each(|[value, _]| *value *= &factor),
            }
        }
    }

    /// A lowest matrix that is its population itself.
    fn move_population(&mut self) {
        if !self.gamma.is_zero() || self.layers.is_empty() {
            return;
        }
        let share = &self.layers[0].share;
        let Some((slope, offset)) = share.slope.exact.clone().zip(share.exact_offset()) else { return };
        self.population.iter_mut().for_each(|[value, _]| *value = Rational::from(&*value * &slope) + &offset);
        self.gamma = self.layers.remove(0).gamma;
    }

    /// Ratios of samplings without a share between them, the smaller ones first.
    fn order_ratios(&mut self) {
        let first = usize::from(self.gamma.is_zero());
        let mut ratios: Vec<Rational> = (0..=self.layers.len()).map(|level| self.gamma_at(level).clone()).collect();
        let mut start = first;
        for level in first..ratios.len() {
            let ends = self.layers.get(level).is_none_or(|above| !above.share.is_whole());
            if ends {
                ratios[start..=level].sort();
                start = level + 1;
            }
        }
        let mut ratios = ratios.into_iter();
        self.gamma = ratios.next().unwrap_or_default();
        self.layers.iter_mut().zip(ratios).for_each(|(layer, gamma)| layer.gamma = gamma);
    }
}

#[cfg(test)]
mod tests {
    use super::super::stack::StackLayer;
    use super::*;

    /// Twice a white matrix, sampled with 1/2 and then 1/3, is one of 1/3 and then 1/2 over the population 2.
    #[test]
    fn one_law_has_one_form() {
        let ratio = |a: u32, b: u32| Rational::from((a, b));
        let layer = |slope: u32, gamma: Rational| {
            let offset = Some(Coefficient::rational(Rational::new(), 64));
            StackLayer { share: Share { slope: Coefficient::rational(slope.into(), 64), offset }, gamma }
        };
        let population = |value: u32| vec![[Rational::from(value), Rational::from(1)]];
        let one = Stack {
            population: population(1),
            gamma: Rational::new(),
            layers: vec![layer(2, ratio(1, 2)), layer(1, ratio(1, 3))],
        };
        let other = Stack { population: population(2), gamma: ratio(1, 3), layers: vec![layer(1, ratio(1, 2))] };
        let [one, other] = [one, other].map(Stack::simplified);
        assert_eq!((&one.population, &one.gamma), (&other.population, &other.gamma));
        assert_eq!(one.layers.len(), other.layers.len());
        assert!(
            one.layers.iter().zip(&other.layers).all(|(a, b)| a.gamma == b.gamma && a.share.is_whole() && b.share.is_whole())
        );
    }
}
