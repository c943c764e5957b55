//! The services behind the pages for people: one client each, with its deadline.
//!
//! What people do with their own account is asked with the gateway's token, and with the secret that their browser holds; what
//! they do in the name of an office or a collectivité with an access token of their session.

use std::{net::IpAddr, time::Duration};

use atlas_proto::{
    directory::v1::{directory_service_client::DirectoryServiceClient, partner_service_client::PartnerServiceClient},
    identity::v1::{
        account_service_client::AccountServiceClient, join_service_client::JoinServiceClient, journal_service_client::JournalServiceClient,
        team_service_client::TeamServiceClient,
    },
    notifications::v1::message_service_client::MessageServiceClient,
    projects::v1::record_service_client::RecordServiceClient,
};
use runtime::{Identity, MESSAGE_SIZE, Wire};
use tonic::{Request, Status, metadata::MetadataValue, service::Interceptor, service::interceptor::InterceptedService};

/// A password is checked in some 50 ms, behind at most 32 others.
const ACCOUNTS_WITHIN: Duration = Duration::from_secs(10);
/// What is read or written at once.
const OTHERS_WITHIN: Duration = Duration::from_secs(5);
/// A thousand circular codes, or 100,000 lines of the journal.
const LARGE_WITHIN: Duration = Duration::from_secs(12);

/// The ways to the services.
#[derive(Clone)]
pub struct Services {
    /// With the gateway's own token.
    own: Wire,
    /// Without a token: each call brings one of a session.
    ways: Ways,
}

/// Where the services are, without a token.
#[derive(Clone)]
pub struct Ways {
    /// Accounts, teams and the journal.
    pub identity: Wire,
    /// Mails.
    pub notifications: Wire,
    /// Collectivités, their contacts and networks, and foreign partners.
    pub directory: Wire,
    /// What collectivités do abroad; none where this site does not have it.
    pub projects: Option<Wire>,
}

impl std::fmt::Debug for Ways {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ways")
    }
}

impl std::fmt::Debug for Services {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Services")
    }
}

/// Whose browser it is, as identity is told.
#[derive(Debug, Clone)]
pub struct Whose {
    /// The person's address.
    pub address: IpAddr,
    /// The browser and system in words.
    pub browser: String,
}

impl Interceptor for Whose {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        for (name, value) in [("atlas-client-address", self.address.to_string()), ("atlas-client-browser", self.browser.clone())] {
            let value = MetadataValue::try_from(value).map_err(|_| Status::internal("what a browser is called is no header"))?;
            request.metadata_mut().insert(name, value);
        }
        Ok(request)
    }
}

/// The way of a person's browser to identity.
type Own = InterceptedService<Wire, Whose>;

/// The teams, asked in the name of a right.
pub type Teams = TeamServiceClient<Own>;
/// The journal, asked in the name of a right.
pub type Journal = JournalServiceClient<Own>;
/// The mails, asked in the name of a right.
pub type Messages = MessageServiceClient<Wire>;
/// What collectivités do abroad, asked in the name of a right.
pub type Records = RecordServiceClient<Wire>;
/// Foreign partners, asked in the name of a right.
pub type Partners = PartnerServiceClient<Wire>;
/// Collectivités, their contacts and networks, asked in the name of a right.
pub type Directory = DirectoryServiceClient<Wire>;

impl Services {
    /// The ways to the services, as this process knows them.
    #[must_use]
    pub fn new(identity: &Identity, ways: Ways) -> Self {
        Self { own: ways.identity.clone().with_tokens(identity.tokens_for("identity")), ways }
    }

    /// The same without a token of one's own: for services that ask for none.
    #[must_use]
    pub fn untrusted(ways: Ways) -> Self {
        Self { own: ways.identity.clone(), ways }
    }

    /// A person's own account.
    #[must_use]
    pub fn accounts(&self, whose: &Whose) -> AccountServiceClient<Own> {
        AccountServiceClient::with_interceptor(self.own.within(ACCOUNTS_WITHIN), whose.clone())
    }

    /// How a person comes to act for a collectivité.
    #[must_use]
    pub fn joining(&self, whose: &Whose) -> JoinServiceClient<Own> {
        JoinServiceClient::with_interceptor(self.own.within(OTHERS_WITHIN), whose.clone())
    }

    /// The teams, with a session's token.
    #[must_use]
    pub fn teams(&self, whose: &Whose, token: &str) -> Teams {
        TeamServiceClient::with_interceptor(self.ways.identity.within(LARGE_WITHIN).bearing(token), whose.clone())
    }

    /// The journal, with a session's token.
    #[must_use]
    pub fn journal(&self, whose: &Whose, token: &str) -> Journal {
        JournalServiceClient::with_interceptor(self.ways.identity.within(LARGE_WITHIN).bearing(token), whose.clone())
    }

    /// The mails, with a session's token.
    #[must_use]
    pub fn messages(&self, token: &str) -> Messages {
        MessageServiceClient::new(self.ways.notifications.within(OTHERS_WITHIN).bearing(token))
    }

    /// Whether this site has what collectivités do abroad.
    #[must_use]
    pub const fn has_record(&self) -> bool {
        self.ways.projects.is_some()
    }

    /// What collectivités do abroad, with a session's token; none where this site does not have it.
    #[must_use]
    pub fn records(&self, token: &str) -> Option<Records> {
        let wire = self.ways.projects.as_ref()?;
        Some(RecordServiceClient::new(wire.within(OTHERS_WITHIN).bearing(token)).max_decoding_message_size(MESSAGE_SIZE))
    }

    /// Foreign partners, with a session's token.
    #[must_use]
    pub fn partners(&self, token: &str) -> Partners {
        PartnerServiceClient::new(self.ways.directory.within(OTHERS_WITHIN).bearing(token)).max_decoding_message_size(MESSAGE_SIZE)
    }

    /// Collectivités, with a session's token.
    #[must_use]
    pub fn directory(&self, token: &str) -> Directory {
        DirectoryServiceClient::new(self.ways.directory.within(OTHERS_WITHIN).bearing(token))
    }
}
