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
    let mut work =
        Work { operations, needs: &needs, steps: Vec::new(), made: HashSet::new(), begun: Vec::new() };
    let mut waiting: Vec<usize> = (0..operations.len()).collect();
    while !waiting.is_empty() || !work.begun.is_empty() {
        work.complete();
        let before = waiting.len();
        waiting.retain(|number| !work.runs(*number));
        if !waiting.is_empty() && waiting.len() == before {
            work.begin_one(&mut waiting);
        }
    }
    work.steps
}

struct Work<'o> {
    operations: &'o [BulkOperation],
    /// Which operations make what each refers to; `None` where one of these is made by none.
    needs: &'o [Option<BTreeSet<usize>>],
    steps: Vec<Step>,
    made: HashSet<usize>,
    begun: Vec<usize>,
}

impl Work<'_> {
    /// Completes what was begun and has all that it refers to.
    fn complete(&mut self) {
        let (needs, made, steps) = (self.needs, &self.made, &mut self.steps);
        self.begun.retain(|number| {
            let complete = needs[*number].iter().flatten().all(|needed| made.contains(needed));
            if complete {
                steps.push(Step::Complete(*number));
            }
            !complete
        });
    }

    /// Plans the operation when it can be done now.
    fn runs(&mut self, number: usize) -> bool {
        let step = match &self.needs[number] {
            None => Step::Refuse(number),
            Some(needed) if needed.iter().all(|needed| self.is_there(*needed, number)) => Step::Run(number),
            Some(_) => return false,
        };
        self.steps.push(step);
        self.made.insert(number);
        true
    }

    /// Whether what an operation needs is there for it. A resource may refer to one that is only begun; what changes one
    /// waits until it is complete, for completing it would undo the change.
    fn is_there(&self, needed: usize, for_operation: usize) -> bool {
        let makes = self.operations[for_operation].method == Method::Post;
        self.made.contains(&needed) && (makes || !self.begun.contains(&needed))
    }

    /// Breaks a circle: a POST can be begun. Where nothing can run, one waits, for all others wait for POSTs.
    fn begin_one(&mut self, waiting: &mut Vec<usize>) {
        let is_post = |number: &usize| self.operations[*number].method == Method::Post;
        if let Some(at) = waiting.iter().position(is_post) {
            let number = waiting.remove(at);
            self.steps.push(Step::Begin(number));
            self.made.insert(number);
            self.begun.push(number);
        }
    }
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
            [Begin(0), Run(1), Complete(0), Run(2)]
        );
        assert_eq!(steps(&[(Post, "a", &["a"])]), [Begin(0), Complete(0)]);
    }
}
