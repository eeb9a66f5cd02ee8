//! A store that fails on purpose: the error takes the way of every error of the store, to the log and to the caller.

use crate::faults::{FaultTime, Plan};
use crate::store::StoreError;
use ruhui_core::bilingual::Bilingual;

/// Fails as the store would at this moment of a commit, if the plan has this fault.
///
/// # Errors
///
/// [`StoreError::Unavailable`], whose text names the rule.
pub(super) fn check(plan: Option<&Plan>, time: FaultTime) -> Result<(), StoreError> {
    if plan.and_then(Plan::store_failure) == Some(time) { fail(plan, time) } else { Ok(()) }
}

/// Fails as the store would when it is read, if the plan has this fault at any moment: a read has no commit.
///
/// # Errors
///
/// [`StoreError::Unavailable`], as [`check`] returns it.
pub(super) fn check_read(plan: Option<&Plan>) -> Result<(), StoreError> {
    match plan.and_then(Plan::store_failure) {
        Some(time) => fail(plan, time),
        None => Ok(()),
    }
}

fn fail(plan: Option<&Plan>, time: FaultTime) -> Result<(), StoreError> {
    let Some(fault) = plan.and_then(|plan| plan.fault.as_ref()) else { return Ok(()) };
    let (rule, name) = (&fault.id, fault.kind().as_str());
    let (en, zh) = match time {
        FaultTime::Before => ("nothing was written", "未写入任何数据"),
        FaultTime::After => ("the data was written, and the result is lost", "数据已写入，但结果丢失"),
    };
    let why = Bilingual::new(
        format!("the rule {rule} plays the fault {name}; {en}"),
        format!("规则 {rule} 触发了故障 {name}；{zh}"),
    );
    Err(StoreError::Unavailable { place: name.to_owned(), why })
}
