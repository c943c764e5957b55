//! Bringing the register in: whole batches in one statement each; what is there already and equal is left alone.

use kernel::CollectiviteId;
use sqlx::PgConnection;

use crate::domain::{CollectiviteType, Network, NetworkId, Origin, Registered, Territory, folded};

/// What became of one row of a batch; rows that were equal are not listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken<Key> {
    /// Its natural key.
    pub key: Key,
    /// It was not there before.
    pub created: bool,
    /// It was there and lay elsewhere: in another région or département.
    pub moved: bool,
}

/// A batch as the database takes it: column by column.
struct Columns {
    ids: Vec<String>,
    kinds: Vec<CollectiviteType>,
    names: Vec<String>,
    folded: Vec<String>,
    sirens: Vec<String>,
    insee_codes: Vec<String>,
    postal_codes: Vec<String>,
    departments: Vec<String>,
    regions: Vec<String>,
    epcis: Vec<String>,
    populations: Vec<Option<i64>>,
    latitudes: Vec<Option<f64>>,
    longitudes: Vec<Option<f64>>,
    origins: Vec<Origin>,
}

impl Columns {
    fn of(batch: &[Registered]) -> Self {
        let column = |read: fn(&Registered) -> String| -> Vec<String> { batch.iter().map(read).collect() };
        Self {
            ids: column(|one| one.id.to_string()),
            kinds: batch.iter().map(|one| one.kind).collect(),
            names: column(|one| one.name.to_string()),
            folded: column(|one| folded(one.name.as_str())),
            sirens: column(|one| one.siren.clone()),
            insee_codes: column(|one| one.insee_code.clone()),
            postal_codes: column(|one| one.postal_codes.join(" ")),
            departments: column(|one| one.department_code.clone()),
            regions: column(|one| one.region_code.clone()),
            epcis: column(|one| one.epci_id.clone()),
            populations: batch.iter().map(|one| one.population).collect(),
            latitudes: batch.iter().map(|one| one.point.map(|point| point.latitude)).collect(),
            longitudes: batch.iter().map(|one| one.point.map(|point| point.longitude)).collect(),
            origins: batch.iter().map(|one| one.origin).collect(),
        }
    }
}

/// Takes collectivités. `xmax = 0` holds for inserted rows only (PostgreSQL marks an updated row's new version).
pub async fn take_collectivites(conn: &mut PgConnection, batch: &[Registered]) -> sqlx::Result<Vec<Taken<CollectiviteId>>> {
    let columns = Columns::of(batch);
    let taken = sqlx::query!(
        r#"
        with batch as (
            select id, type, name, name_folded, nullif(siren, '') as siren, insee_code, string_to_array(postal_codes, ' ') as postal_codes,
                   department_code, region_code, epci_id, population, latitude, longitude, origin
            from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
                        $11::bigint[], $12::double precision[], $13::double precision[], $14::text[])
                as given (id, type, name, name_folded, siren, insee_code, postal_codes, department_code, region_code, epci_id,
                          population, latitude, longitude, origin)
        ), before as (
            select id, region_code, department_code from collectivites where id = any($1)
        ), taken as (
            insert into collectivites as there (id, type, name, name_folded, siren, insee_code, postal_codes, department_code, region_code, epci_id,
                                                population, latitude, longitude, origin, version)
            select id, type, name, name_folded, siren, insee_code, postal_codes, department_code, region_code, epci_id,
                   population, latitude, longitude, origin, 1
            from batch order by id
            on conflict (id) do update set
                type = excluded.type, name = excluded.name, name_folded = excluded.name_folded, siren = excluded.siren,
                insee_code = excluded.insee_code, postal_codes = excluded.postal_codes, department_code = excluded.department_code,
                region_code = excluded.region_code, epci_id = excluded.epci_id, population = excluded.population,
                latitude = excluded.latitude, longitude = excluded.longitude, origin = excluded.origin, version = there.version + 1
            where (there.type, there.name, there.siren, there.insee_code, there.postal_codes, there.department_code, there.region_code,
                   there.epci_id, there.population, there.latitude, there.longitude, there.origin)
                is distinct from
                  (excluded.type, excluded.name, excluded.siren, excluded.insee_code, excluded.postal_codes, excluded.department_code,
                   excluded.region_code, excluded.epci_id, excluded.population, excluded.latitude, excluded.longitude, excluded.origin)
            returning id, region_code, department_code, xmax = 0 as created
        )
        select taken.id as "id!: CollectiviteId", created as "created!",
               coalesce((before.region_code, before.department_code) is distinct from (taken.region_code, taken.department_code), false)
                   and before.id is not null as "moved!"
        from taken left join before on before.id = taken.id
        order by taken.id
        "#,
        &columns.ids,
        &columns.kinds as _,
        &columns.names,
        &columns.folded,
        &columns.sirens,
        &columns.insee_codes,
        &columns.postal_codes,
        &columns.departments,
        &columns.regions,
        &columns.epcis,
        &columns.populations as _,
        &columns.latitudes as _,
        &columns.longitudes as _,
        &columns.origins as _,
    )
    .fetch_all(conn)
    .await?;
    Ok(taken.into_iter().map(|row| Taken { key: row.id, created: row.created, moved: row.moved }).collect())
}

/// Takes territories; the key is `kind-code`.
pub async fn take_territories(conn: &mut PgConnection, batch: &[Territory]) -> sqlx::Result<Vec<Taken<String>>> {
    let kinds: Vec<_> = batch.iter().map(|one| one.kind).collect();
    let codes: Vec<_> = batch.iter().map(|one| one.code.clone()).collect();
    let names: Vec<_> = batch.iter().map(|one| one.name.clone()).collect();
    let regions: Vec<_> = batch.iter().map(|one| one.region_code.clone()).collect();
    let taken = sqlx::query!(
        r#"
        insert into territories as there (kind, code, name, region_code, version)
        select kind, code, name, region_code, 1
        from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as batch (kind, code, name, region_code)
        on conflict (kind, code) do update set name = excluded.name, region_code = excluded.region_code, version = there.version + 1
        where (there.name, there.region_code) is distinct from (excluded.name, excluded.region_code)
        returning kind || '-' || code as "key!", xmax = 0 as "created!"
        "#,
        &kinds as _,
        &codes,
        &names,
        &regions,
    )
    .fetch_all(conn)
    .await?;
    Ok(taken.into_iter().map(|row| Taken { key: row.key, created: row.created, moved: false }).collect())
}

/// Takes networks by name; the id of a new one follows from its name, so that two imports agree on it.
pub async fn take_networks(conn: &mut PgConnection, batch: &[Network]) -> sqlx::Result<Vec<Taken<NetworkId>>> {
    let column = |read: fn(&Network) -> String| -> Vec<String> { batch.iter().map(read).collect() };
    let origins: Vec<_> = batch.iter().map(|one| one.origin).collect();
    let taken = sqlx::query!(
        r#"
        insert into networks as there (id, acronym, name, name_folded, kind, scope, origin, version)
        select md5('network ' || name_folded)::uuid, acronym, name, name_folded, kind, scope, origin, 1
        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) as batch (acronym, name, name_folded, kind, scope, origin)
        on conflict (name_folded) do update set
            acronym = excluded.acronym, name = excluded.name, kind = excluded.kind, scope = excluded.scope, origin = excluded.origin,
            version = there.version + 1
        where (there.acronym, there.name, there.kind, there.scope, there.origin)
            is distinct from (excluded.acronym, excluded.name, excluded.kind, excluded.scope, excluded.origin)
        returning id as "id: NetworkId", xmax = 0 as "created!"
        "#,
        &column(|one| one.acronym.to_string()),
        &column(|one| one.name.to_string()),
        &column(Network::natural_key),
        &column(|one| one.kind.to_string()),
        &column(|one| one.scope.to_string()),
        &origins as _,
    )
    .fetch_all(conn)
    .await?;
    Ok(taken.into_iter().map(|row| Taken { key: row.id, created: row.created, moved: false }).collect())
}
