use chrono::{DateTime, TimeDelta, Utc};
use kernel::{CollectiviteId, RightKind, Role};
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Actor, Teams, about, is_decided_by_somebody, note, word};
use crate::{
    commands::{expiries, sessions::SignedIn, throttles},
    domain::{
        AccountId, MembershipId, RequestId,
        approval::{Approver, OPEN_AT_MOST, Present},
        calendar,
        joincode::JoinCode,
        mail::{Mail, Purpose, Recipient, Validity},
        membership::Membership,
        place::Known,
        request::{Asking, Request},
        scope::Scope,
        subject,
        team::Granted,
        throttle::Rule,
        visit::Visit,
    },
    error::{Error, teams::Refused},
    store::{self, throttles::Bucket},
};

/// Guesses of a code, by one account for one collectivité.
const GUESSES: Rule = Rule::Guesses { free: 5, cap: TimeDelta::minutes(15), daily: 25, in_row: 100 };
/// Guesses of codes of one collectivité, by everybody together: asking for another way in stays possible.
const OF_ALL: Rule = Rule::Quota { count: 100, span: TimeDelta::hours(24) };
/// Mails to one official address, for everybody together: no town hall is flooded by somebody's clicks.
const OFFICIAL_MAILS: Rule = Rule::Quota { count: 10, span: TimeDelta::hours(24) };
/// Mails to official addresses that one account asks for.
const OWN_MAILS: Rule = Rule::Quota { count: 5, span: TimeDelta::hours(24) };

/// Where a person stands with a collectivité.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The collectivité.
    pub collectivite: Known,
    /// What the person holds; it may begin later.
    pub membership: Option<Membership>,
    /// What the person has asked for.
    pub request: Option<Request>,
    /// Somebody of the collectivité can approve.
    pub has_administrators: bool,
    /// A code was sent to the official address and is still good.
    pub code_sent_at: Option<DateTime<Utc>>,
    /// The official address with its middle left out; empty where none is known.
    pub official_hint: String,
    /// First and last name of who helps: of the SGAR.
    pub helper: Option<String>,
}

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct Asks {
    /// To act for this collectivité.
    pub collectivite: CollectiviteId,
    /// What the person writes.
    pub message: String,
    /// The colleague who has left, whose place the person takes.
    pub replaces: Option<MembershipId>,
    /// For whom the person acts; empty for the collectivité itself.
    pub delegate_of: String,
}

impl Teams {
    /// Where who is signed in stands with a collectivité.
    ///
    /// # Errors
    /// There is no such collectivité; the session is over.
    pub async fn standing(&self, visit: &Visit, session: &str, id: &CollectiviteId) -> Result<Standing, Error> {
        self.as_person(visit, session, async |_, _, _| Ok(())).await?; // before anything is asked of others
        let collectivite = self.directory.collectivite(id).await?;
        let official_hint = self.directory.official_hint(id).await.unwrap_or_default();
        self.as_person(visit, session, async |tx, who, _| {
            let scope = collectivite.scope();
            let region = Scope { kind: RightKind::Region, key: collectivite.region_code.clone() };
            let helper = store::teams::administrators(tx, &region).await?.into_iter().next().map(|helper| helper.name);
            Ok(Standing {
                membership: store::teams::of(tx, who.account.id, &scope).await?,
                request: store::requests::open_of(tx, who.account.id, id).await?,
                has_administrators: !store::teams::administrators(tx, &scope).await?.is_empty(),
                code_sent_at: store::mails::good_since(tx, Purpose::OfficialCode, proof(who.account.id, id)).await?,
                official_hint,
                helper,
                collectivite,
            })
        })
        .await
    }

    /// Sends a code to the official address of a collectivité.
    ///
    /// # Errors
    /// The collectivité is no more, or has no such address; the person is a member already; too many were sent.
    pub async fn send_official_code(&self, visit: &Visit, session: &str, id: &CollectiviteId) -> Result<DateTime<Utc>, Error> {
        let account = self.as_person(visit, session, async |_, who, _| Ok(who.account.id)).await?;
        let collectivite = self.living(id).await?;
        if self.directory.official_hint(id).await.is_some_and(|hint| hint.is_empty()) {
            return Err(Refused::NoOfficialAddress.into());
        }
        let buckets =
            [Bucket::of("official-mail", id.as_str(), OFFICIAL_MAILS), Bucket::of("official-mail-by", &subject(account), OWN_MAILS)];
        self.as_person(visit, session, async |tx, who, actor| {
            refuse_member(tx, who, &collectivite.scope()).await?;
            store::throttles::take(tx, &buckets).await?.map_err(crate::error::accounts::Refused::from)?;
            self.mails.ask(tx, &code_letter(who, &collectivite)).await?;
            note(tx, actor, "official-code.sent", &actor.subject, &collectivite.scope(), "").await?;
            Ok(who.now)
        })
        .await
    }

    /// Makes who is signed in a member by a code: of the official address, or of the circular.
    ///
    /// # Errors
    /// The code is wrong, or was tried too often; the collectivité is no more; the person is a member already.
    pub async fn enter_code(&self, visit: &Visit, session: &str, id: &CollectiviteId, typed: &str) -> Result<Membership, Error> {
        let account = self.as_person(visit, session, async |_, who, _| Ok(who.account.id)).await?;
        let collectivite = self.living(id).await?;
        let buckets = [Bucket::of("join-code", &format!("{account} {id}"), GUESSES), Bucket::of("join-code-of", id.as_str(), OF_ALL)];
        throttles::take(&self.pool, &buckets).await?;
        let code = JoinCode::read(typed);
        let entered = self
            .as_person(visit, session, async |tx, who, actor| {
                let scope = collectivite.scope();
                refuse_member(tx, who, &scope).await?;
                let proved_by = match &code {
                    Some(code) => self.proof_of(tx, who, id, code).await?,
                    None => None,
                };
                let Some(proved_by) = proved_by else {
                    note(tx, actor, "join-code.refused", &actor.subject, &scope, "").await?;
                    return Ok(None);
                };
                store::throttles::succeeded(tx, &buckets).await?;
                self.join(tx, who, actor, &collectivite, proved_by).await.map(Some)
            })
            .await?;
        entered.ok_or_else(|| Error::field("code", "WRONG: expected the code of the mail, or of the circular"))
    }

    /// By what a code proves that the person works for the collectivité; none when it proves nothing.
    async fn proof_of(
        &self,
        tx: &mut PgConnection,
        who: &SignedIn,
        id: &CollectiviteId,
        code: &JoinCode,
    ) -> Result<Option<&'static str>, Error> {
        if code.is_circular() {
            return Ok(store::codes::is_good(tx, id, &code.hash(id)).await?.then_some("CIRCULAR_CODE"));
        }
        let about = proof(who.account.id, id);
        for mail in store::mails::good_of(tx, Purpose::OfficialCode, about).await? {
            let sent = self.links.long_code(mail.id, &mail.made_with);
            if sent.is_some_and(|sent| sent.is(code)) && store::mails::redeem(tx, mail.id, (Purpose::OfficialCode, about)).await? {
                return Ok(Some("OFFICIAL_CODE"));
            }
        }
        Ok(None)
    }

    /// The first member becomes administrator, later ones editors; the administrators are told.
    async fn join(
        &self,
        tx: &mut PgConnection,
        who: &SignedIn,
        actor: &Actor,
        place: &Known,
        proved_by: &'static str,
    ) -> Result<Membership, Error> {
        let scope = place.scope();
        store::teams::hold(tx, &scope).await?;
        refuse_member(tx, who, &scope).await?;
        let administrators = store::teams::administrators(tx, &scope).await?;
        let role = if store::teams::all(tx, &scope).await?.is_empty() { Role::Admin } else { Role::Editor };
        let granted = Granted {
            account: who.account.id,
            scope: scope.clone(),
            role,
            name: place.name.clone(),
            from: calendar::day(who.now),
            until: None,
            delegate_of: String::new(),
            proved_by,
            by: actor.subject.clone(),
        };
        let membership = self.grant(tx, actor, &granted, who.now).await?;
        self.close_request(tx, actor, who.account.id, &scope).await?;
        for administrator in administrators {
            let mail = about("joined-by-code", &place.name, who.now)
                .word("person", &actor.name)
                .word("function", who.account.person.function.as_str())
                .word("role", word(role));
            self.tell(tx, administrator.account, administrator.locale, mail, &scope).await?;
        }
        Ok(membership)
    }

    /// Asks to act for a collectivité: its administrators, its SGAR or the ministry decide.
    ///
    /// # Errors
    /// The collectivité is no more; the person is a member, or has asked; too many requests are open.
    pub async fn ask(&self, visit: &Visit, session: &str, asks: Asks) -> Result<Request, Error> {
        self.as_person(visit, session, async |_, _, _| Ok(())).await?;
        let collectivite = self.living(&asks.collectivite).await?;
        self.as_person(visit, session, async |tx, who, actor| {
            let scope = collectivite.scope();
            refuse_member(tx, who, &scope).await?;
            if store::requests::open_of(tx, who.account.id, &collectivite.id).await?.is_some() {
                return Err(Refused::AlreadyAsked.into());
            }
            // One at a time for an account, so that the count is of all of them.
            store::accounts::lock(tx, who.account.id).await?;
            if store::requests::count_open_of(tx, who.account.id).await? >= OPEN_AT_MOST {
                return Err(Refused::TooManyRequests.into());
            }
            let asking = asking(tx, who, &collectivite, asks).await?;
            let id = RequestId::made(who.now);
            store::requests::insert(tx, id, &asking).await?;
            if let Some(at) = asking.escalates_at {
                events::jobs::enqueue(tx, expiries::ESCALATE, &id.to_string(), at, &[]).await?;
            }
            let request = store::requests::find(tx, id).await?.ok_or(Refused::RequestNotFound)?;
            self.call_approvers(tx, &request, who.now).await?;
            note(tx, actor, "request.made", &actor.subject, &scope, &id.to_string()).await?;
            Ok(request)
        })
        .await
    }

    /// A collectivité that lives.
    async fn living(&self, id: &CollectiviteId) -> Result<Known, Error> {
        let known = self.directory.collectivite(id).await?;
        if known.ended { Err(Refused::CollectiviteEnded.into()) } else { Ok(known) }
    }

    /// Who is signed in by a secret, and what they have asked for, newest first.
    ///
    /// # Errors
    /// The session is over.
    pub async fn own_requests(&self, visit: &Visit, session: &str) -> Result<Vec<Request>, Error> {
        self.as_person(visit, session, async |tx, who, _| Ok(store::requests::of_account(tx, who.account.id).await?)).await
    }
}

/// What is kept of a request: who decides first, and until when alone.
async fn asking(tx: &mut PgConnection, who: &SignedIn, collectivite: &Known, asks: Asks) -> Result<Asking, Error> {
    let scope = collectivite.scope();
    if let Some(id) = asks.replaces {
        let replaced = store::teams::find(tx, id).await?;
        replaced.filter(|(_, membership)| Scope::of(&membership.right) == scope).ok_or(Refused::MembershipNotFound)?;
    }
    let approver = Approver::first(present(tx, &scope, &collectivite.region_code).await?);
    Ok(Asking {
        account: who.account.id,
        collectivite: collectivite.id.clone(),
        approver,
        message: asks.message,
        replaces: asks.replaces,
        delegate_of: asks.delegate_of,
        escalates_at: approver.until(who.now),
    })
}

/// Who is there to decide.
pub(in crate::commands) async fn present(tx: &mut PgConnection, team: &Scope, region: &str) -> Result<Present, Error> {
    let region = Scope { kind: RightKind::Region, key: region.to_owned() };
    Ok(Present {
        administrators: !store::teams::administrators(tx, team).await?.is_empty(),
        region: !region.key.is_empty() && is_decided_by_somebody(tx, &region).await?,
    })
}

async fn refuse_member(tx: &mut PgConnection, who: &SignedIn, scope: &Scope) -> Result<(), Error> {
    let member = store::teams::of(tx, who.account.id, scope).await?;
    if member.is_some() { Err(Refused::AlreadyMember.into()) } else { Ok(()) }
}

/// What the code of an official address is good for: this account and this collectivité, and nothing else.
fn proof(account: AccountId, collectivite: &CollectiviteId) -> Uuid {
    let digest = Sha256::digest(format!("official-code {account} {collectivite}"));
    Uuid::from_slice(&digest[..16]).unwrap_or_default()
}

/// The mail with the code: to the collectivité, about the person.
fn code_letter(who: &SignedIn, place: &Known) -> Mail {
    let mail = about("membership-official-code", &place.name, who.now)
        .word("person", &who.account.person.name())
        .word("function", who.account.person.function.as_str())
        .proving(Purpose::OfficialCode, proof(who.account.id, &place.id), Validity::OFFICIAL);
    let mut times = mail.times.clone();
    times.insert("expires".to_owned(), who.now + Validity::OFFICIAL.at_most);
    Mail {
        recipient: Recipient::Other(format!("directory:official:{}", place.id)),
        account: Some(who.account.id),
        collectivite_id: place.id.to_string(),
        locale: who.account.person.locale,
        times,
        ..mail
    }
}
