//! Context of the controls: the service and the clock that they act on.

use crate::env::OffsetClock;
use crate::service::Service;
use std::sync::Arc;

/// The service and its business clock, as a control gets them.
#[derive(Clone)]
pub(in crate::http) struct Controls {
    pub(super) service: Arc<Service>,
    pub(super) clock: Arc<OffsetClock>,
}
