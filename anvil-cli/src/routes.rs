//! `anvil routes`: the table of live routes.

use anvild_client::exit_code;
use anvild_protocol::{AnvilDaemonClient, RouteRow};
use clap::Args as ClapArgs;

use crate::{
    failure::Failure,
    project::ProjectArgs,
    terminal::{self, Style},
};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(project: &ProjectArgs, args: &Args) -> Result<u8, Failure> {
    let rows = project.connect_or_spawn().await?.rpc().app_routes().await?;
    if args.json {
        let text =
            serde_json::to_string(&rows).map_err(|error| Failure::new(exit_code::INTERNAL, error.to_string()))?;
        terminal::print(&text)?;
    } else {
        for line in render(&rows, Style::of_stdout()) {
            terminal::print(&line)?;
        }
    }
    Ok(exit_code::OK)
}

fn render(rows: &[RouteRow], style: Style) -> Vec<String> {
    let width = |of: fn(&RouteRow) -> usize| rows.iter().map(of).max().unwrap_or(0);
    let method = width(|row| row.method.chars().count());
    let path = width(|row| row.path.chars().count());
    let name = width(|row| row.name.as_deref().unwrap_or("-").chars().count());
    rows.iter()
        .map(|row| {
            let mut line = format!(
                "{:<method$}  {:<path$}  {:<name$}  {}",
                row.method,
                row.path,
                row.name.as_deref().unwrap_or("-"),
                row.handler
            );
            if !row.middleware.is_empty() {
                line.push_str(&format!(" [{}]", row.middleware.join(", ")));
            }
            if let (Some(file), Some(number)) = (&row.file, row.line) {
                line.push_str(&style.dim(&format!("  {file}:{number}")));
            }
            line
        })
        .collect()
}
