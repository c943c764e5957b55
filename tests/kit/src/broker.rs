use async_nats::jetstream;
use events::Broker;
use futures_util::TryStreamExt as _;

/// A part of the broker that is one test's alone: every subject and stream has a random prefix. It goes with the test.
#[derive(Debug)]
pub struct TestBroker {
    /// The way to it, as a service has.
    pub broker: Broker,
    url: String,
}

impl TestBroker {
    /// A new part of the broker of the test run.
    ///
    /// # Panics
    /// The broker of the test run is not there.
    pub async fn start() -> Self {
        let url = crate::setting("ATLAS_TEST_NATS");
        let prefix = format!("t{}", uuid::Uuid::new_v4().simple());
        let broker = Broker::connect(&url, &prefix).await.expect("ATLAS_TEST_NATS is an address");
        Self { broker, url }
    }

    /// The address and prefix, as a process is told them.
    #[must_use]
    pub fn address(&self) -> (&str, &str) {
        (&self.url, &self.broker.prefix)
    }

    /// Another connection to the same part, as another process has.
    ///
    /// # Panics
    /// Never: the address was good once.
    pub async fn another(&self) -> Broker {
        Broker::connect(&self.url, &self.broker.prefix).await.expect("ATLAS_TEST_NATS is an address")
    }

    /// Loses what the broker stored of a service: its stream and all who listened to it.
    ///
    /// # Panics
    /// There is no such stream.
    pub async fn lose(&self, service: &str) {
        self.broker.jetstream.delete_stream(self.broker.stream(service)).await.expect("a stream to lose");
    }
}

impl Drop for TestBroker {
    /// Deletes the streams, on a thread of its own: the test's runtime may be gone already.
    fn drop(&mut self) {
        let (url, prefix) = (self.url.clone(), self.broker.prefix.clone());
        let deleted = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(delete(&url, &prefix))
        });
        // The broker may be gone too, when the whole run is being stopped.
        let _ = deleted.join();
    }
}

async fn delete(url: &str, prefix: &str) -> anyhow::Result<()> {
    let jetstream = jetstream::new(async_nats::connect(url).await?);
    let names: Vec<String> = jetstream.stream_names().try_collect().await?;
    for name in names.iter().filter(|name| name.starts_with(prefix)) {
        jetstream.delete_stream(name).await?;
    }
    Ok(())
}
