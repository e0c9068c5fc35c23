//! Templates as text in, tree and problems out, through the public interface.

mod adversarial;
mod cases;
mod directives;
mod expressions;
mod lines;
mod literals;
mod mutations;
mod outline;
mod program;
mod sets;
mod soundness;
