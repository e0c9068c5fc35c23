//! Directives with a body: what is within each branch, and what may stand before and behind it.

use forge_codegen::{
    Kind, Span,
    tree::{Block, Directive, Node},
};

use super::{
    flow::{self, Behind, Flow},
    pieces::PieceKind,
    scan::{Entangled, Scan},
    text::Html,
};

impl Scan<'_> {
    pub(super) fn block(&mut self, block: &Block, behind: Behind) -> Result<(), Entangled> {
        if block.opener().kind == Kind::Lang {
            // Its body is the key of a translation.
            self.ink(block.span());
            self.drops = true;
            self.prints(true);
            return Ok(());
        }
        if let Html::Tag(tag) = &self.html {
            self.out.tags[tag.shape].has_blocks = true;
        }
        let flow = flow::of_block(block);
        let (html, before) = (self.html.clone(), (self.is_soft, self.is_fresh));
        let mut after = before;
        let exits = std::mem::replace(&mut self.exits, (true, true));
        for (at, branch) in block.branches.iter().enumerate() {
            self.head(block, at);
            self.html = html.clone();
            self.drops = true;
            self.is_soft = self.enters_softly(flow, block, &branch.children, before.0);
            self.is_fresh = flow != Flow::InPlace || (before.1 && !is_loop(block));
            let behind = self.behind(flow, block, &branch.children, behind);
            self.branch(&branch.children, behind)?;
            after = (after.0 && self.is_soft, after.1 && self.is_fresh);
            if self.html != html {
                return Err(Entangled);
            }
        }
        self.end(block);
        self.drops = true;
        let jumped = std::mem::replace(&mut self.exits, exits);
        if leaves_by_jumps(block) {
            after = (after.0 && jumped.0, after.1 && jumped.1);
        }
        // It may be a jump out of several.
        self.exits = (exits.0 && jumped.0, exits.1 && jumped.1);
        (self.is_soft, self.is_fresh) = match flow {
            Flow::InPlace => after,
            Flow::Kept => before,
            Flow::Unknown => (false, false),
        };
        Ok(())
    }

    /// The directive of a branch, and what it opens and ends. The cases of a switch are within it.
    fn head(&mut self, block: &Block, at: usize) {
        let (nests, is_switch) = (self.html == Html::Data, block.opener().kind == Kind::Switch);
        let head = &block.branches[at].head;
        let place = |at: u32| Span::new(at, at);
        if nests && is_switch && at > 1 {
            self.push(place(head.name.start), PieceKind::Close { closes: true });
        } else if nests && !is_switch && at > 0 {
            self.push(place(head.name.start), PieceKind::Branch);
        }
        self.directive(head);
        if nests && (at == 0 || is_switch) {
            self.push(place(head.span().end), PieceKind::Open { is_inline: false, closes: true });
        }
    }

    fn end(&mut self, block: &Block) {
        let Some(close) = &block.close else { return };
        let levels = if block.opener().kind == Kind::Switch && block.branches.len() > 1 { 2 } else { 1 };
        if self.html == Html::Data {
            for _ in 0..levels {
                self.push(Span::new(close.name.start, close.name.start), PieceKind::Close { closes: true });
            }
        }
        self.directive(close);
    }

    fn enters_softly(&self, flow: Flow, block: &Block, children: &[Node], before: bool) -> bool {
        match (flow, block.opener().kind) {
            (Flow::InPlace, _) if is_loop(block) => {
                before && !has_jump(children) && self.edges().end_softly(children, before)
            }
            (Flow::InPlace, _) => before,
            // Slots are trimmed.
            (_, Kind::Slot | Kind::Component | Kind::ComponentFirst) => true,
            (Flow::Kept | Flow::Unknown, _) => false,
        }
    }

    /// What may be printed behind a body, given what is printed behind the block.
    fn behind(&self, flow: Flow, block: &Block, children: &[Node], behind: Behind) -> Behind {
        match flow {
            Flow::InPlace if is_loop(block) => behind.min(self.edges().start(children, true, behind)),
            Flow::InPlace => behind,
            Flow::Kept if block.opener().kind == Kind::Slot => Behind::Soft,
            Flow::Kept => Behind::End,
            Flow::Unknown => Behind::Ink,
        }
    }

    /// `@break` and `@continue` print nothing, and what follows the loop may follow them.
    pub(super) fn jump(&mut self, directive: &Directive) {
        self.directive(directive);
        self.html.value_begins();
        self.drops = true;
        self.exits = (self.exits.0 && self.is_soft, self.exits.1 && self.is_fresh);
    }
}

fn is_loop(block: &Block) -> bool {
    matches!(block.opener().kind, Kind::For | Kind::ForEach | Kind::ForElse | Kind::While)
}

fn leaves_by_jumps(block: &Block) -> bool {
    is_loop(block) || block.opener().kind == Kind::Switch
}

/// Whether a loop may begin anew, or end, in the midst of its body.
fn has_jump(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match node {
        Node::Directive(directive) => matches!(directive.kind, Kind::Break | Kind::Continue),
        Node::Block(block) => block.branches.iter().any(|branch| has_jump(&branch.children)),
        _ => false,
    })
}
