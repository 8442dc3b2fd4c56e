//! axe-core, which finds what keeps people from using a page.

use super::driver::Browser;
use super::process::installed;
use serde_json::json;
use std::path::Path;

/// WCAG 2.2 up to AA, and what is good practice besides.
const TAGS: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const RUN: &str = "
    const [tags, done] = arguments;
    axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }).then(
        ({ violations }) => done(violations.flatMap(({ id, nodes }) => nodes.map(
            (node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary.replaceAll(/\\s+/g, ' ')}`))),
        (error) => done([`axe failed: ${error}`]));
";

impl Browser {
    /// What axe finds in the page, once it was brought in with [`Browser::bring_axe`].
    pub(super) async fn violations(&self) -> Vec<String> {
        let found = self.script_that_waits(RUN, &[json!(TAGS)]).await;
        serde_json::from_value(found).unwrap()
    }

    /// The page's own policy forbids it, the driver's does not.
    pub(super) async fn bring_axe(&self) {
        self.script(&source(), &[]).await;
    }
}

fn source() -> String {
    let usual = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/browser/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(installed("MUSTER_TEST_AXE", Path::new(usual))).unwrap()
}
