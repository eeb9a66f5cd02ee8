//! Names of event types as people write them: in full, or the last words.

use super::EventKind;
use crate::api::security::EchoEvent;
use std::fmt;

/// A name of one or several event types: a whole `event_type`, or its last words, which both families share.
///
/// ```
/// use ruhui_core::api::event::EventTypeName;
///
/// let name = EventTypeName::new("USER_CARD.CREATE")?;
/// assert!(name.matches("BRAND_MEMBER_CARD_SP.USER_CARD.CREATE"));
/// assert!(name.matches("BRAND_MEMBER_CARD.USER_CARD.CREATE"));
/// assert!(!name.matches("BRAND_MEMBER_CARD.USER_CARD.DELETE"));
/// assert!(EventTypeName::new("USER_CARD").is_err());
/// # Ok::<(), ruhui_core::api::event::UnknownEventType>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventTypeName(String);

/// The error of a name that no event type has. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownEventType {
    /// The name.
    pub name: String,
}

impl EventTypeName {
    /// Reads a name. Lower-case letters are taken as capital ones.
    ///
    /// # Errors
    ///
    /// [`UnknownEventType`]: no event type has this name. The message lists those that exist.
    pub fn new(text: &str) -> Result<Self, UnknownEventType> {
        let name = text.trim().to_ascii_uppercase();
        if EventKind::of(&name).is_some() || Self::known().any(|known| known == name) {
            Ok(Self(name))
        } else {
            Err(UnknownEventType { name: text.to_owned() })
        }
    }

    /// The short names of all event types.
    pub fn known() -> impl Iterator<Item = &'static str> {
        EventKind::ALL.into_iter().map(EventKind::name).chain([EchoEvent::EVENT_TYPE])
    }

    /// Whether this is the name of `event_type`.
    pub fn matches(&self, event_type: &str) -> bool {
        event_type.strip_suffix(&self.0).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

impl fmt::Display for UnknownEventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = EventTypeName::known().collect();
        if f.alternate() {
            write!(f, "没有事件类型 `{}`；可用的有 {}", self.name, names.join("、"))
        } else {
            write!(f, "there is no event type `{}`; there are {}", self.name, names.join(", "))
        }
    }
}

impl std::error::Error for UnknownEventType {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Family;

    #[test]
    fn every_event_type_is_matched_by_its_names_and_no_other() {
        let all = [Family::Partner, Family::Brand]
            .into_iter()
            .flat_map(|family| EventKind::ALL.map(|kind| kind.event_type(family)))
            .chain([EchoEvent::EVENT_TYPE]);
        for event_type in all {
            let short: Vec<&str> = EventTypeName::known()
                .filter(|name| EventTypeName::new(name).unwrap().matches(event_type))
                .collect();
            assert_eq!(short.len(), 1, "{event_type}: {short:?}");
            assert!(EventTypeName::new(event_type).unwrap().matches(event_type), "{event_type}");
        }
    }

    #[test]
    fn a_part_of_a_name_is_none() {
        for text in ["", "CREATE", "USER_CARD", "CARD.CREATE", "USER_CARD.CREATED", "TRANSACTION.SUCCESS"] {
            let error = EventTypeName::new(text).unwrap_err();
            assert!(error.to_string().contains("USER_CARD.CREATE, USER_CARD.DELETE"), "{error}");
        }
        assert!(!EventTypeName::new("sync_user_point").unwrap().matches("NOT_SYNC_USER_POINT"));
    }
}
