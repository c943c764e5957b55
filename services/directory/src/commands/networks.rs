use events::outbox;
use kernel::{CollectiviteId, Etag, Version};

use super::{Act, Command};
use crate::{
    domain::{Collectivite, Network, NetworkEdit, NetworkId, Origin, RelationChoice},
    error::Error,
    facts,
    store::{collectivites, networks, relations},
};

/// A correction of a network.
pub struct Update {
    /// Which.
    pub network: NetworkId,
    /// The network the caller read.
    pub seen: Etag,
    /// What is to change.
    pub edit: NetworkEdit,
}

/// The networks of a collectivité, as its agent chose them.
pub struct Set {
    /// Whose.
    pub collectivite: CollectiviteId,
    /// The list the caller read.
    pub seen: Etag,
    /// The whole list.
    pub choices: Vec<RelationChoice>,
}

/// A network to be added.
pub struct Add(pub NetworkEdit);

impl Command for Add {
    const METHOD: &'static str = "CreateNetwork";
    type Done = Network;

    /// Adds a network to the list that collectivités choose from.
    async fn run(self, act: &mut Act<'_>) -> Result<Network, Error> {
        let Self(NetworkEdit { acronym, name, kind, scope }) = self;
        let network = Network {
            id: NetworkId::made(act.now()),
            acronym: acronym.unwrap_or_default(),
            name: name.unwrap_or_default(),
            kind: kind.unwrap_or_default(),
            scope: scope.unwrap_or_default(),
            origin: Origin::Officiel,
            version: Version(1),
        };
        networks::insert(act.tx, &network).await?;
        outbox::append(act.tx, act.clock, &facts::network(&network, "added")).await?;
        Ok(network)
    }
}

impl Command for Update {
    const METHOD: &'static str = "UpdateNetwork";
    type Done = Network;

    /// Corrects a network. Pages that name it follow the network, not this write.
    async fn run(self, act: &mut Act<'_>) -> Result<Network, Error> {
        let before = networks::lock(act.tx, self.network).await?.ok_or(Error::NetworkNotFound(self.network))?;
        if before.version != self.seen.0 {
            return Err(Error::Stale);
        }
        let network = before.edited(self.edit);
        networks::save(act.tx, &network).await?;
        outbox::append(act.tx, act.clock, &facts::network(&network, "updated")).await?;
        Ok(network)
    }
}

impl Command for Set {
    const METHOD: &'static str = "SetNetworkRelations";
    type Done = Collectivite;

    /// Says which networks a collectivité is a member of, and which it uses; the collectivité as it now stands.
    async fn run(self, act: &mut Act<'_>) -> Result<Collectivite, Error> {
        let before = act.lock_own(&self.collectivite).await?;
        if before.networks_revision != self.seen.0 {
            return Err(Error::Stale);
        }
        relations::replace(act.tx, &self.collectivite, &self.choices).await?;
        collectivites::touch_networks(act.tx, &self.collectivite).await?;
        act.remember(&self.collectivite, "networks", "updated", &[]).await?;
        act.tell(&self.collectivite, "networks-set").await
    }
}
