//! Conditions, and whether values fit patterns.

use super::code::{Cond, Pat, Variant};
use super::compare;
use super::fault::{Eval, mistake, needs_rust};
use super::methods::{self, Call};
use super::value::{Val, opaque};
use super::vm::Vm;

impl Vm<'_> {
    /// Whether a condition holds. Its patterns bind their names.
    pub(crate) fn holds(&mut self, condition: &Cond) -> Eval<bool> {
        match condition {
            Cond::Expr(node) => self.eval_bool(node),
            Cond::Let(pattern, node) => {
                let value = self.eval(node)?;
                self.bind(pattern, value).map_err(|fault| fault.at(node.span))
            }
            Cond::All(all) => {
                for condition in all {
                    if !self.holds(condition)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }

    /// Whether the value fits the pattern. Its names are bound as far as it fits.
    pub(crate) fn bind(&mut self, pattern: &Pat, value: Val) -> Eval<bool> {
        Ok(match pattern {
            Pat::Wild => true,
            Pat::Bind(slot) => {
                self.set(*slot, value);
                true
            }
            Pat::None => match value {
                Val::None => true,
                Val::Opaque(name) => return Err(opaque(&name)),
                _ => false,
            },
            Pat::Variant(variant, inner) => match variant_of(*variant, &value)? {
                Some(value) => return self.bind(inner, value),
                None => false,
            },
            Pat::Tuple(patterns) => match &value {
                Val::Tuple(items) | Val::List(items) => {
                    if items.len() != patterns.len() {
                        return Err(mistake(format!(
                            "expected a tuple of {} values, found one of {}",
                            patterns.len(),
                            items.len()
                        )));
                    }
                    for (pattern, item) in patterns.iter().zip(items.iter()) {
                        if !self.bind(pattern, item.clone())? {
                            return Ok(false);
                        }
                    }
                    true
                }
                Val::Opaque(name) => return Err(opaque(name)),
                Val::Unit if patterns.is_empty() => true,
                Val::Struct(_) => return Err(needs_rust("a struct in the place of a tuple")),
                other => {
                    return Err(mistake(format!("expected a tuple, found `{}`; bind it to one name", other.kind())));
                }
            },
            Pat::Literal(node) => compare::equal(&value, &self.eval(node)?)?,
            Pat::Range(node) => {
                let range = self.eval(node)?;
                let method = methods::Method::contains;
                return methods::call(self, &range, &Call { method, of: None, arguments: &[value] })?.truth();
            }
            Pat::Or(patterns) => {
                for pattern in patterns {
                    if self.bind(pattern, value.clone())? {
                        return Ok(true);
                    }
                }
                false
            }
            Pat::Rust(why) => return Err(needs_rust(why.clone())),
        })
    }
}

fn variant_of(variant: Variant, value: &Val) -> Eval<Option<Val>> {
    Ok(match (variant, value) {
        (_, Val::Opaque(name)) => return Err(opaque(name)),
        (Variant::Some, value) => value.unwrapped().cloned(),
        (Variant::Ok, Val::Ok(value)) | (Variant::Err, Val::Err(value)) => Some((**value).clone()),
        (Variant::Ok, Val::Err(_)) | (Variant::Err, Val::Ok(_)) => None,
        // As serde writes them.
        (Variant::Ok | Variant::Err, Val::Map(map))
            if map.entries.len() == 1 && (map.get("Ok").is_some() || map.get("Err").is_some()) =>
        {
            map.get(if variant == Variant::Ok { "Ok" } else { "Err" }).cloned()
        }
        (_, other) => {
            return Err(mistake(format!(
                "expected `Result`, found `{}`; a result is matched with `Ok(…)`",
                other.kind()
            )));
        }
    })
}
