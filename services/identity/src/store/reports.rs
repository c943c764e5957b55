use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::domain::{
    ReportId,
    person::Locale,
    report::{Report, Reported},
};

/// Adds a report.
pub async fn insert(conn: &mut PgConnection, id: ReportId, receipt: &str, reported: &Reported) -> sqlx::Result<()> {
    let inserted = sqlx::query!(
        "insert into missing_reports (report_id, receipt, name, place, email, message, locale) values ($1, $2, $3, $4, $5, $6, $7)",
        id as _,
        receipt,
        reported.name,
        reported.place,
        reported.email.as_str(),
        reported.message,
        reported.locale.word(),
    );
    inserted.execute(conn).await.map(drop)
}

/// Reads a report, and holds it until the transaction ends.
pub async fn lock(conn: &mut PgConnection, id: ReportId) -> sqlx::Result<Option<Report>> {
    sqlx::query!("select from missing_reports where report_id = $1 for update", id as _).fetch_optional(&mut *conn).await?;
    let row = sqlx::query_as!(
        Report,
        r#"select report_id as "id: _", receipt, name, place, email, message, locale, reported_at, answer, answered_at
           from missing_reports where report_id = $1"#,
        id as _,
    );
    row.fetch_optional(conn).await
}

/// Writes down the answer.
pub async fn answer(conn: &mut PgConnection, id: ReportId, answer: &str, by: &str) -> sqlx::Result<()> {
    let answered = sqlx::query!(
        "update missing_reports set answer = $2, answered_at = clock_timestamp(), answered_by = $3 where report_id = $1",
        id as _,
        answer,
        by,
    );
    answered.execute(conn).await.map(drop)
}

/// A page of reports, oldest first; open ones, or all.
pub async fn list(
    conn: &mut PgConnection,
    answered: bool,
    after: Option<(DateTime<Utc>, ReportId)>,
    limit: i64,
) -> sqlx::Result<Vec<Report>> {
    let (at, id) = after.unzip();
    let rows = sqlx::query_as!(
        Report,
        r#"select report_id as "id: _", receipt, name, place, email, message, locale, reported_at, answer, answered_at
           from missing_reports
           where ($1 or answered_at is null) and ($2::timestamptz is null or (reported_at, report_id) > ($2, $3))
           order by reported_at, report_id limit $4"#,
        answered,
        at,
        id as _,
        limit,
    );
    rows.fetch_all(conn).await
}

/// Where the reporter is written to, and in which language.
pub async fn written_to(conn: &mut PgConnection, id: ReportId) -> sqlx::Result<Option<(String, String)>> {
    let row = sqlx::query!("select email, locale from missing_reports where report_id = $1", id as _);
    Ok(row.fetch_optional(conn).await?.map(|row| (row.email, row.locale)))
}

/// The language of a report.
pub fn locale(report: &Report) -> Locale {
    super::accounts::locale(&report.locale)
}
