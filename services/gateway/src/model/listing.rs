/// Which ones belong to something, in the order of a list, each once.
#[derive(Debug, Clone)]
pub struct Listing<T> {
    /// The generation in which the list, or what a page counts over it, last changed.
    pub changed: u64,
    /// Ordered.
    pub members: Vec<T>,
}

impl<T> Default for Listing<T> {
    fn default() -> Self {
        Self { changed: 0, members: Vec::new() }
    }
}

impl<T: Ord> Listing<T> {
    /// Puts one in its place.
    pub(super) fn put(&mut self, member: T) {
        if let Err(place) = self.members.binary_search(&member) {
            self.members.insert(place, member);
        }
    }

    /// Takes one out.
    pub(super) fn drop(&mut self, member: &T) {
        if let Ok(place) = self.members.binary_search(member) {
            self.members.remove(place);
        }
    }
}
