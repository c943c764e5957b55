use std::collections::HashMap;

use super::{
    Sizes,
    bodies::{Body, PARIS},
    dice::{Dice, cumulated},
    places::PartnerPlace,
};

/// One collectivité that leads a partnership with one partner.
pub struct Link {
    /// The collectivité, by its place in the list.
    pub body: usize,
    /// The partner, by its place in the list.
    pub place: usize,
    /// Under a convention; else it is another external action.
    pub convention: bool,
    /// Also a twinning.
    pub twinning: bool,
    /// It has come to its end.
    pub ended: bool,
}

/// Who works with whom. Every collectivité and every partner has something that has not ended.
pub fn all(bodies: &[Body], places: &[PartnerPlace], sizes: &Sizes) -> Vec<Link> {
    let mut dice = Dice::of(2);
    let partners = partners(places, sizes, &mut dice);
    let leads = leads(bodies, partners.len(), sizes, &mut dice);
    let mut pairs = coupled(&leads, &partners, bodies, places, &mut dice);
    part(&mut pairs, bodies, places, &mut dice);
    let link = |(body, place)| Link { body, place, convention: true, twinning: false, ended: false };
    let mut links: Vec<Link> = pairs.into_iter().map(link).collect();
    links.sort_by_key(|link| (link.body, link.place));
    end(&mut links, places, sizes.ended, &mut dice);
    without_convention(&mut links, bodies, places, sizes.other_actions, &mut dice);
    twin(&mut links, places, sizes, &mut dice);
    links
}

/// The partners of all partnerships: each once, some again: in Mali, in Germany, and large places elsewhere.
fn partners(places: &[PartnerPlace], sizes: &Sizes, dice: &mut Dice) -> Vec<usize> {
    let mut partners: Vec<usize> = (0..places.len()).collect();
    for (country, wanted) in [("ML", sizes.mali_partnerships), ("DE", sizes.german_partnerships)] {
        let of: Vec<usize> = (0..places.len()).filter(|place| places[*place].country() == country).collect();
        for _ in of.len()..wanted.max(of.len()) {
            // the first of a country are its largest places: those more often
            partners.push(of[dice.below(of.len()).min(dice.below(of.len()))]);
        }
    }
    let free: Vec<usize> = (0..places.len()).filter(|place| !["ML", "DE"].contains(&places[*place].country())).collect();
    let weights = cumulated(free.iter().map(|place| {
        let people = places[*place].partner.record.population.unwrap_or_default().unsigned_abs();
        people.isqrt() / 8 + 10
    }));
    while partners.len() < sizes.partnerships {
        partners.push(free[dice.weighted(&weights)]);
    }
    partners
}

/// Who leads each partnership: each collectivité once, the large ones again and again.
fn leads(bodies: &[Body], many: usize, sizes: &Sizes, dice: &mut Dice) -> Vec<usize> {
    let mut leads: Vec<usize> = (0..bodies.len()).collect();
    let paris = bodies.iter().position(|body| body.id == PARIS);
    leads.extend(paris.into_iter().flat_map(|paris| std::iter::repeat_n(paris, sizes.paris_partnerships.saturating_sub(1))));
    let weights = cumulated(bodies.iter().map(Body::appetite));
    while leads.len() < many {
        leads.push(dice.weighted(&weights));
    }
    leads
}

/// Puts both in an order with much chance in it, the small and near first, and takes them by pairs.
fn coupled(leads: &[usize], partners: &[usize], bodies: &[Body], places: &[PartnerPlace], dice: &mut Dice) -> Vec<(usize, usize)> {
    let far = |place: &PartnerPlace| {
        if place.is_wide {
            160
        } else if place.is_near {
            0
        } else {
            70
        }
    };
    let reach = |body: &Body| body.reach() + if body.is_wide() { 60 } else { 0 };
    let mut by_reach: Vec<(usize, u64, usize)> = Vec::with_capacity(leads.len());
    for (nth, lead) in (0u64..).zip(leads) {
        by_reach.push((reach(&bodies[*lead]) + dice.below(110), nth, *lead));
    }
    let mut by_distance: Vec<(usize, u64, usize)> = Vec::with_capacity(partners.len());
    for (nth, partner) in (0u64..).zip(partners) {
        by_distance.push((far(&places[*partner]) + dice.below(110), nth, *partner));
    }
    by_reach.sort_unstable();
    by_distance.sort_unstable();
    by_reach.into_iter().zip(by_distance).map(|((.., lead), (.., partner))| (lead, partner)).collect()
}

/// Parts two partnerships of the same two, and Paris from Mali (its share and Mali's are counted apart), by exchanging partners.
fn part(pairs: &mut [(usize, usize)], bodies: &[Body], places: &[PartnerPlace], dice: &mut Dice) {
    let may = |(body, place): (usize, usize)| !(bodies[body].id == PARIS && places[place].country() == "ML");
    let mut counts: HashMap<(usize, usize), usize> = HashMap::new();
    pairs.iter().for_each(|pair| *counts.entry(*pair).or_default() += 1);
    for at in 0..pairs.len() {
        while counts[&pairs[at]] > 1 || !may(pairs[at]) {
            let other = dice.below(pairs.len());
            let (mine, theirs) = ((pairs[at].0, pairs[other].1), (pairs[other].0, pairs[at].1));
            let taken = |pair| counts.get(&pair).is_some_and(|count| *count > 0);
            if mine == theirs || taken(mine) || taken(theirs) || !may(mine) || !may(theirs) {
                continue;
            }
            for (place, now) in [(at, mine), (other, theirs)] {
                *counts.entry(pairs[place]).or_default() -= 1;
                *counts.entry(now).or_default() += 1;
                pairs[place] = now;
            }
        }
    }
}

/// Ends so many, never the last of a collectivité or a partner, and none in Mali, whose figures are of what goes on.
fn end(links: &mut [Link], places: &[PartnerPlace], many: usize, dice: &mut Dice) {
    let (mut of_body, mut of_place): (HashMap<usize, usize>, HashMap<usize, usize>) = Default::default();
    for link in links.iter() {
        *of_body.entry(link.body).or_default() += 1;
        *of_place.entry(link.place).or_default() += 1;
    }
    let mut left = many;
    for at in order(links.len(), dice) {
        let link = &mut links[at];
        let (body, place) = (of_body[&link.body], of_place[&link.place]);
        if left > 0 && body > 1 && place > 1 && places[link.place].country() != "ML" {
            link.ended = true;
            of_body.insert(link.body, body - 1);
            of_place.insert(link.place, place - 1);
            left -= 1;
        }
    }
}

/// Takes the convention from so many: the other external actions.
fn without_convention(links: &mut [Link], bodies: &[Body], places: &[PartnerPlace], many: usize, dice: &mut Dice) {
    let may = |link: &Link| bodies[link.body].id != PARIS && places[link.place].country() != "ML";
    let chosen: Vec<usize> = order(links.len(), dice).into_iter().filter(|at| may(&links[*at])).take(many).collect();
    chosen.into_iter().for_each(|at| links[at].convention = false);
}

/// Makes twinnings of most in Europe, of some elsewhere, and of an exact number in Mali.
fn twin(links: &mut [Link], places: &[PartnerPlace], sizes: &Sizes, dice: &mut Dice) {
    let mut in_mali = sizes.mali_twinnings;
    for at in order(links.len(), dice) {
        let place = &places[links[at].place];
        let link = &mut links[at];
        link.twinning = match (place.country(), link.convention) {
            ("ML", _) => in_mali > 0,
            (_, false) => dice.percent(30),
            _ if place.is_wide => false,
            _ => dice.percent(if place.is_near { 85 } else { 28 }),
        };
        if place.country() == "ML" {
            in_mali = in_mali.saturating_sub(1);
        }
    }
}

fn order(many: usize, dice: &mut Dice) -> Vec<usize> {
    let mut order: Vec<usize> = (0..many).collect();
    dice.shuffle(&mut order);
    order
}
