//! Small pictures of one family: 20 × 20, drawn with a line in the colour of the text around them.

/// The icon of this name, or nothing. It says nothing to a screen reader: words stand beside it.
pub(crate) fn icon(name: &str) -> &'static str {
    match name {
        "logo" => LOGO,
        "home" => HOME,
        "key" => KEY,
        "app" => APP,
        "users" => USERS,
        "group" => GROUP,
        "log" => LOG,
        "admins" => ADMINS,
        "account" => ACCOUNT,
        "check" => CHECK,
        "cross" => CROSS,
        "warn" => WARN,
        "info" => INFO,
        "copy" => COPY,
        "arrow" => ARROW,
        "clock" => CLOCK,
        "play" => PLAY,
        "shield" => SHIELD,
        "search" => SEARCH,
        "download" => DOWNLOAD,
        "logout" => LOGOUT,
        "plus" => PLUS,
        "building" => BUILDING,
        _ => "",
    }
}

/// Somebody is here, and the next one is called.
const LOGO: &str = concat!(
    r#"<svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">"#,
    r#"<rect class="tile" width="32" height="32" rx="8"/><circle class="roll" cx="6.4" cy="21.4" r="2.6"/>"#,
    r#"<circle class="roll" cx="25.6" cy="21.4" r="2.6" opacity=".55"/>"#,
    r#"<path class="tick" d="m11 16.4 4.8 5.2L23.2 8" fill="none" stroke-width="3.6" "#,
    r#"stroke-linecap="round" stroke-linejoin="round"/></svg>"#
);

macro_rules! line {
    ($shapes:literal) => {
        concat!(
            r#"<svg class="icon" viewBox="0 0 20 20" width="20" height="20" fill="none" stroke="currentColor" "#,
            r#"stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" "#,
            r#"focusable="false">"#,
            $shapes,
            "</svg>"
        )
    };
}

const HOME: &str = line!(r#"<path d="M3.5 9 10 3.5 16.5 9v7.5h-4.25V12h-4.5v4.5H3.5Z"/>"#);
const KEY: &str = line!(r#"<circle cx="7" cy="13" r="3.5"/><path d="M9.5 10.5 16.5 3.5M13.5 6.5 16 9"/>"#);
const APP: &str = line!(
    r#"<rect x="3" y="3.5" width="14" height="13" rx="2"/><path d="M3 7.5h14M5.6 5.5h.01M8 5.5h.01"/>"#
);
const USERS: &str =
    line!(r#"<circle cx="10" cy="6.5" r="3"/><path d="M4 16.5c.4-3.2 2.8-5 6-5s5.6 1.8 6 5"/>"#);
const GROUP: &str = line!(
    r#"<circle cx="7.5" cy="7" r="2.75"/><path d="M2.5 16c.3-2.8 2.2-4.5 5-4.5s4.7 1.7 5 4.5M12.5 4.6a2.75 2.75 0 0 1 0 4.9M14.5 11.9c1.7.6 2.8 2 3 4.1"/>"#
);
const LOG: &str = line!(r#"<path d="M7.5 5h9M7.5 10h9M7.5 15h9M3.5 5h.01M3.5 10h.01M3.5 15h.01"/>"#);
const ADMINS: &str = line!(
    r#"<circle cx="8" cy="6.5" r="3"/><path d="M2.5 16.5c.4-3.2 2.4-5 5.5-5 .7 0 1.4.1 2 .3M11.5 14.5l2 2 4-4.5"/>"#
);
const ACCOUNT: &str = line!(
    r#"<circle cx="10" cy="10" r="7"/><circle cx="10" cy="8.3" r="2.3"/><path d="M5.5 15.3c.7-1.9 2.4-2.8 4.5-2.8s3.8.9 4.5 2.8"/>"#
);
const CHECK: &str = line!(r#"<path d="m4.5 10.5 3.5 3.5 7.5-8"/>"#);
const CROSS: &str = line!(r#"<path d="m5.5 5.5 9 9m0-9-9 9"/>"#);
const WARN: &str = line!(r#"<path d="M10 3.5 2.8 16h14.4L10 3.5ZM10 8.3v3.5M10 13.8v.01"/>"#);
const INFO: &str = line!(r#"<circle cx="10" cy="10" r="7"/><path d="M10 9.5v4M10 6.6v.01"/>"#);
const COPY: &str = line!(
    r#"<rect x="7" y="7" width="9.5" height="9.5" rx="1.8"/><path d="M4.8 13h-.3a1 1 0 0 1-1-1V4.5a1 1 0 0 1 1-1H12a1 1 0 0 1 1 1v.3"/>"#
);
const ARROW: &str = line!(r#"<path d="M4 10h12M11.5 5.5 16 10l-4.5 4.5"/>"#);
const CLOCK: &str = line!(r#"<circle cx="10" cy="10" r="7"/><path d="M10 5.8V10l2.8 1.8"/>"#);
const PLAY: &str = line!(r#"<path d="M6.5 4.2v11.6l9-5.8Z"/>"#);
const SHIELD: &str = line!(
    r#"<path d="M10 2.8 4 5v4.8c0 3.5 2.4 6.2 6 7.4 3.6-1.2 6-3.9 6-7.4V5Z"/><path d="m7.5 10 1.8 1.8 3.3-3.6"/>"#
);
const SEARCH: &str = line!(r#"<circle cx="9" cy="9" r="5.5"/><path d="m13.2 13.2 3.3 3.3"/>"#);
const DOWNLOAD: &str = line!(r#"<path d="M10 3.5v9M6.3 9 10 12.7 13.7 9M3.5 16.5h13"/>"#);
const LOGOUT: &str = line!(r#"<path d="M8 3.5H4.5v13H8M8.5 10h8M13 6.5l3.5 3.5-3.5 3.5"/>"#);
const PLUS: &str = line!(r#"<path d="M10 4v12M4 10h12"/>"#);
const BUILDING: &str = line!(
    r#"<path d="M4.5 17V4.5a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1V17M12.5 9h2a1 1 0 0 1 1 1v7M2.5 17h15M7 7h3M7 10h3M7 13h3"/>"#
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_is_whole_and_silent() {
        for name in [
            "logo", "home", "key", "app", "users", "group", "log", "admins", "account", "check", "cross",
            "warn", "info", "copy", "arrow", "clock", "play", "shield", "search", "download", "logout",
            "plus", "building",
        ] {
            let svg = icon(name);
            assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"), "{name}");
            assert!(svg.contains("aria-hidden=\"true\"") && !svg.contains("style="), "{name}");
        }
        assert_eq!(icon("none of them"), "");
    }
}
