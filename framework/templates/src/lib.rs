//! Forge at run time: what both engines share while a page is made.
#![forbid(unsafe_code)]
