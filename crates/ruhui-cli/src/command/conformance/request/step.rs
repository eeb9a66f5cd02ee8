//! The responses that a case plays: faults of the sandbox, and a few that the suite makes itself.

/// The response to one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::command::conformance) enum Step {
    /// The sandbox's own.
    Sound,
    /// Signed with the platform certificate's key, under its serial.
    ByCertificate,
    /// With members that no document has.
    UnknownFields,
    /// With a line feed at the end of the body, signed with it.
    FinalNewline,
    /// With header names in upper case.
    UpperCaseNames,
    /// Compressed with gzip; the signature is of the plain body.
    Compressed,
    /// Without the headers of the signature.
    Unsigned,
    /// Signed by a key that is not the platform's, under the serial of the one that is.
    Forged,
    /// With another token than the one that was signed.
    Altered,
    /// Rightly signed, ten minutes ago.
    Stale,
    /// Rightly signed, in ten minutes.
    Ahead,
    /// Rightly signed, under a serial that the client does not know.
    UnknownSerial,
    /// With a signature probe.
    Probe,
    /// Signed with the platform certificate's key, under the serial of the public key.
    OtherKnownKey,
    /// Without a body, with the signature of the whole body.
    EmptyBody,
    /// With half of the body.
    Truncated,
    /// Forged, as text/plain.
    ForgedPlainText,
    /// With each header of the signature twice, the second time with another signature.
    DoubledHeaders,
    /// 502, an HTML page as a proxy sends it.
    BadGateway,
    /// 400 with a signed error.
    SignedError,
    /// 401, as for a signature mismatch.
    SignError,
    /// 429.
    RateLimited,
    /// 500 SYSTEM_ERROR, signed.
    SystemError,
    /// 400 with a token in the body, forged.
    ForgedRejection,
    /// 500 with a token in the body, forged.
    ForgedFailure,
    /// The connection is reset before any byte of the response.
    Reset,
    /// 307 to another host.
    Redirect,
}

impl Step {
    /// Returns the fault that the sandbox plays for this step, as the header `Ruhui-Fault` has it.
    pub(super) fn fault(self) -> Option<&'static str> {
        Some(match self {
            Self::UnknownFields => "unknown-fields",
            Self::Compressed => "compressed",
            Self::Unsigned => "unsigned",
            Self::Forged => "forged",
            Self::Altered => "altered",
            Self::Stale => "stale",
            Self::Ahead => "ahead",
            Self::UnknownSerial => "unknown-serial",
            Self::Probe => "signature-probe",
            Self::EmptyBody => "empty-body",
            Self::Truncated => "truncated",
            Self::DoubledHeaders => "doubled-headers",
            Self::BadGateway => "bad-gateway",
            Self::RateLimited => "rate-limited",
            Self::SystemError => "system-error",
            Self::Reset => "reset",
            _ => return None,
        })
    }

    /// Whether this is played on a success response of the sandbox, and keeps its status.
    pub(super) fn is_of_success(self) -> bool {
        !matches!(
            self,
            Self::BadGateway
                | Self::RateLimited
                | Self::SystemError
                | Self::Reset
                | Self::SignedError
                | Self::SignError
                | Self::ForgedRejection
                | Self::ForgedFailure
                | Self::Redirect
        )
    }

    /// Whether a correct client takes the token of this response.
    pub(super) fn is_sound(self) -> bool {
        matches!(
            self,
            Self::Sound
                | Self::ByCertificate
                | Self::UnknownFields
                | Self::FinalNewline
                | Self::UpperCaseNames
                | Self::Compressed
        )
    }
}
