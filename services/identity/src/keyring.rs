//! The signing keys, as a replica holds them: opened, and made anew in time.

use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use database::transact;
use runtime::{
    PrivateKey, Verifier,
    access::{Key, Keys},
};
use sqlx::{PgConnection, PgPool};

use crate::{
    config::Pace,
    domain::signing::{self, SigningKey, Span},
    seal::Seals,
    store::{self, keys::Row},
};

/// The keys that sign, will sign, or signed what is still good.
#[derive(Clone)]
pub struct Keyring {
    pool: PgPool,
    seals: Seals,
    issuer: String,
    keys: Arc<RwLock<Arc<Vec<SigningKey>>>>,
}

impl Keyring {
    /// Reads the keys, and makes the first one when there is none.
    ///
    /// # Errors
    /// The database does not answer, or holds a key that none of our key-encryption keys opens.
    pub async fn open(pool: PgPool, seals: Seals, issuer: String) -> anyhow::Result<Self> {
        let keyring = Self { pool, seals, issuer, keys: Arc::default() };
        keyring.refresh().await?;
        Ok(keyring)
    }

    /// The keys as they were last read.
    #[must_use]
    pub fn keys(&self) -> Arc<Vec<SigningKey>> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The issuer of the tokens they sign.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The key that signs at this time.
    #[must_use]
    pub fn signing(&self, now: DateTime<Utc>) -> Option<SigningKey> {
        self.keys().iter().find(|key| key.span.signs(now)).cloned()
    }

    /// Makes the next key when it is due, puts keys under the present seal, and reads all.
    ///
    /// Any number of replicas may: they take turns, and go by the database's clock.
    ///
    /// # Errors
    /// See [`Keyring::open`].
    pub async fn refresh(&self) -> anyhow::Result<()> {
        let keys = transact(&self.pool, async |tx| {
            let now = store::now(tx).await?;
            let mut rows = store::keys::list(tx).await?;
            if self.is_work_due(&rows, now) {
                store::keys::alone(tx).await?;
                self.work(tx, now).await?;
                rows = store::keys::list(tx).await?;
            }
            rows.iter().map(|row| self.open_row(row)).collect::<anyhow::Result<Vec<_>>>()
        })
        .await
        .context("cannot read the signing keys")?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }

    /// Refreshes again and again, and at once when a token comes with a key that is not known; the verifier follows.
    ///
    /// # Errors
    /// Never; it is a task of the process.
    pub async fn keep(self, verifier: Verifier, pace: Pace) -> anyhow::Result<()> {
        loop {
            match self.refresh().await.and_then(|()| verifier.trust(self.public()).context("a key that cannot be used")) {
                Ok(()) => {}
                Err(error) => tracing::error!(error = format!("{error:#}"), "the signing keys cannot be refreshed"),
            }
            tokio::select! {
                () = tokio::time::sleep(pace.keys) => {}
                () = verifier.keys_wanted() => {}
            }
        }
    }

    /// What a verifier needs to know.
    #[must_use]
    pub fn public(&self) -> Keys {
        let keys = self.keys().iter().map(|key| Key { public: key.public, valid_until: key.span.valid_until }).collect();
        Keys { issuer: self.issuer.clone(), keys }
    }

    fn is_work_due(&self, rows: &[Row], now: DateTime<Utc>) -> bool {
        let spans: Vec<Span> = rows.iter().map(Row::span).collect();
        signing::due(&spans, now).is_some() || rows.iter().any(|row| row.sealed_by != self.seals.present.print())
    }

    async fn work(&self, tx: &mut PgConnection, now: DateTime<Utc>) -> anyhow::Result<()> {
        let rows = store::keys::list(tx).await?;
        for row in rows.iter().filter(|row| row.sealed_by != self.seals.present.print()) {
            let opened = self.seals.open(&row.kid, &row.sealed, &row.sealed_by)?;
            let sealed = self.seals.present.seal(&row.kid, &opened)?;
            store::keys::reseal(tx, &row.kid, &sealed, self.seals.present.print()).await?;
        }
        let spans: Vec<Span> = rows.iter().map(Row::span).collect();
        let Some(span) = signing::due(&spans, now) else { return Ok(()) };
        let key = PrivateKey::generate();
        let kid = key.public().kid();
        let row = Row {
            sealed: self.seals.present.seal(&kid, &key.scalar())?,
            sealed_by: self.seals.present.print().to_owned(),
            signs_from: span.from,
            signs_until: span.until,
            valid_until: span.valid_until,
            kid,
        };
        store::keys::insert(tx, &row, key.public().x(), key.public().y()).await?;
        store::journal::write(tx, "identity", "signing-key.made", &row.kid, &format!("signs from {}", span.from)).await?;
        tracing::info!(kid = row.kid, signs_from = %span.from, "a signing key was made");
        Ok(())
    }

    fn open_row(&self, row: &Row) -> anyhow::Result<SigningKey> {
        let scalar = self.seals.open(&row.kid, &row.sealed, &row.sealed_by)?;
        let private = PrivateKey::from_scalar(&scalar)?;
        Ok(SigningKey { span: row.span(), public: *private.public(), private })
    }
}
