/// A text as a person typed it, so written that no mail program makes a link of it: a narrow space, which is hardly seen, stands
/// where an address of the web or of mail would hold together. Invisible joiners would not do: programs leave them out of links.
pub(super) fn neutral(text: &str) -> String {
    const NARROW: char = '\u{202f}';
    let letters: Vec<char> = text.chars().collect();
    let mut written = String::with_capacity(text.len() + 8);
    for (place, letter) in letters.iter().enumerate() {
        let (before, after) = (place.checked_sub(1).and_then(|place| letters.get(place)), letters.get(place + 1));
        let between = before.is_some_and(|c| c.is_alphanumeric()) && after.is_some_and(|c| c.is_alphanumeric());
        match letter {
            '@' => written.extend([NARROW, '@', NARROW]),
            '.' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}' | '\u{2024}' if between && !is_number(before, after) => {
                written.extend([*letter, NARROW])
            }
            ':' if after == Some(&'/') => written.extend([':', NARROW]),
            letter => written.push(*letter),
        }
    }
    written
}

/// Between digits a point is a point: telephone numbers and amounts stay as they are.
fn is_number(before: Option<&char>, after: Option<&char>) -> bool {
    [before, after].iter().all(|c| c.is_some_and(char::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_an_address_is_no_link() {
        let links = |text: &str| {
            let mut finder = linkify::LinkFinder::new();
            finder.url_must_have_scheme(false).links(text).count()
        };
        for text in ["Payez sur http://evil.example/x", "evil.example", "www.evil.example", "a@evil.example", "mailto:a@evil.example"] {
            assert!(links(text) > 0, "{text}");
            assert_eq!(links(&neutral(text)), 0, "{text}");
        }
    }

    #[test]
    fn names_and_numbers_stay_as_they_are() {
        for text in ["Anne Martin", "St. Malo", "02.97.00.00.00", "M. Le Goff", "10 h 02", "L'Abergement-Clémenciat (01)"] {
            assert_eq!(neutral(text), text);
        }
    }
}
