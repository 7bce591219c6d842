//! Plain results to pictures.
