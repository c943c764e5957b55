use crate::{
    HELLEAN,
    crowd::{database, somebody},
};
use journeys::{Actor, Browser, Relay, Stage, collector, eventually, peopled};
use kernel::Clock as _;
use mail_parser::MessageParser;
use memchr::memmem;
use std::{
    fs,
    path::Path,
    process::Command,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use totp_rs::{Builder, Secret};

const SOON: Duration = Duration::from_secs(30);
const EMAIL: &str = "katell.kanari@example.org";
const PASSWORD: &str = "kanari brouette vernis ailleurs";
const NEXT: &str = "kanari parapluie girafe ventouse";
const WRONG: &str = "kanari qui ne chante pas juste";
/// What is planted in each place where secrets are looked for, and has to be found there; the relay says it too.
const PLANTED: &str = "kanariplante";

/// What must be found nowhere: of what, and the text.
type Canaries = Vec<(&'static str, String)>;

#[tokio::test(flavor = "multi_thread")]
async fn s52_no_secret_of_a_journey_is_in_a_dump_on_the_broker_in_a_log_or_in_a_trace() {
    let atlas = peopled().await;
    let relay = Relay::listen(&atlas.smtp());
    let before = places(&atlas);
    let mut canaries = vec![("a password", PASSWORD.to_owned()), ("a password", NEXT.into()), ("a password that was tried", WRONG.into())];

    let (mut katell, mut elsewhere) = (somebody(&atlas, 6_000), somebody(&atlas, 6_101));
    sign_up(&mut katell, &relay, &mut canaries).await;
    let codes = second_factor(&mut katell, &mut canaries).await;
    recover(&mut elsewhere, &relay, &mut canaries).await;
    sign_in(&mut elsewhere, &codes[0]).await;
    as_a_system(&atlas, &mut canaries).await;
    let given = katell.given.iter().chain(&elsewhere.given).filter(|value| value.len() >= 32);
    canaries.extend(given.map(|value| ("a cookie", value.clone())));
    assert!(canaries.len() > 25 && canaries.iter().all(|(_, text)| text.len() >= 6), "{}", canaries.len());
    plant(&atlas).await;
    for name in atlas.names() {
        atlas.stop(&name).unwrap(); // what is not exported yet is exported now
    }

    let places = places(&atlas);
    for (place, kept) in &places {
        assert!(found(kept, PLANTED), "what was planted is not found in: {place}");
    }
    println!(
        "{} secrets in {} places of {} bytes in all",
        canaries.len(),
        places.len(),
        places.iter().map(|(_, kept)| kept.len()).sum::<usize>()
    );
    for ((place, kept), (_, before)) in places.iter().zip(&before) {
        // Of all numbers of six digits some percent are there from the beginning, as parts of the register's: they tell nothing.
        let there: Vec<_> = canaries.iter().filter(|(_, secret)| found(kept, secret) && !found(before, secret)).collect();
        assert!(there.is_empty(), "{place}: {there:?}");
    }
}

/// Every place where a secret might have been left, and what is there.
fn places(atlas: &Stage) -> Vec<(String, Vec<u8>)> {
    let mut places =
        vec![("exported traces".to_owned(), collector().traces()), ("store of NATS".into(), files(&atlas.data().join("nats")))];
    places.push(("logs of all processes".into(), [files(&atlas.data().join("logs")), collector().others()].concat()));
    for service in ["identity", "directory", "notifications"] {
        let dump = Command::new("pg_dump").arg(atlas.database_url(service).unwrap()).output().unwrap();
        assert!(dump.status.success(), "{service}: {}", String::from_utf8_lossy(&dump.stderr));
        places.push((format!("dump of {service}"), dump.stdout));
    }
    places
}

fn files(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        // what is replaced meanwhile is there under another name
        all.extend(if path.is_dir() { files(&path) } else { fs::read(&path).unwrap_or_default() });
    }
    all
}

/// Whether a text is there; of few letters, as a word of its own: six digits may be part of a number by chance.
fn found(kept: &[u8], text: &str) -> bool {
    let (text, is_short) = (text.as_bytes(), text.len() < 10);
    let word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b".-_:+".contains(byte));
    memmem::find_iter(kept, text)
        .any(|at| !is_short || !(word(at.checked_sub(1).and_then(|at| kept.get(at))) || word(kept.get(at + text.len()))))
}

/// Leaves a word where each search has to find it.
async fn plant(atlas: &Stage) {
    assert!(Relay::SAYS.contains(PLANTED));
    let ministry = Actor::ministry(atlas);
    let card = ministry.card(HELLEAN).await.unwrap();
    let website = format!("https://{PLANTED}.example");
    ministry.set_website(HELLEAN, &card.etag, &website).await.unwrap();
    atlas.shown(&format!("/collectivites/{HELLEAN}"), &website, SOON).await; // so it went through the broker
    let mut identity = database(atlas, "identity").await;
    let account = "update accounts set function = $1 where email_key = $2";
    assert_eq!(sqlx::query(account).bind(PLANTED).bind(EMAIL).execute(&mut identity).await.unwrap().rows_affected(), 1);
    let complaint = format!("select '{PLANTED}' from nowhere");
    sqlx::raw_sql(sqlx::AssertSqlSafe(complaint)).execute(&mut identity).await.unwrap_err();
    // whatever the method is called, it is in the span of the request
    assert_eq!(somebody(atlas, 6_202).send(PLANTED, "/connexion", None).await.unwrap().status, 405);
    eventually("the span is exported", SOON, async || found(&collector().traces(), PLANTED)).await;
}

async fn sign_up(katell: &mut Browser, relay: &Relay, canaries: &mut Canaries) {
    let fields = [
        ("collectivite", "La Croix-Helléan"),
        ("first_name", "Katell"),
        ("last_name", "Kanari"),
        ("function", "secrétaire générale"),
        ("email", EMAIL),
        ("password", PASSWORD),
        ("act", "create"),
    ];
    let begun = katell.post("/compte/creer", &fields).await.unwrap();
    assert_eq!(begun.header("location"), "/compte/code", "{}", begun.text);
    let (link, code) = mail(relay, "code de v", canaries).await;
    // a scanner of mails looks first, at both verbs that change nothing
    let mut scanner = Browser::clone(katell);
    for method in ["HEAD", "GET", "GET"] {
        assert_eq!(scanner.send(method, &format!("/compte/lien/{link}"), None).await.unwrap().status, 303);
    }
    let done = katell.post("/compte/code", &[("code", &code)]).await.unwrap();
    assert_eq!(done.status, 303, "{}", done.text);
    assert!(katell.cookies.contains_key("__Host-atlas-session"), "signed in");
}

/// Sets an authenticator up; gives the recovery codes.
async fn second_factor(katell: &mut Browser, canaries: &mut Canaries) -> Vec<String> {
    let page = katell.post("/compte/second-facteur", &[("password", PASSWORD), ("act", "start")]).await.unwrap();
    let (secret, uri) = (page.field("secret"), page.field("uri"));
    let totp = Builder::new().with_secret(Secret::try_from_base32(&secret).unwrap()).with_account_name("a").build().unwrap();
    let shown = totp.generate(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).to_string();
    let fields = [("code", shown.as_str()), ("secret", &secret), ("uri", &uri), ("act", "confirm")];
    let page = katell.post("/compte/second-facteur", &fields).await.unwrap();
    let (_, list) = page.text.split_once("<ul class=\"codes\">").unwrap_or_else(|| panic!("no codes: {}", page.text));
    let items = list.split("</ul>").next().unwrap().split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text.trim());
    let codes: Vec<String> = items.filter(|text| !text.is_empty()).map(str::to_owned).collect();
    assert_eq!(codes.len(), 10, "{codes:?}");
    let grouped: Vec<String> = secret.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect();
    canaries.extend([("the secret of an authenticator", secret), ("the secret of an authenticator", grouped.join(" "))]);
    canaries.push(("a code of an authenticator", shown));
    canaries.extend(codes.iter().flat_map(|code| [code.clone(), code.replace('-', "")]).map(|code| ("a recovery code", code)));
    codes
}

async fn recover(browser: &mut Browser, relay: &Relay, canaries: &mut Canaries) {
    let begun = browser.post("/compte/recuperer", &[("email", EMAIL)]).await.unwrap();
    assert_eq!(begun.header("location"), "/compte/code");
    let (link, _) = mail(relay, "nouveau mot de passe", canaries).await;
    assert_eq!(browser.open(&format!("/compte/lien/{link}")).await.unwrap().status, 200);
    assert_eq!(browser.post("/compte/lien", &[]).await.unwrap().header("location"), "/compte/mot-de-passe");
    let chosen = browser.post("/compte/mot-de-passe", &[("password", NEXT), ("act", "choose")]).await.unwrap();
    assert_eq!(chosen.header("location"), "/connexion", "{}", chosen.text);
}

/// Signs in, wrongly first, by password and recovery code.
async fn sign_in(browser: &mut Browser, code: &str) {
    let with = |password| [("email", EMAIL), ("password", password), ("next", "")];
    assert_ne!(browser.post("/connexion", &with(WRONG)).await.unwrap().status, 303);
    let step = browser.post("/connexion", &with(NEXT)).await.unwrap();
    assert!(step.header("location").starts_with("/connexion/etape"), "{step:?}");
    let done = browser.post("/connexion/etape", &[("code", code), ("next", "")]).await.unwrap();
    assert_eq!(done.status, 303, "{}", done.text);
}

/// A system gets a token for an assertion, and shows it to a service.
async fn as_a_system(atlas: &Stage, canaries: &mut Canaries) {
    let client = atlas_local::Client { id: "test-kanari", rights: &["region:53:reader"], audiences: &["directory"] };
    let key = fs::read_to_string(atlas.register(&client).unwrap().private).unwrap();
    let credentials =
        runtime::Credentials { client: client.id.parse().unwrap(), key: Arc::new(key.parse().unwrap()), issuer: atlas.origin() };
    let assertion = credentials.assertion(kernel::SystemClock.now()).unwrap();
    let form = format!(
        "grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion={assertion}"
    );
    let answer = somebody(atlas, 6_300).send("POST", "/oauth/token", Some(&form)).await.unwrap();
    let said: serde_json::Value = serde_json::from_str(&answer.text).unwrap_or_else(|_| panic!("{answer:?}"));
    let token = said["access_token"].as_str().unwrap_or_else(|| panic!("{said}")).to_owned();
    let office = Actor::office(atlas, "test-kanari");
    let mut directory =
        atlas_proto::directory::v1::directory_service_client::DirectoryServiceClient::new(office.replica(atlas, "directory", 1, &token));
    let request = atlas_proto::directory::v1::GetCollectiviteRequest { collectivite_id: HELLEAN.to_owned() };
    directory.get_collectivite(request).await.unwrap();
    let signature = |jwt: &str| jwt.rsplit('.').next().unwrap().to_owned();
    canaries.extend([("a client's assertion", signature(&assertion)), ("an access token", signature(&token))]);
}

/// The link and the code of the mail with such a subject.
async fn mail(relay: &Relay, subject: &str, canaries: &mut Canaries) -> (String, String) {
    let find = || {
        relay.to(EMAIL).into_iter().find_map(|mail| {
            let parsed = MessageParser::default().parse(&mail.data)?;
            let text = parsed.body_text(0)?.into_owned();
            parsed.subject()?.contains(subject).then_some(text)
        })
    };
    eventually(&format!("a mail about {subject}"), SOON, async || find().is_some()).await;
    let text = find().unwrap();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let link: String = text.split_once("/compte/lien/").unwrap().1.chars().take_while(|c| plain(*c)).collect();
    let code = text.split_whitespace().find(|word| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit())).unwrap().to_owned();
    canaries.extend([("a link", link.clone()), ("a code of a mail", code.clone())]);
    (link, code)
}
