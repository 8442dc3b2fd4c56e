//! Reading the server back: every difference from what Entra believes.

use super::groups::read_members;
use super::{Phase, Provisioner};
use crate::mapping::{attributes, manager_path};
use crate::path::TargetPath;
use crate::{Client, Directory, EntraError};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

const PAGE: usize = 100;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which resource.
    pub resource: String,
    /// What about it.
    pub attribute: String,
    /// What Entra believes.
    pub expected: String,
    /// What the server has.
    pub found: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { resource, attribute, expected, found } = self;
        write!(out, "{resource}: {attribute} should be {expected} and is {found}")
    }
}

impl Provisioner<'_> {
    /// Reads every user and group of the directory, and those that were deleted, and walks all pages of the lists; with a
    /// client of its own, for Entra never reads back.
    ///
    /// # Errors
    ///
    /// When the server stays away or gives no token.
    pub async fn verify(
        &self,
        reader: &Client,
        directory: &Directory,
    ) -> Result<Vec<Difference>, EntraError> {
        let mut differences = Vec::new();
        let people: Vec<_> = directory.living_people().collect();
        let found = self
            .each(Phase::Verify, people, |(position, _)| async move {
                self.verify_user(reader, directory, position).await
            })
            .await?;
        differences.extend(found.into_iter().flatten());
        let groups: Vec<_> = directory.living_groups().collect();
        let found = self
            .each(Phase::Verify, groups, |(position, _)| async move {
                self.verify_group(reader, directory, position).await
            })
            .await?;
        differences.extend(found.into_iter().flatten());
        let deleted: Vec<String> = self
            .deleted_users
            .iter()
            .map(|id| format!("/Users/{id}"))
            .chain(self.deleted_groups.iter().map(|id| format!("/Groups/{id}")))
            .collect();
        let found = self
            .each(Phase::Verify, deleted, |path| async move {
                let answer = reader.get(&path, &[]).await?;
                Ok((answer.status != 404)
                    .then(|| difference(&path, "status", "404", &answer.status.to_string())))
            })
            .await?;
        differences.extend(found.into_iter().flatten());
        differences.extend(self.walk(reader, "/Users", self.users.values()).await?);
        differences.extend(self.walk(reader, "/Groups", self.groups.values()).await?);
        Ok(differences)
    }

    async fn verify_user(
        &self,
        reader: &Client,
        directory: &Directory,
        position: usize,
    ) -> Result<Vec<Difference>, EntraError> {
        let person = &directory.people[position];
        let name = &person.user_principal_name;
        let Some(id) = self.users.get(&position) else {
            let missing = person.account_enabled.then(|| difference(name, "the user", "there", "missing"));
            return Ok(missing.into_iter().collect());
        };
        let answer = reader.get(&format!("/Users/{id}"), &[]).await?;
        if answer.status != 200 {
            return Ok(vec![difference(name, "status", "200", &answer.status.to_string())]);
        }
        let mut differences = Vec::new();
        for (path, expected) in attributes(person) {
            let found = TargetPath::parse(&path).read(&answer.body);
            if found != Some(&expected) {
                let found = found.map_or_else(|| "missing".to_owned(), Value::to_string);
                differences.push(difference(name, &path, &expected.to_string(), &found));
            }
        }
        let manager = person.manager.and_then(|manager| self.users.get(&manager)).map(String::as_str);
        let pointer = manager_path();
        // Entra cannot read a manager that is a text (entra-facts 3.7).
        let found = TargetPath::parse(&pointer).read(&answer.body).map(|manager| manager["value"].as_str());
        if found != manager.map(Some) {
            let found = format!("{found:?}");
            differences.push(difference(name, "manager", manager.unwrap_or("none"), &found));
        }
        Ok(differences)
    }

    async fn verify_group(
        &self,
        reader: &Client,
        directory: &Directory,
        position: usize,
    ) -> Result<Vec<Difference>, EntraError> {
        let group = &directory.groups[position];
        let name = &group.display_name;
        let Some(id) = self.groups.get(&position) else {
            return Ok(vec![difference(name, "the group", "there", "missing")]);
        };
        let answer = reader.get(&format!("/Groups/{id}"), &[("excludedAttributes", "members")]).await?;
        if answer.status != 200 {
            return Ok(vec![difference(name, "status", "200", &answer.status.to_string())]);
        }
        let mut differences = Vec::new();
        if answer.body["displayName"] != group.display_name.as_str() {
            differences.push(difference(name, "displayName", name, &answer.body["displayName"].to_string()));
        }
        if answer.body.get("members").is_some() {
            differences.push(difference(name, "members", "left out when excluded", "there"));
        }
        let (expected, found) = (self.member_ids(group), read_members(reader, id).await?);
        for missing in expected.difference(&found) {
            differences.push(difference(name, "members", missing, "missing"));
        }
        for extra in found.difference(&expected) {
            differences.push(difference(name, "members", "not there", extra));
        }
        Ok(differences)
    }

    /// Every resource is on some page, and none on two.
    async fn walk(
        &self,
        reader: &Client,
        endpoint: &str,
        known: impl Iterator<Item = &String>,
    ) -> Result<Vec<Difference>, EntraError> {
        let mut seen = BTreeSet::new();
        let mut differences = Vec::new();
        let mut start = 1;
        loop {
            let (start_text, count) = (start.to_string(), PAGE.to_string());
            let query =
                [("startIndex", start_text.as_str()), ("count", count.as_str()), ("attributes", "id")];
            let answer = reader.get(endpoint, &query).await?.expect(&[200])?;
            let page = answer.resources()?;
            for resource in page {
                let id = resource["id"].as_str().unwrap_or_default().to_owned();
                if !seen.insert(id.clone()) {
                    differences.push(difference(
                        endpoint,
                        "pages",
                        "each resource once",
                        &format!("{id} twice"),
                    ));
                }
            }
            start += page.len();
            let total = answer.body["totalResults"].as_u64().unwrap_or_default();
            if page.is_empty() || start as u64 > total {
                break;
            }
        }
        for id in known.filter(|id| !seen.contains(*id)) {
            differences.push(difference(endpoint, "pages", id, "on no page"));
        }
        Ok(differences)
    }
}

fn difference(resource: &str, attribute: &str, expected: &str, found: &str) -> Difference {
    Difference {
        resource: resource.to_owned(),
        attribute: attribute.to_owned(),
        expected: expected.to_owned(),
        found: found.to_owned(),
    }
}
