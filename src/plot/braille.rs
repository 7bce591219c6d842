//! A screen of character cells for terminal plots. Each cell has 2 × 4 braille dots for lines, a shade under them, and a character over them.
//!
//! Positions are those of the unit square; dots outside of it are not drawn.

use super::clip::{Bar, Point};

/// Dots across and down in one cell.
const DOTS: (usize, usize) = (2, 4);
/// Bits of the dots of a cell in the Unicode block that starts at U+2800, by row and column.
const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// The cells inside the frame of a terminal plot.
pub(super) struct Screen {
    columns: usize,
    rows: usize,
    dots: Vec<u8>,
    under: Vec<char>,
    over: Vec<Option<char>>,
}

impl Screen {
    /// An empty screen; both sizes must be positive.
    pub fn new(columns: usize, rows: usize) -> Screen {
        let cells = columns * rows;
        Screen { columns, rows, dots: vec![0; cells], under: vec![' '; cells], over: vec![None; cells] }
    }

    /// Column of a horizontal position.
    pub fn column(&self, x: f64) -> usize {
        dot(x, self.columns * DOTS.0) / DOTS.0
    }

    /// Row of a vertical position, 0 at the top.
    pub fn row(&self, y: f64) -> usize {
        dot(1.0 - y, self.rows * DOTS.1) / DOTS.1
    }

    /// Draws a line through points; a dashed one leaves out three dots in seven.
    pub fn line(&mut self, points: &[Point], dashed: bool) {
        if let [only] = *points {
            self.set(only);
        }
        let mut travelled = 0_usize;
        for pair in points.windows(2) {
            let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
            let across = dx.abs() * (self.columns * DOTS.0) as f64;
            let down = dy.abs() * (self.rows * DOTS.1) as f64;
            let steps = across.max(down).ceil().max(1.0) as usize;
            for step in 0..=steps {
                let share = step as f64 / steps as f64;
                if !dashed || (travelled + step) % 7 < 4 {
                    self.set((pair[0].0 + share * dx, pair[0].1 + share * dy));
                }
            }
            travelled += steps;
        }
    }

    /// Shades the cells whose centre lies in a bar.
    pub fn shade(&mut self, bar: &Bar, with: char) {
        let from = self.column(bar.left);
        for column in from..=self.column(bar.right) {
            let centre = (column as f64 + 0.5) / self.columns as f64;
            if centre < bar.left || centre > bar.right {
                continue;
            }
            for row in 0..self.rows {
                let level = 1.0 - (row as f64 + 0.5) / self.rows as f64;
                if level >= bar.low && level <= bar.high {
                    self.under[row * self.columns + column] = with;
                }
            }
        }
    }

    /// A vertical line under the data.
    pub fn hairline(&mut self, x: f64, with: char) {
        let column = self.column(x);
        for row in 0..self.rows {
            self.under[row * self.columns + column] = with;
        }
    }

    /// Puts a character over the data.
    pub fn put(&mut self, column: usize, row: usize, character: char) {
        if column < self.columns && row < self.rows {
            self.over[row * self.columns + column] = Some(character);
        }
    }

    /// Puts a text over the data, to the right of a column, or to its left if there is no room.
    pub fn label(&mut self, column: usize, row: usize, text: &str) {
        let length = text.chars().count();
        let right = column + 2;
        let start = if right + length <= self.columns { right } else { column.saturating_sub(length + 1) };
        for (offset, character) in text.chars().enumerate() {
            self.put(start + offset, row, character);
        }
    }

    /// Whether nothing was drawn.
    pub fn is_blank(&self) -> bool {
        self.dots.iter().all(|d| *d == 0) && self.under.iter().all(|c| *c == ' ') && self.over.iter().all(Option::is_none)
    }

    /// The rows as text.
    pub fn lines(&self) -> Vec<String> {
        let cells = self.dots.iter().zip(&self.under).zip(&self.over);
        let characters: Vec<char> = cells
            .map(|((&dots, &under), over)| match (over, dots) {
                (Some(over), _) => *over,
                (None, 0) => under,
                (None, _) => char::from_u32(0x2800 + u32::from(dots)).unwrap_or(' '),
            })
            .collect();
        characters.chunks(self.columns).map(|row| row.iter().collect()).collect()
    }

    fn set(&mut self, (x, y): Point) {
        let (across, down) = (dot(x, self.columns * DOTS.0), dot(1.0 - y, self.rows * DOTS.1));
        let cell = down / DOTS.1 * self.columns + across / DOTS.0;
        self.dots[cell] |= BITS[down % DOTS.1][across % DOTS.0];
    }
}

/// The dot at a position, among `count` dots.
fn dot(position: f64, count: usize) -> usize {
    ((position.clamp(0.0, 1.0) * count as f64) as usize).min(count - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_are_the_corner_dots() {
        let mut screen = Screen::new(2, 1);
        screen.line(&[(0.0, 0.0)], false);
        screen.line(&[(1.0, 1.0)], false);
        assert_eq!(screen.lines(), ["⡀⠈"]);
    }

    #[test]
    fn a_diagonal_has_a_dot_in_every_dot_row_and_a_dashed_one_has_fewer() {
        let count = |dashed| {
            let mut screen = Screen::new(8, 4);
            screen.line(&[(0.0, 0.0), (1.0, 1.0)], dashed);
            screen.dots.iter().map(|d| d.count_ones()).sum::<u32>()
        };
        assert!((16..=18).contains(&count(false)), "rounding may add a dot beside a corner");
        assert!(count(true) < 12);
    }
}
