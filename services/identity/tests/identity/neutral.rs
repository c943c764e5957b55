//! What is answered about an address says nothing of whether it has an account: not by its content, and not by its time.

mod times;

use futures_util::future::BoxFuture;
use tonic::Status;

use atlas_proto::identity::v1::{self as pb, team_service_client::TeamServiceClient};
use runtime::Wire;

use crate::{
    people::{ANNE, Browser, PASSWORD, Town, VILLAGE},
    world::World,
};

const ELSEWHERE: &str = "210100012";
/// An address that has an account, one that was shut out, one that a sign-up named and nobody proved, and one that nobody knows.
pub const CLASSES: [&str; 4] = [ANNE, "shut.out@example.org", "not.proved@example.org", "nobody.at@example.org"];

/// Everybody who can ask about an address.
pub struct Askers {
    pub town: Town,
    browser: Browser,
    yann: String,
    ministry: TeamServiceClient<Wire>,
}

/// What is asked about an address of a class, and how the answer looks when all that may differ is left out.
pub type Asks = for<'a> fn(&'a Askers, usize) -> BoxFuture<'a, String>;

pub const ASKED: [(&str, Asks); 6] = [
    ("sign-in", |askers, class| {
        Box::pin(async move { shape(askers.browser.sign_in(CLASSES[class], "not the password at all").await, CLASSES[class]) })
    }),
    ("recovery", |askers, class| {
        Box::pin(async move { shape(askers.browser.recover(CLASSES[class]).await.map(|begun| begun.flow), CLASSES[class]) })
    }),
    ("sign-up", |askers, class| {
        Box::pin(async move { shape(askers.browser.sign_up(CLASSES[class]).await.map(|begun| begun.flow), CLASSES[class]) })
    }),
    ("which address", |askers, class| Box::pin(which_address(askers, class))),
    ("change of address", |askers, class| {
        Box::pin(async move {
            let begun = askers.browser.change_email(&askers.yann, CLASSES[class]).await;
            shape(begun.map(|begun| begun.flow), CLASSES[class])
        })
    }),
    ("invitation", |askers, class| Box::pin(invitation(askers, class))),
];

/// Who does not know the address asks for those of a collectivité: one that has accounts, or one that has none.
async fn which_address(askers: &Askers, class: usize) -> String {
    let (collectivite, name) = if class == 0 { (VILLAGE, "La Croix-Helléan") } else { (ELSEWHERE, "L'Abergement-Clémenciat") };
    let request = pb::StartAddressRecoveryRequest { collectivite_id: collectivite.into(), locale: "fr".into() };
    let begun = askers.browser.api().start_address_recovery(askers.browser.asks(request)).await;
    shape(begun.map(|begun| begun.into_inner().flow), collectivite).replace(name, "NAME")
}

async fn invitation(askers: &Askers, class: usize) -> String {
    let request = pb::InviteMemberRequest {
        email: CLASSES[class].into(),
        right: format!("collectivite:{ELSEWHERE}:editor"),
        locale: "fr".into(),
        request_id: uuid::Uuid::new_v4().to_string(),
        ..Default::default()
    };
    let invited = askers.ministry.clone().invite_member(request).await.map(|invited| {
        let invitation = invited.into_inner().invitation.unwrap();
        pb::Invitation { invitation_id: invitation.invitation_id.len().to_string(), ..invitation }
    });
    shape(invited, CLASSES[class])
}

/// Status, details, headers and content, without the address, times and dates.
fn shape<T: std::fmt::Debug>(answer: Result<T, Status>, email: &str) -> String {
    let said = match answer {
        Ok(content) => format!("{content:?}"),
        Err(status) => {
            let names: Vec<&str> = status
                .metadata()
                .keys()
                .map(|key| match key {
                    tonic::metadata::KeyRef::Ascii(key) => key.as_str(),
                    tonic::metadata::KeyRef::Binary(key) => key.as_str(),
                })
                .collect();
            format!("{:?} {} {names:?} {} bytes", status.code(), status.message(), status.details().len())
        }
    };
    said.replace(email, "ADDRESS").chars().filter(|c| !c.is_ascii_digit()).collect()
}

impl Askers {
    pub async fn of(world: World) -> Self {
        let ministry = world.client("test-ministry", &["national:*:admin"]).await;
        let ministry = TeamServiceClient::new(world.wire_of(&ministry));
        let town = Town::of(world).await;
        for email in CLASSES.into_iter().take(2) {
            town.somebody(email).await;
        }
        town.grant(ANNE, &format!("collectivite:{VILLAGE}:editor"), "La Croix-Helléan").await;
        town.sql("update accounts set disabled_at = now() where email = 'shut.out@example.org'").await;
        let (_, yann) = town.somebody("yann.legoff@example.org").await;
        let browser = town.browser_at("198.51.100.1");
        browser.sign_up("not.proved@example.org").await.unwrap();
        assert!(browser.sign_in(ANNE, PASSWORD).await.is_ok());
        town.calm().await;
        town.settled().await;
        Self { town, browser, yann: yann.session_secret, ministry }
    }

    /// Forgets what an answer before could have left in the way of the next.
    pub async fn refresh(&self) {
        self.town.sql("delete from invitations").await;
        self.town.sql("update sessions set seen_at = now(), authenticated_at = now()").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b16_addresses_of_every_kind_are_answered_alike_also_after_a_limit_triggers() {
    let askers = Askers::of(World::start().await).await;
    for (what, ask) in ASKED {
        for round in 0..8 {
            let mut answers = Vec::new();
            // The waits that have begun are long ones, so that a busy machine does not let one of them in.
            askers.town.sql("update throttles set free_at = now() + interval '50 seconds' where streak >= 5").await;
            askers.refresh().await;
            askers.town.settled().await;
            for class in 0..CLASSES.len() {
                answers.push(ask(&askers, class).await);
            }
            assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{what}, round {round}: {answers:#?}");
        }
    }
    assert!(ASKED[0].1(&askers, 0).await.contains("ResourceExhausted"), "the limit has triggered");
}

#[tokio::test(flavor = "multi_thread")]
async fn b16_codes_of_addresses_that_have_none_are_answered_alike() {
    let askers = Askers::of(World::start().await).await;
    let (town, browser) = (&askers.town, &askers.browser);
    let mut flows = Vec::new();
    for email in CLASSES {
        flows.push(browser.recover(email).await.unwrap().flow_secret);
    }
    town.settled().await;
    for round in 0..7 {
        let mut answers = Vec::new();
        for (flow, email) in flows.iter().zip(CLASSES) {
            answers.push(format!("{} {}", shape(browser.code(flow, "x").await, email), shape(browser.flow(flow).await, email)));
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "round {round}: {answers:#?}");
    }
}
