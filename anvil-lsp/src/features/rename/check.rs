//! What can be renamed, and to what.

use forge_codegen::{dotted, snake};
use tower_lsp::jsonrpc::Result;

use super::{kind_of, refuse, views};
use crate::{
    features::sites::{Here, Site, Spelling, Symbol, is_component},
    snapshot::Snapshot,
};

/// Variables that a component has anyway, and words that are no names.
const RESERVED: &[&str] =
    &["slot", "attributes", "component", "errors", "loop", "_", "self", "Self", "super", "crate", "true", "false"];

/// # Errors
/// Why it cannot, and what to do instead.
pub(super) fn can_be_renamed(snapshot: &Snapshot, here: &Here<'_>, site: &Site) -> Result<()> {
    let options = here.names.package.set.options();
    if !snapshot.index.is_complete {
        return refuse("the project is still being read; try again in a moment");
    }
    match &site.symbol {
        Symbol::View(view) => {
            if options.component(view).is_some() {
                return refuse("this component is a struct, and `build.rs` names it too; rename it there by hand");
            }
            if !here.names.package.views.contains_key(view) {
                return refuse(format!("there is no template `{view}` that could be renamed"));
            }
            if !snapshot.client.file_operations.rename {
                return refuse(format!(
                    "the {} is a file, and this editor cannot move files in a rename; move the file by hand",
                    kind_of(&site.symbol)
                ));
            }
            Ok(())
        }
        Symbol::Slot { name, .. } if name == "slot" => refuse("the default slot has no name of its own"),
        Symbol::Slot { component, name } if !is_filled(here, component, name) => {
            refuse(format!("nothing fills a slot `{name}`; what gives this variable is not known"))
        }
        Symbol::Prop { component, name } if options.component(component).is_some() => {
            refuse(format!("the prop `{name}` is a field of a struct; rename the field in Rust"))
        }
        Symbol::Given { name, .. } => refuse(format!("`{name}` is given by Rust; rename it where the view is shown")),
        Symbol::Route(_) | Symbol::Config(_) | Symbol::Translation(_) => {
            refuse(format!("a {} is no name of the template; rename it where it is defined", kind_of(&site.symbol)))
        }
        Symbol::Local { .. } => writable(here, site),
        Symbol::Section { .. } | Symbol::Stack { .. } | Symbol::Slot { .. } | Symbol::Prop { .. } => Ok(()),
    }
}

fn is_filled(here: &Here<'_>, component: &str, name: &str) -> bool {
    let symbol = Symbol::Slot { component: component.to_owned(), name: name.to_owned() };
    here.names.all(&symbol).iter().any(|found| found.site.role == crate::features::sites::Role::Definition)
}

/// A variable must be written wherever it stands.
fn writable(here: &Here<'_>, site: &Site) -> Result<()> {
    match here.names.all(&site.symbol).iter().any(|found| found.site.spelling == Spelling::Unwritten) {
        true => refuse("this variable is made by a directive, which gives it its name"),
        false => Ok(()),
    }
}

/// A name for anything but a view.
///
/// # Errors
/// Why it is none.
pub(super) fn new_name(here: &Here<'_>, symbol: &Symbol, new: &str) -> Result<()> {
    match symbol {
        Symbol::Section { .. } | Symbol::Stack { .. } => {
            if new.is_empty() || new.contains(['\'', '"', '\\', '\n', '\r', '{', '}']) {
                return refuse(format!(
                    "`{new}` cannot be a {}; use letters, digits, `-`, `_` and `.`",
                    kind_of(symbol)
                ));
            }
            let view = here.view.map(|view| view.name.to_owned()).unwrap_or_default();
            let other = match symbol {
                Symbol::Section { .. } => Symbol::Section { view, name: new.to_owned() },
                _ => Symbol::Stack { view, name: new.to_owned() },
            };
            if &other != symbol && !here.names.all(&other).is_empty() {
                return refuse(format!("there is a {} `{new}` already; choose another name", kind_of(symbol)));
            }
            Ok(())
        }
        Symbol::Slot { component, name } | Symbol::Prop { component, name } => {
            is_variable(new)?;
            is_free(here, component, name, &snake(new))
        }
        Symbol::Local { view, name, .. } => {
            if snake(new) != new {
                return refuse(format!("`{new}` is not written as a variable; write `{}`", snake(new)));
            }
            is_variable(new)?;
            is_free(here, view, name, new)
        }
        _ => refuse(format!("a {} cannot be renamed here", kind_of(symbol))),
    }
}

fn is_variable(new: &str) -> Result<()> {
    let name = snake(new);
    let mut letters = name.chars();
    let begins = letters.next().is_some_and(|c| c == '_' || c.is_lowercase());
    if !begins || !letters.all(|c| c == '_' || c.is_alphanumeric()) {
        return refuse(format!(
            "`{new}` cannot be the name of a variable; write letters, digits and `_`, and a small letter first"
        ));
    }
    if RESERVED.contains(&name.as_str()) {
        return refuse(format!("`{name}` is the name of something else; choose another name"));
    }
    Ok(())
}

/// No other variable of the template has the name.
fn is_free(here: &Here<'_>, view: &str, old: &str, new: &str) -> Result<()> {
    if old == new {
        return Ok(());
    }
    let is_taken = here.names.of_view(view).iter().any(|site| match &site.symbol {
        Symbol::Local { view: of, name, .. } | Symbol::Given { view: of, name } => of == view && name == new,
        Symbol::Prop { component: of, name } | Symbol::Slot { component: of, name } => of == view && name == new,
        _ => false,
    });
    if is_taken { refuse(format!("`{view}` has a variable `{new}` already; choose another name")) } else { Ok(()) }
}

/// The view that a new name means.
///
/// # Errors
/// Why it is none.
pub(super) fn new_view(here: &Here<'_>, site: &Site, view: &str, new: &str) -> Result<String> {
    let to = match site.spelling {
        Spelling::Tag => component(view, new.strip_prefix("x-").unwrap_or(new))?,
        _ => dotted(new),
    };
    let (namespace, path) = to.split_once("::").unwrap_or(("", &to));
    let is_name = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if !path.split('.').all(is_name) || (!namespace.is_empty() && !is_name(namespace)) {
        return refuse(format!(
            "`{new}` cannot be the name of a view; write letters, digits, `_` and `-`, with `.` between folders"
        ));
    }
    if to == view {
        return refuse(format!("it is called `{new}` already"));
    }
    if here.names.package.views.contains_key(&to) {
        return refuse(format!("there is a template `{to}` already; choose another name"));
    }
    let is_used_as_tag =
        || here.names.all(&Symbol::View(view.to_owned())).iter().any(|found| found.site.spelling == Spelling::Tag);
    if is_component(view) && !is_component(&to) && is_used_as_tag() {
        return refuse(format!("`{to}` is no component, but tags use `{view}`; keep it below `components`"));
    }
    if here.names.package.path_of(&to).is_none() {
        return refuse(format!("there is no folder for views of `{namespace}::`"));
    }
    Ok(to)
}

/// The view of a component's new tag: in the same place, with the same rule of the lookup.
fn component(view: &str, new: &str) -> Result<String> {
    let Some(old) = views::tag_name(view) else { return refuse(format!("`{view}` is no component")) };
    let (namespace, path) =
        old.split_once("::").map_or((None, old.as_str()), |(namespace, path)| (Some(namespace), path));
    let (new_namespace, new_path) =
        new.split_once("::").map_or((None, new), |(namespace, path)| (Some(namespace), path));
    if namespace != new_namespace {
        return refuse("a component stays in its namespace; move the file instead");
    }
    // `components.card.index` keeps its `index`, `components.card.card` follows.
    let Some((prefix, rest)) = view.split_once(&format!("components.{path}")) else {
        return refuse(format!("`{view}` is not called `{path}`"));
    };
    let last = new_path.rsplit('.').next().unwrap_or(new_path);
    let rest = match rest {
        "" => String::new(),
        ".index" => ".index".to_owned(),
        _ => format!(".{last}"),
    };
    Ok(format!("{prefix}components.{new_path}{rest}"))
}
