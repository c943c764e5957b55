use runtime::Misconfigured;
use tonic::{Code, Status};

use crate::{Exit, arguments::Service, reference};

/// Why the program could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The environment is wrong.
    #[error(transparent)]
    Configuration(#[from] Misconfigured),
    /// The reference files are wrong.
    #[error(transparent)]
    Reference(#[from] reference::Refused),
    /// Standard input cannot be read.
    #[error("standard input: {0}")]
    Input(#[source] std::io::Error),
    /// A service refused, or did not answer.
    #[error("{}: {}", .service.name(), .status.message())]
    Call {
        /// The service.
        service: Service,
        /// Where it was looked for.
        targets: String,
        /// What came back.
        status: Box<Status>,
    },
    /// The record holds what is real.
    #[error("the record holds {0} partnerships that are not of demonstration: what is invented does not belong among them")]
    NotADemonstration(u64),
    /// A service answered what it must not.
    #[error("{}: {what}", .service.name())]
    Unexpected {
        /// The service.
        service: Service,
        /// What is wrong with the answer.
        what: String,
    },
}

impl Failure {
    /// How the program ends.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Configuration(_) => Exit::Configuration,
            Self::Reference(reference::Refused::Unreadable(_)) | Self::Input(_) => Exit::Usage,
            Self::Reference(reference::Refused::Faults(_)) | Self::NotADemonstration(_) | Self::Unexpected { .. } => Exit::Wrong,
            Self::Call { status, .. } => exit(status.code()),
        }
    }

    /// The reason that programs match on.
    pub fn reason(&self) -> String {
        match self {
            Self::Configuration(_) => "CONFIGURATION".to_owned(),
            Self::Reference(reference::Refused::Unreadable(_)) | Self::Input(_) => "UNREADABLE".to_owned(),
            Self::Reference(reference::Refused::Faults(_)) => "FAULTY_FILES".to_owned(),
            Self::NotADemonstration(_) => "NOT_A_DEMONSTRATION".to_owned(),
            Self::Unexpected { .. } => "UNEXPECTED_ANSWER".to_owned(),
            Self::Call { status, .. } => runtime::reason(status).unwrap_or_else(|| format!("{:?}", status.code()).to_uppercase()),
        }
    }

    /// What the operator can do about it.
    pub fn way_out(&self) -> Option<String> {
        match self {
            Self::Configuration(_) => {
                Some("each variable has an option of its name (ATLAS_CLIENT_ID: --client-id); see atlasctl --help".to_owned())
            }
            Self::Reference(reference::Refused::Faults(_)) => Some("nothing was sent; correct the files and start again".to_owned()),
            Self::Reference(_) | Self::Input(_) => None,
            Self::NotADemonstration(_) => Some(
                "is this the real installation? Try the Atlas out on another one (deploy/local/up); --force loads it here all the same,                  and `atlasctl demo drop` takes it away again"
                    .to_owned(),
            ),
            Self::Unexpected { .. } => Some("atlasctl and the service may be of different versions".to_owned()),
            Self::Call { service, targets, status } => Some(advice(*service, targets, status)),
        }
    }
}

/// What an answer means for the exit code.
pub const fn exit(code: Code) -> Exit {
    match code {
        Code::Unauthenticated | Code::PermissionDenied => Exit::NotAllowed,
        Code::Unavailable | Code::DeadlineExceeded | Code::ResourceExhausted | Code::Cancelled | Code::Unknown => Exit::Unavailable,
        _ => Exit::Wrong,
    }
}

fn advice(service: Service, targets: &str, status: &Status) -> String {
    let name = service.name();
    match exit(status.code()) {
        Exit::NotAllowed => "is this client registered as an operator with this key, and is ATLAS_ISSUER the installation's public \
            origin? `identity create-operator` registers one"
            .to_owned(),
        Exit::Unavailable => {
            format!("is {name} running at {targets} ({})? `atlasctl check` shows every service", service.variable())
        }
        _ if status.code() == Code::Unimplemented && !service.keeps_log() => format!("{name} keeps no log of events"),
        _ if status.code() == Code::Unimplemented => format!("is it {name} that {} names, and of this version?", service.variable()),
        _ => format!("the log of {name} says more"),
    }
}
