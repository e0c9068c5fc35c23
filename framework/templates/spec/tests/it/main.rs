//! The specification is well-formed, and the engines do what it says.

mod app;
mod compiled;
mod guide;
mod interpreted;
mod outcome;
mod problems;
mod reader;
mod verdicts;
