//! Connections: HTTP/1.1 with keep-alive, bounded in number and patience, drained when the process stops.

use std::{convert::Infallible, sync::Arc, time::Duration};

use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use runtime::Lifecycle;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::task::TaskTracker;

use crate::front::Front;

/// More connections than this wait to be accepted.
const MOST_CONNECTIONS: usize = 8192;
/// How long a client may take to say what it wants; an idle connection ends after it too.
const HEADERS_WITHIN: Duration = Duration::from_secs(30);
/// All of a request's headers together.
const MOST_HEADERS: usize = 32 * 1024;

/// Serves until the process stops; requests that run are answered, idle connections end.
///
/// # Errors
/// None today: a server that cannot accept waits until it can.
pub async fn serve(listener: TcpListener, front: Front, lifecycle: &Lifecycle) -> anyhow::Result<()> {
    let (front, graceful, connections) = (Arc::new(front), GracefulShutdown::new(), TaskTracker::new());
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let accepted = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (runtime::listen::accept(&listener).await, place)
        };
        tokio::select! {
            (stream, place) = accepted => {
                let connection = graceful.watch(connection(stream, Arc::clone(&front)));
                connections.spawn(async move {
                    // A client that goes away in the middle is no news.
                    let _ = connection.await;
                    drop(place);
                });
            }
            () = lifecycle.stop().cancelled() => break,
        }
    }
    drop(listener);
    graceful.shutdown().await;
    connections.close();
    connections.wait().await;
    Ok(())
}

fn connection(
    stream: TcpStream,
    front: Arc<Front>,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send + 'static {
    // A peer without an address has left already.
    let peer = stream.peer_addr().map_or(std::net::Ipv4Addr::UNSPECIFIED.into(), |address| address.ip());
    let answer = service_fn(move |request: hyper::Request<Incoming>| {
        let front = Arc::clone(&front);
        async move { Ok::<_, Infallible>(front.answer(peer, request).await) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADERS_WITHIN).max_buf_size(MOST_HEADERS).pipeline_flush(true);
    http.serve_connection(TokioIo::new(stream), answer)
}
