//! What the form of a function tells before anything is integrated: constants that come off, closed forms, sums of powers, parity.

use super::closed::ClosedForm;
use super::peel::Peel;
use super::powers::Powers;
use crate::activation::{Function, Parity, canonical, constant_value, parity};

/// Polynomials of a higher degree are sums of powers rather than closed forms.
const LONG_DEGREE: usize = 100;

/// x ↦ f(σx) in parts.
pub(super) struct Recognised {
    /// x ↦ f(σx).
    pub(super) function: Function,
    /// What is left of it when constants are taken off.
    pub(super) core: Function,
    /// These.
    pub(super) peel: Peel,
    pub(super) parity: Parity,
    pub(super) closed: Option<ClosedForm>,
    pub(super) powers: Option<Powers>,
}

impl Recognised {
    /// x ↦ f(σx), σ a positive constant.
    pub(super) fn new(f: &Function, sigma: &Function) -> Self {
        let function = f.substitute(&(sigma.clone() * Function::x()));
        let (mut peel, mut core, mut closed) = peeled(&function, sigma.is_one());
        let mut shown = Parity::Neither;
        if closed.is_none() {
            shown = parity(&core);
            // exact identities may show another constant term, or a closed form
            let rewritten = canonical(&core);
            if peel.is_none() && rewritten != core {
                (peel, core, closed) = peeled(&rewritten, sigma.is_one());
                if peel.is_shifted() {
                    shown = Parity::Neither;
                }
            } else {
                core = rewritten;
            }
            if let Some(value) = constant_value(&core) {
                core = Function::rational(value);
                closed = ClosedForm::of(&core);
            }
        }
        let mut powers = if closed.is_none() { Powers::of(&core) } else { None };
        // a long polynomial is not multiplied out in the ring
        if powers.is_none() && closed.as_ref().and_then(ClosedForm::polynomial_degree) > Some(LONG_DEGREE) {
            powers = Powers::of(&core);
            closed = closed.filter(|_| powers.is_none());
        }
        let either = || if shown == Parity::Neither { parity(&core) } else { shown };
        let known = closed.as_ref().map(ClosedForm::parity).or_else(|| powers.as_ref().map(Powers::parity));
        let parity = known.unwrap_or_else(either);
        Self { function, core, peel, parity, closed, powers }
    }

    /// Whether its integrals have forms that may be exact.
    pub(super) fn has_forms(&self) -> bool {
        self.closed.is_some() || self.powers.is_some()
    }
}

/// f = s (g + c): as little is taken off as gives a closed form, else all.
fn peeled(f: &Function, unscaled: bool) -> (Peel, Function, Option<ClosedForm>) {
    let factored = Peel::factor(f);
    let shifted = factored.0.clone().shift(&factored.1, unscaled);
    let mut ways = vec![(Peel::none(), f.clone()), factored, shifted.clone()];
    ways.dedup_by(|next, known| next.1 == known.1);
    let closed = ways.into_iter().find_map(|(peel, core)| ClosedForm::of(&core).map(|closed| (peel, core, Some(closed))));
    closed.unwrap_or((shifted.0, shifted.1, None))
}
