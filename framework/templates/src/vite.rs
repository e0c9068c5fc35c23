//! Tags of scripts and styles that Vite builds.

/// Vite's output.
#[derive(Debug, Clone, Default)]
pub struct Vite {}
