//! A project in a temporary folder, and an app in it.

use std::path::Path;

use anvil_core::config::Overrides;
use anvil_core::{Container, HttpApp, RouteSink, TestClient};
use tempfile::TempDir;

/// A folder that is removed at the end of the test.
pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, path: &str, text: &str) -> &Self {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().expect("a path below the project")).expect("folders");
        std::fs::write(path, text).expect("a file");
        self
    }

    pub(crate) fn with_config(text: &str) -> Self {
        let project = Self::new();
        project.write("config/anvil.toml", text);
        project
    }

    pub(crate) fn container(&self) -> Container {
        Container::for_tests(self.root()).expect("a valid configuration")
    }

    pub(crate) fn client(&self, routes: impl FnOnce(&mut RouteSink)) -> TestClient {
        client(self.container(), routes)
    }

    /// As in production: no debug, whatever the environment of the test run says.
    pub(crate) fn production(&self, routes: impl FnOnce(&mut RouteSink)) -> TestClient {
        let overrides = Overrides {
            env: Some("production".to_owned()),
            debug: Some(false),
            database_url: Some("sqlite::memory:".to_owned()),
            ..Overrides::default()
        };
        let builder = Container::builder_with(self.root(), overrides).expect("a valid configuration");
        client(builder.build(), routes)
    }
}

pub(crate) fn client(container: Container, routes: impl FnOnce(&mut RouteSink)) -> TestClient {
    let mut sink = RouteSink::new();
    routes(&mut sink);
    match HttpApp::build(sink, container) {
        Ok(app) => TestClient::new(app),
        Err(errors) => panic!("{errors:#?}"),
    }
}
