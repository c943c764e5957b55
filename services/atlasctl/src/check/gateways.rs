//! A gateway speaks HTTP, and says how it is on its health port.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, StatusCode, header::HOST};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};

use super::{PATIENCE, Replica};

/// Its name, the same everywhere.
pub const NAME: &str = "gateway";
/// What is read of an answer.
const MOST: usize = 4096;

/// Asks a gateway whether it is ready.
pub async fn look_at(address: SocketAddr) -> Replica {
    let asked = timeout(PATIENCE, ask(address)).await;
    let address = address.to_string();
    match asked {
        Ok(Ok((StatusCode::OK, _))) => Replica::found(NAME, address, Vec::new()),
        Ok(Ok((StatusCode::SERVICE_UNAVAILABLE, text))) => Replica::found(NAME, address, vec![format!("it is not ready: {}", line(&text))]),
        Ok(Ok((status, _))) => {
            let problem = format!("it answers {status}: ATLAS_GATEWAYS names another port than that of its health");
            Replica::found(NAME, address, vec![problem])
        }
        Ok(Err(error)) => Replica::unreachable(NAME, &address, error.to_string()),
        Err(_) => Replica::unreachable(NAME, &address, format!("no answer within {} s", PATIENCE.as_secs())),
    }
}

async fn ask(address: SocketAddr) -> Result<(StatusCode, Bytes), Box<dyn std::error::Error + Send + Sync>> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let request = Request::get("/health/ready").header(HOST, address.to_string()).body(Empty::<Bytes>::new())?;
    let answer = async {
        let response = sender.send_request(request).await?;
        let status = response.status();
        Ok((status, Limited::new(response.into_body(), MOST).collect().await?.to_bytes()))
    };
    tokio::pin!(answer);
    tokio::select! {
        answer = &mut answer => answer,
        ended = connection => { ended?; answer.await }
    }
}

/// The first line of an answer, without what could steer a terminal.
fn line(text: &[u8]) -> String {
    String::from_utf8_lossy(text).lines().next().unwrap_or_default().chars().filter(|c| !c.is_control()).collect()
}
