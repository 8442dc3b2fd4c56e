//! Every page of the console, in one list.

/// A page, and how somebody gets there.
pub(super) struct Place {
    /// What the table calls it.
    pub(super) name: &'static str,
    /// `{…}` stands for what [`super::accessible`] made.
    pub(super) path: &'static str,
    /// What is done there: pressed, sent; a script.
    pub(super) then: &'static str,
    /// What is there when it is done; a selector.
    pub(super) until: &'static str,
}

const fn at(name: &'static str, path: &'static str) -> Place {
    Place { name, path, then: "", until: "main h1" }
}

const fn wrong(name: &'static str, path: &'static str, then: &'static str) -> Place {
    Place { name, path, then, until: ".error-summary" }
}

const fn until(name: &'static str, path: &'static str, then: &'static str, until: &'static str) -> Place {
    Place { name, path, then, until }
}

/// Sends the form whose address ends so, whatever its fields want.
macro_rules! send {
    ($form:literal) => {
        send!($form, "")
    };
    ($form:literal, $before:literal) => {
        concat!(
            "const form = document.querySelector('form[action$=\"",
            $form,
            "\"]'); form.noValidate = true; ",
            $before,
            " form.requestSubmit(form.querySelector('button:not([name], [type=button])'));"
        )
    };
}

const APP: &str = "/organization/settings/oauth/apps/{app}";
const CREDENTIALS: &str = "/organization/settings/oauth/apps/{app}/credentials";
const REHEARSAL: &str = "/organization/settings/oauth/apps/{app}/rehearsal";
const ADMINS: &str = "/organization/settings/admins";
const OPEN_FIRST: &str = "document.querySelector('.row-link').click();";

/// The pages of somebody who is signed in.
pub(super) const SIGNED_IN: &[Place] = &[
    at("home", "/organization"),
    at("applications", "/organization/settings/oauth/apps"),
    at("wizard: grant", "/organization/settings/oauth/apps/new"),
    at("wizard: grant, again", "/organization/settings/oauth/apps/new/{draft}/grant"),
    wrong(
        "wizard: grant, wrong",
        "/organization/settings/oauth/apps/new",
        send!("/new", "form.querySelector('[name=grant]').checked = false;"),
    ),
    at("wizard: name", "/organization/settings/oauth/apps/new/{draft}/name"),
    wrong("wizard: name, wrong", "/organization/settings/oauth/apps/new/{draft}/name", send!("/name")),
    at("wizard: scopes", "/organization/settings/oauth/apps/new/{draft}/scopes"),
    wrong(
        "wizard: scopes, wrong",
        "/organization/settings/oauth/apps/new/{named}/scopes",
        send!("/scopes", "for (const box of form.querySelectorAll('[name=scope]')) box.checked = false;"),
    ),
    until(
        "wizard: secret",
        "/organization/settings/oauth/apps/new/{made}/scopes",
        send!("/scopes"),
        "#client-secret",
    ),
    at("wizard: secret, gone", "/organization/settings/oauth/apps/new/{made}/secret"),
    at("application", APP),
    at("application, saved", "/organization/settings/oauth/apps/{app}?saved"),
    wrong(
        "application, wrong",
        APP,
        send!("/{app}", "form.elements.name.value = ''; form.elements.minutes.value = 'x';"),
    ),
    wrong(
        "application, scopes wrong",
        APP,
        send!("/scopes", "for (const box of form.querySelectorAll('[name=scope]')) box.checked = false;"),
    ),
    wrong(
        "application, not deleted",
        APP,
        send!("/delete", "form.querySelector('button').disabled = false;"),
    ),
    at("credentials", CREDENTIALS),
    until("credentials, new secret", CREDENTIALS, send!("/secrets"), "#made"),
    until("credentials, new token", CREDENTIALS, send!("/tokens"), "#made"),
    wrong("credentials, trust wrong", CREDENTIALS, send!("/trusts")),
    wrong(
        "credentials, token wrong",
        CREDENTIALS,
        send!("/tokens", "form.elements['token-days'].value = 'x';"),
    ),
    at("connect: Entra", "/organization/settings/oauth/apps/{app}/connect"),
    at("connect: Entra, older", "/organization/settings/oauth/apps/{app}/connect?client=entra-older"),
    at("connect: Graph", "/organization/settings/oauth/apps/{app}/connect?client=graph"),
    at("connect: Okta", "/organization/settings/oauth/apps/{app}/connect?client=okta"),
    at("connect: SailPoint", "/organization/settings/oauth/apps/{app}/connect?client=sailpoint"),
    at("connect: bearer", "/organization/settings/oauth/apps/{app}/connect?client=bearer"),
    at("rehearsal", REHEARSAL),
    until("rehearsal, good", REHEARSAL, send!("/rehearsal"), ".verdict-good"),
    until(
        "rehearsal, bad",
        REHEARSAL,
        send!("/rehearsal", "form.elements['client-secret'].value = 'wrong';"),
        ".verdict-bad",
    ),
    at("users", "/organization/directory/users"),
    at("users, found", "/organization/directory/users?q=a"),
    at("users, none found", "/organization/directory/users?q=nobody-at-all"),
    at("users, filter wrong", "/organization/directory/users?filter=active+eq"),
    at("user", "/organization/directory/users/{user}"),
    at("user, to disable", "/organization/directory/users/{user}/disable"),
    at("user, to delete", "/organization/directory/users/{user}/delete"),
    at("user, gone", "/organization/directory/users/{gone}"),
    at("groups", "/organization/directory/groups"),
    at("group", "/organization/directory/groups/{group}"),
    at("group, members", "/organization/directory/groups/{group}/members"),
    at("group, to delete", "/organization/directory/groups/{group}/delete"),
    at("log", "/organization/log"),
    at("log, failed", "/organization/log?failed=1"),
    at("log, none found", "/organization/log?q=nothing-at-all"),
    until("log entry", "/organization/log?kind=changes", OPEN_FIRST, ".crumbs"),
    until("log entry, failed", "/organization/log?failed=1", OPEN_FIRST, ".crumbs"),
    at("admins", ADMINS),
    wrong("admins, wrong", ADMINS, send!("/admins")),
    until("admins, invited", ADMINS, send!("/admins", "form.elements.note.value = 'Grace';"), "#link"),
    at("account", "/account"),
    wrong("account, wrong", "/account", send!("/password")),
    at("one plain page", "/applications/oauth"),
    wrong("one plain page, wrong", "/applications/oauth", send!("/applications/oauth")),
    until(
        "one plain page, made",
        "/applications/oauth",
        send!("/applications/oauth", "form.elements.name.value = 'Plain';"),
        "#client-secret",
    ),
    at("nothing there", "/organization/nothing"),
    until(
        "stale form",
        "/account",
        send!("/password", "form.elements.form_token.value = 'old';"),
        ".panel form",
    ),
];

/// The pages of everybody; the session has ended.
pub(super) const SIGNED_OUT: &[Place] = &[
    at("sign in", "/login"),
    wrong(
        "sign in, wrong",
        "/login",
        send!("/login", "form.elements.name.value = 'nobody'; form.elements.password.value = 'nothing';"),
    ),
    at("sign in, to go on", "/login?back=/organization/log"),
    at("invitation", "{invitation}"),
    wrong("invitation, wrong", "{invitation}", send!("/welcome")),
    at("link is gone", "/welcome?token=gone"),
];
