//! Forge next to Askama and Sailfish on the same pages, the interpreter next to the compiled code, and what templates cost a build.
//! Prints Markdown. `cargo xtask bench forge` runs it.
#![forbid(unsafe_code)]

mod build;
mod pages;
mod timing;

use anyhow::{Result, ensure};

use pages::{Page, pages};
use timing::{Measured, take_turns};

fn main() -> Result<()> {
    println!(
        "| page | bytes | Forge, µs | Askama, µs | Sailfish, µs | ÷ Askama | ÷ Sailfish | interpreted ÷ compiled | unedited ÷ compiled |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    for page in pages() {
        let bytes = same(&page)?;
        let measured = take_turns(&page.engines.map(|(_, render)| render));
        println!("| {} | {bytes} | {} |", page.name, row(&measured));
    }
    println!(
        "\nIn development every request looks at its templates: as long as they are as they were compiled, the code runs (*unedited*); from an edit \
         to the next build, the interpreter makes the page.\n"
    );
    build::report()
}

/// Makes sure that all engines make the same page, but for whitespace and the spelling of entities.
fn same(page: &Page) -> Result<usize> {
    let [(_, forge), others @ ..] = &page.engines;
    let expected = plain(&forge());
    for (name, render) in others {
        let other = plain(&render());
        let differs = expected.bytes().zip(other.bytes()).position(|(a, b)| a != b).unwrap_or(expected.len());
        ensure!(expected == other, "{} differs from Forge in `{}` at byte {differs}", name, page.name);
    }
    Ok(forge().len())
}

fn plain(html: &str) -> String {
    let text = html.replace("&#60;", "&lt;").replace("&#62;", "&gt;").replace("&#38;", "&amp;");
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn row([forge, askama, sailfish, interpreted, live]: &[Measured; 5]) -> String {
    let times = [forge, askama, sailfish].map(|of| format!("{:.1}", of.micros()));
    let ratios = [forge.over(askama), forge.over(sailfish), interpreted.over(forge), live.over(forge)];
    times.into_iter().chain(ratios.map(|ratio| format!("{ratio:.2}"))).collect::<Vec<_>>().join(" | ")
}
