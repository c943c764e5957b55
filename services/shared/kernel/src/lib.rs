#![doc = include_str!("../README.md")]

mod clock;
mod fault;
mod fields;
mod ids;
mod page;
mod right;
mod version;

pub use clock::{Clock, Frozen, SystemClock};
pub use fault::{Code, Fault};
pub use fields::{Fields, Violation, Violations};
pub use ids::{ClientId, CollectiviteId, EventId, InvalidId, RequestId};
pub use page::{InvalidPageToken, PageSize, PageToken};
pub use right::{Caller, InvalidRight, Right, RightKind, Role};
#[doc(hidden)]
pub use uuid;
pub use version::{Epoch, Etag, Position, Version};
