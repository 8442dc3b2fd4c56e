//! Random sequences of requests: after each, the server shows what the model has.

use super::{Seed, steps};
use crate::support::{Api, Reply, Server, on_both_databases};
use muster_fuzz::mutate::Random;
use muster_scim_core::fold;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

on_both_databases!(the_server_does_what_the_model_does);

const NAMES: &[&str] =
    &["ada", "Ada", "bob", "BOB", "cleo", "dan", "Straße", "strasse", "eve", "fay", "gus", "hal"];
const TITLES: &[&str] = &["T", "t", "Lead", "q\"uote"];

#[derive(Clone, Debug, Default, PartialEq)]
struct User {
    user_name: String,
    title: Option<String>,
    active: bool,
    /// Type and value.
    emails: Vec<(String, String)>,
    version: u64,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Group {
    display_name: String,
    members: BTreeSet<String>,
    version: u64,
}

#[derive(Default)]
struct Model {
    users: BTreeMap<String, User>,
    groups: BTreeMap<String, Group>,
    /// Identifiers that are there no more, and one that never was.
    gone: Vec<String>,
}

impl User {
    fn body(&self) -> Value {
        let emails: Vec<Value> =
            self.emails.iter().map(|(kind, value)| json!({"type": kind, "value": value})).collect();
        json!({"userName": self.user_name, "title": self.title, "active": self.active, "emails": emails})
    }

    fn read(resource: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            user_name: text(&resource["userName"]),
            title: resource["title"].as_str().map(str::to_owned),
            active: resource["active"].as_bool().unwrap(),
            emails: resource["emails"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|email| (text(&email["type"]), text(&email["value"])))
                .collect(),
            version: version(resource),
        }
    }

    /// Becomes this, as one more version when it differs.
    fn become_this(&mut self, mut new: Self) {
        new.version = self.version;
        if new != *self {
            new.version += 1;
            *self = new;
        }
    }
}

impl Group {
    fn read(resource: &Value) -> Self {
        let members = resource["members"].as_array().into_iter().flatten();
        Self {
            display_name: resource["displayName"].as_str().unwrap().to_owned(),
            members: members.map(|member| member["value"].as_str().unwrap().to_owned()).collect(),
            version: version(resource),
        }
    }
}

fn version(resource: &Value) -> u64 {
    let tag = resource["meta"]["version"].as_str().unwrap();
    tag.trim_start_matches("W/").trim_matches('"').parse().unwrap()
}

impl Model {
    fn new() -> Self {
        Self { gone: vec!["nobody".to_owned()], ..Self::default() }
    }

    fn user_name_is_taken(&self, name: &str, but_by: &str) -> bool {
        self.users.iter().any(|(id, user)| id != but_by && fold(&user.user_name) == fold(name))
    }

    fn group_name_is_taken(&self, name: &str, but_by: &str) -> bool {
        self.groups.iter().any(|(id, group)| id != but_by && fold(&group.display_name) == fold(name))
    }

    /// One that is there, mostly.
    fn some_user(&self, random: &mut Random) -> String {
        let ids: Vec<&String> = self.users.keys().collect();
        if ids.is_empty() || random.below(12) == 0 {
            random.pick(&self.gone).clone()
        } else {
            (*random.pick(&ids)).clone()
        }
    }

    fn some_group(&self, random: &mut Random) -> String {
        let ids: Vec<&String> = self.groups.keys().collect();
        if ids.is_empty() || random.below(12) == 0 {
            random.pick(&self.gone).clone()
        } else {
            (*random.pick(&ids)).clone()
        }
    }

    /// Users and groups that may become members; one of them may be gone.
    fn some_members(&self, random: &mut Random) -> Vec<String> {
        (0..1 + random.below(3))
            .map(|_| if random.below(5) == 0 { self.some_group(random) } else { self.some_user(random) })
            .collect()
    }

    fn is_there(&self, id: &str) -> bool {
        self.users.contains_key(id) || self.groups.contains_key(id)
    }

    fn forget(&mut self, id: &str) {
        for group in self.groups.values_mut() {
            // A group whose member goes has changed.
            group.version += u64::from(group.members.remove(id));
        }
        self.gone.push(id.to_owned());
    }
}

fn name(random: &mut Random) -> String {
    (*random.pick(NAMES)).to_owned()
}

fn new_user(random: &mut Random) -> User {
    let kinds = ["work", "home", "other"];
    User {
        user_name: name(random),
        title: (random.below(2) == 0).then(|| (*random.pick(TITLES)).to_owned()),
        active: random.below(3) > 0,
        emails: (0..random.below(3))
            .map(|at| (kinds[at].to_owned(), format!("{}@x", name(random))))
            .collect(),
        version: 1,
    }
}

async fn the_server_does_what_the_model_does(server: &mut Server) {
    let seed = Seed::or(7);
    let mut random = Random::new(seed.0);
    let api = server.api().await;
    let mut model = Model::new();
    let steps = steps(300);
    for step in 0..steps {
        let what = match random.below(12) {
            0..=2 => create_user(&api, &mut model, &mut random).await,
            3 => replace_user(&api, &mut model, &mut random).await,
            4..=6 => patch_user(&api, &mut model, &mut random).await,
            7 => create_group(&api, &mut model, &mut random).await,
            8..=10 => patch_group(&api, &mut model, &mut random).await,
            _ => delete(&api, &mut model, &mut random).await,
        };
        println!("{step}: {what}");
        if step % 10 == 9 || step + 1 == steps {
            compare(&api, &model, &mut random).await;
        }
    }
}

/// The whole directory, and what filters find of it.
async fn compare(api: &Api, model: &Model, random: &mut Random) {
    let users = api.get("/Users?count=1000").await.expect(200).body;
    let read: BTreeMap<String, User> = users["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| (user["id"].as_str().unwrap().to_owned(), User::read(user)))
        .collect();
    assert_eq!(read, model.users);
    for user in users["Resources"].as_array().unwrap() {
        let id = user["id"].as_str().unwrap();
        let direct =
            user["groups"].as_array().into_iter().flatten().filter(|group| group["type"] == "direct");
        let groups: BTreeSet<&str> = direct.map(|group| group["value"].as_str().unwrap()).collect();
        let expected = model.groups.iter().filter(|(_, group)| group.members.contains(id));
        assert_eq!(groups, expected.map(|(id, _)| id.as_str()).collect(), "the groups of {id}");
    }
    let groups = api.get("/Groups?count=1000").await.expect(200).body;
    let read: BTreeMap<String, Group> = groups["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| (group["id"].as_str().unwrap().to_owned(), Group::read(group)))
        .collect();
    assert_eq!(read, model.groups);
    let wanted = name(random);
    for (filter, expected) in [
        (
            format!("userName eq {}", Value::from(wanted.as_str())),
            Box::new(|user: &User| fold(&user.user_name) == fold(&wanted)) as Box<dyn Fn(&User) -> bool>,
        ),
        (
            "title eq \"t\"".to_owned(),
            Box::new(|user: &User| user.title.as_ref().is_some_and(|title| fold(title) == "t")),
        ),
        (
            "active eq true and emails pr".to_owned(),
            Box::new(|user: &User| user.active && !user.emails.is_empty()),
        ),
        (
            "emails[type eq \"home\" and value co \"a\"]".to_owned(),
            Box::new(|user: &User| {
                user.emails.iter().any(|(kind, value)| kind == "home" && fold(value).contains('a'))
            }),
        ),
    ] {
        let found: BTreeSet<String> =
            api.find("/Users", &filter).await.expect(200).each("id").into_iter().collect();
        let expected =
            model.users.iter().filter(|(_, user)| expected(user)).map(|(id, _)| id.clone()).collect();
        assert_eq!(found, expected, "{filter}");
    }
}

async fn create_user(api: &Api, model: &mut Model, random: &mut Random) -> String {
    let user = new_user(random);
    let reply = api.post("/Users", user.body()).await;
    if model.user_name_is_taken(&user.user_name, "") {
        reply.refused(409, "uniqueness");
    } else {
        let reply = reply.expect(201);
        assert_eq!(User::read(&reply.body), user);
        model.users.insert(reply.id(), user.clone());
    }
    format!("create {user:?}")
}

async fn replace_user(api: &Api, model: &mut Model, random: &mut Random) -> String {
    let (id, new) = (model.some_user(random), new_user(random));
    let reply = api.put(&format!("/Users/{id}"), new.body()).await;
    if !model.users.contains_key(&id) {
        reply.refused(404, "");
    } else if model.user_name_is_taken(&new.user_name, &id) {
        reply.refused(409, "uniqueness");
    } else {
        let user = model.users.get_mut(&id).unwrap();
        user.become_this(new.clone());
        assert_eq!(User::read(&reply.expect(200).body), *user);
    }
    format!("replace {id} by {new:?}")
}

/// One to three operations, all or none.
async fn patch_user(api: &Api, model: &mut Model, random: &mut Random) -> String {
    let id = model.some_user(random);
    let mut new = model.users.get(&id).cloned().unwrap_or_default();
    let mut operations = Vec::new();
    let mut refusal = None;
    for _ in 0..1 + random.below(3) {
        let operation = match random.below(9) {
            0 => {
                let title = (*random.pick(TITLES)).to_owned();
                new.title = Some(title.clone());
                json!({"op": *random.pick(&["add", "Replace"]), "path": "title", "value": title})
            }
            1 => {
                new.title = None;
                random
                    .pick(&[
                        json!({"op": "remove", "path": "title"}),
                        json!({"op": "replace", "path": "title", "value": ""}),
                        json!({"op": "replace", "value": {"title": null}}),
                    ])
                    .clone()
            }
            2 => {
                new.active = !new.active;
                json!({"op": "Replace", "path": "active", "value": if new.active { "True" } else { "False" }})
            }
            3 => {
                new.user_name = name(random);
                json!({"op": "replace", "value": {"userName": new.user_name}})
            }
            4 => {
                let value = format!("{}@x", name(random));
                match new.emails.iter_mut().find(|(kind, _)| kind == "work") {
                    Some((_, there)) => there.clone_from(&value),
                    None => new.emails.push(("work".to_owned(), value.clone())),
                }
                json!({"op": "Replace", "path": "emails[type eq \"work\"].value", "value": value})
            }
            5 => {
                new.emails.retain(|(kind, _)| kind != "home");
                json!({"op": "remove", "path": "emails[type eq \"home\"]"})
            }
            6 => {
                let email = ("other".to_owned(), format!("{}@x", name(random)));
                let value = json!([{"type": email.0, "value": email.1}]);
                if !new.emails.contains(&email) {
                    new.emails.push(email);
                }
                json!({"op": "add", "path": "emails", "value": value})
            }
            7 if random.below(3) == 0 => {
                refusal.get_or_insert((400, "mutability"));
                json!({"op": "replace", "path": "id", "value": "x"})
            }
            _ if random.below(3) == 0 => {
                refusal.get_or_insert((400, "invalidPath"));
                json!({"op": "replace", "path": "colour", "value": "x"})
            }
            _ => json!({"op": "remove", "path": "nickName"}),
        };
        operations.push(operation);
    }
    let stale = random.below(10) == 0;
    let body = json!({"Operations": operations}).to_string();
    let path = format!("/Users/{id}");
    let reply = if stale {
        api.send_with(Method::PATCH, &path, &[("if-match", "W/\"9999\"")], Some(body)).await
    } else {
        api.send(Method::PATCH, &path, Some(body)).await
    };
    check_patch(reply, model, &id, new, refusal, stale);
    format!("patch {id}: {operations:?}")
}

fn check_patch(
    reply: Reply,
    model: &mut Model,
    id: &str,
    new: User,
    refusal: Option<(u16, &str)>,
    stale: bool,
) {
    if !model.users.contains_key(id) {
        reply.refused(404, "");
    } else if stale {
        reply.refused(412, "");
    } else if let Some((status, scim_type)) = refusal {
        reply.refused(status, scim_type);
    } else if model.user_name_is_taken(&new.user_name, id) {
        reply.refused(409, "uniqueness");
    } else {
        let user = model.users.get_mut(id).unwrap();
        user.become_this(new);
        assert_eq!(User::read(&reply.expect(200).body), *user);
    }
}

async fn create_group(api: &Api, model: &mut Model, random: &mut Random) -> String {
    let (display_name, members) = (name(random), model.some_members(random));
    let values: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
    let reply = api.post("/Groups", json!({"displayName": display_name, "members": values})).await;
    if model.group_name_is_taken(&display_name, "") {
        reply.refused(409, "uniqueness");
    } else {
        let reply = reply.expect(201);
        let known = members.iter().filter(|id| model.is_there(id)).cloned().collect();
        let group = Group { display_name: display_name.clone(), members: known, version: 1 };
        assert_eq!(Group::read(&reply.body), group);
        model.groups.insert(reply.id(), group);
    }
    format!("create group {display_name} of {members:?}")
}

async fn patch_group(api: &Api, model: &mut Model, random: &mut Random) -> String {
    let (id, members) = (model.some_group(random), model.some_members(random));
    let known: BTreeSet<String> = members.iter().filter(|id| model.is_there(id)).cloned().collect();
    let mut new = model.groups.get(&id).cloned().unwrap_or_default();
    let values: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
    let operation = match random.below(6) {
        0 | 1 => {
            new.members.extend(known);
            json!({"op": "Add", "path": "members", "value": values})
        }
        2 => {
            new.members.retain(|id| !members.contains(id));
            json!({"op": "Remove", "path": "members", "value": values})
        }
        3 => {
            new.members.remove(&members[0]);
            json!({"op": "remove", "path": format!("members[value eq \"{}\"]", members[0])})
        }
        4 => {
            new.members = known;
            json!({"op": "replace", "path": "members", "value": values})
        }
        _ => {
            new.display_name = name(random);
            json!({"op": "replace", "path": "displayName", "value": new.display_name})
        }
    };
    let reply = api.patch(&format!("/Groups/{id}"), json!([operation])).await;
    if !model.groups.contains_key(&id) {
        reply.refused(404, "");
    } else if model.group_name_is_taken(&new.display_name, &id) {
        reply.refused(409, "uniqueness");
    } else {
        reply.expect(204);
        let group = model.groups.get_mut(&id).unwrap();
        if new != *group {
            new.version += 1;
            *group = new;
        }
    }
    format!("patch group {id}: {operation}")
}

async fn delete(api: &Api, model: &mut Model, random: &mut Random) -> String {
    let (path, id, is_there) = if random.below(3) > 0 {
        let id = model.some_user(random);
        (format!("/Users/{id}"), id.clone(), model.users.remove(&id).is_some())
    } else {
        let id = model.some_group(random);
        (format!("/Groups/{id}"), id.clone(), model.groups.remove(&id).is_some())
    };
    let reply = api.delete(&path).await;
    if is_there {
        reply.expect(204);
        model.forget(&id);
        api.get(&path).await.refused(404, "");
    } else {
        reply.refused(404, "");
    }
    format!("delete {path}")
}
