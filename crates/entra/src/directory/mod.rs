//! A made-up tenant: people, departments, managers, nested groups, from a seed.

mod change;
mod names;

use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeSet;

/// People and groups as Entra has them. What is gone stays in place, marked, so that positions keep their meaning.
#[derive(Clone, Debug)]
pub struct Directory {
    /// The people.
    pub people: Vec<Person>,
    /// The groups.
    pub groups: Vec<Group>,
    domain: String,
    random: SmallRng,
    made: usize,
}

/// A user object of Entra; attribute names are Microsoft Graph's.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is an attribute of Microsoft Graph's user")]
pub struct Person {
    pub object_id: String,
    pub user_principal_name: String,
    pub mail_nickname: String,
    pub account_enabled: bool,
    pub display_name: String,
    pub given_name: String,
    pub surname: String,
    pub mail: String,
    pub job_title: String,
    pub department: String,
    pub employee_id: String,
    pub preferred_language: String,
    pub telephone_number: String,
    pub mobile: String,
    pub office: String,
    pub street_address: String,
    pub city: String,
    pub postal_code: String,
    pub country: String,
    /// The position of the manager.
    pub manager: Option<usize>,
    /// Deleted for good: Entra sends a DELETE.
    pub deleted: bool,
}

/// A group object of Entra.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// `id`
    pub object_id: String,
    /// `displayName`
    pub display_name: String,
    /// Positions of people.
    pub members: BTreeSet<usize>,
    /// Positions of groups inside this one.
    pub nested: BTreeSet<usize>,
    /// Deleted: Entra sends a DELETE.
    pub deleted: bool,
}

impl Directory {
    /// Makes up a directory. The same arguments make the same one.
    #[must_use]
    pub fn generate(seed: u64, people: usize, groups: usize, domain: &str) -> Self {
        let mut directory = Self {
            people: Vec::with_capacity(people),
            groups: Vec::with_capacity(groups),
            domain: domain.to_owned(),
            random: SmallRng::seed_from_u64(seed),
            made: 0,
        };
        for _ in 0..people {
            directory.hire();
        }
        for _ in 0..groups {
            directory.found_group();
        }
        directory
    }

    /// A new person; a manager is found among those before, so that the tree has no cycle.
    fn hire(&mut self) {
        let number = self.made;
        self.made += 1;
        let position = self.people.len();
        let random = &mut self.random;
        let pick =
            |list: &[&'static str], random: &mut SmallRng| list.choose(random).copied().unwrap_or_default();
        let given_name = pick(names::GIVEN_NAMES, random);
        let surname = pick(names::SURNAMES, random);
        let (city, postal_code, country, language) =
            names::CITIES.choose(random).copied().unwrap_or(("Bonn", "53111", "DE", "de-DE"));
        let nickname = format!("{}.{}{number}", ascii(given_name), ascii(surname));
        let user_principal_name = if number % 97 == 13 {
            // A guest: `#` must survive the query string (entra-facts 3.3).
            format!("{nickname}_partner.example#EXT#@{}", self.domain)
        } else {
            format!("{nickname}@{}", self.domain)
        };
        let manager = (position > 0 && random.random_ratio(9, 10))
            .then(|| random.random_range(0..position.div_ceil(6).max(1)))
            .filter(|manager| !self.people[*manager].deleted);
        let person = Person {
            object_id: uuid(random),
            mail: format!("{nickname}@{}", self.domain).to_lowercase(),
            user_principal_name,
            account_enabled: true,
            display_name: format!("{given_name} {surname}"),
            given_name: given_name.into(),
            surname: surname.into(),
            job_title: pick(names::JOB_TITLES, random).into(),
            department: pick(names::DEPARTMENTS, random).into(),
            employee_id: format!("E{number:06}"),
            preferred_language: language.into(),
            telephone_number: format!("+49 228 {:06}", random.random_range(0..1_000_000)),
            mobile: if random.random_ratio(2, 3) {
                format!("+49 151 {:07}", random.random_range(0..10_000_000))
            } else {
                String::new()
            },
            office: format!("{}, building {}", city, random.random_range(1..20)),
            street_address: format!("{} {}", pick(names::STREETS, random), random.random_range(1..200)),
            city: city.into(),
            postal_code: postal_code.into(),
            country: country.into(),
            mail_nickname: nickname,
            manager,
            deleted: false,
        };
        self.people.push(person);
    }

    /// A new group of some of the people, and at times of another group.
    fn found_group(&mut self) {
        let number = self.made;
        self.made += 1;
        let position = self.groups.len();
        let living: Vec<usize> =
            (0..self.people.len()).filter(|person| !self.people[*person].deleted).collect();
        let random = &mut self.random;
        // Most groups are small, some are large.
        let share = if random.random_ratio(1, 10) { 4 } else { 25 };
        let size = random.random_range(0..=living.len().div_ceil(share).max(3).min(living.len()));
        let members = living.sample(random, size).copied().collect();
        let nested = (position > 0 && random.random_ratio(1, 4))
            .then(|| random.random_range(0..position))
            .filter(|nested| !self.groups[*nested].deleted);
        let department = names::DEPARTMENTS.choose(random).copied().unwrap_or_default();
        self.groups.push(Group {
            object_id: uuid(random),
            display_name: format!("{department} {number} @ {}", self.domain),
            members,
            nested: nested.into_iter().collect(),
            deleted: false,
        });
    }

    /// The people that Entra has.
    pub fn living_people(&self) -> impl Iterator<Item = (usize, &Person)> {
        self.people.iter().enumerate().filter(|(_, person)| !person.deleted)
    }

    /// The groups that Entra has.
    pub fn living_groups(&self) -> impl Iterator<Item = (usize, &Group)> {
        self.groups.iter().enumerate().filter(|(_, group)| !group.deleted)
    }
}

fn uuid(random: &mut SmallRng) -> String {
    uuid::Builder::from_random_bytes(random.random()).into_uuid().to_string()
}

/// A name as it stands in an address.
fn ascii(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            'Á' => out.push('A'),
            'ą' => out.push('a'),
            'Ç' => out.push('C'),
            'É' => out.push('E'),
            'é' | 'ë' => out.push('e'),
            'İ' => out.push('I'),
            'í' | 'ı' => out.push('i'),
            'Ł' => out.push('L'),
            'Ø' | 'Ō' => out.push('O'),
            'ó' => out.push('o'),
            'ö' => out.push_str("oe"),
            'Ś' | 'Ş' => out.push('S'),
            'ş' => out.push('s'),
            'ß' => out.push_str("ss"),
            'ü' => out.push_str("ue"),
            letter => out.extend(Some(letter).filter(char::is_ascii_alphanumeric)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_directory() {
        let (one, other) =
            (Directory::generate(7, 100, 10, "x.example"), Directory::generate(7, 100, 10, "x.example"));
        assert_eq!(one.people, other.people);
        assert_eq!(one.groups, other.groups);
        assert_ne!(one.people, Directory::generate(8, 100, 10, "x.example").people);
    }

    #[test]
    fn addresses_have_all_letters_of_a_name() {
        for name in names::GIVEN_NAMES.iter().chain(names::SURNAMES) {
            let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
            assert!(ascii(name).len() >= letters, "{name}");
        }
        assert_eq!((ascii("O'Brien"), ascii("Yılmaz")), ("OBrien".to_owned(), "Yilmaz".to_owned()));
    }

    #[test]
    fn it_has_managers_nested_groups_and_guests() {
        let directory = Directory::generate(1, 300, 40, "x.example");
        assert!(directory.people.iter().filter(|person| person.manager.is_some()).count() > 200);
        assert!(directory.groups.iter().any(|group| !group.nested.is_empty()));
        assert!(directory.people.iter().any(|person| person.user_principal_name.contains("#EXT#")));
        let names: BTreeSet<&str> = directory.people.iter().map(|p| p.user_principal_name.as_str()).collect();
        assert_eq!(names.len(), 300);
    }
}
