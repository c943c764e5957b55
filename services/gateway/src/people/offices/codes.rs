//! The codes that the circular carries on paper: a file for the letters.

use atlas_proto::identity::v1::{CircularCode, CreateCircularCodesRequest};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, header};
use kernel::{RightKind, Role};

use super::{Office, request_id};
use crate::{
    error::PageError,
    forms::{Form, FormView, Kind, Typed},
    model::{generation::lives, key::Key},
    people::{Answer, Halt},
    session::SignedIn,
};

/// How many the service makes at once.
const MOST: usize = 1000;

/// `GET …/codes`
pub async fn show(person: SignedIn) -> Answer {
    let (office, typed) = (making(&person)?, person.draft().await?);
    page(&person, &office, &typed)
}

fn making(person: &SignedIn) -> Result<Office, Halt> {
    let office = Office::own(person, Role::Admin)?;
    if matches!(office.right.kind, RightKind::Region | RightKind::National) { Ok(office) } else { Err(PageError::NotFound.into()) }
}

/// The départements that the office may choose from.
fn departments(person: &SignedIn, office: &Office) -> Vec<(String, String, String)> {
    let generation = person.desk.app.model.now();
    let regions: Vec<&str> =
        generation.regions().filter(|code| office.right.kind == RightKind::National || *code == office.right.key).collect();
    let codes = regions.into_iter().flat_map(|region| generation.departments_of(region));
    let mut all: Vec<_> = codes.map(|code| (code.to_owned(), person.desk.department(code).unwrap_or_default(), String::new())).collect();
    all.sort();
    all.into_iter().map(|(code, name, hint)| (code.clone(), format!("{name} ({code})"), hint)).collect()
}

fn page(person: &SignedIn, office: &Office, typed: &Typed) -> Answer {
    let words = person.words();
    let form = FormView::new(person, typed)
        .to(person, &format!("{}/codes.csv", office.base))
        .field(person, "office", Kind::Select, |field| {
            field.label = words.say("codes-department");
            field.choose(std::iter::once((String::new(), words.say("codes-choose"), String::new())).chain(departments(person, office)));
            field.optional();
        })
        .field(person, "collectivites", Kind::Area, |field| {
            field.hint(words.say("codes-list-hint"));
            field.longest = 16_000;
            field.optional();
        })
        .field(person, "until_day", Kind::Day, |field| field.hint(words.say("codes-until-hint")))
        .hidden("request_id", request_id())
        .button(words.say("codes-button"), "");
    office
        .sheet(person, words.say("codes-title"))
        .text(words.say("codes-intro"))
        .notice("warning", words.say("codes-warning"))
        .form(form)
        .answer()
}

/// `POST …/codes.csv`: the file; the codes are kept nowhere.
pub async fn make(person: SignedIn, form: Form) -> Answer {
    form.only(&["office", "collectivites", "until_day", "request_id"])?;
    let office = making(&person)?;
    let (words, mut typed) = (person.words(), Typed::of(&form));
    let collectivite_ids = wanted(&person, &form, &mut typed);
    typed.require(&form, &["until_day"], words);
    if typed.is_wrong() {
        return page(&person, &office, &typed);
    }
    let (until_day, request_id) = (form.get("until_day").to_owned(), form.get("request_id").to_owned());
    let request = CreateCircularCodesRequest { collectivite_ids, until_day, request_id };
    match person.teams(&office.right, request, |mut teams, request| async move { teams.create_circular_codes(request).await }).await {
        Ok(made) => file(&person, &office, &made.codes),
        Err(Halt::Service(status)) => page(&person, &office, &typed.refused(status, words, &[("collectivite_ids", "collectivites")])?),
        Err(halt) => Err(halt),
    }
}

/// The ids that were listed, or those of a whole département.
fn wanted(person: &SignedIn, form: &Form, typed: &mut Typed) -> Vec<String> {
    let words = person.words();
    let generation = person.desk.app.model.now();
    let listed: Vec<&str> = form.get("collectivites").split([' ', '\n', ',', ';', '\t']).filter(|it| !it.is_empty()).collect();
    let keys: Vec<Key> = if listed.is_empty() {
        let place = generation.department(form.get("office"));
        place.map(|place| place.members.iter().map(|member| member.key).collect()).unwrap_or_default()
    } else {
        let known = listed.iter().map(|id| id.parse::<Key>().ok().filter(|key| generation.collectivite(*key).is_some()));
        match known.collect::<Option<Vec<Key>>>() {
            Some(keys) => keys,
            None => {
                typed.wrong("collectivites", words.say("problem-collectivite"));
                return Vec::new();
            }
        }
    };
    let living = keys.into_iter().filter(|key| generation.collectivite(*key).is_some_and(|it| lives(&it.value)));
    let ids: Vec<String> = living.map(|key| key.to_string()).collect();
    match ids.len() {
        0 => typed.wrong("office", words.say("codes-none")),
        1..=MOST => {}
        _ => typed.wrong("office", words.say("codes-too-many")),
    }
    ids
}

fn file(person: &SignedIn, office: &Office, codes: &[CircularCode]) -> Result<Response, Halt> {
    let words = person.words();
    let failed = |error: csv::Error| Halt::Page(error.into());
    // Spreadsheets of French offices expect semicolons, and know UTF-8 by its mark.
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record([words.say("codes-column-id"), words.say("label-collectivite"), words.say("codes-column-code")]).map_err(failed)?;
    for code in codes {
        writer.write_record([&code.collectivite_id, &inert(&code.name), &inert(&code.code)]).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|error| Halt::Page(error.into_error().into()))?;
    let name = format!("attachment; filename=\"codes-{}.csv\"", office.scope.replace([':', '*'], "-"));
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::try_from(name).map_err(|error| Halt::Page(error.into()))?);
    Ok(response)
}

/// A text that no spreadsheet takes for a formula: those begin with a sign, also behind space and in full width.
fn inert(text: &str) -> String {
    let first = text.trim_start().chars().next();
    let risky = first.is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '|' | '%'))
        || text.starts_with(['\t', '\r', '\n']);
    if risky { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "－1", "\n@x"] {
            assert!(inert(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(inert("La Croix-Helléan"), "La Croix-Helléan");
    }
}
