use sqlx::Error;

/// SQLSTATE classes and codes that say "not now": connection lost, no slot left, shutting down, starting, read-only.
const AWAY: [&str; 7] = ["08", "53300", "57P01", "57P02", "57P03", "57P05", READ_ONLY];

/// The server is a standby, or a primary that was demoted.
pub(crate) const READ_ONLY: &str = "25006";

/// Waiting for a lock took longer than `lock_timeout`.
pub(crate) const LOCK_NOT_AVAILABLE: &str = "55P03";

/// The name of the constraint that a statement broke, for a store to translate into a word of its domain.
#[must_use]
pub fn violated(error: &Error) -> Option<&str> {
    error.as_database_error()?.constraint()
}

/// Whether the database could not be reached or cannot serve now; trying again later may help.
#[must_use]
pub fn is_away(error: &Error) -> bool {
    match error {
        Error::Io(_) | Error::Tls(_) | Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed => true,
        other => AWAY.iter().any(|away| code(other).is_some_and(|code| code.starts_with(away))),
    }
}

/// Whether two transactions waited for each other and PostgreSQL ended this one: it is worth another try.
#[must_use]
pub fn is_deadlock(error: &Error) -> bool {
    code(error).is_some_and(|code| code == "40P01")
}

/// The SQLSTATE of an error that the server gave.
pub(crate) fn code(error: &Error) -> Option<String> {
    error.as_database_error()?.code().map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_connection_is_away_and_a_missing_row_is_not() {
        assert!(is_away(&Error::PoolTimedOut));
        assert!(is_away(&Error::Io(std::io::ErrorKind::ConnectionRefused.into())));
        assert!(!is_away(&Error::RowNotFound));
    }
}
