//! Accounts, for who helps on the telephone: found, helped back in, shut out.

use atlas_proto::identity::v1::{AccountSummary, ListAccountsRequest, SendRecoveryRequest, SetAccountDisabledRequest};
use kernel::{Right, RightKind, Role};

use super::{Office, more, request_id};
use crate::{
    error::PageError,
    forms::{Form, FormView, Kind, Typed},
    people::{Answer, Block, Card, Halt, Rich, door::go, space::role_key, team::seen},
    session::SignedIn,
};

const PAGE: i32 = 50;

/// `GET …/comptes?query={typed}`
pub async fn show(person: SignedIn) -> Answer {
    page(&person, &Office::own(&person, Role::Admin)?, &Typed::default()).await
}

/// `POST …/comptes`
pub async fn send(person: SignedIn, form: Form) -> Answer {
    form.only(&["account_id", "etag", "reason", "request_id"])?;
    let office = Office::own(&person, Role::Admin)?;
    let (account_id, request_id) = (form.get("account_id").to_owned(), form.get("request_id").to_owned());
    let done = match form.act() {
        "recover" => {
            let request = SendRecoveryRequest { account_id, request_id };
            person
                .teams(&office.right, request, |mut teams, request| async move { teams.send_recovery(request).await })
                .await
                .map(|_| "recovery-sent")
        }
        "disable" | "enable" => {
            let (disabled, etag, reason) = (form.act() == "disable", form.get("etag").to_owned(), form.get("reason").to_owned());
            let request = SetAccountDisabledRequest { account_id, disabled, etag, reason, request_id };
            let note = if disabled { "account-disabled" } else { "account-enabled" };
            person
                .teams(&office.right, request, |mut teams, request| async move { teams.set_account_disabled(request).await })
                .await
                .map(|_| note)
        }
        _ => return Err(PageError::BadRequest.into()),
    };
    match done {
        Ok(note) => {
            person.say_next(note);
            let query = if person.query.is_empty() { String::new() } else { format!("?{}", person.query) };
            Ok(go(&person, &format!("{}{query}", person.path)))
        }
        Err(Halt::Service(status)) => page(&person, &office, &Typed::of(&form).refused(status, person.words(), &[])?).await,
        Err(halt) => Err(halt),
    }
}

async fn page(person: &SignedIn, office: &Office, typed: &Typed) -> Answer {
    let (words, query) = (person.words(), person.asked("query"));
    let search = FormView::new(person, &Typed::known(&[("query", &query)])).searching().named("search");
    let search = search.field(person, "query", Kind::Text, |field| {
        field.hint(words.say("accounts-hint"));
        field.optional();
    });
    let request = ListAccountsRequest { query: query.clone(), page_size: PAGE, page_token: person.asked("page") };
    let listed = person.teams(&office.right, request, |mut teams, request| async move { teams.list_accounts(request).await }).await?;
    let sheet = office.sheet(person, words.say("accounts-title")).form(search.button(words.say("search-button"), ""));
    let cards: Vec<Card> = listed.accounts.iter().map(|summary| card(person, office, summary, typed)).collect();
    let sheet = match cards.len() {
        0 => sheet.text(words.say("accounts-none")),
        found => sheet.heading(words.count("accounts-found", found)).part(Block::Cards(cards)),
    };
    sheet.maybe(more(person, &listed.next_page_token)).answer()
}

fn card(person: &SignedIn, office: &Office, summary: &AccountSummary, typed: &Typed) -> Card {
    let words = person.words();
    let account = summary.account.clone().unwrap_or_default();
    let right = |right: &str, name: &str| match right.parse::<Right>() {
        Ok(right) => format!("{name} ({})", words.say(role_key(right.role))),
        Err(_) => name.to_owned(),
    };
    let held: Vec<String> = summary.memberships.iter().map(|membership| right(&membership.right, &membership.name)).collect();
    let mut facts = vec![
        (words.say("field-email"), Rich::from(&account.email)),
        (words.say("field-function"), Rich::from(&account.function)),
        (words.say("accounts-rights"), Rich::from(held.join(", "))),
        (words.say("member-seen"), seen(words, &summary.last_seen_day).into()),
        (words.say("step-title"), words.say(if account.second_factor { "yes" } else { "no" }).into()),
    ];
    if summary.bounced {
        facts.push((words.say("member-problem"), words.say("member-bounced").into()));
    }
    facts.retain(|(_, value)| !value.pieces.is_empty());
    let carry = |form: FormView| {
        let action = if person.query.is_empty() { person.path.clone() } else { format!("{}?{}", person.path, person.query) };
        form.to(person, &action).hidden("account_id", &account.account_id).hidden("request_id", request_id())
    };
    let mut forms = vec![(
        words.say("accounts-recover"),
        carry(FormView::new(person, &Typed::default())).button(words.name("accounts-recover-button", &account.email), "recover"),
    )];
    if matches!(office.right.kind, RightKind::National | RightKind::Operator) {
        let shut = account.disabled_at.is_some();
        let mine = typed.value("account_id") == account.account_id;
        let own = if mine { typed.clone() } else { Typed::default() };
        let form = FormView::new(person, &own).named(format!("d{}", account.account_id));
        let form = carry(form.field(person, "reason", Kind::Text, |field| field.hint(words.say("accounts-reason-hint"))));
        let (label, button, act) = if shut {
            ("accounts-enable", "accounts-enable-button", "enable")
        } else {
            ("accounts-disable", "accounts-disable-button", "disable")
        };
        forms.push((words.say(label), form.hidden("etag", &account.etag).button(words.say(button), act)));
    }
    let title = format!("{} {}", account.first_name, account.last_name).trim().to_owned();
    let badge = if account.disabled_at.is_some() { words.say("accounts-disabled") } else { String::new() };
    Card { title, badge, facts, forms, ..Card::default() }
}
