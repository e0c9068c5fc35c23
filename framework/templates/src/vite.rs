//! Tags of scripts and styles that Vite builds, as Laravel's `Vite` writes them: from the development server while its `hot` file is
//! there, else by the manifest of the build.

mod fonts;

use std::collections::BTreeMap;
use std::io::ErrorKind as IoErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

pub use fonts::fonts;
use serde::Deserialize;

use crate::{Error, ErrorKind, Render, Result, Value, escape};

/// Where Vite's output is.
#[derive(Debug)]
pub struct Vite {
    public: PathBuf,
    hot_file: PathBuf,
    directory: String,
    entries: Vec<String>,
    nonce: Option<String>,
    manifests: Mutex<BTreeMap<PathBuf, (SystemTime, Arc<Manifest>)>>,
}

type Manifest = BTreeMap<String, Chunk>;

/// An entry of the manifest.
#[derive(Debug, Clone, Default, Deserialize)]
struct Chunk {
    file: String,
    #[serde(default)]
    css: Vec<String>,
    #[serde(default)]
    imports: Vec<String>,
    integrity: Option<String>,
}

/// A file of the build, and what its tags say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asset {
    address: String,
    integrity: Option<String>,
}

impl Vite {
    /// With the folder of public files, which holds `hot` and `build/manifest.json`.
    #[must_use]
    pub fn new(public: impl Into<PathBuf>) -> Self {
        let public = public.into();
        Self {
            hot_file: public.join("hot"),
            public,
            directory: "build".to_owned(),
            entries: Vec::new(),
            nonce: None,
            manifests: Mutex::default(),
        }
    }

    /// The file that holds the development server's address while that runs.
    #[must_use]
    pub fn with_hot_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.hot_file = path.into();
        self
    }

    /// Where the build is, within the public folder.
    #[must_use]
    pub fn with_directory(mut self, directory: &str) -> Self {
        directory.trim_matches('/').clone_into(&mut self.directory);
        self
    }

    /// What `@vite` without arguments names.
    #[must_use]
    pub fn with_entries(mut self, entries: impl IntoIterator<Item = String>) -> Self {
        self.entries = entries.into_iter().collect();
        self
    }

    /// The nonce of the content security policy, for all tags.
    #[must_use]
    pub fn with_nonce(mut self, nonce: &str) -> Self {
        self.nonce = Some(nonce.to_owned());
        self
    }

    /// The tags of these entries. `address` gives the address of a public file.
    ///
    /// # Errors
    /// No build, and an entry that the build does not have.
    pub fn tags(
        &self,
        entries: &[String],
        directory: Option<&str>,
        address: impl Fn(&str) -> Result<String>,
    ) -> Result<String> {
        let entries = if entries.is_empty() { &self.entries[..] } else { entries };
        if let Some(server) = self.server()? {
            let names = std::iter::once("@vite/client").chain(entries.iter().map(String::as_str));
            return Ok(names
                .map(|name| self.tag(&Asset { address: format!("{server}/{name}"), integrity: None }))
                .collect());
        }
        let directory = directory.map_or(self.directory.as_str(), |directory| directory.trim_matches('/'));
        let manifest = self.manifest(directory)?;
        let mut page = Page { manifest: &manifest, preloads: Vec::new(), tags: Vec::new() };
        for entry in entries {
            page.add(entry, &|file| address(&format!("{directory}/{file}")))?;
        }
        let (styles, scripts): (Vec<_>, Vec<_>) = page.tags.iter().partition(|asset| is_style(&asset.address));
        let (early, late): (Vec<_>, Vec<_>) = page.preloads.iter().partition(|asset| is_style(&asset.address));
        let preloads = early.into_iter().chain(late).map(|asset| self.preload(asset));
        Ok(preloads.chain(styles.into_iter().chain(scripts).map(|asset| self.tag(asset))).collect())
    }

    /// The script that React needs before others while the development server runs; else nothing.
    ///
    /// # Errors
    /// A `hot` file that cannot be read.
    pub fn react_refresh(&self) -> Result<String> {
        let Some(server) = self.server()? else { return Ok(String::new()) };
        let nonce = self.nonce_attribute();
        let module = crate::json::js(&format!("{server}/@react-refresh"))?;
        Ok(format!(
            "<script type=\"module\"{nonce}>
    import RefreshRuntime from {module}
    RefreshRuntime.injectIntoGlobalHook(window)
    window.$RefreshReg$ = () => {{}}
    window.$RefreshSig$ = () => (type) => type
    window.__vite_plugin_react_preamble_installed__ = true
</script>"
        ))
    }

    /// The address of the development server, if it runs.
    fn server(&self) -> Result<Option<String>> {
        match std::fs::read_to_string(&self.hot_file) {
            Ok(address) => Ok(Some(address.trim().trim_end_matches('/').to_owned())),
            Err(source) if source.kind() == IoErrorKind::NotFound => Ok(None),
            Err(source) => Err(ErrorKind::Read { path: self.hot_file.display().to_string(), source }.into()),
        }
    }

    fn manifest(&self, directory: &str) -> Result<Arc<Manifest>> {
        let path = self.public.join(directory).join("manifest.json");
        let read = |source: std::io::Error| match source.kind() {
            IoErrorKind::NotFound => Error::message(format!(
                "there is no Vite manifest at {}; run `npm run build`, or start `npm run dev`",
                path.display()
            )),
            _ => ErrorKind::Read { path: path.display().to_string(), source }.into(),
        };
        let modified = std::fs::metadata(&path).and_then(|metadata| metadata.modified()).map_err(read)?;
        let mut manifests = self.manifests.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match manifests.get(&path) {
            Some((known, manifest)) if *known == modified => Ok(manifest.clone()),
            _ => {
                let manifest: Manifest = serde_json::from_slice(&std::fs::read(&path).map_err(read)?)?;
                let manifest = Arc::new(manifest);
                manifests.insert(path, (modified, manifest.clone()));
                Ok(manifest)
            }
        }
    }

    fn tag(&self, asset: &Asset) -> String {
        let address = escape(&asset.address);
        let rest = self.rest(asset);
        if is_style(&asset.address) {
            return format!("<link rel=\"stylesheet\" href=\"{address}\"{rest} />");
        }
        format!("<script type=\"module\" src=\"{address}\"{rest}></script>")
    }

    fn preload(&self, asset: &Asset) -> String {
        let kind = if is_style(&asset.address) {
            "rel=\"preload\" as=\"style\""
        } else {
            "rel=\"modulepreload\" as=\"script\""
        };
        format!("<link {kind} href=\"{}\"{} />", escape(&asset.address), self.rest(asset))
    }

    fn rest(&self, asset: &Asset) -> String {
        let integrity = asset.integrity.as_ref().map(|integrity| format!(" integrity=\"{}\"", escape(integrity)));
        self.nonce_attribute() + &integrity.unwrap_or_default()
    }

    fn nonce_attribute(&self) -> String {
        self.nonce.as_ref().map(|nonce| format!(" nonce=\"{}\"", escape(nonce))).unwrap_or_default()
    }
}

/// What a page loads, each file once.
struct Page<'a> {
    manifest: &'a Manifest,
    preloads: Vec<Asset>,
    tags: Vec<Asset>,
}

impl<'a> Page<'a> {
    fn add(&mut self, entry: &str, address: &dyn Fn(&str) -> Result<String>) -> Result<()> {
        let chunk = self.chunk(entry)?;
        let main = asset(chunk, address)?;
        push(&mut self.preloads, &main);
        for import in self.imports(chunk)? {
            let chunk = self.chunk(&import)?;
            push(&mut self.preloads, &asset(chunk, address)?);
            self.add_styles(chunk, address)?;
        }
        push(&mut self.tags, &main);
        self.add_styles(chunk, address)
    }

    fn add_styles(&mut self, chunk: &Chunk, address: &dyn Fn(&str) -> Result<String>) -> Result<()> {
        for css in &chunk.css {
            let listed = self.manifest.values().find(|listed| listed.file == *css);
            let style = Asset { address: address(css)?, integrity: listed.and_then(|listed| listed.integrity.clone()) };
            push(&mut self.preloads, &style);
            push(&mut self.tags, &style);
        }
        Ok(())
    }

    fn chunk(&self, name: &str) -> Result<&'a Chunk> {
        self.manifest.get(name).ok_or_else(|| {
            Error::message(format!(
                "`{name}` is not in the Vite manifest; name it in vite.config.js, and run `npm run build`"
            ))
        })
    }

    /// What a chunk imports, directly or through others, in the order in which it is found.
    fn imports(&self, chunk: &Chunk) -> Result<Vec<String>> {
        let mut found: Vec<String> = Vec::new();
        let mut open: Vec<&str> = chunk.imports.iter().rev().map(String::as_str).collect();
        while let Some(name) = open.pop() {
            if !found.iter().any(|known| known == name) {
                found.push(name.to_owned());
                open.extend(self.chunk(name)?.imports.iter().rev().map(String::as_str));
            }
        }
        Ok(found)
    }
}

fn push(assets: &mut Vec<Asset>, asset: &Asset) {
    if !assets.contains(asset) {
        assets.push(asset.clone());
    }
}

fn asset(chunk: &Chunk, address: &dyn Fn(&str) -> Result<String>) -> Result<Asset> {
    Ok(Asset { address: address(&chunk.file)?, integrity: chunk.integrity.clone() })
}

/// Whether it is complete, and nothing is to be put before it.
fn is_address(path: &str) -> bool {
    path.starts_with('/') || path.contains("://")
}

fn is_style(path: &str) -> bool {
    let suffix = Path::new(path).extension().and_then(|suffix| suffix.to_str()).unwrap_or_default();
    ["css", "less", "sass", "scss", "styl", "stylus", "pcss", "postcss"].contains(&suffix)
}

/// `@vite(entries, directory)`.
///
/// # Errors
/// An app without Vite, and those of [`Vite::tags`].
pub fn vite(render: &mut Render, entries: Option<&Value>, directory: Option<&str>) -> Result<()> {
    let services = render.services().clone();
    let vite = configured(services.vite.as_ref(), "@vite")?;
    let entries = match entries {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::List(items)) => items.iter().map(Value::to_text).collect::<Result<_>>()?,
        Some(entry) => vec![entry.to_text()?],
    };
    let tags = vite.tags(&entries, directory, |file| services.urls.file(file))?;
    render.write(|out| {
        out.push_str(&tags);
        Ok(())
    })
}

/// `@viteReactRefresh`.
///
/// # Errors
/// An app without Vite.
pub fn react_refresh(render: &mut Render) -> Result<()> {
    let services = render.services().clone();
    let script = configured(services.vite.as_ref(), "@viteReactRefresh")?.react_refresh()?;
    render.text(&script);
    Ok(())
}

fn configured<'a>(vite: Option<&'a Arc<Vite>>, what: &str) -> Result<&'a Arc<Vite>> {
    vite.ok_or_else(|| {
        let needs = "Vite's public folder; set `vite` in the services";
        ErrorKind::MissingService { what: what.to_owned(), needs }.into()
    })
}
