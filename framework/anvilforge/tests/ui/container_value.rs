use anvilforge::prelude::*;

struct Stats;

fn fill(container: &mut ContainerBuilder) {
    container.insert(Stats);
}

fn main() {}
