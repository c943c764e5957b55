//! What is committed: nothing of one machine, and no document that names what is not there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The committed text files, with what is in them.
fn committed() -> Vec<(String, String)> {
    let output = Command::new("git").args(["-c", "safe.directory=*", "ls-files", "-z"]).current_dir(top()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let names = String::from_utf8(output.stdout).unwrap();
    let files = names.split('\0').filter(|name| !name.is_empty());
    files.filter_map(|name| Some((name.to_owned(), fs::read_to_string(top().join(name)).ok()?))).collect()
}

#[test]
fn no_file_names_a_machine_or_a_registry() {
    // in two halves, so that this file does not name them either
    let words = [
        concat!("/ho", "me/"),
        concat!("/ro", "ot/"),
        concat!("/wo", "rk/"),
        concat!("/Us", "ers/"),
        concat!("registry.", "npmjs.org"),
        concat!("py", "pi.org"),
        concat!("deb.", "debian.org"),
        concat!("crates", ".io/api"),
    ];
    // the lock file of Cargo names its registry by its own convention
    for (name, text) in committed().into_iter().filter(|(name, _)| name != "Cargo.lock") {
        for word in words {
            assert!(!text.contains(word), "{name} contains {word}");
        }
    }
}

#[test]
fn every_file_that_a_document_names_is_there() {
    let mut missing = Vec::new();
    for (document, text) in committed().into_iter().filter(|(name, _)| name.ends_with(".md")) {
        let folder = Path::new(&document).parent().unwrap().to_owned();
        for named in named(&text) {
            let found = [&folder, &folder.join("src"), Path::new("")].iter().any(|from| top().join(from).join(&named).exists());
            if !found {
                missing.push(format!("{document}: {named}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_test_that_a_document_names_is_there() {
    let files = committed();
    let sources: Vec<&String> = files.iter().filter(|(name, _)| name.ends_with(".rs")).map(|(_, text)| text).collect();
    let documents = files.iter().filter(|(name, _)| name.ends_with(".md"));
    let named: Vec<&str> = documents.flat_map(|(_, text)| text.split('`').skip(1).step_by(2)).filter(|word| is_test(word)).collect();
    assert!(named.len() > 40, "{} tests are named", named.len());
    let missing: Vec<_> = named.iter().filter(|name| !sources.iter().any(|text| text.contains(&format!("fn {name}(")))).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

/// What identity writes in the journal is read on the gateway's pages, in words.
#[test]
fn every_act_that_identity_writes_down_has_words() {
    let files = committed();
    let identity = files.iter().filter(|(name, _)| name.starts_with("services/identity/src/"));
    let acts: Vec<&str> = identity.flat_map(|(_, text)| text.lines()).filter_map(act).collect();
    assert!(acts.len() > 40, "{} acts are written down", acts.len());
    let (_, words) = files.iter().find(|(name, _)| name == "services/gateway/src/people/offices/acts.rs").unwrap();
    let missing: Vec<_> = acts.iter().filter(|act| !words.contains(&format!("(\"{act}\", "))).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The act that a line of code writes down: `request.made`.
fn act(line: &str) -> Option<&str> {
    let writes = ["note(tx, ", "record(tx, ", "changed(tx, ", "write(tx, ", "act: \""].iter().any(|call| line.contains(call));
    let is_act = |word: &&str| word.contains('.') && word.chars().all(|letter| letter.is_ascii_lowercase() || ".-".contains(letter));
    line.split('"').skip(1).step_by(2).find(is_act).filter(|_| writes)
}

/// Where the mails of identity lead, that prove nothing, the gateway has a page.
#[test]
fn every_page_that_a_mail_leads_to_is_there() {
    let files = committed();
    let identity = files.iter().filter(|(name, _)| name.starts_with("services/identity/src/"));
    let led = identity.flat_map(|(_, text)| text.lines()).filter_map(|line| line.split_once(".leading_to("));
    let literals = led.flat_map(|(_, given)| given.split('"').skip(1).step_by(2));
    let led: Vec<&str> = literals.map(|path| path.trim_start_matches("{}")).filter(|path| path.starts_with('/')).collect();
    assert!(led.len() > 8, "{} mails lead somewhere", led.len());
    let gateway = files.iter().filter(|(name, _)| name.starts_with("services/gateway/src/people"));
    let pages: String = gateway.map(|(_, text)| text.as_str()).collect();
    let missing: Vec<_> = led.iter().filter(|path| !pages.contains(&format!("{path}\")"))).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

/// A sentence as our tests are called.
fn is_test(word: &str) -> bool {
    word.matches('_').count() >= 4 && word.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}

/// Words in backquotes that are paths, and the targets of links to files.
fn named(text: &str) -> Vec<String> {
    let quoted = text.split('`').skip(1).step_by(2).filter(|word| is_path(word)).map(str::to_owned);
    let linked =
        text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|link| !link.contains("://") && !link.starts_with('#'));
    quoted.chain(linked.map(|link| link.split('#').next().unwrap_or(link).to_owned())).collect()
}

/// A word with a folder in it that ends as our files do or begins as our folders do, without anything that stands for
/// something else.
fn is_path(word: &str) -> bool {
    let plain = word.chars().all(|letter| letter.is_ascii_alphanumeric() || "/._-".contains(letter));
    let endings = [".rs", ".md", ".toml", ".sql", ".proto", ".json", ".sh", ".csv", ".yaml", ".yml", ".html", ".ftl", ".png", ".py"];
    let folders = ["deploy/", "docker/", "helm/", "proto/", "services/", "tests/"];
    let ours = endings.iter().any(|ending| word.ends_with(ending)) || folders.iter().any(|folder| word.starts_with(folder));
    plain && word.contains('/') && !word.starts_with('/') && !word.starts_with("..") && ours
}
