//! `@fonts`: preloads and styles of fonts, by the manifest that Vite's font plugin writes (version 1).

use std::collections::BTreeMap;
use std::io::ErrorKind as IoErrorKind;
use std::path::Path;

use serde::Deserialize;

use super::{Vite, configured, is_address};
use crate::{Error, ErrorKind, Render, Result, Value, escape};

#[derive(Deserialize)]
struct Manifest {
    version: u32,
    families: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    preloads: Vec<Preload>,
    #[serde(default)]
    style: Style,
}

#[derive(Deserialize)]
struct Preload {
    alias: String,
    file: Option<String>,
    url: Option<String>,
    #[serde(rename = "as", default = "font")]
    kind: String,
    #[serde(rename = "type")]
    mime: Option<String>,
    crossorigin: Option<serde_json::Value>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Style {
    inline: Option<String>,
    file: Option<String>,
    family_styles: BTreeMap<String, String>,
    variables: BTreeMap<String, String>,
}

fn font() -> String {
    "font".to_owned()
}

/// `@fonts`, of all fonts or of these. Without a manifest, nothing.
///
/// # Errors
/// An app without Vite, a manifest that cannot be read, and a font that it does not have.
pub fn fonts(render: &mut Render, names: &[Value]) -> Result<()> {
    let services = render.services().clone();
    let vite = configured(services.vite.as_ref(), "@fonts")?;
    let mut aliases = Vec::new();
    for name in names {
        match name {
            Value::List(items) => aliases.extend(items.iter().map(Value::to_text).collect::<Result<Vec<_>>>()?),
            name => aliases.push(name.to_text()?),
        }
    }
    let html = vite.fonts(&aliases, |file| services.urls.file(file))?;
    render.write(|out| {
        out.push_str(&html);
        Ok(())
    })
}

impl Vite {
    /// The tags of these fonts, or of all.
    ///
    /// # Errors
    /// A manifest that cannot be read, and a font that it does not have.
    pub fn fonts(&self, aliases: &[String], address: impl Fn(&str) -> Result<String>) -> Result<String> {
        let path = match self.server()? {
            Some(_) => self.hot_file.with_file_name("fonts-manifest.dev.json"),
            None => self.public.join(&self.directory).join("fonts-manifest.json"),
        };
        let Some(json) = read(&path)? else { return Ok(String::new()) };
        let manifest: Manifest = serde_json::from_str(&json)?;
        if manifest.version != 1 {
            return Err(Error::message(format!(
                "the font manifest has version {}; version 1 is known",
                manifest.version
            )));
        }
        if let Some(unknown) = aliases.iter().find(|alias| !manifest.families.contains_key(*alias)) {
            let known: Vec<&str> = manifest.families.keys().map(String::as_str).collect();
            return Err(Error::message(format!("there is no font `{unknown}`; the manifest has {}", known.join(", "))));
        }
        let is_asked = |preload: &&Preload| aliases.is_empty() || aliases.contains(&preload.alias);
        let preloads = manifest.preloads.iter().filter(is_asked);
        let mut parts = preloads.map(|preload| self.font_tag(preload, &address)).collect::<Result<Vec<_>>>()?;
        let css = self.font_css(&manifest.style, aliases)?;
        if !css.is_empty() {
            parts.push(format!("<style{}>\n{}\n</style>", self.nonce_attribute(), css.trim_matches('\n')));
        }
        Ok(parts.join("\n"))
    }

    fn font_tag(&self, preload: &Preload, address: &impl Fn(&str) -> Result<String>) -> Result<String> {
        let address = match (&preload.url, &preload.file) {
            (Some(url), _) => url.clone(),
            (None, Some(file)) if is_address(file) => file.clone(),
            (None, Some(file)) => address(&format!("{}/{file}", self.directory))?,
            (None, None) => return Err(Error::message(format!("font `{}` has neither file nor url", preload.alias))),
        };
        let mut tag = format!("<link rel=\"preload\" as=\"{}\" href=\"{}\"", escape(&preload.kind), escape(&address));
        if let Some(mime) = &preload.mime {
            tag.push_str(&format!(" type=\"{}\"", escape(mime)));
        }
        match &preload.crossorigin {
            Some(serde_json::Value::String(value)) => tag.push_str(&format!(" crossorigin=\"{}\"", escape(value))),
            Some(serde_json::Value::Bool(true)) => tag.push_str(" crossorigin"),
            _ => {}
        }
        Ok(format!("{tag}{} />", self.nonce_attribute()))
    }

    fn font_css(&self, style: &Style, aliases: &[String]) -> Result<String> {
        if aliases.is_empty() {
            return match (&style.inline, &style.file) {
                (Some(css), _) => Ok(css.clone()),
                (None, Some(file)) => {
                    let path = self.public.join(&self.directory).join(file);
                    read(&path)?
                        .ok_or_else(|| Error::message(format!("the styles of fonts are missing: {}", path.display())))
                }
                (None, None) => Ok(String::new()),
            };
        }
        let mut parts: Vec<String> =
            aliases.iter().filter_map(|alias| style.family_styles.get(alias)).cloned().collect();
        let variables = aliases.iter().filter_map(|alias| style.variables.get(alias));
        let variables: Vec<String> = variables.map(|variable| format!("  {variable}")).collect();
        if !variables.is_empty() {
            parts.push(format!(":root {{\n{}\n}}", variables.join("\n")));
        }
        Ok(parts.join("\n\n"))
    }
}

fn read(path: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(source) if source.kind() == IoErrorKind::NotFound => Ok(None),
        Err(source) => Err(ErrorKind::Read { path: path.display().to_string(), source }.into()),
    }
}
