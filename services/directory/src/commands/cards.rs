use kernel::{CollectiviteId, Etag};

use super::{Act, Command};
use crate::{
    domain::{CardEdit, IdentityCard},
    error::Error,
    store::collectivites,
};

/// A change of how a collectivité is reached.
pub struct Update {
    /// Whose card.
    pub collectivite: CollectiviteId,
    /// The card the caller read.
    pub seen: Etag,
    /// What is to change.
    pub edit: CardEdit,
}

impl Command for Update {
    const METHOD: &'static str = "UpdateIdentityCard";
    type Done = IdentityCard;

    /// Changes a card, and tells the collectivité's new state. An edit that changes nothing leaves no trace.
    async fn run(self, act: &mut Act<'_>) -> Result<IdentityCard, Error> {
        let Self { collectivite, seen, edit } = self;
        let before = act.lock_own(&collectivite).await?;
        if before.card.revision != seen.0 {
            return Err(Error::Stale);
        }
        let (card, changed) = before.card.edited(edit);
        if changed.is_empty() {
            return Ok(card);
        }
        collectivites::save_card(act.tx, &collectivite, &card).await?;
        act.remember(&collectivite, "identity_card", "updated", &changed).await?;
        act.tell(&collectivite, "card-updated").await?;
        Ok(card)
    }
}
