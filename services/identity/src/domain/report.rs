//! That a collectivité is not in the list.

use chrono::{DateTime, Utc};

use super::{
    ReportId,
    joincode::JoinCode,
    person::{Email, Locale},
};

/// What somebody reports.
#[derive(Debug, Clone)]
pub struct Reported {
    /// The collectivité, as the person writes it.
    pub name: String,
    /// Where it is, as the person writes it.
    pub place: String,
    /// Where the answer goes.
    pub email: Email,
    /// What else there is to say.
    pub message: String,
    /// The language of the answer.
    pub locale: Locale,
}

/// A report as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Names it for ever.
    pub id: ReportId,
    /// What the person quotes on the telephone.
    pub receipt: String,
    /// The collectivité, as the person writes it.
    pub name: String,
    /// Where it is, as the person writes it.
    pub place: String,
    /// Where the answer goes.
    pub email: String,
    /// What else there is to say.
    pub message: String,
    /// The language of the answer.
    pub locale: String,
    /// When.
    pub reported_at: DateTime<Utc>,
    /// Empty while it is open.
    pub answer: String,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
}

/// Draws a receipt: `M-7F3K-92QD`.
#[must_use]
pub fn receipt() -> String {
    format!("M-{}", JoinCode::of(&runtime::random::<8>()).printed())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_receipt_can_be_said_on_the_telephone() {
        let receipt = super::receipt();
        assert!(receipt.len() == 11 && receipt.starts_with("M-") && receipt.as_bytes()[6] == b'-', "{receipt}");
    }
}
