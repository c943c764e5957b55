use std::time::{Duration, Instant};

/// Longer than anything takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(20);

/// Waits until something is so.
///
/// # Panics
/// It is not so within the limit; the message names it.
pub async fn until(what: &str, is_so: impl AsyncFnMut() -> bool) {
    within(LIMIT, what, is_so).await;
}

/// Waits until something is so, and says how long that took.
///
/// # Panics
/// It is not so within the limit; the message names it.
pub async fn within(limit: Duration, what: &str, mut is_so: impl AsyncFnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < limit, "not within {limit:?}: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    began.elapsed()
}
