use crate::crowd::{database, somebody};
use journeys::{Answer, Browser, Stage, peopled};

/// Four addresses of the same length: of an account, of one that was shut out, of a sign-up that was not proved, and of nobody.
const CLASSES: [&str; 4] = ["denise.faure@example.org", "disabled.one@example.org", "unproved.one@example.org", "nobody.atall@example.org"];

const SIGN_UP: [(&str, &str); 6] = [
    ("collectivite", "La Croix-Helléan"),
    ("first_name", "Anne"),
    ("last_name", "Martin"),
    ("function", "secrétaire générale"),
    ("password", "quatre mots sans aucun rapport"),
    ("act", "create"),
];

#[tokio::test(flavor = "multi_thread")]
async fn s9_a_browser_is_answered_the_same_bytes_whatever_an_address_is() {
    let atlas = peopled().await;
    let mut identity = database(&atlas, "identity").await;
    let copy = "insert into accounts (account_id, email, email_key, first_name, last_name, function, locale, password, disabled_at)
                select gen_random_uuid(), $2, $2, first_name, last_name, function, locale, password, now() from accounts where email_key = $1";
    sqlx::query(copy).bind(CLASSES[0]).bind(CLASSES[1]).execute(&mut identity).await.unwrap();
    let mut begun = somebody(&atlas, 5_000);
    sign_up(&mut begun, CLASSES[2]).await;

    let mut compared = 0;
    // The fifth guess of a password begins the limit, and the fifth mail is the last of the day.
    for round in 0..8 {
        for what in ["sign-in", "recovery", "sign-up"] {
            let mut answers = Vec::new();
            for (number, email) in (0..).zip(CLASSES) {
                // Whoever is told to wait is told as long: the wait began for all at once.
                let waits = "update throttles set free_at = now() + interval '50 seconds' where streak >= 5";
                sqlx::raw_sql(waits).execute(&mut identity).await.unwrap();
                answers.push(shape(ask(&atlas, 5_100 + round * 16 + number, what, email).await, email));
            }
            assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{what}, round {round}: {answers:#?}");
            compared += answers.len();
            assert!(what != "sign-in" || round < 6 || answers[0].starts_with("429"), "the limit has triggered: {}", answers[0]);
        }
    }
    // who was guessed at here signs in elsewhere
    sqlx::raw_sql("delete from throttles").execute(&mut identity).await.unwrap();
    println!("{compared} answers compared, header for header and byte for byte");
}

/// What a browser that was never here gets for a form, and on the page it is led to.
async fn ask(atlas: &Stage, number: u16, what: &str, email: &str) -> Vec<Answer> {
    let mut browser = somebody(atlas, number * 2); // all at the same gateway
    let answer = match what {
        "sign-in" => browser.post("/connexion", &[("email", email), ("password", "un autre mot de passe"), ("next", "")]).await.unwrap(),
        "recovery" => browser.post("/compte/recuperer", &[("email", email)]).await.unwrap(),
        _ => sign_up(&mut browser, email).await,
    };
    let next = match answer.header("location") {
        "" => None,
        path => Some(browser.get(path).await.unwrap()),
    };
    let secrets = browser.given.clone();
    let hidden = |mut answer: Answer| {
        answer.text = answer.text.replace(browser.token(), "TOKEN");
        for (_, value) in &mut answer.headers {
            secrets.iter().for_each(|secret| *value = value.replace(secret.as_str(), "SECRET"));
        }
        answer
    };
    [Some(answer), next].into_iter().flatten().map(hidden).collect()
}

async fn sign_up(browser: &mut Browser, email: &str) -> Answer {
    let fields: Vec<(&str, &str)> = SIGN_UP.into_iter().chain([("email", email)]).collect();
    browser.post("/compte/creer", &fields).await.unwrap()
}

/// Status, headers and body, without the address, the time and the secrets.
fn shape(answers: Vec<Answer>, email: &str) -> String {
    let mut all = String::new();
    for answer in answers {
        let headers = answer.headers.iter().filter(|(name, _)| name != "date").map(|(name, value)| format!("{name}: {value}\n"));
        all.push_str(&format!("{}\n{}\n{}\n", answer.status, headers.collect::<String>(), answer.text.replace(email, "ADDRESS")));
    }
    without_time(&all)
}

/// « 10 h 02 » is another minute later, whatever its spaces are.
fn without_time(text: &str) -> String {
    let text = text.replace(['\u{a0}', '\u{202f}'], " ");
    let parts: Vec<&str> = text.split(" h ").collect();
    let cut = |part: &str, at_start: bool, at_end: bool| {
        let part = if at_start { part.trim_start_matches(|c: char| c.is_ascii_digit()) } else { part };
        if at_end { part.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned() } else { part.to_owned() }
    };
    let last = parts.len() - 1;
    parts.iter().enumerate().map(|(at, part)| cut(part, at > 0, at < last)).collect::<Vec<_>>().join(" h ")
}
