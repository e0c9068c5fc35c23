//! Machines, clients and dependencies as they should not be.

mod idle;
mod socket;
mod unlinkable;
