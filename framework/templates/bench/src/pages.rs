//! The pages: a big table of numbers, a short list, and an ordinary page of some 40 KB with a layout and a component.

use std::sync::{Arc, LazyLock};

use anvil_derive::view as made;
use askama::Template as _;
use forge::engine::{FolderLoader, Interpreter};
use forge::{Forge, Map, Services, Value, scope, to_value};
use sailfish::TemplateSimple as _;
use serde::Serialize;

/// Makes a page.
type Make = fn() -> String;

/// A page with everything that makes it: Forge first, then Askama, Sailfish, Forge's interpreter, which renders a page that was edited, and Forge
/// in development, which looks whether the page was.
pub(crate) struct Page {
    pub(crate) name: &'static str,
    pub(crate) engines: [(&'static str, Make); 5],
}

pub(crate) fn pages() -> [Page; 3] {
    let page = |name, [forge, askama, sailfish, interpreted, live]: [Make; 5]| Page {
        name,
        engines: [
            ("Forge", forge),
            ("Askama", askama),
            ("Sailfish", sailfish),
            ("the interpreter", interpreted),
            ("Forge in development", live),
        ],
    };
    [
        page("big table", [table_forge, table_askama, table_sailfish, table_interpreted, table_live]),
        page("teams", [teams_forge, teams_askama, teams_sailfish, teams_interpreted, teams_live]),
        page("articles", [articles_forge, articles_askama, articles_sailfish, articles_interpreted, articles_live]),
    ]
}

#[derive(Serialize)]
struct Team {
    name: &'static str,
    score: u8,
}

#[derive(Serialize)]
struct Article {
    id: u32,
    title: String,
    author: String,
    likes: u32,
    body: String,
    tags: Vec<&'static str>,
}

static TABLE: LazyLock<Vec<Vec<usize>>> = LazyLock::new(|| (0..100).map(|row| (row..row + 100).collect()).collect());

const TEAMS: &[Team] = &[
    Team { name: "Jiangsu", score: 43 },
    Team { name: "Beijing", score: 27 },
    Team { name: "Guangzhou", score: 22 },
    Team { name: "Shandong", score: 12 },
];

const SECTIONS: &[&str] = &["news", "sports", "culture", "science", "travel", "food"];

static ARTICLES: LazyLock<Vec<Article>> = LazyLock::new(|| {
    let body = "Nobody was surprised when 2 < 3 & 3 > 2 turned out to hold on the other side of the river as well. ";
    let article = |id| Article {
        id,
        title: format!("Report number {id} from the field"),
        author: format!("Author {}", id % 7),
        likes: id * 13 % 101,
        body: body.repeat(5),
        tags: vec!["field", "river", "numbers"],
    };
    (1..=50).map(article).collect()
});

const HEADING: &str = "All reports";

macro_rules! view {
    ($($given:tt)*) => {
        made!(crate = ::forge; $($given)*).render().expect("the page can be made")
    };
}

fn table_forge() -> String {
    view!("table", table = &*TABLE)
}

fn teams_forge() -> String {
    view!("teams", year = 2015, teams = TEAMS)
}

fn articles_forge() -> String {
    view!("articles", heading = HEADING, sections = SECTIONS, articles = &*ARTICLES)
}

#[derive(askama::Template)]
#[template(path = "table.html")]
struct TableAskama<'a> {
    table: &'a [Vec<usize>],
}

#[derive(askama::Template)]
#[template(path = "teams.html")]
struct TeamsAskama<'a> {
    year: u16,
    teams: &'a [Team],
}

#[derive(askama::Template)]
#[template(path = "articles.html")]
struct ArticlesAskama<'a> {
    heading: &'a str,
    sections: &'a [&'a str],
    articles: &'a [Article],
}

fn table_askama() -> String {
    TableAskama { table: &TABLE }.render().expect("the page can be made")
}

fn teams_askama() -> String {
    TeamsAskama { year: 2015, teams: TEAMS }.render().expect("the page can be made")
}

fn articles_askama() -> String {
    let page = ArticlesAskama { heading: HEADING, sections: SECTIONS, articles: &ARTICLES };
    page.render().expect("the page can be made")
}

#[derive(sailfish::TemplateSimple)]
#[template(path = "table.stpl")]
struct TableSailfish<'a> {
    table: &'a [Vec<usize>],
}

#[derive(sailfish::TemplateSimple)]
#[template(path = "teams.stpl")]
struct TeamsSailfish<'a> {
    year: u16,
    teams: &'a [Team],
}

#[derive(sailfish::TemplateSimple)]
#[template(path = "articles.stpl")]
struct ArticlesSailfish<'a> {
    heading: &'a str,
    sections: &'a [&'a str],
    articles: &'a [Article],
}

fn table_sailfish() -> String {
    TableSailfish { table: &TABLE }.render_once().expect("the page can be made")
}

fn teams_sailfish() -> String {
    TeamsSailfish { year: 2015, teams: TEAMS }.render_once().expect("the page can be made")
}

fn articles_sailfish() -> String {
    let page = ArticlesSailfish { heading: HEADING, sections: SECTIONS, articles: &ARTICLES };
    page.render_once().expect("the page can be made")
}

static SERVICES: LazyLock<Arc<Services>> = LazyLock::new(|| {
    let templates = concat!(env!("CARGO_MANIFEST_DIR"), "/forge");
    let engine = Interpreter::new(FolderLoader::new().folder(templates));
    let forge = Forge::new().engine(Arc::new(engine)).live(true);
    Arc::new(Services { forge: Arc::new(forge), ..Services::default() })
});

/// With the values made anew, as for every request.
fn interpreted(name: &str, values: impl IntoIterator<Item = (&'static str, Value)>) -> String {
    let mut variables = Map::new();
    for (key, value) in values {
        variables.insert(key, value);
    }
    SERVICES.forge.view(name, variables).render_with(SERVICES.clone()).expect("the page can be made")
}

fn table_interpreted() -> String {
    interpreted("table", [("table", to_value!(*TABLE))])
}

fn teams_interpreted() -> String {
    interpreted("teams", [("year", to_value!(2015)), ("teams", to_value!(TEAMS))])
}

fn articles_interpreted() -> String {
    let articles =
        [("articles", to_value!(*ARTICLES)), ("sections", to_value!(SECTIONS)), ("heading", to_value!(HEADING))];
    interpreted("articles", articles)
}

fn table_live() -> String {
    scope(SERVICES.clone(), table_forge)
}

fn teams_live() -> String {
    scope(SERVICES.clone(), teams_forge)
}

fn articles_live() -> String {
    scope(SERVICES.clone(), articles_forge)
}
