use chrono::{DateTime, TimeDelta, Utc};
use kernel::{CollectiviteId, Role};
use sqlx::PgConnection;

use super::{
    Actor, Teams, about, note,
    standing::{proof, refuse_member},
    word,
};
use crate::{
    commands::{sessions::SignedIn, throttles},
    domain::{
        calendar,
        joincode::JoinCode,
        mail::{Mail, Purpose, Recipient, Validity},
        membership::Membership,
        place::Known,
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

impl Teams {
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
                .leading_to(format!("{}/equipe", scope.page()))
                .word("person", &actor.name)
                .word("function", who.account.person.function.as_str())
                .word("role", word(role));
            self.tell(tx, administrator.account, administrator.locale, mail, &scope).await?;
        }
        Ok(membership)
    }
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
