use atlas_proto::{
    directory::v1::{self as pb, official_address_service_server::OfficialAddressService},
    mail::v1::{self as mail, recipient_service_server::RecipientService},
};
use kernel::{Caller, CollectiviteId, RightKind, Role};
use sqlx::PgPool;
use tonic::{Request, Response, Status};

use super::parse;
use crate::{error::Error, store};

/// Where collectivités are officially reached: the hint for those who ask a person, the address for who sends the mail.
#[derive(Clone)]
pub struct Official(pub PgPool);

/// Who may see the hint: the page that asks for a code, and the service that has it sent.
const HINTED: [&str; 2] = ["gateway", "identity"];

#[tonic::async_trait]
impl OfficialAddressService for Official {
    async fn get_official_address_hint(
        &self,
        request: Request<pb::GetOfficialAddressHintRequest>,
    ) -> Result<Response<pb::GetOfficialAddressHintResponse>, Status> {
        let caller = runtime::caller(&request)?;
        let id = parse::collectivite_id(&request.get_ref().collectivite_id).map_err(Error::from)?;
        if !HINTED.into_iter().any(|service| is(&caller, service)) {
            return Err(Error::CollectiviteNotFound(id).into());
        }
        let mut conn = self.0.acquire().await.map_err(Error::from)?;
        let found = store::official::find(&mut conn, &id).await.map_err(Error::from)?;
        let (_, address) = found.ok_or(Error::CollectiviteNotFound(id))?;
        let hint = address.map(|address| address.hint()).unwrap_or_default();
        Ok(Response::new(pb::GetOfficialAddressHintResponse { hint }))
    }
}

#[tonic::async_trait]
impl RecipientService for Official {
    async fn resolve_recipient(
        &self,
        request: Request<mail::ResolveRecipientRequest>,
    ) -> Result<Response<mail::ResolveRecipientResponse>, Status> {
        let caller = runtime::caller(&request)?;
        let id = official(&request.get_ref().recipient).filter(|_| is(&caller, "notifications"));
        let id = id.ok_or(Error::RecipientNotFound)?;
        let mut conn = self.0.acquire().await.map_err(Error::from)?;
        let found = store::official::find(&mut conn, &id).await.map_err(Error::from)?;
        let (display_name, address) = found.ok_or(Error::RecipientNotFound)?;
        let email = address.ok_or(Error::RecipientNotFound)?.as_str().to_owned();
        Ok(Response::new(mail::ResolveRecipientResponse { email, display_name, locale: "fr".to_owned() }))
    }
}

fn is(caller: &Caller, service: &str) -> bool {
    caller.holds(RightKind::Service, service, Role::Reader)
}

/// The collectivité of `directory:official:<id>`.
fn official(recipient: &str) -> Option<CollectiviteId> {
    recipient.strip_prefix("directory:official:")?.parse().ok()
}
