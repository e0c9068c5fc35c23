//! The `anvil` command as people use it: the real daemon, the real compiler, real apps. What it prints where and how it ends is
//! `docs/cli.md`; the same against a daemon that is played by the test is in `tests/cli.rs`.

mod attached;
mod contract;
mod harness;
mod machine;
mod places;
mod projects;
mod starts;
mod versions;
