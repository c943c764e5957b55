use std::time::Duration;

use atlas_proto::{
    identity::v1::{
        self as pb, join_service_client::JoinServiceClient, journal_service_client::JournalServiceClient,
        team_service_client::TeamServiceClient,
    },
    mail::v1::{PrepareMailRequest, PrepareMailResponse, cause_service_client::CauseServiceClient},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use runtime::Wire;
use sha2::{Digest as _, Sha256};
use tonic::{Request, Status};
use uuid::Uuid;

use crate::world::World;

/// The commune of most tests: in Bretagne (53), Morbihan (56).
pub const VILLAGE: &str = "215600503";
/// A commune of another région (84) and département (01).
pub const ELSEWHERE: &str = "210100012";
/// What the village may go into; in Bretagne as well.
pub const HEIR: &str = "200000172";

/// Two replicas of identity that know two régions and three communes.
pub struct Stage {
    pub world: World,
    gateway: Wire,
}

/// Somebody with an account, signed in.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: Uuid,
    pub email: String,
    pub secret: String,
}

impl Stage {
    pub async fn start() -> Self {
        Self::of(World::start().await).await
    }

    pub async fn of(world: World) -> Self {
        sqlx::raw_sql(
            "insert into territories values ('region', '53', 'Bretagne', '53'), ('region', '84', 'Auvergne-Rhône-Alpes', '84'),
                 ('department', '56', 'Morbihan', '53'), ('department', '01', 'Ain', '84');
             insert into collectivites (collectivite_id, name, department_code, region_code, region_name) values
                 ('215600503', 'La Croix-Helléan', '56', '53', 'Bretagne'),
                 ('200000172', 'Croix-et-Bois', '56', '53', 'Bretagne'),
                 ('210100012', 'L''Abergement-Clémenciat', '01', '84', 'Auvergne-Rhône-Alpes');",
        )
        .execute(&world.pool)
        .await
        .unwrap();
        let gateway = world.client("gateway", &["service:gateway:reader"]).await;
        let gateway = world.wire_of(&gateway).within(Duration::from_secs(20));
        Self { world, gateway }
    }

    /// Somebody who has an account and is signed in.
    pub async fn person(&self, first: &str) -> Person {
        let (id, email) = (Uuid::new_v4(), format!("{}@example.org", first.to_lowercase()));
        let secret: [u8; 32] = runtime::random();
        sqlx::query(
            "insert into accounts (account_id, email, email_key, first_name, last_name, function, locale, password)
             values ($1, $2, $2, $3, 'Martin', 'agent', 'fr', '$argon2id$none')",
        )
        .bind(id)
        .bind(&email)
        .bind(first)
        .execute(&self.world.pool)
        .await
        .unwrap();
        sqlx::query("insert into sessions (session_id, account_id, secret_hash, browser, ends_at) values ($1, $2, $3, 'Firefox', now() + interval '12 hours')")
            .bind(Uuid::new_v4())
            .bind(id)
            .bind(Sha256::digest(secret).to_vec())
            .execute(&self.world.pool)
            .await
            .unwrap();
        Person { id, email, secret: URL_SAFE_NO_PAD.encode(secret) }
    }

    /// Somebody who holds a right already; gives the membership's id.
    pub async fn member(&self, first: &str, right: &str) -> (Person, String) {
        let person = self.person(first).await;
        let id = self.hold(&person, right).await;
        (person, id)
    }

    pub async fn hold(&self, person: &Person, right: &str) -> String {
        let [kind, key, role] = right.split(':').collect::<Vec<_>>()[..] else { panic!("{right}") };
        let id = Uuid::new_v4();
        sqlx::query(
            "insert into memberships (membership_id, account_id, right_kind, right_key, role, name, from_day, proved_by, granted_by)
             values ($1, $2, $3, $4, $5, 'La Croix-Helléan', current_date - 1, 'COMMAND_LINE', 'test')",
        )
        .bind(id)
        .bind(person.id)
        .bind(kind)
        .bind(key)
        .bind(role)
        .execute(&self.world.pool)
        .await
        .unwrap();
        id.to_string()
    }

    pub fn join(&self) -> JoinServiceClient<Wire> {
        JoinServiceClient::new(self.gateway.clone())
    }

    /// The way of a system that holds this right.
    pub async fn wire(&self, right: &str) -> Wire {
        let id = format!("c-{}", right.replace([':', '*'], "-").to_lowercase());
        let client = self.world.client(id.trim_end_matches('-'), &[right]).await;
        self.world.wire_of(&client).within(Duration::from_secs(20))
    }

    pub async fn team(&self, right: &str) -> TeamServiceClient<Wire> {
        TeamServiceClient::new(self.wire(right).await)
    }

    pub async fn journal(&self, right: &str) -> JournalServiceClient<Wire> {
        JournalServiceClient::new(self.wire(right).await)
    }

    /// The mails that were asked for to a recipient, newest last: template and intent.
    pub async fn mails(&self, recipient: &str) -> Vec<(String, String)> {
        sqlx::query_as("select template, mail_id::text from mails where recipient = $1 order by created_at, mail_id")
            .bind(recipient)
            .fetch_all(&self.world.pool)
            .await
            .unwrap()
    }

    pub async fn mailed(&self, person: &Person) -> Vec<String> {
        self.mails(&format!("identity:account:{}", person.id)).await.into_iter().map(|(template, _)| template).collect()
    }

    /// Where the newest mail to a person leads.
    pub async fn leads(&self, person: &Person) -> String {
        let mails = self.mails(&format!("identity:account:{}", person.id)).await;
        let (_, intent) = mails.last().unwrap();
        self.said(intent).await.link_path
    }

    /// What a mail says, as who sends it is told.
    pub async fn said(&self, intent: &str) -> PrepareMailResponse {
        let mut causes = CauseServiceClient::new(self.wire("service:notifications:reader").await);
        causes.prepare_mail(PrepareMailRequest { intent_id: intent.to_owned() }).await.unwrap().into_inner()
    }

    /// Lets the time of a job come, and waits until it was done.
    pub async fn let_come(&self, kind: &str, key: &str) {
        let due = sqlx::query("update jobs set run_at = now() where kind = $1 and key = $2").bind(kind).bind(key);
        assert_eq!(due.execute(&self.world.pool).await.unwrap().rows_affected(), 1, "no job {kind} {key}");
        testkit::until("the job is done", async || {
            let waits = sqlx::query_scalar::<_, bool>(
                "select exists (select from jobs where kind = $1 and key = $2 and run_at <= now() + interval '1 minute')",
            );
            !waits.bind(kind).bind(key).fetch_one(&self.world.pool).await.unwrap()
        })
        .await;
    }

    pub async fn members_of(&self, id: &str) -> Vec<(String, String)> {
        let mut members: Vec<(String, String)> = sqlx::query_as(
            "select first_name, role from memberships join accounts using (account_id)
             where right_kind = 'collectivite' and right_key = $1 and ended_at is null",
        )
        .bind(id)
        .fetch_all(&self.world.pool)
        .await
        .unwrap();
        members.sort();
        members
    }
}

/// A call as the gateway makes it, for a browser.
pub fn by<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("atlas-client-address", "192.0.2.77".parse().unwrap());
    request.metadata_mut().insert("atlas-client-browser", "Firefox".parse().unwrap());
    request
}

pub fn request_id() -> String {
    Uuid::new_v4().to_string()
}

/// The reason of a refusal.
pub fn reason(status: &Status) -> String {
    runtime::reason(status).unwrap_or_default()
}

pub fn asks(person: &Person, collectivite: &str) -> Request<pb::RequestMembershipRequest> {
    by(pb::RequestMembershipRequest {
        session_secret: person.secret.clone(),
        collectivite_id: collectivite.to_owned(),
        message: "Je remplace Mme Durand.".to_owned(),
        ..Default::default()
    })
}
