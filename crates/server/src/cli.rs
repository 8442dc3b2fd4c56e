//! What the user can say on the command line.

mod proofs;

pub(crate) use proofs::{AppCertificate, AppKey, AppTrust, BindTo};

use clap::{Args, Parser, Subcommand, ValueEnum};
use muster_token::SigningAlgorithm;
use std::path::PathBuf;

/// Muster issues OAuth 2.0 tokens and serves SCIM 2.0, so that Microsoft Entra ID and other identity providers can keep
/// your users and groups in sync.
///
/// Try it: `muster demo` starts a server on a throw-away database, plays Entra ID against it and shows the four values
/// that an admin pastes into Entra.
#[derive(Debug, Parser)]
#[command(name = "muster", version, propagate_version = true)]
pub(crate) struct Arguments {
    /// A configuration file; config/muster.toml in the source documents every key
    #[arg(long, global = true, value_name = "FILE", env = "MUSTER_CONFIG")]
    pub(crate) config: Option<PathBuf>,

    /// The database: sqlite:PATH or postgres://user:password@host/database
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database: Option<String>,

    /// Print JSON for scripts instead of text for people
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server
    Serve(Serve),
    /// See the whole story in a minute: a server, an application, and Entra ID played against it
    Demo(Demo),
    /// Play Entra ID's Test Connection, and on request a whole provisioning cycle, against any SCIM server
    Check(Check),
    /// Organizations: your customers, each with a directory of its own
    #[command(subcommand)]
    Org(Org),
    /// OAuth applications: the clients that may ask for tokens
    #[command(subcommand)]
    App(App),
    /// Provisioning tokens: long-lived bearer tokens for clients that cannot ask for one
    #[command(subcommand)]
    Token(Token),
    /// Tokens with which applications register themselves, where oauth.dynamic_registration is on
    #[command(subcommand)]
    RegistrationToken(RegistrationToken),
    /// The keys that sign access tokens
    #[command(subcommand)]
    Key(Key),
    /// People who use the console
    #[command(subcommand)]
    Admin(Admin),
    /// An organization's own schemas and resource types, beside those of the server
    #[command(subcommand)]
    Schema(Schema),
    /// What was asked of the server and what it changed: the provisioning log
    Log(Log),
    /// Bring the database's tables up to date
    Migrate(Migrate),
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The address and port to listen on; port 0 lets the system choose
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<String>,

    /// Where clients reach this server, such as https://id.example.com
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// How many people Entra's directory has
    #[arg(long, default_value_t = 200)]
    pub(crate) users: usize,

    /// How many groups it has
    #[arg(long, default_value_t = 10)]
    pub(crate) groups: usize,

    /// Which directory is made up: the same number makes the same people
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,

    /// Exit when the story is told, instead of serving until Ctrl-C
    #[arg(long)]
    pub(crate) once: bool,

    /// The address and port to listen on; port 0 lets the system choose
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    pub(crate) listen: String,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The SCIM base URL, as it is pasted into Entra
    #[arg(long, value_name = "URL")]
    pub(crate) tenant_url: String,

    /// The OAuth token endpoint, as it is pasted into Entra
    #[arg(long, value_name = "URL")]
    pub(crate) token_endpoint: String,

    /// The client identifier
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: String,

    /// The client secret; better in the environment, where other users of the machine do not see it
    #[arg(long, value_name = "SECRET", env = "MUSTER_CLIENT_SECRET", hide_env_values = true)]
    pub(crate) client_secret: String,

    /// How the credentials are sent, as Entra's form offers
    #[arg(long, value_enum, default_value_t = Credentials::Header)]
    pub(crate) credentials: Credentials,

    /// The OAuth scopes to ask for; Entra sends none when its field is left empty
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Option<String>,

    /// After the connection test, run an initial and an incremental cycle with made-up people, and compare
    #[arg(long)]
    pub(crate) cycle: bool,

    /// How many people the cycle has
    #[arg(long, default_value_t = 50)]
    pub(crate) users: usize,

    /// How many groups the cycle has
    #[arg(long, default_value_t = 5)]
    pub(crate) groups: usize,

    /// Which directory is made up: the same number makes the same people
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,

    /// How many requests are under way at once
    #[arg(long, default_value_t = 8)]
    pub(crate) concurrency: usize,

    /// How long to wait for a server that is away, in seconds
    #[arg(long, default_value_t = 30)]
    pub(crate) patience: u64,

    /// Leave the made-up people and groups on the server
    #[arg(long)]
    pub(crate) keep: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Credentials {
    /// In the Authorization header (HTTP Basic); Entra's default
    Header,
    /// In the form
    Body,
    /// In both
    Both,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RegistrationToken {
    /// Make one and show it, this once
    Create {
        /// The organization that applications register for
        #[arg(long, value_name = "NAME")]
        org: String,
        /// For how many days it may be used, 1 to 365
        #[arg(long, value_name = "N", default_value_t = 7)]
        days: u32,
    },
    /// List them
    List,
    /// End one; applications that were registered with it stay
    Revoke {
        /// Its identifier
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Admin {
    /// Print a link, which works once, with which somebody becomes an admin of an organization
    Create {
        /// The organization; the first one when not given
        #[arg(long, value_name = "NAME")]
        org: Option<String>,
        /// What they may do
        #[arg(long, value_enum, default_value_t = AdminRole::Owner)]
        role: AdminRole,
        /// Where people reach the server, for the link; the configuration's server.public_url when not given
        #[arg(long, value_name = "URL")]
        public_url: Option<String>,
    },
    /// List the admins of an organization
    List {
        /// The organization; the first one when not given
        #[arg(long, value_name = "NAME")]
        org: Option<String>,
    },
    /// Print a link, which works once, with which an admin sets a new password
    ResetPassword {
        /// The name that they sign in with
        name: String,
        /// Where people reach the server, for the link; the configuration's server.public_url when not given
        #[arg(long, value_name = "URL")]
        public_url: Option<String>,
    },
}

/// What an admin may do.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum AdminRole {
    /// Sees everything, with personal data masked, and changes nothing
    Auditor,
    /// Changes applications and the directory
    Admin,
    /// Decides who else is an admin
    Owner,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Org {
    /// Make an organization
    Create {
        /// Its name, unique without regard to case
        name: String,
    },
    /// Give an organization another name. Its applications and their tokens go on working; issuers that are trusted and name it must
    /// learn the new one
    Rename {
        /// What it is called now
        name: String,
        /// What it is to be called, unique without regard to case
        new_name: String,
    },
    /// List the organizations
    List,
}

#[derive(Debug, Subcommand)]
pub(crate) enum App {
    /// Make an application and show its secret, this once
    Create(AppCreate),
    /// List the applications
    List {
        /// Only this organization's
        #[arg(long, value_name = "NAME")]
        org: Option<String>,
    },
    /// Show one application and its secrets' dates
    Show {
        /// The client id
        id: String,
    },
    /// Change an application; what is not given stays
    Update(AppUpdate),
    /// Make a new secret beside those that there are
    AddSecret {
        /// The client id
        id: String,
        /// For how many days it may be used; the configuration's oauth.secret_lifetime_days when not given
        #[arg(long, value_name = "N")]
        secret_ttl_days: Option<u32>,
    },
    /// End a secret now
    RevokeSecret {
        /// The client id
        id: String,
        /// The secret's identifier, as `muster app show` lists it
        secret_id: String,
        /// End the access tokens that were issued so far too
        #[arg(long)]
        end_tokens: bool,
    },
    /// Make a new secret; the ones before it end after a grace, or now, and the access tokens issued so far with them
    RotateSecret {
        /// The client id
        id: String,
        /// For how many days the newest of the old secrets may still be used, 0 to 30
        #[arg(long, value_name = "DAYS", default_value_t = 0)]
        grace_days: u32,
    },
    /// Public keys that an application signs assertions with (private_key_jwt)
    #[command(subcommand)]
    Key(AppKey),
    /// Other issuers whose assertions prove an application (workload identity federation)
    #[command(subcommand)]
    Trust(AppTrust),
    /// TLS client certificates that prove an application
    #[command(subcommand)]
    Certificate(AppCertificate),
    /// Say what an application's tokens must be bound to
    Bind {
        /// The client id
        id: String,
        /// What they are bound to
        #[arg(long, value_enum)]
        to: BindTo,
    },
    /// Delete an application; its tokens end with it
    Delete {
        /// The client id
        id: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct AppCreate {
    /// A name for people
    #[arg(long)]
    pub(crate) name: String,

    /// The organization whose directory its tokens open; the first one when not given
    #[arg(long, value_name = "NAME")]
    pub(crate) org: Option<String>,

    /// What it is for
    #[arg(long, default_value = "")]
    pub(crate) description: String,

    /// A scope that it may ask for, such as managed-users:read; may be repeated
    #[arg(long = "scope", value_name = "SCOPE")]
    pub(crate) scopes: Vec<String>,

    /// All scopes: what provisioning from Entra needs
    #[arg(long, conflicts_with = "scopes")]
    pub(crate) all_scopes: bool,

    /// For how many days the secret may be used; the configuration's oauth.secret_lifetime_days when not given
    #[arg(long, value_name = "N")]
    pub(crate) secret_ttl_days: Option<u32>,

    /// How long its access tokens live, 60 to 360; the configuration's oauth.token_lifetime_minutes when not given
    #[arg(long = "token-minutes", visible_alias = "token-lifetime-minutes", value_name = "N")]
    pub(crate) token_minutes: Option<u32>,

    /// The SCIM id of the user that its tokens speak for: then /scim/v2/Me is that user
    #[arg(long, value_name = "ID")]
    pub(crate) user: Option<String>,

    /// What its access tokens are signed with
    #[arg(long, value_enum, default_value_t = Algorithm::Es256)]
    pub(crate) algorithm: Algorithm,

    /// Where clients reach the server, for the addresses to show
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct AppUpdate {
    /// The client id
    pub(crate) id: String,

    /// A name for people
    #[arg(long)]
    pub(crate) name: Option<String>,

    /// What it is for
    #[arg(long)]
    pub(crate) description: Option<String>,

    /// A scope that it may ask for, in place of those that it has; may be repeated
    #[arg(long = "scope", value_name = "SCOPE")]
    pub(crate) scopes: Vec<String>,

    /// All scopes
    #[arg(long, conflicts_with = "scopes")]
    pub(crate) all_scopes: bool,

    /// How long its access tokens live, 60 to 360
    #[arg(long = "token-minutes", visible_alias = "token-lifetime-minutes", value_name = "N")]
    pub(crate) token_minutes: Option<u32>,

    /// What its access tokens are signed with
    #[arg(long, value_enum)]
    pub(crate) algorithm: Option<Algorithm>,
}

/// What access tokens are signed with.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Algorithm {
    /// ECDSA on P-256
    #[value(name = "ES256", alias = "es256")]
    Es256,
    /// Ed25519
    #[value(name = "EdDSA", alias = "eddsa")]
    EdDsa,
    /// RSA, for verifiers that know nothing else; signing costs about sixteen times as much
    #[value(name = "RS256", alias = "rs256")]
    Rs256,
}

impl From<Algorithm> for SigningAlgorithm {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Es256 => Self::Es256,
            Algorithm::EdDsa => Self::EdDsa,
            Algorithm::Rs256 => Self::Rs256,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make a provisioning token and show it, this once
    Create(TokenCreate),
    /// List the provisioning tokens
    List {
        /// Only this application's
        #[arg(long, value_name = "ID")]
        app: Option<String>,
    },
    /// End a provisioning token
    Revoke {
        /// Its identifier, as `muster token list` shows it
        id: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct TokenCreate {
    /// The client id of the application that it acts for
    #[arg(long, value_name = "ID")]
    pub(crate) app: String,

    /// A name for people
    #[arg(long, default_value = "")]
    pub(crate) name: String,

    /// For how many days it may be used, at most 1095; the configuration's oauth.provisioning_token_days when not given
    #[arg(long, value_name = "N")]
    pub(crate) days: Option<u32>,

    /// A scope that it has; may be repeated. All that the application has, when not given
    #[arg(long = "scope", value_name = "SCOPE")]
    pub(crate) scopes: Vec<String>,

    /// Where clients reach the server, for the address to show
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// List the signing keys
    List,
    /// Take a private key that was made elsewhere; it signs at once
    Import {
        /// An unencrypted PKCS#8 PEM with a key for P-256, Ed25519, or RSA of at least 2048 bits
        file: PathBuf,
        /// Publish it first, for keys.publish_minutes, so that who keeps the key set knows it before it signs
        #[arg(long)]
        publish_first: bool,
    },
    /// Make a successor for the key of each algorithm in use: published now, it signs after keys.publish_minutes
    Rotate {
        /// Only for this algorithm
        #[arg(long, value_enum)]
        algorithm: Option<Algorithm>,
        /// Let it sign at once; who keeps the key set may not know it for some minutes
        #[arg(long)]
        now: bool,
    },
    /// End a key now, as when it is compromised: tokens under it are refused within a second
    Revoke {
        /// The key's kid, as `muster key list` shows it
        kid: String,
    },
    /// Seal the private keys in the database under another key-encryption key
    Reseal {
        /// A file with the new key-encryption key; made when there is none
        #[arg(long, value_name = "FILE")]
        new_key_file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Schema {
    /// Add schemas and resource types to an organization
    Add {
        /// JSON files, each with a schema (RFC 7643 section 7), a resource type (section 6), or a list of them. A
        /// resource type that exists, such as User, gets the schema extensions that are named
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The organization; the first one when not given
        #[arg(long, value_name = "NAME")]
        org: Option<String>,
    },
    /// List an organization's own schemas and resource types
    List {
        /// The organization; the first one when not given
        #[arg(long, value_name = "NAME")]
        org: Option<String>,
    },
    /// Remove one; refused while resources use it
    Remove {
        /// The schema's URN or the resource type's name
        id: String,
        /// The organization; the first one when not given
        #[arg(long, value_name = "NAME")]
        org: Option<String>,
    },
    /// Say whether files could be added, and change nothing
    Check {
        /// JSON files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Log {
    /// The organization; the first one when not given
    #[arg(long, value_name = "NAME")]
    pub(crate) org: Option<String>,

    /// Only of this application, by its client id
    #[arg(long, value_name = "ID")]
    pub(crate) app: Option<String>,

    /// Only what failed
    #[arg(long)]
    pub(crate) failed: bool,

    /// Only changes; with --failed, only attempts at one
    #[arg(long)]
    pub(crate) changes: bool,

    /// Only about the resource with this id
    #[arg(long, value_name = "ID")]
    pub(crate) resource: Option<String>,

    /// Only with this text in a name, an id, the path, the filter, the error or the request's id
    #[arg(long)]
    pub(crate) text: Option<String>,

    /// Also requests whose organization could not be told, such as those of an unknown client
    #[arg(long)]
    pub(crate) unknown: bool,

    /// How many entries, newest first
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) limit: usize,

    /// Sum up the last day instead: counts by the hour, provisioning cycles, kinds of failures
    #[arg(long, conflicts_with_all = ["failed", "changes", "resource", "text", "unknown"])]
    pub(crate) summary: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Migrate {
    /// Only say what is pending
    #[arg(long)]
    pub(crate) check: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definitions_are_consistent() {
        Arguments::command().debug_assert();
    }
}
