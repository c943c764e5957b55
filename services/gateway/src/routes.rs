//! The table of addresses, in the order a visitor meets them.

mod record;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, RawQuery, State},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use http::{HeaderMap, HeaderValue, Method, Uri, header};

use crate::{
    app::App,
    atlas::{
        Reader,
        collectivite::Show,
        home::Home,
        pages,
        search::{Kind, Results},
        sitemap, territory,
    },
    error::PageError,
    i18n::Locale,
    kept::{Effort, Kept},
    model::generation::Generation,
    page::Page,
};

const HTML: &str = "text/html; charset=utf-8";
const XML: &str = "application/xml; charset=utf-8";

/// A handler's answer.
type Answer = Result<Response, PageError>;

/// The application, in one language.
#[derive(Debug, Clone)]
pub struct Here {
    app: Arc<App>,
    locale: Locale,
}

/// Every address of the public site.
pub fn router(app: &Arc<App>) -> Router {
    let here = |locale| Here { app: Arc::clone(app), locale };
    Router::new()
        .merge(pages(here(Locale::Fr)))
        .merge(pages(here(Locale::En)))
        .merge(files(here(Locale::Fr)))
        .fallback(async || PageError::NotFound)
        .method_not_allowed_fallback(async || PageError::MethodNotAllowed)
}

fn pages(here: Here) -> Router {
    let locale = here.locale;
    let at = move |path: &str| format!("{}{path}", locale.prefix());
    Router::new()
        .route(if locale == Locale::Fr { "/" } else { locale.prefix() }, get(home))
        .route(&at("/recherche"), get(search))
        .route(&at("/collectivites/{id}"), get(collectivite))
        .route(&at("/regions/{code}"), get(region))
        .route(&at("/departements/{code}"), get(department))
        .merge(record::pages(locale))
        .route(&at("/plan-du-site"), get(map_of_site))
        .route(&at("/accessibilite"), get(accessibility))
        .route(&at("/donnees-personnelles"), get(privacy))
        .with_state(here)
}

fn files(here: Here) -> Router {
    Router::new()
        .route("/assets/{name}", get(asset))
        .route("/robots.txt", get(robots))
        .route("/sitemap.xml", get(sitemap_index))
        .route("/sitemaps/{region}", get(sitemap_part))
        .route("/favicon.ico", get(icon))
        .with_state(here)
}

impl Here {
    /// Renders a page from the present generation; where its address is the one that was asked for, keeps it.
    fn show<P: Page>(&self, asked: &Asked, effort: Effort, make: impl FnOnce(&Reader<'_>) -> Result<Option<P>, PageError>) -> Answer {
        let generation = self.app.model.now();
        self.loaded(&generation)?;
        let reader = Reader::new(&generation, self.locale);
        let page = make(&reader)?.ok_or(PageError::NotFound)?;
        let address = reader.path(page.address());
        let kept = Arc::new(Kept::new(page.render()?, HTML, reader.seen(), effort));
        let asked_for = asked.uri.path_and_query().map_or("", |it| it.as_str());
        if effort == Effort::Kept && address.trim_end_matches('/') == asked_for.trim_end_matches('/') {
            self.app.pages.keep(asked_for.to_owned(), Arc::clone(&kept));
        }
        Ok(kept.respond(&asked.method, &asked.headers))
    }

    fn loaded(&self, generation: &Generation) -> Result<(), PageError> {
        if generation.is_empty() && !self.app.readiness.is_ready() { Err(PageError::Starting) } else { Ok(()) }
    }
}

/// What was asked for.
#[derive(Debug)]
pub struct Asked {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Asked {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut http::request::Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self { method: parts.method.clone(), uri: parts.uri.clone(), headers: parts.headers.clone() })
    }
}

async fn home(State(here): State<Here>, asked: Asked) -> Answer {
    here.show(&asked, Effort::Kept, |reader| Ok(Some(Home::new(reader, &here.app.site))))
}

async fn search(State(here): State<Here>, RawQuery(query): RawQuery, asked: Asked) -> Answer {
    let query = query.unwrap_or_default();
    let (typed, page) = (parameter(&query, "q").unwrap_or_default(), number(parameter(&query, "page"))?);
    let kind = Kind::read(parameter(&query, "type").as_deref()).ok_or(PageError::NotFound)?;
    let effort = if query.is_empty() { Effort::Kept } else { Effort::Once };
    here.show(&asked, effort, |reader| Ok(Results::new(reader, &here.app.site, here.app.model.search(), &typed, (kind, page))?))
}

async fn collectivite(State(here): State<Here>, Path(id): Path<String>, asked: Asked) -> Answer {
    here.show(&asked, Effort::Kept, |reader| Ok(id.parse().ok().and_then(|key| Show::new(reader, &here.app.site, key))))
}

async fn region(State(here): State<Here>, Path(code): Path<String>, asked: Asked) -> Answer {
    here.show(&asked, Effort::Kept, |reader| Ok(territory::Region::new(reader, &here.app.site, &code)))
}

async fn department(State(here): State<Here>, Path(code): Path<String>, RawQuery(query): RawQuery, asked: Asked) -> Answer {
    let page = number(parameter(&query.unwrap_or_default(), "page"))?;
    here.show(&asked, Effort::Kept, |reader| Ok(territory::Department::new(reader, &here.app.site, &code, page)))
}

async fn map_of_site(State(here): State<Here>, asked: Asked) -> Answer {
    here.show(&asked, Effort::Kept, |reader| Ok(Some(pages::MapOfSite::new(reader, &here.app.site))))
}

async fn accessibility(State(here): State<Here>, asked: Asked) -> Answer {
    here.show(&asked, Effort::Kept, |reader| Ok(Some(pages::Accessibility::new(reader, &here.app.site))))
}

async fn privacy(State(here): State<Here>, asked: Asked) -> Answer {
    here.show(&asked, Effort::Kept, |reader| Ok(Some(pages::Privacy::new(reader, &here.app.site))))
}

async fn asset(State(here): State<Here>, Path(name): Path<String>, asked: Asked) -> Answer {
    here.app.assets.respond(&name, &asked.method, &asked.headers).ok_or(PageError::NotFound)
}

async fn icon(State(here): State<Here>) -> Redirect {
    Redirect::permanent(&here.app.site.icon)
}

async fn robots(State(here): State<Here>) -> Response {
    let hidden = ["recherche?", "compte", "connexion", "deconnexion", "espace", "invitations", "collectivite-absente"];
    let lines: String = hidden.iter().map(|path| format!("Disallow: /{path}\nDisallow: /en/{path}\n")).collect();
    let text = format!("User-agent: *\n{lines}\nSitemap: {}/sitemap.xml\n", here.app.site.origin);
    ([(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"))], text).into_response()
}

async fn sitemap_index(State(here): State<Here>, asked: Asked) -> Answer {
    let generation = here.app.model.now();
    here.loaded(&generation)?;
    let xml = askama::Template::render(&sitemap::Index::new(&generation, &here.app.site.origin))?;
    Ok(Kept::new(xml, XML, Default::default(), Effort::Once).respond(&asked.method, &asked.headers))
}

async fn sitemap_part(State(here): State<Here>, Path(region): Path<String>, asked: Asked) -> Answer {
    let generation = here.app.model.now();
    here.loaded(&generation)?;
    let part = sitemap::Part::new(&generation, &here.app.site.origin, &region).ok_or(PageError::NotFound)?;
    let xml = askama::Template::render(&part)?;
    Ok(Kept::new(xml, XML, Default::default(), Effort::Once).respond(&asked.method, &asked.headers))
}

/// The first value of a query's parameter.
fn parameter(query: &str, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// The number of a page: 1 where none is given.
fn number(text: Option<String>) -> Result<usize, PageError> {
    text.map_or(Ok(1), |text| text.parse().map_err(|_| PageError::NotFound))
}
