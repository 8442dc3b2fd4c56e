//! People: found or created, changed, disabled, deleted; their managers in a pass of their own.

use super::report::Tally;
use super::{Phase, Provisioner};
use crate::directory::Person;
use crate::mapping::{attributes, differing, manager_operation, manager_path, new_user, operations};
use crate::path::TargetPath;
use crate::{Directory, EntraError};
use serde_json::Value;

/// What a cycle does about a person.
enum Task<'d> {
    /// Not known yet: look for it.
    Match(usize, &'d Person),
    /// Known and changed.
    Update(&'d str, &'d Person, &'d Person),
    Delete(usize, String),
}

/// What came of it.
enum Outcome {
    Linked(usize, String),
    Deleted(usize, String),
    Nothing,
}

impl Provisioner<'_> {
    pub(super) async fn sync_users(
        &mut self,
        directory: &Directory,
        tally: &Tally,
    ) -> Result<(), EntraError> {
        let job = &*self;
        let tasks = job.user_tasks(directory);
        let outcomes = job
            .each(Phase::Users, tasks, |task| async move {
                match task {
                    Task::Match(position, person) => job.match_user(position, person, tally).await,
                    Task::Update(id, old, new) => job.update_user(id, old, new, tally).await,
                    Task::Delete(position, id) => {
                        let answer = job.client.delete(&format!("/Users/{id}")).await?;
                        // A repeated request finds it gone.
                        if tally.accept(&answer, &[204, 404]) {
                            tally.deleted();
                            return Ok(Outcome::Deleted(position, id));
                        }
                        Ok(Outcome::Nothing)
                    }
                }
            })
            .await?;
        for outcome in outcomes {
            match outcome {
                Outcome::Linked(position, id) => {
                    self.users.insert(position, id);
                }
                Outcome::Deleted(position, id) => {
                    self.users.remove(&position);
                    self.deleted_users.push(id);
                }
                Outcome::Nothing => (),
            }
        }
        Ok(())
    }

    fn user_tasks<'d>(&'d self, directory: &'d Directory) -> Vec<Task<'d>> {
        let mut tasks = Vec::new();
        for (position, person) in directory.people.iter().enumerate() {
            match self.users.get(&position) {
                Some(id) if person.deleted => tasks.push(Task::Delete(position, id.clone())),
                // Who is disabled is not created (entra-facts 3.2).
                None if person.deleted || !person.account_enabled => (),
                None => tasks.push(Task::Match(position, person)),
                Some(id) => {
                    let old = self.synced.as_ref().and_then(|synced| synced.people.get(position));
                    if let Some(old) = old.filter(|old| *old != person) {
                        tasks.push(Task::Update(id, old, person));
                    }
                }
            }
        }
        tasks
    }

    async fn match_user(
        &self,
        position: usize,
        person: &Person,
        tally: &Tally,
    ) -> Result<Outcome, EntraError> {
        if let Some(found) = self.find("/Users", "userName", &person.user_principal_name).await? {
            return self.adopt(position, person, &found, tally).await;
        }
        let answer = self.client.post("/Users", &new_user(person)).await?;
        if answer.status == 409
            && let Some(found) = self.find("/Users", "userName", &person.user_principal_name).await?
        {
            // The first attempt was done, and its answer lost.
            return self.adopt(position, person, &found, tally).await;
        }
        if !tally.accept(&answer, &[201]) {
            return Ok(Outcome::Nothing);
        }
        tally.created();
        Ok(Outcome::Linked(position, answer.id()?))
    }

    async fn adopt(
        &self,
        position: usize,
        person: &Person,
        found: &Value,
        tally: &Tally,
    ) -> Result<Outcome, EntraError> {
        let id = found["id"].as_str().unwrap_or_default().to_owned();
        let changes = differing(attributes(person), found);
        if !changes.is_empty() {
            let answer =
                self.client.patch(&format!("/Users/{id}"), operations(changes, self.dialect)).await?;
            tally.accept(&answer, &[200, 204]);
        }
        tally.updated();
        Ok(Outcome::Linked(position, id))
    }

    async fn update_user(
        &self,
        id: &str,
        old: &Person,
        new: &Person,
        tally: &Tally,
    ) -> Result<Outcome, EntraError> {
        let before = attributes(old);
        let changes: Vec<_> =
            attributes(new).into_iter().filter(|attribute| !before.contains(attribute)).collect();
        if changes.is_empty() {
            return Ok(Outcome::Nothing);
        }
        let answer = self.client.patch(&format!("/Users/{id}"), operations(changes, self.dialect)).await?;
        if tally.accept(&answer, &[200, 204]) {
            tally.updated();
        }
        Ok(Outcome::Nothing)
    }

    pub(super) async fn sync_managers(&self, directory: &Directory, tally: &Tally) -> Result<(), EntraError> {
        let mut tasks = Vec::new();
        for (position, person) in directory.living_people() {
            let Some(id) = self.users.get(&position) else { continue };
            let old = self.synced.as_ref().and_then(|synced| synced.people.get(position));
            // Who was created in this cycle had no manager before.
            let before = old.and_then(|old| old.manager);
            let manager = person.manager.and_then(|manager| self.users.get(&manager));
            if person.manager != before || (old.is_none() && manager.is_some()) {
                tasks.push((id, manager));
            }
        }
        let initial = self.synced.is_none();
        self.each(Phase::Managers, tasks, |(id, manager)| async move {
            let path = format!("/Users/{id}");
            if initial {
                // Adopted users may have it already.
                let answer = self.client.get(&path, &[]).await?;
                let pointer = manager_path();
                let there =
                    TargetPath::parse(&pointer).read(&answer.body).and_then(|there| there["value"].as_str());
                if there == manager.map(String::as_str) {
                    return Ok(());
                }
            }
            let operation = manager_operation(manager.map(String::as_str), self.dialect);
            let answer = self.client.patch(&path, vec![operation]).await?;
            if tally.accept(&answer, &[200, 204]) {
                tally.manager();
            }
            Ok(())
        })
        .await
        .map(drop)
    }
}
