//! In which order the operations of a bulk request are done: as they stand, but each behind those that make what it
//! refers to. Where resources refer to each other in a circle, one is made without its references first and completed
//! when the others are there (RFC 7644 §3.7.1).

use super::request::{BulkOperation, Method};
use std::collections::{BTreeSet, HashMap, HashSet};

/// What is done with the operation of this number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Run(usize),
    /// Make the resource without the references that are not known yet.
    Begin(usize),
    /// Put them in.
    Complete(usize),
    /// It refers to something that no operation makes.
    Refuse(usize),
}

pub(super) fn plan(operations: &[BulkOperation]) -> Vec<Step> {
    let makers: HashMap<&str, usize> = operations
        .iter()
        .enumerate()
        .filter(|(_, operation)| operation.method == Method::Post)
        .filter_map(|(number, operation)| Some((operation.bulk_id.as_deref()?, number)))
        .collect();
    let needs: Vec<Option<BTreeSet<usize>>> = operations
        .iter()
        .map(|operation| operation.needs.iter().map(|id| makers.get(id.as_str()).copied()).collect())
        .collect();
    let mut steps = Vec::with_capacity(operations.len());
    let mut waiting: Vec<usize> = (0..operations.len()).collect();
    let mut made: HashSet<usize> = HashSet::new();
    let mut begun: Vec<usize> = Vec::new();
    while !waiting.is_empty() {
        let before = waiting.len();
        waiting.retain(|number| {
            let step = match &needs[*number] {
                None => Step::Refuse(*number),
                Some(needed) if needed.iter().all(|needed| made.contains(needed)) => Step::Run(*number),
                Some(_) => return true,
            };
            steps.push(step);
            made.insert(*number);
            false
        });
        begun.retain(|number| {
            let complete = needs[*number].iter().flatten().all(|needed| made.contains(needed));
            if complete {
                steps.push(Step::Complete(*number));
            }
            !complete
        });
        if waiting.len() == before {
            break_circle(operations, &mut waiting, &mut steps, &mut made, &mut begun);
        }
    }
    steps
}

/// A POST can be begun; that nothing but other kinds waits cannot be, for those wait for POSTs.
fn break_circle(
    operations: &[BulkOperation],
    waiting: &mut Vec<usize>,
    steps: &mut Vec<Step>,
    made: &mut HashSet<usize>,
    begun: &mut Vec<usize>,
) {
    let at = waiting.iter().position(|number| operations[*number].method == Method::Post).unwrap_or(0);
    let number = waiting.remove(at);
    steps.push(Step::Begin(number));
    made.insert(number);
    begun.push(number);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn steps(operations: &[(Method, &str, &[&str])]) -> Vec<Step> {
        let operations: Vec<BulkOperation> = operations
            .iter()
            .map(|(method, bulk_id, needs)| BulkOperation {
                method: *method,
                bulk_id: (!bulk_id.is_empty()).then(|| (*bulk_id).to_owned()),
                path: "/Users".into(),
                data: Value::Null,
                version: None,
                needs: needs.iter().map(|id| (*id).to_owned()).collect(),
            })
            .collect();
        plan(&operations)
    }

    #[test]
    fn operations_come_in_order_but_behind_what_they_need() {
        use Method::{Delete, Patch, Post};
        use Step::{Begin, Complete, Refuse, Run};
        assert_eq!(
            steps(&[(Post, "a", &[]), (Delete, "", &[]), (Post, "b", &["a"])]),
            [Run(0), Run(1), Run(2)]
        );
        assert_eq!(
            steps(&[(Post, "g", &["u"]), (Patch, "", &["g"]), (Post, "u", &[])]),
            [Run(2), Run(0), Run(1)]
        );
        assert_eq!(steps(&[(Post, "a", &["nobody"]), (Post, "b", &[])]), [Refuse(0), Run(1)]);
        assert_eq!(
            steps(&[(Post, "a", &["b"]), (Post, "b", &["a"]), (Patch, "", &["a"])]),
            [Begin(0), Run(1), Run(2), Complete(0)]
        );
        assert_eq!(steps(&[(Post, "a", &["a"])]), [Begin(0), Complete(0)]);
    }
}
