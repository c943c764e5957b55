use anyhow::Context;
use std::{
    fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// Waits for our end, whatever way it comes (its standard input closes), and then stops what we left running.
const SCRIPT: &str = r#"
cat >/dev/null
cd "$1" 2>/dev/null || exit 0
pids() { for file in run/$1.pid; do if [ -e "$file" ]; then cat "$file"; echo; fi; done; }
tell() { for pid in $2; do kill -"$1" "$pid" 2>/dev/null; done; }
wait_for() { n=0; for pid in $1; do while [ $n -lt 50 ] && kill -0 "$pid" 2>/dev/null; do sleep 0.1; n=$((n + 1)); done; done; }
all=$(pids '*'); stores="$(pids nats) $(pids postgresql)"
for pid in $all; do case " $stores " in *"$pid"*) ;; *) tell TERM "$pid"; services="$services $pid" ;; esac; done
wait_for "$services"
tell TERM "$(pids nats)"; tell INT "$(pids postgresql)"
wait_for "$stores"
tell KILL "$all"
rm -f run/*.pid
[ "$2" = keep ] || rm -rf "$1"
"#;

/// What happens to the data folder when we are gone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Afterwards {
    Keep,
    Remove,
}

/// A process that outlives us to stop our children: a test's process ends without running any destructor.
pub(crate) struct Guard {
    _process: Child,
}

impl Guard {
    /// Starts to watch over a data folder; waits first for the guard of a run before, which may still be at work.
    pub fn over(folder: &Path, afterwards: Afterwards) -> anyhow::Result<Self> {
        let mark = folder.join("run").join("guard");
        if let Ok(before) = fs::read_to_string(&mark) {
            let left = PathBuf::from(format!("/proc/{}", before.trim())).join("cwd");
            let ours = || fs::read_link(&left).is_ok_and(|cwd| cwd == folder);
            crate::until("another run on this data folder ends", Duration::from_secs(20), || Ok(!ours()))?;
        }
        let process = Command::new("sh")
            .args(["-c", SCRIPT, "guard"])
            .arg(folder)
            .arg(if afterwards == Afterwards::Keep { "keep" } else { "remove" })
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("cannot start the guard")?;
        fs::write(mark, process.id().to_string())?;
        Ok(Self { _process: process })
    }
}
