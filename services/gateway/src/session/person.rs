use std::{ops::Deref, sync::Arc};

use atlas_proto::identity::v1::{Account, GetDraftRequest, IssueSessionTokenRequest, Membership, ResumeSessionRequest};
use axum::extract::FromRequestParts;
use http::request::Parts;
use kernel::{Right, RightKind, Role};
use tonic::{Code, Response, Status};

use super::Visitor;
use crate::{
    error::PageError,
    forms::Typed,
    people::{Desk, Halt},
    services::{Directory, Journal, Messages, Partners, Records, Teams},
};

/// Somebody who is signed in. Asked of identity once a request.
#[derive(Debug, Clone)]
pub struct SignedIn {
    visitor: Visitor,
    /// The secret of the session.
    pub session: String,
    /// Who it is.
    pub account: Account,
    /// What they may do today.
    pub memberships: Vec<Membership>,
    /// A second factor has to be set up before anything else.
    pub second_factor_missing: bool,
}

impl Deref for SignedIn {
    type Target = Visitor;

    fn deref(&self) -> &Visitor {
        &self.visitor
    }
}

impl FromRequestParts<Desk> for SignedIn {
    type Rejection = Halt;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Halt> {
        let person = Self::of(Visitor::from_request_parts(parts, desk).await?).await?;
        // Who decides over others has a second factor first; their own account is theirs all the same.
        if person.second_factor_missing && !person.path.starts_with("/compte") && person.path != "/deconnexion" {
            return Err(Halt::Go(person.at("/compte/second-facteur")));
        }
        Ok(person)
    }
}

impl SignedIn {
    /// The person of the visitor's session.
    ///
    /// # Errors
    /// [`Halt::Ended`] without a session, or with one that is over; what identity answers.
    pub async fn of(visitor: Visitor) -> Result<Self, Halt> {
        let session = visitor.session.clone().ok_or(Halt::Ended)?;
        let request = ResumeSessionRequest { session_secret: session.clone() };
        let resumed = visitor.desk.services.accounts(&visitor.whose).resume_session(request).await?.into_inner();
        Ok(Self {
            session,
            account: resumed.account.unwrap_or_default(),
            memberships: resumed.memberships,
            second_factor_missing: resumed.second_factor_missing,
            visitor,
        })
    }

    /// The person, where the visitor is signed in; a session that is over is nobody.
    ///
    /// # Errors
    /// What identity answers else.
    pub async fn maybe(visitor: &Visitor) -> Result<Option<Self>, Halt> {
        match Self::of(visitor.clone()).await {
            Ok(person) => Ok(Some(person)),
            Err(Halt::Ended) => Ok(None),
            Err(halt) => Err(halt),
        }
    }

    /// First and last name.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.account.first_name, self.account.last_name).trim().to_owned()
    }

    /// The rights the person holds.
    pub fn rights(&self) -> impl Iterator<Item = (Right, &Membership)> {
        self.memberships.iter().filter_map(|membership| Some((membership.right.parse().ok()?, membership)))
    }

    /// The person's right over one thing, where it goes as far as `role`.
    #[must_use]
    pub fn right(&self, kind: RightKind, key: &str, role: Role) -> Option<Right> {
        self.rights().map(|(right, _)| right).find(|right| right.kind == kind && right.key == key && right.role >= role)
    }

    /// Asks for something about teams, in the name of a right.
    ///
    /// # Errors
    /// What identity answers.
    pub async fn teams<Ask: Clone, Told, F>(&self, right: &Right, ask: Ask, call: impl Fn(Teams, Ask) -> F) -> Result<Told, Halt>
    where
        F: Future<Output = Result<Response<Told>, Status>> + Send,
    {
        self.with_token(right, "identity", |token| call(self.desk.services.teams(&self.whose, token), ask.clone())).await
    }

    /// Asks for something of the journal, in the name of a right.
    ///
    /// # Errors
    /// What identity answers.
    pub async fn journal<Ask: Clone, Told, F>(&self, right: &Right, ask: Ask, call: impl Fn(Journal, Ask) -> F) -> Result<Told, Halt>
    where
        F: Future<Output = Result<Response<Told>, Status>> + Send,
    {
        self.with_token(right, "identity", |token| call(self.desk.services.journal(&self.whose, token), ask.clone())).await
    }

    /// Asks for something about mails, in the name of a right.
    ///
    /// # Errors
    /// What notifications answers, or identity about the right.
    pub async fn messages<Ask: Clone, Told, F>(&self, right: &Right, ask: Ask, call: impl Fn(Messages, Ask) -> F) -> Result<Told, Halt>
    where
        F: Future<Output = Result<Response<Told>, Status>> + Send,
    {
        self.with_token(right, "notifications", |token| call(self.desk.services.messages(token), ask.clone())).await
    }

    /// Asks for something of what collectivités do abroad, in the name of a right.
    ///
    /// # Errors
    /// What projects answers, or identity about the right; not found where this site has no such thing.
    pub async fn records<Ask: Clone, Told, F>(&self, right: &Right, ask: Ask, call: impl Fn(Records, Ask) -> F) -> Result<Told, Halt>
    where
        F: Future<Output = Result<Response<Told>, Status>> + Send,
    {
        if !self.desk.services.has_record() {
            return Err(PageError::NotFound.into());
        }
        let ask = |token: &str| {
            let asked = self.desk.services.records(token).map(|records| call(records, ask.clone()));
            async move { asked.ok_or_else(|| Status::not_found("no such thing on this site"))?.await }
        };
        self.with_token(right, "projects", ask).await
    }

    /// Asks for something of foreign partners, in the name of a right.
    ///
    /// # Errors
    /// What directory answers, or identity about the right.
    pub async fn partners<Ask: Clone, Told, F>(&self, right: &Right, ask: Ask, call: impl Fn(Partners, Ask) -> F) -> Result<Told, Halt>
    where
        F: Future<Output = Result<Response<Told>, Status>> + Send,
    {
        self.with_token(right, "directory", |token| call(self.desk.services.partners(token), ask.clone())).await
    }

    /// Asks for something of collectivités, in the name of a right.
    ///
    /// # Errors
    /// What directory answers, or identity about the right.
    pub async fn directory<Ask: Clone, Told, F>(&self, right: &Right, ask: Ask, call: impl Fn(Directory, Ask) -> F) -> Result<Told, Halt>
    where
        F: Future<Output = Result<Response<Told>, Status>> + Send,
    {
        self.with_token(right, "directory", |token| call(self.desk.services.directory(token), ask.clone())).await
    }

    /// Sees to it that the person holds a right now, and that its use is written down.
    ///
    /// # Errors
    /// What identity answers.
    pub async fn assume(&self, right: &Right) -> Result<(), Halt> {
        let name = right.to_string();
        self.desk.memory.forget(&self.session, &name, "identity");
        self.token(&name, "identity").await.map(|_| ())
    }

    /// Calls with the token of a right, and once more should that have been voided meanwhile.
    async fn with_token<Told, F>(&self, right: &Right, audience: &str, call: impl Fn(&str) -> F) -> Result<Told, Halt>
    where
        F: Future<Output = Result<Response<Told>, Status>> + Send,
    {
        let name = right.to_string();
        let token = self.token(&name, audience).await?;
        match call(&token).await {
            Err(status) if status.code() == Code::Unauthenticated => {
                self.desk.memory.forget(&self.session, &name, audience);
                let token = self.token(&name, audience).await?;
                Ok(call(&token).await?.into_inner())
            }
            answer => Ok(answer?.into_inner()),
        }
    }

    async fn token(&self, right: &str, audience: &str) -> Result<Arc<str>, Halt> {
        if let Some(token) = self.desk.memory.find(&self.session, right, audience) {
            return Ok(token);
        }
        let (session_secret, audiences) = (self.session.clone(), vec![audience.to_owned()]);
        let request = IssueSessionTokenRequest { session_secret, right: right.to_owned(), audiences };
        let issued = self.desk.services.accounts(&self.whose).issue_session_token(request).await?.into_inner();
        let token: Arc<str> = issued.access_token.into();
        self.desk.memory.keep(&self.session, right, audience, Arc::clone(&token));
        Ok(token)
    }

    /// What was typed into this page's form before the session ended, where the address says that there is something.
    ///
    /// # Errors
    /// What identity answers.
    pub async fn draft(&self) -> Result<Typed, Halt> {
        if self.asked(DRAFT).is_empty() {
            return Ok(Typed::default());
        }
        let request = GetDraftRequest { session_secret: self.session.clone(), form: self.path.clone() };
        match self.desk.services.accounts(&self.whose).get_draft(request).await {
            Ok(found) => Ok(Typed::drafted(found.into_inner().draft.unwrap_or_default())),
            Err(status) if status.code() == Code::NotFound => Ok(Typed::default()),
            Err(status) => Err(status.into()),
        }
    }
}

/// The name in an address that says that a draft of its form is kept.
pub const DRAFT: &str = "brouillon";
