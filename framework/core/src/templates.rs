//! The templates of an app, and what a page asks of the request that it answers.
//!
//! [`crate::HttpApp`] makes both for each generation of routes, so that composers and directives are as new as the handlers.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anvil_control::SourcePlace;
use forge::engine::{EmbeddedLoader, FolderLoader, Interpreter};
use forge::{Forge, Map, Services, Value};

use crate::config::Config;
use crate::container::Container;
use crate::routing::{UrlTable, Urls};

/// Templates as `forge::embedded!()` gives them: name, file, text.
pub type Embedded = &'static [(&'static str, &'static str, &'static str)];

/// Below the root of the app.
const FOLDER: &str = "templates";

/// Whether templates are read at every request, as in a development host.
static LIVE: AtomicBool = AtomicBool::new(false);

/// Templates are read at every request from now on, and those that are not as they were compiled are interpreted.
pub fn set_live_templates() {
    LIVE.store(true, Ordering::Relaxed);
}

pub(crate) fn are_live() -> bool {
    LIVE.load(Ordering::Relaxed)
}

/// What an app says of its templates while it registers its routes.
#[derive(Default)]
pub(crate) struct Templates {
    pub(crate) forge: Forge,
    pub(crate) embedded: Vec<Embedded>,
}

impl std::fmt::Debug for Templates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Templates").field("embedded", &self.embedded.len()).finish_non_exhaustive()
    }
}

/// The services of every request of one generation.
pub(crate) fn services(templates: Templates, urls: Arc<UrlTable>, container: &Container) -> Arc<Services> {
    let is_live = LIVE.load(Ordering::Relaxed);
    let options = templates.forge.syntax();
    let interpreter = if is_live {
        Interpreter::new(FolderLoader::new().folder(container.root().join(FOLDER)))
    } else {
        let texts: Vec<_> =
            templates.embedded.iter().flat_map(|of| of.iter()).map(|(name, _, text)| (*name, *text)).collect();
        Interpreter::new(EmbeddedLoader::new(&texts))
    };
    let mut forge = templates.forge.engine(Arc::new(interpreter.options(options.clone())));
    if is_live {
        forge = forge.live_packages(move |package| {
            let loader = FolderLoader::new().folder(package.join(FOLDER));
            Arc::new(Interpreter::new(loader).options(options.clone()))
        });
    }
    Arc::new(Services {
        forge: Arc::new(forge),
        urls: Arc::new(Addresses { urls, container: container.clone() }),
        config: Arc::new(Settings(container.clone())),
        environment: container.config().app.env.as_str().into(),
        ..Services::default()
    })
}

/// The same with the environment as it is configured now.
pub(crate) fn at(services: &Arc<Services>, config: &Config) -> Arc<Services> {
    if *services.environment == *config.app.env {
        return services.clone();
    }
    Arc::new(Services { environment: config.app.env.as_str().into(), ..(**services).clone() })
}

/// `route(…)`, `url(…)` and `asset(…)` in templates.
struct Addresses {
    urls: Arc<UrlTable>,
    container: Container,
}

impl forge::services::Urls for Addresses {
    fn url(&self, path: &str) -> String {
        format!("{}/{}", self.container.config().app.url, path.trim_start_matches('/'))
    }

    fn asset(&self, path: &str) -> forge::Result<String> {
        Ok(format!("/{}", path.trim_start_matches('/')))
    }

    fn route(&self, name: &str, parameters: &Map) -> forge::Result<String> {
        let texts: Vec<(String, String)> =
            parameters.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
        let parameters: Vec<(&str, &dyn std::fmt::Display)> =
            texts.iter().map(|(key, value)| (key.as_str(), value as &dyn std::fmt::Display)).collect();
        let urls = Urls::new(self.urls.clone(), self.container.config().app.url.clone());
        urls.to(name, &parameters).map_err(|error| forge::Error::message(error.to_string()))
    }
}

/// `config(…)` in templates.
struct Settings(Container);

impl forge::services::Lookup for Settings {
    fn get(&self, key: &str) -> Option<Value> {
        setting(&self.0.config(), key)
    }
}

/// What templates may know of the configuration: `app.…` without the key, and `values.…`.
fn setting(config: &Config, key: &str) -> Option<Value> {
    match key {
        "app.name" => Some(config.app.name.as_str().into()),
        "app.url" => Some(config.app.url.as_str().into()),
        "app.env" => Some(config.app.env.as_str().into()),
        "app.debug" => Some(config.app.debug.into()),
        _ => config.value::<serde_json::Value>(key.strip_prefix("values.")?).ok()?.map(|value| Value::of(&value)),
    }
}

/// The file and line of a place in a template, where the app's own templates are.
pub(crate) fn place(location: &forge::Location, root: &Path) -> SourcePlace {
    let file = root.join(FOLDER).join(format!("{}.forge.html", location.view.replace('.', "/")));
    SourcePlace { file: file.to_string_lossy().into_owned(), line: location.line, column: location.column }
}

/// The place in the template that the code at a place was made of, if it was. The code's own place is of no use to anybody.
pub(crate) fn behind(place: SourcePlace) -> SourcePlace {
    match forge::template_of(Path::new(&place.file), place.line, place.column) {
        Some(forge::TemplatePlace { file, line, column }) => {
            SourcePlace { file: file.to_string_lossy().into_owned(), line, column }
        }
        None => place,
    }
}
