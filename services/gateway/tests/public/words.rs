use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

const FRENCH: &str = concat!(
    include_str!("../../locales/fr/public.ftl"),
    include_str!("../../locales/fr/record.ftl"),
    include_str!("../../locales/fr/account.ftl"),
    include_str!("../../locales/fr/team.ftl"),
    include_str!("../../locales/fr/own.ftl")
);
const ENGLISH: &str = concat!(
    include_str!("../../locales/en/public.ftl"),
    include_str!("../../locales/en/record.ftl"),
    include_str!("../../locales/en/account.ftl"),
    include_str!("../../locales/en/team.ftl"),
    include_str!("../../locales/en/own.ftl")
);

/// Each key with the names of what is put into it.
fn catalogue(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys = BTreeMap::<String, BTreeSet<String>>::new();
    let mut key = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, _)) = line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase())) {
            name.clone_into(&mut key);
            assert!(keys.insert(key.clone(), BTreeSet::new()).is_none(), "{key} is there twice");
        }
        let names = line.split("{ $").skip(1).filter_map(|rest| rest.split([' ', '}']).next()).map(str::to_owned);
        keys.entry(key.clone()).or_default().extend(names);
    }
    keys.remove("");
    keys
}

fn sources(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else {
            text.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

fn all_sources() -> String {
    let (root, mut text) = (Path::new(env!("CARGO_MANIFEST_DIR")), String::new());
    sources(&root.join("src"), &mut text);
    sources(&root.join("templates"), &mut text);
    text
}

#[test]
fn both_languages_have_the_same_words_with_the_same_gaps() {
    assert_eq!(catalogue(FRENCH), catalogue(ENGLISH));
}

#[test]
fn no_word_is_missing_and_none_is_left_over() {
    let (text, words) = (all_sources(), catalogue(FRENCH));
    for key in words.keys() {
        assert!(text.contains(&format!("\"{key}\"")), "{key} is not used");
    }
    let calls = ["say(\"", "name(\"", "count(\"", ".with(\""];
    let used = calls.iter().flat_map(|call| text.split(call).skip(1).filter_map(|rest| rest.split('"').next()));
    for key in used.filter(|key| key.contains('-')) {
        assert!(words.contains_key(key), "{key} has no words");
    }
}

/// Words that agents do not use, and words of machines.
#[test]
fn no_agent_reads_jargon() {
    let banned = [
        "dossier",
        "section",
        "framework",
        "statut",
        "token",
        "session",
        "valider",
        "soumettre",
        "certifier",
        " oda",
        "sdg",
        "cours de traitement",
    ];
    let said = FRENCH.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = ").map(|(_, said)| said));
    for said in said.chain(FRENCH.lines().filter(|line| line.starts_with(' '))) {
        for word in banned {
            assert!(!said.to_lowercase().contains(word), "{word}: {said}");
        }
    }
}

#[test]
fn both_catalogues_can_be_read_in_full() {
    for text in [FRENCH, ENGLISH] {
        assert!(fluent_bundle::FluentResource::try_new(text.to_owned()).is_ok());
    }
}
