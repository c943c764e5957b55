//! Twinnings of a real source, brought into the real directory and the real record: once, again, and shuffled with the program killed.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use tempfile::TempDir;
use testkit::until;

use crate::{
    program::Program,
    record::{ALONE, World},
};

const MAPPING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/mappings/wikipedia.toml");

impl World {
    async fn import(&self, file: &Path) -> Value {
        let run = self.program.run_beside(&["import", "twinnings", file.to_str().unwrap(), "--mapping", MAPPING, "--json"]).await;
        assert!(run.code <= 1, "{run:?}");
        run.json()
    }

    async fn partnerships(&self) -> i64 {
        sqlx::query_scalar("select count(*) from partnerships").fetch_one(&self.projects).await.unwrap()
    }

    /// Everything that was brought in, but for times and how often it was written.
    async fn content(&self) -> [Option<String>; 2] {
        let hash = |columns: &str, table: &str| {
            sqlx::AssertSqlSafe(format!("select md5(string_agg(concat_ws('|', {columns}), E'\\n' order by id)) from {table}"))
        };
        let partners =
            hash("id, country_iso2, level, name, other_names, division, geonames_id, latitude, longitude, population", "partners");
        let columns = "id, partner_id, lead_collectivite_id, twinning, origin, source, to_confirm,
                       (select string_agg(collectivite_id, ',' order by collectivite_id) from participants where partnership_id = id)";
        [
            sqlx::query_scalar(partners).fetch_one(&self.directory).await.unwrap(),
            sqlx::query_scalar(hash(columns, "partnerships")).fetch_one(&self.projects).await.unwrap(),
        ]
    }

    /// A file of this world's own.
    fn file(&self, name: &str, text: &str) -> PathBuf {
        let file = self.folder.path().join(name);
        fs::write(&file, text).unwrap();
        file
    }
}

/// The real file, beside this repository: it may not be part of the product (CC BY-SA). Who has none says so.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration but this")]
fn real() -> Option<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/jumelages_reels.csv");
    let text = fs::read_to_string(&file).ok();
    let is_left_out = std::env::var("ATLAS_TEST_WITHOUT_REAL_TWINNINGS").is_ok();
    assert!(text.is_some() || is_left_out, "{} is not there; ATLAS_TEST_WITHOUT_REAL_TWINNINGS=1 leaves this out", file.display());
    text
}

/// The same lines in another order: by the end of each, read backwards.
fn shuffled(text: &str) -> String {
    let (header, lines) = text.split_once('\n').unwrap();
    let mut lines: Vec<&str> = lines.lines().collect();
    lines.sort_by_key(|line| line.bytes().rev().map(|byte| byte.wrapping_mul(167)).collect::<Vec<_>>());
    format!("{header}\n{}\n", lines.join("\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_twinnings_are_taken_once_whatever_happens_on_the_way() {
    let _alone = ALONE.lock().await;
    let Some(text) = real() else {
        println!("the real file is not beside this repository: nothing was looked at");
        return;
    };
    let (whole, killed) = (World::start().await, World::start().await);
    let file = whole.file("jumelages.csv", &text);

    let first = whole.import(&file).await;
    let counts = ["rows", "accepted", "accepted_with_warning", "to_confirm"].map(|count| first[count].as_u64().unwrap());
    assert_eq!(counts, [3725, 3409, 4, 285], "{first}");
    let refused = first["refused"].as_array().unwrap();
    assert_eq!(refused.len(), 31);
    assert!(refused.iter().all(|fault| fault["column"] == "qualite" && fault["line"].as_u64().unwrap() > 1), "{refused:?}");
    let content = whole.content().await;

    let again = whole.import(&file).await;
    for what in ["partners", "partnerships"] {
        let counts = ["created", "updated", "kept"].map(|count| again[what][count].as_u64().unwrap());
        assert_eq!(counts, [0, 0, 0], "{what} {again}");
    }
    assert_eq!(whole.content().await, content);

    let other = killed.file("shuffled.csv", &shuffled(&text));
    let arguments = ["import", "twinnings", other.to_str().unwrap(), "--mapping", MAPPING];
    let mut cut = killed.program.command(&arguments).spawn().unwrap();
    until("some are there", async || killed.partnerships().await > 0).await;
    cut.kill().unwrap();
    cut.wait().unwrap();
    let there = killed.partnerships().await;
    killed.import(&other).await;
    println!("killed after {there} of {} partnerships", killed.partnerships().await);
    assert_eq!(killed.content().await, content);
}

const HEADER: &str = "niveau,code,siren,collectivite,dep,reg,partenaire,nom_source,pays,pays_fr,admin1,lat,lon,geonameid,population_partenaire,qualite,sources,apd";

#[tokio::test(flavor = "multi_thread")]
async fn every_refused_line_is_given_back_with_column_and_reason() {
    let _alone = ALONE.lock().await;
    let world = World::start().await;
    let rows = [
        "COM,56050,215600503,La Croix-Helléan,56,53,Trèves,Trèves,DE,Allemagne,,49.7,6.6,2821164,,A,liste,0",
        "COM,56050,215600503,La Croix-Helléan,56,53,Nirgendwo,Nirgendwo,QQ,,,,,,,A,liste,0",
        "COM,56050,215600504,La Croix-Helléan,56,53,Bonn,Bonn,DE,Allemagne,,,,,,A,liste,0",
        "COM,56050,215600503,La Croix-Helléan,56,53,,,DE,Allemagne,,,,,,A,liste,0",
        "COM,99999,,Nulle-Part,56,53,Bonn,Bonn,DE,Allemagne,,,,,,A,liste,0",
        "COM,56050,215600503,La Croix-Helléan,56,53,=SOMME(A1),x,DE,Allemagne,,,,,,C,liste,0",
    ];
    let file = world.file("rows.csv", &format!("{HEADER}\n{}\n", rows.join("\n")));
    let refused = world.folder.path().join("refused.csv");
    let arguments = ["import", "twinnings", file.to_str().unwrap(), "--mapping", MAPPING, "--refused", refused.to_str().unwrap(), "--json"];

    let run = world.program.run_beside(&arguments).await;

    assert_eq!((run.code, world.partnerships().await), (1, 1), "{run:?}");
    let said = fs::read_to_string(refused).unwrap();
    let places: Vec<_> = said.lines().skip(1).map(|line| line.splitn(3, ',').take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(places, ["3 pays", "4 siren", "5 partenaire", "6 code", "7 qualite"], "{said}");
}

#[tokio::test]
async fn a_mapping_that_fits_not_is_named_before_anything_is_sent() {
    let folder = TempDir::new().unwrap();
    let (file, mapping) = (folder.path().join("rows.csv"), folder.path().join("m.toml"));
    fs::write(&file, format!("{HEADER}\n")).unwrap();
    let good = fs::read_to_string(MAPPING).unwrap();
    for (text, expected) in [
        (good.replace("pays", "land"), "missing: land"),
        (good.replace("twinning = true", "twinning = 3"), "m.toml, line 4"),
        (good.replace("siren = ", "sirene = "), "unknown field `sirene`"),
    ] {
        fs::write(&mapping, text).unwrap();
        let arguments = ["import", "twinnings", file.to_str().unwrap(), "--mapping", mapping.to_str().unwrap()];
        let run = Program::new().run(&arguments);
        assert!(run.code == 1 && run.stderr.contains(expected), "{expected}: {run:?}");
    }
}
