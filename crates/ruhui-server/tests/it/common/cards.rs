//! Acts of users that precede requests about their cards, and encrypted fields.

use super::*;
use ruhui_core::api::card_member::UserInformation;
use ruhui_core::encryption::{decrypt_field, encrypt_field};
use ruhui_core::key::PublicKey;
use ruhui_server::domain::Member;
use ruhui_server::domain::member::Filled;
use ruhui_server::simulator;

/// A user of the sandbox who has a card from the start.
pub(crate) const MEMBER: &str = "oMember000000000000000000000";
pub(crate) const PHONE: &str = "13900000000";

static PLATFORM: LazyLock<PublicKey> = LazyLock::new(|| PublicKey::from_pem(PLATFORM_PUB).unwrap());

/// Encrypts a sensitive field for a request.
pub(crate) fn encrypted(plain: &str) -> String {
    encrypt_field(&PLATFORM, plain).unwrap()
}

/// Decrypts a sensitive field of a response to the merchant or to the brand.
pub(crate) fn decrypted(key: &PrivateKey, field: &Value) -> String {
    decrypt_field(key, field.as_str().unwrap()).unwrap().to_string()
}

/// Returns the form of a user who joins a template that asks only for the phone number.
pub(crate) fn filled() -> Filled {
    Filled { phone_number: PHONE.parse().unwrap(), user_information: UserInformation::default() }
}

impl TestService {
    /// Lets the user open a card on the brand's business card. Returns its code, if it already has one.
    pub(crate) async fn opened(&self, card_id: &str, openid: &str) -> Option<String> {
        let (card_id, openid) = (card_id.parse().unwrap(), openid.parse().unwrap());
        let told =
            simulator::open_from_business_card(&self.service, &card_id, &openid, &filled()).await.unwrap();
        told.user_card.user_card_code.map(|code| code.as_str().to_owned())
    }

    /// Returns the user's cards of the template.
    pub(crate) async fn member(&self, card_id: &str, openid: &str) -> Option<Member> {
        let id = Member::id_of(&openid.parse().unwrap(), &card_id.parse().unwrap());
        self.store.read::<Member>(&id).await.unwrap().map(|loaded| loaded.record)
    }

    /// Returns the code of the user's newest card.
    pub(crate) async fn code(&self, card_id: &str, openid: &str) -> String {
        let member = self.member(card_id, openid).await.unwrap();
        member.cards.last().unwrap().card.user_card_code.as_ref().unwrap().as_str().to_owned()
    }
}
