//! `atlasctl dead-letters list|retry`.

use atlas_proto::operations::v1::{
    DeadLetter, ListDeadLettersRequest, RetryDeadLettersRequest, operations_service_client::OperationsServiceClient,
};
use chrono::{DateTime, SecondsFormat};
use runtime::Wire;
use serde::Serialize;
use tonic::{Code, Status};
use uuid::Uuid;

use crate::{
    Exit,
    arguments::{DeadLetters, Options, Service},
    connection::Connection,
    failure::Failure,
    output::{Output, columns},
};

/// As many as a service takes, or gives, at once.
const AT_ONCE: usize = 1000;

#[derive(Serialize)]
struct Listed {
    dead_letters: Vec<Letter>,
}

#[derive(Serialize)]
struct Letter {
    service: &'static str,
    id: String,
    consumer: String,
    subject: String,
    attempts: i32,
    given_up_at: String,
    reason: String,
}

#[derive(Serialize)]
struct Retried {
    service: &'static str,
    retried: u64,
}

/// Lists dead letters, or puts them back in line.
pub async fn run(command: DeadLetters, options: &Options, output: &Output) -> Result<Exit, Failure> {
    let connection = Connection::open(options)?;
    match command {
        DeadLetters::List { service } => list(service, &connection, output).await,
        DeadLetters::Retry { service, ids, .. } => retry(service, ids, &connection, output).await,
    }
}

async fn list(chosen: Option<Service>, connection: &Connection, output: &Output) -> Result<Exit, Failure> {
    let mut letters = Vec::new();
    for service in chosen.map_or_else(|| connection.known(), |service| vec![service]) {
        match of_service(service, connection.operations(service)?).await {
            Ok(found) => letters.extend(found),
            Err(status) if chosen.is_none() && status.code() == Code::Unimplemented && !service.keeps_log() => {}
            Err(status) => return Err(connection.failed(service, status)),
        }
    }
    let text = if letters.is_empty() { "no dead letters".to_owned() } else { table(&letters) };
    output.say(&Listed { dead_letters: letters }, &text);
    Ok(Exit::Fine)
}

async fn of_service(service: Service, mut operations: OperationsServiceClient<Wire>) -> Result<Vec<Letter>, Status> {
    let (mut letters, mut page_token) = (Vec::new(), String::new());
    loop {
        let page = operations.list_dead_letters(ListDeadLettersRequest { page_size: AT_ONCE as i32, page_token }).await?.into_inner();
        letters.extend(page.dead_letters.into_iter().map(|letter| Letter::of(service, letter)));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(letters);
        }
    }
}

async fn retry(service: Service, ids: Vec<String>, connection: &Connection, output: &Output) -> Result<Exit, Failure> {
    let mut operations = connection.operations(service)?;
    let mut retried = 0;
    // No id at all asks for all of them, in one go.
    let parts: Vec<Vec<String>> = if ids.is_empty() { vec![ids] } else { ids.chunks(AT_ONCE).map(<[String]>::to_vec).collect() };
    for dead_letter_ids in parts {
        let request = RetryDeadLettersRequest { dead_letter_ids, request_id: Uuid::new_v4().to_string() };
        let answer = operations.retry_dead_letters(request).await.map_err(|status| connection.failed(service, status))?;
        retried += answer.into_inner().retried_count;
    }
    let text = format!("{}: {retried} back in line", service.name());
    output.say(&Retried { service: service.name(), retried }, &text);
    Ok(Exit::Fine)
}

impl Letter {
    fn of(service: Service, letter: DeadLetter) -> Self {
        let at = letter.given_up_at.and_then(|at| DateTime::from_timestamp(at.seconds, u32::try_from(at.nanos).ok()?));
        Self {
            service: service.name(),
            id: letter.dead_letter_id,
            consumer: letter.consumer,
            subject: letter.subject,
            attempts: letter.attempts,
            given_up_at: at.map_or_else(String::new, |at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
            reason: letter.reason,
        }
    }
}

fn table(letters: &[Letter]) -> String {
    let mut rows = vec![["SERVICE", "ID", "CONSUMER", "SUBJECT", "ATTEMPTS", "GIVEN UP", "REASON"].map(str::to_owned).to_vec()];
    rows.extend(letters.iter().map(|letter| {
        let Letter { service, id, consumer, subject, attempts, given_up_at, reason } = letter;
        vec![
            (*service).to_owned(),
            id.clone(),
            consumer.clone(),
            subject.clone(),
            attempts.to_string(),
            given_up_at.clone(),
            // A reason may quote what an event carried: no control character of it reaches the operator's terminal.
            reason.chars().filter(|c| !c.is_control()).collect(),
        ]
    }));
    columns(&rows)
}
