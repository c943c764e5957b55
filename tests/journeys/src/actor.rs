use atlas_local::{Client, Platform};
use atlas_proto::{
    directory::v1::{IdentityCard, UpdateIdentityCardRequest, directory_service_client::DirectoryServiceClient},
    operations::v1::{GetStatusRequest, operations_service_client::OperationsServiceClient},
};
use kernel::SystemClock;
use runtime::{Credentials, Lifecycle, Tokens, Wire};
use std::{fs, sync::Arc};
use tonic::Status;
use uuid::Uuid;

/// A system with a key of its own, which asks for tokens and calls services.
pub struct Actor {
    tokens: Tokens,
    lifecycle: Lifecycle,
    directory: Wire,
}

/// The reason of a refusal, as callers match on it.
pub fn reason(status: &Status) -> String {
    runtime::reason(status).unwrap_or_else(|| format!("{:?} without reason: {}", status.code(), status.message()))
}

impl Actor {
    /// The ministry: may change everything.
    pub fn ministry(platform: &Platform) -> Self {
        Self::of(platform, &Client { id: "test-ministry", rights: &["national:fr:admin"], audiences: &["identity", "directory"] })
    }

    /// An operator: may bring reference data in, and ask how the services stand.
    pub fn operator(platform: &Platform) -> Self {
        Self::of(platform, &Client { id: "test-operator", rights: &["operator:*:admin"], audiences: &["identity", "directory"] })
    }

    /// A State office of Bretagne: reads the collectivités of its region.
    pub fn office(platform: &Platform, id: &'static str) -> Self {
        Self::of(platform, &Client { id, rights: &["region:53:reader"], audiences: &["directory"] })
    }

    /// Registers a client as an operator would, and acts as it.
    pub fn of(platform: &Platform, client: &Client) -> Self {
        let key = platform.register(client).unwrap();
        let credentials = Credentials {
            client: client.id.parse().unwrap(),
            key: Arc::new(fs::read_to_string(key.private).unwrap().parse().unwrap()),
            issuer: platform.origin(),
        };
        let lifecycle = Lifecycle::default();
        let identity = Wire::open(platform.targets("identity").parse().unwrap(), &lifecycle);
        let tokens = Tokens::new(identity, credentials, Arc::new(SystemClock));
        let directory =
            Wire::open(platform.targets("directory").parse().unwrap(), &lifecycle).with_tokens(tokens.for_audience("directory"));
        Self { tokens, lifecycle, directory }
    }

    /// A token for a service, to hand over to whom one likes.
    pub async fn token(&self, service: &str) -> String {
        self.tokens.for_audience(service).token().await.unwrap().to_string()
    }

    /// A way to a service with this actor's tokens, over all its replicas.
    pub fn wire(&self, platform: &Platform, service: &str) -> Wire {
        Wire::open(platform.targets(service).parse().unwrap(), &self.lifecycle).with_tokens(self.tokens.for_audience(service))
    }

    /// A way to one replica of a service with this token and no other.
    pub fn replica(&self, platform: &Platform, service: &str, replica: u16, token: &str) -> Wire {
        let address = platform.address(service, replica);
        Wire::open(address.trim_start_matches("http://").parse().unwrap(), &self.lifecycle).bearing(token)
    }

    /// directory, over all its replicas.
    pub fn directory(&self) -> DirectoryServiceClient<Wire> {
        DirectoryServiceClient::new(self.directory.clone())
    }

    /// Puts a website on a collectivité's card, and is back when directory has acknowledged it.
    pub async fn set_website(&self, collectivite: &str, etag: &str, website: &str) -> Result<IdentityCard, Status> {
        self.set_website_as(collectivite, etag, website, &Uuid::new_v4().to_string()).await
    }

    /// The same as part of a request that was sent before, perhaps.
    pub async fn set_website_as(&self, collectivite: &str, etag: &str, website: &str, request_id: &str) -> Result<IdentityCard, Status> {
        let request = UpdateIdentityCardRequest {
            collectivite_id: collectivite.to_owned(),
            identity_card: Some(IdentityCard { website: website.to_owned(), etag: etag.to_owned(), ..Default::default() }),
            update_mask: Some(prost_types::FieldMask { paths: vec!["website".to_owned()] }),
            request_id: request_id.to_owned(),
        };
        let answer = self.directory().update_identity_card(request).await?;
        answer.into_inner().identity_card.ok_or_else(|| Status::internal("an answer without card"))
    }

    /// The epoch of directory's log.
    pub async fn epoch(&self, platform: &Platform) -> Result<u64, Status> {
        let mut operations = OperationsServiceClient::new(self.wire(platform, "directory"));
        Ok(operations.get_status(GetStatusRequest {}).await?.into_inner().epoch)
    }

    /// The card of a collectivité as directory has it.
    pub async fn card(&self, collectivite: &str) -> Result<IdentityCard, Status> {
        let request = atlas_proto::directory::v1::GetCollectiviteRequest { collectivite_id: collectivite.to_owned() };
        let found = self.directory().get_collectivite(request).await?.into_inner().collectivite;
        Ok(found.and_then(|found| found.identity_card).unwrap_or_default())
    }
}
