/// Puts what an edit says in the place of what is there, and notes the path when that is another value.
pub(super) fn replace<T: PartialEq>(path: &'static str, before: T, edit: Option<T>, changed: &mut Vec<&'static str>) -> T {
    match edit {
        Some(after) if after != before => {
            changed.push(path);
            after
        }
        _ => before,
    }
}
