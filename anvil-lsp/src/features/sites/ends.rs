//! The names in closing tags, which mean nothing to a page but are renamed with their openings.

use forge_codegen::{Span, Template, component_candidates, snake, tree::Node};

use super::{Names, Role, Site, Spelling, Symbol};

pub(super) fn add(names: Names<'_>, template: &Template, sites: &mut Vec<Site>) {
    nodes(names, template, template.nodes(), None, sites);
}

fn nodes(names: Names<'_>, template: &Template, list: &[Node], owner: Option<&str>, sites: &mut Vec<Site>) {
    for node in list {
        match node {
            Node::Block(block) => {
                for branch in &block.branches {
                    nodes(names, template, &branch.children, owner, sites);
                }
            }
            Node::Component(component) => {
                let view = names.resolved(&component_candidates(template.text(component.tag.name)));
                if let Some(span) = component.close.and_then(|close| name_of(template, close)) {
                    let symbol = Symbol::View(view.clone());
                    sites.push(Site { span, symbol, role: Role::Use, spelling: Spelling::Tag });
                }
                nodes(names, template, &component.children, Some(&view), sites);
            }
            Node::Slot(slot) => {
                if let (Some(owner), Some(close)) = (owner, slot.close.and_then(|close| name_of(template, close)))
                    && let Some(name) = template.text(close).strip_prefix("slot:")
                {
                    let symbol = Symbol::Slot { component: owner.to_owned(), name: snake(name) };
                    let span = Span::new(close.end - name.len() as u32, close.end);
                    sites.push(Site { span, symbol, role: Role::Definition, spelling: Spelling::Attribute });
                }
                nodes(names, template, &slot.children, owner, sites);
            }
            _ => {}
        }
    }
}

/// What stands behind `</x-`.
fn name_of(template: &Template, close: Span) -> Option<Span> {
    let text = template.text(close).strip_prefix("</x-")?;
    let name = text.trim_end_matches('>').trim_end();
    let start = close.start + "</x-".len() as u32;
    (!name.is_empty()).then(|| Span::new(start, start + name.len() as u32))
}
