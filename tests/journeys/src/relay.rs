use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, BufRead, BufReader, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

/// When the server keeps a client waiting, the first time that a mail to an address comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The mail was announced, and nothing of it was taken.
    BeforeData,
    /// The mail is taken, and the answer that says so is not given yet.
    AfterData,
}

/// A mail that was taken over.
#[derive(Debug, Clone)]
pub struct Taken {
    /// To whom.
    pub to: String,
    /// What.
    pub data: Vec<u8>,
}

impl Taken {
    /// The text of the mail, headers and all.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.data).into_owned()
    }

    /// What a header says.
    pub fn header(&self, name: &str) -> String {
        let text = self.text();
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
        line.unwrap_or_else(|| panic!("no {name}: {text}"))
    }
}

/// The SMTP server that a platform without mail catcher hands its mails to, for one test: it takes all, and waits where it is told to.
pub struct Relay {
    state: Arc<Mutex<State>>,
    address: String,
}

#[derive(Default)]
struct State {
    holds: BTreeMap<String, Moment>,
    held: BTreeSet<String>,
    released: BTreeSet<String>,
    taken: Vec<Taken>,
    connections: Vec<TcpStream>,
    over: bool,
}

impl Relay {
    /// What it says when it has taken a mail over; senders keep it.
    pub const SAYS: &str = "taken as kanariplante";

    /// Listens where the platform hands its mails to.
    pub fn listen(address: &str) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let state = Arc::new(Mutex::new(State::default()));
        let serving = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut state = lock(&serving);
                if state.over {
                    return;
                }
                state.connections.extend(stream.try_clone());
                drop(state);
                let serving = Arc::clone(&serving);
                thread::spawn(move || talk(stream, &serving)); // a client that goes is no fault
            }
        });
        Self { state, address: address.to_owned() }
    }

    /// Keeps the first mail to an address waiting at a moment.
    pub fn hold(&self, to: &str, moment: Moment) {
        lock(&self.state).holds.insert(to.to_owned(), moment);
    }

    /// Whether the mail to an address is being kept waiting.
    pub fn holds(&self, to: &str) -> bool {
        lock(&self.state).held.contains(to)
    }

    /// Answers the mail that is kept waiting.
    pub fn release(&self, to: &str) {
        lock(&self.state).released.insert(to.to_owned());
    }

    /// The mails to an address, in order.
    pub fn to(&self, to: &str) -> Vec<Taken> {
        lock(&self.state).taken.iter().filter(|mail| mail.to == to).cloned().collect()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let mut state = lock(&self.state);
        state.over = true;
        for connection in &state.connections {
            let _ = connection.shutdown(Shutdown::Both); // its client may have gone
        }
        drop(state);
        let _ = TcpStream::connect(&self.address); // wakes who waits for the next one, and lets go of the port
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn talk(stream: TcpStream, state: &Mutex<State>) -> io::Result<()> {
    let mut wire = BufReader::new(stream.try_clone()?);
    let answer = |text: &str| (&stream).write_all(text.as_bytes());
    answer("220 relay.example ESMTP\r\n")?;
    let (mut line, mut to) = (String::new(), String::new());
    loop {
        line.clear();
        if wire.read_line(&mut line)? == 0 {
            return Ok(());
        }
        match line.get(..4).unwrap_or_default() {
            "EHLO" => answer("250-relay.example\r\n250 8BITMIME\r\n")?,
            "QUIT" => return answer("221 bye\r\n"),
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                answer("250 fine\r\n")?;
            }
            "DATA" => {
                wait(state, &to, Moment::BeforeData, &stream)?;
                answer("354 go on\r\n")?;
                let data = body(&mut wire)?;
                lock(state).taken.push(Taken { to: to.clone(), data });
                wait(state, &to, Moment::AfterData, &stream)?;
                answer(&format!("250 2.0.0 {}\r\n", Relay::SAYS))?;
            }
            _ => answer("250 fine\r\n")?,
        }
    }
}

/// Waits, where that is the moment for it, until the mail is released or its client has gone.
fn wait(state: &Mutex<State>, to: &str, moment: Moment, stream: &TcpStream) -> io::Result<()> {
    let mut held = lock(state);
    if held.holds.get(to) != Some(&moment) || !held.held.insert(to.to_owned()) {
        return Ok(());
    }
    drop(held);
    stream.set_read_timeout(Some(Duration::from_millis(20)))?;
    while !lock(state).released.contains(to) {
        if matches!(stream.peek(&mut [0]), Ok(0)) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    stream.set_read_timeout(None)
}

fn body(wire: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let (mut data, mut line) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        if wire.read_until(b'\n', &mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(data);
        }
        data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
