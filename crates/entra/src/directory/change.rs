//! What happens in a tenant between two cycles.

use super::{Directory, names};
use rand::RngExt;
use rand::seq::IndexedRandom;

impl Directory {
    /// Lets a share of everything change, at least one of each kind where there is enough: people are hired, renamed,
    /// moved, disabled, enabled, deleted; groups are founded, renamed, deleted, gain and lose members.
    pub fn change(&mut self) {
        let share = (self.people.len() / 20).max(1);
        for _ in 0..share {
            self.change_a_person();
        }
        for _ in 0..share.div_ceil(2) {
            self.delete_a_person();
        }
        // Later: who was just hired is not synced yet, and nobody would be told of the deletion.
        for _ in 0..share.div_ceil(2) {
            self.hire();
        }
        for _ in 0..self.groups.len() {
            self.change_a_group();
        }
        self.found_group();
        if self.living_groups().count() > 3 {
            self.delete_a_group();
        }
    }

    fn living_person(&mut self) -> Option<usize> {
        let living: Vec<usize> = self.living_people().map(|(position, _)| position).collect();
        living.choose(&mut self.random).copied()
    }

    fn living_group(&mut self) -> Option<usize> {
        let living: Vec<usize> = self.living_groups().map(|(position, _)| position).collect();
        living.choose(&mut self.random).copied()
    }

    fn change_a_person(&mut self) {
        let Some(position) = self.living_person() else { return };
        let kind = self.random.random_range(0..8);
        let number = self.made;
        self.made += 1;
        let manager = self.living_person().filter(|manager| *manager < position);
        let department = names::DEPARTMENTS.choose(&mut self.random).copied().unwrap_or_default();
        let domain = self.domain.clone();
        let person = &mut self.people[position];
        match kind {
            0 => person.account_enabled = !person.account_enabled,
            1 => {
                // Marriage: the name, the sign-in name and the address change together.
                person.surname = format!("{}-Ng", person.surname);
                person.display_name = format!("{} {}", person.given_name, person.surname);
                person.user_principal_name = format!("Renamed.{number}@{domain}");
                person.mail = format!("renamed.{number}@{domain}");
            }
            2 => person.department = department.into(),
            3 => person.job_title = format!("Senior {}", person.job_title),
            4 => person.telephone_number = format!("+1 206 555 {number:04}"),
            5 => person.manager = manager,
            6 => person.manager = None,
            _ => {
                person.mobile = format!("+46 70 {number:06}");
                person.city = "Malmö".into();
                person.country = "SE".into();
            }
        }
    }

    fn delete_a_person(&mut self) {
        // Never the first: most managers are there.
        let others: Vec<usize> = self.living_people().map(|(position, _)| position).skip(1).collect();
        let Some(&position) = others.choose(&mut self.random) else { return };
        self.people[position].deleted = true;
        for person in &mut self.people {
            if person.manager == Some(position) {
                person.manager = None;
            }
        }
        for group in &mut self.groups {
            group.members.remove(&position);
        }
    }

    fn change_a_group(&mut self) {
        let (Some(position), Some(person)) = (self.living_group(), self.living_person()) else { return };
        let nested = self.living_group().filter(|nested| *nested < position);
        let leaves = {
            let members: Vec<usize> = self.groups[position].members.iter().copied().collect();
            members.choose(&mut self.random).copied()
        };
        let kind = self.random.random_range(0..5);
        let group = &mut self.groups[position];
        match (kind, leaves) {
            (0, _) => group.display_name = format!("New {}", group.display_name),
            (1, _) => group.nested = nested.into_iter().collect(),
            (2 | 3, Some(member)) => {
                group.members.remove(&member);
            }
            _ => {
                group.members.insert(person);
            }
        }
    }

    fn delete_a_group(&mut self) {
        let Some(position) = self.living_group() else { return };
        self.groups[position].deleted = true;
        for group in &mut self.groups {
            group.nested.remove(&position);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_changes_at_some_time() {
        let mut directory = Directory::generate(3, 400, 20, "x.example");
        let before = directory.clone();
        for _ in 0..3 {
            directory.change();
        }
        let both = || before.people.iter().zip(&directory.people);
        assert!(directory.people.len() > before.people.len());
        for seed in 0..20 {
            let mut small = Directory::generate(seed, 2, 0, "x.example");
            small.change();
            assert!(small.people[1].deleted, "one of each kind");
        }
        assert!(both().any(|(old, new)| old.user_principal_name != new.user_principal_name));
        assert!(both().any(|(old, new)| old.account_enabled != new.account_enabled));
        assert!(both().any(|(_, new)| new.deleted));
        assert!(both().any(|(old, new)| old.manager.is_some() && new.manager.is_none() && !new.deleted));
        assert!(directory.groups.iter().any(|group| group.deleted));
        let living = |position: &usize| !directory.people[*position].deleted;
        assert!(directory.living_groups().all(|(_, group)| group.members.iter().all(living)));
    }
}
