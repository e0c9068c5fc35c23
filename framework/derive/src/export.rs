//! Items that exist only in a development build, and names of symbols.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::quote;

/// Wraps items that export symbols. The lint about the unknown condition is answered outside of it, where it is looked for.
/// `unsafe_code` needs no answer: rustc does not report it for code that another crate's macro wrote, even if forbidden.
pub(crate) fn in_hot_build(condition: &TokenStream, items: &TokenStream) -> TokenStream {
    quote! {
        #[doc(hidden)]
        #[allow(unexpected_cfgs, reason = "the daemon passes the condition")]
        const _: () = {
            #[cfg(#condition)]
            const _: () = {
                #items
            };
        };
    }
}

/// Condition of a type's description.
pub(crate) fn hot() -> TokenStream {
    quote!(anvil_hot)
}

/// Condition of an entry point: only the app library has them.
pub(crate) fn hot_entry() -> TokenStream {
    quote!(all(anvil_hot, not(anvil_dependency)))
}

/// What tells the definition of a type from all others of the process. Line numbers are left out, so that moving a type
/// changes nothing.
pub(crate) struct Definition {
    /// Package, version, and the how-manieth type of that name in its file this is.
    pub(crate) distinction: String,
    /// An exported name that no other type has. It holds the file as well, for the path is not known.
    pub(crate) symbol: String,
}

/// To be called once for each type.
pub(crate) fn definition(ident: &Ident) -> Definition {
    /// Types seen by this run of the compiler, which compiles one crate.
    static SEEN: Mutex<Option<HashMap<(String, String), u64>>> = Mutex::new(None);

    let file = ident.span().unwrap().file();
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let count = seen.get_or_insert_default().entry((file.clone(), ident.to_string())).or_insert(0);
    *count += 1;

    let variable = |name| std::env::var(name).unwrap_or_default();
    let (package, version) = (variable("CARGO_PKG_NAME"), variable("CARGO_PKG_VERSION"));
    let mut hash = Fnv::new();
    for text in [&package, &version, &variable("CARGO_CRATE_NAME"), &file, &count.to_string()] {
        hash.text(text);
    }
    Definition {
        distinction: format!("{package} {version} {count}"),
        // The prefix is `anvil_control::LAYOUT_SYMBOL_PREFIX`.
        symbol: format!("__anvil_layout_{ident}_{:016x}", hash.0),
    }
}

/// Hash over tokens: neither white space nor comments count.
pub(crate) fn token_hash(tokens: TokenStream) -> u64 {
    fn walk(hash: &mut Fnv, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::None => ("", ""),
                    };
                    hash.text(open);
                    walk(hash, group.stream());
                    hash.text(close);
                }
                other => hash.text(&other.to_string()),
            }
        }
    }
    let mut hash = Fnv::new();
    walk(&mut hash, tokens);
    hash.0
}

/// FNV-1a, 64 bit.
struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Adds a text and a separator that no UTF-8 text contains.
    fn text(&mut self, text: &str) {
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
