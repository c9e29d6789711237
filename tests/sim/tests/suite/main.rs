//! Hundreds of days by seed, and proof that the checkers see: every planted bug is found.

mod planted;
mod seeds;
