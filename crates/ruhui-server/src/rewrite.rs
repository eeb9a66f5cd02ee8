//! All record types by key, to rewrite a stored record whatever its type.

use crate::business_clock::ClockRecord;
use crate::domain::image::{PictureFacts, Uploads};
use crate::domain::{
    Activity, ActivityCount, Answer, Brand, Catalog, Claim, Feed, Media, Member, Merchant, Redemption,
    Template, TokenRecord, User,
};
use crate::key_life::RotationRecord;
use crate::limiter::Shared;
use crate::outbox::Delivery;
use crate::provisioned::{Applied, Provisioned};
use crate::store::{Key, Kind, Loaded, Record, RowId, StoreError, Stored, Value};
use crate::token_secret::SecretRecord;

/// Reads a stored record, and returns the JSON that this release would replace it with if nothing changed.
///
/// For a record that this or an earlier release wrote, the result is the same text. For a later release's record it
/// is the same value. The tests with stores of other releases rely on this.
///
/// # Errors
///
/// [`StoreError::Corrupt`] when this release cannot read the record, or has no record type for the key.
pub fn rewrite(key: &Key, stored: Stored) -> Result<Value, StoreError> {
    let first_part = key.id.split(|c: char| c.is_control()).next().unwrap_or_default();
    let rewrite = match key.kind {
        Kind::Merchant => rewrite_as::<Merchant>,
        Kind::Brand => rewrite_as::<Brand>,
        Kind::Catalog => rewrite_as::<Catalog>,
        Kind::Template => rewrite_as::<Template>,
        Kind::User => rewrite_as::<User>,
        Kind::Member => rewrite_as::<Member>,
        Kind::Claim => rewrite_as::<Claim>,
        Kind::Feed => rewrite_as::<Feed>,
        Kind::Activity => rewrite_as::<Activity>,
        Kind::Redemption => rewrite_as::<Redemption>,
        Kind::Delivery => rewrite_as::<Delivery>,
        Kind::Media => rewrite_as::<Media>,
        Kind::Token => rewrite_as::<TokenRecord>,
        Kind::Answer => rewrite_as::<Answer>,
        Kind::Internal => match first_part {
            ActivityCount::ID => rewrite_as::<ActivityCount>,
            Applied::ID => rewrite_as::<Applied>,
            ClockRecord::ID => rewrite_as::<ClockRecord>,
            PictureFacts::PREFIX => rewrite_as::<PictureFacts>,
            Provisioned::ID => rewrite_as::<Provisioned>,
            RotationRecord::ID => rewrite_as::<RotationRecord>,
            SecretRecord::ID => rewrite_as::<SecretRecord>,
            Shared::PREFIX => rewrite_as::<Shared>,
            Uploads::PREFIX => rewrite_as::<Uploads>,
            _ => |id: &str, _| Err(unknown(id)),
        },
    };
    rewrite(&key.id, stored)
}

fn rewrite_as<T: Record>(id: &str, stored: Stored) -> Result<Value, StoreError> {
    let loaded = Loaded::<T>::read(id, stored)?;
    Ok(loaded.rewritten(&loaded.record))
}

fn unknown(id: &str) -> StoreError {
    StoreError::Corrupt {
        kind: Kind::Internal,
        id: RowId::of(Kind::Internal, id),
        why: ("this release keeps nothing under this name", "本版本不使用该名称的记录").into(),
    }
}
