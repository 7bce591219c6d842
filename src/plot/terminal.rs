//! stub
use super::Figure;
/// stub
pub fn terminal(figure: &Figure, columns: usize, rows: usize) -> String {
    format!("{} {columns} {rows}", figure.title)
}
