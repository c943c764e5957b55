//! Words to types: everything that is wrong with a form, at once.

use atlas_proto::identity::v1 as pb;
use kernel::{CollectiviteId, Etag, Fields, Right};
use prost::Message as _;

use crate::{
    commands::sign_ups::SignUp,
    directory::Directory,
    domain::{
        SessionId,
        account::Person,
        password::{Context, Password},
        person::{Email, Locale},
        place::Known,
    },
    error::Error,
    words::Lists,
};

/// The largest draft.
const DRAFT: usize = 64 * 1024;
/// The longest name of a form.
const FORM: usize = 200;

/// Reads a sign-up.
///
/// # Errors
/// Everything that is wrong with it.
pub async fn sign_up(directory: &Directory, request: &pb::StartSignUpRequest) -> Result<SignUp, Error> {
    let mut fields = Fields::default();
    let collectivite = collectivite(directory, &mut fields, &request.collectivite_id).await?;
    let words = (&*request.first_name, &*request.last_name, &*request.function, &*request.locale);
    let person = person(&mut fields, "", words);
    let email = fields.parse::<Email>("email", &request.email);
    let context = Context {
        collectivites: collectivite.iter().map(|(_, name)| name.clone()).collect(),
        email: request.email.clone(),
        names: vec![request.first_name.clone(), request.last_name.clone()],
    };
    let password = Password::chosen(&request.password, &context, &Lists).map_err(|weakness| fields.note("password", weakness.to_string()));
    let read = collectivite.zip(person).zip(email.zip(password.ok()));
    let ((collectivite, person), (email, password)) = fields.finish(read)?;
    Ok(SignUp { collectivite, person, email, password })
}

/// Reads the collectivité that something is for: its id and its name.
///
/// # Errors
/// The database's; what is wrong with it is noted.
pub async fn collectivite(directory: &Directory, fields: &mut Fields, text: &str) -> Result<Option<(String, String)>, Error> {
    let found = match text.parse::<CollectiviteId>() {
        Ok(id) => match directory.collectivite(&id).await {
            Ok(known) => Some(known),
            Err(Error::CollectiviteNotFound(_)) => None,
            Err(error) => return Err(error),
        },
        Err(_) => None,
    };
    Ok(match found {
        Some(Known { ended: false, name, .. }) => Some((text.to_owned(), name)),
        Some(_) => {
            fields.note("collectivite_id", "ENDED: it is no more");
            None
        }
        None => {
            fields.note("collectivite_id", "UNKNOWN: there is none of that id");
            None
        }
    })
}

/// Reads who a person says they are: first name, last name, function, language.
pub fn person(fields: &mut Fields, path: &str, (first, last, function, locale): (&str, &str, &str, &str)) -> Option<Person> {
    let first_name = fields.parse(&format!("{path}first_name"), first);
    let last_name = fields.parse(&format!("{path}last_name"), last);
    let function = fields.parse(&format!("{path}function"), function);
    let locale = fields.parse::<Locale>(&format!("{path}locale"), locale);
    let (first_name, last_name, function, locale) = (first_name?, last_name?, function?, locale?);
    Some(Person { first_name, last_name, function, locale })
}

/// Reads one field.
///
/// # Errors
/// What is wrong with it.
pub fn one<T: std::str::FromStr<Err: std::fmt::Display>>(field: &str, text: &str) -> Result<T, Error> {
    let mut fields = Fields::default();
    let value = fields.parse(field, text);
    Ok(fields.finish(value)?)
}

/// Reads an address and a language.
///
/// # Errors
/// What is wrong with them.
pub fn address(email: &str, locale: &str) -> Result<(Email, Locale), Error> {
    let mut fields = Fields::default();
    let email = fields.parse("email", email);
    let locale = fields.parse("locale", locale);
    Ok(fields.finish(email.zip(locale))?)
}

/// Reads a change of who a person says they are.
///
/// # Errors
/// What is wrong with it.
pub fn update(account: &pb::Account) -> Result<(Etag, Person), Error> {
    let mut fields = Fields::default();
    let words = (&*account.first_name, &*account.last_name, &*account.function, &*account.locale);
    let person = person(&mut fields, "account.", words);
    let etag = fields.parse("account.etag", &account.etag);
    Ok(fields.finish(etag.zip(person))?)
}

/// Reads which session is to end: one, or all but the present one. One that cannot be a session's id is nobody's.
#[must_use]
pub fn session(text: &str) -> Option<SessionId> {
    if text.is_empty() { None } else { Some(text.parse().unwrap_or(SessionId(uuid::Uuid::nil()))) }
}

/// Reads what a token is to be for.
///
/// # Errors
/// What is wrong with it.
pub fn token(request: &pb::IssueSessionTokenRequest) -> Result<(Right, Vec<String>), Error> {
    let mut fields = Fields::default();
    let right = fields.parse("right", &request.right);
    let audiences = super::clients::audiences(&mut fields, "audiences", &request.audiences);
    Ok(fields.finish(right.zip(audiences))?)
}

/// Reads a draft: its form, and its fields encoded.
///
/// # Errors
/// What is wrong with it.
pub fn draft(draft: pb::Draft) -> Result<(String, Vec<u8>), Error> {
    let mut fields = Fields::default();
    fields.check("draft.form", is_form(&draft.form), EXPECTED);
    let encoded = pb::Draft { fields: draft.fields, ..pb::Draft::default() }.encode_to_vec();
    fields.check("draft.fields", encoded.len() <= DRAFT, "TOO_LONG: expected at most 64 kB");
    Ok(fields.finish(Some((draft.form, encoded)))?)
}

/// Reads the name of a form.
///
/// # Errors
/// It is none.
pub fn form(text: String) -> Result<String, Error> {
    let mut fields = Fields::default();
    fields.check("form", is_form(&text), EXPECTED);
    Ok(fields.finish(Some(text))?)
}

const EXPECTED: &str = "INVALID: expected the path of the form";

/// A form is named by the path it is shown at.
fn is_form(text: &str) -> bool {
    text.starts_with('/') && text.len() <= FORM && !text.chars().any(char::is_control)
}
