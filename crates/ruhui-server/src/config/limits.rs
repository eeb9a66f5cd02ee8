//! The quotas in `[service]`: connections and unsigned bytes, in total and per address.

use super::source::Source;
use super::{ConfigError, ServiceConfig};
use crate::http::Limits;
use ruhui_core::bilingual::Bilingual;
use std::num::NonZeroU32;
use toml::Spanned;

/// Smallest memory limit: one upload and one picture being sent need no more.
const SMALLEST_MIB: u32 = 8;

/// Default divisor: one address may have this part of the connections.
const CONNECTIONS_SHARE: usize = 10;

/// Default divisor: one address may have this part of the memory.
const UNSIGNED_SHARE: usize = 8;

impl ServiceConfig {
    /// The limits of the listeners.
    pub fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        if let Some(total) = number(&self.connections) {
            limits.connections = total;
            limits.connections_per_address = (total / CONNECTIONS_SHARE).max(1);
        }
        if let Some(share) = number(&self.connections_per_address) {
            limits.connections_per_address = share;
        }
        if let Some(total) = number(&self.unsigned_mib) {
            limits.unsigned_bytes = total << 20;
            limits.unsigned_bytes_per_address =
                (limits.unsigned_bytes / UNSIGNED_SHARE).max((SMALLEST_MIB as usize) << 20);
        }
        if let Some(share) = number(&self.unsigned_mib_per_address) {
            limits.unsigned_bytes_per_address = share << 20;
        }
        limits.trusted_proxies.clone_from(&self.trusted_proxies);
        limits
    }
}

fn number(setting: &Option<Spanned<NonZeroU32>>) -> Option<usize> {
    setting.as_ref().map(|setting| setting.get_ref().get() as usize)
}

/// Checks that every share is at most its total, and that the memory is enough for one request.
pub(super) fn check_limits(service: &ServiceConfig, source: Source<'_>) -> Result<(), ConfigError> {
    let mib = [
        ("service.unsigned_mib", &service.unsigned_mib),
        ("service.unsigned_mib_per_address", &service.unsigned_mib_per_address),
    ];
    for (key, setting) in mib {
        if let Some(setting) = setting
            && setting.get_ref().get() < SMALLEST_MIB
        {
            let what = Bilingual::new(
                format!("must be at least {SMALLEST_MIB} (MiB): one upload needs as much"),
                format!("不能小于 {SMALLEST_MIB}（MiB），单个上传请求需要这么多内存"),
            );
            return Err(source.fault(key, setting.span(), what));
        }
    }
    let limits = service.limits();
    let shares = [
        (
            "service.connections_per_address",
            &service.connections_per_address,
            "connections",
            limits.connections_per_address <= limits.connections,
        ),
        (
            "service.unsigned_mib_per_address",
            &service.unsigned_mib_per_address,
            "unsigned_mib",
            limits.unsigned_bytes_per_address <= limits.unsigned_bytes,
        ),
    ];
    for (key, share, total, fits) in shares {
        if let Some(share) = share
            && !fits
        {
            let what = Bilingual::new(
                format!("must not be larger than `{total}`, of which it is one address's share"),
                format!("不能大于 `{total}`，它是其中单个地址的份额"),
            );
            return Err(source.fault(key, share.span(), what));
        }
    }
    Ok(())
}
