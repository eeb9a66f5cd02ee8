//! Context of the controls: the service, and the parts of a sandbox that they act on.

use crate::business_clock::BusinessClock;
use crate::http::in_process::InProcess;
use crate::kit_keys::KitKeys;
use crate::reload::Reloadable;
use crate::running_kit::KitSource;
use crate::sandbox_state::SandboxFolder;
use crate::service::Service;
use std::sync::Arc;

/// The parts of a sandbox next to its service.
pub(crate) struct SandboxParts {
    /// The business clock.
    pub(crate) clock: Arc<BusinessClock>,
    /// The configuration file. `None` in a service that was made without one.
    pub(crate) reloadable: Option<Arc<dyn Reloadable>>,
    /// The sandbox's folder. Without one, a sandbox has no reset and no snapshots.
    pub(crate) folder: Option<SandboxFolder>,
    /// The private keys of the sandbox's callers.
    pub(crate) kit_keys: KitKeys,
    /// The kit. `None` in a service that was made without one.
    pub(crate) kit: Option<Arc<dyn KitSource>>,
}

/// The service and the parts of its sandbox, as a control gets them.
#[derive(Clone)]
pub(in crate::http) struct Controls {
    pub(super) service: Arc<Service>,
    pub(super) clock: Arc<BusinessClock>,
    pub(super) reloadable: Option<Arc<dyn Reloadable>>,
    pub(super) folder: Option<SandboxFolder>,
    pub(super) kit_keys: KitKeys,
    pub(super) kit: Option<Arc<dyn KitSource>>,
    /// The API, for requests of the sandbox's callers. `None` in a service that is no sandbox.
    pub(super) api: Option<InProcess>,
}
