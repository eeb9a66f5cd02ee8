//! Random actions. Users, templates and codes are few, so that actions often concern the same card.

use proptest::prelude::*;

pub(crate) const USERS: usize = 3;
pub(crate) const TEMPLATES: usize = 2;

/// The code that an action names.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Code {
    /// The code of the user's newest card, if it has one.
    Newest,
    /// The code of the user's oldest card.
    Oldest,
    /// One of a few codes that the merchant allocates.
    Own(u8),
}

#[derive(Debug, Clone)]
pub(crate) enum Action {
    Ask {
        user: usize,
        template: usize,
    },
    /// Joins with one of the tokens issued so far, as its own user or as the next user.
    Join {
        token: usize,
        is_own: bool,
    },
    Open {
        user: usize,
        template: usize,
    },
    Confirm {
        user: usize,
        template: usize,
        code: Code,
        outcome: usize,
    },
    Modify {
        user: usize,
        template: usize,
        code: Code,
        days: Option<i64>,
    },
    Invalidate {
        user: usize,
        template: usize,
        code: Code,
    },
    Import {
        user: usize,
        template: usize,
        code: Code,
        hours_ago: Option<i64>,
    },
    Delete {
        user: usize,
        template: usize,
    },
    Query {
        user: usize,
        template: usize,
        code: Code,
    },
    /// Resends the last signed request, byte for byte.
    Repeat,
    Pass {
        seconds: i64,
    },
    /// Advances to the next midnight in Beijing, when a day of validity ends.
    Midnight,
    Restart,
}

fn code() -> impl Strategy<Value = Code> {
    prop_oneof![4 => Just(Code::Newest), 1 => Just(Code::Oldest), 3 => (0..2_u8).prop_map(Code::Own)]
}

pub(crate) fn action() -> impl Strategy<Value = Action> {
    let whose = || (0..USERS, 0..TEMPLATES);
    prop_oneof![
        6 => whose().prop_map(|(user, template)| Action::Ask { user, template }),
        8 => (0..3_usize, prop::bool::weighted(0.9)).prop_map(|(token, is_own)| Action::Join { token, is_own }),
        6 => whose().prop_map(|(user, template)| Action::Open { user, template }),
        9 => (whose(), code(), 0..3_usize).prop_map(|((user, template), code, outcome)| {
            Action::Confirm { user, template, code, outcome }
        }),
        3 => (whose(), code(), prop::option::weighted(0.3, 1..4_i64)).prop_map(
            |((user, template), code, days)| Action::Modify { user, template, code, days }
        ),
        3 => (whose(), code())
            .prop_map(|((user, template), code)| Action::Invalidate { user, template, code }),
        4 => (whose(), code(), prop::option::of(-1..60_i64)).prop_map(
            |((user, template), code, hours_ago)| Action::Import { user, template, code, hours_ago }
        ),
        2 => whose().prop_map(|(user, template)| Action::Delete { user, template }),
        1 => (whose(), code()).prop_map(|((user, template), code)| Action::Query { user, template, code }),
        2 => Just(Action::Repeat),
        3 => prop_oneof![0..400_i64, Just(3600), 0..200_000_i64]
            .prop_map(|seconds| Action::Pass { seconds }),
        2 => Just(Action::Midnight),
        1 => Just(Action::Restart),
    ]
}
