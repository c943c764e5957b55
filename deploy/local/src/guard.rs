use crate::Fault;
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
    /// Starts to watch over a data folder. Where somebody else runs on it, that is a fault; where such a run has ended, its
    /// guard may still be at work, and is waited for.
    pub fn over(folder: &Path, afterwards: Afterwards) -> anyhow::Result<Self> {
        let mark = folder.join("run").join("guard");
        if let Ok(before) = fs::read_to_string(&mark) {
            crate::until("the guard of the run before is done", Duration::from_secs(20), || is_done(&before, folder))?;
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
        fs::write(mark, format!("{} {}", process.id(), std::process::id()))?;
        Ok(Self { _process: process })
    }
}

/// Says whether the guard of a mark (its process, and its master's) has ended; one that still has its master says that the
/// folder is in use.
fn is_done(mark: &str, folder: &Path) -> anyhow::Result<bool> {
    let (guard, master) = mark.split_once(' ').unwrap_or((mark, ""));
    let process = PathBuf::from(format!("/proc/{guard}"));
    if !fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd == folder) {
        return Ok(true);
    }
    let status = fs::read_to_string(process.join("status")).unwrap_or_default();
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:")).map(str::trim);
    if parent == Some(master) {
        let what = format!("another Atlas (process {master}) runs on {}", folder.display());
        return Err(Fault::new(what, format!("stop it (kill {master}), or choose another folder with --data")).into());
    }
    Ok(false)
}
