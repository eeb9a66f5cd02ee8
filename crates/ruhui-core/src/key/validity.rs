//! The time in which a certificate is valid.

use jiff::Timestamp;
use std::fmt;

/// The time in which a certificate is valid, its first and its last second included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Validity {
    /// The first second.
    pub not_before: Timestamp,
    /// The last second.
    pub not_after: Timestamp,
}

/// A certificate is not valid at a time. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a time is before, within or after")]
pub enum OutsideValidity {
    /// It becomes valid at this time.
    NotYet(Timestamp),
    /// It was valid until this time.
    Expired(Timestamp),
}

impl Validity {
    /// From the first to the last second.
    pub fn new(not_before: Timestamp, not_after: Timestamp) -> Self {
        Self { not_before, not_after }
    }

    /// Checks that a time, to the second, lies within.
    ///
    /// # Errors
    ///
    /// [`OutsideValidity`] if it does not.
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
