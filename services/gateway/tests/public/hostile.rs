use crate::fixture::{HOSTILE, HOSTILE_NAME, Visit, commune, event, france, model};

/// Texts that break out of somewhere, if anything does.
pub const TEXTS: [&str; 12] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</title><script>alert(1)</script>",
    "</textarea><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}} {% raw %} ${7*7}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
    "\u{202e}gpj.exe\u{200b}\u{feff}",
    "a\u{0}b\u{8}\u{1b}[31m",
    "%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
];

pub fn assert_inert(html: &str, what: &str) {
    let tags: Vec<&str> =
        html.split('<').skip(1).filter_map(|rest| rest.split(['>', ' ', '\n', '/']).find(|name| !name.is_empty())).collect();
    for tag in ["script", "img", "svg", "iframe", "style", "object"] {
        assert!(!tags.contains(&tag), "{what} made a <{tag}>");
    }
    for attribute in [" onerror=alert", " onload=alert", " onmouseover='", "href=\"javascript:"] {
        let inside_tag =
            html.split('<').skip(1).filter_map(|rest| rest.split('>').next()).any(|tag| tag.contains(attribute) && !tag.contains("&#"));
        assert!(!inside_tag, "{what} made an attribute {attribute}");
    }
}

#[tokio::test]
async fn a_name_is_text_wherever_it_is_shown() {
    let visit = Visit::new();
    let page = visit.get(&format!("/collectivites/{HOSTILE}")).await.text();
    assert!(page.contains("&#60;script&#62;alert(1)&#60;/script&#62; &#34;L&#39;Œil&#34; &#38; \u{202e}Nom\u{200b}"), "{page}");
    for path in ["/departements/56", "/recherche?q=script", "/en/recherche?q=oeil"] {
        let html = visit.get(path).await.text();
        assert!(html.contains("&#60;script&#62;"), "{path} does not show it");
        assert_inert(&html, path);
    }
    assert!(!page.contains(HOSTILE_NAME));
}

#[tokio::test]
async fn hostile_texts_are_inert_in_every_field_and_query() {
    for text in TEXTS {
        let mut batch = france();
        let mut it = commune("215600156", text, "56", "53", 1);
        it.identity_card = Some(atlas_proto::directory::v1::IdentityCard {
            website: text.into(),
            email: text.into(),
            telephone: text.into(),
            service: text.into(),
            ..Default::default()
        });
        it.postal_codes = vec![text.into()];
        batch.collectivites.push(event(it));
        batch.contacts.push(crate::fixture::contact(9, |contact| {
            contact.contact_id = "x".into();
            contact.collectivite_id = "215600156".into();
            contact.last_name = text.into();
            contact.title = text.into();
            contact.email = text.into();
        }));
        let visit = Visit::of(model(batch));
        let typed: String = url_encoded(text);
        for path in [
            "/collectivites/215600156".to_owned(),
            "/departements/56".into(),
            format!("/recherche?q={typed}"),
            format!("/en/recherche?q={typed}&page=1"),
        ] {
            let answer = visit.get(&path).await;
            assert_eq!(answer.status, 200, "{path}");
            assert_inert(&answer.text(), text);
        }
    }
}

fn url_encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}
