use atlas_proto::directory::v1::{self as pb, demo_service_server::DemoService};
use kernel::{Fields, Role};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::{commands::Directory, error::Error};

/// Takes demonstration data away.
pub struct Demo(pub Directory);

#[tonic::async_trait]
impl DemoService for Demo {
    async fn drop_demo(&self, request: Request<pb::DropDemoRequest>) -> Result<Response<pb::DropDemoResponse>, Status> {
        if runtime::caller(&request)?.right.role < Role::Editor {
            return Err(Error::RoleTooLow.into());
        }
        let mut fields = Fields::default();
        let texts = request.get_ref().kept_partner_ids.iter().enumerate();
        let kept: Vec<Uuid> = texts.filter_map(|(place, id)| fields.parse(&format!("kept_partner_ids[{place}]"), id)).collect();
        let kept = fields.finish(Some(kept)).map_err(Error::from)?;
        let dropped = self.0.drop_demo(kept).await?;
        let count = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
        Ok(Response::new(pb::DropDemoResponse {
            removed_contacts: count(dropped.contacts),
            removed_network_relations: count(dropped.ties),
            removed_partners: count(dropped.partners),
            more: dropped.more,
            kept_partners: dropped.kept_partners,
        }))
    }
}
