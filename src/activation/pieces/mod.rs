//! Where a function is not analytic on the real line, and what it is between such points and next to them.
//!
//! `choice` finds what decides an arm and what a branch demands; `zeros` isolates the zeros of those (`factors`, `inverse`, `probe`, `root`);
//! `cutter` cuts the line there and takes arms; `continuation` removes cuts that are none; `kinks` says what is left; `local`
//! writes a branch next to a singular point. `place` names a point in messages.

mod choice;
mod continuation;
mod cutter;
mod factors;
mod inverse;
mod kinks;
mod local;
mod place;
mod point;
mod probe;
mod root;
mod zeros;

pub use choice::{has_choices, jumping_switches, switches};
pub use cutter::KinkError;
pub use kinks::{Breakpoint, BreakpointKind, Pieces, pieces};
pub use local::{Local, Obstacle, local, local_cost};
pub use place::{place, short};
pub use root::Root;
