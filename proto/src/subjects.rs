//! Names on the broker: streams, subjects and headers.

/// The header that carries an event's id; the broker drops a repeat within its window.
pub const MESSAGE_ID: &str = "Nats-Msg-Id";
/// The header that says what happened: registered, updated, removed…
pub const CHANGE: &str = "Atlas-Change";
/// The header on state that is told again; its value is the epoch.
pub const RESYNC: &str = "Atlas-Resync";
/// The header that joins an event to the trace of the write that made it (W3C Trace Context).
pub const TRACEPARENT: &str = "traceparent";
/// The resource under which the end of a resync is told; its key is the epoch.
pub const RESYNC_ENDED: &str = "resync";

/// The subject of an event: `atlas.<service>.v1.<resource>.<key>`.
#[must_use]
pub fn subject(service: &str, resource: &str, key: &str) -> String {
    format!("atlas.{service}.v1.{resource}.{key}")
}

/// The subject of an event that was published before and is published again, because the broker lost it:
/// `atlas.<service>.v1.again.<resource>.<key>`, beside what is new, which is not to wait behind it.
#[must_use]
pub fn again(service: &str, resource: &str, key: &str) -> String {
    format!("atlas.{service}.v1.again.{resource}.{key}")
}

/// The name of a service's stream: the service in upper case.
#[must_use]
pub fn stream(service: &str) -> String {
    service.to_uppercase()
}
