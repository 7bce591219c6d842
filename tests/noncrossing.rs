//! Non-crossing partitions and moments of free families: counts, laws that the spectrum room knows, and both ways around.

use proptest::prelude::*;
use resolvent::learning::noncrossing::{Partition, complement, cumulants, joint_cumulant, mixed_moment, moments, non_crossing};
use resolvent::number::{Ball, Real};
use resolvent::spectrum::{Law, LayeredLaw, Stack};
use rug::{Integer, Rational};

fn binomial(n: u32, k: u32) -> Integer {
    Integer::from(Integer::binomial_u(n, k))
}

/// Every partition of 0 … size − 1, by the block of each index.
fn all_partitions(size: usize) -> Vec<Partition> {
    let mut found: Vec<Partition> = vec![Vec::new()];
    for index in 0..size {
        let extended = found.into_iter().flat_map(|partition| {
            let joined = (0..partition.len()).map(|block| {
                let mut more = partition.clone();
                more[block].push(index);
                more
            });
            let alone = partition.iter().cloned().chain([vec![index]]).collect();
            joined.chain([alone]).collect::<Vec<_>>()
        });
        found = extended.collect();
    }
    found
}

fn crosses(partition: &Partition) -> bool {
    let block = |index: usize| partition.iter().position(|block| block.contains(&index));
    let size = partition.iter().map(Vec::len).sum();
    (0..size).any(|d| {
        (0..d).any(|c| (0..c).any(|b| (0..b).any(|a| block(a) == block(c) && block(b) == block(d) && block(a) != block(b))))
    })
}

#[test]
fn they_are_those_partitions_that_do_not_cross() {
    for size in 1..=7 {
        let mut wanted: Vec<Partition> = all_partitions(size).into_iter().filter(|partition| !crosses(partition)).collect();
        let mut found = non_crossing(size);
        wanted.sort();
        found.sort();
        assert_eq!(found, wanted, "{size}");
    }
}

#[test]
fn counts_are_those_of_catalan_and_fuss() {
    for size in 1..=9u32 {
        let partitions = non_crossing(size as usize);
        assert_eq!(Integer::from(partitions.len()), binomial(2 * size, size) / (size + 1));
        for blocks in 1..=size {
            let count = partitions.iter().filter(|partition| partition.len() == blocks as usize).count();
            let narayana = binomial(size, blocks) * binomial(size, blocks - 1) / size;
            assert_eq!(Integer::from(count), narayana, "{size} {blocks}");
        }
    }
    // all blocks of k indices, k n in all
    for (k, n) in [(2, 4), (3, 3), (4, 2)] {
        let count = non_crossing((k * n) as usize).iter().filter(|p| p.iter().all(|block| block.len() == k as usize)).count();
        assert_eq!(Integer::from(count), binomial(k * n, n) / ((k - 1) * n + 1), "{k} {n}");
    }
}

#[test]
fn the_complement_is_one_to_one_and_its_square_a_rotation() {
    for size in 1..=7 {
        let partitions = non_crossing(size);
        let mut complements: Vec<Partition> = partitions.iter().map(|partition| complement(partition, size)).collect();
        for (partition, other) in partitions.iter().zip(&complements) {
            assert_eq!(partition.len() + other.len(), size + 1);
            let mut rotated: Partition = partition.clone();
            for block in &mut rotated {
                block.iter_mut().for_each(|index| *index = (*index + size - 1) % size);
                block.sort_unstable();
            }
            rotated.sort();
            let mut twice = complement(other, size);
            twice.sort();
            assert_eq!(twice, rotated, "{partition:?}");
        }
        complements.iter_mut().for_each(|complement| complement.sort());
        complements.sort();
        let mut wanted = partitions;
        wanted.sort();
        assert_eq!(complements, wanted);
    }
}

/// κ_p of the N × N matrix G Gᵀ/N over a population of dimension n is γ m_p, γ = n/N, and its moments are γ times those of n × n.
#[test]
fn sample_covariances_have_the_moments_that_the_spectrum_room_gives() {
    let rational = |pair: (i64, i64)| Rational::from(pair);
    let populations = [
        vec![[(1, 1), (1, 1)]],
        vec![[(1, 3), (3, 4)], [(3, 1), (1, 4)]],
        vec![[(0, 1), (1, 5)], [(2, 1), (2, 5)], [(7, 2), (2, 5)]],
    ];
    for population in populations {
        let population: Vec<[Rational; 2]> = population.iter().map(|pair| pair.map(rational)).collect();
        for gamma in [(1, 3), (1, 1), (5, 2)].map(rational) {
            use rug::ops::Pow;
            let moment = |power: u32| population.iter().map(|[x, w]| Rational::from(x.pow(power)) * w).sum::<Rational>();
            let free: Vec<Rational> = (1..=7).map(|power| moment(power) * &gamma).collect();
            let law = LayeredLaw::new(Stack { population: population.clone(), gamma: gamma.clone(), layers: Vec::new() }, 64);
            let wanted = law.moments(7).expect("moments").into_iter().map(|moment| match moment {
                Real::Rational(value) => value * &gamma,
                other => panic!("{other:?} is not exact"),
            });
            assert_eq!(moments(&free), wanted.collect::<Vec<_>>(), "{population:?} {gamma}");
        }
    }
}

/// A number for each set of letters, as a trace of a word in them might have.
fn word(seed: u64, letters: &[usize]) -> Rational {
    let mut state = letters
        .iter()
        .fold(seed ^ 0x9e37_79b9, |state, letter| (state ^ (*letter as u64 + 1)).wrapping_mul(0x5851_f42d_4c95_7f2d));
    state ^= state >> 29;
    Rational::from(((state % 19) as i64 - 9, (state >> 32) % 7 + 1))
}

/// As the indices of a cyclic word, from the smallest.
fn sorted(letters: &[usize]) -> Vec<usize> {
    let mut letters = letters.to_vec();
    letters.sort_unstable();
    letters
}

proptest! {
    /// τ(a₁ b₁ a₂ b₂) = τ(a₁a₂)τ(b₁)τ(b₂) + τ(a₁)τ(a₂)τ(b₁b₂) − τ(a₁)τ(a₂)τ(b₁)τ(b₂).
    #[test]
    fn two_letters_of_each_family(seed in any::<u64>()) {
        let [a, b] = [1u64, 2].map(|family| move |letters: &[usize]| word(seed.wrapping_add(family), letters));
        let found = mixed_moment(&Rational::new(), 2, |block| joint_cumulant(block, &a), b);
        let [a1, a2, a12, b1, b2, b12] = [a(&[0]), a(&[1]), a(&[0, 1]), b(&[0]), b(&[1]), b(&[0, 1])];
        let product = |list: [&Rational; 3]| list.iter().fold(Rational::from(1), |product, factor| product * *factor);
        let (single_a, single_b) = (Rational::from(&a1 * &a2), Rational::from(&b1 * &b2));
        let one = Rational::from(1);
        let wanted = product([&a12, &b1, &b2]) + product([&single_a, &b12, &one]) - product([&single_a, &single_b, &one]);
        prop_assert_eq!(found, wanted);
    }

    /// τ(a₁ b₁ … a_p b_p) = τ(b₁ a₂ … b_p a₁): either family may be the one whose cumulants are taken. A rotated complement fails.
    #[test]
    fn the_families_are_equals(seed in any::<u64>(), size in 1usize..=4) {
        let [a, b] = [1u64, 2].map(|family| move |letters: &[usize]| word(seed.wrapping_add(family), &sorted(letters)));
        let first = mixed_moment(&Rational::new(), size, |block| joint_cumulant(block, &a), b);
        let next = move |letters: &[usize]| a(&letters.iter().map(|letter| (letter + 1) % size).collect::<Vec<_>>());
        let second = mixed_moment(&Rational::new(), size, |block| joint_cumulant(block, &b), next);
        prop_assert_eq!(first, second);
    }

    /// There and back, exactly and in enclosures; shifted by a constant only κ₁ changes.
    #[test]
    fn moments_and_cumulants_are_inverse(values in prop::collection::vec((-20i64..20, 1i64..9), 1..7), shift in -3i64..4) {
        let given: Vec<Rational> = values.iter().map(|pair| Rational::from(*pair)).collect();
        let free = cumulants(&given);
        prop_assert_eq!(&moments(&free), &given);
        let balls: Vec<Ball> = given.iter().map(|value| Ball::rational(value, 100)).collect();
        for (ball, exact) in cumulants(&balls).iter().zip(&free) {
            prop_assert!(ball.contains(exact) && ball.radius().to_f64() < 1e-15);
        }
        let all: Vec<Rational> = std::iter::once(Rational::from(1)).chain(given.iter().cloned()).collect();
        let moved: Vec<Rational> = (1..all.len() as u32).map(|power| {
            use rug::ops::Pow;
            (0..=power).map(|k| Rational::from(Integer::binomial_u(power, k)) * &all[k as usize] * Rational::from(shift).pow((power - k) as i32)).sum()
        }).collect();
        let mut wanted = free;
        wanted[0] += shift;
        prop_assert_eq!(cumulants(&moved), wanted);
    }
}
