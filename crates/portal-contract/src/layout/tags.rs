//! The logical structure that readers without sight hear: headings, lists, tables.

/// Index into [`TagNodes`].
pub(crate) type NodeId = usize;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Role {
    Title(String),
    Heading(String),
    Paragraph,
    Note,
    List { numbered: bool },
    Item,
    ItemMark,
    ItemBody,
    Table,
    Row,
    HeadCell,
    Cell,
    Figure(String),
}

#[derive(Debug)]
pub(crate) struct TagNode {
    pub(crate) role: Role,
    pub(crate) children: Vec<NodeId>,
}

/// An arena of structure nodes in reading order.
#[derive(Debug, Default)]
pub(crate) struct TagNodes {
    pub(crate) nodes: Vec<TagNode>,
    pub(crate) roots: Vec<NodeId>,
}

impl TagNodes {
    pub(crate) fn root(&mut self, role: Role) -> NodeId {
        let id = self.push(role);
        self.roots.push(id);
        id
    }

    pub(crate) fn child(&mut self, parent: NodeId, role: Role) -> NodeId {
        let id = self.push(role);
        if let Some(node) = self.nodes.get_mut(parent) {
            node.children.push(id);
        }
        id
    }

    fn push(&mut self, role: Role) -> NodeId {
        self.nodes.push(TagNode { role, children: Vec::new() });
        self.nodes.len() - 1
    }
}
