//! The interpreter against the compiler.
mod same;
