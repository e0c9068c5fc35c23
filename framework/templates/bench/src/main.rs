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
    if std::env::args().nth(1).as_deref() == Some("micro") {
        fn time(name: &str, f: impl Fn()) {
            let mut best = f64::MAX;
            for _ in 0..20 {
                let b = std::time::Instant::now();
                for _ in 0..20000 { f(); }
                best = best.min(b.elapsed().as_nanos() as f64 / 20000.0);
            }
            println!("{name}: {best:.1}");
        }
        use std::hint::black_box;
        use forge::*;
        time("services", || { black_box(Services::current()); });
        time("render new", || { black_box(Render::new()); });
        time("string 280", || { black_box(String::with_capacity(280)); });
        time("view new drop", || { let a = black_box(5i32); let t: &'static [u8] = black_box(&[1u8]); black_box(View::new("x", move |_r| { black_box(a); black_box(t); Ok(()) })); });
        time("view render nothing", || { let a = black_box(5i32); let t: &'static [u8] = black_box(&[1u8]); let _ = black_box(View::new("x", move |_r| { black_box(a); black_box(t); Ok(()) }).render()); });
        time("view begin end", || { let a = black_box(5i32); let t: &'static [u8] = black_box(&[1u8]); let _ = black_box(View::new("x", move |r| { black_box(a); black_box(t); r.begin_view("x")?; r.end_view() }).render()); });
        time("view begin text end", || { let a = black_box(5i32); let t: &'static [u8] = black_box(&[1u8]); let _ = black_box(View::new("x", move |r| { black_box(a); black_box(t); r.begin_view("x")?; r.text("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"); r.end_view() }).render()); });
        for page in pages() { if page.name == "teams" { let [f, _, s, _] = page.engines.map(|(_, r)| r); time("teams", || { black_box(f()); }); time("sailfish", || { black_box(s()); }); } }
        return Ok(());
    }
    if let Some(name) = std::env::args().nth(1) {
        for page in pages() {
            if page.name != name { continue; }
            let [f, _, s, i] = page.engines.map(|(_, r)| r);
            let which = std::env::args().nth(2).unwrap_or_default();
            if which == "compare" {
                for _ in 0..3 { let [f, s] = take_turns(&[f, s]); println!("{:.1} {:.1} {:.3}", f.micros()*1000.0, s.micros()*1000.0, f.over(&s)); }
                continue;
            }
            let f = match which.as_str() { "s" => s, "i" => i, _ => f };
            let b = std::time::Instant::now();
            let mut n = 0u64;
            while b.elapsed().as_millis() < 4000 { for _ in 0..100 { std::hint::black_box(f()); } n += 100; }
            println!("{:.1} ns", b.elapsed().as_nanos() as f64 / n as f64);
        }
        return Ok(());
    }
    println!(
        "| page | bytes | Forge, µs | Askama, µs | Sailfish, µs | ÷ Askama | ÷ Sailfish | interpreted ÷ compiled |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|");
    for page in pages() {
        let bytes = same(&page)?;
        let measured = take_turns(&page.engines.map(|(_, render)| render));
        println!("| {} | {bytes} | {} |", page.name, row(&measured));
    }
    println!();
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

fn row([forge, askama, sailfish, interpreted]: &[Measured; 4]) -> String {
    let times = [forge, askama, sailfish].map(|of| format!("{:.1}", of.micros()));
    let ratios = [forge.over(askama), forge.over(sailfish), interpreted.over(forge)].map(|ratio| format!("{ratio:.2}"));
    [times, ratios].concat().join(" | ")
}
