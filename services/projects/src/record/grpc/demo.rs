use atlas_proto::projects::v1::{self as pb, demo_service_server::DemoService};
use kernel::Role;
use tonic::{Request, Response, Status};

use crate::{error::Error, record::commands::Record};

/// Counts demonstration data, and takes it away.
pub struct Demo(pub Record);

#[tonic::async_trait]
impl DemoService for Demo {
    async fn count_demo(&self, _: Request<pb::CountDemoRequest>) -> Result<Response<pb::CountDemoResponse>, Status> {
        let counts = self.0.count_demo().await?;
        Ok(Response::new(pb::CountDemoResponse {
            demo_partnerships: counts.demo_partnerships.unsigned_abs(),
            demo_projects: counts.demo_projects.unsigned_abs(),
            other_partnerships: counts.other_partnerships.unsigned_abs(),
            other_projects: counts.other_projects.unsigned_abs(),
        }))
    }

    async fn drop_demo(&self, request: Request<pb::DropDemoRequest>) -> Result<Response<pb::DropDemoResponse>, Status> {
        if runtime::caller(&request)?.right.role < Role::Editor {
            return Err(Error::RoleTooLow.into());
        }
        let dropped = self.0.drop_demo().await?;
        let count = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
        Ok(Response::new(pb::DropDemoResponse {
            removed_partnerships: count(dropped.partnerships),
            removed_projects: count(dropped.projects),
            more: dropped.more,
            kept_partnerships: dropped.kept,
            partner_ids_in_use: dropped.in_use.iter().map(ToString::to_string).collect(),
        }))
    }
}
