//! Functions and source places of code addresses, of every library that is loaded by now.
//!
//! Not by the symbolizer of the `backtrace` crate: it lists the loaded objects once in a process's life, so it knows none of
//! the libraries that later swaps bring. Where there is no `/proc/self/maps` it is used all the same.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use addr2line::Loader;
use backtrace::{Backtrace, BacktraceFrame};

/// One function, inlined ones counted apart.
pub(super) struct Symbol {
    /// Demangled; absent where neither debug information nor the symbol table name it.
    pub(super) function: Option<String>,
    pub(super) file: PathBuf,
    pub(super) line: u32,
    /// 1-based; 1 where it is not known.
    pub(super) column: u32,
}

/// The symbols of `backtrace` that have a place, innermost first.
pub(super) fn symbols(backtrace: &Backtrace) -> Vec<Symbol> {
    let Ok(maps) = std::fs::read_to_string("/proc/self/maps") else { return listed_once(backtrace) };
    let objects = Objects::parse(&maps);
    let mut loaders = BTreeMap::new();
    let mut found = Vec::new();
    for frame in backtrace.frames() {
        // A return address: the call is before it.
        let address = (frame.ip() as u64).saturating_sub(1);
        let Some((path, base)) = objects.at(address) else { continue };
        let loader = loaders.entry(path).or_insert_with(|| Loader::new(path).ok());
        if let Some(loader) = loader {
            extend(&mut found, loader, address - base);
        }
    }
    found
}

fn extend(found: &mut Vec<Symbol>, loader: &Loader, address: u64) {
    let Ok(mut frames) = loader.find_frames(address) else { return };
    let mut of_address = Vec::new();
    while let Ok(Some(frame)) = frames.next() {
        let function = frame.function.and_then(|name| Some(name.demangle().ok()?.into_owned()));
        let place = frame.location.and_then(|location| Some((location.file?, location.line?, location.column)));
        of_address.push((function, place));
    }
    // With line tables only, a function is called by its last name. The symbol table has all of it, for the function that
    // the others are inlined into.
    if let (Some((outermost, _)), Some(symbol)) = (of_address.last_mut(), loader.find_symbol(address)) {
        *outermost = Some(addr2line::demangle_auto(symbol.into(), None).into_owned());
    }
    let placed = of_address.into_iter().filter_map(|(function, place)| {
        let (file, line, column) = place?;
        Some(Symbol { function, file: PathBuf::from(file), line, column: column.unwrap_or(1).max(1) })
    });
    found.extend(placed);
}

/// Where the files that this process has mapped begin.
struct Objects<'a> {
    /// Begin, end, file.
    regions: Vec<(u64, u64, &'a Path)>,
    bases: BTreeMap<&'a Path, u64>,
}

impl<'a> Objects<'a> {
    /// Reads lines such as `7f10-7f20 r-xp 00001000 08:01 42   /lib/x.so` (proc_pid_maps(5)).
    fn parse(maps: &'a str) -> Self {
        let mut objects = Self { regions: Vec::new(), bases: BTreeMap::new() };
        for line in maps.lines() {
            let Some(at) = line.find('/') else { continue };
            let path = Path::new(&line[at..]);
            let range = line.split(' ').next().and_then(|range| range.split_once('-'));
            let Some((begin, end)) = range else { continue };
            if let (Ok(begin), Ok(end)) = (u64::from_str_radix(begin, 16), u64::from_str_radix(end, 16)) {
                objects.regions.push((begin, end, path));
                let base = objects.bases.entry(path).or_insert(begin);
                *base = begin.min(*base);
            }
        }
        objects
    }

    /// The file at an address, and the address where its first byte is.
    fn at(&self, address: u64) -> Option<(&'a Path, u64)> {
        let (_, _, path) = self.regions.iter().find(|(begin, end, _)| (*begin..*end).contains(&address))?;
        Some((path, self.bases[path]))
    }
}

fn listed_once(backtrace: &Backtrace) -> Vec<Symbol> {
    let mut backtrace = backtrace.clone();
    backtrace.resolve();
    let symbols = backtrace.frames().iter().flat_map(BacktraceFrame::symbols);
    let placed = symbols.filter_map(|symbol| {
        let function = symbol.name().map(|name| format!("{name:#}"));
        let (file, line) = (symbol.filename()?.to_owned(), symbol.lineno()?);
        Some(Symbol { function, file, line, column: symbol.colno().unwrap_or(1) })
    });
    placed.collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Objects, listed_once, symbols};

    #[test]
    fn both_ways_find_this_function() {
        let backtrace = backtrace::Backtrace::new_unresolved();
        let line = line!() - 1;
        for found in [symbols(&backtrace), listed_once(&backtrace)] {
            let here = found.iter().find(|symbol| symbol.file.ends_with("error/symbols.rs")).expect("this file");
            assert_eq!(here.line, line);
            let function = here.function.as_deref().expect("a name");
            assert!(function.ends_with("both_ways_find_this_function"), "{function}");
        }
    }

    #[test]
    fn a_file_begins_at_the_lowest_of_its_regions() {
        let maps = "10-20 r--p 00000000 08:01 4   /a b/x.so\n20-30 r-xp 00010000 08:01 4   /a b/x.so\n\
                    40-50 rw-p 00000000 00:00 0\n60-70 r-xp 00000000 00:00 0   [vdso]\n";
        let objects = Objects::parse(maps);
        assert_eq!(objects.at(0x2f), Some((Path::new("/a b/x.so"), 0x10)));
        for nowhere in [0x5, 0x30, 0x45, 0x65] {
            assert_eq!(objects.at(nowhere), None, "{nowhere:x}");
        }
    }
}
