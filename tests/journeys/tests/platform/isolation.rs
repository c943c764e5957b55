use crate::{NANTES, QUIMPER};
use journeys::{eventually, stage};
use std::{fs, process::Command, time::Duration};

/// Runs a gateway where no network leads anywhere, and asks it for pages from within.
const ALONE: &str = r#"
ip link set lo up
"$1" serve >"$2/gateway.log" 2>&1 &
gateway=$!
trap 'kill $gateway' EXIT
tries=0
until curl -sf "http://$ATLAS_HEALTH_LISTEN/health/ready" >/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || { tail -n 20 "$2/gateway.log"; exit 1; }
    sleep 0.1
done
shift 2
for path; do curl -s -o /dev/null -w "%{http_code} $path\n" "http://$ATLAS_LISTEN$path"; done
curl -s "http://$ATLAS_LISTEN$1"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_alone_in_the_world_serves_from_its_saved_snapshot() {
    let atlas = stage().await;
    let saved = atlas.snapshots(1);
    let has_one = async || fs::read_dir(&saved).is_ok_and(|mut files| files.next().is_some());
    eventually("a saved snapshot", Duration::from_secs(90), has_one).await;
    let folder = tempfile::tempdir().unwrap();
    for file in fs::read_dir(&saved).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
    }

    let (program, environment) = atlas.environment("gateway", 1).unwrap();
    let (commune, other) = (format!("/collectivites/{QUIMPER}"), format!("/collectivites/{NANTES}"));
    let mut alone = Command::new("unshare");
    let root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    alone.args(if root { &["-n"][..] } else { &["-rn"][..] }).args(["sh", "-c", ALONE, "alone"]).arg(program).arg(folder.path());
    alone.args([commune.as_str(), &other, "/", "/en", "/regions/53", "/departements/29", "/recherche?q=quimper"]);
    alone.envs(environment).env("ATLAS_SNAPSHOT_DIR", folder.path());
    let output = tokio::task::spawn_blocking(move || alone.output()).await.unwrap().unwrap();

    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.lines().filter(|line| line.starts_with("200 ")).count(), 7, "{said}");
    assert!(said.contains("Quimper"), "{said}");
}
