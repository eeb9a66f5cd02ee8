//! The attacks: a table of names, sizes and behaviours.

use super::conduct::Conduct;
use super::material::Material;
use std::time::Duration;

/// One way to attack a service without a key.
#[derive(Debug)]
pub(super) struct Attack {
    pub(super) name: &'static str,
    /// Description in one line.
    pub(super) about: &'static str,
    pub(super) aim: Aim,
    /// Connections at once, in the long form and in the short form.
    pub(super) connections: [usize; 2],
    /// Number of the attackers' addresses, from 127.0.0.2 on.
    pub(super) addresses: u8,
    pub(super) target: Target,
    /// Time between the end of a connection and its replacement. Without it, attacks that hold connections would be
    /// floods.
    pub(super) pause: Duration,
    pub(super) conduct: fn(&Material) -> Conduct,
}

/// The resource that an attack uses up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim {
    /// Memory or connections, which are held while they cause little work.
    Hold,
    /// Processor time.
    Work,
}

/// The attacked listener. The good client uses the main one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Main,
    Operations,
}

/// Time between two bytes of a slow client.
const DRIP: Duration = Duration::from_millis(500);
/// Pause of attackers whose connections the service is expected to end late.
const PAUSE: Duration = Duration::from_millis(500);
/// Pause of attackers whose connections the service is expected to end at once.
const SHORT_PAUSE: Duration = Duration::from_millis(250);

/// Size of a large body: one megabyte, within the limit of 1 MiB.
const LARGE_BODY: usize = 1_000_000;
/// Size of the largest upload.
const LARGE_UPLOAD: usize = 3 << 20;

impl Attack {
    /// Every attack, in the order of the report.
    pub(super) const ALL: &'static [Self] = &[
        Self {
            name: "slow-heads",
            about: "a byte of a head every 0.5 s",
            connections: [2000, 200],
            conduct: |material| Conduct::Drip { first: material.head_begun(), every: DRIP },
            ..Self::HOLD
        },
        Self {
            name: "slow-bodies",
            about: "a byte of a body every 0.5 s",
            connections: [1500, 200],
            conduct: |material| Conduct::Drip { first: material.body_begun(), every: DRIP },
            ..Self::HOLD
        },
        Self {
            name: "idle",
            about: "connections without a byte",
            connections: [6000, 500],
            conduct: |_| Conduct::hold(Vec::new()),
            ..Self::HOLD
        },
        Self {
            name: "idle-above-limit",
            about: "more idle connections than a listener takes, from one address",
            connections: [10_400, 500],
            addresses: 1,
            conduct: |_| Conduct::hold(Vec::new()),
            ..Self::HOLD
        },
        Self {
            name: "idle-operations",
            about: "more idle connections than a listener takes, at the operations listener",
            connections: [10_400, 500],
            target: Target::Operations,
            conduct: |_| Conduct::hold(Vec::new()),
            ..Self::HOLD
        },
        Self {
            name: "large-heads",
            about: "31 kB of a head without its end",
            connections: [5000, 500],
            conduct: |material| Conduct::hold(material.large_head()),
            ..Self::HOLD
        },
        Self {
            name: "large-bodies",
            about: "unsigned token requests of 1 MB without the last byte",
            connections: [1000, 200],
            conduct: |material| Conduct::hold(material.large_body(LARGE_BODY)),
            ..Self::HOLD
        },
        Self {
            name: "large-uploads",
            about: "unsigned uploads of 3 MiB without the last byte",
            connections: [400, 100],
            conduct: |material| Conduct::hold(material.large_upload(LARGE_UPLOAD)),
            ..Self::HOLD
        },
        Self {
            name: "signed-uploads",
            about: "uploads of 3 MiB without the last byte, with the header of a captured request",
            connections: [400, 100],
            conduct: |material| Conduct::hold(material.large_upload_with_header(LARGE_UPLOAD)),
            ..Self::HOLD
        },
        Self {
            name: "one-byte-chunks",
            about: "bodies in chunks of one byte",
            connections: [60, 20],
            conduct: |material| Conduct::hold(material.one_byte_chunks(LARGE_BODY)),
            ..Self::HOLD
        },
        Self {
            name: "never-read",
            about: "pipelined unsigned requests whose responses are not read",
            connections: [300, 50],
            conduct: |material| Conduct::NeverRead { request: material.unsigned() },
            ..Self::HOLD
        },
        Self {
            name: "unread-pictures",
            about: "pictures of 1.9 MB that are requested and not read",
            connections: [300, 50],
            conduct: |material| Conduct::NeverRead { request: material.picture() },
            ..Self::HOLD
        },
        Self {
            name: "half-closes",
            about: "half a head, half a body, or a whole request, then the end of sending",
            connections: [500, 50],
            conduct: |material| Conduct::HalfClose { sent: material.halves() },
            ..Self::HOLD
        },
        Self {
            name: "malformed-chunks",
            about: "chunk sizes that are no number, too large, or not kept",
            connections: [200, 50],
            pause: SHORT_PAUSE,
            conduct: |material| Conduct::Hold { sent: material.malformed_chunks() },
            ..Self::HOLD
        },
        Self {
            name: "pipelined-unsigned",
            about: "8 requests at once on each connection, without Authorization",
            connections: [800, 32],
            conduct: |material| Conduct::exchange(&material.unsigned(), 8),
            ..Self::WORK
        },
        Self {
            name: "bad-signatures",
            about: "one request at a time on many connections",
            connections: [800, 32],
            conduct: |material| Conduct::exchange(&material.badly_signed(0), 1),
            ..Self::WORK
        },
        Self {
            name: "bad-signatures-pipelined",
            about: "8 requests at once on each connection",
            connections: [800, 16],
            conduct: |material| Conduct::exchange(&material.badly_signed(0), 8),
            ..Self::WORK
        },
        Self {
            name: "bad-signatures-large",
            about: "bodies of 200 kB",
            connections: [800, 32],
            conduct: |material| Conduct::exchange(&material.badly_signed(200_000), 1),
            ..Self::WORK
        },
    ];

    const HOLD: Self = Self {
        name: "",
        about: "",
        aim: Aim::Hold,
        connections: [0, 0],
        addresses: 8,
        target: Target::Main,
        pause: PAUSE,
        conduct: |_| Conduct::hold(Vec::new()),
    };

    const WORK: Self = Self { aim: Aim::Work, pause: Duration::ZERO, ..Self::HOLD };

    /// Finds the attack of this name.
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|attack| attack.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_attack_has_a_name_of_its_own_and_connections_in_both_forms() {
        let names: BTreeSet<_> = Attack::ALL.iter().map(|attack| attack.name).collect();
        assert_eq!(names.len(), Attack::ALL.len());
        for attack in Attack::ALL {
            let [long, short] = attack.connections;
            assert!(0 < short && short <= long, "{}", attack.name);
            assert!(attack.addresses > 0 && !attack.about.is_empty(), "{}", attack.name);
            assert!(Attack::find(attack.name).is_some());
        }
    }
}
