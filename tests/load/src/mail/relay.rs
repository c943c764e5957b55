use std::{
    io::Write as _,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::ensure;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// An SMTP server that stores each mail in a file of its own and syncs it before it answers, as a relay must.
pub struct Relay {
    pub port: u16,
    state: Arc<State>,
    _serving: JoinSet<()>,
}

struct State {
    folder: tempfile::TempDir,
    stores: bool,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    times: Vec<Instant>,
    last: Option<Arc<Vec<u8>>>,
}

impl Relay {
    pub async fn start(stores: bool) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(State { folder: tempfile::tempdir()?, stores, taken: Mutex::default() });
        let (mut serving, accepting) = (JoinSet::new(), Arc::clone(&state));
        serving.spawn(async move {
            let mut clients = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&accepting);
                clients.spawn(async move {
                    let _ = talk(stream, &state).await; // a client that goes is no fault
                });
            }
        });
        Ok(Self { port, state, _serving: serving })
    }

    /// Waits until so many mails were taken, and says when that was.
    pub async fn until(&self, count: usize) -> anyhow::Result<Instant> {
        let deadline = Instant::now() + Duration::from_secs(300);
        loop {
            if let Some(at) = self.state.taken().times.get(count - 1) {
                return Ok(*at);
            }
            ensure!(Instant::now() < deadline, "{} mails came of {count}", self.taken());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    pub fn taken(&self) -> usize {
        self.state.taken().times.len()
    }

    pub fn last(&self) -> Option<Arc<Vec<u8>>> {
        self.state.taken().last.clone()
    }

    pub fn forget(&self) {
        self.state.taken().times.clear();
    }
}

impl State {
    fn taken(&self) -> std::sync::MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn store(self: &Arc<Self>, mail: Vec<u8>) -> std::io::Result<()> {
        let mail = Arc::new(mail);
        if self.stores {
            let (state, mail) = (Arc::clone(self), Arc::clone(&mail));
            tokio::task::spawn_blocking(move || {
                let mut file = tempfile::NamedTempFile::new_in(state.folder.path())?;
                file.write_all(&mail)?;
                file.as_file().sync_all()
            })
            .await
            .map_err(std::io::Error::other)??;
        }
        let mut taken = self.taken();
        taken.times.push(Instant::now());
        taken.last = Some(mail);
        Ok(())
    }
}

async fn talk(stream: TcpStream, state: &Arc<State>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut wire = BufReader::new(stream);
    wire.write_all(b"220 relay.example ESMTP\r\n").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if wire.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let answer: &[u8] = match line.get(..4) {
            Some("EHLO") => b"250-relay.example\r\n250 8BITMIME\r\n",
            Some("QUIT") => return wire.write_all(b"221 bye\r\n").await,
            Some("DATA") => {
                wire.write_all(b"354 go on\r\n").await?;
                let mail = body(&mut wire).await?;
                state.store(mail).await?;
                b"250 2.0.0 taken\r\n"
            }
            _ => b"250 fine\r\n",
        };
        wire.write_all(answer).await?;
    }
}

async fn body(wire: &mut BufReader<TcpStream>) -> std::io::Result<Vec<u8>> {
    let (mut mail, mut line) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        if wire.read_until(b'\n', &mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(mail);
        }
        mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
