use super::{MembershipChange, PatchRequest, Patched};
use crate::{Catalog, PasswordChange, ScimError, ScimType, resource};
use serde_json::{Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn patched(kind: &str, before: &Value, operations: &Value) -> Result<Patched, ScimError> {
    let catalog = Catalog::built_in();
    let resource_type = catalog.resource_type(kind).unwrap();
    let document = resource::parse(resource_type, before).unwrap().document;
    PatchRequest::parse(json!({ "Operations": operations }))?.apply(resource_type, &document)
}

/// A user after the operations, without what every user has.
fn user(before: &Value, operations: &Value) -> Result<Value, ScimError> {
    let mut before = before.clone();
    before["userName"] = "a".into();
    let mut document = patched("User", &before, operations)?.document;
    for name in ["schemas", "userName", "active"] {
        document.remove(name);
    }
    Ok(document.into())
}

fn refused(operations: &Value) -> Option<ScimType> {
    user(&json!({"title": "T", "emails": [{"value": "a@b", "type": "work"}]}), operations)
        .unwrap_err()
        .scim_type
}

#[test]
fn entras_default_shapes() {
    let after = user(
        &json!({"displayName": "old"}),
        &json!([
            {"op": "Add", "path": "nickName", "value": "Babs"},
            {"op": "Replace", "path": "displayName", "value": "Pvlo"},
            {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "x@y"},
            {"op": "Replace", "path": "name.givenName", "value": "G"},
            {"op": "Replace", "path": "externalId", "value": "E"},
            {"op": "Replace", "path": format!("{ENTERPRISE}:employeeNumber"), "value": "1"}
        ]),
    );
    let expected = json!({
        "externalId": "E", "name": {"givenName": "G"}, "displayName": "Pvlo", "nickName": "Babs",
        "emails": [{"value": "x@y", "type": "work"}], ENTERPRISE: {"employeeNumber": "1"}
    });
    assert_eq!(after, Ok(expected));
}

#[test]
fn active_comes_as_text_and_as_add() {
    for (op, value) in [("Replace", json!("False")), ("Add", json!(false)), ("replace", json!("false"))] {
        let after = patched(
            "User",
            &json!({"userName": "a"}),
            &json!([{"op": op, "path": "active", "value": value}]),
        );
        assert_eq!(after.unwrap().document["active"], false);
    }
}

#[test]
fn entras_flag_sends_dotted_keys_without_a_path() {
    let after = user(
        &json!({"name": {"formatted": "F"}}),
        &json!([{"op": "replace", "value": {
            "displayName": "B", "name.givenName": "K", "name.familyName": "U",
            "emails[type eq \"work\"].value": "x@y", "id": "other", "colour": "red",
            format!("{ENTERPRISE}:employeeNumber"): "A", ENTERPRISE: {"department": "D"}
        }}]),
    );
    let expected = json!({
        "name": {"formatted": "F", "familyName": "U", "givenName": "K"}, "displayName": "B",
        "emails": [{"value": "x@y", "type": "work"}], ENTERPRISE: {"employeeNumber": "A", "department": "D"}
    });
    assert_eq!(after, Ok(expected));
}

#[test]
fn a_filtered_path_makes_its_element_once_and_keeps_the_others() {
    let after = user(
        &json!({"addresses": [{"type": "home", "locality": "Ulm"}]}),
        &json!([
            {"op": "Add", "path": "addresses[type eq \"work\"].locality", "value": "Bonn"},
            {"op": "Add", "path": "addresses[type eq \"work\"].country", "value": "DE"},
            {"op": "Add", "path": "roles[primary eq \"True\"].value", "value": "Admin"},
            {"op": "Add", "path": "roles[primary eq \"True\"].display", "value": "An admin"}
        ]),
    );
    let expected = json!({
        "addresses": [{"type": "home", "locality": "Ulm"}, {"type": "work", "locality": "Bonn", "country": "DE"}],
        "roles": [{"primary": true, "value": "Admin", "display": "An admin"}]
    });
    assert_eq!(after, Ok(expected));
}

#[test]
fn a_manager_is_set_and_cleared_in_every_way() {
    let path = format!("{ENTERPRISE}:manager");
    for value in [json!("m"), json!([{"$ref": "x", "value": "m"}]), json!({"value": "m"})] {
        let after = user(&json!({}), &json!([{"op": "Add", "path": path, "value": value}])).unwrap();
        assert_eq!(after[ENTERPRISE]["manager"]["value"], "m");
    }
    let before = json!({ENTERPRISE: {"manager": {"value": "m"}}});
    for clear in [
        json!({"op": "replace", "path": path, "value": ""}),
        json!({"op": "replace", "path": path, "value": {"value": ""}}),
        json!({"op": "replace", "path": path, "value": null}),
        json!({"op": "remove", "path": path}),
        json!({"op": "replace", "value": {path.as_str(): ""}}),
    ] {
        assert_eq!(user(&before, &json!([clear])), Ok(json!({})), "{clear}");
    }
}

#[test]
fn null_and_the_empty_text_clear() {
    let before =
        json!({"title": "T", "name": {"givenName": "G", "familyName": "F"}, "emails": [{"value": "a"}]});
    for value in [json!(null), json!("")] {
        let after = user(
            &before,
            &json!([
                {"op": "replace", "path": "title", "value": value},
                {"op": "replace", "value": {"name": {"givenName": value}, "emails": value}}
            ]),
        );
        assert_eq!(after, Ok(json!({"name": {"familyName": "F"}})));
    }
}

#[test]
fn add_appends_and_hands_primary_over() {
    let after = user(
        &json!({"emails": [{"value": "a", "type": "work", "primary": true}]}),
        &json!([
            {"op": "add", "path": "emails", "value": [{"value": "b", "type": "home", "primary": true}]},
            {"op": "add", "path": "emails", "value": {"value": "b", "type": "home", "primary": true}}
        ]),
    );
    let expected = json!({"emails": [
        {"value": "a", "type": "work", "primary": false}, {"value": "b", "type": "home", "primary": true}
    ]});
    assert_eq!(after, Ok(expected));
}

#[test]
fn remove_takes_what_it_names() {
    let before = json!({"emails": [{"value": "a", "type": "work"}, {"value": "b", "type": "home"}]});
    let left = json!({"emails": [{"value": "b", "type": "home"}]});
    for operation in [
        json!({"op": "Remove", "path": "emails", "value": [{"value": "A"}]}),
        json!({"op": "remove", "path": "emails[type eq \"work\"]"}),
        json!({"op": "replace", "path": "emails", "value": [{"value": "b", "type": "home"}]}),
    ] {
        assert_eq!(user(&before, &json!([operation])), Ok(left.clone()), "{operation}");
    }
    let after = user(&before, &json!([{"op": "remove", "path": "emails[type eq \"work\"].type"}]));
    assert_eq!(after, Ok(json!({"emails": [{"value": "a"}, {"value": "b", "type": "home"}]})));
    assert_eq!(
        user(&before, &json!([{"op": "remove", "path": "emails[type eq \"fax\"]"}])),
        Ok(before.clone())
    );
    assert_eq!(user(&before, &json!([{"op": "remove", "path": "emails"}])), Ok(json!({})));
}

#[test]
fn replacing_a_selected_value_keeps_what_the_filter_says() {
    let after = user(
        &json!({"addresses": [{"type": "work", "locality": "Ulm", "country": "DE"}]}),
        &json!([{"op": "replace", "path": "addresses[type eq \"work\"]", "value": {"locality": "Bonn"}}]),
    );
    assert_eq!(after, Ok(json!({"addresses": [{"locality": "Bonn", "type": "work"}]})));
}

#[test]
fn each_error_is_told_apart() {
    assert_eq!(
        refused(&json!([{"op": "replace", "path": "colour", "value": "x"}])),
        Some(ScimType::InvalidPath)
    );
    assert_eq!(
        refused(&json!([{"op": "replace", "path": "emails[", "value": "x"}])),
        Some(ScimType::InvalidPath)
    );
    assert_eq!(refused(&json!([{"op": "remove"}])), Some(ScimType::NoTarget));
    let no_target = json!([{"op": "replace", "path": "emails[value co \"zz\"].type", "value": "x"}]);
    assert_eq!(refused(&no_target), Some(ScimType::NoTarget));
    assert_eq!(refused(&json!([{"op": "replace", "path": "id", "value": "x"}])), Some(ScimType::Mutability));
    assert_eq!(refused(&json!([{"op": "remove", "path": "userName"}])), Some(ScimType::Mutability));
    assert_eq!(
        refused(&json!([{"op": "replace", "path": "userName", "value": ""}])),
        Some(ScimType::InvalidValue)
    );
    assert_eq!(
        refused(&json!([{"op": "replace", "path": "active", "value": "no"}])),
        Some(ScimType::InvalidValue)
    );
    assert_eq!(refused(&json!([{"op": "move", "path": "title"}])), Some(ScimType::InvalidSyntax));
    assert_eq!(refused(&json!([])), Some(ScimType::InvalidSyntax));
    assert_eq!(refused(&json!([{"op": "add", "value": "x"}])), Some(ScimType::InvalidValue));
}

#[test]
fn what_changes_nothing_is_known() {
    let before = json!({"userName": "a", "title": "T", "emails": [{"type": "work", "value": "x"}]});
    for operation in [
        json!({"op": "replace", "path": "title", "value": "T"}),
        json!({"op": "add", "path": "emails", "value": [{"value": "x", "type": "work"}]}),
        json!({"op": "replace", "path": "active", "value": "True"}),
        json!({"op": "remove", "path": "nickName"}),
        json!({"op": "remove", "path": format!("{ENTERPRISE}:manager")}),
    ] {
        assert!(!patched("User", &before, &json!([operation])).unwrap().changed, "{operation}");
    }
    assert!(
        patched("User", &before, &json!([{"op": "replace", "path": "title", "value": "t"}])).unwrap().changed
    );
}

#[test]
fn members_are_deltas() {
    let changes = |operation: Value| {
        patched("Group", &json!({"displayName": "G"}), &json!([operation])).unwrap().members
    };
    let ids = |list: &[&str]| list.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let add = vec![MembershipChange::Add(ids(&["u1"]))];
    assert_eq!(
        changes(json!({"op": "Add", "path": "members", "value": [{"$ref": null, "value": "u1"}]})),
        add
    );
    assert_eq!(changes(json!({"op": "add", "path": "members", "value": "u1"})), add);
    assert_eq!(
        changes(json!({"op": "add", "value": {"members": [{"value": "u1", "displayName": "x"}]}})),
        add
    );
    let remove = vec![MembershipChange::Remove(ids(&["u1"]))];
    assert_eq!(
        changes(json!({"op": "Remove", "path": "members", "value": [{"$ref": null, "value": "u1"}]})),
        remove
    );
    assert_eq!(changes(json!({"op": "remove", "path": "members[value eq \"u1\"]"})), remove);
    assert_eq!(changes(json!({"op": "remove", "path": "members"})), [MembershipChange::Clear]);
    assert_eq!(
        changes(json!({"op": "replace", "path": "members", "value": null})),
        [MembershipChange::Clear]
    );
    assert_eq!(changes(json!({"op": "remove", "path": "members", "value": []})), []);
    let replace = [MembershipChange::Replace(ids(&["u1", "u2"]))];
    assert_eq!(
        changes(json!({"op": "replace", "path": "members", "value": ["u1", {"value": "u2"}]})),
        replace
    );
    assert!(matches!(
        changes(json!({"op": "remove", "path": "members[type eq \"Group\"]"})).as_slice(),
        [MembershipChange::RemoveWhere(_)]
    ));
}

#[test]
fn what_happens_to_a_password_is_known_beforehand() {
    let catalog = Catalog::with_password();
    let user = catalog.resource_type("User").unwrap();
    let change = |operations: Value| {
        let request = PatchRequest::parse(json!({ "Operations": operations })).unwrap();
        let patched =
            request.apply(user, &resource::parse(user, &json!({"userName": "a"})).unwrap().document);
        assert!(!patched.unwrap().document.contains_key("password"));
        request.password_change(user).unwrap()
    };
    let set = |text: &str| Some(PasswordChange::Set(text.into()));
    assert_eq!(change(json!([{"op": "replace", "path": "Password", "value": "a"}])), set("a"));
    assert_eq!(change(json!([{"op": "add", "value": {"title": "T", "password": "b"}}])), set("b"));
    assert_eq!(change(json!([{"op": "remove", "path": "password"}])), Some(PasswordChange::Clear));
    assert_eq!(change(json!([{"op": "add", "path": "title", "value": "T"}])), None);
}

#[test]
fn at_most_one_value_is_primary_whatever_is_asked() {
    let before = json!({"emails": [{"value": "a", "type": "work"}, {"value": "b", "type": "work"}, {"value": "c", "primary": true}]});
    for operation in [
        json!({"op": "replace", "path": "emails[type eq \"work\"].primary", "value": true}),
        json!({"op": "add", "path": "emails[type eq \"work\"]", "value": {"primary": true}}),
        json!({"op": "replace", "path": "emails.primary", "value": true}),
    ] {
        let emails = user(&before, &json!([operation])).unwrap()["emails"].clone();
        let primary: Vec<&Value> =
            emails.as_array().unwrap().iter().filter(|email| email["primary"] == true).collect();
        assert_eq!((primary.len(), &primary[0]["value"]), (1, &json!("a")), "{operation}");
    }
}

#[test]
fn values_that_become_the_same_are_one() {
    let before = json!({"emails": [{"value": "a", "type": "work"}, {"value": "a", "type": "home"}]});
    let after = user(&before, &json!([{"op": "remove", "path": "emails.type"}])).unwrap();
    assert_eq!(after["emails"], json!([{"value": "a"}]));
}

#[test]
fn a_list_does_not_grow_without_end() {
    let values = |from: usize, to: usize| {
        (from..to).map(|number| json!({"value": number.to_string()})).collect::<Vec<_>>()
    };
    let add = json!([{"op": "add", "path": "roles", "value": values(1000, 1001)}]);
    assert!(user(&json!({"roles": values(0, 1000)}), &add).unwrap_err().detail.contains("1000 values"));
    assert!(user(&json!({"roles": values(0, 999)}), &add).is_ok());
}
