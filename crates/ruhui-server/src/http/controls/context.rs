//! Context of the controls: the service, the clock and the folder that they act on.

use crate::env::OffsetClock;
use crate::sandbox_state::SandboxFolder;
use crate::service::Service;
use std::sync::Arc;

/// The service, its business clock and the sandbox's folder, as a control gets them.
#[derive(Clone)]
pub(in crate::http) struct Controls {
    pub(super) service: Arc<Service>,
    pub(super) clock: Arc<OffsetClock>,
    /// The sandbox's folder. Tests without files have none.
    pub(super) folder: Option<SandboxFolder>,
}
