//! Random values for everything that goes over the wire, by type. A new field must be added here too: the compiler
//! reports a missing one for requests, and a test for responses.

mod calls;
mod members;
mod texts;

use proptest::prelude::*;
use ruhui_core::api::CallersOwn;
use ruhui_core::api::card_member::{PageLimit, PageOffset};
use std::fmt;
use std::marker::PhantomData;
pub(crate) use texts::shows_sensitive;

/// A row of choices, from which values are drawn. Shorter rows and smaller choices make simpler values, so proptest can
/// shrink them.
#[derive(Clone)]
pub(crate) struct Choices {
    row: Vec<u16>,
    next: usize,
    everything: bool,
}

impl Choices {
    /// Choices that give every optional field a value, and every list one item.
    pub(crate) fn everything() -> Self {
        Self { row: Vec::new(), next: 0, everything: true }
    }

    /// A strategy of any choices.
    pub(crate) fn any() -> impl Strategy<Value = Self> {
        prop::collection::vec(any::<u16>(), 0..400).prop_map(|row| Self { row, next: 0, everything: false })
    }

    /// Draws another value from the same choices, from the first on.
    pub(crate) fn again<T: Drawn>(&self) -> T {
        Self { next: 0, ..self.clone() }.draw()
    }

    pub(crate) fn draw<T: Drawn>(&mut self) -> T {
        T::draw(self)
    }

    /// Draws a number below `bound`; 0 after the last choice.
    fn below(&mut self, bound: usize) -> usize {
        let choice = self.row.get(self.next).copied().unwrap_or_default();
        self.next += 1;
        usize::from(choice) % bound
    }

    fn of<T: Clone>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())].clone()
    }

    fn list<T: Drawn>(&mut self, most: usize) -> Vec<T> {
        let length = if self.everything { 1 } else { self.below(most + 1) };
        (0..length).map(|_| self.draw()).collect()
    }
}

impl fmt::Debug for Choices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.row.fmt(f)
    }
}

/// A type whose values can be drawn at random.
pub(crate) trait Drawn {
    fn draw(choices: &mut Choices) -> Self;
}

/// Implements [`Drawn`] for structs and responses by their fields, and for enums by their known values.
macro_rules! drawn {
    ($(struct $name:ident $(<$family:ident>)? { $($field:ident),* $(,)? })*) => {$(
        impl $(<$family: ruhui_core::api::FamilyMarker<BrandId: Drawn>>)? Drawn for $name $(<$family>)? {
            #[allow(unused_variables, reason = "a struct may have no field")]
            fn draw(choices: &mut Choices) -> Self {
                Self { $($field: choices.draw()),* }
            }
        }
    )*};
    // Responses may get more fields, so a response is created from its required fields and then gets the others.
    ($(response $name:ident ($($required:ident),*) { $($field:ident),* $(,)? })*) => {
        $(
        impl Drawn for $name {
            #[allow(unused_mut, reason = "a response may have no other field")]
            fn draw(choices: &mut Choices) -> Self {
                $(let $required = choices.draw();)*
                let mut drawn = Self::new($($required),*);
                $(drawn.$field = choices.draw();)*
                drawn
            }
        }
        )*

        #[test]
        fn every_member_of_a_response_is_drawn() {
            $(crate::draw::members::check_drawn::<$name>();)*
        }
    };
    ($(enum $name:ident)*) => {$(
        impl Drawn for $name {
            fn draw(choices: &mut Choices) -> Self {
                choices.of(Self::ALL)
            }
        }
    )*};
}
use drawn;

impl<T: Drawn> Drawn for Option<T> {
    fn draw(choices: &mut Choices) -> Self {
        (choices.everything || choices.below(2) == 1).then(|| choices.draw())
    }
}

impl<T: Drawn> Drawn for Vec<T> {
    fn draw(choices: &mut Choices) -> Self {
        choices.list(2)
    }
}

impl Drawn for bool {
    fn draw(choices: &mut Choices) -> Self {
        choices.below(2) == 1
    }
}

impl Drawn for i64 {
    fn draw(choices: &mut Choices) -> Self {
        choices.of(&[0, 1, -1, 100, Self::MIN, Self::MAX])
    }
}

impl Drawn for u64 {
    fn draw(choices: &mut Choices) -> Self {
        choices.of(&[0, 1, 25, Self::MAX])
    }
}

impl Drawn for PageLimit {
    fn draw(choices: &mut Choices) -> Self {
        Self::new([1, 7, 20][choices.below(3)]).unwrap()
    }
}

impl Drawn for PageOffset {
    fn draw(choices: &mut Choices) -> Self {
        Self::new([0, 10, 4_294_967_295][choices.below(3)]).unwrap()
    }
}

impl Drawn for CallersOwn {
    fn draw(_: &mut Choices) -> Self {
        Self
    }
}

impl<F> Drawn for PhantomData<F> {
    fn draw(_: &mut Choices) -> Self {
        Self
    }
}
