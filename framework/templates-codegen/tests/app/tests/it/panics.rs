//! A panic within a template has a place in generated code, and through the map one in the template.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Mutex;
use std::{fs, path::Path};

use forge::View;
use forge_codegen::LineIndex;
use forge_codegen::rust::SourceMap;
use forge_compiled_tests::view;

/// Where the panic of a view is, in the template: file, line, column in characters.
fn place(view: View) -> (String, u32, u32) {
    static HOOK: Mutex<()> = Mutex::new(());
    let _one_at_a_time = HOOK.lock().expect("no test panics while it holds this");
    let found = std::sync::Arc::new(Mutex::new(None));
    let seen = found.clone();
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let location = info.location().expect("panics have one");
        *seen.lock().expect("it is free") = Some((location.file().to_owned(), location.line(), location.column()));
    }));
    let result = panic::catch_unwind(AssertUnwindSafe(|| view.render()));
    panic::set_hook(before);
    assert!(result.is_err(), "the template does not panic");
    let (file, line, column) = found.lock().expect("it is free").take().expect("the hook ran");
    let map = fs::read_to_string(Path::new(&file).with_extension("map")).expect("the map lies beside the code");
    let map: SourceMap = serde_json::from_str(&map).expect("it is a map");
    let (template, span) = map.lookup(line, column).expect("the place has a counterpart");
    let text = fs::read_to_string(template).expect("the template is there");
    let at = LineIndex::new(&text).position(span.start);
    (template.to_owned(), at.line, at.char)
}

#[test]
fn of_an_index_in_a_loop() {
    let list = vec![0_usize, 1];
    assert_eq!(place(view!("panics", list)), ("templates/panics.forge.html".to_owned(), 3, 28));
}

#[test]
fn of_a_method_in_a_component() {
    let expected = ("templates/components/panel.forge.html".to_owned(), 3, 27);
    assert_eq!(place(view!("unwraps", some = None::<u8>)), expected);
}
