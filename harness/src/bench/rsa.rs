//! Measures the RSA operations in a token, to which every other figure is compared.

use crate::clock::thread_cpu;
use anyhow::Result;
use ruhui_core::key::PrivateKey;
use std::hint::black_box;

/// Runs `work`, and returns with its result what one verification and one signature cost together, on average over
/// right before and right after it: a shared machine is not as fast at every moment.
pub(super) fn around<T>(
    rsa: impl Fn() -> Result<(f64, f64)>,
    work: impl FnOnce() -> Result<T>,
) -> Result<(f64, T)> {
    let both = || rsa().map(|(verify, sign)| verify + sign);
    let before = both()?;
    let done = work()?;
    Ok((f64::midpoint(before, both()?), done))
}

/// Measures one verification and one signature, in microseconds of this thread's processor time.
pub(super) fn rsa(key: &PrivateKey) -> Result<(f64, f64)> {
    let public_key = key.public_key();
    // As long as the signed message of the token endpoint.
    let message = [b'x'; 260];
    let signature = key.sign(&message);
    let verify = each(4000, || {
        black_box(public_key.verifies(black_box(&message), black_box(&signature)));
    });
    let sign = each(1000, || {
        black_box(key.sign(black_box(&message)));
    });
    Ok((verify, sign))
}

fn each(count: u32, mut work: impl FnMut()) -> f64 {
    let before = thread_cpu();
    (0..count).for_each(|_| work());
    (thread_cpu() - before).as_secs_f64() * 1e6 / f64::from(count)
}
