//! Drawing over the pages of a rendered file, for copies that go to paper: the file itself with one update appended.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use crate::pdf::{Opened, append, dictionary};

pub(super) fn content(operators: &str) -> Object {
    let dict = dictionary([("Length", i64::try_from(operators.len()).unwrap_or(i64::MAX).into())]);
    let content = operators.as_bytes().to_vec();
    Object::Stream(Stream { dict, content, allows_compression: false, start_position: None })
}

/// A rendered file with what changes in it.
pub(super) struct Overlay<'a> {
    file: &'a Opened<'a>,
    /// New and changed objects by their numbers.
    objects: BTreeMap<u32, Object>,
}

impl<'a> Overlay<'a> {
    pub(super) fn of(file: &'a Opened<'a>) -> Self {
        Self { file, objects: BTreeMap::new() }
    }

    /// The file with everything that was added.
    pub(super) fn finish(self) -> Vec<u8> {
        let objects: Vec<(u32, Object)> = self.objects.into_iter().collect();
        append(self.file, &objects).bytes
    }

    fn next_number(&self) -> u32 {
        self.objects.last_key_value().map_or(0, |(number, _)| number + 1).max(self.file.size)
    }

    pub(super) fn add(&mut self, object: Object) -> u32 {
        let number = self.next_number();
        self.objects.insert(number, object);
        number
    }

    fn dictionary(&self, (number, _): ObjectId) -> Option<Dictionary> {
        let object = self.objects.get(&number).or_else(|| self.file.object(number))?;
        object.as_dict().ok().cloned()
    }

    /// Adds the one page of another rendered document behind all others, with its part of the structure tree.
    pub(super) fn add_page(&mut self, mut other: Document) -> Option<ObjectId> {
        let catalog = other.catalog().ok()?;
        let tree = other.get_dictionary(reference(catalog, b"StructTreeRoot")?).ok()?.clone();
        let page = *other.get_pages().get(&1)?;
        let roots = tree.get(b"K").ok()?.as_array().ok()?.clone();
        let content = parents(&tree)?.get(1)?.clone();
        other.get_object_mut(page).ok()?.as_dict_mut().ok()?.remove(b"Parent");
        for root in &roots {
            other.get_object_mut(root.as_reference().ok()?).ok()?.as_dict_mut().ok()?.remove(b"P");
        }
        // What hangs on these three comes along, under numbers that are free here.
        other.trailer = dictionary([("Page", page.into()), ("Roots", roots.into()), ("Content", content)]);
        other.prune_objects();
        other.renumber_objects_with(self.next_number());
        let page = reference(&other.trailer, b"Page")?;
        let roots = other.trailer.get(b"Roots").ok()?.as_array().ok()?.clone();
        let content = other.trailer.get(b"Content").ok()?.clone();
        self.objects.extend(other.objects.into_iter().map(|((number, _), object)| (number, object)));

        let catalog = self.dictionary(self.file.root()?)?;
        let (pages, structure) = (reference(&catalog, b"Pages")?, reference(&catalog, b"StructTreeRoot")?);
        let mut all = self.dictionary(pages)?;
        all.get_mut(b"Kids").ok()?.as_array_mut().ok()?.push(page.into());
        let count = all.get(b"Count").ok()?.as_i64().ok()?;
        all.set("Count", count + 1);
        self.objects.insert(pages.0, all.into());

        let mut tree = self.dictionary(structure)?;
        let key = tree.get(b"ParentTreeNextKey").ok()?.as_i64().ok()?;
        let mut known = parents(&tree)?.clone();
        known.extend([key.into(), content]);
        tree.set("ParentTree", dictionary([("Nums", known.into())]));
        tree.set("ParentTreeNextKey", key + 1);
        tree.get_mut(b"K").ok()?.as_array_mut().ok()?.extend(roots.iter().cloned());
        self.objects.insert(structure.0, tree.into());

        let mut own = self.dictionary(page)?;
        own.set("Parent", pages);
        own.set("StructParents", key);
        self.objects.insert(page.0, own.into());
        for root in roots {
            let root = root.as_reference().ok()?;
            let mut element = self.dictionary(root)?;
            element.set("P", structure);
            self.objects.insert(root.0, element.into());
        }
        Some(page)
    }

    /// Draws over a page what `after` says, with drawings by their names.
    pub(super) fn draw_over(
        &mut self,
        page: ObjectId,
        before: u32,
        after: u32,
        drawings: &[(&str, u32)],
    ) -> Option<()> {
        let mut own = self.dictionary(page)?;
        let mut resources = self.dictionary(reference(&own, b"Resources")?)?;
        let mut named = match resources.get(b"XObject") {
            Ok(named) => named.as_dict().ok()?.clone(),
            Err(_) => Dictionary::new(),
        };
        for (name, number) in drawings {
            named.set(*name, Object::Reference((*number, 0)));
        }
        resources.set("XObject", named);
        let content = reference(&own, b"Contents")?;
        own.set("Resources", resources);
        own.set("Contents", Object::Array([(before, 0), content, (after, 0)].map(Object::Reference).into()));
        self.objects.insert(page.0, own.into());
        Some(())
    }
}

fn reference(dictionary: &Dictionary, key: &[u8]) -> Option<ObjectId> {
    dictionary.get(key).ok()?.as_reference().ok()
}

/// Numbers and values of the tree from content to structure, one after the other.
fn parents(tree: &Dictionary) -> Option<&Vec<Object>> {
    tree.get(b"ParentTree").ok()?.as_dict().ok()?.get(b"Nums").ok()?.as_array().ok()
}
