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
}

struct Slot {
    value: Arc<dyn Any + Send + Sync>,
    fingerprint: u64,
    layout: TypeLayout,
}

impl Values {
    pub(super) fn insert<T: Layout + Send + Sync>(&mut self, value: Arc<T>) {
        let slot = Slot { value, fingerprint: T::FINGERPRINT, layout: T::describe() };
        self.slots.insert(TypeId::of::<T>(), slot);
        self.names.insert(type_name::<T>(), TypeId::of::<T>());
    }

    pub(super) fn get<T: Layout + Send + Sync>(&self) -> Result<Arc<T>, ValueError> {
        let value = self.find(TypeId::of::<T>(), type_name::<T>(), T::FINGERPRINT)?;
        // The fingerprints agree, so the caller's `T` and the stored one lie in memory alike.
        value.downcast().map_err(|_| ValueError::LayoutChanged { name: type_name::<T>() })
    }

    /// `TypeId` stays the same when a field's type changes, so it alone must never decide.
    fn find(&self, id: TypeId, name: &'static str, fingerprint: u64) -> Result<Arc<dyn Any + Send + Sync>, ValueError> {
        match self.slots.get(&id) {
            Some(slot) if slot.fingerprint == fingerprint => Ok(slot.value.clone()),
            Some(_) => Err(ValueError::LayoutChanged { name }),
            None if self.names.contains_key(name) => Err(ValueError::LayoutChanged { name }),
            None => Err(ValueError::Missing { name }),
        }
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
        let (id, name) = (TypeId::of::<Stats>(), type_name::<Stats>());
        assert!(values.find(id, name, 7).is_ok());
        assert_eq!(values.find(id, name, 8).err(), Some(ValueError::LayoutChanged { name }));
    }
}
