//! The same words asked of PostgreSQL's full text search.

use gateway::model::{Model, fold};
use sqlx::{Connection as _, PgConnection};
use tokio::runtime::Runtime;

/// A table of names with a GIN index, and a connection to it.
pub struct Postgres {
    runtime: Runtime,
    conn: PgConnection,
}

impl Postgres {
    /// Fills a temporary table with every name of the model.
    pub fn fill(model: &Model, url: &str) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (names, people): (Vec<String>, Vec<i64>) =
            model.now().all().map(|(_, it)| (fold(&it.name), it.population.unwrap_or_default())).unzip();
        let conn = runtime.block_on(async {
            let mut conn = PgConnection::connect(url).await?;
            let table = "create temporary table names (id serial, people bigint not null, words tsvector not null);
                         create index on names using gin (words)";
            sqlx::raw_sql(table).execute(&mut conn).await?;
            let fill = "insert into names (people, words)
                        select people, to_tsvector('simple', name) from unnest($1::text[], $2::bigint[]) as n (name, people)";
            sqlx::query(fill).bind(&names).bind(&people).execute(&mut conn).await?;
            sqlx::raw_sql("analyze names").execute(&mut conn).await?;
            anyhow::Ok(conn)
        })?;
        Ok(Self { runtime, conn })
    }

    /// Finds names with all these words, the last as a beginning, the larger first; says how many it was given.
    pub fn find(&mut self, typed: &str) -> anyhow::Result<usize> {
        let query = format!("{}:*", fold(typed).replace(' ', " & "));
        let found = "select id, count(*) over () from names where words @@ to_tsquery('simple', $1) order by people desc limit 20";
        Ok(self.runtime.block_on(sqlx::query(found).bind(query).fetch_all(&mut self.conn))?.len())
    }
}
