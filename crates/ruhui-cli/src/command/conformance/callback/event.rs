//! The events of a case.

use super::{Form, Subject};
use crate::command::conformance::keys::{Keys, random_hex};
use crate::command::conformance::sandbox::CaseFolder;
use ruhui_core::Timestamp;
use ruhui_core::api::event::EventKind;
use ruhui_core::encryption::encrypt_field;
use ruhui_core::types::{DateTime, Family};
use ruhui_server::env::{Clock as _, SystemClock};
use serde_json::json;

/// An event, before it is encrypted.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) time: DateTime,
    pub(super) event_type: &'static str,
    pub(super) original_type: &'static str,
    pub(super) summary: &'static str,
    pub(super) resource: Vec<u8>,
}

/// The phone number in the events of cards.
const PHONE_NUMBER: &str = "13900000000";

/// The ids of a case's events, and its user.
#[derive(Debug)]
pub(super) struct Events<'a> {
    opened: String,
    deleted: String,
    unknown: String,
    code: String,
    folder: &'a CaseFolder,
    keys: &'a Keys,
}

impl<'a> Events<'a> {
    pub(super) fn new(folder: &'a CaseFolder, keys: &'a Keys) -> Self {
        let [opened, deleted, unknown] = [(); 3].map(|()| new_id());
        Self { opened, deleted, unknown, code: random_hex(6), folder, keys }
    }

    pub(super) fn id(&self, subject: Subject) -> &str {
        match subject {
            Subject::Opened => &self.opened,
            Subject::Deleted => &self.deleted,
            Subject::UnknownType => &self.unknown,
        }
    }

    pub(super) fn event(&self, subject: Subject, form: Form) -> Event {
        let id = self.id(subject).to_owned();
        match subject {
            Subject::Opened => self.of_card(EventKind::UserCardCreated, id, form, "EFFECTIVE", -60),
            Subject::Deleted => self.of_card(EventKind::UserCardDeleted, id, form, "DELETED", 0),
            Subject::UnknownType => Event {
                id,
                time: seconds_from_now(0),
                event_type: "BRAND_MEMBER_CARD_SP.LATER_EDITION",
                original_type: "later_edition",
                summary: "后续版本新增的通知",
                resource: json!({ "brand_id": self.value("RUHUI_BRAND_ID") }).to_string().into_bytes(),
            },
        }
    }

    fn of_card(&self, kind: EventKind, id: String, form: Form, state: &str, seconds: i64) -> Event {
        let time = seconds_from_now(seconds);
        let phone_number = match form {
            Form::EncryptedField => {
                encrypt_field(self.keys.merchant.public_key(), PHONE_NUMBER).unwrap_or_default()
            }
            _ => PHONE_NUMBER.to_owned(),
        };
        let resource = json!({
            "user_card_code": self.code,
            "card_id": self.value("RUHUI_CARD_ID"),
            "openid": self.folder.openid(),
            "card_color": "#FFFF00",
            "card_picture_url": "https://wx.gtimg.com/card.png",
            "brand_id": self.value("RUHUI_BRAND_ID"),
            "card_type": "NORMAL",
            "phone_number": phone_number,
            "valid_date_information": { "type": "PERMANENT" },
            "pickup_time": time,
            "user_card_state": state,
            "create_time": time,
            "modify_time": time,
        });
        Event {
            id,
            time,
            event_type: kind.event_type(Family::Partner),
            original_type: kind.original_type(),
            summary: kind.summary(),
            resource: resource.to_string().into_bytes(),
        }
    }

    fn value(&self, name: &str) -> String {
        self.folder.value(name).to_owned()
    }
}

fn seconds_from_now(seconds: i64) -> DateTime {
    let time = SystemClock.now().as_second() + seconds;
    DateTime::seconds(Timestamp::from_second(time).unwrap_or(Timestamp::UNIX_EPOCH))
}

/// Makes an id of the form that notifications have: 36 characters.
fn new_id() -> String {
    [4, 2, 2, 2, 6].map(random_hex).join("-")
}
