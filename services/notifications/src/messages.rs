//! What people do with mails that were sent, or were to be: look, send again, say that one came back.

use std::sync::Arc;

use atlas_proto::notifications::v1::ResendMessageResponse;
use events::{
    answers::{self, Asked},
    outbox,
};
use kernel::{Caller, Clock, RequestId, RightKind, Role};
use sqlx::PgPool;

use crate::{
    bounce::Report,
    domain::{Message, MessageId, Recipient, State},
    error::Error,
    facts,
    grpc::convert,
    neighbours::{Neighbours, Silence},
    store::{
        deliveries::{self, Delivery},
        lists::{self, Filter},
        messages,
    },
};

/// The mails, as people see them.
#[derive(Clone)]
pub struct Messages {
    /// Where they are.
    pub pool: PgPool,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Wakes the log after a commit.
    pub signal: outbox::Signal,
    /// Who says whether a mail is still good.
    pub neighbours: Neighbours,
}

impl Messages {
    /// Lists the mails that the caller may see.
    ///
    /// # Errors
    /// The caller is no administrator, or the database failed.
    pub async fn list(&self, caller: &Caller, mut filter: Filter, size: i64) -> Result<Vec<Message>, Error> {
        if caller.right.kind == RightKind::Collectivite {
            administrator(caller)?;
            match &filter.collectivite_id {
                Some(asked) if *asked != caller.right.key => return Ok(Vec::new()),
                _ => filter.collectivite_id = Some(caller.right.key.clone()),
            }
        }
        let mut conn = self.pool.acquire().await?;
        Ok(lists::page(&mut conn, &filter, size).await?)
    }

    /// Reads a mail with its tries.
    ///
    /// # Errors
    /// There is none that the caller may see.
    pub async fn get(&self, caller: &Caller, id: MessageId) -> Result<(Message, Vec<Delivery>), Error> {
        let mut conn = self.pool.acquire().await?;
        let found = messages::find(&mut conn, id).await?;
        let message = seen(caller, id, found)?;
        let tries = deliveries::of(&mut conn, id).await?;
        Ok((message, tries))
    }

    /// Puts a mail back in line that was refused, expired or bounced; the service whose act it tells is asked first.
    ///
    /// # Errors
    /// It is not the caller's to see, has not ended, or is outdated; its address has had enough.
    pub async fn resend(
        &self,
        caller: &Caller,
        id: MessageId,
        request_id: RequestId,
        request: &[u8],
    ) -> Result<ResendMessageResponse, Error> {
        let asked = Asked { caller: &caller.subject, method: "ResendMessage", request_id, request };
        let (message, _) = self.get(caller, id).await?;
        // A repeat finds the mail in line again, and gets its answer all the same.
        let good = match may_go_again(&message) {
            Ok(()) => self.still_good(&message).await,
            Err(error) => Err(error),
        };
        let answer = database::transact(&self.pool, async |tx| {
            if let Some(answer) = answers::recall(tx, asked).await? {
                return answer.map_err(Error::from);
            }
            good?;
            let message = messages::lock(tx, id).await?.ok_or(Error::MessageNotFound(id))?;
            may_go_again(&message)?;
            if messages::of_the_day(tx, id).await? >= i64::from(message.lane.a_day()) {
                return Err(Error::TooMany);
            }
            let message = messages::put_back(tx, id).await?.ok_or(Error::Outdated)?;
            let answer = ResendMessageResponse { message: Some(convert::message(&message)) };
            outbox::append(tx, &*self.clock, &facts::message(&message.into(), State::Queued.word())).await?;
            answers::keep(tx, asked, &answer).await?;
            Ok(answer)
        })
        .await?;
        self.signal.wake();
        Ok(answer)
    }

    /// Notes that a mail came back. A report that it is only late, or one that came before, changes nothing.
    ///
    /// # Errors
    /// There is no such mail any more.
    pub async fn bounced(&self, report: &Report) -> Result<MessageId, Error> {
        let id = report.path.message;
        database::transact(&self.pool, async |tx| {
            messages::lock(tx, id).await?.ok_or(Error::MessageNotFound(id))?;
            if report.failed
                && let Some(message) = messages::bounce(tx, id, report.path.resent, &report.reply).await?
            {
                outbox::append(tx, &*self.clock, &facts::message(&message.into(), "bounced")).await?;
            }
            Ok::<_, Error>(())
        })
        .await?;
        self.signal.wake();
        Ok(id)
    }

    /// Asks whether what a mail says is still so, and somebody is there to read it.
    async fn still_good(&self, message: &Message) -> Result<(), Error> {
        let recipient: Recipient = message.recipient.parse().map_err(|_| Error::Outdated)?;
        let said = self.neighbours.prepare(&message.source, message.intent_id.to_string()).await.map(drop);
        let reader = match said {
            Ok(()) => self.neighbours.resolve(recipient.owner(), recipient.to_string()).await.map(drop),
            Err(silence) => Err(silence),
        };
        reader.map_err(|silence| match silence {
            Silence::Away { service, .. } => Error::NeighbourAway(service),
            _ => Error::Outdated,
        })
    }
}

fn may_go_again(message: &Message) -> Result<(), Error> {
    match message.state {
        State::Refused | State::Expired => Ok(()),
        State::Accepted if message.bounced_at.is_some() => Ok(()),
        State::Cancelled => Err(Error::Outdated),
        State::Accepted | State::Queued | State::Sending | State::Deferred => Err(Error::NotEnded),
    }
}

fn administrator(caller: &Caller) -> Result<(), Error> {
    if caller.right.role >= Role::Admin { Ok(()) } else { Err(Error::RoleTooLow) }
}

/// A mail that is not the caller's to see is answered like one that does not exist.
fn seen(caller: &Caller, id: MessageId, message: Option<Message>) -> Result<Message, Error> {
    let own = |message: &Message| match caller.right.kind {
        RightKind::Collectivite => message.collectivite_id == caller.right.key,
        RightKind::National | RightKind::Operator => true,
        _ => false,
    };
    let message = message.filter(own).ok_or(Error::MessageNotFound(id))?;
    if caller.right.kind == RightKind::Collectivite {
        administrator(caller)?;
    }
    Ok(message)
}
