//! Mistyped mail addresses: what was probably meant.

/// Where most agents of small collectivités have their mail, and what the State uses.
const DOMAINS: [&str; 34] = [
    "orange.fr",
    "wanadoo.fr",
    "free.fr",
    "gmail.com",
    "hotmail.fr",
    "hotmail.com",
    "outlook.fr",
    "outlook.com",
    "live.fr",
    "yahoo.fr",
    "yahoo.com",
    "laposte.net",
    "sfr.fr",
    "neuf.fr",
    "bbox.fr",
    "aol.com",
    "icloud.com",
    "club-internet.fr",
    "numericable.fr",
    "aliceadsl.fr",
    "cegetel.net",
    "9online.fr",
    "gmx.fr",
    "proton.me",
    "protonmail.com",
    "msn.com",
    "nordnet.fr",
    "ozone.net",
    "mailo.com",
    "zaclys.net",
    "interieur.gouv.fr",
    "diplomatie.gouv.fr",
    "ac-rennes.fr",
    "megalis.bretagne.bzh",
];

/// The address that was probably meant; none where there is no reason to ask.
#[must_use]
pub fn meant(email: &str) -> Option<String> {
    let (name, domain) = email.trim().rsplit_once('@')?;
    let domain = domain.to_lowercase();
    if name.is_empty() || DOMAINS.contains(&&*domain) {
        return None;
    }
    let near = |known: &&&str| {
        let most = if known.len() <= 8 { 1 } else { 2 };
        strsim::osa_distance(known, &domain) <= most
    };
    let known = DOMAINS.iter().filter(near).min_by_key(|known| strsim::osa_distance(known, &domain))?;
    Some(format!("{name}@{known}"))
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn a_slip_in_a_well_known_domain_is_asked_about() {
        for (typed, right) in [
            ("mairie@wanado.fr", "mairie@wanadoo.fr"),
            ("mairie@wanadoo.rf", "mairie@wanadoo.fr"),
            ("mairie@ornage.fr", "mairie@orange.fr"),
            ("a.b@gmial.com", "a.b@gmail.com"),
            ("a@GMAIL.CON", "a@gmail.com"),
            ("a@laposte.ne", "a@laposte.net"),
        ] {
            assert_eq!(meant(typed).as_deref(), Some(right), "{typed}");
        }
        for good in ["mairie@wanadoo.fr", "maire@la-croix-hellean.bzh", "x@rennes.fr", "x@example.org", "wanado.fr", "@wanado.fr", ""] {
            assert_eq!(meant(good), None, "{good}");
        }
    }
}
