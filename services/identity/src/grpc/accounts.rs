use atlas_proto::identity::v1::{self as pb, account_service_server::AccountService};
use kernel::Fields;
use prost::Message as _;
use tonic::{Request, Response, Status};

use super::{convert, gateway::visit, parse};
use crate::{
    commands::{
        accounts::Accounts,
        sign_ins::{Entered, SignIn},
    },
    domain::{password::Password, person::Locale},
    error::Error,
    voids::timestamp,
    words,
};

/// What people do with their own accounts, in a browser that the gateway speaks for.
pub struct AccountGrpc(pub Accounts);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl AccountService for AccountGrpc {
    async fn start_sign_up(&self, request: Request<pb::StartSignUpRequest>) -> Answer<pb::StartSignUpResponse> {
        let visit = visit(&request)?;
        let sign_up = parse::sign_up(&self.0.directory, request.get_ref()).await?;
        let (flow, flow_secret) = convert::begun(&self.0.start_sign_up(&visit, sign_up).await?);
        Ok(Response::new(pb::StartSignUpResponse { flow_secret, flow }))
    }

    async fn suggest_password(&self, request: Request<pb::SuggestPasswordRequest>) -> Answer<pb::SuggestPasswordResponse> {
        visit(&request)?;
        let locale: Locale = parse::one("locale", &request.get_ref().locale)?;
        Ok(Response::new(pb::SuggestPasswordResponse { password: words::passphrase(locale).0 }))
    }

    async fn start_recovery(&self, request: Request<pb::StartRecoveryRequest>) -> Answer<pb::StartRecoveryResponse> {
        let visit = visit(&request)?;
        let (email, locale) = parse::address(&request.get_ref().email, &request.get_ref().locale)?;
        let (flow, flow_secret) = convert::begun(&self.0.start_recovery(&visit, email, locale).await?);
        Ok(Response::new(pb::StartRecoveryResponse { flow_secret, flow }))
    }

    async fn start_address_recovery(&self, request: Request<pb::StartAddressRecoveryRequest>) -> Answer<pb::StartAddressRecoveryResponse> {
        let visit = visit(&request)?;
        let mut fields = Fields::default();
        let collectivite = parse::collectivite(&self.0.directory, &mut fields, &request.get_ref().collectivite_id).await?;
        let locale = fields.parse("locale", &request.get_ref().locale);
        let (collectivite, locale) = fields.finish(collectivite.zip(locale)).map_err(Error::from)?;
        let (flow, flow_secret) = convert::begun(&self.0.start_address_recovery(&visit, collectivite, locale).await?);
        Ok(Response::new(pb::StartAddressRecoveryResponse { flow_secret, flow }))
    }

    async fn get_flow(&self, request: Request<pb::GetFlowRequest>) -> Answer<pb::GetFlowResponse> {
        visit(&request)?;
        let (flow, account) = self.0.flow_of(&request.get_ref().flow_secret).await?;
        let (authenticator, passkey) = account.map_or((false, false), |account| (account.authenticator, account.passkey));
        Ok(Response::new(pb::GetFlowResponse { flow: Some(pb::Flow::from(&flow)), authenticator, passkey }))
    }

    async fn resend_flow_mail(&self, request: Request<pb::ResendFlowMailRequest>) -> Answer<pb::ResendFlowMailResponse> {
        let visit = visit(&request)?;
        let flow = self.0.resend(&visit, &request.get_ref().flow_secret).await?;
        Ok(Response::new(pb::ResendFlowMailResponse { flow: Some(pb::Flow::from(&flow)) }))
    }

    async fn correct_flow_address(&self, request: Request<pb::CorrectFlowAddressRequest>) -> Answer<pb::CorrectFlowAddressResponse> {
        let visit = visit(&request)?;
        let email = parse::one("email", &request.get_ref().email)?;
        let flow = self.0.correct_address(&visit, &request.get_ref().flow_secret, email).await?;
        Ok(Response::new(pb::CorrectFlowAddressResponse { flow: Some(pb::Flow::from(&flow)) }))
    }

    async fn enter_code(&self, request: Request<pb::EnterCodeRequest>) -> Answer<pb::EnterCodeResponse> {
        let visit = visit(&request)?;
        let pb::EnterCodeRequest { flow_secret, code, .. } = request.into_inner();
        let code: String = code.split_whitespace().collect();
        let proved = self.0.enter_code(&visit, &flow_secret, &code).await?;
        let (flow, flow_secret) = convert::begun(&proved.begun);
        let (session_secret, device_secret) = convert::opened(proved.opened.as_ref());
        Ok(Response::new(pb::EnterCodeResponse { flow, flow_secret, session_secret, device_secret }))
    }

    async fn get_link(&self, request: Request<pb::GetLinkRequest>) -> Answer<pb::GetLinkResponse> {
        let visit = visit(&request)?;
        let said = self.0.link(&visit, &request.get_ref().link).await?;
        Ok(Response::new(pb::GetLinkResponse {
            kind: said.kind.map_or(pb::FlowKind::Unspecified, pb::FlowKind::from).into(),
            undoes_email_change: said.kind.is_none(),
            collectivite_name: said.collectivite,
        }))
    }

    async fn use_link(&self, request: Request<pb::UseLinkRequest>) -> Answer<pb::UseLinkResponse> {
        let visit = visit(&request)?;
        let pb::UseLinkRequest { link, flow_secret, .. } = request.into_inner();
        let proved = self.0.use_link(&visit, &link, &flow_secret).await?;
        let (flow, flow_secret) = convert::begun(&proved.begun);
        let (session_secret, device_secret) = convert::opened(proved.opened.as_ref());
        Ok(Response::new(pb::UseLinkResponse { flow, flow_secret, session_secret, device_secret }))
    }

    async fn choose_password(&self, request: Request<pb::ChoosePasswordRequest>) -> Answer<pb::ChoosePasswordResponse> {
        let visit = visit(&request)?;
        let flow = self.0.choose_password(&visit, &request.get_ref().flow_secret, &request.get_ref().password).await?;
        Ok(Response::new(pb::ChoosePasswordResponse { kind: pb::FlowKind::from(flow.kind).into(), email: flow.email }))
    }

    async fn sign_in(&self, request: Request<pb::SignInRequest>) -> Answer<pb::SignInResponse> {
        let visit = visit(&request)?;
        let pb::SignInRequest { email, password, device_secret } = request.into_inner();
        let sign_in = SignIn { email, password: Password::typed(&password), device: device_secret };
        Ok(Response::new(match self.0.sign_in(&visit, sign_in).await? {
            Entered::Session(opened) => {
                let (session_secret, device_secret) = convert::opened(Some(&opened));
                pb::SignInResponse { session_secret, device_secret, flow_secret: String::new() }
            }
            Entered::SecondFactor(flow) => pb::SignInResponse { flow_secret: flow.reveal().to_owned(), ..Default::default() },
        }))
    }

    async fn enter_second_factor(&self, request: Request<pb::EnterSecondFactorRequest>) -> Answer<pb::EnterSecondFactorResponse> {
        let visit = visit(&request)?;
        let opened = self.0.enter_second_factor(&visit, &request.get_ref().flow_secret, &request.get_ref().code).await?;
        let (session_secret, device_secret) = convert::opened(Some(&opened));
        Ok(Response::new(pb::EnterSecondFactorResponse { session_secret, device_secret }))
    }

    async fn start_second_factor(&self, request: Request<pb::StartSecondFactorRequest>) -> Answer<pb::StartSecondFactorResponse> {
        visit(&request)?;
        let (secret, uri) = self.0.start_second_factor(&request.get_ref().session_secret).await?;
        Ok(Response::new(pb::StartSecondFactorResponse { secret: secret.reveal().to_owned(), uri: uri.reveal().to_owned() }))
    }

    async fn confirm_second_factor(&self, request: Request<pb::ConfirmSecondFactorRequest>) -> Answer<pb::ConfirmSecondFactorResponse> {
        let visit = visit(&request)?;
        let codes = self.0.confirm_second_factor(&visit, &request.get_ref().session_secret, &request.get_ref().code).await?;
        let recovery_codes = codes.iter().map(|code| code.reveal().to_owned()).collect();
        Ok(Response::new(pb::ConfirmSecondFactorResponse { recovery_codes }))
    }

    async fn remove_second_factor(&self, request: Request<pb::RemoveSecondFactorRequest>) -> Answer<pb::RemoveSecondFactorResponse> {
        let visit = visit(&request)?;
        self.0.remove_second_factor(&visit, &request.get_ref().session_secret).await?;
        Ok(Response::new(pb::RemoveSecondFactorResponse {}))
    }

    async fn start_passkey(&self, request: Request<pb::StartPasskeyRequest>) -> Answer<pb::StartPasskeyResponse> {
        visit(&request)?;
        let name = parse::one("name", &request.get_ref().name)?;
        let asked = self.0.start_passkey(&request.get_ref().session_secret, name).await?;
        Ok(Response::new(pb::StartPasskeyResponse { flow_secret: asked.flow.reveal().to_owned(), options: asked.options }))
    }

    async fn confirm_passkey(&self, request: Request<pb::ConfirmPasskeyRequest>) -> Answer<pb::ConfirmPasskeyResponse> {
        let visit = visit(&request)?;
        let pb::ConfirmPasskeyRequest { session_secret, flow_secret, credential } = request.into_inner();
        let codes = self.0.confirm_passkey(&visit, &session_secret, &flow_secret, &credential).await?;
        let recovery_codes = codes.iter().map(|code| code.reveal().to_owned()).collect();
        Ok(Response::new(pb::ConfirmPasskeyResponse { recovery_codes }))
    }

    async fn list_passkeys(&self, request: Request<pb::ListPasskeysRequest>) -> Answer<pb::ListPasskeysResponse> {
        visit(&request)?;
        let passkeys = self.0.passkeys(&request.get_ref().session_secret).await?;
        Ok(Response::new(pb::ListPasskeysResponse { passkeys: passkeys.into_iter().map(convert::passkey).collect() }))
    }

    async fn remove_passkey(&self, request: Request<pb::RemovePasskeyRequest>) -> Answer<pb::RemovePasskeyResponse> {
        let visit = visit(&request)?;
        let id = parse::one("passkey_id", &request.get_ref().passkey_id)?;
        self.0.remove_passkey(&visit, &request.get_ref().session_secret, id).await?;
        Ok(Response::new(pb::RemovePasskeyResponse {}))
    }

    async fn start_passkey_sign_in(&self, request: Request<pb::StartPasskeySignInRequest>) -> Answer<pb::StartPasskeySignInResponse> {
        let asked = self.0.start_passkey_sign_in(&visit(&request)?).await?;
        Ok(Response::new(pb::StartPasskeySignInResponse { flow_secret: asked.flow.reveal().to_owned(), options: asked.options }))
    }

    async fn ask_for_passkey(&self, request: Request<pb::AskForPasskeyRequest>) -> Answer<pb::AskForPasskeyResponse> {
        let visit = visit(&request)?;
        let options = self.0.ask_for_passkey(&visit, &request.get_ref().flow_secret).await?;
        Ok(Response::new(pb::AskForPasskeyResponse { options }))
    }

    async fn enter_passkey(&self, request: Request<pb::EnterPasskeyRequest>) -> Answer<pb::EnterPasskeyResponse> {
        let visit = visit(&request)?;
        let pb::EnterPasskeyRequest { flow_secret, credential, device_secret } = request.into_inner();
        let opened = self.0.enter_passkey(&visit, &flow_secret, &credential, &device_secret).await?;
        let (session_secret, device_secret) = convert::opened(Some(&opened));
        Ok(Response::new(pb::EnterPasskeyResponse { session_secret, device_secret }))
    }

    async fn sign_out(&self, request: Request<pb::SignOutRequest>) -> Answer<pb::SignOutResponse> {
        let visit = visit(&request)?;
        self.0.sign_out(&visit, &request.get_ref().session_secret).await?;
        Ok(Response::new(pb::SignOutResponse {}))
    }

    async fn resume_session(&self, request: Request<pb::ResumeSessionRequest>) -> Answer<pb::ResumeSessionResponse> {
        visit(&request)?;
        let standing = self.0.resume(&request.get_ref().session_secret).await?;
        let second_factor_missing = standing.second_factor_missing();
        let session = standing.signed_in.session;
        Ok(Response::new(pb::ResumeSessionResponse {
            account: Some(pb::Account::from(&standing.signed_in.account)),
            memberships: standing.memberships.iter().map(pb::Membership::from).collect(),
            session_id: session.id.to_string(),
            expires_at: Some(timestamp(session.ends_at)),
            authenticated_at: Some(timestamp(session.authenticated_at)),
            second_factor_missing,
        }))
    }

    async fn issue_session_token(&self, request: Request<pb::IssueSessionTokenRequest>) -> Answer<pb::IssueSessionTokenResponse> {
        let visit = visit(&request)?;
        let (right, audiences) = parse::token(request.get_ref())?;
        let issued = self.0.issue_token(&visit, &request.get_ref().session_secret, right, audiences).await?;
        Ok(Response::new(pb::IssueSessionTokenResponse { access_token: issued.token, expires_in: issued.life.num_seconds() }))
    }

    async fn reauthenticate(&self, request: Request<pb::ReauthenticateRequest>) -> Answer<pb::ReauthenticateResponse> {
        let visit = visit(&request)?;
        let secret = self.0.reauthenticate(&visit, &request.get_ref().session_secret, &request.get_ref().password).await?;
        Ok(Response::new(pb::ReauthenticateResponse { session_secret: secret.reveal().to_owned() }))
    }

    async fn list_sessions(&self, request: Request<pb::ListSessionsRequest>) -> Answer<pb::ListSessionsResponse> {
        visit(&request)?;
        let (who, sessions) = self.0.sessions(&request.get_ref().session_secret).await?;
        let sessions = sessions.into_iter().map(|session| {
            let present = session.id == who.session.id;
            convert::session(session, present)
        });
        Ok(Response::new(pb::ListSessionsResponse { sessions: sessions.collect() }))
    }

    async fn end_sessions(&self, request: Request<pb::EndSessionsRequest>) -> Answer<pb::EndSessionsResponse> {
        let visit = visit(&request)?;
        let which = parse::session(&request.get_ref().session_id);
        let ended = self.0.end_sessions(&visit, &request.get_ref().session_secret, which).await?;
        Ok(Response::new(pb::EndSessionsResponse { ended: i32::try_from(ended).unwrap_or(i32::MAX) }))
    }

    async fn update_account(&self, request: Request<pb::UpdateAccountRequest>) -> Answer<pb::UpdateAccountResponse> {
        let visit = visit(&request)?;
        let pb::UpdateAccountRequest { session_secret, account } = request.into_inner();
        let (seen, person) = parse::update(&account.unwrap_or_default())?;
        let account = self.0.update(&visit, &session_secret, seen, person).await?;
        Ok(Response::new(pb::UpdateAccountResponse { account: Some(pb::Account::from(&account)) }))
    }

    async fn change_password(&self, request: Request<pb::ChangePasswordRequest>) -> Answer<pb::ChangePasswordResponse> {
        let visit = visit(&request)?;
        let pb::ChangePasswordRequest { session_secret, current_password, new_password } = request.into_inner();
        let secret = self.0.change_password(&visit, &session_secret, &current_password, &new_password).await?;
        Ok(Response::new(pb::ChangePasswordResponse { session_secret: secret.reveal().to_owned() }))
    }

    async fn start_email_change(&self, request: Request<pb::StartEmailChangeRequest>) -> Answer<pb::StartEmailChangeResponse> {
        let visit = visit(&request)?;
        let email = parse::one("email", &request.get_ref().email)?;
        let (flow, flow_secret) = convert::begun(&self.0.start_email_change(&visit, &request.get_ref().session_secret, email).await?);
        Ok(Response::new(pb::StartEmailChangeResponse { flow_secret, flow }))
    }

    async fn save_draft(&self, request: Request<pb::SaveDraftRequest>) -> Answer<pb::SaveDraftResponse> {
        visit(&request)?;
        let pb::SaveDraftRequest { session_secret, draft } = request.into_inner();
        let (form, fields) = parse::draft(draft.unwrap_or_default())?;
        let saved_at = self.0.save_draft(&session_secret, &form, &fields).await?;
        Ok(Response::new(pb::SaveDraftResponse { saved_at: Some(timestamp(saved_at)) }))
    }

    async fn get_draft(&self, request: Request<pb::GetDraftRequest>) -> Answer<pb::GetDraftResponse> {
        visit(&request)?;
        let pb::GetDraftRequest { session_secret, form } = request.into_inner();
        let form = parse::form(form)?;
        let (fields, saved_at) = self.0.draft(&session_secret, &form).await?;
        let kept = pb::Draft::decode(fields.as_slice()).map_err(|_| Error::Draft)?;
        Ok(Response::new(pb::GetDraftResponse { draft: Some(pb::Draft { form, saved_at: Some(timestamp(saved_at)), ..kept }) }))
    }

    async fn drop_draft(&self, request: Request<pb::DropDraftRequest>) -> Answer<pb::DropDraftResponse> {
        visit(&request)?;
        let pb::DropDraftRequest { session_secret, form } = request.into_inner();
        self.0.drop_draft(&session_secret, &parse::form(form)?).await?;
        Ok(Response::new(pb::DropDraftResponse {}))
    }
}
