use std::{collections::HashMap, time::Duration};

use atlas_proto::{
    identity::v1::{self as pb, account_service_client::AccountServiceClient},
    mail::v1::{self as mail, cause_service_client::CauseServiceClient, recipient_service_client::RecipientServiceClient},
};
use runtime::Wire;
use testkit::until;
use tonic::{Request, Status};
use tonic_types::StatusExt as _;

use crate::world::{World, refusal};

pub const VILLAGE: &str = "215600503";
pub const ANNE: &str = "anne.martin@example.org";
/// What Anne chooses, and what she chooses next.
pub const PASSWORD: &str = "brouette-kumquat-vernis-ailleurs";
pub const NEXT: &str = "parapluie girafe ventouse mardi";

/// A world with a collectivité, and ways for browsers and for who sends mails.
pub struct Town {
    pub world: World,
    gateway: Wire,
    sender: Wire,
}

/// A browser somewhere, that the gateway speaks for.
#[derive(Clone)]
pub struct Browser {
    pub api: AccountServiceClient<Wire>,
    pub address: String,
    pub name: String,
}

/// A mail as it would be sent now.
#[derive(Debug, Clone, PartialEq)]
pub struct Mail {
    pub id: String,
    pub template: String,
    pub to: String,
    pub said: mail::PrepareMailResponse,
}

impl Mail {
    /// The link, without the path before it.
    pub fn link(&self) -> String {
        self.said.link_path.rsplit('/').next().unwrap().to_owned()
    }
}

impl Town {
    pub async fn start() -> Self {
        Self::of(World::start().await).await
    }

    pub async fn of(world: World) -> Self {
        let gateway = world.client("atlas-gateway", &["service:gateway:reader"]).await;
        let sender = world.client("atlas-notifications", &["service:notifications:reader"]).await;
        let (gateway, sender) = (world.wire_of(&gateway), world.wire_of(&sender));
        let town = Self { world, gateway, sender };
        town.sql(&format!(
            "insert into collectivites (collectivite_id, name, department_code, region_code, region_name) values
             ('{VILLAGE}', 'La Croix-Helléan', '56', '53', 'Bretagne'), ('210100012', 'L''Abergement-Clémenciat', '01', '84', 'Auvergne')"
        ))
        .await;
        town
    }

    pub fn browser(&self) -> Browser {
        self.browser_at("192.0.2.7")
    }

    pub fn browser_at(&self, address: &str) -> Browser {
        let wire = self.gateway.within(Duration::from_secs(30));
        Browser { api: AccountServiceClient::new(wire), address: address.to_owned(), name: "Firefox, Windows".to_owned() }
    }

    /// Changes the database as time, or somebody else, would.
    pub async fn sql(&self, statement: &str) -> u64 {
        sqlx::query(sqlx::AssertSqlSafe(statement.to_owned())).execute(&self.world.pool).await.unwrap().rows_affected()
    }

    pub async fn count(&self, query: &str) -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(query.to_owned())).fetch_one(&self.world.pool).await.unwrap()
    }

    /// Lets time pass for all that is waited for.
    pub async fn pass(&self, span: &str) {
        for (table, columns) in [
            ("mails", &["created_at", "accepted_at", "expires_at", "used_at", "dead_at"][..]),
            ("flows", &["created_at", "sent_at", "expires_at"]),
            ("sessions", &["began_at", "seen_at", "authenticated_at", "ends_at", "ended_at"]),
            ("throttles", &["since", "free_at", "idle_at"]),
            ("drafts", &["saved_at"]),
            ("passkey_challenges", &["expires_at"]),
            ("devices", &["seen_at"]),
            ("email_changes", &["changed_at"]),
        ] {
            let set: Vec<String> = columns.iter().map(|column| format!("{column} = {column} - interval '{span}'")).collect();
            self.sql(&format!("update {table} set {}", set.join(", "))).await;
        }
    }

    /// Forgets what was tried, as if everybody came from elsewhere.
    pub async fn calm(&self) {
        self.sql("truncate throttles").await; // waits for those that are at it, where a delete could meet them half-way
    }

    /// All mails, oldest first, as they would be sent now.
    pub async fn mails(&self) -> Vec<Mail> {
        let asked: Vec<(String, String, String)> =
            sqlx::query_as("select mail_id::text, template, recipient from mails order by created_at, mail_id")
                .fetch_all(&self.world.pool)
                .await
                .unwrap();
        let mut mails = Vec::new();
        for (id, template, recipient) in asked {
            let said = self.prepare(&id).await.unwrap();
            let to = self.resolve(&recipient).await.map(|to| to.email).unwrap_or_default();
            mails.push(Mail { id, template, to, said });
        }
        mails
    }

    pub async fn prepare(&self, id: &str) -> Result<mail::PrepareMailResponse, Status> {
        let request = mail::PrepareMailRequest { intent_id: id.to_owned() };
        Ok(CauseServiceClient::new(self.sender.clone()).prepare_mail(request).await?.into_inner())
    }

    pub async fn resolve(&self, recipient: &str) -> Result<mail::ResolveRecipientResponse, Status> {
        let request = mail::ResolveRecipientRequest { recipient: recipient.to_owned() };
        Ok(RecipientServiceClient::new(self.sender.clone()).resolve_recipient(request).await?.into_inner())
    }

    /// The newest mail of a template to an address, once there are `count` of them.
    pub async fn nth_mail(&self, count: usize, template: &str, to: &str) -> Mail {
        let found = std::cell::RefCell::new(Vec::new());
        until(&format!("{template} to {to}"), async || {
            let mails = self.mails().await;
            *found.borrow_mut() = mails.into_iter().filter(|mail| mail.template == template && mail.to == to).collect();
            found.borrow().len() >= count
        })
        .await;
        found.into_inner().pop().unwrap()
    }

    pub async fn mail(&self, template: &str, to: &str) -> Mail {
        self.nth_mail(1, template, to).await
    }

    /// Waits until nothing is left to be done later.
    pub async fn settled(&self) {
        until("no job waits", async || self.count("select count(*) from jobs").await == 0).await;
    }

    /// Anne has an account, and this browser is signed in.
    pub async fn anne(&self) -> (Browser, pb::EnterCodeResponse) {
        self.somebody(ANNE).await
    }

    pub async fn somebody(&self, email: &str) -> (Browser, pb::EnterCodeResponse) {
        let browser = self.browser();
        let flow = browser.sign_up(email).await.unwrap();
        let mail = self.mail("sign-up-code", email).await;
        let entered = browser.code(&flow.flow_secret, &mail.said.code).await.unwrap();
        self.calm().await;
        (browser, entered)
    }

    /// Gives the account of an address a right.
    pub async fn grant(&self, email: &str, right: &str, name: &str) {
        let parts: Vec<&str> = right.split(':').collect();
        let statement = format!(
            "insert into memberships (membership_id, account_id, right_kind, right_key, role, name, from_day, proved_by, granted_by)
             select gen_random_uuid(), account_id, '{}', '{}', '{}', '{name}', current_date - 1, 'COMMAND_LINE', 'test'
             from accounts where email_key = '{email}'",
            parts[0], parts[1], parts[2]
        );
        assert_eq!(self.sql(&statement).await, 1);
    }

    /// The acts in the journal, in order.
    pub async fn acts(&self) -> Vec<String> {
        self.world.journal().await.into_iter().map(|(act, ..)| act).filter(|act| !act.starts_with("client.")).collect()
    }
}

impl Browser {
    /// A request as the gateway makes it for this browser.
    pub fn asks<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("atlas-client-address", self.address.parse().unwrap());
        request.metadata_mut().insert("atlas-client-browser", self.name.parse().unwrap());
        request
    }

    pub fn api(&self) -> AccountServiceClient<Wire> {
        self.api.clone()
    }

    pub async fn sign_up(&self, email: &str) -> Result<pb::StartSignUpResponse, Status> {
        let request = sign_up(email);
        Ok(self.api().start_sign_up(self.asks(request)).await?.into_inner())
    }

    pub async fn code(&self, flow: &str, code: &str) -> Result<pb::EnterCodeResponse, Status> {
        let request = pb::EnterCodeRequest { flow_secret: flow.into(), code: code.into(), device_secret: String::new() };
        Ok(self.api().enter_code(self.asks(request)).await?.into_inner())
    }

    pub async fn look_at_link(&self, link: &str) -> Result<pb::GetLinkResponse, Status> {
        Ok(self.api().get_link(self.asks(pb::GetLinkRequest { link: link.into() })).await?.into_inner())
    }

    pub async fn link(&self, link: &str, flow: &str) -> Result<pb::UseLinkResponse, Status> {
        let request = pb::UseLinkRequest { link: link.into(), flow_secret: flow.into(), device_secret: String::new() };
        Ok(self.api().use_link(self.asks(request)).await?.into_inner())
    }

    pub async fn recover(&self, email: &str) -> Result<pb::StartRecoveryResponse, Status> {
        let request = pb::StartRecoveryRequest { email: email.into(), locale: "fr".into() };
        Ok(self.api().start_recovery(self.asks(request)).await?.into_inner())
    }

    pub async fn choose(&self, flow: &str, password: &str) -> Result<pb::ChoosePasswordResponse, Status> {
        let request = pb::ChoosePasswordRequest { flow_secret: flow.into(), password: password.into() };
        Ok(self.api().choose_password(self.asks(request)).await?.into_inner())
    }

    pub async fn flow(&self, flow: &str) -> Result<pb::Flow, Status> {
        Ok(self.api().get_flow(self.asks(pb::GetFlowRequest { flow_secret: flow.into() })).await?.into_inner().flow.unwrap())
    }

    pub async fn resend(&self, flow: &str) -> Result<pb::Flow, Status> {
        let request = pb::ResendFlowMailRequest { flow_secret: flow.into() };
        Ok(self.api().resend_flow_mail(self.asks(request)).await?.into_inner().flow.unwrap())
    }

    pub async fn correct(&self, flow: &str, email: &str) -> Result<pb::Flow, Status> {
        let request = pb::CorrectFlowAddressRequest { flow_secret: flow.into(), email: email.into() };
        Ok(self.api().correct_flow_address(self.asks(request)).await?.into_inner().flow.unwrap())
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Result<pb::SignInResponse, Status> {
        self.sign_in_with(email, password, "").await
    }

    pub async fn sign_in_with(&self, email: &str, password: &str, device: &str) -> Result<pb::SignInResponse, Status> {
        let request = pb::SignInRequest { email: email.into(), password: password.into(), device_secret: device.into() };
        Ok(self.api().sign_in(self.asks(request)).await?.into_inner())
    }

    pub async fn second_factor(&self, flow: &str, code: &str) -> Result<pb::EnterSecondFactorResponse, Status> {
        let request = pb::EnterSecondFactorRequest { flow_secret: flow.into(), code: code.into() };
        Ok(self.api().enter_second_factor(self.asks(request)).await?.into_inner())
    }

    pub async fn resume(&self, session: &str) -> Result<pb::ResumeSessionResponse, Status> {
        let request = pb::ResumeSessionRequest { session_secret: session.into() };
        Ok(self.api().resume_session(self.asks(request)).await?.into_inner())
    }

    pub async fn token(&self, session: &str, right: &str) -> Result<String, Status> {
        let audiences = vec!["directory".into()];
        let request = pb::IssueSessionTokenRequest { session_secret: session.into(), right: right.into(), audiences };
        Ok(self.api().issue_session_token(self.asks(request)).await?.into_inner().access_token)
    }

    pub async fn reauthenticate(&self, session: &str, password: &str) -> Result<String, Status> {
        let request = pb::ReauthenticateRequest { session_secret: session.into(), password: password.into() };
        Ok(self.api().reauthenticate(self.asks(request)).await?.into_inner().session_secret)
    }

    pub async fn change_password(&self, session: &str, present: &str, new: &str) -> Result<String, Status> {
        let request =
            pb::ChangePasswordRequest { session_secret: session.into(), current_password: present.into(), new_password: new.into() };
        Ok(self.api().change_password(self.asks(request)).await?.into_inner().session_secret)
    }

    pub async fn change_email(&self, session: &str, email: &str) -> Result<pb::StartEmailChangeResponse, Status> {
        let request = pb::StartEmailChangeRequest { session_secret: session.into(), email: email.into() };
        Ok(self.api().start_email_change(self.asks(request)).await?.into_inner())
    }

    pub async fn sessions(&self, session: &str) -> Result<Vec<pb::Session>, Status> {
        let request = pb::ListSessionsRequest { session_secret: session.into() };
        Ok(self.api().list_sessions(self.asks(request)).await?.into_inner().sessions)
    }

    pub async fn end_sessions(&self, session: &str, which: &str) -> Result<i32, Status> {
        let request = pb::EndSessionsRequest { session_secret: session.into(), session_id: which.into() };
        Ok(self.api().end_sessions(self.asks(request)).await?.into_inner().ended)
    }

    pub async fn sign_out(&self, session: &str) -> Result<(), Status> {
        let request = pb::SignOutRequest { session_secret: session.into() };
        self.api().sign_out(self.asks(request)).await.map(drop)
    }
}

/// What Anne sends to make an account for an address.
pub fn sign_up(email: &str) -> pb::StartSignUpRequest {
    pb::StartSignUpRequest {
        collectivite_id: VILLAGE.into(),
        first_name: "Anne".into(),
        last_name: "Martin".into(),
        function: "secrétaire générale".into(),
        email: email.into(),
        password: PASSWORD.into(),
        locale: "fr".into(),
    }
}

/// What is wrong with each field: the first word of each violation.
pub fn violations(status: &Status) -> HashMap<String, String> {
    let details = status.get_details_bad_request().map(|details| details.field_violations).unwrap_or_default();
    details.into_iter().map(|found| (found.field, found.description.split(':').next().unwrap_or_default().to_owned())).collect()
}

/// The reason of a refusal.
pub fn reason<T: std::fmt::Debug>(answer: Result<T, Status>) -> String {
    refusal(&answer.expect_err("a refusal")).1
}

/// Whether an answer says to wait, and for how long.
pub fn waits(status: &Status) -> Option<Duration> {
    status.get_details_retry_info().and_then(|info| info.retry_delay)
}
