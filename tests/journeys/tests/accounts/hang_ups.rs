use crate::crowd::{database, open, sign_in, somebody};
use futures_util::future::join_all;
use journeys::{Browser, Stage, eventually, long, peopled};
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;

const AT_ONCE: u16 = 40;
const SOON: Duration = Duration::from_secs(30);
/// Connections among processes that come and go by themselves.
const SOME: usize = 40;

#[tokio::test(flavor = "multi_thread")]
async fn b41_browsers_that_hang_up_in_the_middle_take_nothing_with_them() {
    let atlas = peopled().await;
    let mut denise = somebody(&atlas, 9_100);
    assert_eq!(sign_in(&mut denise, "denise.faure@example.org").await, 303);
    denise.form(&[]).await.unwrap();
    let processes = ["gateway-1", "gateway-2", "identity-1", "identity-2"];
    let before = processes.map(|name| open(atlas.pid(name)));

    let count: u16 = if long() { 10_000 } else { 400 };
    for batch in 0..count / AT_ONCE {
        join_all((0..AT_ONCE).map(|number| hang_up(&atlas, &denise, batch * AT_ONCE + number))).await;
    }

    eventually("64 at once are answered", SOON, async || {
        let answers = join_all((0..64).map(async |number| {
            let mut reader = somebody(&atlas, 9_200 + number);
            reader.cookies.clone_from(&denise.cookies);
            reader.get("/compte").await.unwrap().status
        }));
        answers.await.iter().all(|status| *status == 200)
    })
    .await;
    let mut identity = database(&atlas, "identity").await;
    let stuck = "select count(*) from pg_stat_activity where datname = 'identity' and state like 'idle in transaction%'";
    eventually("no transaction is left open", SOON, async || {
        sqlx::query_scalar::<_, i64>(stuck).fetch_one(&mut identity).await.unwrap() == 0
    })
    .await;
    for (name, before) in processes.into_iter().zip(before) {
        eventually(&format!("{name} has closed what it opened ({before} before)"), SOON, async || open(atlas.pid(name)) <= before + SOME)
            .await;
    }
    assert_eq!(sign_in(&mut somebody(&atlas, 9_101), "denise.faure@example.org").await, 303, "and a sign-in works");
    println!("{count} hang-ups; open before {before:?}, after {:?}", processes.map(|name| open(atlas.pid(name))));
}

/// Begins something, and hangs up: within the headers, within the body, as soon as all is sent, or a little later.
async fn hang_up(atlas: &Stage, denise: &Browser, number: u16) {
    let mut browser = somebody(atlas, number);
    let email = format!("agent{number}@example.org");
    let (method, path, body) = match number % 3 {
        0 => ("POST", "/connexion", Some(form(denise, &[("email", &email), ("password", "un mot de passe inconnu"), ("next", "")]))),
        1 => ("POST", "/compte/recuperer", Some(form(denise, &[("email", &email)]))),
        _ => ("GET", "/compte", None),
    };
    browser.cookies.clone_from(&denise.cookies);
    let text = browser.request(method, path, body.as_deref());
    let sent = match number % 4 {
        0 => text.len() / 3,
        1 => text.len() - body.map_or(4, |body| body.len() / 2),
        _ => text.len(),
    };
    let mut stream = browser.connect().await.unwrap();
    stream.write_all(&text.as_bytes()[..sent]).await.unwrap();
    if number % 4 == 3 {
        tokio::time::sleep(Duration::from_micros(u64::from(number % 40) * 500)).await;
    }
}

/// A form with the token of the browser that is signed in: it depends on its cookie alone.
fn form(denise: &Browser, fields: &[(&str, &str)]) -> String {
    let all = fields.iter().map(|(name, value)| format!("{name}={}", value.replace('@', "%40").replace(' ', "+")));
    all.chain([format!("_token={}", denise.token())]).collect::<Vec<_>>().join("&")
}
