//! A matrix of doubles that the user brings.

/// A dense matrix, row by row; every entry is finite.
#[derive(Clone, Debug, PartialEq)]
pub struct DataMatrix {
    /// The number of rows, at least 1.
    pub rows: usize,
    /// The number of columns, at least 1.
    pub columns: usize,
    /// The entries, row by row.
    pub entries: Vec<f64>,
}

impl DataMatrix {
    /// The entry in a row and a column that it has.
    #[must_use]
    pub fn at(&self, row: usize, column: usize) -> f64 {
        self.entries[row * self.columns + column]
    }

    /// The numbers of so many of its columns, evenly spaced: every second one for half of them.
    #[must_use]
    pub fn spread(&self, count: usize) -> Vec<usize> {
        (0..count.min(self.columns)).map(|k| k * self.columns / count).collect()
    }

    /// Rows and columns exchanged.
    #[must_use]
    pub fn transposed(&self) -> Self {
        let entries = (0..self.columns).flat_map(|column| (0..self.rows).map(move |row| self.at(row, column))).collect();
        Self { rows: self.columns, columns: self.rows, entries }
    }
}
