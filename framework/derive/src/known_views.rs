//! The views that the build script found. They are asked for by name, so that a wrong name is an error at the name.

use std::path::PathBuf;
use std::{env, fs};

use syn::LitStr;

/// Names longer than this are not compared.
const NAME_BYTES_MAX: usize = 200;

/// An error unless there is such a view.
pub(crate) fn known(name: &LitStr) -> syn::Result<()> {
    let wanted = name.value();
    let missing =
        "no templates were compiled; add `forge_codegen::compile(\"templates\")` to the build script of this package";
    let folder = env::var_os("OUT_DIR").map(|out| PathBuf::from(out).join("forge"));
    let names = folder.and_then(|folder| fs::read_to_string(folder.join("names")).ok());
    let Some(names) = names else { return Err(syn::Error::new(name.span(), missing)) };
    let names: Vec<&str> = names.lines().filter_map(|line| line.split('\t').next()).collect();
    if names.contains(&wanted.as_str()) {
        return Ok(());
    }
    let file = format!("templates/{}.forge.html", wanted.replace('.', "/"));
    let help = match nearest(&wanted, &names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it would be {file}"),
    };
    Err(syn::Error::new(name.span(), format!("there is no view `{wanted}`; {help}")))
}

/// The name with the fewest changes, if they are few.
fn nearest<'n>(wanted: &str, names: &[&'n str]) -> Option<&'n str> {
    if wanted.len() > NAME_BYTES_MAX {
        return None;
    }
    let most = (wanted.len() / 3).max(1);
    let near = names.iter().filter(|name| name.len() <= NAME_BYTES_MAX).map(|name| (distance(wanted, name), *name));
    near.filter(|(distance, _)| *distance <= most).min().map(|(_, name)| name)
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_proposed_if_it_is_near() {
        let names = ["posts.index", "posts.show", "home"];
        assert_eq!(nearest("post.index", &names), Some("posts.index"));
        assert_eq!(nearest("hone", &names), Some("home"));
        assert_eq!(nearest("invoices", &names), None);
    }
}
