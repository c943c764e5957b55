//! Every mail there is, written from samples in both languages: snapshots to be read, and pages to be looked at.

use std::path::Path;

use atlas_proto::mail::v1::PrepareMailResponse;
use notifications::{
    domain::{Part, Template},
    letter::{Cause, Letter, Locale, compose},
};

use crate::world::ORIGIN;

/// A link as identity makes them.
const LINK: &str = "/compte/lien/AZOe2Q3pd3uTnM4mQ0lV3gq1Ykq2m8T5c7Zr0yXhXwE";

fn words(template: &str) -> Vec<(&'static str, &'static str)> {
    let common = [
        ("collectivite", "La Croix-Helléan"),
        ("helper_name", "Camille Riou"),
        ("helper_office", "préfecture de région Bretagne"),
        ("helper_telephone", "02 99 00 00 00"),
    ];
    let own: &[(&str, &str)] = match template {
        "email-change-notice" | "email-changed-undo" => &[("email", "a.martin@example.org")],
        "password-changed" | "new-device-sign-in" | "second-factor-changed" => &[("browser", "Firefox sous Windows")],
        "membership-requested" => &[
            ("person", "Yann Le Goff"),
            ("function", "secrétaire de mairie"),
            ("reason", "Je remplace Anne Martin depuis lundi.\nMerci !"),
        ],
        "membership-official-code" | "take-over-notice" | "joined-by-code" => {
            &[("person", "Yann Le Goff"), ("function", "secrétaire de mairie")]
        }
        "membership-accepted" => &[("role", "certifier")],
        "membership-refused" => &[("reason", "Le maire ne vous connaît pas.\nAppelez la mairie avant une nouvelle demande.")],
        "membership-escalated" => &[("region", "préfecture de région Bretagne")],
        "membership-ended" => &[("reason", "Fin du contrat.")],
        "account-disabled" => &[("reason", "Demande de la collectivité.")],
        "invitation" => &[("person", "Anne Martin"), ("role", "editor")],
        "invitation-accepted" => &[("person", "Yann Le Goff")],
        "missing-receipt" => &[("receipt", "2026-0042")],
        "missing-answer" => {
            &[("receipt", "2026-0042"), ("answer", "Cette commune est maintenant dans la liste.\nVous pouvez créer votre compte.")]
        }
        _ => &[],
    };
    common.into_iter().chain(own.iter().copied()).collect()
}

/// What an act says for a mail, with everything that may be there.
pub fn sample(template: Template) -> Cause {
    let words = words(template.key).into_iter().map(|(name, word)| (name.to_owned(), word.to_owned())).collect();
    let time = |name: &str, at: &str| (name.to_owned(), at.parse().unwrap());
    Cause {
        words,
        times: [
            time("sent", "2027-05-12T08:02:00Z"),
            time("expires", "2027-05-15T08:02:00Z"),
            time("escalates", "2027-05-18T21:59:00Z"),
            time("until", "2027-12-31T22:59:00Z"),
        ]
        .into(),
        link_path: if template.link == Part::Never { String::new() } else { LINK.to_owned() },
        code: if template.code == Part::Never { String::new() } else { "402913".to_owned() },
        name: "Anne Martin".to_owned(),
    }
}

/// The same as the service that asks for a mail answers it.
pub fn sample_on_the_wire(template: &str) -> PrepareMailResponse {
    let Cause { words, times, link_path, code, .. } = sample(template.parse().unwrap());
    let times = times.into_iter().map(|(name, at)| (name, prost_types::Timestamp { seconds: at.timestamp(), nanos: 0 }));
    PrepareMailResponse {
        cancelled: false,
        words: words.into_iter().collect(),
        times: times.collect(),
        link_path,
        code,
        locale: "fr".into(),
    }
}

fn letters() -> Vec<(Template, Locale, Letter)> {
    let both = Template::ALL.iter().flat_map(|template| Locale::ALL.map(|locale| (*template, locale)));
    both.map(|(template, locale)| (template, locale, compose(template, locale, ORIGIN, &sample(template)).unwrap())).collect()
}

#[test]
fn every_mail_says_what_it_is_to_say() {
    for (template, locale, letter) in letters() {
        let name = format!("{}-{}", template.key, locale.tag());
        insta::assert_snapshot!(name, format!("{}\n{}\n\n{}", letter.subject, "=".repeat(72), letter.text().unwrap()));
    }
}

#[test]
fn the_html_of_a_mail_is_made_of_the_same_letter() {
    for key in ["recovery", "membership-requested"] {
        let letter = compose(key.parse().unwrap(), Locale::Fr, ORIGIN, &sample(key.parse().unwrap())).unwrap();
        insta::assert_snapshot!(format!("{key}-html"), letter.html().unwrap());
    }
}

#[test]
fn a_mail_is_whole_with_only_what_it_cannot_do_without() {
    for template in Template::ALL {
        let full = sample(*template);
        let bare = Cause {
            words: full.words.into_iter().filter(|(name, _)| template.words.contains(&name.as_str())).collect(),
            times: full.times.into_iter().filter(|(name, _)| template.times.contains(&name.as_str())).collect(),
            link_path: if template.link == Part::Always { full.link_path } else { String::new() },
            code: if template.code == Part::Always { full.code } else { String::new() },
            name: String::new(),
        };
        for locale in Locale::ALL {
            let letter = compose(*template, locale, ORIGIN, &bare).unwrap();
            let text = letter.text().unwrap();
            assert!(!text.contains(['{', '}', '$']) && !text.contains(", ,") && !text.contains("  \n"), "{}: {text}", template.key);
            assert!(!letter.subject.is_empty() && letter.lines.first().is_some_and(|line| line.len() > 10), "{}: {letter:?}", template.key);
            assert!(!notifications::letter::listed_subject(template.key, locale.tag()).is_empty());
        }
    }
}

#[test]
fn a_mail_without_what_it_needs_is_not_written() {
    for template in Template::ALL {
        for word in template.words {
            let mut cause = sample(*template);
            cause.words.remove(*word);
            assert!(compose(*template, Locale::Fr, ORIGIN, &cause).is_err(), "{} without {word}", template.key);
        }
        let mut cause = sample(*template);
        cause.link_path.clear();
        assert_eq!(compose(*template, Locale::Fr, ORIGIN, &cause).is_err(), template.link == Part::Always, "{}", template.key);
    }
}

/// Writes the catalogue to `ATLAS_MAIL_CATALOGUE`, for eyes: `tests/pictures` takes pictures of it.
#[test]
#[expect(clippy::disallowed_methods, reason = "tests have no configuration but this")]
fn the_catalogue_can_be_looked_at() {
    let Ok(folder) = std::env::var("ATLAS_MAIL_CATALOGUE") else { return };
    for (template, locale, letter) in letters() {
        let path = |kind: &str| Path::new(&folder).join(format!("{}-{}.{kind}", template.key, locale.tag()));
        std::fs::write(path("html"), letter.html().unwrap()).unwrap();
        std::fs::write(path("txt"), letter.text().unwrap()).unwrap();
    }
}
