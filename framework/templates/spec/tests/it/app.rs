//! The application around a case, from its `json services`.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use forge::engine::{FolderLoader, Interpreter};
use forge::services::{Auth, Container, Gate, Lines, PublicFiles, Session, Urls};
use forge::vite::Vite;
use forge::{ErrorBag, ErrorBags, Forge, Map, Result, Safe, Services, Value, escape};
use forge_spec::json::Json;
use forge_spec::{Case, project};
use tempfile::TempDir;

/// Services, and the folder with the case's templates, which is there as long as this.
pub(crate) struct App {
    pub(crate) services: Arc<Services>,
    _folder: TempDir,
}

impl App {
    pub(crate) fn of(case: &Case) -> Self {
        let folder = tempfile::tempdir().expect("the temporary folder can be written");
        let templates = folder.path().join("templates");
        for template in &case.templates {
            let path = templates.join(format!("{}.forge.html", template.name.replace('.', "/")));
            fs::create_dir_all(path.parent().expect("it is in a folder")).expect("folders can be made");
            fs::write(path, &template.text).expect("files can be written");
        }
        let said = case.services.as_deref().map_or(Json::Null, |text| Json::parse(text).expect("services are JSON"));
        // The compiled engine needs the other one, too, for names that are known only when the page is made.
        let interpreter = Interpreter::new(FolderLoader::new().folder(&templates)).options(project::options());
        let forge = registry(&said).folder(templates).engine(Arc::new(interpreter));
        for (key, value) in said.get("shared").map_or(&[][..], Json::entries) {
            forge.share(key, Value::of(value));
        }
        let services = services(&said, forge, public(&said, &folder));
        Self { services: Arc::new(services), _folder: folder }
    }
}

fn services(said: &Json, forge: Forge, vite: Option<Vite>) -> Services {
    let base = text(said, "base_url").unwrap_or_default();
    Services {
        forge: Arc::new(forge),
        session: Some(Arc::new(Visit {
            values: map(said, "session"),
            old: map(said, "old"),
            csrf: text(said, "csrf").unwrap_or_default(),
        })),
        auth: Arc::new(Visitor {
            user: is_someone(said.get("user")),
            guards: entries(said, "guards").iter().map(|(name, user)| (name.clone(), is_someone(Some(user)))).collect(),
        }),
        gate: Arc::new(Abilities(map(said, "abilities"))),
        translator: Arc::new(Lines::new("en", texts(said, "translations"))),
        urls: Arc::new(Addresses { files: PublicFiles::new(&base), base, routes: texts(said, "routes").collect() }),
        config: Arc::new(map(said, "config")),
        context: Arc::new(map(said, "context")),
        environment: text(said, "env").unwrap_or_else(|| "testing".to_owned()).into(),
        errors: Arc::new(errors(said)),
        vite: vite.map(Arc::new),
        container: Some(Arc::new(Provided)),
    }
}

/// What `custom.md` says is registered, and the composers.
fn registry(said: &Json) -> Forge {
    let disk = said.get("config").and_then(|config| config.get("disk")).and_then(Json::as_str).unwrap_or("local");
    let disk = disk.to_owned();
    let mut forge = Forge::new()
        .condition("disk", move |arguments| {
            Ok(arguments.first().map_or(Some("local"), Value::as_str) == Some(disk.as_str()))
        })
        .directive("shout", |arguments| Ok(Safe::new(escape(&first(arguments).to_uppercase()))))
        .directive("stamp", |_| Ok(Safe::new("<time>now</time>")))
        .block("framed", |arguments, body| {
            let title = escape(&first(arguments));
            Ok(Safe::new(format!("<fieldset><legend>{title}</legend>{body}</fieldset>")))
        });
    for (views, values) in entries(said, "composers") {
        let values: Vec<(String, Value)> =
            values.entries().iter().map(|(key, value)| (key.clone(), Value::of(value))).collect();
        forge = forge.composer(views.as_str(), move |view| {
            for (key, value) in &values {
                view.with(key, value.clone());
            }
            Ok(())
        });
    }
    forge
}

fn first(arguments: &[Value]) -> String {
    arguments.first().and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// What Vite leaves in the public folder.
fn public(said: &Json, folder: &TempDir) -> Option<Vite> {
    let said = said.get("vite")?;
    let public = folder.path().join("public");
    fs::create_dir_all(public.join("build")).expect("folders can be made");
    if let Some(manifest) = said.get("manifest") {
        let text = serde_json::to_string(manifest).expect("it is JSON");
        fs::write(public.join("build/manifest.json"), text).expect("files can be written");
    }
    if let Some(address) = text(said, "hot") {
        fs::write(public.join("hot"), address).expect("files can be written");
    }
    Some(Vite::new(public))
}

fn errors(said: &Json) -> ErrorBags {
    let bag = |fields: &Json| {
        let mut bag = ErrorBag::new();
        for (field, messages) in fields.entries() {
            if let Json::List(messages) = messages {
                messages.iter().filter_map(Json::as_str).for_each(|message| bag.add(field, message));
            }
        }
        bag
    };
    let bags = ErrorBags::new(said.get("errors").map(bag).unwrap_or_default());
    entries(said, "error_bags").iter().fold(bags, |bags, (name, fields)| bags.with_bag(name, bag(fields)))
}

fn is_someone(user: Option<&Json>) -> bool {
    !matches!(user, None | Some(Json::Null))
}

fn entries<'j>(said: &'j Json, key: &str) -> &'j [(String, Json)] {
    said.get(key).map_or(&[], Json::entries)
}

fn text(said: &Json, key: &str) -> Option<String> {
    said.get(key).and_then(Json::as_str).map(str::to_owned)
}

fn texts<'j>(said: &'j Json, key: &str) -> impl Iterator<Item = (String, String)> + use<'j> {
    entries(said, key).iter().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
}

fn map(said: &Json, key: &str) -> Map {
    said.get(key).map(variables).unwrap_or_default()
}

/// The entries of an object.
pub(crate) fn variables(object: &Json) -> Map {
    let mut map = Map::new();
    for (key, value) in object.entries() {
        map.insert(key.as_str(), Value::of(value));
    }
    map
}

struct Visit {
    values: Map,
    old: Map,
    csrf: String,
}

impl Session for Visit {
    fn get(&self, key: &str) -> Option<Value> {
        self.values.get(key).cloned()
    }

    fn old(&self, field: &str) -> Option<Value> {
        self.old.get(field).cloned()
    }

    fn csrf_token(&self) -> Option<String> {
        Some(self.csrf.clone())
    }
}

struct Visitor {
    user: bool,
    guards: BTreeMap<String, bool>,
}

impl Auth for Visitor {
    fn check(&self, guard: Option<&str>) -> Result<bool> {
        Ok(guard.map_or(self.user, |guard| self.guards.get(guard).copied().unwrap_or(false)))
    }
}

/// An ability is true, false, or a list of what it holds for: the argument itself or its `id`.
struct Abilities(Map);

impl Gate for Abilities {
    fn allows(&self, ability: &str, arguments: &[Value]) -> Result<bool> {
        Ok(match self.0.get(ability) {
            Some(Value::List(allowed)) => {
                let subject = arguments.first().map(|subject| subject.get("id").unwrap_or(subject));
                let id = subject.and_then(Value::as_i64);
                id.is_some() && allowed.iter().any(|allowed| allowed.as_i64() == id)
            }
            Some(value) => value.as_bool().unwrap_or(false),
            None => false,
        })
    }
}

struct Addresses {
    files: PublicFiles,
    base: String,
    routes: BTreeMap<String, String>,
}

impl Urls for Addresses {
    fn url(&self, path: &str) -> String {
        self.files.url(path)
    }

    fn asset(&self, path: &str) -> Result<String> {
        self.files.asset(path)
    }

    fn route(&self, name: &str, parameters: &Map) -> Result<String> {
        let path = self.routes.get(name).ok_or_else(|| forge::Error::message(format!("there is no route `{name}`")))?;
        let mut path = path.clone();
        for (key, value) in parameters.iter() {
            path = path.replace(&format!("{{{key}}}"), &value.to_text()?);
        }
        Ok(format!("{}{path}", self.base))
    }
}

/// A service for `@inject`.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct Metrics {
    pub(crate) visits: i64,
}

const METRICS: Metrics = Metrics { visits: 3 };

struct Provided;

impl Container for Provided {
    fn get(&self, type_id: TypeId) -> Option<Arc<dyn Any + Send + Sync>> {
        (type_id == TypeId::of::<Metrics>()).then(|| Arc::new(METRICS) as Arc<dyn Any + Send + Sync>)
    }

    fn value(&self, path: &str) -> Option<Value> {
        (path == "crate::app::Metrics").then(|| Value::of(&METRICS))
    }
}
