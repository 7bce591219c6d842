//! Small linear systems: inverses of positive matrices over any ring, and rows that are independent, exactly.

use rug::Rational;

use crate::number::Ring;

/// The inverse of a positive definite matrix, whose pivots are positive in any order.
#[must_use]
pub(super) fn inverse<T: Ring>(matrix: &[Vec<T>]) -> Vec<Vec<T>> {
    let size = matrix.len();
    let mut rows: Vec<Vec<T>> = matrix.to_vec();
    for (index, row) in rows.iter_mut().enumerate() {
        let like = row[0].integer(0);
        row.extend((0..size).map(|column| like.integer(i64::from(column == index))));
    }
    reduce(&mut rows, size);
    rows.into_iter().map(|row| row[size..].to_vec()).collect()
}

/// The solution of a system whose pivots do not vanish.
#[must_use]
pub(super) fn solve<T: Ring>(matrix: &[Vec<T>], right: &[T]) -> Vec<T> {
    let size = matrix.len();
    let mut rows: Vec<Vec<T>> =
        matrix.iter().zip(right).map(|(row, value)| row.iter().chain([value]).cloned().collect()).collect();
    reduce(&mut rows, size);
    rows.into_iter().map(|row| row[size].clone()).collect()
}

fn reduce<T: Ring>(rows: &mut [Vec<T>], size: usize) {
    for pivot in 0..size {
        let scale = rows[pivot][pivot].inverse();
        let scaled: Vec<T> = rows[pivot].iter().map(|value| value.times(&scale)).collect();
        for (index, row) in rows.iter_mut().enumerate() {
            if index == pivot {
                row.clone_from(&scaled);
                continue;
            }
            let factor = row[pivot].clone();
            for (value, other) in row.iter_mut().zip(&scaled).skip(pivot) {
                *value = value.minus(&factor.times(other));
            }
        }
    }
}

/// The numbers of rows that are independent of those before them.
#[must_use]
pub fn independent(rows: &[Vec<Rational>]) -> Vec<usize> {
    let mut basis: Vec<(usize, Vec<Rational>)> = Vec::new();
    let mut found = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let mut rest = row.clone();
        for (pivot, known) in &basis {
            let factor = Rational::from(&rest[*pivot] / &known[*pivot]);
            if !factor.is_zero() {
                rest.iter_mut().zip(known).for_each(|(value, other)| *value -= Rational::from(&factor * other));
            }
        }
        if let Some(pivot) = rest.iter().position(|value| !value.is_zero()) {
            basis.push((pivot, rest));
            found.push(index);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rational(values: &[i64]) -> Vec<Rational> {
        values.iter().map(|value| Rational::from(*value)).collect()
    }

    #[test]
    fn rows_that_depend_on_others_are_left_out() {
        let rows = [[0, 0, 0], [1, 2, 3], [2, 4, 6], [0, 1, 1], [1, 3, 4], [0, 0, 5]].map(|row| rational(&row));
        assert_eq!(independent(&rows), [1, 3, 5]);
    }

    #[test]
    fn an_inverse_is_one() {
        let matrix = [[2, 1, 0], [1, 3, 1], [0, 1, 4]].map(|row| rational(&row));
        let found = inverse(&matrix);
        for (i, j) in (0..3).flat_map(|i| (0..3).map(move |j| (i, j))) {
            let entry = (0..3).fold(Rational::new(), |sum, k| sum + Rational::from(&matrix[i][k] * &found[k][j]));
            assert_eq!(entry, i32::from(i == j));
        }
        for i in 0..3 {
            let column: Vec<Rational> = matrix.iter().map(|row| row[i].clone()).collect();
            assert_eq!(solve(&matrix, &column), rational(&[0, 1, 2].map(|k| i64::from(k == i as i64))));
        }
    }
}
