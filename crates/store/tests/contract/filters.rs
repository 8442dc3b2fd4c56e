//! Conditions mean the same on both databases.

use crate::database::{TestDatabase, on_both_databases};
use crate::resources::{NOW, new};
use muster_store::resources::{self, Condition, MembershipField, Operand, Operator, Query, Target};
use muster_store::{StoreError, Timestamp, memberships, organizations};
use serde_json::json;

on_both_databases!(every_condition_finds_what_it_says);

fn document(path: &[&str]) -> Target {
    Target::Document(path.iter().map(ToString::to_string).collect())
}

fn element(path: &[&str]) -> Target {
    Target::Element(path.iter().map(ToString::to_string).collect())
}

fn compare(target: Target, operator: Operator, operand: Operand) -> Condition {
    Condition::Compare { target, operator, operand }
}

fn text(text: &str) -> Operand {
    Operand::Text(text.to_owned())
}

fn any(path: &str, condition: Condition) -> Condition {
    Condition::Any { path: vec![path.to_owned()], condition: Box::new(condition) }
}

const URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn every_condition_finds_what_it_says(database: &TestDatabase) {
    use Operator::{
        Contains, EndsWith, Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual, StartsWith,
    };
    let store = database.open();
    let organization = store
        .write_blocking::<_, StoreError, _>(|c| {
            let key = organizations::create(c, "o", "o", NOW)?.key;
            let people = [
                ("ada", json!({"active": true, "title": "50% \"lead\" 'x' \\ _", "age": 36, "weight": 1.5,
                    "name": {"familyName": "lovelace"}, "emails": [{"type": "work", "value": "ada@x"}, {"type": "home", "value": "a@y"}],
                    "tags": ["one", "two"], URN: {"department": "Ünï"}})),
                ("bob", json!({"active": false, "title": "zeta", "age": 7, "weight": 2,
                    "emails": [{"type": "home", "value": "ada@x", "primary": true}], "tags": []})),
                ("cleo", json!({})),
            ];
            for (id, search) in people {
                resources::create(c, &new(key, "User", id, search), None)?;
            }
            let group = resources::create(c, &new(key, "Group", "team", json!({})), None)?;
            memberships::add(c, key, group.key, &["ada".into(), "cleo".into()])?;
            let all = resources::create(c, &new(key, "Group", "all", json!({})), None)?;
            let circle = resources::create(c, &new(key, "Group", "circle", json!({})), None)?;
            memberships::add(c, key, all.key, &["team".into(), "circle".into(), "bob".into()])?;
            memberships::add(c, key, circle.key, &["all".into(), "bob".into()])?;
            Ok(key)
        })
        .unwrap();
    let find_of = |resource_type: &'static str, condition: Condition| {
        let query = Query::of_type(organization, resource_type, Some(condition), 10);
        let page = store.read_blocking(move |c| resources::list(c, &query)).unwrap();
        let counted = store
            .read_blocking({
                let query = Query::of_type(organization, resource_type, None, 0);
                move |c| resources::list(c, &query)
            })
            .unwrap();
        assert!(page.total.unwrap() <= counted.total.unwrap());
        page.resources.into_iter().map(|resource| resource.id).collect::<Vec<_>>().join(" ")
    };
    let find = |condition| find_of("User", condition);

    // Columns and their indexes.
    assert_eq!(find(compare(Target::Id, Equal, text("bob"))), "bob");
    assert_eq!(find(compare(Target::UniqueKey, Equal, text("ada"))), "ada");
    assert_eq!(find(compare(Target::ExternalId, Equal, text("ext-cleo"))), "cleo");
    assert_eq!(find(compare(Target::Indexed("emails.value".into()), Equal, text("bob@example.com"))), "bob");
    assert_eq!(find(compare(Target::Indexed("other".into()), Equal, text("bob@example.com"))), "");
    let before = Operand::Integer(NOW.micros() - 1);
    assert_eq!(find(compare(Target::CreatedAt, Greater, before.clone())), "ada bob cleo");
    assert_eq!(find(compare(Target::ModifiedAt, LessOrEqual, before)), "");
    assert_eq!(find(compare(Target::Version, Equal, Operand::Integer(1))), "ada bob cleo");

    // Values of the document, by type.
    assert_eq!(find(compare(document(&["active"]), Equal, Operand::Boolean(true))), "ada");
    assert_eq!(find(compare(document(&["active"]), Equal, Operand::Boolean(false))), "bob");
    assert_eq!(find(compare(document(&["name", "familyName"]), Equal, text("lovelace"))), "ada");
    assert_eq!(find(compare(document(&[URN, "department"]), Equal, text("Ünï"))), "ada");
    assert_eq!(find(compare(document(&["age"]), Greater, Operand::Integer(7))), "ada");
    assert_eq!(find(compare(document(&["age"]), GreaterOrEqual, Operand::Integer(7))), "ada bob");
    assert_eq!(find(compare(document(&["weight"]), Less, Operand::Decimal(1.75))), "ada");
    assert_eq!(find(compare(document(&["weight"]), Equal, Operand::Decimal(2.0))), "bob");
    // By code point: "5" < "z", and an upper-case letter before all lower-case ones.
    assert_eq!(find(compare(document(&["title"]), Less, text("a"))), "ada");
    assert_eq!(find(compare(document(&["title"]), Greater, text("Z"))), "bob");

    // Substrings; nothing is a wildcard.
    assert_eq!(find(compare(document(&["title"]), Contains, text("% \"lead\" 'x' \\ _"))), "ada");
    assert_eq!(find(compare(document(&["title"]), Contains, text("z%a"))), "");
    assert_eq!(find(compare(document(&["title"]), Contains, text("LEAD"))), "");
    assert_eq!(find(compare(document(&["title"]), StartsWith, text("50%"))), "ada");
    assert_eq!(find(compare(document(&["title"]), StartsWith, text("0%"))), "");
    assert_eq!(find(compare(document(&["title"]), EndsWith, text("eta"))), "bob");
    assert_eq!(find(compare(document(&["title"]), EndsWith, text("much longer than zeta"))), "");
    assert_eq!(find(compare(document(&[URN, "department"]), EndsWith, text("ï"))), "ada");

    // Nothing is not equal to anything, and a negation has two answers, not three.
    assert_eq!(find(compare(document(&["title"]), NotEqual, text("zeta"))), "ada cleo");
    assert_eq!(
        find(Condition::Not(Box::new(compare(document(&["title"]), Equal, text("zeta"))))),
        "ada cleo"
    );
    let sure = Condition::Not(Box::new(Condition::Not(Box::new(compare(
        document(&["title"]),
        Contains,
        text("e"),
    )))));
    assert_eq!(find(sure), "ada bob");
    assert_eq!(find(Condition::Present(document(&["title"]))), "ada bob");
    assert_eq!(find(Condition::Not(Box::new(Condition::Present(document(&["title"]))))), "cleo");
    assert_eq!(find(Condition::Present(Target::UniqueKey)), "ada bob cleo");

    // Elements: both terms must hold for the same one.
    let work = compare(element(&["type"]), Equal, text("work"));
    let address = compare(element(&["value"]), Equal, text("ada@x"));
    assert_eq!(find(any("emails", address.clone())), "ada bob");
    assert_eq!(find(any("emails", Condition::And(vec![work, address]))), "ada");
    assert_eq!(find(any("emails", compare(element(&["primary"]), Equal, Operand::Boolean(true)))), "bob");
    assert_eq!(find(any("emails", Condition::Present(element(&["type"])))), "ada bob");
    assert_eq!(find(any("tags", compare(element(&[]), Equal, text("two")))), "ada");
    assert_eq!(find(any("name", compare(element(&[]), Equal, text("two")))), "");

    // Memberships, from both sides; both terms must hold for the same one.
    let related = |field, operator, operand| compare(Target::Related(field), operator, operand);
    let id = |id: &str| related(MembershipField::Id, Equal, text(id));
    let group = |direct: Condition, indirect: Condition| Condition::Group {
        direct: Box::new(direct),
        indirect: Box::new(indirect),
    };
    let direct = |condition| group(condition, Condition::Never);
    let indirect = |condition| group(Condition::Never, condition);
    let member = |condition| Condition::Member(Box::new(condition));
    assert_eq!(find(direct(id("team"))), "ada cleo");
    assert_eq!(find(direct(related(MembershipField::Display, StartsWith, text("te")))), "ada cleo");
    assert_eq!(find(direct(Condition::And(vec![]))), "ada bob cleo");
    assert_eq!(find_of("Group", member(id("ada"))), "team");
    assert_eq!(find_of("Group", member(id("bob"))), "all circle");
    assert_eq!(
        find_of("Group", member(related(MembershipField::ResourceType, Equal, text("User")))),
        "team all circle"
    );
    let one = Condition::And(vec![id("bob"), related(MembershipField::ResourceType, Equal, text("Group"))]);
    assert_eq!(find_of("Group", member(one)), "");
    assert_eq!(find_of("Group", member(Condition::Not(Box::new(id("bob"))))), "team all circle");

    // Through other groups: "all" has "team" and "circle", and "circle" has "all" again. Who is a direct member is not
    // also an indirect one.
    assert_eq!(find(indirect(id("team"))), "");
    assert_eq!(find(indirect(id("all"))), "ada cleo");
    assert_eq!(find(direct(id("all"))), "bob");
    assert_eq!(find(group(id("all"), id("all"))), "ada bob cleo");
    assert_eq!(find(indirect(id("circle"))), "ada cleo");
    assert_eq!(find(Condition::Not(Box::new(group(id("all"), id("all"))))), "");

    // Together.
    let ada = compare(Target::Id, Equal, text("ada"));
    let cleo = compare(Target::Id, Equal, text("cleo"));
    assert_eq!(find(Condition::Or(vec![ada.clone(), cleo.clone()])), "ada cleo");
    assert_eq!(find(Condition::And(vec![ada, cleo])), "");
    assert_eq!(find(Condition::And(vec![])), "ada bob cleo");
    assert_eq!(find(Condition::Or(vec![])), "");
    assert_eq!(find(Condition::Never), "");
    let _ = Timestamp::now();
}
