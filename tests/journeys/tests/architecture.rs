//! The crate graph is the architecture: an edge that is not listed here does not exist.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Each crate of ours, and which of ours it may depend on.
const OURS: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("atlas-proto", &[]),
    ("runtime", &["kernel", "atlas-proto"]),
    ("database", &["kernel"]),
    ("events", &["kernel", "atlas-proto", "database"]),
    ("identity", SHARED),
    ("directory", SHARED),
    ("projects", SHARED),
    ("notifications", SHARED),
    ("gateway", &["kernel", "atlas-proto", "runtime", "events"]),
    ("atlasctl", &["kernel", "atlas-proto", "runtime"]),
    ("testkit", SHARED),
    ("atlas-local", ANY),
    ("journeys", ANY),
    ("load", ANY),
];
const SHARED: &[&str] = &["kernel", "atlas-proto", "runtime", "database", "events"];
const ANY: &[&str] = &["any"];

/// Crates of others that say what a crate of ours is about, and who may use them.
const OTHERS: &[(&str, &[&str])] = &[
    (
        "sqlx",
        &[
            "kernel",
            "database",
            "events",
            "identity",
            "directory",
            "projects",
            "notifications",
            "testkit",
            "atlas-local",
            "journeys",
            "load",
        ],
    ),
    ("async-nats", &["events", "identity", "directory", "gateway", "testkit", "atlas-local", "journeys", "load"]),
    ("axum", &["gateway", "load"]),
    ("askama", &["gateway", "notifications"]),
    ("lettre", &["notifications", "load"]),
    ("mail-parser", &["notifications"]),
    ("tantivy", &["gateway", "load"]),
    ("webauthn_rp", &["identity"]),
    (
        "tonic",
        &[
            "atlas-proto",
            "runtime",
            "events",
            "identity",
            "directory",
            "projects",
            "notifications",
            "gateway",
            "atlasctl",
            "testkit",
            "journeys",
            "load",
        ],
    ),
    (
        "tokio",
        &[
            "runtime",
            "database",
            "events",
            "identity",
            "directory",
            "projects",
            "notifications",
            "gateway",
            "atlasctl",
            "testkit",
            "atlas-local",
            "journeys",
            "load",
        ],
    ),
];

/// Licences that may be linked into what is published under the EUPL.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "EUPL-1.2",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OpenSSL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn metadata(arguments: &[&str]) -> Vec<Value> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--format-version=1", "--offline", "--locked"]).args(arguments).current_dir(top());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    found["packages"].as_array().unwrap().clone()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// What a crate uses when it runs: what only its tests use is no edge.
fn edges(package: &Value) -> impl Iterator<Item = &Value> {
    package["dependencies"].as_array().unwrap().iter().filter(|edge| edge["kind"].is_null())
}

#[test]
fn every_edge_between_our_crates_is_allowed() {
    for package in metadata(&["--no-deps"]) {
        let name = text(&package, "name");
        let (_, allowed) = OURS.iter().find(|(ours, _)| *ours == name).unwrap_or_else(|| panic!("{name} has no row"));
        for edge in edges(&package).filter(|edge| edge["path"].is_string()) {
            let target = text(edge, "name");
            assert!(*allowed == ANY || allowed.contains(&target), "{name} may not depend on {target}");
        }
    }
}

#[test]
fn what_says_what_a_crate_is_about_is_used_where_it_belongs() {
    for package in metadata(&["--no-deps"]) {
        let name = text(&package, "name");
        for edge in edges(&package) {
            let target = text(edge, "name");
            let row = OTHERS.iter().find(|(other, _)| *other == target);
            assert!(row.is_none_or(|(_, allowed)| allowed.contains(&name)), "{name} may not use {target}");
        }
    }
}

#[test]
fn the_kernel_takes_of_sqlx_only_what_is_derived() {
    for (file, text) in sources(&top().join("services/shared/kernel/src")) {
        let outside = text.lines().find(|line| line.contains("sqlx") && !line.trim_start().starts_with("#["));
        assert_eq!(outside, None, "{}", file.display());
    }
}

#[test]
fn no_crate_depends_on_what_it_does_not_use() {
    // what prost and tonic generate is in no source file
    for package in metadata(&["--no-deps"]).iter().filter(|package| text(package, "name") != "atlas-proto") {
        let folder = Path::new(text(package, "manifest_path")).parent().unwrap();
        let all: Vec<_> = ["src", "tests"].iter().flat_map(|part| sources(&folder.join(part))).collect();
        for edge in package["dependencies"].as_array().unwrap() {
            let name = text(edge, "name").replace('-', "_");
            let (path, used) = (format!("{name}::"), format!("use {name}"));
            // the macro that makes ids writes these two out where it is used
            let by_ids = ["serde", "sqlx"].contains(&name.as_str());
            let is_used =
                all.iter().any(|(_, text)| text.contains(&path) || text.contains(&used) || (by_ids && text.contains("kernel::id!")));
            assert!(is_used, "{} does not use {name}", text(package, "name"));
        }
    }
}

/// The Rust files below a folder, with what is in them.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let entries = entries.map(|entry| entry.unwrap().path());
    let read = |path: PathBuf| match path.extension() {
        _ if path.is_dir() => sources(&path),
        Some(extension) if extension == "rs" => vec![(path.clone(), std::fs::read_to_string(path).unwrap())],
        _ => Vec::new(),
    };
    entries.flat_map(read).collect()
}

#[test]
fn every_licence_is_one_we_may_link() {
    // what is built here; on other systems the same crates have other small parts
    let here = format!("--filter-platform={}-unknown-linux-gnu", std::env::consts::ARCH);
    for package in metadata(&[&here]) {
        let licence = text(&package, "license").replace('/', " OR ");
        let ours = package["source"].is_null();
        let one_fits = |all: &str| all.split(" AND ").all(|one| LICENCES.contains(&one.trim_matches(['(', ')', ' '])));
        let fits = any_of(&licence).iter().any(|all| one_fits(all));
        assert!(fits && (!ours || licence == "EUPL-1.2"), "{}: {licence:?}", text(&package, "name"));
    }
}

/// The ways a licence expression can be met: `A OR B` is either, `(A OR B) AND C` is `A AND C` or `B AND C`.
fn any_of(expression: &str) -> Vec<String> {
    let mut ways = vec![String::new()];
    for part in split_outside(expression, " AND ") {
        let inner = part.strip_prefix('(').and_then(|part| part.strip_suffix(')')).unwrap_or(part);
        let choices: Vec<&str> = if part.contains(" AND ") { vec![part] } else { inner.split(" OR ").collect() };
        ways = ways.iter().flat_map(|way| choices.iter().map(move |choice| format!("{way} AND {choice}"))).collect();
    }
    ways.into_iter().map(|way| way.trim_start_matches(" AND ").to_owned()).collect()
}

fn split_outside<'a>(expression: &'a str, word: &str) -> Vec<&'a str> {
    let (mut depth, mut from, mut parts) = (0, 0, Vec::new());
    for (at, letter) in expression.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ' ' if depth == 0 && expression[at..].starts_with(word) => {
                parts.push(&expression[from..at]);
                from = at + word.len();
            }
            _ => (),
        }
    }
    parts.push(&expression[from..]);
    parts
}

#[test]
fn a_licence_with_choices_is_met_by_one_of_them() {
    assert_eq!(any_of("(MIT OR GPL-3.0) AND Unicode-3.0"), ["MIT AND Unicode-3.0", "GPL-3.0 AND Unicode-3.0"]);
    assert_eq!(any_of("MIT OR Apache-2.0"), ["MIT", "Apache-2.0"]);
}
