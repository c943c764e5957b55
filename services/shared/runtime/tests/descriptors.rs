//! A process that runs out of file descriptors goes on accepting once it has some. Alone in its binary: the limit is the process's.

use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

#[tokio::test(flavor = "multi_thread")]
async fn the_accept_loop_survives_a_lack_of_descriptors() {
    let lifecycle = runtime::Lifecycle::default();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    runtime::health::serve(listener, &lifecycle);
    let before = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: Some(64), ..before }).unwrap();

    let mut held = Vec::new();
    while let Ok(stream) = TcpStream::connect(address).await {
        held.push(stream);
    }
    assert!(held.len() > 10, "{}", held.len());
    drop(held);

    let began = Instant::now();
    while alive(address).await.is_none() {
        assert!(began.elapsed() < Duration::from_secs(20), "it no longer accepts");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!lifecycle.is_stopping());
}

async fn alive(address: std::net::SocketAddr) -> Option<()> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.ok()?;
    let mut answer = String::new();
    tokio::time::timeout(Duration::from_secs(1), stream.read_to_string(&mut answer)).await.ok()?.ok()?;
    answer.starts_with("HTTP/1.1 200").then_some(())
}
