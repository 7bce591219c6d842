//! Random-matrix theory of neural networks from a typed activation function: what the theory predicts, to how many certain
//! digits, and whether a simulation agrees.
//!
//! # The flow
//!
//! ```text
//! TEXT ─language─▶ SYNTAX ─activation─▶ FUNCTION ─model─▶ MODEL ─gaussian─▶ DATA ─spectrum─▶ LAW ─plot─▶ picture
//!                                          │                │                                 │
//!                             values in f64│                ▼                                 ▼
//!                                          └──────────▶ monte_carlo ──▶ eigenvalues ──────▶ compare ──▶ verdict
//! ```
//!
//! A text becomes a tree with the place of every part ([`language`]); the tree a function of x ([`activation`]); the function
//! and its ratios a model, plain data ([`model`]). Of the function the law needs two integrals, θ₁ = Var f(Z) and
//! θ₂ = (E Z f(Z))², exact or enclosed ([`gaussian`]). With them the law is a rational curve, and edges, density, transform,
//! moments and mass at 0 are questions about that curve ([`spectrum`]). Beside it stands the witness, which draws the
//! matrices ([`monte_carlo`]), and the one room that sees both ([`compare`]). [`plot`] draws plain numbers; [`session`] runs
//! queries through all of them.
//!
//! ```
//! use resolvent::activation::lower::read;
//! use resolvent::gaussian::{Data, Linearity, Moment};
//! use resolvent::number::{Job, bits_for_digits, decimal};
//! use resolvent::spectrum::{Parameters, Shape, edges};
//! use rug::Rational;
//!
//! let (bits, job) = (bits_for_digits(30) + 40, Job::unwatched());
//! let f = read("tanh(x)").expect("a function of x");
//! let data = Data::new(&f, &Rational::from(1), &job)?;
//! assert_eq!(data.linearity(&job)?, Linearity::Mixed); // 0 < θ₂ < θ₁, by proof
//! let moments = data.moments(bits, &job)?;
//! let Moment::Finite(variance) = moments.variance else { panic!("tanh is bounded") };
//!
//! // θ₁ = 0.394… and θ₂ = 0.366… as balls; phi = n₀/m, psi = n₀/n₁
//! let (phi, psi) = (Rational::from((1, 2)), Rational::from((3, 4)));
//! let (theta1, theta2) = (variance.ball, moments.theta2.ball);
//! let parameters = Parameters { phi, psi, theta1, theta2, shape: Shape::General, exact: None };
//! let [_, upper] = &edges(&parameters, bits)?[0];
//! assert_eq!(decimal(&upper.position, 30).as_deref(), Some("2.51008631651980592973203011056"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Who may import whom
//!
//! * [`number`] and [`language`] import nothing of the crate; [`activation`] imports both.
//! * [`model`] ← [`gaussian`] ← [`spectrum`]: each may import those before it, [`number`] and [`activation`].
//! * [`monte_carlo`] imports nothing of the theory: no formula, constant or normalisation helper is shared, so that a factor
//!   wrong on one side shows in the comparison. It is handed the activation as a black box on doubles.
//! * [`compare`] imports the witness and is handed predictions as plain numbers. It tells the witness how many eigenvalues of
//!   order n to take off, never where they are.
//! * [`plot`] imports nothing and computes no result.
//! * [`session`] sees all. Its console, its prompt and the writers they call print and write files; nothing else does.
//!
//! # Invariants
//!
//! Mostly what is absent.
//!
//! 1. No number without its error: a result is a ball, an exact value, or a mean with its standard error. Doubles serve
//!    curves on a screen and the theory column of a check, with a stated error.
//! 2. No tolerance decides a zero, a degree or a branch. Whether θ₂ = 0, whether f is affine, whether phi = psi is decided by
//!    proof or exact arithmetic, or the answer carries a warning.
//! 3. No guessed root: the one with Im m > 0 and Im zm > 0 is the transform, which is a theorem. Nearness to a neighbouring
//!    value and the largest imaginary part are not used.
//! 4. One loop raises precision, [`number::refine`]; rooms return an enclosure or say that they need more bits.
//! 5. No globals: precision, seed and the flag that stops the work are arguments. Random bits depend on seed, experiment, trial
//!    and matrix, not on threads.
//! 6. No panic that input can reach: depth, size, digits and matrix entries have bounds, and errors name them.
//! 7. No silent approximation: outside a theorem's hypotheses the answer is an error, or a warning from the closed list
//!    [`session::Warning`].
//!
//! Normalisations stand in the first lines of each module; the mathematics with its proofs and sources in
//! `docs/mathematics.md`; questions and their answers in `docs/cookbook.md`.
pub mod activation;
pub mod compare;
pub mod gaussian;
pub mod language;
pub mod model;
pub mod monte_carlo;
pub mod number;
pub mod plot;
pub mod session;
pub mod spectrum;
pub mod spikes;
