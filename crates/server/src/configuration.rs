//! The configuration: the documented defaults, a file, the environment, flags, each over the one before.

use anyhow::{Context, Result, anyhow, bail};
use config::{Config, Environment, File, FileFormat};
use muster_oauth::{Argon2Settings, TrustedProxies};
use muster_store::journal::{JournalSettings, Keep};
use muster_store::{DatabaseUrl, Settings};
use serde::Deserialize;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

mod trusted_issuers;

use trusted_issuers::TrustedIssuerTable;

/// The file that documents every key is also where the defaults come from: they cannot differ.
const DEFAULTS: &str = include_str!("../../../config/muster.toml");
const PREFIX: &str = "MUSTER_";

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Configuration {
    pub(crate) server: Server,
    pub(crate) tls: TlsFiles,
    pub(crate) database: Database,
    pub(crate) oauth: OAuth,
    pub(crate) keys: Keys,
    pub(crate) scim: Scim,
    pub(crate) console: Console,
    pub(crate) provisioning_log: ProvisioningLog,
    pub(crate) log: Log,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Server {
    pub(crate) listen: String,
    pub(crate) public_url: String,
    pub(crate) workers: usize,
    pub(crate) max_body_bytes: usize,
    pub(crate) shutdown_seconds: u64,
    pub(crate) trusted_proxies: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TlsFiles {
    pub(crate) certificate_file: String,
    pub(crate) private_key_file: String,
    pub(crate) client_certificates: bool,
    pub(crate) client_ca_file: String,
}

impl TlsFiles {
    pub(crate) const fn is_on(&self) -> bool {
        !self.certificate_file.is_empty()
    }

    pub(crate) const fn asks_clients(&self) -> bool {
        self.is_on() && (self.client_certificates || !self.client_ca_file.is_empty())
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Database {
    pub(crate) url: String,
    pub(crate) url_file: String,
    pub(crate) threads: usize,
    pub(crate) waiting: usize,
    pub(crate) migrate: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OAuth {
    pub(crate) token_lifetime_minutes: u32,
    pub(crate) secret_lifetime_days: u32,
    pub(crate) argon2_permits: usize,
    pub(crate) argon2_memory_kib: u32,
    pub(crate) argon2_iterations: u32,
    pub(crate) failures_per_client: u32,
    pub(crate) failures_per_address: u32,
    pub(crate) provisioning_token_days: u32,
    pub(crate) dynamic_registration: bool,
}

impl OAuth {
    pub(crate) const fn argon2(&self) -> Argon2Settings {
        Argon2Settings { memory_kib: self.argon2_memory_kib, iterations: self.argon2_iterations }
    }
}

/// `Debug` leaves the key out.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    pub(crate) encryption_key: String,
    pub(crate) encryption_key_file: String,
    pub(crate) rotate_after_days: u32,
    pub(crate) publish_minutes: u32,
}

impl Keys {
    pub(crate) fn publish_for(&self) -> Duration {
        Duration::from_secs(u64::from(self.publish_minutes) * 60)
    }

    /// How long a key signs before a new one takes over; `None` for ever.
    pub(crate) fn rotate_after(&self) -> Option<Duration> {
        match self.rotate_after_days {
            0 => None,
            days => Some(Duration::from_secs(u64::from(days) * 86_400)),
        }
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Keys")
            .field("encryption_key_file", &self.encryption_key_file)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scim {
    pub(crate) page_size: u32,
    pub(crate) max_page_size: u32,
    pub(crate) trusted_issuers: Vec<TrustedIssuerTable>,
    pub(crate) bulk_max_operations: usize,
    pub(crate) bulk_max_payload_bytes: usize,
    pub(crate) schemas: String,
    pub(crate) passwords: bool,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProvisioningLog {
    pub(crate) reads: bool,
    pub(crate) retention_days: u32,
    pub(crate) change_retention_days: u32,
}

impl ProvisioningLog {
    pub(crate) fn settings(self) -> JournalSettings {
        let kept = |days: u32| (days > 0).then(|| Duration::from_secs(u64::from(days) * 86_400));
        let keep = Keep { changes: kept(self.change_retention_days), others: kept(self.retention_days) };
        JournalSettings { reads: self.reads, keep }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Console {
    pub(crate) enabled: bool,
    pub(crate) shortest_password: usize,
    pub(crate) idle_minutes: u32,
    pub(crate) session_hours: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Log {
    pub(crate) level: String,
    pub(crate) format: LogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    Text,
    Json,
}

impl Configuration {
    /// Reads the defaults, the file and the environment.
    pub(crate) fn load(file: Option<&Path>) -> Result<Self> {
        Self::from_sources(file, std::env::vars().collect())
    }

    fn from_sources(file: Option<&Path>, environment: HashMap<String, String>) -> Result<Self> {
        // Other variables that begin alike, such as MUSTER_CONFIG, name no key.
        let keys = environment
            .into_iter()
            .filter(|(name, _)| name.strip_prefix(PREFIX).is_some_and(|key| key.contains("__")));
        let mut builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
        if let Some(path) = file {
            if !path.is_file() {
                bail!("the configuration file {} does not exist", path.display());
            }
            builder = builder.add_source(File::from(path).format(FileFormat::Toml));
        }
        let environment = Environment::with_prefix("MUSTER")
            .prefix_separator("_")
            .separator("__")
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("server.trusted_proxies")
            .source(Some(keys.collect()));
        let configuration: Self = builder
            .add_source(environment)
            .build()
            .and_then(Config::try_deserialize)
            .context("the configuration is not usable")?;
        configuration.validate()?;
        Ok(configuration)
    }

    fn validate(&self) -> Result<()> {
        if !(60..=360).contains(&self.oauth.token_lifetime_minutes) {
            bail!(
                "oauth.token_lifetime_minutes must be from 60 to 360, and is {}",
                self.oauth.token_lifetime_minutes
            );
        }
        if !(1..=1095).contains(&self.oauth.secret_lifetime_days) {
            bail!(
                "oauth.secret_lifetime_days must be from 1 to 1095, and is {}",
                self.oauth.secret_lifetime_days
            );
        }
        if self.oauth.argon2_permits == 0 {
            bail!("oauth.argon2_permits must be at least 1");
        }
        if !(1024..=1_048_576).contains(&self.oauth.argon2_memory_kib) {
            bail!(
                "oauth.argon2_memory_kib must be from 1024 to 1048576, and is {}",
                self.oauth.argon2_memory_kib
            );
        }
        if !(1..=20).contains(&self.oauth.argon2_iterations) {
            bail!("oauth.argon2_iterations must be from 1 to 20, and is {}", self.oauth.argon2_iterations);
        }
        if !(1..=1095).contains(&self.oauth.provisioning_token_days) {
            bail!(
                "oauth.provisioning_token_days must be from 1 to 1095, and is {}",
                self.oauth.provisioning_token_days
            );
        }
        if !(10..=720).contains(&self.keys.publish_minutes) {
            bail!("keys.publish_minutes must be from 10 to 720, and is {}", self.keys.publish_minutes);
        }
        if !(8..=100).contains(&self.console.shortest_password) {
            bail!(
                "console.shortest_password must be from 8 to 100, and is {}",
                self.console.shortest_password
            );
        }
        if !(1..=1440).contains(&self.console.idle_minutes)
            || !(1..=720).contains(&self.console.session_hours)
        {
            bail!("console.idle_minutes must be from 1 to 1440, and console.session_hours from 1 to 720");
        }
        self.trusted_proxies()?;
        if self.scim.page_size == 0 || self.scim.page_size > self.scim.max_page_size {
            bail!("scim.page_size must be from 1 to scim.max_page_size ({})", self.scim.max_page_size);
        }
        if self.tls.certificate_file.is_empty() != self.tls.private_key_file.is_empty() {
            bail!("tls.certificate_file and tls.private_key_file belong together: set both or none");
        }
        if !self.tls.is_on() && (self.tls.client_certificates || !self.tls.client_ca_file.is_empty()) {
            bail!("clients can show certificates only to tls.certificate_file, which is not set");
        }
        for issuer in &self.scim.trusted_issuers {
            issuer.read()?;
        }
        self.listen_address()?;
        self.public_url(None)?;
        Ok(())
    }

    pub(crate) fn listen_address(&self) -> Result<SocketAddr> {
        self.server.listen.parse().with_context(|| {
            format!(
                "server.listen must be an address and a port such as 127.0.0.1:8080, and is {:?}",
                self.server.listen
            )
        })
    }

    pub(crate) fn trusted_proxies(&self) -> Result<TrustedProxies> {
        let texts = self.server.trusted_proxies.iter().map(String::as_str).filter(|text| !text.is_empty());
        TrustedProxies::parse(texts).map_err(|wrong| {
            anyhow!(
                "server.trusted_proxies must hold addresses and networks such as 10.0.0.0/8, and {wrong:?} is neither"
            )
        })
    }

    /// Where clients reach the server: what was configured, or the address that it listens on.
    pub(crate) fn public_url(&self, bound: Option<SocketAddr>) -> Result<String> {
        if self.server.public_url.is_empty() {
            let address = bound.map_or_else(|| self.listen_address(), Ok)?;
            let scheme = if self.tls.is_on() { "https" } else { "http" };
            return Ok(format!("{scheme}://{address}"));
        }
        let given = self.server.public_url.trim_end_matches('/');
        let wrong =
            || format!("server.public_url must be a URL such as https://id.example.com, and is {given:?}");
        let url = Url::parse(given).with_context(wrong)?;
        if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
            bail!(wrong());
        }
        Ok(given.to_owned())
    }

    pub(crate) fn database_url(&self) -> Result<DatabaseUrl> {
        if self.database.url_file.is_empty() {
            return Ok(self.database.url.parse()?);
        }
        let text = std::fs::read_to_string(&self.database.url_file)
            .with_context(|| format!("cannot read database.url_file {}", self.database.url_file))?;
        Ok(text.trim().parse()?)
    }

    pub(crate) fn store_settings(&self) -> Result<Settings> {
        let mut settings = Settings::new(self.database_url()?);
        if self.database.threads > 0 {
            settings.threads = self.database.threads;
        }
        settings.waiting = self.database.waiting;
        settings.migrate = self.database.migrate;
        Ok(settings)
    }

    /// Where the key-encryption key is, when it is in a file.
    pub(crate) fn encryption_key_path(&self) -> Result<PathBuf> {
        if !self.keys.encryption_key_file.is_empty() {
            return Ok(PathBuf::from(&self.keys.encryption_key_file));
        }
        Ok(match self.database_url()? {
            DatabaseUrl::Sqlite(mut path) => {
                path.as_mut_os_string().push(".key");
                path
            }
            DatabaseUrl::Postgres(_) => PathBuf::from("data/muster.key"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_environment(variables: &[(&str, &str)]) -> Result<Configuration> {
        let variables =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Configuration::from_sources(None, variables)
    }

    fn from_file(text: &str) -> Result<Configuration> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("muster.toml");
        std::fs::write(&path, text).unwrap();
        Configuration::from_sources(Some(&path), HashMap::new())
    }

    #[test]
    fn the_documented_defaults_are_usable() {
        let configuration = from_environment(&[]).unwrap();
        assert_eq!(configuration.server.listen, "127.0.0.1:8080");
        assert_eq!(configuration.public_url(None).unwrap(), "http://127.0.0.1:8080");
        assert_eq!(configuration.encryption_key_path().unwrap(), PathBuf::from("data/muster.db.key"));
    }

    #[test]
    fn the_environment_overrides_a_key_of_any_type() {
        let configuration = from_environment(&[
            ("MUSTER_SERVER__LISTEN", "0.0.0.0:9"),
            ("MUSTER_SCIM__PAGE_SIZE", "7"),
            ("MUSTER_DATABASE__MIGRATE", "false"),
            ("MUSTER_SERVER__TRUSTED_PROXIES", "10.0.0.7,192.168.0.0/16"),
            ("MUSTER_TEST_POSTGRES_URL", "names no key"),
        ])
        .unwrap();
        assert_eq!(configuration.server.trusted_proxies, ["10.0.0.7", "192.168.0.0/16"]);
        assert_eq!((configuration.server.listen.as_str(), configuration.scim.page_size), ("0.0.0.0:9", 7));
        assert!(!configuration.database.migrate);
    }

    #[test]
    fn a_file_needs_only_what_differs() {
        let configuration = from_file("[oauth]\ntoken_lifetime_minutes = 120\n").unwrap();
        assert_eq!(configuration.oauth.token_lifetime_minutes, 120);
        assert_eq!(configuration.oauth.secret_lifetime_days, 730);
    }

    #[test]
    fn an_unknown_key_is_named() {
        let error = format!("{:#}", from_file("[server]\nlissten = \"x\"\n").unwrap_err());
        assert!(error.contains("lissten"), "{error}");
        let error = format!("{:#}", from_environment(&[("MUSTER_SCIM__PAGESIZE", "7")]).unwrap_err());
        assert!(error.contains("pagesize"), "{error}");
    }

    #[test]
    fn values_out_of_range_are_explained() {
        for (text, expected) in [
            ("[oauth]\ntoken_lifetime_minutes = 59", "from 60 to 360"),
            ("[oauth]\nsecret_lifetime_days = 2000", "from 1 to 1095"),
            ("[scim]\npage_size = 0", "scim.page_size"),
            ("[server]\nlisten = \"8080\"", "an address and a port"),
            ("[server]\npublic_url = \"id.example.com\"", "https://id.example.com"),
            ("[server]\ntrusted_proxies = [\"proxy\"]", "\"proxy\" is neither"),
            ("[oauth]\nargon2_memory_kib = 8", "from 1024 to"),
            ("[oauth]\nargon2_iterations = 0", "from 1 to 20"),
            ("[keys]\npublish_minutes = 1", "from 10 to 720"),
            ("[console]\nshortest_password = 4", "from 8 to 100"),
            ("[console]\nidle_minutes = 0", "from 1 to 1440"),
            ("[log]\nformat = \"xml\"", "xml"),
            ("[tls]\ncertificate_file = \"x\"", "belong together"),
            ("[tls]\nclient_certificates = true", "tls.certificate_file, which is not set"),
        ] {
            let error = format!("{:#}", from_file(text).unwrap_err());
            assert!(error.contains(expected), "{error}");
        }
    }
}
