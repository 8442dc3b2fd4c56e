//! Groups: found or created without members, renamed, deleted; members in a pass of their own, as deltas.

use super::report::Tally;
use super::{Phase, Provisioner};
use crate::directory::Group;
use crate::mapping::{add_members, new_group, operations, remove_members};
use crate::{Client, Directory, EntraError};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// So many members go into one PATCH at most.
const MEMBERS_PER_PATCH: usize = 10;

enum Task<'d> {
    Match(usize, &'d Group),
    Rename(&'d str, &'d Group),
    Delete(usize, String),
}

enum Outcome {
    Linked(usize, String),
    Deleted(usize, String),
    Nothing,
}

struct MemberTask<'d> {
    group: &'d str,
    operations: Vec<Value>,
    added: usize,
    removed: usize,
}

impl Provisioner<'_> {
    pub(super) async fn sync_groups(
        &mut self,
        directory: &Directory,
        tally: &Tally,
    ) -> Result<(), EntraError> {
        let job = &*self;
        let tasks = job.group_tasks(directory);
        let outcomes = job
            .each(Phase::Groups, tasks, |task| async move {
                match task {
                    Task::Match(position, group) => job.match_group(position, group, tally).await,
                    Task::Rename(id, group) => {
                        let changes = vec![("displayName".to_owned(), group.display_name.as_str().into())];
                        let path = format!("/Groups/{id}");
                        let answer = job.client.patch(&path, operations(changes, job.dialect)).await?;
                        if tally.accept(&answer, &[200, 204]) {
                            tally.updated();
                        }
                        Ok(Outcome::Nothing)
                    }
                    Task::Delete(position, id) => {
                        let answer = job.client.delete(&format!("/Groups/{id}")).await?;
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
                    self.groups.insert(position, id);
                }
                Outcome::Deleted(position, id) => {
                    self.groups.remove(&position);
                    self.deleted_groups.push(id);
                }
                Outcome::Nothing => (),
            }
        }
        Ok(())
    }

    fn group_tasks<'d>(&'d self, directory: &'d Directory) -> Vec<Task<'d>> {
        let mut tasks = Vec::new();
        for (position, group) in directory.groups.iter().enumerate() {
            match self.groups.get(&position) {
                Some(id) if group.deleted => tasks.push(Task::Delete(position, id.clone())),
                None if group.deleted => (),
                None => tasks.push(Task::Match(position, group)),
                Some(id) => {
                    let old = self.synced.as_ref().and_then(|synced| synced.groups.get(position));
                    if old.is_some_and(|old| old.display_name != group.display_name) {
                        tasks.push(Task::Rename(id, group));
                    }
                }
            }
        }
        tasks
    }

    async fn match_group(
        &self,
        position: usize,
        group: &Group,
        tally: &Tally,
    ) -> Result<Outcome, EntraError> {
        if let Some(id) = self.find_group(group).await? {
            tally.updated();
            return Ok(Outcome::Linked(position, id));
        }
        let answer = self.client.post("/Groups", &new_group(group)).await?;
        if answer.status == 409
            && let Some(id) = self.find_group(group).await?
        {
            tally.updated();
            return Ok(Outcome::Linked(position, id));
        }
        if !tally.accept(&answer, &[201]) {
            return Ok(Outcome::Nothing);
        }
        tally.created();
        Ok(Outcome::Linked(position, answer.id()?))
    }

    async fn find_group(&self, group: &Group) -> Result<Option<String>, EntraError> {
        let found = self.find("/Groups", "displayName", &group.display_name).await?;
        Ok(found.and_then(|found| found["id"].as_str().map(str::to_owned)))
    }

    pub(super) async fn sync_members(&self, directory: &Directory, tally: &Tally) -> Result<(), EntraError> {
        let mut tasks = Vec::new();
        for (position, group) in directory.living_groups() {
            let Some(id) = self.groups.get(&position) else { continue };
            let wanted = self.member_ids(group);
            // A group that is new to this job is read once: it may have been adopted.
            let there = match self.synced.as_ref().and_then(|synced| synced.groups.get(position)) {
                Some(old) => self.member_ids(old),
                None => read_members(self.client, id).await?,
            };
            let added: Vec<String> = wanted.difference(&there).cloned().collect();
            let removed: Vec<String> = there.difference(&wanted).cloned().collect();
            self.push_tasks(&mut tasks, id, position, &added, &removed);
        }
        self.each(Phase::Members, tasks, |task| async move {
            let answer = self.client.patch(&format!("/Groups/{}", task.group), task.operations).await?;
            if tally.accept(&answer, &[200, 204]) {
                tally.members_added(task.added);
                tally.members_removed(task.removed);
            }
            Ok(())
        })
        .await
        .map(drop)
    }

    /// Some groups get their members one at a time, others a few at once: both are seen (entra-facts 3.10). All requests
    /// for a group may be under way at the same time.
    fn push_tasks<'d>(
        &self,
        tasks: &mut Vec<MemberTask<'d>>,
        group: &'d str,
        position: usize,
        added: &[String],
        removed: &[String],
    ) {
        let size = if position.is_multiple_of(3) { 1 } else { MEMBERS_PER_PATCH };
        for ids in added.chunks(size) {
            let operations = add_members(ids, self.dialect);
            tasks.push(MemberTask { group, operations, added: ids.len(), removed: 0 });
        }
        for ids in removed.chunks(size) {
            let operations = remove_members(ids, self.dialect);
            tasks.push(MemberTask { group, operations, added: 0, removed: ids.len() });
        }
        // What was applied already is at times sent again.
        if let Some(again) = added.first() {
            let operations = vec![json!({"op": "Add", "path": "members", "value": [{"value": again}]})];
            tasks.push(MemberTask { group, operations, added: 0, removed: 0 });
        }
    }

    /// The ids of those members that the server has.
    pub(super) fn member_ids(&self, group: &Group) -> BTreeSet<String> {
        let people = group.members.iter().filter_map(|position| self.users.get(position));
        let groups = group.nested.iter().filter_map(|position| self.groups.get(position));
        people.chain(groups).cloned().collect()
    }
}

pub(super) async fn read_members(client: &Client, id: &str) -> Result<BTreeSet<String>, EntraError> {
    let answer = client.get(&format!("/Groups/{id}"), &[]).await?.expect(&[200])?;
    let members = answer.body["members"].as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(members.iter().filter_map(|member| member["value"].as_str()).map(str::to_owned).collect())
}
