//! Liveness, readiness and metrics over HTTP.

use std::{convert::Infallible, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header::CONTENT_TYPE};
use http_body_util::Full;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;

use crate::{Lifecycle, listen, telemetry};

/// Serves `/health/live`, `/health/ready` and `/metrics` on a port of their own, as long as the process runs.
///
/// It goes on answering while the process drains: "not ready" is what its callers wait for.
pub fn serve(listener: TcpListener, lifecycle: &Lifecycle) {
    serve_also(listener, lifecycle, "", || None);
}

/// As [`serve`], and bytes of the process's own at `path`, for its peers: 503 while there are none or it is not ready.
pub fn serve_also(
    listener: TcpListener,
    lifecycle: &Lifecycle,
    path: &'static str,
    bytes: impl Fn() -> Option<Bytes> + Send + Sync + 'static,
) {
    let also = Arc::new(Also { path, bytes: Box::new(bytes) });
    let process = lifecycle.clone();
    lifecycle.spawn_to_end("health", async move {
        let connections = TaskTracker::new();
        loop {
            tokio::select! {
                stream = listen::accept(&listener) => { connections.spawn(connection(stream, process.clone(), Arc::clone(&also))); }
                () = process.stop().cancelled() => return Ok(()),
            }
        }
    });
}

/// What a process gives its peers.
struct Also {
    path: &'static str,
    bytes: Box<dyn Fn() -> Option<Bytes> + Send + Sync>,
}

async fn connection(stream: TcpStream, process: Lifecycle, also: Arc<Also>) {
    let stop = process.stop().clone();
    let answer = service_fn(move |request| {
        let response = answer(&request, &process, &also);
        async { Ok::<_, Infallible>(response) }
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(5)).max_buf_size(16 * 1024).keep_alive(true);
    // A scraper that goes away in the middle is no news; a connection kept alive ends with the process.
    let _ = stop.run_until_cancelled_owned(http.serve_connection(TokioIo::new(stream), answer)).await;
}

fn answer(request: &Request<Incoming>, process: &Lifecycle, also: &Also) -> Response<Full<Bytes>> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return text(StatusCode::METHOD_NOT_ALLOWED, "only GET\n".to_owned());
    }
    match request.uri().path() {
        "/health/live" => text(StatusCode::OK, "alive\n".to_owned()),
        "/health/ready" if process.readiness().is_ready() => text(StatusCode::OK, "ready\n".to_owned()),
        "/health/ready" => text(StatusCode::SERVICE_UNAVAILABLE, format!("waiting for {}\n", process.readiness().missing().join(", "))),
        path if path == also.path => match (also.bytes)().filter(|_| process.readiness().is_ready()) {
            Some(bytes) => Response::new(Full::new(bytes)),
            None => text(StatusCode::SERVICE_UNAVAILABLE, "nothing to give yet\n".to_owned()),
        },
        "/metrics" => text(StatusCode::OK, telemetry::metrics()),
        _ => text(StatusCode::NOT_FOUND, "/health/live, /health/ready, /metrics\n".to_owned()),
    }
}

fn text(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"));
    response
}
