//! The pages of what collectivités do abroad.

use axum::{
    Router,
    body::Body,
    extract::{Path, RawQuery, State},
    response::Response,
    routing::get,
};
use http::{HeaderValue, StatusCode, header};

use super::{Answer, Asked, Here, number, parameter};
use crate::{
    atlas::{Reader, country, partner, project, theme},
    error::PageError,
    i18n::Locale,
    kept::{self, Effort},
    model::id::Id,
};

/// Their addresses in a language.
pub fn pages(locale: Locale) -> Router<Here> {
    let at = move |path: &str| format!("{}{path}", locale.prefix());
    Router::new()
        .route(&at("/partenaires/{id}"), get(partner))
        .route(&at("/pays/{iso2}"), get(country))
        .route(&at("/projets/{id}"), get(project))
        .route(&at("/projets"), get(numbered_project))
        .route(&at("/themes/{slug}"), get(theme))
        .route(&at("/odd/{goal}"), get(goal))
}

async fn partner(State(here): State<Here>, Path(id): Path<String>, asked: Asked) -> Answer {
    let id: Id = id.parse().map_err(|_| PageError::NotFound)?;
    let mut moved = None;
    let page = here.show(&asked, Effort::Kept, |reader| match partner::Show::find(reader, &here.app.site, id) {
        Some(partner::Found::Here(page)) => Ok(Some(*page)),
        Some(partner::Found::Moved(to)) => {
            moved = Some(to);
            Ok(None)
        }
        None => Ok(None),
    });
    match moved {
        Some(to) => elsewhere(&here, &format!("/partenaires/{to}")),
        None => page,
    }
}

async fn country(State(here): State<Here>, Path(iso2): Path<String>, RawQuery(query): RawQuery, asked: Asked) -> Answer {
    let page = number(parameter(&query.unwrap_or_default(), "page"))?;
    let upper = iso2.to_ascii_uppercase();
    if upper != iso2 && here.reader(|reader| reader.country(&upper).is_some())? {
        return elsewhere(&here, &format!("/pays/{upper}"));
    }
    here.show(&asked, Effort::Kept, |reader| Ok(country::Show::new(reader, &here.app.site, &iso2, page)))
}

async fn project(State(here): State<Here>, Path(id): Path<String>, asked: Asked) -> Answer {
    here.show(&asked, Effort::Kept, |reader| Ok(id.parse().ok().and_then(|id| project::Show::new(reader, &here.app.site, id))))
}

/// A project by its number in the former Atlas, as its addresses wrote it.
async fn numbered_project(State(here): State<Here>, RawQuery(query): RawQuery) -> Answer {
    let query = query.unwrap_or_default();
    let number = parameter(&query, "prjId").or_else(|| parameter(&query, "criteres.prjId")).and_then(|number| number.parse().ok());
    let id = here.reader(|reader| reader.project_numbered(number?))?.ok_or(PageError::NotFound)?;
    elsewhere(&here, &format!("/projets/{id}"))
}

async fn theme(State(here): State<Here>, Path(slug): Path<String>, RawQuery(query): RawQuery, asked: Asked) -> Answer {
    let page = number(parameter(&query.unwrap_or_default(), "page"))?;
    here.show(&asked, Effort::Kept, |reader| Ok(theme::Show::theme(reader, &here.app.site, &slug, page)))
}

async fn goal(State(here): State<Here>, Path(goal): Path<String>, RawQuery(query): RawQuery, asked: Asked) -> Answer {
    let page = number(parameter(&query.unwrap_or_default(), "page"))?;
    let number = goal.parse().ok().filter(|number: &usize| number.to_string() == goal).ok_or(PageError::NotFound)?;
    here.show(&asked, Effort::Kept, |reader| Ok(theme::Show::goal(reader, &here.app.site, number, page)))
}

impl Here {
    /// Looks something up in the present generation.
    fn reader<T>(&self, look: impl FnOnce(&Reader<'_>) -> T) -> Result<T, PageError> {
        let generation = self.app.model.now();
        self.loaded(&generation)?;
        Ok(look(&Reader::new(&generation, self.locale)))
    }
}

/// It is at another address. For good as far as anybody knows, but a merge can be taken back: nobody keeps it for long.
fn elsewhere(here: &Here, path: &str) -> Answer {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
    let location = HeaderValue::try_from(format!("{}{path}", here.locale.prefix()))?;
    response.headers_mut().insert(header::LOCATION, location);
    response.headers_mut().insert(header::CACHE_CONTROL, kept::PUBLIC);
    Ok(response)
}
