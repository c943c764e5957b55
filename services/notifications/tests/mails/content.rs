//! Whatever people call themselves, a mail has one author, its own headers and its own link (S43, b17).

use linkify::{LinkFinder, LinkKind};
use mail_parser::MessageParser;
use notifications::{
    domain::{Email, Lane, Message, MessageId, Part, State, Template},
    letter::{Locale, Unwritable, compose, mime},
};

use crate::{
    catalogue::sample,
    world::{ORIGIN, World, sender},
};

const LINES: [&str; 6] = [
    "Anne\r\nBcc: eve@evil.example",
    "Anne\nBcc: eve@evil.example",
    "Anne\rX: y",
    "Anne\r\n\r\n<html>",
    "Anne\u{2028}Bcc: eve@evil.example",
    "Anne\0",
];
const TEXTS: [&str; 14] = [
    "Payez sur http://evil.example/x",
    "www.evil.example",
    "evil.example",
    "eve@evil.example",
    "<a href=\"http://evil.example\">Anne</a>",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "</title></style><b>Anne",
    "{{ 7 * 7 }} { $code } %{x}",
    "=?utf-8?q?Bcc:_eve=40evil.example?=",
    "Anne\" <eve@evil.example>, \"x",
    "javascript:alert(1)",
    "\u{200b}http\u{200b}://evil.example",
    "Évil.éxample",
];
const NAMES: [&str; 12] = [
    "collectivite",
    "person",
    "function",
    "region",
    "reason",
    "receipt",
    "answer",
    "email",
    "browser",
    "helper_name",
    "helper_office",
    "helper_telephone",
];

fn message(template: Template) -> Message {
    Message {
        id: MessageId(uuid::Uuid::from_u128(7)),
        source: "identity".into(),
        intent_id: uuid::Uuid::from_u128(8),
        recipient: "identity:account:x".into(),
        template: template.key.into(),
        collectivite_id: String::new(),
        lane: Lane::Security,
        state: State::Sending,
        queued_at: "2027-05-12T08:02:00Z".parse().unwrap(),
        expires_at: "2027-05-13T08:02:00Z".parse().unwrap(),
        next_try_at: None,
        tries: 1,
        resent: 0,
        accepted_at: None,
        bounced_at: None,
        locale: String::new(),
        masked_address: String::new(),
        last_reply: String::new(),
        traceparent: None,
        version: kernel::Version(1),
    }
}

/// Header names in order, the addresses of links in HTML, and what a mail program would make a link of in either text.
fn seen(bytes: &[u8]) -> (Vec<String>, Vec<String>, Vec<String>) {
    let parsed = MessageParser::default().parse(bytes).unwrap();
    let headers = parsed.headers_raw().map(|(name, _)| name.to_owned()).collect();
    let html = parsed.body_html(0).unwrap().into_owned();
    let links = html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("onerror=alert(1)>"), "{html}");
    let shown = html.split("<body").nth(1).unwrap().split(['<', '>']).collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    let mut finder = LinkFinder::new();
    finder.url_must_have_scheme(false).kinds(&[LinkKind::Url, LinkKind::Email]);
    for text in [shown, parsed.body_text(0).unwrap().into_owned(), parsed.subject().unwrap().to_owned()] {
        let new = finder.links(&text).map(|link| link.as_str().to_owned()).filter(|link| !link.starts_with(ORIGIN));
        found.extend(new);
    }
    (headers, links, found)
}

#[test]
fn no_word_adds_a_header_an_author_or_a_link() {
    let to: Email = "anne@example.org".parse().unwrap();
    for template in Template::ALL {
        for name in NAMES.into_iter().chain(["name"]) {
            for text in TEXTS {
                let mut cause = sample(*template);
                if name == "name" {
                    cause.name = text.into()
                } else {
                    drop(cause.words.insert(name.into(), text.into()))
                }
                let letter = compose(*template, Locale::Fr, ORIGIN, &cause).unwrap();
                let (_, bytes) = mime(&letter, &message(*template), &to, &sender()).unwrap();

                let (headers, links, found) = seen(&bytes);

                let told = format!("{} with {name} = {text:?}", template.key);
                let expected =
                    ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language", "MIME-Version", "Content-Type"];
                assert_eq!(headers, expected, "{told}");
                assert_eq!(links.len(), usize::from(template.link != Part::Never), "{told}: {links:?}");
                assert!(links.iter().all(|link| link.starts_with(&format!("{ORIGIN}/"))), "{told}: {links:?}");
                assert!(found.is_empty(), "{told}: {found:?}");
            }
        }
    }
}

#[test]
fn a_word_with_a_second_line_makes_no_mail() {
    for template in Template::ALL {
        for name in NAMES.into_iter().chain(["name"]).filter(|name| !["reason", "answer"].contains(name)) {
            for text in LINES {
                let mut cause = sample(*template);
                if name == "name" {
                    cause.name = text.into()
                } else {
                    drop(cause.words.insert(name.into(), text.into()))
                }
                let refused = compose(*template, Locale::Fr, ORIGIN, &cause).unwrap_err();
                assert_eq!(refused, Unwritable::NotText(name.into()), "{} with {name} = {text:?}", template.key);
            }
        }
    }
}

#[test]
fn what_a_person_wrote_to_another_may_have_lines_and_stays_in_its_place() {
    let mut cause = sample("membership-refused".parse().unwrap());
    cause.words.insert("reason".into(), "Non.\r\nBcc: eve@evil.example\n\n-- \nhttp://evil.example".into());
    let template: Template = "membership-refused".parse().unwrap();
    let letter = compose(template, Locale::Fr, ORIGIN, &cause).unwrap();
    let (_, bytes) = mime(&letter, &message(template), &"anne@example.org".parse().unwrap(), &sender()).unwrap();

    let (headers, links, found) = seen(&bytes);

    assert_eq!((headers.iter().filter(|name| *name == "Bcc").count(), links.len(), found), (0, 1, Vec::new()));
    assert!(letter.text().unwrap().contains("> Non.\n> Bcc:"), "{}", letter.text().unwrap());
}

#[test]
fn a_link_is_a_path_of_ours_or_there_is_no_mail() {
    for path in
        ["https://evil.example", "//evil.example", "/a//evil.example", "/a\r\nb", "/a b", "/a?x=1", "/\"><b>", "compte/lien/x", "/a@b"]
    {
        let mut cause = sample("recovery".parse().unwrap());
        cause.link_path = path.into();
        assert_eq!(compose("recovery".parse().unwrap(), Locale::Fr, ORIGIN, &cause).unwrap_err(), Unwritable::NotAPath, "{path}");
    }
    let mut cause = sample("recovery".parse().unwrap());
    cause.code = "12 34<b>".into();
    assert_eq!(compose("recovery".parse().unwrap(), Locale::Fr, ORIGIN, &cause).unwrap_err(), Unwritable::NotACode);
}

#[tokio::test]
async fn through_a_real_server_a_name_is_a_name() {
    let world = World::start().await;
    let good = world.ask_with("membership-requested", "anne@example.org", |cause| {
        cause.words.insert("person".into(), "<b>Eve</b> http://evil.example =?utf-8?q?x?=".into());
    });
    let good = good.await;
    let bad = world.ask_with("membership-requested", "bob@example.org", |cause| {
        cause.words.insert("person".into(), "Eve\r\nBcc: eve@evil.example\r\n\r\nBonjour".into());
    });
    let bad = bad.await;

    world.until_state(good, "accepted").await;
    world.until_state(bad, "refused").await;

    let mails = world.smtp.received();
    assert_eq!(mails.len(), 1);
    let (headers, links, found) = seen(&mails[0].data);
    assert_eq!(headers.iter().filter(|name| *name == "From").count(), 1);
    assert_eq!((links.len(), found), (1, Vec::new()));
    world.end().await;
}
