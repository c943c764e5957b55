use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

const EXIT_CODES: &str = "\
Exit codes:
   0  done
   1  something was refused, or is not as it should be
   2  the command line is wrong, or names a file that cannot be read
  69  a service cannot be reached, or cannot answer now
  77  this client is not let in, or not for this
  78  the environment is wrong (every fault is named)";

/// The operator's command line of the Atlas.
#[derive(Debug, Parser)]
#[command(name = "atlasctl", version, after_help = EXIT_CODES)]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) connection: Options,
    /// Print one JSON object on standard output instead of text
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where the services are, and who this client is there; each option goes before its environment variable.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connection (or the environment variable in brackets)")]
pub(crate) struct Options {
    /// Where identity is: host:port, several by comma [ATLAS_IDENTITY]
    #[arg(long, global = true, value_name = "TARGETS")]
    pub identity: Option<String>,
    /// Where directory is: host:port, several by comma [ATLAS_DIRECTORY]
    #[arg(long, global = true, value_name = "TARGETS")]
    pub directory: Option<String>,
    /// Where projects is, for the record: host:port, several by comma [ATLAS_PROJECTS]
    #[arg(long, global = true, value_name = "TARGETS")]
    pub projects: Option<String>,
    /// Where notifications is, for what has to do with mail: host:port, several by comma [ATLAS_NOTIFICATIONS]
    #[arg(long, global = true, value_name = "TARGETS")]
    pub notifications: Option<String>,
    /// Where the gateways say how they are: host:port of their health ports, several by comma; only `check` asks [ATLAS_GATEWAYS]
    #[arg(long, global = true, value_name = "TARGETS")]
    pub gateways: Option<String>,
    /// The public origin of the installation: the issuer of tokens [ATLAS_ISSUER]
    #[arg(long, global = true, value_name = "ORIGIN")]
    pub issuer: Option<String>,
    /// The name of this client at identity [ATLAS_CLIENT_ID]
    #[arg(long, global = true, value_name = "ID")]
    pub client_id: Option<String>,
    /// The file that holds its private key, PEM [ATLAS_CLIENT_KEY_FILE, or the key itself in ATLAS_CLIENT_KEY]
    #[arg(long, global = true, value_name = "FILE")]
    pub client_key_file: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Bring data in
    #[command(subcommand)]
    Import(Import),
    /// Invented data of realistic size, to try the Atlas out
    #[command(subcommand)]
    Demo(Demo),
    /// The log of events of a service
    #[command(subcommand)]
    Events(Events),
    /// Events and jobs that were given up
    #[command(subcommand)]
    DeadLetters(DeadLetters),
    /// Mails that were sent
    #[command(subcommand)]
    Messages(Messages),
    /// Look at every service and gateway: reachable, ready, schema, broker, lag, dead letters
    Check(Check),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Collectivités, territories, countries, networks and themes: what this program ships, or the files of a folder
    ///
    /// Can be stopped at any moment and started again: what is there already is left as it is.
    Reference(ImportReference),
    /// Where collectivités are officially reached: the columns collectivite_id and email of a CSV file
    ///
    /// Codes that let a person in are sent there. The real installation takes domains that exist, any other one reserved domains alone.
    OfficialAddresses(ImportOfficialAddresses),
    /// Twinnings and cooperations of a source: a CSV file, and a mapping that says what its columns mean
    ///
    /// Can be stopped at any moment and started again: partners and partnerships are known by what the source calls them.
    Twinnings(ImportTwinnings),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Demo {
    /// Bring in invented partnerships, projects, contacts and memberships of real collectivités and places, marked as demonstration
    ///
    /// The reference data must be there. Can be stopped at any moment and started again: what is there already is left as it is.
    Load {
        /// Also where the record holds partnerships that are real
        #[arg(long)]
        force: bool,
    },
    /// Take all of it away again
    Drop,
}

#[derive(Debug, Args)]
pub(crate) struct ImportReference {
    /// Read territories.csv, pays.csv, reseaux.csv, collectivites.csv and thematiques.csv (or .zst) from this folder; those that are missing bring nothing in
    #[arg(long, value_name = "DIR")]
    pub from: Option<PathBuf>,
    /// Only read and check the files
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ImportOfficialAddresses {
    /// The file
    #[arg(required_unless_present = "invented", conflicts_with = "invented")]
    pub file: Option<PathBuf>,
    /// Invented ones, at communes.example and groupements.example, for all collectivités that this program ships
    #[arg(long)]
    pub invented: bool,
    /// Only read and check
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ImportTwinnings {
    /// The file (.csv or .csv.zst)
    pub file: PathBuf,
    /// What its columns mean (TOML); mappings/wikipedia.toml is one
    #[arg(long, value_name = "FILE")]
    pub mapping: PathBuf,
    /// Only read and check the file
    #[arg(long)]
    pub dry_run: bool,
    /// Write the refused lines here, each with its number, the column and the reason
    #[arg(long, value_name = "FILE")]
    pub refused: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Events {
    /// Have a service tell the present state of everything again
    Resync(Chosen),
}

#[derive(Debug, Subcommand)]
pub(crate) enum DeadLetters {
    /// List them, oldest first; of every service unless one is named
    List {
        /// Of this service only
        service: Option<Service>,
    },
    /// Put them back in line, to be tried again from the beginning
    Retry {
        /// The service that gave them up
        service: Service,
        /// Which ones, as `list` names them
        #[arg(required_unless_present = "all", value_name = "ID")]
        ids: Vec<String>,
        /// All of them
        #[arg(long, conflicts_with = "ids")]
        all: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Messages {
    /// Take a mail that came back (RFC 3464) from standard input, as a mail server hands it to a program
    ReportBounce {
        /// The address it came back to; else it is read from the mail
        #[arg(long, value_name = "ADDRESS")]
        envelope_recipient: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// How old the oldest event that is not published may be, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub max_lag: u64,
}

/// One service, or all.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Chosen {
    /// This service
    pub service: Option<Service>,
    /// Every service
    #[arg(long)]
    pub all: bool,
}

/// A service that an operator can ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Service {
    Identity,
    Directory,
    Projects,
    Notifications,
}

impl Service {
    pub const ALL: [Self; 4] = [Self::Identity, Self::Directory, Self::Projects, Self::Notifications];

    /// Its name, the same everywhere.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Directory => "directory",
            Self::Projects => "projects",
            Self::Notifications => "notifications",
        }
    }

    /// Whether it tells others what changed, and so has a log to ask about; identity answers who asks it.
    pub const fn keeps_log(self) -> bool {
        matches!(self, Self::Directory | Self::Projects | Self::Notifications)
    }

    /// The variable that says where it is.
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Identity => "ATLAS_IDENTITY",
            Self::Directory => "ATLAS_DIRECTORY",
            Self::Projects => "ATLAS_PROJECTS",
            Self::Notifications => "ATLAS_NOTIFICATIONS",
        }
    }
}
