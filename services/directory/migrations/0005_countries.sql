-- Countries and territories of ISO 3166-1; they come with the reference data alone.
create table countries (
    iso2         text primary key check (iso2 ~ '^[A-Z]{2}$'),
    iso3         text not null check (iso3 ~ '^[A-Z]{3}$'),
    name_fr      text not null check (name_fr <> ''),
    name_en      text not null check (name_en <> ''),
    continent    text not null check (continent in (
                     'Afrique', 'Amérique du Nord', 'Amérique du Sud', 'Antarctique', 'Asie', 'Europe', 'Océanie')),
    -- where its capital is
    latitude     double precision check (latitude between -90 and 90),
    longitude    double precision check (longitude between -180 and 180),
    dac_code     text not null check (dac_code ~ '^[0-9]{0,5}$'),
    oda_eligible boolean not null,
    version      bigint not null,
    check ((latitude is null) = (longitude is null))
);
