//! Macro that makes a section of causes.

/// Makes a constant of each cause, and `ALL` with all of them in order.
macro_rules! section {
    ($($constant:ident = $id:literal, $name:expr, $advice:expr;)*) => {
        $(pub(in crate::explain) static $constant: Cause = cause($id, $name, $advice);)*
        pub(super) static ALL: &[&Cause] = &[$(&$constant),*];
    };
}
pub(super) use section;
