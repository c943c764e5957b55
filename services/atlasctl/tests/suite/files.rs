//! Files that are wrong: what is said of them, and where.

use std::fs;

use tempfile::TempDir;

use crate::program::{Program, Run};

const HEAD: &str = "type,code,siren,nom,departement,region,epci,population,lat,lon,codes_postaux\n";
const TERRITORIES: &str = "kind,code,nom,region\nregion,84,Auvergne-Rhône-Alpes,\ndepartment,01,Ain,84\n";
const GOOD: &str = "commune,01001,210100012,L'Abergement,01,84,,860,46.15,4.92,01400\n";

/// Checks a folder that holds these files.
fn dry_run(files: &[(&str, &str)]) -> Run {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    Program::new().run(&["import", "reference", "--dry-run", "--from", folder.path().to_str().unwrap()])
}

/// Checks territories and these lines of collectivités.
fn lines(lines: &str) -> Run {
    dry_run(&[("territories.csv", TERRITORIES), ("collectivites.csv", &format!("{HEAD}{lines}"))])
}

#[test]
fn good_files_need_no_connection() {
    let run = lines(GOOD);

    assert_eq!((run.code, run.stdout.as_str()), (0, "3 records are well-formed; nothing was sent\n"), "{run:?}");
}

#[test]
fn the_shipped_files_are_good() {
    let run = Program::new().run(&["import", "reference", "--dry-run", "--json"]);

    assert_eq!((run.code, &run.json()["records"]), (0, &serde_json::json!(36_353 + 135 + 250 + 35 + 22)), "{run:?}");
}

#[test]
fn each_fault_names_file_line_column_value_and_what_is_expected() {
    let cases = [
        ("comune,01001,210100012,A,01,84,,1,46,4,01400", "type", "comune", "one of commune"),
        ("commune,01001,210100013,A,01,84,,1,46,4,01400", "siren", "210100013", "check digit"),
        ("commune,1001,210100012,A,01,84,,1,46,4,01400", "code", "1001", "an INSEE code"),
        ("commune,,,A,01,84,,1,46,4,01400", "code", "", "an INSEE code, since there is no SIREN"),
        ("commune,01001,210100012,,01,84,,1,46,4,01400", "nom", "", "1 to 200 characters"),
        ("commune,01001,210100012,A,99,84,,1,46,4,01400", "departement", "99", "a département that territories.csv names"),
        ("commune,01001,210100012,A,01,,,1,46,4,01400", "region", "", "the INSEE code of a région"),
        ("commune,01001,210100012,A,01,84,200069193,1,46,4,01400", "epci", "200069193", "the SIREN of a grouping in the same file"),
        ("commune,01001,210100012,A,01,84,,many,46,4,01400", "population", "many", "a whole number"),
        ("commune,01001,210100012,A,01,84,,1,91,4,01400", "lat", "91", "degrees from -90 to 90"),
        ("commune,01001,210100012,A,01,84,,1,46,NaN,01400", "lon", "NaN", "degrees from -180 to 180"),
        ("commune,01001,210100012,A,01,84,,1,46,,01400", "lon", "", "a latitude and a longitude"),
        ("commune,01001,210100012,A,01,84,,1,46,4,1400", "codes_postaux", "1400", "five digits"),
    ];
    for (line, column, value, expected) in cases {
        let run = lines(&format!("{GOOD_OTHER}{line}\n"));

        let fault = format!("collectivites.csv, line 3, column {column}: {value:?}: expected ");
        assert_eq!(run.code, 1, "{line}: {run:?}");
        let told = run.stderr.lines().find(|said| said.contains(&fault));
        assert!(told.is_some_and(|told| told.contains(expected)), "{line}: {fault}{expected}: {run:?}");
    }
}

const GOOD_OTHER: &str = "commune,01002,210100020,Autre,01,84,,860,46.15,4.92,01400\n";

#[test]
fn every_fault_is_told_at_once_and_as_json_too() {
    let folder = TempDir::new().unwrap();
    let text = format!("{HEAD}commune,1,x,,01,84,,-1,46,4,1\n{GOOD}{GOOD}");
    fs::write(folder.path().join("collectivites.csv"), text).unwrap();

    let run = Program::new().run(&["--json", "import", "reference", "--dry-run", "--from", folder.path().to_str().unwrap()]);

    let error = &run.json()["error"];
    assert_eq!((run.code, &error["reason"], &error["exit"]), (1, &"FAULTY_FILES".into(), &1.into()), "{run:?}");
    let columns: Vec<_> = error["faults"].as_array().unwrap().iter().map(|fault| fault["column"].as_str().unwrap()).collect();
    assert_eq!(columns, ["nom", "siren", "population", "codes_postaux", "code", "siren"], "{run:?}");
    assert_eq!(error["faults"][5]["line"], 4);
    assert!(error["faults"][5]["expected"].as_str().unwrap().contains("line 3"), "{run:?}");
}

#[test]
fn a_file_with_other_columns_is_refused_at_its_header() {
    let run = dry_run(&[("reseaux.csv", "sigle;nom;type;perimetre\nA;B;C;D\n")]);

    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("reseaux.csv, line 1: expected the columns sigle,nom,type,perimetre (separated by commas"), "{run:?}");
}

#[test]
fn a_line_that_is_no_line_does_not_hide_those_behind_it() {
    let run = dry_run(&[("reseaux.csv", "sigle,nom,type,perimetre\nA,B,C\nD,,E,F\n")]);

    assert!(run.stderr.contains("reseaux.csv, line 2: expected 4 fields, found 3"), "{run:?}");
    assert!(run.stderr.contains("reseaux.csv, line 3, column nom"), "{run:?}");
}

#[test]
fn text_that_is_not_utf8_is_named_by_its_line() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("reseaux.csv"), b"sigle,nom,type,perimetre\nA,B,C,D\nE,R\xe9gion,C,D\n").unwrap();

    let run = Program::new().run(&["import", "reference", "--dry-run", "--from", folder.path().to_str().unwrap()]);

    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("reseaux.csv, line 3: expected text in UTF-8"), "{run:?}");
}

#[test]
fn a_byte_order_mark_and_the_line_ends_of_windows_do_no_harm() {
    let run = dry_run(&[("reseaux.csv", "\u{feff}sigle,nom,type,perimetre\r\nA,B,C,D\r\n")]);

    assert_eq!((run.code, run.stdout.as_str()), (0, "1 records are well-formed; nothing was sent\n"), "{run:?}");
}

#[test]
fn a_folder_without_files_is_a_wrong_command_line() {
    let empty = TempDir::new().unwrap();
    let cut_short = TempDir::new().unwrap();
    fs::write(cut_short.path().join("reseaux.csv.zst"), b"\x28\xb5\x2f\xfdxx").unwrap();

    for folder in [empty.path(), cut_short.path(), "/nowhere".as_ref()] {
        let run = Program::new().run(&["import", "reference", "--dry-run", "--from", folder.to_str().unwrap()]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains(folder.to_str().unwrap()), "{run:?}");
    }
}
