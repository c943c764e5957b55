//! `atlas-local up` as somebody at a terminal sees it. It needs every program built, and what `deploy/local/provide` provides.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod place;

use place::Place;
use rustix::process::Signal;
use std::{fs, net::TcpListener};

const NOBODY: [String; 0] = [];

#[test]
fn it_starts_twice_shows_pages_and_mails_and_ends_when_asked() {
    let place = Place::new();
    let mut first = place.up(&["--no-demo", "--replicas", "2"]);
    first.is_ready();
    for (name, health) in [("gateway-1", 10), ("gateway-2", 11), ("identity-2", 31), ("directory-2", 51)] {
        assert!(first.said().contains(&format!("{name} ")), "{name} is not in the table");
        place.get(health, "/health/ready");
    }
    place.get(0, "/");
    place.send_mail("Votre code est 123456");
    assert!(place.get(60, "/email").contains("Votre code est 123456"));
    assert_eq!(first.ends_after(Signal::TERM), Some(0));
    assert_eq!(place.runs(), NOBODY);

    let mut second = place.up(&["--no-demo"]);
    println!("the second start took {:?}", second.is_ready()); // tests/fresh-machine, alone on the machine, wants 5 s
    assert_eq!(second.ends_after(Signal::INT), Some(0));
    assert_eq!(place.runs(), NOBODY);
}

#[test]
fn a_signal_while_it_starts_ends_everything_that_has_started() {
    for begun in ["postgresql", "directory-1"] {
        let place = Place::new();
        let mut up = place.up(&[]);
        place.waits_for(begun);
        assert_eq!(up.ends_after(Signal::INT), Some(130), "{}", up.said());
        assert!(up.said().ends_with("stopped before it was ready\n"), "{}", up.said());
        assert_eq!(place.runs(), NOBODY);
    }
}

#[test]
fn killed_without_a_word_it_leaves_a_guard_that_clears_away() {
    let place = Place::new();
    let mut up = place.up(&["--no-demo"]);
    up.is_ready();
    assert_eq!(up.ends_after(Signal::KILL), None);

    let mut again = place.up(&["--no-demo"]); // waits for the guard, or finds its ports taken
    again.is_ready();
    assert_eq!(again.ends_after(Signal::TERM), Some(0));
    assert_eq!(place.runs(), NOBODY);
}

#[test]
fn a_folder_in_use_is_left_alone_and_fresh_begins_anew() {
    let place = Place::new();
    let password = || fs::read_to_string(place.data().join("secrets/postgres")).unwrap();
    let mut up = place.up(&["--no-demo"]);
    up.is_ready();
    let before = password();

    let other = place.up(&["--fresh", "--no-demo"]).refuses();
    assert!(other.contains("another Atlas (process") && other.contains("or choose another folder with --data"), "{other}");
    assert_eq!(password(), before);
    place.get(0, "/");
    up.ends_after(Signal::TERM);

    let mut fresh = place.up(&["--fresh", "--no-demo"]);
    fresh.is_ready();
    assert_ne!(password(), before);
    fresh.ends_after(Signal::TERM);
}

#[test]
fn what_ends_by_itself_ends_everything_and_is_named() {
    let place = Place::new();
    let mut up = place.up(&["--no-demo"]);
    up.is_ready();
    place.kill("nats");

    let said = up.refuses();

    assert!(said.contains("nats ended (signal: 9"), "{said}");
    assert_eq!(place.runs(), NOBODY);
}

#[test]
fn a_taken_port_is_named_before_anything_starts() {
    let place = Place::new();
    let _taken = TcpListener::bind(("127.0.0.1", place.port(40))).unwrap();

    let said = place.up(&["--no-demo"]).refuses();

    assert!(said.contains(&format!("port {} is taken; directory-1 needs it", place.port(40))) && said.contains("--port"), "{said}");
    assert!(!place.data().join("postgresql").exists());
}

#[test]
fn data_of_another_postgresql_is_named_with_both_versions() {
    let place = Place::new();
    fs::create_dir_all(place.data().join("postgresql")).unwrap();
    fs::write(place.data().join("postgresql/PG_VERSION"), "9\n").unwrap();

    let said = place.up(&["--no-demo"]).refuses();

    assert!(said.contains("was made by PostgreSQL 9; here is: 1") && said.contains("--fresh"), "{said}");
}
