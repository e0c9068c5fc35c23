//! What a template may not exceed. Templates are written by people; whatever is beyond these is a mistake or an attack.

/// Bytes of one template, 16 MiB. A longer text is not read at all: offsets stay far below 4 GiB and a file that was
/// opened by mistake costs nothing.
pub const SOURCE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Blocks and components within each other, and brackets within an expression. Whoever walks the tree may recurse.
pub const NESTING_MAX: usize = 200;

/// Problems of one template. The first ones say what to do; the thousandth helps nobody.
pub const PROBLEMS_MAX: usize = 500;
