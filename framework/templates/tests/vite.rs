//! Tags of what Vite builds.

use std::fs;
use std::sync::Arc;

use forge::vite::{Vite, fonts, react_refresh, vite};
use forge::{Render, Services, Value};

const MANIFEST: &str = r#"{
    "_shared.js": {"file": "assets/shared.js", "css": ["assets/shared.css"], "imports": ["_deep.js"]},
    "_deep.js": {"file": "assets/deep.js", "imports": ["_shared.js"]},
    "app.css": {"file": "assets/app.css", "src": "app.css", "isEntry": true},
    "app.js": {"file": "assets/app.js", "src": "app.js", "isEntry": true, "imports": ["_shared.js"], "css": ["assets/own.css"], "integrity": "sha384-x"}
}"#;

fn app(write: &[(&str, &str)]) -> (tempfile::TempDir, Vite) {
    let public = tempfile::tempdir().unwrap();
    fs::create_dir(public.path().join("build")).unwrap();
    for (file, text) in write {
        fs::write(public.path().join(file), text).unwrap();
    }
    let vite = Vite::new(public.path());
    (public, vite)
}

fn printed(vite: Vite, print: impl FnOnce(&mut Render) -> forge::Result<()>) -> String {
    let services = Services { vite: Some(Arc::new(vite)), ..Services::default() };
    let mut page = Render::with_services(Arc::new(services));
    match print(&mut page) {
        Ok(()) => page.finish().unwrap(),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn a_build_has_each_file_once_and_styles_first() {
    let (_public, app) = app(&[("build/manifest.json", MANIFEST)]);
    let entries = Value::from(vec!["app.css", "app.js"]);
    assert_eq!(
        printed(app, |page| vite(page, Some(&entries), None)).replace("><", ">\n<"),
        r#"<link rel="preload" as="style" href="/build/assets/app.css" />
<link rel="preload" as="style" href="/build/assets/shared.css" />
<link rel="preload" as="style" href="/build/assets/own.css" />
<link rel="modulepreload" as="script" href="/build/assets/app.js" integrity="sha384-x" />
<link rel="modulepreload" as="script" href="/build/assets/shared.js" />
<link rel="modulepreload" as="script" href="/build/assets/deep.js" />
<link rel="stylesheet" href="/build/assets/app.css" />
<link rel="stylesheet" href="/build/assets/shared.css" />
<link rel="stylesheet" href="/build/assets/own.css" />
<script type="module" src="/build/assets/app.js" integrity="sha384-x">
</script>"#
    );
}

#[test]
fn the_development_server_comes_first() {
    let (_public, app) = app(&[("hot", "http://localhost:5173/\n"), ("build/manifest.json", MANIFEST)]);
    let app = app.with_entries(["app.js".to_owned(), "app.css".to_owned()]).with_nonce("n\"");
    assert_eq!(
        printed(app, |page| vite(page, None, None).and_then(|()| react_refresh(page))).replace("><", ">\n<"),
        r#"<script type="module" src="http://localhost:5173/@vite/client" nonce="n&#34;">
</script>
<script type="module" src="http://localhost:5173/app.js" nonce="n&#34;">
</script>
<link rel="stylesheet" href="http://localhost:5173/app.css" nonce="n&#34;" />
<script type="module" nonce="n&#34;">
    import RefreshRuntime from 'http://localhost:5173/@react-refresh'
    RefreshRuntime.injectIntoGlobalHook(window)
    window.$RefreshReg$ = () => {}
    window.$RefreshSig$ = () => (type) => type
    window.__vite_plugin_react_preamble_installed__ = true
</script>"#
    );
}

#[test]
fn what_is_missing_is_said() {
    let (_public, unbuilt) = app(&[]);
    let missing = printed(unbuilt, |page| vite(page, Some(&"a.js".into()), None));
    assert!(
        missing.starts_with("error: there is no Vite manifest at") && missing.ends_with("start `npm run dev`"),
        "{missing}"
    );
    let (_public, built) = app(&[("build/manifest.json", MANIFEST)]);
    assert_eq!(
        printed(built, |page| vite(page, Some(&"a.js".into()), None)),
        "error: `a.js` is not in the Vite manifest; name it in vite.config.js, and run `npm run build`"
    );
    let failed = vite(&mut Render::new(), None, None).expect_err("there is no Vite");
    assert!(failed.to_string().starts_with("@vite needs Vite's public folder"), "{failed}");
    let (_public, built) = app(&[("build/manifest.json", MANIFEST)]);
    assert_eq!(printed(built, react_refresh), "");
}

#[test]
fn fonts_are_preloaded() {
    const FONTS: &str = r#"{"version": 1, "families": {"sans": {}, "mono": {}},
        "preloads": [{"alias": "sans", "file": "a.woff2", "type": "font/woff2", "crossorigin": "anonymous"}, {"alias": "mono", "file": "b.woff2"}],
        "style": {"inline": "all {}\n", "familyStyles": {"sans": "@font-face {}"}, "variables": {"sans": "--sans: x;"}}}"#;
    let build = [("build/fonts-manifest.json", FONTS)];
    let sans =
        "<link rel=\"preload\" as=\"font\" href=\"/build/a.woff2\" type=\"font/woff2\" crossorigin=\"anonymous\" />";
    let (_public, none) = app(&[]);
    assert_eq!(printed(none, |page| fonts(page, &[])), "");
    let (_public, all) = app(&build);
    assert_eq!(
        printed(all, |page| fonts(page, &[])),
        format!("{sans}\n<link rel=\"preload\" as=\"font\" href=\"/build/b.woff2\" />\n<style>\nall {{}}\n</style>")
    );
    let (_public, one) = app(&build);
    assert_eq!(
        printed(one, |page| fonts(page, &["sans".into()])),
        format!("{sans}\n<style>\n@font-face {{}}\n\n:root {{\n  --sans: x;\n}}\n</style>")
    );
    let (_public, none) = app(&build);
    assert_eq!(
        printed(none, |page| fonts(page, &["serif".into()])),
        "error: there is no font `serif`; the manifest has mono, sans"
    );
}
