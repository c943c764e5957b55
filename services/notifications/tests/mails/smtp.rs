//! An SMTP server that takes mails, and does what real servers do besides: greylist, refuse, cut, hang, limit.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

/// How the server treats mails to a domain, or everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// 451 for so many tries, then takes it.
    Greylist(u32),
    /// 550 at the recipient.
    Refuse,
    /// Takes so many mails and closes without an answer.
    CutAfterData(u32),
    /// Takes the mail, and answers nothing until it is told to go on.
    SilentAfterData,
    /// Answers nothing any more.
    Hang,
    /// 421 at the recipient.
    Busy,
}

/// A mail that was taken over.
#[derive(Debug, Clone)]
pub struct Received {
    pub from: String,
    pub to: String,
    pub data: Vec<u8>,
}

impl Received {
    pub fn text(&self) -> String {
        String::from_utf8(self.data.clone()).unwrap()
    }

    pub fn header(&self, name: &str) -> String {
        let text = self.text();
        let head = text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
        let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
        line.unwrap_or_default()
    }
}

/// What the server knows.
#[derive(Default)]
pub struct State {
    pub received: Vec<Received>,
    /// By domain; `*` for all.
    pub rules: HashMap<String, Rule>,
    tries: HashMap<String, u32>,
    /// How many mails a second it takes.
    pub a_second: Option<u32>,
    second: (Option<Instant>, u32),
    pub refused_by_rate: u32,
    /// How long it lets a client wait for the first word.
    pub banner: Duration,
    /// Recipients that are being kept waiting.
    pub waiting: Vec<String>,
    released: Vec<String>,
    /// Most connections that were open at once.
    pub connections: usize,
    open: usize,
}

/// A running server.
pub struct SmtpServer {
    pub port: u16,
    pub state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

/// Whether the server speaks TLS.
#[derive(Clone)]
pub enum Tls {
    Never,
    AtOnce(TlsAcceptor),
    AsAsked(TlsAcceptor),
}

impl SmtpServer {
    pub async fn start() -> Self {
        Self::with(Tls::Never).await
    }

    pub async fn with(tls: Tls) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State::default()));
        let serving = Arc::clone(&state);
        let accept = async move {
            let mut task = tokio::task::JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                let (state, tls) = (Arc::clone(&serving), tls.clone());
                task.spawn(async move {
                    let open = |by: isize| {
                        let mut state = state.lock().unwrap();
                        state.open = state.open.checked_add_signed(by).unwrap();
                        state.connections = state.connections.max(state.open);
                    };
                    open(1);
                    let _ = serve(stream, &state, tls).await;
                    open(-1);
                });
            }
        };
        Self { port, state, task: spawn(accept) }
    }

    pub fn rule(&self, domain: &str, rule: Rule) {
        self.state.lock().unwrap().rules.insert(domain.into(), rule);
    }

    /// Answers the mails to a domain that are kept waiting for an answer.
    pub fn release(&self, domain: &str) {
        self.state.lock().unwrap().released.push(domain.into());
    }

    pub fn clear(&self) {
        self.state.lock().unwrap().rules.clear();
    }

    pub fn received(&self) -> Vec<Received> {
        self.state.lock().unwrap().received.clone()
    }

    pub fn count(&self) -> usize {
        self.state.lock().unwrap().received.len()
    }

    pub fn to(&self, to: &str) -> Vec<Received> {
        self.received().into_iter().filter(|mail| mail.to == to).collect()
    }
}

#[expect(clippy::disallowed_methods, reason = "the server of a test belongs to no process of ours")]
fn spawn(work: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    tokio::spawn(work)
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

trait Wire: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send {}
impl<T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send> Wire for T {}

async fn serve(stream: tokio::net::TcpStream, state: &Mutex<State>, tls: Tls) -> std::io::Result<()> {
    let banner = state.lock().unwrap().banner;
    tokio::time::sleep(banner).await;
    let (mut wire, upgrade): (Box<dyn Wire>, _) = match tls {
        Tls::Never => (Box::new(stream), None),
        Tls::AtOnce(acceptor) => (Box::new(acceptor.accept(stream).await?), None),
        Tls::AsAsked(acceptor) => (Box::new(stream), Some(acceptor)),
    };
    wire.write_all(b"220 test.invalid ESMTP\r\n").await?;
    match talk(BufReader::new(wire), state, upgrade.is_some()).await? {
        Some(wire) => {
            let wire: Box<dyn Wire> = Box::new(upgrade.expect("asked for TLS").accept(wire).await?);
            talk(BufReader::new(wire), state, false).await.map(drop)
        }
        None => Ok(()),
    }
}

/// Talks until the client goes, or wants TLS.
async fn talk(mut wire: BufReader<Box<dyn Wire>>, state: &Mutex<State>, starttls: bool) -> std::io::Result<Option<Box<dyn Wire>>> {
    let (mut from, mut to) = (String::new(), String::new());
    let mut line = String::new();
    loop {
        line.clear();
        if wire.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let upper = line.to_uppercase();
        let answer = if upper.starts_with("EHLO") {
            if starttls { "250-test.invalid\r\n250 STARTTLS\r\n" } else { "250-test.invalid\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n" }
                .to_owned()
        } else if upper.starts_with("STARTTLS") {
            wire.write_all(b"220 go ahead\r\n").await?;
            return Ok(Some(wire.into_inner()));
        } else if upper.starts_with("MAIL FROM:") {
            from = bracketed(&line);
            match too_many(state) {
                true => "421 4.7.0 too many mails a second\r\n",
                false => "250 2.1.0 fine\r\n",
            }
            .to_owned()
        } else if upper.starts_with("RCPT TO:") {
            to = bracketed(&line);
            match recipient(state, &to) {
                Some(answer) => answer,
                None => {
                    state.lock().unwrap().waiting.push(to.clone());
                    let mut rest = Vec::new();
                    wire.read_to_end(&mut rest).await?;
                    return Ok(None);
                }
            }
        } else if upper.starts_with("DATA") {
            wire.write_all(b"354 go on\r\n").await?;
            let data = body(&mut wire).await?;
            match taken(state, &from, &to, data) {
                Some(answer) => answer.to_owned(),
                None if state.lock().unwrap().waiting.contains(&to) => {
                    let domain = to.rsplit('@').next().unwrap_or_default().to_owned();
                    while !state.lock().unwrap().released.contains(&domain) {
                        tokio::time::sleep(Duration::from_millis(10)).await;
                    }
                    "250 2.0.0 taken as 4712\r\n".to_owned()
                }
                None => return Ok(None),
            }
        } else if upper.starts_with("QUIT") {
            wire.write_all(b"221 bye\r\n").await?;
            return Ok(None);
        } else {
            "250 2.0.0 fine\r\n".to_owned()
        };
        wire.write_all(answer.as_bytes()).await?;
    }
}

fn bracketed(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}

fn rule(state: &State, to: &str) -> Option<Rule> {
    let domain = to.rsplit('@').next().unwrap_or_default();
    state.rules.get(domain).or_else(|| state.rules.get("*")).copied()
}

fn too_many(state: &Mutex<State>) -> bool {
    let mut state = state.lock().unwrap();
    let Some(limit) = state.a_second else { return false };
    let now = Instant::now();
    if state.second.0.is_none_or(|since| now - since > Duration::from_secs(1)) {
        state.second = (Some(now), 0);
    }
    state.second.1 += 1;
    let too_many = state.second.1 > limit;
    state.refused_by_rate += u32::from(too_many);
    too_many
}

/// The answer to a recipient; none to hang.
fn recipient(state: &Mutex<State>, to: &str) -> Option<String> {
    let mut state = state.lock().unwrap();
    let tries = state.tries.entry(to.to_owned()).or_default();
    *tries += 1;
    let tries = *tries;
    match rule(&state, to) {
        Some(Rule::Greylist(times)) if tries <= times => Some(format!("451 4.7.1 <{to}>: greylisted, come back later\r\n")),
        Some(Rule::Refuse) => Some(format!("550 5.1.1 <{to}>: recipient rejected\r\n")),
        Some(Rule::Busy) => Some("421 4.3.2 shutting down\r\n".to_owned()),
        Some(Rule::Hang) => None,
        _ => Some("250 2.1.5 fine\r\n".to_owned()),
    }
}

/// Stores a mail, and gives the answer; none to give none.
fn taken(state: &Mutex<State>, from: &str, to: &str, data: Vec<u8>) -> Option<&'static str> {
    let mut state = state.lock().unwrap();
    let answered = match rule(&state, to) {
        Some(Rule::CutAfterData(times)) => {
            let domain = to.rsplit('@').next().unwrap().to_owned();
            match times.checked_sub(1) {
                Some(left) => {
                    state.rules.insert(domain, Rule::CutAfterData(left));
                    false
                }
                None => true,
            }
        }
        Some(Rule::SilentAfterData) => {
            state.waiting.push(to.to_owned());
            false
        }
        _ => true,
    };
    state.received.push(Received { from: from.into(), to: to.into(), data });
    answered.then_some("250 2.0.0 taken as 4711\r\n")
}

async fn body(wire: &mut BufReader<Box<dyn Wire>>) -> std::io::Result<Vec<u8>> {
    let (mut data, mut line) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        if wire.read_until(b'\n', &mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(data);
        }
        data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
