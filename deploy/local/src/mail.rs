use crate::{
    Output, Ports,
    process::{Process, Spec},
    settings::{installed, repository},
};
use rustix::process::Signal;
use std::path::Path;

/// The mail catcher, not started yet; `None` where its packages are not installed (`deploy/local/up` does that).
pub(crate) fn process(data: &Path, ports: Ports, output: Output) -> Option<Process> {
    let program = repository().join("deploy/local/mail/node_modules/maildev/dist/bin/maildev.js");
    let node = installed("node").filter(|_| program.is_file())?;
    let port = |port: u16| port.to_string().into();
    let arguments = vec![
        program.into(),
        "--ip".into(),
        "127.0.0.1".into(),
        "--web-ip".into(),
        "127.0.0.1".into(),
        "--smtp".into(),
        port(ports.smtp()),
        "--web".into(),
        port(ports.mail_page()),
        "--max-emails".into(),
        "1000".into(),
    ];
    Some(Process::new(Spec {
        name: "mail".into(),
        program: node,
        arguments,
        environment: Vec::new(),
        user: None,
        stop: Signal::TERM,
        folder: data.to_owned(),
        output,
    }))
}
