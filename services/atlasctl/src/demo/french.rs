//! Articles and prepositions: « du Mali », « d'Abomey », « au Caire », « de l'Ain », « des Vosges ».

/// « de Bamako », « d'Abomey », « du Locle », « de la commune de Dinan ».
pub fn of(name: &str) -> String {
    let contracted = [("Le ", "du "), ("le ", "du "), ("Les ", "des "), ("les ", "des ")];
    for (article, with) in contracted {
        if let Some(rest) = name.strip_prefix(article) {
            return format!("{with}{rest}");
        }
    }
    if elides(name) { format!("d'{name}") } else { format!("de {name}") }
}

/// « à Bamako », « au Locle », « aux Abymes ».
pub fn at(name: &str) -> String {
    match (name.strip_prefix("Le "), name.strip_prefix("Les ")) {
        (Some(rest), _) => format!("au {rest}"),
        (_, Some(rest)) => format!("aux {rest}"),
        _ => format!("à {name}"),
    }
}

/// With a capital at its beginning.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Whether « de » loses its e before it: before a vowel, but not before « Ouagadougou » or « Yaoundé ».
fn elides(name: &str) -> bool {
    let plain: Vec<char> = name.to_lowercase().chars().take(3).collect();
    match plain.as_slice() {
        ['o', 'u', 'a' | 'e' | 'é' | 'i', ..] | ['y', 'a' | 'e' | 'é' | 'i' | 'o' | 'u', ..] => false,
        [first, ..] => "aàâäáãåāăąæeéèêëēėęiîïíīioôöóõøōœuûüúūůy".contains(*first),
        [] => false,
    }
}

/// « du Morbihan », « de l'Ain », « des Vosges », « de la Somme », « de Saône-et-Loire ».
pub fn of_department(name: &str) -> String {
    const PLURAL: [&str; 9] = ["Alpes-", "Ardennes", "Bouches-", "Côtes-", "Deux-", "Hautes-", "Hauts-", "Landes", "Pyrénées-"];
    const MASCULINE: [&str; 23] = [
        "Bas-Rhin",
        "Calvados",
        "Cantal",
        "Cher",
        "Doubs",
        "Finistère",
        "Gard",
        "Gers",
        "Haut-Rhin",
        "Jura",
        "Loiret",
        "Lot",
        "Morbihan",
        "Nord",
        "Pas-de-Calais",
        "Puy-de-Dôme",
        "Rhône",
        "Tarn",
        "Territoire de Belfort",
        "Val-d'Oise",
        "Val-de-Marne",
        "Var",
        "Vaucluse",
    ];
    let is_plural = PLURAL.iter().any(|start| name.starts_with(start)) || ["Vosges", "Yvelines"].contains(&name);
    if name.contains("-et-") || ["La Réunion", "Mayotte", "Paris"].contains(&name) {
        of(name)
    } else if is_plural {
        format!("des {name}")
    } else if MASCULINE.contains(&name) {
        format!("du {name}")
    } else if elides(name) || name == "Hérault" {
        format!("de l'{name}")
    } else {
        format!("de la {name}")
    }
}

/// In a country: « au Mali », « en Allemagne », « aux États-Unis », « à Cuba ».
pub fn within(iso2: &str, name: &str) -> String {
    const BARE: [&str; 16] = ["BH", "CU", "CY", "DJ", "HK", "HT", "JE", "MG", "MT", "MU", "OM", "PR", "SG", "TW", "GG", "MO"];
    const PLURAL: [&str; 8] = ["AE", "BS", "KM", "MV", "NL", "PH", "SC", "US"];
    const MASCULINE_IN_E: [&str; 5] = ["BZ", "KH", "MX", "MZ", "ZW"];
    let name = match iso2 {
        "HK" => "Hong Kong",
        "PS" => return format!("dans les {name}"),
        _ => name,
    };
    if BARE.contains(&iso2) {
        format!("à {name}")
    } else if PLURAL.contains(&iso2) {
        format!("aux {name}")
    } else if !MASCULINE_IN_E.contains(&iso2) && (name.starts_with(['A', 'E', 'É', 'I', 'O']) || is_feminine(iso2, name)) {
        format!("en {name}")
    } else {
        format!("au {name}")
    }
}

fn is_feminine(iso2: &str, name: &str) -> bool {
    let compound = ["BA", "CD", "CF", "CI", "CZ", "KP", "KR", "NZ", "SA", "TT", "ZA", "GB", "DO", "GN", "GW", "GQ", "PG", "NC", "SL", "MK"];
    let masculine = ["GB"];
    !masculine.contains(&iso2) && (compound.contains(&iso2) || name.ends_with('e'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_are_drawn_together_as_in_french() {
        let of_all = ["Bamako", "Abomey", "Le Locle", "Ouagadougou", "Oujda", "la commune de Dinan", "le Département de l'Ain"].map(of);
        let expected =
            ["de Bamako", "d'Abomey", "du Locle", "de Ouagadougou", "d'Oujda", "de la commune de Dinan", "du Département de l'Ain"];
        assert_eq!(of_all, expected);
        let departments = ["Ain", "Morbihan", "Vosges", "Somme", "Saône-et-Loire", "Ille-et-Vilaine", "Hérault", "Haute-Savoie"];
        let expected = [
            "de l'Ain",
            "du Morbihan",
            "des Vosges",
            "de la Somme",
            "de Saône-et-Loire",
            "d'Ille-et-Vilaine",
            "de l'Hérault",
            "de la Haute-Savoie",
        ];
        assert_eq!(departments.map(of_department), expected);
    }

    #[test]
    fn a_country_has_the_preposition_of_its_gender() {
        let countries = [("ML", "Mali"), ("DE", "Allemagne"), ("US", "États-Unis"), ("CU", "Cuba"), ("KH", "Cambodge"), ("IR", "Iran")];
        let expected = ["au Mali", "en Allemagne", "aux États-Unis", "à Cuba", "au Cambodge", "en Iran"];
        assert_eq!(countries.map(|(iso2, name)| within(iso2, name)), expected);
    }
}
