//! The specification is well-formed, and the engines do what it says.

mod problems;
mod reader;
mod verdicts;
