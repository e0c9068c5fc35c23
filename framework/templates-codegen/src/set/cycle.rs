//! Templates that include themselves, perhaps through others.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use crate::problem::{Code, Problem};
use crate::set::{Elsewhere, Finding, Set};
use crate::span::Span;

/// Which templates a template names, and where.
type Graph<'s> = BTreeMap<&'s str, Vec<(&'s str, Span)>>;

impl Set {
    /// One problem for each group of templates that include each other.
    pub(super) fn check_cycles(&self, findings: &mut Vec<Finding>) {
        let graph = self.graph();
        let mut reported: HashSet<&str> = HashSet::new();
        for start in core(&graph) {
            if reported.contains(start) {
                continue;
            }
            let Some(path) = way_back(&graph, start) else { continue };
            reported.extend(path.iter().map(|(from, _, _)| *from));
            findings.push(finding(&path));
        }
    }

    fn graph(&self) -> Graph<'_> {
        self.files
            .iter()
            .map(|(name, file)| {
                let needs = file.analysis.program.needs.iter();
                let edges = needs.filter_map(|need| Some((self.resolve(&need.names)?, need.span))).collect();
                (name.as_str(), edges)
            })
            .collect()
    }
}

/// What is left when everything that names nothing, or only such, is taken away: the cycles, and what leads to them.
fn core<'s>(graph: &Graph<'s>) -> Vec<&'s str> {
    let mut named_by: HashMap<&str, Vec<&'s str>> = HashMap::new();
    let mut open: HashMap<&str, usize> = HashMap::new();
    for (name, edges) in graph {
        open.insert(name, edges.len());
        for (target, _) in edges {
            named_by.entry(target).or_default().push(name);
        }
    }
    let mut done: Vec<&str> = graph.iter().filter(|(_, edges)| edges.is_empty()).map(|(name, _)| *name).collect();
    while let Some(name) = done.pop() {
        open.remove(name);
        for from in named_by.get(name).into_iter().flatten() {
            if let Some(count) = open.get_mut(from) {
                *count -= 1;
                if *count == 0 {
                    done.push(from);
                }
            }
        }
    }
    graph.keys().copied().filter(|name| open.contains_key(name)).collect()
}

/// The shortest way from `start` back to it.
fn way_back<'s>(graph: &Graph<'s>, start: &'s str) -> Option<Vec<(&'s str, Span, &'s str)>> {
    let mut from: HashMap<&str, (&'s str, Span)> = HashMap::new();
    let mut next = VecDeque::from([start]);
    while let Some(name) = next.pop_front() {
        for (target, span) in graph.get(name).into_iter().flatten() {
            if *target == start {
                let mut path = vec![(name, *span, start)];
                let mut at = name;
                while at != start {
                    let (before, span) = from[at];
                    path.push((before, span, at));
                    at = before;
                }
                path.reverse();
                return Some(path);
            }
            if !from.contains_key(target) {
                from.insert(target, (name, *span));
                next.push_back(target);
            }
        }
    }
    None
}

fn finding(path: &[(&str, Span, &str)]) -> Finding {
    let (view, span, _) = path[0];
    let message = if path.len() == 1 {
        format!("`{view}` includes itself")
    } else {
        let names: Vec<String> = path.iter().map(|(_, _, to)| format!("`{to}`")).collect();
        format!("`{view}` includes itself, through {}", names[..names.len() - 1].join(" and "))
    };
    let problem = Problem::new(Code::InclusionCycle, span, message);
    let mut finding = Finding::new(
        view,
        problem.help("show what repeats with a loop, or name the template at run time: `@include(name)`"),
    );
    finding.elsewhere = path[1..]
        .iter()
        .map(|(view, span, to)| Elsewhere {
            view: (*view).to_owned(),
            span: *span,
            what: format!("`{to}` is named here"),
        })
        .collect();
    finding
}
