use atlas_local::{Ports, until};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs::{self, File},
    io::Write,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

const LIMIT: Duration = Duration::from_secs(90);

/// A data folder and ports of its own.
pub struct Place {
    folder: tempfile::TempDir,
    first: u16,
}

impl Place {
    pub fn new() -> Self {
        // PostgreSQL's user must be able to walk through, where the tests run as root
        let folder = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir().unwrap();
        Self { folder, first: Ports::free().unwrap().first() }
    }

    /// Starts `atlas-local up` here.
    pub fn up(&self, options: &[&str]) -> Up {
        let run = fs::read_dir(self.folder.path()).unwrap().count();
        let output = self.folder.path().join(format!("said-{run}"));
        let file = File::create(&output).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_atlas-local"))
            .args(["up", "--port", &self.first.to_string(), "--data"])
            .arg(self.data())
            .args(options)
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        Up { child, output, ready: format!("ready http://127.0.0.1:{}\n", self.first) }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn port(&self, offset: u16) -> u16 {
        self.first + offset
    }

    /// Waits until a process has been started.
    pub fn waits_for(&self, name: &str) {
        until(name, LIMIT, || Ok(self.pid(name).is_some())).unwrap();
    }

    pub fn kill(&self, name: &str) {
        kill_process(self.pid(name).unwrap(), Signal::KILL).unwrap();
    }

    fn pid(&self, name: &str) -> Option<Pid> {
        let written = fs::read_to_string(self.data().join("run").join(name).with_extension("pid")).ok()?;
        Pid::from_raw(written.parse().ok()?)
    }

    /// The command lines of what runs on the folder.
    pub fn runs(&self) -> Vec<String> {
        let folder = self.folder.path().to_string_lossy().into_owned();
        let all = fs::read_dir("/proc").unwrap().flatten();
        let told = all.filter_map(|process| {
            let read = |name: &str| fs::read_to_string(process.path().join(name)).unwrap_or_default().replace('\0', " ");
            let command = read("cmdline");
            let guard = command.starts_with("sh -c") || command.starts_with("cat "); // with its child, ends by itself, a moment after
            (!guard && format!("{command}{}", read("environ")).contains(&folder)).then_some(command)
        });
        told.collect()
    }

    /// What a server on one of the ports answers.
    pub fn get(&self, offset: u16, path: &str) -> String {
        curl(&[&format!("http://127.0.0.1:{}{path}", self.port(offset))], "")
    }

    /// Hands a mail to the mail catcher.
    pub fn send_mail(&self, words: &str) {
        let server = format!("smtp://127.0.0.1:{}", self.port(61));
        let mail = format!("From: atlas@example.org\r\nTo: maire@example.org\r\nSubject: {words}\r\n\r\n{words}\r\n");
        curl(&[&server, "--mail-from", "atlas@example.org", "--mail-rcpt", "maire@example.org", "--upload-file", "-"], &mail);
    }
}

fn curl(arguments: &[&str], input: &str) -> String {
    let mut command = Command::new("curl");
    command.args(["--fail", "--silent", "--show-error", "--max-time", "10"]).args(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// One run of `atlas-local up`; stopped when it is dropped.
pub struct Up {
    child: Child,
    output: PathBuf,
    ready: String,
}

impl Up {
    /// Everything that was printed until now.
    pub fn said(&self) -> String {
        fs::read_to_string(&self.output).unwrap()
    }

    /// Waits for the last line of the start, and says how long that took.
    pub fn is_ready(&mut self) -> Duration {
        let since = Instant::now();
        until("ready", LIMIT, || {
            assert!(self.child.try_wait()?.is_none(), "it ended: {}", self.said());
            Ok(self.said().contains(&self.ready))
        })
        .unwrap();
        since.elapsed()
    }

    /// Sends a signal, and waits for the exit code.
    pub fn ends_after(&mut self, signal: Signal) -> Option<i32> {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        self.status().code()
    }

    /// Waits until it ends by itself with code 1, and gives what it printed.
    pub fn refuses(&mut self) -> String {
        assert_eq!(self.status().code(), Some(1), "{}", self.said());
        self.said()
    }

    fn status(&mut self) -> ExitStatus {
        let mut status = None;
        until("the end", LIMIT, || {
            status = self.child.try_wait()?;
            Ok(status.is_some())
        })
        .unwrap();
        status.unwrap()
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM); // it may have ended already
        let _ = self.child.wait();
    }
}
