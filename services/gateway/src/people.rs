//! The pages for people: how they get in, get back in, and act for somebody. Asked of the services, never kept.

mod address;
mod again;
mod door;
mod halt;
mod ledger;
mod mailbox;
mod notes;
mod pick;
mod record;
mod rich;
mod sheet;

mod account;
mod enter;
mod invitation;
mod join;
mod missing;
mod offices;
mod passkey_enter;
mod passkeys;
mod recover;
mod second_factor;
mod sign_up;
mod space;
mod team;

use std::sync::Arc;

use axum::{
    Router, middleware,
    response::Response,
    routing::{get, post},
};

pub use self::{
    halt::Halt,
    ledger::{Ledger, LedgerGroup, LedgerRow, LedgerTable},
    rich::{Rich, strong},
    sheet::{Block, Card, Link, Sheet, Table},
};
use crate::{app::App, i18n::Locale, model::key::Key, services::Services, session::Memory};

/// A handler's answer.
pub type Answer = Result<Response, Halt>;

/// What the pages are made with.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The site, and what it knows of collectivités.
    pub app: Arc<App>,
    /// The ways to the services.
    pub services: Services,
    /// Access tokens of sessions.
    pub memory: Memory,
}

impl Desk {
    /// The name of a collectivité as the public pages have it.
    #[must_use]
    pub fn name_of(&self, id: &str) -> Option<String> {
        let key: Key = id.parse().ok()?;
        Some(self.app.model.now().collectivite(key)?.value.name.clone())
    }

    /// The name of a région.
    #[must_use]
    pub fn region(&self, code: &str) -> Option<String> {
        Some(self.app.model.now().region(code)?.territory.as_ref()?.1.name.clone())
    }

    /// The name of a département.
    #[must_use]
    pub fn department(&self, code: &str) -> Option<String> {
        Some(self.app.model.now().department(code)?.territory.as_ref()?.1.name.clone())
    }
}

/// Every address of the pages for people, behind their door.
pub fn router(app: &Arc<App>, services: Services) -> Router {
    let desk = Desk { app: Arc::clone(app), services, memory: Memory::default() };
    let both = Locale::ALL.into_iter().fold(Router::new(), |router, locale| router.merge(pages(locale)));
    both.route_layer(middleware::from_fn_with_state(desk.clone(), door::pass)).with_state(desk)
}

fn pages(locale: Locale) -> Router<Desk> {
    let at = move |path: &str| format!("{}{path}", locale.prefix());
    Router::new()
        .route(&at("/compte/creer"), get(sign_up::show).post(sign_up::send))
        .route(&at("/compte/code"), get(mailbox::show).post(mailbox::send))
        .route(&at("/compte/lien/{link}"), get(mailbox::take_link))
        .route(&at("/compte/lien"), get(mailbox::show_link).post(mailbox::use_link))
        .route(&at("/compte/mot-de-passe"), get(recover::show_password).post(recover::choose_password))
        .route(&at("/compte/recuperer"), get(recover::show).post(recover::send))
        .route(&at("/compte/recuperer/collectivite"), get(recover::show_address).post(recover::send_address))
        .route(&at("/connexion"), get(enter::show).post(enter::send))
        .route(&at("/connexion/etape"), get(enter::show_step).post(enter::send_step))
        .route(&at("/connexion/cle"), get(passkey_enter::show).post(passkey_enter::send))
        .route(&at("/deconnexion"), get(enter::show_leave).post(enter::leave))
        .route(&at("/collectivite-absente"), get(missing::show).post(missing::send))
        .merge(accounts(locale))
        .merge(spaces(locale))
        .merge(record::pages(locale))
        .merge(offices(locale))
}

fn accounts(locale: Locale) -> Router<Desk> {
    let at = move |path: &str| format!("{}{path}", locale.prefix());
    Router::new()
        .route(&at("/compte"), get(account::show).post(account::send))
        .route(&at("/compte/second-facteur"), get(second_factor::show).post(second_factor::send))
        .route(&at("/compte/cles"), get(passkeys::show).post(passkeys::send))
        .route(&at("/invitations/{link}"), get(invitation::take))
        .route(&at("/invitations"), get(invitation::show).post(invitation::accept))
        .route(&at("/espace"), get(space::list).post(space::leave))
}

fn spaces(locale: Locale) -> Router<Desk> {
    let at = move |path: &str| format!("{}{path}", locale.prefix());
    Router::new()
        .route(&at("/espace/{id}"), get(space::show))
        .route(&at("/espace/{id}/rejoindre"), get(join::show).post(join::send))
        .route(&at("/espace/{id}/equipe"), get(team::of_collectivite).post(team::change_collectivite))
        .route(&at("/espace/{id}/demandes"), get(offices::requests::of_collectivite).post(offices::requests::decide_collectivite))
        .route(&at("/espace/{id}/courriels"), get(offices::messages::of_collectivite).post(offices::messages::resend_collectivite))
        .route(&at("/espace/{id}/journal"), get(offices::journal::of_collectivite))
}

fn offices(locale: Locale) -> Router<Desk> {
    let at = move |path: &str| format!("{}{path}", locale.prefix());
    let of = |router: Router<Desk>, base: &str| {
        router
            .route(&at(base), get(offices::home))
            .route(&at(&format!("{base}/demandes")), get(offices::requests::show).post(offices::requests::decide))
            .route(&at(&format!("{base}/equipe")), get(team::of_office).post(team::change_office))
            .route(&at(&format!("{base}/comptes")), get(offices::accounts::show).post(offices::accounts::send))
            .route(&at(&format!("{base}/codes")), get(offices::codes::show))
            .route(&at(&format!("{base}/codes.csv")), post(offices::codes::make))
            .route(&at(&format!("{base}/journal")), get(offices::journal::show).post(offices::journal::verify))
            .route(&at(&format!("{base}/courriels")), get(offices::messages::show).post(offices::messages::resend))
    };
    let router = of(Router::new(), "/sgar/{key}");
    let router = of(router, "/administration");
    router
        .route(&at("/prefecture/{key}"), get(offices::home))
        .route(&at("/prefecture/{key}/equipe"), get(team::of_office))
        .route(&at("/administration/equipes"), get(offices::teams))
        .route(&at("/administration/signalements"), get(missing::list).post(missing::answer))
}
