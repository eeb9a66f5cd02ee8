//! The attacks: a table of names, sizes and conducts.

use super::conduct::Conduct;
use super::material::Material;
use std::time::Duration;

/// One way to attack a service without a key.
#[derive(Debug)]
pub(super) struct Attack {
    pub(super) name: &'static str,
    /// One line for people.
    pub(super) about: &'static str,
    pub(super) aim: Aim,
    /// Connections at once in the long form, and in the short form.
    pub(super) connections: [usize; 2],
    /// The attackers' addresses: 127.0.0.2 and the ones after it.
    pub(super) addresses: u8,
    pub(super) target: Target,
    pub(super) conduct: fn(&Material) -> Conduct,
}

/// The resource that an attack uses up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim {
    /// Memory or connections: they are held, and little work is caused.
    Hold,
    /// Processor time.
    Work,
}

/// The listener that is attacked. The good client's is the main one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Main,
    Operations,
}

/// One byte at a time, as slow clients send.
const DRIP: Duration = Duration::from_millis(500);
/// The pause of an attacker whose connection has ended. Without it, attacks that hold connections would be floods.
const PAUSE: Duration = Duration::from_millis(500);
/// The pause of an attacker whose connections are short.
const SHORT_PAUSE: Duration = Duration::from_millis(250);

/// A megabyte, as a limit of 1 MiB allows it.
const LARGE_BODY: usize = 1_000_000;
/// The largest upload.
const LARGE_UPLOAD: usize = 3 << 20;

impl Attack {
    /// Every attack, in the order of the report.
    pub(super) const ALL: &'static [Self] = &[
        Self {
            name: "slow-heads",
            about: "a byte of a head every 0.5 s",
            connections: [2000, 200],
            conduct: |material| Conduct::Drip { first: material.head_begun(), every: DRIP, pause: PAUSE },
            ..Self::HOLD
        },
        Self {
            name: "slow-bodies",
            about: "a byte of a body every 0.5 s",
            connections: [1500, 200],
            conduct: |material| Conduct::Drip { first: material.body_begun(), every: DRIP, pause: PAUSE },
            ..Self::HOLD
        },
        Self {
            name: "idle",
            about: "connections without a byte",
            connections: [6000, 500],
            conduct: |_| Conduct::Hold { sent: vec![Vec::new()], pause: PAUSE },
            ..Self::HOLD
        },
        Self {
            name: "idle-above-limit",
            about: "more idle connections than a listener takes, from one address",
            connections: [10_400, 500],
            addresses: 1,
            conduct: |_| Conduct::Hold { sent: vec![Vec::new()], pause: PAUSE },
            ..Self::HOLD
        },
        Self {
            name: "idle-operations",
            about: "more idle connections than a listener takes, at the operations listener",
            connections: [10_400, 500],
            target: Target::Operations,
            conduct: |_| Conduct::Hold { sent: vec![Vec::new()], pause: PAUSE },
            ..Self::HOLD
        },
        Self {
            name: "large-heads",
            about: "31 kB of a head without its end",
            connections: [5000, 500],
            conduct: |material| Conduct::Hold { sent: vec![material.large_head()], pause: PAUSE },
            ..Self::HOLD
        },
        Self {
            name: "large-bodies",
            about: "unsigned token requests of 1 MB without the last byte",
            connections: [1000, 200],
            conduct: |material| Conduct::Hold { sent: vec![material.large_body(LARGE_BODY)], pause: PAUSE },
            ..Self::HOLD
        },
        Self {
            name: "large-uploads",
            about: "unsigned uploads of 3 MiB without the last byte",
            connections: [400, 100],
            conduct: |material| Conduct::Hold {
                sent: vec![material.large_upload(LARGE_UPLOAD)],
                pause: PAUSE,
            },
            ..Self::HOLD
        },
        Self {
            name: "signed-uploads",
            about: "uploads of 3 MiB without the last byte, with the header of a captured request",
            connections: [400, 100],
            conduct: |material| Conduct::Hold {
                sent: vec![material.large_upload_with_header(LARGE_UPLOAD)],
                pause: PAUSE,
            },
            ..Self::HOLD
        },
        Self {
            name: "one-byte-chunks",
            about: "bodies in chunks of one byte",
            connections: [60, 20],
            conduct: |material| Conduct::Hold {
                sent: vec![material.one_byte_chunks(LARGE_BODY)],
                pause: PAUSE,
            },
            ..Self::HOLD
        },
        Self {
            name: "never-read",
            about: "pipelined unsigned requests whose responses are not read",
            connections: [300, 50],
            conduct: |material| Conduct::NeverRead { request: material.unsigned(), pause: PAUSE },
            ..Self::HOLD
        },
        Self {
            name: "unread-pictures",
            about: "pictures of 1.9 MB that are requested and not read",
            connections: [300, 50],
            conduct: |material| Conduct::NeverRead { request: material.picture(), pause: PAUSE },
            ..Self::HOLD
        },
        Self {
            name: "half-closes",
            about: "half a head, half a body, or a whole request, then the end of sending",
            connections: [500, 50],
            conduct: |material| Conduct::HalfClose { sent: material.halves(), pause: PAUSE },
            ..Self::HOLD
        },
        Self {
            name: "malformed-chunks",
            about: "chunk sizes that are no number, too large, or not kept",
            connections: [200, 50],
            conduct: |material| Conduct::Hold { sent: material.malformed_chunks(), pause: SHORT_PAUSE },
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
        conduct: |_| Conduct::Hold { sent: Vec::new(), pause: PAUSE },
    };

    const WORK: Self = Self { aim: Aim::Work, ..Self::HOLD };

    /// The attack of this name.
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
