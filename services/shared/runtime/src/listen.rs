//! Accepting connections.

use std::time::Duration;

use futures_util::Stream;
use tokio::net::{TcpListener, TcpStream};

/// How long accepting rests after an error that will not pass by itself at once, as too many open files.
const REST: Duration = Duration::from_millis(100);

/// Waits for the next connection. Never fails: a process that runs out of file descriptors has to accept again once it has some.
pub async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Small answers must not wait for more to send.
                let _ = stream.set_nodelay(true);
                return stream;
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "cannot accept a connection");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

/// The connections of a listener, without end and without errors.
pub(crate) fn connections(listener: TcpListener) -> impl Stream<Item = std::io::Result<TcpStream>> {
    futures_util::stream::unfold(listener, async |listener| {
        let stream = accept(&listener).await;
        Some((Ok(stream), listener))
    })
}
