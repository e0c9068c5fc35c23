//! Times of functions that take turns, so that all meet the same load of the machine.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Turns of each function.
const TURNS: usize = 60;
/// Least time of one turn: far more than the clock's resolution.
const TURN: Duration = Duration::from_millis(4);

/// Times of one call, a turn's mean each.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    nanos: Vec<f64>,
}

impl Measured {
    /// The median.
    pub(crate) fn micros(&self) -> f64 {
        let mut sorted = self.nanos.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or_default() / 1000.0
    }

    pub(crate) fn over(&self, other: &Self) -> f64 {
        self.micros() / other.micros()
    }
}

pub(crate) fn take_turns<const N: usize>(functions: &[fn() -> String; N]) -> [Measured; N] {
    let mut measured: [Measured; N] = std::array::from_fn(|_| Measured::default());
    let calls = functions.map(calls_of);
    for _ in 0..TURNS {
        for ((function, calls), measured) in functions.iter().zip(calls).zip(&mut measured) {
            let begun = Instant::now();
            for _ in 0..calls {
                black_box(function());
            }
            measured.nanos.push(begun.elapsed().as_nanos() as f64 / f64::from(calls));
        }
    }
    measured
}

/// How often a function is called in a turn.
fn calls_of(function: fn() -> String) -> u32 {
    let mut calls = 1;
    loop {
        let begun = Instant::now();
        for _ in 0..calls {
            black_box(function());
        }
        if begun.elapsed() >= TURN {
            return calls;
        }
        calls *= 2;
    }
}
