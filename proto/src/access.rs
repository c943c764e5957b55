//! Who may call what: one row for every rpc of every service, generated from the contracts.

pub use crate::generated::atlas::access::v1::CallerKind;

/// A number from the contracts as a kind of caller.
const fn kind(number: i32) -> CallerKind {
    match number {
        1 => CallerKind::Anyone,
        2 => CallerKind::Collectivite,
        3 => CallerKind::Region,
        4 => CallerKind::Department,
        5 => CallerKind::Country,
        6 => CallerKind::National,
        7 => CallerKind::Operator,
        8 => CallerKind::Service,
        _ => panic!("a caller kind that the contracts do not define"),
    }
}

include!(concat!(env!("OUT_DIR"), "/access.rs"));

/// The kinds of caller that `path` (`/package.Service/Method`) admits; nobody for a method that is not ours.
#[must_use]
pub fn admitted(path: &str) -> &'static [CallerKind] {
    ACCESS.iter().find(|(ours, _)| *ours == path).map_or(&[], |(_, callers)| callers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_for_anyone_is_for_anyone_alone() {
        for (path, callers) in ACCESS {
            assert!(callers.len() == 1 || !callers.contains(&CallerKind::Anyone), "{path}");
        }
    }

    #[test]
    fn an_unknown_method_admits_nobody() {
        assert!(admitted("/atlas.directory.v1.DirectoryService/Drop").is_empty());
    }
}
