//! One field for a collectivité: name, postal code, INSEE code or SIREN, looked up in what the public pages show.

use std::collections::BTreeSet;

use atlas_proto::directory::v1::Collectivite;

use super::Halt;
use crate::{
    atlas::{Reader, kind_key},
    forms::{Form, FormView, Kind, Typed},
    i18n::Words,
    model::{
        fold,
        generation::{Generation, lives},
        key::Key,
    },
    session::Visitor,
};

/// How many are offered: who sees more does better to say where it is.
const MOST: usize = 12;
/// What is typed beyond this is left out.
const LONGEST: usize = 200;

/// What was found for what was typed.
#[derive(Debug)]
pub enum Picked {
    /// This one is meant.
    One(Key),
    /// One of these, as (id, name, what tells it apart), and why it has to be chosen.
    Choice(Vec<(String, String, String)>, &'static str),
    /// Nothing that is spelled so, or nearly so.
    Nothing,
}

/// Looks up what a form says.
///
/// # Errors
/// When the index cannot be read.
pub fn pick(visitor: &Visitor, form: &Form) -> Result<Picked, Halt> {
    let typed: String = form.get("collectivite").chars().take(LONGEST).collect();
    let generation = visitor.desk.app.model.now();
    // A choice is good for the words it was offered for.
    if let Some(key) = chosen(&generation, form).filter(|_| form.get("searched") == typed) {
        return Ok(Picked::One(key));
    }
    let found = visitor.desk.app.model.search().find(&typed, 0, MOST).map_err(|error| Halt::Page(error.into()))?;
    let exact: Vec<Key> = found.keys.iter().copied().filter(|key| is_exactly(&generation, *key, &typed)).collect();
    let reader = Reader::new(&generation, visitor.locale);
    match exact[..] {
        [key] if generation.collectivite(key).is_some_and(|it| lives(&it.value)) => Ok(Picked::One(key)),
        [key] => Ok(Picked::Choice(offers(&reader, &successors(&generation, key)), "pick-ended")),
        [] if found.keys.is_empty() && found.nearly.is_empty() => Ok(Picked::Nothing),
        [] if found.keys.is_empty() => Ok(Picked::Choice(offers(&reader, &found.nearly), "pick-nearly")),
        _ if found.total > MOST => Ok(Picked::Choice(offers(&reader, &found.keys), "pick-many")),
        _ => Ok(Picked::Choice(offers(&reader, &found.keys), "pick-several")),
    }
}

fn chosen(generation: &Generation, form: &Form) -> Option<Key> {
    let key: Key = form.get("collectivite_id").parse().ok()?;
    generation.collectivite(key).filter(|it| lives(&it.value)).map(|_| key)
}

fn is_exactly(generation: &Generation, key: Key, typed: &str) -> bool {
    let Some(it) = generation.collectivite(key) else { return false };
    let it = &it.value;
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    fold(&it.name) == fold(typed) || it.siren == digits || it.insee_code == digits || it.postal_codes.contains(&digits)
}

/// Those that live on of one that ended.
fn successors(generation: &Generation, ended: Key) -> Vec<Key> {
    let (mut waiting, mut met, mut living) = (vec![ended], BTreeSet::new(), Vec::new());
    while let Some(key) = waiting.pop() {
        let Some(it) = generation.collectivite(key).filter(|_| met.insert(key)) else { continue };
        if lives(&it.value) {
            living.push(key);
        } else {
            waiting.extend(it.value.successors.iter().filter_map(|of| of.collectivite_id.parse::<Key>().ok()));
        }
        if met.len() > MOST {
            break;
        }
    }
    living
}

fn offers(reader: &Reader<'_>, keys: &[Key]) -> Vec<(String, String, String)> {
    let about = |it: &Collectivite| {
        let place = reader.place_of(it);
        let kind = reader.words().say(kind_key(it.r#type()));
        if place.is_empty() { kind } else { format!("{kind} · {place}") }
    };
    let living = keys.iter().filter_map(|key| Some((key, reader.collectivite(*key)?))).filter(|(_, it)| lives(it));
    living.map(|(key, it)| (key.to_string(), it.name.clone(), about(it))).collect()
}

/// Notes what is wrong with the field; the id, where nothing is.
pub fn settle(picked: &Picked, form: &Form, typed: &mut Typed, words: &Words) -> Option<String> {
    match picked {
        Picked::One(key) => Some(key.to_string()),
        Picked::Choice(offers, why) if !offers.is_empty() => {
            typed.wrong("collectivite_id", words.say(why));
            *typed = std::mem::take(typed).with("searched", form.get("collectivite").to_owned());
            None
        }
        Picked::Choice(..) => {
            typed.wrong("collectivite", words.say("pick-ended-none"));
            None
        }
        Picked::Nothing => {
            let key = if form.get("collectivite").is_empty() { "problem-required" } else { "problem-collectivite" };
            typed.wrong("collectivite", words.say(key));
            None
        }
    }
}

/// Adds the field, and the choice where there is one.
pub fn field(form: FormView, visitor: &Visitor, typed: &Typed, picked: Option<&Picked>) -> FormView {
    let words = visitor.words();
    let form = form.field(visitor, "collectivite", Kind::Text, |field| {
        field.hint(words.say("hint-collectivite"));
        field.longest = LONGEST;
    });
    match picked {
        Some(Picked::Choice(offers, _)) if !offers.is_empty() => {
            let form = form.hidden("searched", typed.value("searched"));
            form.field(visitor, "collectivite_id", Kind::Radios, |field| field.choose(offers.iter().cloned()))
        }
        // What was settled before stays settled, for the same words.
        Some(Picked::One(key)) => form.hidden("searched", typed.value("collectivite")).hidden("collectivite_id", key.to_string()),
        _ => form,
    }
}
