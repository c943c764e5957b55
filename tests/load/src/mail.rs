//! Mails a minute through notifications, beside a bare SMTP client on the same server.

mod relay;

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use atlas_proto::{
    access::ACCESS,
    mail::v1::{
        PrepareMailRequest, PrepareMailResponse, ResolveRecipientRequest, ResolveRecipientResponse,
        cause_service_server::{CauseService, CauseServiceServer},
        recipient_service_server::{RecipientService, RecipientServiceServer},
    },
};
use lettre::{
    Address,
    address::Envelope,
    transport::smtp::{client::AsyncSmtpConnection, extension::ClientId},
};
use notifications::{Around, MIGRATORS, Mail, Stores, letter::Sender, neighbours::Neighbours, smtp::Smtp, worker::Limits};
use runtime::{Lifecycle, Purpose, Secret, Sockets, Wire, served};
use testkit::{TestBroker, TestDatabase, TestIdentity};
use tokio::task::JoinSet;
use tonic::{Request, Response, Status};

use relay::Relay;

/// How to measure mail.
#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    /// Mails in each round.
    #[arg(long, default_value_t = 1500)]
    mails: usize,
    /// Rounds of each; they take turns.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// The relay answers at once, without having stored the mail, as no real one may.
    #[arg(long)]
    careless: bool,
}

const GOAL: f64 = 0.7;

/// Sends the same number of mails both ways, in turns, and compares.
pub fn measure(arguments: &Arguments) -> anyhow::Result<()> {
    let threads = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    threads.block_on(async {
        let relay = Relay::start(!arguments.careless).await?;
        let connections = Limits::default().at_once - Limits::default().reserved;
        let (mut bare, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..arguments.rounds {
            ours.push(through_notifications(arguments.mails, &relay).await?);
            let mail = relay.last().context("no mail was taken")?;
            bare.push(by_a_bare_client(arguments.mails, connections, &relay, &mail).await?);
        }
        let (bare, ours) = (median(&mut bare), median(&mut ours));
        let ratio = ours / bare;
        println!(
            "{} mails, {connections} connections, {}:",
            arguments.mails,
            if arguments.careless { "nothing stored" } else { "each stored and synced" }
        );
        println!("  notifications {ours:.0} mails/s, bare client {bare:.0} mails/s: ratio {ratio:.2} (goal {GOAL})");
        ensure!(ratio >= GOAL, "the goal is missed");
        Ok(())
    })
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// Hands the same mail over and over to the relay, over as many connections.
async fn by_a_bare_client(mails: usize, connections: usize, relay: &Relay, mail: &Arc<Vec<u8>>) -> anyhow::Result<f64> {
    let began = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..connections {
        let (port, mail) = (relay.port, Arc::clone(mail));
        clients.spawn(async move {
            let mut connection =
                AsyncSmtpConnection::connect_tokio1(("127.0.0.1", port), Some(Duration::from_secs(10)), &ClientId::default(), None, None)
                    .await?;
            for number in 0..mails / connections {
                let envelope =
                    Envelope::new(Some(Address::new("bounce", "example.org")?), vec![Address::new(format!("a{number}"), "example.org")?])?;
                connection.send(&envelope, &mail).await?;
            }
            connection.quit().await?;
            anyhow::Ok(())
        });
    }
    while let Some(done) = clients.join_next().await {
        done??;
    }
    Ok((mails / connections * connections) as f64 / began.elapsed().as_secs_f64())
}

/// Puts mails in line and lets one replica send them; from its first to its last.
async fn through_notifications(mails: usize, relay: &Relay) -> anyhow::Result<f64> {
    let (database, broker, identity) = (TestDatabase::clone_of(&MIGRATORS).await, TestBroker::start().await, TestIdentity::default());
    let pool = database.pool().await;
    let insert = "insert into messages (id, source, intent_id, recipient, template, collectivite_id, lane, state, queued_at, expires_at, until,
                                        next_try_at, version)
                  select gen_random_uuid(), 'identity', gen_random_uuid(), 'identity:account:' || number, 'membership-accepted', '', 1, 'queued',
                         now(), now() + interval '7 days', now() + interval '1 day', now(), 1 from generate_series(1, $1) as number";
    sqlx::query(insert).bind(i64::try_from(mails)?).execute(&pool).await?;
    let lifecycle = Lifecycle::default();
    let wire = neighbours(&identity, &lifecycle).await?;
    let (nats_url, nats_prefix) = broker.address();
    let stores = Stores {
        database_url: Secret::new(database.url.clone()),
        nats_url: nats_url.to_owned(),
        nats_prefix: nats_prefix.to_owned(),
        purpose: Purpose::Development,
    };
    let around = Around {
        verifier: identity.verifier("notifications"),
        access: ACCESS,
        neighbours: Neighbours::new(BTreeMap::from([("identity", wire)])),
        limits: Limits::default(),
    };
    let serving = lifecycle.clone();
    let mail = mail(relay)?;
    relay.forget();
    lifecycle
        .spawn_to_end("notifications", async move { notifications::run(stores, mail, around, Sockets::loopback().await?, serving).await });
    let began = relay.until(1).await?;
    let ended = relay.until(mails).await?;
    loop {
        let left: i64 = sqlx::query_scalar("select count(*) from messages where state <> 'accepted'").fetch_one(&pool).await?;
        if left == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    lifecycle.finish().await?;
    ensure!(relay.taken() == mails, "{} mails came of {mails}", relay.taken());
    Ok(mails as f64 / (ended - began).as_secs_f64())
}

fn mail(relay: &Relay) -> anyhow::Result<Mail> {
    let sender = Sender {
        from: "Atlas <ne-pas-repondre@example.org>".parse()?,
        return_domain: "retour.example.org".to_owned(),
        keys: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".parse()?,
    };
    let smtp = Smtp::new(format!("smtp://127.0.0.1:{}", relay.port).parse()?, None, notifications::smtp::Timing::default());
    Ok(Mail { smtp, sender, origin: "https://atlas.example.org".to_owned() })
}

/// Who says what a mail says and to whom it goes, over the network as in an installation.
#[derive(Clone)]
struct Anybody;

#[tonic::async_trait]
impl CauseService for Anybody {
    async fn prepare_mail(&self, _: Request<PrepareMailRequest>) -> Result<Response<PrepareMailResponse>, Status> {
        let word = |name: &str, word: &str| (name.to_owned(), word.to_owned());
        let sent = prost_types::Timestamp { seconds: 1_800_000_000, nanos: 0 };
        Ok(Response::new(PrepareMailResponse {
            words: [word("collectivite", "La Croix-Helléan"), word("role", "editor")].into(),
            times: [("sent".to_owned(), sent)].into(),
            link_path: "/espace/215600503".to_owned(),
            locale: "fr".to_owned(),
            ..Default::default()
        }))
    }
}

#[tonic::async_trait]
impl RecipientService for Anybody {
    async fn resolve_recipient(&self, request: Request<ResolveRecipientRequest>) -> Result<Response<ResolveRecipientResponse>, Status> {
        let number: usize = request.get_ref().recipient.rsplit(':').next().and_then(|key| key.parse().ok()).unwrap_or_default();
        let email = format!("a{number}@d{}.example.org", number % 200);
        Ok(Response::new(ResolveRecipientResponse { email, display_name: "Anne Martin".to_owned(), locale: "fr".to_owned() }))
    }
}

async fn neighbours(identity: &TestIdentity, lifecycle: &Lifecycle) -> anyhow::Result<Wire> {
    let sockets = Sockets::loopback().await?;
    let address = sockets.grpc.local_addr()?.to_string();
    let server = runtime::server(lifecycle, identity.verifier("identity"), Purpose::Development)
        .access(ACCESS)
        .add(served!(CauseServiceServer::new(Anybody)))
        .add(served!(RecipientServiceServer::new(Anybody)));
    lifecycle.spawn_to_end("neighbours", async move { server.serve(sockets).await });
    Ok(Wire::open(address.parse()?, lifecycle).bearing(&identity.token("service:notifications:reader")))
}
