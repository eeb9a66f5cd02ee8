//! Macro that makes a section of causes.

/// Makes a constant of each cause, with its remedy if it has one, and `ALL` with all of them in order.
macro_rules! section {
    ($($constant:ident = $id:literal, $name:expr, $advice:expr $(, $remedy:path)?;)*) => {
        $(pub(in crate::explain) static $constant: Cause = cause($id, $name, $advice)$(.with_remedy(&$remedy))?;)*
        pub(super) static ALL: &[&Cause] = &[$(&$constant),*];
    };
}
pub(super) use section;
