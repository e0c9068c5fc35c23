//! Small apps in memory: what is read, decided and written.

mod app;
mod divided;
mod graphs;
mod lifts;
mod plans;
mod registrars;
mod sources;
