//! A long list in shared chunks: a copy costs one pointer, a write copies one chunk.

use std::sync::Arc;

/// Items in a chunk.
const CHUNK: usize = 64;

/// A list that only grows, and whose items may be rewritten. Cheap to copy.
#[derive(Clone, Debug)]
pub struct Chunks<T> {
    /// Invariant: every chunk but the last holds exactly [`CHUNK`] items.
    chunks: Arc<Vec<Arc<Vec<T>>>>,
    len: usize,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self { chunks: Arc::default(), len: 0 }
    }
}

impl<T: Clone> Chunks<T> {
    /// How many items there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no item.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds an item at the end.
    pub fn push(&mut self, item: T) {
        let chunks = Arc::make_mut(&mut self.chunks);
        match chunks.last_mut() {
            Some(last) if last.len() < CHUNK => Arc::make_mut(last).push(item),
            Some(_) | None => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(item);
                chunks.push(Arc::new(chunk));
            }
        }
        self.len += 1;
    }

    /// The item at a position.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<&T> {
        self.chunks.get(position / CHUNK)?.get(position % CHUNK)
    }

    /// The item at a position, to be rewritten: its chunk is copied if somebody shares it.
    pub fn get_mut(&mut self, position: usize) -> Option<&mut T> {
        if position >= self.len {
            return None;
        }
        let chunk = Arc::make_mut(&mut self.chunks).get_mut(position / CHUNK)?;
        Arc::make_mut(chunk).get_mut(position % CHUNK)
    }

    /// All items in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flat_map(|chunk| chunk.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    proptest! {
        #[test]
        fn behaves_as_a_list_and_leaves_copies_alone(
            writes in prop::collection::vec((any::<bool>(), 0_usize..200, any::<u8>()), 0..300),
        ) {
            let (mut chunks, mut list) = (Chunks::default(), Vec::new());
            let mut copies = Vec::new();
            for (push, at, item) in writes {
                if push {
                    chunks.push(item);
                    list.push(item);
                } else if let (Some(one), Some(other)) = (chunks.get_mut(at), list.get_mut(at)) {
                    (*one, *other) = (item, item);
                }
                copies.push((chunks.clone(), list.clone()));
            }
            for (chunks, list) in copies {
                prop_assert_eq!(chunks.len(), list.len());
                prop_assert_eq!(chunks.is_empty(), list.is_empty());
                prop_assert_eq!(chunks.iter().copied().collect::<Vec<_>>(), list);
                prop_assert_eq!(chunks.get(chunks.len()), None);
            }
        }
    }
}
