//! chromedriver, which starts and ends Chromium.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running chromedriver; it and its browsers end with this value.
pub(super) struct Driver {
    child: Child,
    /// Such as `http://127.0.0.1:41234`.
    pub(super) base: String,
}

impl Driver {
    /// chromedriver takes a free port of IPv4 and wants the same of IPv6, which somebody may have: then it ends at once, and there
    /// is nothing to be done but to start another.
    pub(super) fn start() -> Self {
        const ATTEMPTS: usize = 10;
        let started = (0..ATTEMPTS).find_map(|_| Self::attempt());
        started.expect("chromedriver ends without naming a port")
    }

    fn attempt() -> Option<Self> {
        let program = installed("MUSTER_TEST_CHROMEDRIVER", Path::new("/usr/bin/chromedriver"));
        let mut child = Command::new(&program)
            .args(["--port=0", "--log-level=SEVERE"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // Its own group, so that what it started can be ended with it.
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}", program.display()));
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let port = lines.find_map(|line| {
            line.split_once("started successfully on port ")
                .map(|(_, port)| port.trim_end_matches('.').to_owned())
        });
        let Some(port) = port else {
            let _ = child.wait();
            return None;
        };
        // Nothing may block on a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self { child, base: format!("http://127.0.0.1:{port}") })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.child.wait();
    }
}

/// The file that the variable names, or the usual one. A test without a browser fails: one that is left out unseen would
/// say that all is well.
pub(super) fn installed(variable: &str, usual: &Path) -> PathBuf {
    let path = std::env::var_os(variable).map_or_else(|| usual.to_owned(), PathBuf::from);
    assert!(
        path.is_file(),
        "{} is not there: run `cargo xtask test`, which installs what the tests of the console need, or set {variable}",
        path.display()
    );
    path
}
