//! Reads on the caller's own thread, for work of microseconds: handing such work to another thread costs several times
//! the work itself. SQLite only: its readers wait for nobody.

use super::sqlite;
use crate::{Connection, StoreError, WorkError};
use std::cell::RefCell;
use std::path::Path;

/// A thread keeps connections to so many stores; a server has one.
const MOST_KEPT: usize = 2;

thread_local! {
    /// By the store's number, the newest last.
    static KEPT: RefCell<Vec<(u64, Connection)>> = const { RefCell::new(Vec::new()) };
}

/// Reads in a transaction of its own, on a connection that belongs to this thread.
pub(crate) fn read<T, E: WorkError>(
    store: u64,
    path: &Path,
    work: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    // Taken out while it is used: a panic in the work drops it.
    let kept = KEPT.with_borrow_mut(|kept| {
        let position = kept.iter().position(|(number, _)| *number == store)?;
        Some(kept.remove(position).1)
    });
    let mut connection = match kept {
        Some(connection) => connection,
        None => sqlite::connect_reader(path).map_err(|error| StoreError::Unavailable(Box::new(error)))?,
    };
    sqlite::begin(&mut connection).map_err(|error| StoreError::Unavailable(Box::new(error)))?;
    let result = work(&mut connection);
    if sqlite::commit(&mut connection).is_ok() {
        KEPT.with_borrow_mut(|kept| {
            kept.push((store, connection));
            if kept.len() > MOST_KEPT {
                kept.remove(0);
            }
        });
    }
    result
}
