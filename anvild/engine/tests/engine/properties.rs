//! What holds whatever happens, in whatever order. The world checks each effect; here is what happens to it.

use anvil_control::FromHost;
use anvild_engine::{BuildResult, Event, Need, ProcessEnd, WaitId};
use anvild_protocol::{AppState, ClientId, Generation, HostId};
use proptest::prelude::*;

use crate::script::patch;
use crate::world::{Mood, World};

/// One thing that happens, with a number that picks among several.
type Happening = (u8, u8);

fn happen(world: &mut World, (what, pick): Happening) {
    match what {
        0..=2 => world.edit(Need::Library),
        3 => world.edit(Need::Cargo { reason: format!("reason {pick}") }),
        4 => world.edit(Need::Advance),
        5 => world.edit(Need::Configure),
        6..=8 => world.end_build("a"),
        9 => world.end_build("b"),
        10 => world.fail_build(),
        11 => world.drop_build(),
        12..=27 => {
            world.step_host(pick, Mood::Obedient);
        }
        28 | 29 => {
            world.step_host(pick, Mood::Contrary(pick));
        }
        30 => world.crash_host(pick),
        31 => {
            world.tick();
        }
        32 => world.pass(u64::from(pick) * 50),
        33 => world.wait(u64::from(pick % 20)),
        34 => world.leave_wait(),
        35 => world.start(),
        36 => world.event(Event::StopApp { reason: "asked for".to_owned() }),
        37 => world.event(Event::RestartApp),
        38 => nonsense(world, pick),
        39 => world.event(Event::HostMemory { host: HostId(u64::from(pick)), rss_bytes: u64::from(pick) << 23 }),
        46 | 47 => world.roll_back(),
        _ => world.patch(if pick < 250 { "a" } else { "b" }),
    }
}

/// Events about what does not exist, or no longer does.
fn nonsense(world: &mut World, pick: u8) {
    let host = HostId(1000 + u64::from(pick));
    let end = ProcessEnd { code: Some(1), signal: None, stderr_tail: Vec::new() };
    world.event(match pick % 9 {
        0 => Event::HostExited { host, end },
        1 => Event::HostSaid { host, message: FromHost::Accepting },
        2 => Event::HostSpawned { host, pid: 1 },
        3 => Event::HostSpawnFailed { host, message: "no".to_owned() },
        4 => Event::BuildFinished { generation: Generation(9999), result: BuildResult::Cancelled },
        5 => Event::WaitGone(WaitId(9999)),
        6 => Event::ClientGone(ClientId(9999)),
        7 => Event::PatchBuilt {
            generation: Generation(9999),
            artifact: patch(9999, "a", 9999),
            reason: "1 module".to_owned(),
        },
        _ => Event::Tick,
    });
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    prop::collection::vec((0_u8..48, any::<u8>()), 0..120)
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    /// After any history, a source that builds goes live in a world that answers, and every wait is answered.
    #[test]
    fn good_source_goes_live(history in happenings()) {
        let mut world = World::new();
        world.start();
        for happening in history {
            happen(&mut world, happening);
        }
        world.start();
        world.settle();
        world.edit(Need::Library);
        world.wait(3600);
        world.settle();
        let snapshot = world.engine.snapshot();
        prop_assert_eq!(snapshot.app.state, AppState::Running);
        prop_assert_eq!(snapshot.generation.live, snapshot.generation.saved);
        prop_assert!(world.waits_are_answered());
    }

    /// After any history, what is gone back to answers, and only what is saved next goes live.
    #[test]
    fn going_back_stays(history in happenings(), steps in 0_u8..12) {
        let mut world = World::new();
        world.start();
        for happening in history {
            happen(&mut world, happening);
        }
        world.start();
        world.settle();
        for _ in 0..2 {
            world.edit(Need::Library);
            world.settle();
        }
        let before = world.engine.snapshot().generation;
        prop_assert_eq!(before.live, before.saved);
        let target = world.engine.rollback();
        prop_assert!(target.is_ok(), "{:?}", target);
        world.roll_back();
        for step in 0..steps {
            world.step_host(step, Mood::Obedient);
        }
        world.edit(Need::Advance);
        world.wait(3600);
        world.settle();
        let after = world.engine.snapshot();
        prop_assert_eq!(Ok(after.generation.live), target);
        prop_assert_eq!(after.app.state, AppState::Running);
        prop_assert!(after.diagnostics.iter().any(|found| found.code == "ANV0213"));
        prop_assert!(world.waits_are_answered());
        world.edit(Need::Library);
        world.settle();
        let after = world.engine.snapshot();
        prop_assert_eq!(after.generation.live, after.generation.saved);
    }

    /// After any history, a patch that its full build refutes is gone, wherever it was, and nobody is told that it is live.
    #[test]
    fn a_refuted_patch_goes(history in happenings(), steps in 0_u8..12) {
        let mut world = World::new();
        world.start();
        for happening in history {
            happen(&mut world, happening);
        }
        world.start();
        world.settle();
        world.edit(Need::Library);
        world.settle();
        let before = world.engine.snapshot().generation;
        prop_assert_eq!(before.live, before.saved);
        world.edit(Need::Library);
        world.patch("a");
        for step in 0..steps {
            world.step_host(step, Mood::Obedient);
        }
        world.fail_build();
        world.wait(3600);
        world.settle();
        let after = world.engine.snapshot();
        prop_assert_eq!(after.app.state, AppState::Running);
        prop_assert_eq!(after.generation.live, before.live);
        prop_assert!(world.waits_are_answered());
    }

    /// After any history, stopping ends, with nothing left.
    #[test]
    fn stopping_ends(history in happenings()) {
        let mut world = World::new();
        world.start();
        for happening in history {
            happen(&mut world, happening);
        }
        let before = world.stops;
        world.event(Event::StopApp { reason: "asked for".to_owned() });
        world.settle();
        prop_assert!(world.stops > before);
        prop_assert_eq!(world.host_count(), 0);
        prop_assert!(world.waits_are_answered());
    }

    /// After any history, a shutdown exits, even if no host obeys: all are killed in time.
    #[test]
    fn shutting_down_exits(history in happenings()) {
        let mut world = World::new();
        world.start();
        for happening in history {
            happen(&mut world, happening);
        }
        world.event(Event::ShutDown { reason: "asked for".to_owned() });
        world.drop_build();
        while world.tick() {}
        for _ in 0..world.host_count() {
            world.step_host(0, Mood::Obedient);
        }
        prop_assert!(world.exited);
        prop_assert_eq!(world.host_count(), 0);
    }
}

/// A swap that is under way brings one library beside a patch of the other. The full library of that one has been opened by nobody, and
/// the newest artifact has another; yet a host that is to take over needs it.
#[test]
fn what_a_host_is_taking_is_kept() {
    let mut world = World::new();
    let obey = |world: &mut World, steps| (0..steps).for_each(|_| _ = world.step_host(0, Mood::Obedient));
    world.start();
    world.edit(Need::Library);
    world.end_build("a");
    world.end_build("a");
    obey(&mut world, 2);
    world.edit(Need::Advance);
    obey(&mut world, 1);
    world.edit(Need::Library);
    obey(&mut world, 1);
    world.patch("a");
    world.edit(Need::Library);
    world.end_build("a");
    world.end_build("a");
    obey(&mut world, 3);
    world.edit(Need::Library);
    world.patch("a");
    world.end_build("a");
    world.edit(Need::Library);
    obey(&mut world, 3);
    assert_eq!(world.engine.snapshot().generation.live, Generation(5));
    world.crash_host(0);
    obey(&mut world, 3);
    world.settle();
}

/// A host that was starting with a patch when the full build failed of it is taken back at once. Who waits for what was live before is told
/// when that answers again, not while the patch does.
#[test]
fn nobody_is_told_of_what_stands_while_a_refuted_patch_answers() {
    let mut world = World::new();
    let obey = |world: &mut World, steps| (0..steps).for_each(|_| _ = world.step_host(0, Mood::Obedient));
    world.start();
    world.end_build("a");
    obey(&mut world, 1);
    world.edit(Need::Advance);
    obey(&mut world, 5);
    world.crash_host(0);
    world.wait(3);
    obey(&mut world, 3);
    world.crash_host(0);
    world.edit(Need::Library);
    world.patch("a");
    obey(&mut world, 3);
    world.fail_build();
    world.edit(Need::Library);
    obey(&mut world, 1);
    assert!(!world.waits_are_answered());
    world.fail_build();
    world.settle();
    assert!(world.waits_are_answered());
}
