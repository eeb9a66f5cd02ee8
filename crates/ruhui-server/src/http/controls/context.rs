//! The service and the clock that the controls act on.

use crate::env::OffsetClock;
use crate::service::Service;
use std::sync::Arc;

/// The context of a control: the service and its business clock.
#[derive(Clone)]
pub(in crate::http) struct Controls {
    pub(super) service: Arc<Service>,
    pub(super) clock: Arc<OffsetClock>,
}
