//! Facts as others hear them: the resource, what happened, and the whole new state.

use atlas_proto::projects::v1 as pb;
use events::outbox::Event;
use kernel::Version;
use prost::Message;

use super::{
    domain::{Partnership, PartnershipId, Project, ProjectId, Theme},
    grpc::convert,
};

/// The resource of partnerships in subjects and keys.
pub const PARTNERSHIP: &str = "partnership";
/// The resource of projects.
pub const PROJECT: &str = "project";
/// The resource of themes.
pub const THEME: &str = "theme";

/// The change of what others take part in than before, or who lie elsewhere: who may see it changes.
pub const MOVED: &str = "moved";
/// The change of what is gone.
pub const REMOVED: &str = "removed";

/// A partnership as it now stands, after `change`.
#[must_use]
pub fn partnership(of: &Partnership, change: &'static str) -> Event {
    let partnership_id = of.id.to_string();
    let state = pb::PartnershipEvent { partnership_id, partnership: Some(convert::partnership(of)), ..Default::default() };
    Event { resource: PARTNERSHIP, key: of.id.to_string(), version: of.version, change, state: state.encode_to_vec(), removed: false }
}

/// That a partnership is gone.
#[must_use]
pub fn partnership_removed(of: &Partnership) -> Event {
    partnership_gone(of.id, of.version)
}

/// That a partnership is gone, which had this version.
#[must_use]
pub fn partnership_gone(id: PartnershipId, version: Version) -> Event {
    let state = pb::PartnershipEvent { partnership_id: id.to_string(), ..Default::default() };
    let (key, version) = (id.to_string(), version.next());
    Event { resource: PARTNERSHIP, key, version, change: REMOVED, state: state.encode_to_vec(), removed: true }
}

/// A project as it now stands, after `change`.
#[must_use]
pub fn project(of: &Project, change: &'static str) -> Event {
    let project_id = of.id.to_string();
    let state = pb::ProjectEvent { project_id, project: Some(convert::project(of)), ..Default::default() };
    Event { resource: PROJECT, key: of.id.to_string(), version: of.version, change, state: state.encode_to_vec(), removed: false }
}

/// That a project is gone.
#[must_use]
pub fn project_removed(of: &Project) -> Event {
    project_gone(of.id, of.version)
}

/// That a project is gone, which had this version.
#[must_use]
pub fn project_gone(id: ProjectId, version: Version) -> Event {
    let state = pb::ProjectEvent { project_id: id.to_string(), ..Default::default() };
    let (key, version) = (id.to_string(), version.next());
    Event { resource: PROJECT, key, version, change: REMOVED, state: state.encode_to_vec(), removed: true }
}

/// A theme as it now stands.
#[must_use]
pub fn theme(of: &Theme, change: &'static str) -> Event {
    let state = pb::ThemeEvent { theme: Some(convert::theme(of)), ..Default::default() };
    Event { resource: THEME, key: of.code.to_string(), version: of.version, change, state: state.encode_to_vec(), removed: false }
}
