//! The sync engine: brings a server to the state of a directory, cycle by cycle.

mod groups;
mod report;
mod users;
mod verify;

pub use report::{CycleReport, Failure, Phase, Progress};
pub use verify::Difference;

use crate::{Client, Dialect, Directory, EntraError};
use futures_util::stream::{self, StreamExt};
use report::Tally;
use serde_json::Value;
use std::collections::HashMap;
use std::time::Instant;

/// Entra's provisioning job for one application.
pub struct Provisioner<'a> {
    client: &'a Client,
    dialect: Dialect,
    /// How many requests are under way at once.
    concurrency: usize,
    progress: &'a (dyn Fn(Progress) + Sync),
    /// What Entra remembers of the server: positions in the directory and the `id` of each.
    users: HashMap<usize, String>,
    groups: HashMap<usize, String>,
    /// What was deleted, and must stay so.
    deleted_users: Vec<String>,
    deleted_groups: Vec<String>,
    /// The directory as the last cycle left it.
    synced: Option<Directory>,
}

impl<'a> Provisioner<'a> {
    /// A job that has not run yet.
    #[must_use]
    pub fn new(client: &'a Client, concurrency: usize, progress: &'a (dyn Fn(Progress) + Sync)) -> Self {
        Self {
            client,
            dialect: Dialect::Default,
            concurrency: concurrency.max(1),
            progress,
            users: HashMap::new(),
            groups: HashMap::new(),
            deleted_users: Vec::new(),
            deleted_groups: Vec::new(),
            synced: None,
        }
    }

    /// From the next cycle on, PATCH is written so.
    pub fn set_dialect(&mut self, dialect: Dialect) {
        self.dialect = dialect;
    }

    /// A cycle: the first is Entra's initial cycle, which looks for every object by its matching attribute and creates
    /// or adopts it; later ones send what changed (entra-facts 3.2). Users come first, then groups, then managers, then
    /// members.
    ///
    /// # Errors
    ///
    /// When the server stays away or gives no token. What it refuses is in the report.
    pub async fn run(&mut self, directory: &Directory) -> Result<CycleReport, EntraError> {
        let began = Instant::now();
        let before = self.client.traffic();
        let tally = Tally::default();
        self.sync_users(directory, &tally).await?;
        self.sync_groups(directory, &tally).await?;
        self.sync_managers(directory, &tally).await?;
        self.sync_members(directory, &tally).await?;
        self.synced = Some(directory.clone());
        Ok(tally.into_report(began.elapsed(), before, self.client.traffic()))
    }

    /// Deletes everything that this job made or adopted.
    ///
    /// # Errors
    ///
    /// When the server stays away or gives no token.
    pub async fn clean_up(&mut self) -> Result<CycleReport, EntraError> {
        let began = Instant::now();
        let before = self.client.traffic();
        let tally = Tally::default();
        let groups: Vec<String> = self.groups.drain().map(|(_, id)| format!("/Groups/{id}")).collect();
        let users: Vec<String> = self.users.drain().map(|(_, id)| format!("/Users/{id}")).collect();
        let paths: Vec<String> = groups.into_iter().chain(users).collect();
        let job = &*self;
        job.each(Phase::CleanUp, paths, |path| {
            let tally = &tally;
            async move {
                let answer = job.client.delete(&path).await?;
                if tally.accept(&answer, &[204, 404]) {
                    tally.deleted();
                }
                Ok(())
            }
        })
        .await?;
        Ok(tally.into_report(began.elapsed(), before, self.client.traffic()))
    }

    /// Does a piece of work for each item, several at once, and says how far it is.
    async fn each<T, R, F>(
        &self,
        phase: Phase,
        items: Vec<T>,
        work: impl Fn(T) -> F,
    ) -> Result<Vec<R>, EntraError>
    where
        F: Future<Output = Result<R, EntraError>>,
    {
        let total = items.len();
        let mut results = Vec::with_capacity(total);
        let mut running = stream::iter(items).map(work).buffer_unordered(self.concurrency);
        (self.progress)(Progress { phase, done: 0, total });
        while let Some(result) = running.next().await {
            results.push(result?);
            (self.progress)(Progress { phase, done: results.len(), total });
        }
        Ok(results)
    }

    /// The one resource that has this value, looked for as Entra does.
    async fn find(&self, endpoint: &str, attribute: &str, value: &str) -> Result<Option<Value>, EntraError> {
        let filter = format!("{attribute} eq \"{value}\"");
        let query: &[(&str, &str)] = if endpoint == "/Groups" {
            &[("excludedAttributes", "members"), ("filter", &filter)]
        } else {
            &[("filter", &filter)]
        };
        let answer = self.client.get(endpoint, query).await?.expect(&[200])?;
        match answer.resources()? {
            [] => Ok(None),
            [one] => Ok(Some(one.clone())),
            many => Err(answer.unexpected(format!("{} resources match {filter}", many.len()))),
        }
    }
}
