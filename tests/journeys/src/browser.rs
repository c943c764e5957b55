use std::{
    collections::BTreeMap,
    io,
    net::{Ipv4Addr, SocketAddr},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

/// A browser at an address of its own (127.x.y.z are all this machine), so that no limit of another is in its way.
#[derive(Clone)]
pub struct Browser {
    gateway: SocketAddr,
    from: Ipv4Addr,
    /// What it keeps.
    pub cookies: BTreeMap<String, String>,
    /// Every value that it was ever given to keep.
    pub given: Vec<String>,
    token: String,
}

/// What a gateway answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Names, in small letters, and values of the headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub text: String,
}

impl Answer {
    /// A header; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The value of the first form field of that name.
    pub fn field(&self, name: &str) -> String {
        let (_, rest) =
            self.text.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no field {name}: {}", self.text));
        rest.split('"').next().unwrap_or_default().replace("&#38;", "&").replace("&amp;", "&")
    }

    fn read(bytes: &[u8]) -> io::Result<Self> {
        let broken = || io::Error::new(io::ErrorKind::InvalidData, "no HTTP answer");
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").ok_or_else(broken)?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok()).ok_or_else(broken)?;
        let pairs = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        Ok(Self { status, headers: pairs.collect(), text: String::from_utf8_lossy(&bytes[end + 4..]).into_owned() })
    }
}

impl Browser {
    /// One that was never here.
    pub fn new(gateway: SocketAddr, from: Ipv4Addr) -> Self {
        Self { gateway, from, cookies: BTreeMap::new(), given: Vec::new(), token: String::new() }
    }

    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.send("GET", path, None).await
    }

    /// Asks for a page, and goes where it leads.
    pub async fn open(&mut self, path: &str) -> io::Result<Answer> {
        let mut answer = self.get(path).await?;
        while (300..400).contains(&answer.status) {
            answer = self.get(answer.header("location")).await?;
        }
        Ok(answer)
    }

    /// Sends a form, with the token that the pages of this browser carry.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> io::Result<Answer> {
        let body = self.form(fields).await?;
        self.send("POST", path, Some(&body)).await
    }

    /// The body of a form of this browser.
    pub async fn form(&mut self, fields: &[(&str, &str)]) -> io::Result<String> {
        self.token = self.get("/deconnexion").await?.field("_token");
        let all = fields.iter().copied().chain([("_token", self.token.as_str())]);
        Ok(all.map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&"))
    }

    /// The token of the forms of this browser, as its last page carried it.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Sends anything; what the answer gives to keep is kept.
    pub async fn send(&mut self, method: &str, path: &str, body: Option<&str>) -> io::Result<Answer> {
        let answer = exchange(self.gateway, self.from, self.request(method, path, body).as_bytes()).await?;
        for line in answer.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, line)| line) {
            let (name, value) = line.split(';').next().and_then(|pair| pair.split_once('=')).unwrap_or_default();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.given.push(value.to_owned());
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(answer)
    }

    /// A request of this browser, as it goes over the wire.
    pub fn request(&self, method: &str, path: &str, body: Option<&str>) -> String {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let cookies = if cookies.is_empty() { String::new() } else { format!("cookie: {cookies}\r\n") };
        request(self.gateway, method, path, &format!("sec-fetch-site: same-origin\r\n{cookies}"), body)
    }

    /// A connection from this browser's address.
    pub async fn connect(&self) -> io::Result<TcpStream> {
        connect(self.gateway, self.from).await
    }
}

/// A request as it goes over the wire, with these lines among its headers.
pub fn request(gateway: SocketAddr, method: &str, path: &str, lines: &str, body: Option<&str>) -> String {
    let body = body.map_or("\r\n".to_owned(), |body| {
        format!("content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    });
    format!("{method} {path} HTTP/1.1\r\nhost: {gateway}\r\naccept: text/html\r\nconnection: close\r\n{lines}{body}")
}

async fn exchange(gateway: SocketAddr, from: Ipv4Addr, request: &[u8]) -> io::Result<Answer> {
    let mut stream = connect(gateway, from).await?;
    stream.write_all(request).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    Answer::read(&bytes)
}

async fn connect(gateway: SocketAddr, from: Ipv4Addr) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((from, 0).into())?;
    socket.connect(gateway).await
}

fn encoded(value: &str) -> String {
    value.bytes().map(|byte| if byte.is_ascii_alphanumeric() { (byte as char).to_string() } else { format!("%{byte:02X}") }).collect()
}
