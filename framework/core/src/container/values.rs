//! The typed values of the container.

use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::sync::Arc;

use anvil_control::TypeLayout;

use crate::layout::Layout;

/// Why a value cannot be handed out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    #[error("the container holds no `{name}`; put one in with `container.insert(..)` in the boot function")]
    Missing { name: &'static str },
    #[error("`{name}` changed layout since the container was filled; a fresh process is needed to use it")]
    LayoutChanged { name: &'static str },
}

#[derive(Default)]
pub(super) struct Values {
    slots: HashMap<TypeId, Slot>,
    /// `TypeId` may change together with the type; its name tells "changed" from "missing".
    names: HashMap<&'static str, TypeId>,
    /// Whether a `TypeId` may also change alone: see [`Layout::DEFINITION`].
    across_builds: bool,
}

struct Slot {
    value: Arc<dyn Any + Send + Sync>,
    fingerprint: u64,
    definition: Option<u64>,
    layout: TypeLayout,
}

/// What is asked for.
#[derive(Clone, Copy)]
struct Wanted {
    id: TypeId,
    name: &'static str,
    fingerprint: u64,
    definition: Option<u64>,
}

impl Wanted {
    fn of<T: Layout>() -> Self {
        Self { id: TypeId::of::<T>(), name: type_name::<T>(), fingerprint: T::FINGERPRINT, definition: T::DEFINITION }
    }
}

impl Values {
    pub(super) fn allow_across_builds(&mut self) {
        self.across_builds = true;
    }

    pub(super) fn insert<T: Layout + Send + Sync>(&mut self, value: Arc<T>) {
        let slot = Slot { value, fingerprint: T::FINGERPRINT, definition: T::DEFINITION, layout: T::describe() };
        self.slots.insert(TypeId::of::<T>(), slot);
        self.names.insert(type_name::<T>(), TypeId::of::<T>());
    }

    pub(super) fn get<T: Layout + Send + Sync>(&self) -> Result<Arc<T>, ValueError> {
        let wanted = Wanted::of::<T>();
        let value = self.find(wanted)?;
        Ok(value.downcast().unwrap_or_else(|value| of_another_build(value)))
    }

    /// `TypeId` stays the same when a field's type changes, so it alone must never decide.
    fn find(&self, wanted: Wanted) -> Result<Arc<dyn Any + Send + Sync>, ValueError> {
        let Wanted { id, name, fingerprint, definition } = wanted;
        let changed = Err(ValueError::LayoutChanged { name });
        let alike = |slot: &&Slot| slot.fingerprint == fingerprint;
        if let Some(slot) = self.slots.get(&id) {
            return Some(slot).filter(alike).map_or(changed, |slot| Ok(slot.value.clone()));
        }
        let Some(other) = self.names.get(name) else { return Err(ValueError::Missing { name }) };
        let is_of_another_build =
            |slot: &&Slot| self.across_builds && definition.is_some() && slot.definition == definition;
        let slot = self.slots.get(other).filter(alike).filter(is_of_another_build);
        slot.map_or(changed, |slot| Ok(slot.value.clone()))
    }

    pub(super) fn layouts(&self) -> Vec<TypeLayout> {
        let mut layouts: Vec<_> = self.slots.values().map(|slot| slot.layout.clone()).collect();
        layouts.sort_by(|a, b| a.name.cmp(&b.name));
        layouts
    }
}

impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.slots.values().map(|slot| &slot.layout.name)).finish()
    }
}

/// Takes a value of which [`Values::find`] has shown that it is a `T` as another build of the app compiled it.
#[expect(unsafe_code, reason = "two builds of one type may have two `TypeId`s, so no downcast knows it")]
fn of_another_build<T: Layout>(value: Arc<dyn Any + Send + Sync>) -> Arc<T> {
    // SAFETY: `find` handed it out under `T`'s name and fingerprint although its `TypeId` is another one, so the
    // definitions are known and equal: it is one type, whose size, alignment, fields and their offsets are equal in both builds.
    // The allocation is that of an `Arc<T>` then, and it is released by the allocator that all builds share.
    unsafe { Arc::from_raw(Arc::into_raw(value).cast()) }
}

#[cfg(test)]
mod tests {
    //! What no test in one binary can do through the public interface: one `TypeId`, two fingerprints.

    use anvil_control::Fingerprint;

    use super::*;

    struct Stats;

    impl Layout for Stats {
        const FINGERPRINT: u64 = 7;

        fn describe() -> TypeLayout {
            let fingerprint = Fingerprint(7);
            TypeLayout { name: "Stats".to_owned(), size: 0, align: 1, fingerprint, place: None, fields: Vec::new() }
        }
    }

    #[test]
    fn the_fingerprint_decides_before_the_type_id() {
        let mut values = Values::default();
        values.insert(Arc::new(Stats));
        let wanted = Wanted::of::<Stats>();
        assert!(values.find(wanted).is_ok());
        let changed = Some(ValueError::LayoutChanged { name: wanted.name });
        assert_eq!(values.find(Wanted { fingerprint: 8, ..wanted }).err(), changed);
    }

    struct Kept;

    impl Layout for Kept {
        const FINGERPRINT: u64 = 7;
        const DEFINITION: Option<u64> = Some(1);

        fn describe() -> TypeLayout {
            TypeLayout { name: "Kept".to_owned(), ..Stats::describe() }
        }
    }

    /// For its `TypeId`.
    struct Public;

    #[test]
    fn in_a_host_the_definition_is_enough() {
        let mut values = Values::default();
        values.insert(Arc::new(Kept));
        let wanted = Wanted { id: TypeId::of::<Public>(), ..Wanted::of::<Kept>() };
        let changed = Some(ValueError::LayoutChanged { name: wanted.name });
        assert_eq!(values.find(wanted).err(), changed);
        values.allow_across_builds();
        assert!(values.find(wanted).is_ok());
        assert_eq!(values.find(Wanted { fingerprint: 8, ..wanted }).err(), changed);
        assert_eq!(values.find(Wanted { definition: Some(2), ..wanted }).err(), changed);
        assert_eq!(values.find(Wanted { definition: None, ..wanted }).err(), changed);
        let missing = Some(ValueError::Missing { name: "Other" });
        assert_eq!(values.find(Wanted { name: "Other", ..wanted }).err(), missing);
    }

    #[test]
    fn without_a_definition_the_type_id_decides() {
        let mut values = Values::default();
        values.insert(Arc::new(Stats));
        values.allow_across_builds();
        let wanted = Wanted { id: TypeId::of::<Public>(), ..Wanted::of::<Stats>() };
        assert_eq!(values.find(wanted).err(), Some(ValueError::LayoutChanged { name: wanted.name }));
    }

    #[test]
    fn a_value_of_another_build_is_the_same_value() {
        let stored = Arc::new(8_u64);
        let found: Arc<u64> = of_another_build(stored.clone());
        assert!(Arc::ptr_eq(&stored, &found));
    }
}
