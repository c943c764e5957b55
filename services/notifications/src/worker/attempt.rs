use std::time::Duration;

use events::outbox;
use tokio::time::{Instant, sleep};
use tracing::Instrument as _;

use super::{Pace, Worker};
use crate::{
    domain::{Email, Message, Recipient, State, Template, WAIT_FOR_PLACE, pause, without_addresses},
    facts,
    letter::{self, Letter, Locale, compose},
    neighbours::{Reader, Silence},
    smtp::Reply,
    store::queue::{self, End, Going, Place},
};

/// What became of a try.
enum Became {
    /// The relay took it over.
    Accepted(String),
    /// Again, at the pace of its lane or after this time.
    Deferred(String, Option<Duration>),
    /// Never.
    Refused(String),
    /// There is no reason to send it any more.
    Cancelled,
    /// It was not tried: too many are under way to its domain.
    Waits,
    /// Somebody else has it.
    Lost,
}

/// Nobody answers who is needed before a server can be tried: soon again.
const NEIGHBOUR_AWAY: Duration = Duration::from_secs(3);
/// Between two tries to write something down.
const AGAIN: Duration = Duration::from_millis(500);
/// An address that has had enough for a day.
const ENOUGH: Duration = Duration::from_hours(1);

impl Worker {
    /// Tries once to send a mail that was taken up, and writes down what became of it.
    pub(super) async fn attempt(&self, message: &Message, pace: &Pace) -> sqlx::Result<()> {
        let span = tracing::info_span!("send mail", message = %message.id, template = message.template, tries = message.tries);
        events::trace::join(&span, message.traceparent.as_deref());
        async {
            let (mut tried, began) = (false, Instant::now());
            let work = tokio::time::timeout(self.limits.try_for, self.send(message, pace, &mut tried)).await;
            let became = match work {
                Ok(became) => became?,
                Err(_) => Became::Deferred("it took too long".to_owned(), None),
            };
            self.write_down(message, became, tried, began + self.limits.lease).await
        }
        .instrument(span)
        .await
    }

    async fn send(&self, message: &Message, pace: &Pace, tried: &mut bool) -> sqlx::Result<Became> {
        let (letter, reader) = match self.letter(message).await {
            Ok(ready) => ready,
            Err(became) => return Ok(became),
        };
        let (envelope, bytes) = match letter::mime(&letter, message, &reader.email, &self.sender) {
            Ok(mail) => mail,
            Err(error) => return Ok(refused(message, &error)),
        };
        let domain = self.sender.keys.hash("domain", &reader.email.domain());
        match self.place(message, &reader.email, &domain, letter.locale).await? {
            Place::Taken => {}
            Place::Full => return Ok(Became::Waits),
            Place::Enough => return Ok(Became::Deferred("this address has had as many mails as a day allows".to_owned(), Some(ENOUGH))),
            Place::Lost => return Ok(Became::Lost),
        }
        *tried = true;
        let reply = self.smtp.send(&envelope, &bytes).await;
        let kept = |said: &str| without_addresses(said, Some(&reader.email));
        Ok(match reply {
            Reply::Accepted(said) => {
                pace.accepted();
                Became::Accepted(kept(&said))
            }
            Reply::NotNow(said) => Became::Deferred(kept(&said), None),
            Reply::Away(said) => {
                pace.slow_down();
                Became::Deferred(kept(&said), None)
            }
            Reply::Hung(said) => {
                queue::slow(&self.pool, &domain).await?;
                Became::Deferred(kept(&said), None)
            }
            Reply::Never(said) => Became::Refused(kept(&said)),
        })
    }

    /// Asks for words and address, and writes the letter in the reader's language.
    async fn letter(&self, message: &Message) -> Result<(Letter, Reader), Became> {
        let template: Template = message.template.parse().map_err(|error| refused(message, &error))?;
        let recipient: Recipient = message.recipient.parse().map_err(|error| refused(message, &error))?;
        let (prepared, resolved) = tokio::join!(
            self.neighbours.prepare(&message.source, message.intent_id.to_string()),
            self.neighbours.resolve(recipient.owner(), recipient.to_string()),
        );
        let (mut cause, of_the_act) = prepared.map_err(|silence| silent(message, &silence))?;
        let mut reader = resolved.map_err(|silence| silent(message, &silence))?;
        cause.name = std::mem::take(&mut reader.name);
        cause.times.entry("sent".to_owned()).or_insert_with(|| message.asked_at());
        cause.times.entry("expires".to_owned()).or_insert(message.expires_at);
        let locale = reader.locale.or(of_the_act).unwrap_or(Locale::Fr);
        let letter = compose(template, locale, &self.origin, &cause).map_err(|error| refused(message, &error))?;
        Ok((letter, reader))
    }

    async fn place(&self, message: &Message, to: &Email, domain: &[u8], locale: Locale) -> sqlx::Result<Place> {
        let going = Going {
            id: message.id,
            tries: message.tries,
            domain,
            address: &self.sender.keys.hash("address", &to.folded()),
            masked: &to.masked(),
            locale: locale.tag(),
            at_once: self.limits.to_a_domain,
            a_day: message.lane.a_day(),
        };
        queue::place(&self.pool, &going).await
    }

    /// Writes down what became of a try. It goes on trying while the lease lasts: what is not written is done again.
    async fn write_down(&self, message: &Message, became: Became, tried: bool, lease: Instant) -> sqlx::Result<()> {
        let spread = f64::from(runtime::random::<1>()[0]) / 255.0;
        let (state, reply, wait) = match became {
            Became::Lost => return Ok(()),
            Became::Waits => return queue::give_back(&self.pool, message.id, message.tries, WAIT_FOR_PLACE.mul_f64(0.5 + spread)).await,
            Became::Accepted(said) => (State::Accepted, said, None),
            Became::Refused(said) => (State::Refused, said, None),
            Became::Cancelled => (State::Cancelled, String::new(), None),
            Became::Deferred(said, wait) => {
                (State::Deferred, said, Some(wait.unwrap_or_else(|| pause(message.lane, message.tries, spread))))
            }
        };
        let end = End { id: message.id, tries: message.tries, state, wait, reply: &reply, tried };
        while let Err(error) = self.end(&end).await {
            if Instant::now() + AGAIN > lease {
                return Err(error);
            }
            tracing::warn!(error = &error as &dyn std::error::Error, "what became of a mail is not written down yet; will try again");
            sleep(AGAIN).await;
        }
        self.signal.wake();
        tracing::info!(state = state.word(), reply, "a mail was tried");
        Ok(())
    }
}

impl Worker {
    async fn end(&self, end: &End<'_>) -> sqlx::Result<()> {
        database::transact(&self.pool, async |tx| {
            let Some(told) = queue::end(tx, end).await? else { return Ok(()) };
            outbox::append(tx, &*self.clock, &facts::message(&told, end.state.word())).await
        })
        .await
    }
}

fn silent(message: &Message, silence: &Silence) -> Became {
    match silence {
        Silence::Cancelled => Became::Cancelled,
        Silence::Away { .. } => Became::Deferred(silence.to_string(), Some(NEIGHBOUR_AWAY)),
        Silence::Nobody | Silence::NoAddress | Silence::Unknown(_) => refused(message, silence),
    }
}

/// What cannot be mended by another try; an operator is to see it, because the act gave what no mail can be made of.
fn refused(message: &Message, why: &(dyn std::error::Error + 'static)) -> Became {
    tracing::warn!(message = %message.id, error = why, "a mail cannot be sent");
    Became::Refused(without_addresses(&why.to_string(), None))
}
