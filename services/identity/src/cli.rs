mod demo;
mod invite;

use std::{
    fs,
    io::{ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use clap::{Args, Parser};
use database::transact;
use kernel::{ClientId, Fields};
use runtime::{Environment, PrivateKey, PublicKey, Usage};
use sqlx::PgPool;

use crate::{
    Error, Identity, MIGRATORS,
    commands::clients::{self, Create},
    domain::client::{Client, Description},
    grpc, store,
    store::journal::COMMAND_LINE,
};
use runtime::Service as _;

/// The roots of trust: what needs the database and not the network.
#[derive(Debug, Parser)]
#[command(name = "identity", no_binary_name = true)]
enum Command {
    /// Serves (ATLAS_* in the environment; `identity check-config` prints what it reads).
    Serve,
    /// Brings the schema up to date.
    Migrate,
    /// Prints what is read from the environment, secrets masked.
    CheckConfig,
    /// Registers a client, or brings one with the same key up to what is said.
    CreateClient(CreateClient),
    /// Registers who runs the installation: a client with the right operator:*:admin.
    CreateOperator(CreateOperator),
    /// Invites somebody to a right, and prints the link: for the first of the ministry, whom nobody could invite.
    Invite(invite::Words),
    /// Makes invented people, on somebody's machine alone (ATLAS_ENVIRONMENT=development, ATLAS_DEMO_PASSWORD).
    DemoAccounts,
}

#[derive(Debug, Args)]
struct CreateClient {
    /// 3 to 63 of a–z, 0–9 and hyphen, beginning with a letter.
    #[arg(long)]
    id: ClientId,
    /// Who answers for it.
    #[arg(long, default_value = "")]
    description: Description,
    /// kind:key:role, as service:directory:reader; may be given several times.
    #[arg(long = "right", required = true)]
    rights: Vec<String>,
    /// A service its tokens may be for; may be given several times.
    #[arg(long = "audience", required = true)]
    audiences: Vec<String>,
    #[command(flatten)]
    key: KeyFile,
}

#[derive(Debug, Args)]
struct CreateOperator {
    /// 3 to 63 of a–z, 0–9 and hyphen, beginning with a letter.
    #[arg(long)]
    id: ClientId,
    /// Who it is.
    #[arg(long, default_value = "")]
    description: Description,
    #[command(flatten)]
    key: KeyFile,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct KeyFile {
    /// A public key on P-256: SubjectPublicKeyInfo in PEM.
    #[arg(long)]
    public_key_file: Option<PathBuf>,
    /// Where to write a new private key (mode 0600), or where one was written before.
    #[arg(long)]
    generate_key: Option<PathBuf>,
}

/// Does what the words ask for.
pub async fn run(words: Vec<String>, mut environment: Environment) -> anyhow::Result<()> {
    let command = match Command::try_parse_from(words) {
        Ok(command) => command,
        Err(error) if !error.use_stderr() => {
            print!("{error}");
            return Ok(());
        }
        Err(error) => return Err(Usage(error.to_string()).into()),
    };
    let create = match command {
        Command::CreateClient(create) => create,
        Command::CreateOperator(CreateOperator { id, description, key }) => {
            let audiences = ["identity", "directory", "projects", "notifications", "gateway"].map(str::to_owned).to_vec();
            CreateClient { id, description, rights: vec!["operator:*:admin".to_owned()], audiences, key }
        }
        Command::Invite(words) => {
            let pool = pool(&mut environment).await?;
            return invite::run(&pool, words, environment).await;
        }
        Command::DemoAccounts => {
            let pool = pool(&mut environment).await?;
            return demo::run(&pool, environment).await;
        }
        Command::Serve | Command::Migrate | Command::CheckConfig => bail!(Usage("identity serve | migrate | check-config".to_owned())),
    };
    let create = read(create)?;
    let pool = pool(&mut environment).await?;
    let id = create.id.clone();
    let done = register(&pool, create).await?;
    println!("client {id} {done}");
    Ok(())
}

/// The database, which is all that is needed.
async fn pool(environment: &mut Environment) -> anyhow::Result<PgPool> {
    let url = environment.secret("ATLAS_DATABASE_URL");
    let url = environment.finish(url)?;
    database::connect(url.reveal(), &database::Settings::of(Identity::NAME), &MIGRATORS).await
}

/// Registers a client; says what that changed.
async fn register(pool: &PgPool, create: Create) -> anyhow::Result<&'static str> {
    let done = transact(pool, async |tx| {
        let Some(known) = store::clients::lock(tx, &create.id).await? else {
            clients::insert(tx, COMMAND_LINE, create).await?;
            return Ok::<_, Error>(Some("created"));
        };
        if known.disabled_at.is_some() || !known.live_keys().any(|key| key.public == create.key) {
            return Ok(None);
        }
        if says(&known, &create) {
            return Ok(Some("is there already"));
        }
        clients::amend(tx, COMMAND_LINE, known, &create).await?;
        Ok(Some("amended"))
    });
    done.await?
        .context("there is a client of that id with another key, or it is disabled: add the key by an operator, or choose another id")
}

fn says(known: &Client, create: &Create) -> bool {
    known.rights == create.rights && known.audiences == create.audiences && known.description == create.description
}

fn read(CreateClient { id, description, rights, audiences, key }: CreateClient) -> anyhow::Result<Create> {
    let mut fields = Fields::default();
    let rights = grpc::clients::rights(&mut fields, "--right", &rights);
    let audiences = grpc::clients::audiences(&mut fields, "--audience", &audiences);
    let (rights, audiences) = fields.finish(rights.zip(audiences)).map_err(|wrong| Usage(wrong.to_string()))?;
    let key = match (key.public_key_file, key.generate_key) {
        (Some(file), _) => public(&file)?,
        (None, Some(file)) => generated(&file)?,
        (None, None) => bail!(Usage("--public-key-file or --generate-key".to_owned())),
    };
    Ok(Create { id, description, rights, audiences, key })
}

fn public(file: &Path) -> anyhow::Result<PublicKey> {
    let pem = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    pem.parse().with_context(|| file.display().to_string())
}

/// The key that the file holds; a new one when there is no such file. Nobody else may ever read it.
fn generated(file: &Path) -> anyhow::Result<PublicKey> {
    match fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Ok(mut open) => {
            let key = PrivateKey::generate();
            open.write_all(key.to_pem()?.reveal().as_bytes()).and_then(|()| open.sync_all()).context("cannot write the key")?;
            Ok(*key.public())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let pem = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
            let key: PrivateKey = pem.parse().with_context(|| file.display().to_string())?;
            Ok(*key.public())
        }
        Err(error) => Err(error).with_context(|| format!("cannot write {}", file.display())),
    }
}
