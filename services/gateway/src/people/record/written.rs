//! Days, years, amounts and lists as agents write them, and as the services keep them.

/// A day or a year as agents write it: 30/06/2024, or 2024.
#[must_use]
pub fn day(kept: &str) -> String {
    match kept.split('-').collect::<Vec<_>>()[..] {
        [year, month, day] => format!("{day}/{month}/{year}"),
        _ => kept.to_owned(),
    }
}

/// A day or a year as the services keep it; none for what is neither.
#[must_use]
pub fn read_day(typed: &str) -> Option<String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Some(String::new());
    }
    let is_year = typed.len() == 4 && typed.parse::<u16>().is_ok_and(|year| (1900..=2200).contains(&year));
    if is_year || (typed.len() == 10 && typed.parse::<chrono::NaiveDate>().is_ok()) {
        return Some(typed.to_owned());
    }
    let day = chrono::NaiveDate::parse_from_str(typed, "%d/%m/%Y").ok()?;
    let year = chrono::Datelike::year(&day);
    (1900..=2200).contains(&year).then(|| day.format("%Y-%m-%d").to_string())
}

/// An amount as it stands in a field: 12000 or 12000,50.
#[must_use]
pub fn amount(cents: i64) -> String {
    let (euros, rest) = (cents / 100, (cents % 100).abs());
    if rest == 0 { euros.to_string() } else { format!("{euros},{rest:02}") }
}

/// An amount in cents; none for what is no amount of euros.
#[must_use]
pub fn read_amount(typed: &str) -> Option<i64> {
    let plain: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '€').map(|c| if c == ',' { '.' } else { c }).collect();
    let (euros, rest) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if euros.is_empty() || rest.len() > 2 || !digits(euros) || !digits(rest) {
        return None;
    }
    let cents: i64 = format!("{rest:0<2}").parse().ok()?;
    euros.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents)
}

/// The lines of a text that say something.
pub fn lines(typed: &str) -> impl Iterator<Item = &str> {
    typed.lines().map(str::trim).filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_amounts_are_read_as_people_write_them() {
        for (typed, kept) in [("2024", "2024"), ("30/06/2024", "2024-06-30"), ("2024-06-30", "2024-06-30"), ("", "")] {
            assert_eq!(read_day(typed).as_deref(), Some(kept), "{typed}");
        }
        assert_eq!([read_day("31/02/2024"), read_day("24"), read_day("en 2024"), read_day("+999")], [None, None, None, None]);
        assert_eq!((day("2024-06-30").as_str(), day("2024").as_str()), ("30/06/2024", "2024"));
        for (typed, cents) in [("12 000,50 €", 1_200_050), ("12000", 1_200_000), ("0,5", 50), ("7.25", 725)] {
            assert_eq!(read_amount(typed), Some(cents), "{typed}");
        }
        assert_eq!([read_amount("-1"), read_amount("un"), read_amount("1,234"), read_amount("")], [None, None, None, None]);
        assert_eq!((amount(1_200_050).as_str(), amount(1_200_000).as_str()), ("12000,50", "12000"));
    }
}
