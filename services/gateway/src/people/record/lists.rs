//! Lists of a project as agents write them: one thing a line.

use atlas_proto::projects::v1::{BudgetLine, ProjectLink};

use super::written;
use crate::{
    forms::{Form, Typed},
    i18n::Words,
};

/// A budget, a line each: year ; who pays ; amount.
#[must_use]
pub fn budget(lines: &[BudgetLine]) -> String {
    let lines = lines.iter().map(|it| format!("{} ; {} ; {}", it.year, it.source, written::amount(it.amount_cents)));
    lines.collect::<Vec<_>>().join("\n")
}

/// Pages elsewhere, a line each: the address, then what it is called.
#[must_use]
pub fn links(links: &[ProjectLink]) -> String {
    links.iter().map(|it| format!("{} {}", it.url, it.label)).collect::<Vec<_>>().join("\n")
}

/// Reads a budget; the first line that is none is a problem.
pub fn read_budget(words: &Words, form: &Form, typed: &mut Typed) -> Vec<BudgetLine> {
    let read = |line: &str| {
        let (year, rest) = line.split_once(';')?;
        let (source, amount) = rest.rsplit_once(';')?;
        let year = year.trim().parse().ok().filter(|year| (1900..=2200).contains(year))?;
        Some(BudgetLine { year, source: source.trim().to_owned(), amount_cents: written::read_amount(amount)? })
    };
    let wrong = |line: &str| words.name("problem-budget", line);
    each(form.get("budget"), read).unwrap_or_else(|line| {
        typed.wrong("budget", wrong(line));
        Vec::new()
    })
}

/// Reads pages elsewhere; the first line that is none is a problem.
pub fn read_links(words: &Words, form: &Form, typed: &mut Typed) -> Vec<ProjectLink> {
    let read = |line: &str| {
        let (url, label) = line.split_once(char::is_whitespace).unwrap_or((line, line));
        let is_page = url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        is_page.then(|| ProjectLink { url: url.to_owned(), label: label.trim().chars().take(200).collect() })
    };
    let wrong = |line: &str| words.name("problem-link", line);
    each(form.get("links"), read).unwrap_or_else(|line| {
        typed.wrong("links", wrong(line));
        Vec::new()
    })
}

fn each<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, &str> {
    written::lines(text).map(|line| read(line).ok_or(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;

    #[test]
    fn lists_come_back_as_they_were_written() {
        let words = Locale::Fr.words();
        let form = |name: &str, text: &str| Form::default().with(name, text);
        let mut typed = Typed::default();
        let text = "2026 ; Région ; Bretagne ; 12000,50\n2027 ; Ville ; 7";
        assert_eq!(budget(&read_budget(words, &form("budget", text), &mut typed)), text);
        let text = "https://example.org/a Le bilan\nhttps://example.org/b https://example.org/b";
        assert_eq!(links(&read_links(words, &form("links", text), &mut typed)), text);
        assert!(!typed.is_wrong());
        assert!(
            read_budget(words, &form("budget", "2026 ; Région"), &mut typed).is_empty()
                && typed.problem("budget").contains("2026 ; Région")
        );
        assert!(read_links(words, &form("links", "javascript:alert(1) x"), &mut typed).is_empty() && !typed.problem("links").is_empty());
    }
}
