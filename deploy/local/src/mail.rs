use crate::{
    Fault, Output, Ports,
    process::{Process, Spec},
    services::answers,
    settings::{installed, repository},
};
use rustix::process::Signal;
use std::path::Path;

/// The mail catcher, not started yet: a mail server that delivers nothing, and shows what it got on a web page.
pub(crate) fn process(data: &Path, ports: Ports) -> anyhow::Result<Process> {
    let program = repository().join("deploy/local/mail/node_modules/maildev/bin/maildev");
    let node = installed("node").filter(|_| program.is_file());
    let node = node.ok_or_else(|| {
        Fault::new("the mail catcher is not installed", "deploy/local/up and tests/run see to it; or: npm --prefix deploy/local/mail ci")
    })?;
    let (smtp, page) = (ports.smtp().to_string(), ports.mail_page().to_string());
    let mut arguments = vec![program.into()];
    arguments.extend(["--ip", "127.0.0.1", "--web-ip", "127.0.0.1", "--smtp", &smtp, "--web", &page].map(Into::into));
    arguments.extend(["--mail-directory".into(), data.join("mail").into()]);
    Ok(Process::new(Spec {
        name: "mail".into(),
        program: node,
        arguments,
        environment: Vec::new(),
        user: None,
        stop: Signal::TERM,
        folder: data.to_owned(),
        output: Output::Kept,
    }))
}

/// Says whether its page is there.
pub(crate) fn is_ready(ports: Ports) -> bool {
    answers(ports.mail_page(), "/healthz")
}
