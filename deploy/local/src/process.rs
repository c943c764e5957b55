use crate::{Stop, until};
use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    collections::VecDeque,
    ffi::OsString,
    fs::{self, File},
    io::{BufRead, BufReader, PipeReader, Write},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::Duration,
};

const TAIL: usize = 25;
const PACE: Duration = Duration::from_millis(20);

/// Whether what a process writes is shown, and kept in its log file, or kept only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// On the terminal, each line behind the name of its process.
    Shown,
    /// In the log file alone.
    Kept,
}

/// What to run, and how it is stopped.
pub(crate) struct Spec {
    pub name: String,
    pub program: PathBuf,
    pub arguments: Vec<OsString>,
    pub environment: Vec<(String, String)>,
    /// The user and group it runs as, where it may not run as ours.
    pub user: Option<(u32, u32)>,
    pub stop: Signal,
    pub folder: PathBuf,
    pub output: Output,
}

impl Spec {
    /// The command with its environment; of ours it inherits nothing that is meant for Atlas.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ATLAS_")) {
            command.env_remove(name);
        }
        command.args(&self.arguments).envs(self.environment.iter().cloned()).current_dir("/");
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command
    }
}

/// A process that ended and should not have.
#[derive(Debug)]
pub struct Crash {
    /// Which one.
    pub name: String,
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote last.
    pub last: Vec<String>,
}

impl std::fmt::Display for Crash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} ended ({}); its last lines:", self.name, self.status)?;
        self.last.iter().try_for_each(|line| writeln!(f, "  {line}"))
    }
}

impl std::error::Error for Crash {}

/// A named child process: started, watched, stopped, killed, held.
pub(crate) struct Process {
    spec: Spec,
    child: Option<Child>,
    last: Arc<Mutex<VecDeque<String>>>,
}

impl Process {
    pub fn new(spec: Spec) -> Self {
        Self { spec, child: None, last: Arc::default() }
    }

    pub fn name(&self) -> &str {
        &self.spec.name
    }

    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    pub fn start(&mut self) -> anyhow::Result<()> {
        if self.child.is_some() {
            bail!("{} runs already", self.spec.name);
        }
        lock(&self.last).clear();
        let (reader, writer) = std::io::pipe()?;
        let mut command = self.spec.command();
        // in a group of its own, Ctrl-C on the terminal reaches us alone, and we stop things in order
        command.process_group(0).stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
        let child = command.spawn().with_context(|| format!("cannot start {}", self.spec.program.display()))?;
        drop(command); // it holds our ends of the pipe
        fs::write(self.pid_file(), child.id().to_string())?;
        self.child = Some(child);
        self.listen(reader)
    }

    /// Keeps what the process writes, until it has closed its end.
    fn listen(&self, reader: PipeReader) -> anyhow::Result<()> {
        let path = self.spec.folder.join("logs").join(format!("{}.log", self.spec.name));
        let mut log = File::options().create(true).append(true).open(path)?;
        let (last, name, output) = (Arc::clone(&self.last), self.spec.name.clone(), self.spec.output);
        thread::spawn(move || {
            for line in BufReader::new(reader).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).into_owned();
                let _ = writeln!(log, "{line}"); // a full disk stops no process
                if output == Output::Shown {
                    show(&name, &line);
                }
                let mut last = lock(&last);
                if last.len() == TAIL {
                    last.pop_front();
                }
                last.push_back(line);
            }
        });
        Ok(())
    }

    /// The end of a process that nobody asked to end.
    pub fn crash(&mut self) -> Option<Crash> {
        let status = self.child.as_mut()?.try_wait().ok()??;
        self.forget();
        Some(Crash { name: self.spec.name.clone(), status, last: self.last_lines() })
    }

    /// Waits until `ready` says so; fails at once when the process ends before, and when the end is asked for.
    pub fn wait(&mut self, stop: &Stop, limit: Duration, mut ready: impl FnMut() -> bool) -> anyhow::Result<()> {
        let what = format!("{} ready", self.spec.name);
        let waited = until(&what, limit, || {
            if stop.asked() {
                bail!("stopped while {} was starting", self.spec.name);
            }
            match self.crash() {
                Some(crash) => Err(crash.into()),
                None => Ok(ready()),
            }
        });
        waited.with_context(|| self.last_lines().join("\n"))
    }

    pub fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        let pid = self.pid().and_then(|pid| Pid::from_raw(pid as i32));
        let pid = pid.with_context(|| format!("{} does not run", self.spec.name))?;
        kill_process(pid, signal).with_context(|| format!("cannot signal {}", self.spec.name))
    }

    /// Asks for the end and waits; what does not end within `grace` is killed, and that is a fault.
    pub fn stop(&mut self, grace: Duration) -> anyhow::Result<()> {
        let Some(child) = self.child.as_mut() else { return Ok(()) };
        if let Some(pid) = Pid::from_raw(child.id() as i32) {
            let _ = kill_process(pid, self.spec.stop); // it may have ended by itself
        }
        let ended = until(&format!("end of {}", self.spec.name), grace, || Ok(child.try_wait()?.is_some()));
        if ended.is_err() {
            self.kill()?;
            bail!("{} did not end within {} s and was killed", self.spec.name, grace.as_secs());
        }
        self.forget();
        Ok(())
    }

    pub fn kill(&mut self) -> anyhow::Result<()> {
        let Some(child) = self.child.as_mut() else { return Ok(()) };
        child.kill()?;
        child.wait()?;
        self.forget();
        Ok(())
    }

    fn forget(&mut self) {
        self.child = None;
        let _ = fs::remove_file(self.pid_file()); // the guard looks there; a pid too many does it no harm
    }

    fn pid_file(&self) -> PathBuf {
        self.spec.folder.join("run").join(format!("{}.pid", self.spec.name))
    }

    fn last_lines(&self) -> Vec<String> {
        lock(&self.last).iter().cloned().collect()
    }
}

/// Runs a command to its end; what it wrote is part of the fault when it fails.
pub(crate) fn run(spec: &Spec, input: &str) -> anyhow::Result<String> {
    run_unless(&Stop::default(), spec, input)
}

/// Runs a command to its end, which comes early when everything is to end.
pub(crate) fn run_unless(stop: &Stop, spec: &Spec, input: &str) -> anyhow::Result<String> {
    let mut command = spec.command();
    command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("cannot start {}", spec.program.display()))?;
    if let Some(mut stdin) = child.stdin.take() {
        let _ = stdin.write_all(input.as_bytes()); // who does not read it says why by its exit code
    }
    let output = output(child, stop)?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let complained = String::from_utf8_lossy(&output.stderr);
        bail!("{} failed ({}):\n{said}{complained}", spec.name, output.status);
    }
    Ok(said)
}

fn output(child: Child, stop: &Stop) -> anyhow::Result<std::process::Output> {
    let pid = Pid::from_child(&child);
    let (ended, end) = mpsc::channel();
    thread::spawn(move || ended.send(child.wait_with_output()));
    loop {
        match end.recv_timeout(PACE) {
            Ok(output) => return Ok(output?),
            Err(_) if stop.asked() => {
                let _ = kill_process(pid, Signal::TERM); // it may have ended just now
                return Ok(end.recv()??);
            }
            Err(_) => (),
        }
    }
}

fn show(name: &str, line: &str) {
    // five colours that can be read on dark and on light
    let colour = name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % 5 + 2;
    let _ = writeln!(std::io::stdout(), "\x1b[3{colour}m{name:>12}\x1b[0m {}", readable(line));
}

/// A line of ours (JSON) as a person reads it: level, message, and what goes with it; any other line as it is.
fn readable(line: &str) -> String {
    let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(line) else { return line.to_owned() };
    let word = |name: &str| fields.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    let known = ["timestamp", "level", "message", "target", "span", "spans"];
    let others = fields.iter().filter(|(name, _)| !known.contains(&name.as_str()));
    let others: String = others.map(|(name, value)| format!(" {name}={value}")).collect();
    format!("{:<5} {}{others}", word("level"), word("message"))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_line_is_read_by_people() {
        let line = r#"{"timestamp":"2027-01-01T00:00:00Z","level":"INFO","message":"ready","port":8080,"target":"runtime"}"#;

        assert_eq!(readable(line), "INFO  ready port=8080");
        assert_eq!(readable("LOG:  ready"), "LOG:  ready");
    }

    #[test]
    fn a_process_that_ends_by_itself_is_told_with_its_last_lines() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["logs", "run"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let arguments = vec!["-c".into(), "echo first; echo last >&2; exit 3".into()];
        let (environment, folder) = (Vec::new(), folder.path().to_owned());
        let (name, program, stop, output) = ("brief".into(), "/bin/sh".into(), Signal::TERM, Output::Kept);
        let mut process = Process::new(Spec { name, program, arguments, environment, user: None, stop, folder, output });

        process.start().unwrap();
        let fault = process.wait(&Stop::default(), Duration::from_secs(10), || false).unwrap_err();

        let crash = fault.downcast_ref::<Crash>().unwrap();
        assert_eq!((crash.name.as_str(), crash.status.code()), ("brief", Some(3)));
    }
}
