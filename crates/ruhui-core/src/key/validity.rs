//! Validity period of a certificate.

use jiff::Timestamp;
use std::fmt;

/// Period in which a certificate is valid, including its first and its last second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Validity {
    /// First second of the period.
    pub not_before: Timestamp,
    /// Last second of the period.
    pub not_after: Timestamp,
}

/// Reason for which a certificate is not valid at a given time. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a time is before, within or after")]
pub enum OutsideValidity {
    /// The certificate becomes valid at this time.
    NotYet(Timestamp),
    /// The certificate expired: this was its last second.
    Expired(Timestamp),
}

impl Validity {
    /// Makes a period from its first and last second.
    pub fn new(not_before: Timestamp, not_after: Timestamp) -> Self {
        Self { not_before, not_after }
    }

    /// Checks that a time, to the second, is within the period.
    ///
    /// # Errors
    ///
    /// [`OutsideValidity`] if the time is before or after the period.
    ///
    /// ```
    /// use ruhui_core::key::{OutsideValidity, Validity};
    ///
    /// let second = |second| jiff::Timestamp::from_second(second).unwrap();
    /// let validity = Validity::new(second(10), second(20));
    /// assert_eq!(validity.check(second(20)), Ok(()));
    /// assert_eq!(validity.check(second(9)), Err(OutsideValidity::NotYet(second(10))));
    /// ```
    pub fn check(&self, at: Timestamp) -> Result<(), OutsideValidity> {
        if at.as_second() < self.not_before.as_second() {
            Err(OutsideValidity::NotYet(self.not_before))
        } else if at.as_second() > self.not_after.as_second() {
            Err(OutsideValidity::Expired(self.not_after))
        } else {
            Ok(())
        }
    }
}

impl fmt::Display for OutsideValidity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::NotYet(from), false) => write!(f, "the certificate is not valid before {from}"),
            (Self::NotYet(from), true) => write!(f, "证书自 {from} 起生效，目前尚未生效"),
            (Self::Expired(until), false) => write!(f, "the certificate expired at {until}"),
            (Self::Expired(until), true) => write!(f, "证书已于 {until} 过期"),
        }
    }
}

impl std::error::Error for OutsideValidity {}
