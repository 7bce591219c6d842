//! Non-crossing partitions and the moments of free families (Nica and Speicher, Lectures on the Combinatorics of Free Probability,
//! lectures 9, 11 and 14; docs/mathematics.md, 'The neural feature ansatz').
//!
//! τ is a trace with τ(1) = 1. NC(p) are the partitions of 0 … p − 1 without a < b < c < d, a and c in one block, b and d in another.
//! Free cumulants are defined by τ(a₁ … a_p) = Σ_{π ∈ NC(p)} Π_{V ∈ π} κ_{|V|}(a_i, i ∈ V), and for two free families
//!
//! τ(a₁ b₁ a₂ b₂ … a_p b_p) = Σ_{π ∈ NC(p)} Π_{V ∈ π} κ_{|V|}(a_i, i ∈ V) Π_{U ∈ K(π)} τ(Π_{i ∈ U} b_i).
//!
//! The complement K(π) has the index i on the letter just after a_i: with π the permutation whose cycles are its blocks in
//! increasing order, K(π) = π⁻¹ ∘ (0 1 … p − 1). A rotated complement gives the same where all the a are one letter, and
//! something else where they are not.

use crate::number::Ring;

/// Blocks of indices; inside a block they increase, and blocks are sorted by their first index.
pub type Partition = Vec<Vec<usize>>;

/// NC(size), as many as the Catalan number C_size.
#[must_use]
pub fn non_crossing(size: usize) -> Vec<Partition> {
    let mut found = of_indices(&(0..size).collect::<Vec<_>>());
    found.iter_mut().for_each(|partition| partition.sort());
    found
}

/// The block of the first index takes any of the others; what lies between two of its neighbours is partitioned by itself.
fn of_indices(indices: &[usize]) -> Vec<Partition> {
    let Some((first, rest)) = indices.split_first() else { return vec![Vec::new()] };
    let mut found = Vec::new();
    for chosen in 0..1u64 << rest.len() {
        let mut block = vec![*first];
        let mut gaps = vec![Vec::new()];
        for (place, index) in rest.iter().enumerate() {
            if chosen >> place & 1 == 1 {
                block.push(*index);
                gaps.push(Vec::new());
            } else if let Some(gap) = gaps.last_mut() {
                gap.push(*index);
            }
        }
        let mut partitions: Vec<Partition> = vec![vec![block]];
        for gap in gaps {
            let within = of_indices(&gap);
            let joined = |partition: &Partition| {
                let partition = partition.clone();
                within.iter().map(move |more| partition.iter().chain(more).cloned().collect()).collect::<Vec<Partition>>()
            };
            partitions = partitions.iter().flat_map(joined).collect();
        }
        found.extend(partitions);
    }
    found
}

/// K(π) of a partition of 0 … size − 1.
#[must_use]
pub fn complement(partition: &Partition, size: usize) -> Partition {
    let mut before = vec![0; size];
    for block in partition {
        for (place, index) in block.iter().enumerate() {
            before[block[(place + 1) % block.len()]] = *index;
        }
    }
    let mut seen = vec![false; size];
    let mut blocks = Vec::new();
    for start in 0..size {
        let mut block = Vec::new();
        let mut index = start;
        while !seen[index] {
            seen[index] = true;
            block.push(index);
            index = before[(index + 1) % size];
        }
        if !block.is_empty() {
            block.sort_unstable();
            blocks.push(block);
        }
    }
    blocks
}

/// τ(a₁ b₁ … a_size b_size) of two free families: `cumulant` of the a, `moment` of the b with these indices.
#[must_use]
pub fn mixed_moment<T: Ring>(like: &T, size: usize, cumulant: impl Fn(&[usize]) -> T, moment: impl Fn(&[usize]) -> T) -> T {
    non_crossing(size).iter().fold(like.integer(0), |sum, partition| {
        let term = partition.iter().fold(like.integer(1), |product, block| product.times(&cumulant(block)));
        sum.plus(&complement(partition, size).iter().fold(term, |product, block| product.times(&moment(block))))
    })
}

/// κ of the letters with these indices, from the moments of words in them.
#[must_use]
pub fn joint_cumulant<T: Ring>(letters: &[usize], moment: &impl Fn(&[usize]) -> T) -> T {
    let whole = moment(letters);
    non_crossing(letters.len()).iter().filter(|partition| partition.len() > 1).fold(whole, |rest, partition| {
        let product = |blocks: &Partition| {
            let cumulants = blocks.iter().map(|block| {
                let inner: Vec<usize> = block.iter().map(|place| letters[*place]).collect();
                joint_cumulant(&inner, moment)
            });
            cumulants.reduce(|product, cumulant| product.times(&cumulant))
        };
        product(partition).map_or_else(|| rest.clone(), |product| rest.minus(&product))
    })
}

/// κ₁, κ₂, … of one letter from m₁, m₂, …, as many.
#[must_use]
pub fn cumulants<T: Ring>(moments: &[T]) -> Vec<T> {
    let mut found: Vec<T> = Vec::with_capacity(moments.len());
    for (index, moment) in moments.iter().enumerate() {
        let proper = non_crossing(index + 1).into_iter().filter(|partition| partition.len() > 1);
        found.push(proper.fold(moment.clone(), |rest, partition| rest.minus(&product(moment, &partition, &found))));
    }
    found
}

/// m₁, m₂, … of one letter from κ₁, κ₂, …, as many.
#[must_use]
pub fn moments<T: Ring>(cumulants: &[T]) -> Vec<T> {
    let sum = |(index, like): (usize, &T)| {
        let partitions = non_crossing(index + 1);
        partitions.iter().fold(like.integer(0), |sum, partition| sum.plus(&product(like, partition, cumulants)))
    };
    cumulants.iter().enumerate().map(sum).collect()
}

fn product<T: Ring>(like: &T, partition: &Partition, by_size: &[T]) -> T {
    partition.iter().fold(like.integer(1), |product, block| product.times(&by_size[block.len() - 1]))
}
