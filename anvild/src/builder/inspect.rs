//! Reads a finished library before anything loads it: what it was linked against, and what it exports.

use anvil_control::{BOOT_SYMBOL, LAYOUT_SYMBOL_PREFIX, ROUTES_SYMBOL};
use object::{Object as _, ObjectSymbol as _, elf::DT_NEEDED, read::elf::ElfFile64};
use sha2::{Digest as _, Sha256};

/// What matters of a library's dynamic section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LibraryFacts {
    /// File names of the shared objects it needs.
    pub(crate) needed: Vec<String>,
    pub(crate) has_routes: bool,
    pub(crate) has_boot: bool,
    pub(crate) layout_symbols: Vec<String>,
    /// Lowercase hexadecimal.
    pub(crate) sha256: String,
}

/// Reads an ELF file. An error is a sentence about the file.
pub(crate) fn inspect(bytes: &[u8]) -> Result<LibraryFacts, String> {
    let file: ElfFile64<'_> = ElfFile64::parse(bytes).map_err(|error| error.to_string())?;
    let table = file.elf_dynamic_table().map_err(|error| error.to_string())?;
    let mut needed = Vec::new();
    for entry in table.iter() {
        if entry.tag == DT_NEEDED {
            let name = table.string(entry).map_err(|error| error.to_string())?;
            needed.push(String::from_utf8_lossy(name).into_owned());
        }
    }
    let mut facts = LibraryFacts {
        needed,
        has_routes: false,
        has_boot: false,
        layout_symbols: Vec::new(),
        sha256: hex(&Sha256::digest(bytes)),
    };
    for symbol in file.dynamic_symbols().filter(object::ObjectSymbol::is_definition) {
        let Ok(name) = symbol.name() else { continue };
        match name {
            ROUTES_SYMBOL => facts.has_routes = true,
            BOOT_SYMBOL => facts.has_boot = true,
            name if name.starts_with(LAYOUT_SYMBOL_PREFIX) => facts.layout_symbols.push(name.to_owned()),
            _ => {}
        }
    }
    facts.layout_symbols.sort();
    Ok(facts)
}

/// Lowercase hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// First 16 digits of the SHA-256 over the parts, each closed off so that parts cannot run into one another.
pub(crate) fn short_hash<T: AsRef<[u8]>>(parts: impl IntoIterator<Item = T>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        let part = part.as_ref();
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())[..16].to_owned()
}
