//! Random-matrix theory of neural networks from a typed activation function: what the theory predicts, to how many certain
//! digits, and whether a simulation agrees.
//!
//! ```
//! use resolvent::model::{Features, Model};
//! use resolvent::{activation, number::Job, theory};
//!
//! let f = activation::lower::read("tanh(x)").expect("a function of x");
//! // M = YYᵀ/m, Y = f(WX/√n0), at phi = n0/m = 1/2 and psi = n0/n1 = 3/4
//! let model = Model::Features(Box::new(Features::new(f, [(1, 2), (3, 4)].map(Into::into))));
//! let (edges, _) = theory::numbers(30, &Job::unwatched(), |work| {
//!     let ends = theory::of(&model, work)?.law()?.ends()?;
//!     Ok(ends.into_iter().flatten().map(|end| end.position).collect())
//! })?;
//! assert_eq!(edges[1].decimal(30).as_deref(), Some("2.51008631651980592973203011056"));
//! # Ok::<(), theory::TheoryError>(())
//! ```
//!
//! `examples/library.rs` goes on from here to a density, a simulation with its verdict, and a picture.
//!
//! # The flow
//!
//! ```text
//! TEXT ─language─▶ SYNTAX ─activation─▶ FUNCTION ─model─▶ MODEL ─────────────theory─────────────▶ LAW, OUTLIERS, PREDICTION
//!                                          │                │    gaussian ▶ spectrum ▶ spikes            │
//!                             values in f64│                ▼                                            ▼
//!                                          └──────────▶ monte_carlo ──▶ draws ──────────────────────▶ compare ──▶ verdict
//! ```
//!
//! A text becomes a tree with the place of every part ([`language`]); the tree a function of x ([`activation`]); the function
//! and its ratios a model, plain data ([`model`]). [`theory`] knows what follows from a model: it takes the integrals that the
//! theory needs, exact or enclosed ([`gaussian`]), makes a law of them, a value with one face ([`spectrum`]), finds the outliers
//! beside it ([`spikes`]), and says what a simulation must show. Beside it stands the witness, which draws the matrices of a
//! model as an ensemble ([`monte_carlo`]), and the one room that holds draws against predictions ([`compare`]). [`plot`] draws
//! plain numbers; [`session`] reads queries, asks [`theory`], and shows the answers.
//!
//! # Who may import whom
//!
//! * [`number`] imports nothing of the crate; [`language`] and [`activation`] stand on it, [`model`] on [`activation`].
//! * [`gaussian`] sees functions and numbers; [`propagation`], the way of a signal through a wide network, sees Gaussian data and
//!   functions, because its maps are Gaussian integrals at a scale that they find themselves; [`spectrum`] sees numbers alone; [`spikes`] and [`learning`] see laws.
//! * [`theory`] sees all of these, and the plain predictions of [`compare`]; it knows no query, no text and no simulation.
//! * [`monte_carlo`] imports nothing of the theory: no formula, constant or normalisation helper is shared, so that a factor
//!   wrong on one side shows in the comparison. It takes the activation as a black box on doubles.
//! * [`compare`] imports the witness and is handed predictions as plain numbers. It tells the witness how many eigenvalues of
//!   order n to take off, never where they are.
//! * [`plot`] imports nothing and computes no result.
//! * [`session`] sees all, Gaussian data in the Gaussian queries only. Its console, its prompt and the writers they call print
//!   and write files; nothing else does.
//!
//! The kinds of model are told apart in three places: where they are printed (`model`), where their theory is chosen
//! ([`theory::of`]) and where their ensemble is ([`monte_carlo::ensemble`]). A new model is new files there, and a row in each.
//!
//! # Invariants
//!
//! Mostly what is absent.
//!
//! 1. No number without its error: a result is exact, proved to lie in a ball, estimated and marked as such
//!    ([`number::Real`]), or a mean with its standard error. Doubles serve curves on a screen and the theory column of a check,
//!    with a stated error.
//! 2. No tolerance decides a zero, a degree or a branch. Whether θ₂ = 0, whether f is affine, whether phi = psi is decided by
//!    proof or exact arithmetic, in one function of [`theory`], or the answer carries a doubt.
//! 3. No guessed root: the one with Im m > 0 and Im zm > 0 is the transform, which is a theorem. Nearness to a neighbouring
//!    value and the largest imaginary part are not used.
//! 4. One loop raises precision, [`number::refine`]; rooms return an enclosure or say that they need more bits.
//! 5. No globals: precision, seed and the flag that stops the work are arguments. Random bits depend on seed, experiment, trial
//!    and matrix, not on threads.
//! 6. No panic that input can reach: depth, size, digits and matrix entries have bounds, and errors name them.
//! 7. No silent approximation: outside a theorem's hypotheses the answer is an error, or a doubt from the closed list
//!    [`theory::Doubt`].
//!
//! Normalisations stand in the first lines of each module; the mathematics with its proofs and sources in
//! `docs/mathematics.md`; questions and their answers in `docs/cookbook.md`.
pub mod activation;
pub mod compare;
pub mod gaussian;
pub mod language;
pub mod learning;
pub mod model;
pub mod monte_carlo;
pub mod number;
pub mod plot;
pub mod propagation;
pub mod session;
pub mod spectrum;
pub mod spikes;
pub mod theory;
