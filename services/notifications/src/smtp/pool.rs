use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use lettre::{
    address::Envelope,
    transport::smtp::{
        Error,
        authentication::DEFAULT_MECHANISMS,
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Noop, Rcpt, Rset},
        extension::{Extension, MailParameter},
        response::Response,
    },
};
use tokio::time::timeout;

use super::{Relay, Security};

/// How long each step may take.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// To connect and be greeted: some servers make strangers wait for half a minute.
    pub greeting: Duration,
    /// For the answer to a command.
    pub command: Duration,
    /// For the answer to the end of the mail.
    pub data: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self { greeting: Duration::from_secs(45), command: Duration::from_secs(20), data: Duration::from_secs(40) }
    }
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The relay took it over, and said this.
    Accepted(String),
    /// Not this mail, now: this recipient, or this mail.
    NotNow(String),
    /// Nothing now: the relay is away, or asks for fewer mails.
    Away(String),
    /// Never.
    Never(String),
    /// No answer in time: it may or may not have been taken over.
    Hung(String),
}

/// Connections to the relay, kept while they are used.
///
/// lettre has a pool of its own, but puts a connection back that was left in the middle of a mail: the next mail would take the
/// answer of the one before for its own. Here only a connection that has answered everything is used again.
#[derive(Clone)]
pub struct Smtp {
    relay: Arc<Relay>,
    tls: Option<TlsParameters>,
    timing: Timing,
    idle: Arc<Mutex<Vec<(AsyncSmtpConnection, Instant)>>>,
}

/// An idle connection is asked whether it is alive, and closed.
const PROVED_FOR: Duration = Duration::from_secs(2);
const KEPT_FOR: Duration = Duration::from_secs(30);
const KEPT: usize = 32;

impl Smtp {
    /// The way to a relay.
    #[must_use]
    pub fn new(relay: Relay, tls: Option<TlsParameters>, timing: Timing) -> Self {
        Self { relay: Arc::new(relay), tls, timing, idle: Arc::default() }
    }

    /// Hands a mail over.
    pub async fn send(&self, envelope: &Envelope, mail: &[u8]) -> Reply {
        let mut connection = match self.connection().await {
            Ok(connection) => connection,
            Err(reply) => return reply,
        };
        let reply = self.transact(&mut connection, envelope, mail).await;
        match &reply {
            Reply::Accepted(_) => self.keep(connection),
            Reply::Hung(_) | Reply::Away(_) => {}
            Reply::NotNow(_) | Reply::Never(_) => {
                // One recipient that is refused is no reason to begin anew with the relay.
                if let Ok(Ok(_)) = timeout(self.timing.command, connection.command(Rset)).await {
                    self.keep(connection);
                }
            }
        }
        reply
    }

    async fn transact(&self, connection: &mut AsyncSmtpConnection, envelope: &Envelope, mail: &[u8]) -> Reply {
        let Timing { command, data, .. } = self.timing;
        let mut parameters = Vec::new();
        if envelope.to().iter().any(|to| !to.to_string().is_ascii()) {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Reply::Never("the relay takes no address with letters beyond ASCII".to_owned());
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let sender = Mail::new(envelope.from().cloned(), parameters);
        if let Err(reply) = step(command, connection.command(sender), Step::Before).await {
            return reply;
        }
        for to in envelope.to() {
            if let Err(reply) = step(command, connection.command(Rcpt::new(to.clone(), Vec::new())), Step::Mail).await {
                return reply;
            }
        }
        if let Err(reply) = step(command, connection.command(Data), Step::Mail).await {
            return reply;
        }
        match step(data, connection.message(mail), Step::Mail).await {
            Ok(response) => Reply::Accepted(said(&response)),
            Err(reply) => reply,
        }
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, Reply> {
        while let Some((mut connection, since)) = self.take() {
            if since.elapsed() < PROVED_FOR {
                return Ok(connection);
            }
            if since.elapsed() < KEPT_FOR && matches!(timeout(self.timing.command, connection.command(Noop)).await, Ok(Ok(_))) {
                return Ok(connection);
            }
        }
        match timeout(self.timing.greeting, self.connect()).await {
            Ok(connected) => connected.map_err(|error| away(&error)),
            Err(_) => Err(Reply::Away("the relay does not answer in time".to_owned())),
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let Relay { host, port, security, credentials, hello } = &*self.relay;
        let wrapped = self.tls.clone().filter(|_| *security == Security::Tls);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1((host.as_str(), *port), Some(self.timing.greeting), hello, wrapped, None).await?;
        if let Some(tls) = self.tls.clone().filter(|_| *security == Security::StartTls) {
            connection.starttls(tls, hello).await?;
        }
        if let Some(credentials) = credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }

    fn take(&self) -> Option<(AsyncSmtpConnection, Instant)> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < KEPT_FOR);
        if idle.len() < KEPT {
            idle.push((connection, Instant::now()));
        }
    }
}

/// Where in the conversation a refusal comes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Before anything was said about the recipient: it is about us.
    Before,
    /// About this mail.
    Mail,
}

async fn step(limit: Duration, work: impl Future<Output = Result<Response, Error>>, step: Step) -> Result<Response, Reply> {
    match timeout(limit, work).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) => Err(refused(&error, step)),
        Err(_) => Err(Reply::Hung("the relay did not answer in time".to_owned())),
    }
}

fn refused(error: &Error, step: Step) -> Reply {
    let Some(code) = error.status().map(u16::from) else { return away(error) };
    let text = format!("{code} {}", std::error::Error::source(error).map(ToString::to_string).unwrap_or_default());
    match code {
        // going away, and asking for fewer mails
        421 | 454 => Reply::Away(text),
        _ if step == Step::Before => Reply::Away(text),
        400..=499 => Reply::NotNow(text),
        _ => Reply::Never(text),
    }
}

/// The relay cannot be used now. That it refuses to talk to us at all, even for good, is no fault of the mail.
fn away(error: &Error) -> Reply {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(deeper) = cause {
        if !text.contains(&deeper.to_string()) {
            text = format!("{text}: {deeper}");
        }
        cause = deeper.source();
    }
    Reply::Away(text)
}

fn said(response: &Response) -> String {
    format!("{} {}", response.code(), response.message().collect::<Vec<_>>().join(" "))
}
