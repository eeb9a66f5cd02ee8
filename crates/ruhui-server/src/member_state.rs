//! The records that every decision about one user's cards of one template rests on. Handlers and simulated users load
//! the same records.

use crate::domain::{Member, Template, User};
use crate::env::Clock;
use crate::store::{Key, Record as _, Snapshot, Store, StoreError};
use jiff::Timestamp;
use ruhui_core::types::{CardId, OpenId};

/// Template, user and member as they were at one moment, together with other requested records.
pub(crate) struct MemberState {
    pub(crate) snapshot: Snapshot,
    pub(crate) template: Option<Template>,
    pub(crate) user: Option<User>,
    pub(crate) member: Option<Member>,
    /// Business time, read after the records.
    pub(crate) now: Timestamp,
}

impl MemberState {
    /// Reads template, user and member, and the records of `keys` with them.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store fails or a record cannot be read.
    pub(crate) async fn load(
        store: &dyn Store,
        business: &dyn Clock,
        (card_id, openid): (&CardId, &OpenId),
        keys: impl IntoIterator<Item = Key>,
    ) -> Result<Self, StoreError> {
        let member_id = Member::id_of(openid, card_id);
        let own = [Template::key(card_id.as_str()), User::key(openid.as_str()), Member::key(&member_id)];
        let keys: Vec<Key> = own.into_iter().chain(keys).collect();
        let snapshot = Snapshot::of(store, &keys).await?;
        Ok(Self {
            template: snapshot.record(card_id.as_str())?,
            user: snapshot.record(openid.as_str())?,
            member: snapshot.record(&member_id)?,
            now: business.now(),
            snapshot,
        })
    }
}
