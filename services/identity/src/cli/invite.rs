use anyhow::Context as _;
use clap::Args;
use database::transact;
use kernel::Right;
use runtime::{Environment, Usage};
use sqlx::PgPool;

use crate::{
    commands::teams::{Actor, Invite, letter, made},
    config,
    domain::{
        MailId,
        person::{Email, Locale},
        scope::Scope,
    },
    links::Links,
    store::{
        self,
        journal::{self, Act, COMMAND_LINE},
    },
};

/// Whom to invite to what.
#[derive(Debug, Args)]
pub struct Words {
    /// kind:key:role, as national:*:admin.
    #[arg(long)]
    right: String,
    /// The address of the account that may accept.
    #[arg(long)]
    email: String,
    /// The language of the mail: fr or en.
    #[arg(long, default_value = "fr")]
    locale: String,
}

/// Invites somebody, and prints the link: for the first of the ministry, whom nobody could invite. No mail is sent.
pub async fn run(pool: &PgPool, words: Words, mut environment: Environment) -> anyhow::Result<()> {
    let (invite, right) = read(words)?;
    let origin = environment.required::<String>("ATLAS_ISSUER");
    let seals = config::seals(&mut environment);
    let (origin, seals) = environment.finish(origin.zip(seals))?;
    let links = Links::new(seals);
    let link = transact(pool, async |tx| {
        let scope = Scope::of(&right);
        let place = store::places::place(tx, &scope).await?.with_context(|| format!("{scope} is not known here"))?;
        let now = store::now(tx).await?;
        let actor = Actor::command_line();
        let locale = invite.locale;
        let invitation = made(&actor, place.name, invite, now);
        store::invitations::insert(tx, &invitation, locale).await?;
        let (id, mail) = (MailId::made(now), letter(&invitation, locale, now));
        store::mails::insert(tx, id, &mail, links.made_with(), now).await?;
        store::invitations::set_mail(tx, invitation.id, id).await?;
        let (subject, scope, detail) = (invitation.id.to_string(), scope.to_string(), format!("{right} to {}", invitation.email));
        let act = Act { actor: COMMAND_LINE, act: "invitation.sent", subject: &subject, scope: &scope, network: "", detail: &detail };
        journal::record(tx, act).await?;
        links.link(id, links.made_with()).context("no key for the link")
    })
    .await?;
    println!("{}/invitations/{link}", origin.trim_end_matches('/'));
    Ok(())
}

fn read(words: Words) -> anyhow::Result<(Invite, Right)> {
    let right: Right = words.right.parse().map_err(|error| Usage(format!("--right: {error}")))?;
    let email: Email = words.email.parse().map_err(|error| Usage(format!("--email: {error}")))?;
    let locale: Locale = words.locale.parse().map_err(|error| Usage(format!("--locale: {error}")))?;
    let invite = Invite { email, right: right.clone(), from: None, until: None, delegate_of: String::new(), locale };
    Ok((invite, right))
}
