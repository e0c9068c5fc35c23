//! Reading, overriding, refusing and reloading the configuration.

use std::time::Duration;

use anvil_core::config::{Overrides, parse_duration, parse_size};
use anvil_core::{CONFIG_KEYS, ConfigError, ConfigReload, Container};

use crate::project::Project;

fn wrong(project: &Project) -> ConfigError {
    Container::builder(project.root()).expect_err("the configuration is wrong")
}

#[tokio::test]
async fn an_empty_project_runs_closed() {
    let builder = Container::builder(Project::new().root()).unwrap();
    let config = builder.config();
    assert_eq!((config.app.env.as_str(), config.app.debug), ("production", false));
    assert!(config.is_production() && config.app.key.is_none());
    assert_eq!(config.server.addr, "127.0.0.1:8080");
    assert_eq!(config.server.body_limit, 2 * 1024 * 1024);
}

#[tokio::test]
async fn the_file_is_read_and_dotenv_goes_above_it() {
    let project = Project::with_config(
        "[app]\nname = \"blog\"\nenv = \"staging\"\n[server]\nbody_limit = \"10MB\"\nrequest_timeout = \"30s\"\n\
         [values]\nper_page = 20\n[values.mail]\nfrom = \"a@example.org\"\n",
    );
    project.write(".env", "# comment\nAPP_NAME=\"from dotenv\"\nSERVER_BODY_LIMIT=1GB\nAPP_KEY='s3cr3t'\n");
    let builder = Container::builder(project.root()).unwrap();
    let config = builder.config();
    assert_eq!((config.app.name.as_str(), config.app.env.as_str()), ("from dotenv", "staging"));
    assert_eq!(config.server.body_limit, 1 << 30);
    assert_eq!(config.server.request_timeout, Some(Duration::from_secs(30)));
    assert_eq!(config.value::<u32>("per_page").unwrap(), Some(20));
    assert_eq!(config.value::<String>("mail.from").unwrap().as_deref(), Some("a@example.org"));
    assert_eq!(config.value::<String>("mail.to").unwrap(), None);
    assert!(config.value::<u32>("mail.from").is_err());
    assert_eq!(config.env("APP_NAME").as_deref(), Some("from dotenv"));
    assert_eq!(config.app.key.as_ref().unwrap().expose(), "s3cr3t");
    let printed = format!("{config:?}");
    assert!(!printed.contains("s3cr3t") && !printed.contains("1GB"), "{printed}");
    assert!(std::env::var("SERVER_BODY_LIMIT").is_err(), "the process environment stays as it is");
}

#[tokio::test]
async fn an_unknown_key_is_an_error_at_its_place() {
    for (text, line, column, word) in [
        ("[server]\nadr = \"x\"\n", 2, 1, "adr"),
        ("\n[serve]\n", 2, 2, "serve"),
        ("[app]\nname = \"x\"\n  [dev]\n  pol = true\n", 4, 3, "pol"),
    ] {
        let error = wrong(&Project::with_config(text));
        let place = error.place.clone().unwrap();
        assert!(error.message.contains(word), "{error}");
        assert_eq!((place.line, place.column), (line, column), "{error}");
        assert!(error.to_string().contains(&format!("config/anvil.toml:{line}:{column}: ")), "{error}");
    }
}

#[tokio::test]
async fn wrong_values_say_what_fits_and_where() {
    for (text, line, part) in [
        ("[server]\nbody_limit = \"10 parsecs\"\n", 2, "10MB"),
        ("[server]\nshutdown_grace = \"soon\"\n", 2, "30s"),
        ("[app]\ndebug = \"yes\"\n", 2, "boolean"),
        ("[log]\nformat = \"xml\"\n", 2, "json"),
        ("[dev]\napp = 7\n", 2, "a list of names"),
        ("[app\n", 1, ""),
    ] {
        let error = wrong(&Project::with_config(text));
        assert!(error.message.contains(part), "{error}");
        assert_eq!(error.place.clone().unwrap().line, line, "{error}");
    }
    let project = Project::new();
    project.write(".env", "SERVER_BODY_LIMIT=lots\n");
    assert!(wrong(&project).message.contains("SERVER_BODY_LIMIT"));
    project.write(".env", "FINE=1\nTOP SECRET LINE\n");
    let error = wrong(&project);
    assert_eq!(error.place.clone().unwrap().line, 2);
    assert!(!error.to_string().contains("SECRET"), "{error}");
    project.write(".env", "DATABASE_URL=postgres://localhost\n");
    assert!(wrong(&project).message.contains("only SQLite"));
}

#[tokio::test]
async fn a_reload_applies_refuses_or_asks_for_a_restart() {
    let project = Project::with_config("[app]\nname = \"one\"\n");
    let container = Container::builder(project.root()).unwrap().build();
    let before = container.config();
    project.write("config/anvil.toml", "[app]\nname = \"two\"\n");
    assert_eq!(container.reload_config(), ConfigReload::Applied);
    assert_eq!((before.app.name.as_str(), container.config().app.name.as_str()), ("one", "two"));

    project.write("config/anvil.toml", "[app]\nname = \"three\"\n[cache]\ncapacity = 5\n[server]\naddr = \"x:1\"\n");
    let keys = vec!["server.addr".to_owned(), "cache.capacity".to_owned()];
    assert_eq!(container.reload_config(), ConfigReload::NeedsRestart { keys });
    project.write("config/anvil.toml", "[app]\nnome = \"four\"\n");
    let ConfigReload::Invalid { message, place } = container.reload_config() else { panic!("the file is wrong") };
    assert!(message.contains("nome") && place.unwrap().line == 2, "{message}");
    assert_eq!(container.config().app.name, "two", "the old configuration stays");
}

#[tokio::test]
async fn overrides_stand_above_everything() {
    let project = Project::with_config("[app]\nenv = \"local\"\n");
    project.write(".env", "APP_ENV=staging\nAPP_DEBUG=false\n");
    let builder = Container::builder_with(project.root(), Overrides::for_tests()).unwrap();
    assert_eq!((builder.config().app.env.as_str(), builder.config().app.debug), ("testing", true));
}

#[test]
fn every_documented_key_can_be_written() {
    let mut sections: Vec<(&str, String)> = Vec::new();
    for key in CONFIG_KEYS.iter().filter(|key| key.default != "-") {
        let (section, name) = key.key.split_once('.').unwrap();
        let line = format!("{name} = {}\n", key.default);
        match sections.iter_mut().find(|(known, _)| *known == section) {
            Some((_, text)) => text.push_str(&line),
            None => sections.push((section, line)),
        }
    }
    let text: String = sections.iter().map(|(section, lines)| format!("[{section}]\n{lines}")).collect();
    let project = Project::with_config(&text);
    let source = anvil_core::config::ConfigSource::new(project.root(), Overrides::default());
    source.read().unwrap();
    let empty = anvil_core::config::ConfigSource::new(Project::new().root(), Overrides::default()).read().unwrap();
    assert_eq!(
        format!("{:?}", source.read().unwrap()),
        format!("{empty:?}"),
        "the documented defaults are the real ones"
    );
}

#[test]
fn the_guide_lists_exactly_these_keys() {
    let guide = include_str!("../../../../docs/guide/configuration.md");
    let rows: Vec<&str> = guide.lines().filter(|line| line.starts_with("| `")).collect();
    let listed: Vec<&str> = rows.iter().map(|row| row.split('`').nth(1).unwrap()).collect();
    let keys: Vec<&str> = CONFIG_KEYS.iter().map(|key| key.key).collect();
    assert_eq!(listed, keys);
    for (row, key) in rows.iter().zip(CONFIG_KEYS) {
        assert_eq!(row.contains('●'), key.at_start.is_some(), "{row}");
        assert!(row.contains(key.env.unwrap_or("| – |")), "{row}");
    }
}

#[test]
fn sizes_and_durations() {
    for (text, bytes) in
        [("0", 0), ("512", 512), ("512B", 512), ("64KB", 65_536), ("10 MB", 10_485_760), ("1GiB", 1 << 30)]
    {
        assert_eq!(parse_size(text), Ok(bytes), "{text}");
    }
    for text in ["", "MB", "-1", "1.5MB", "1TB", "99999999999999999GB"] {
        assert!(parse_size(text).is_err(), "{text}");
    }
    assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
    assert_eq!(parse_duration("2m"), Ok(Duration::from_secs(120)));
    for text in ["", "5", "s", "1d", "-1s"] {
        assert!(parse_duration(text).is_err(), "{text}");
    }
}
