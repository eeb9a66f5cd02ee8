//! 商家名片会员: member cards of brands.
//!
//! An endpoint of both families is one struct, whose parameter `F` is the family: by default
//! [`Partner`](crate::api::Partner). Requests of the brand family do not name the brand, so their `brand_id` is
//! [`CallersOwn`](crate::api::CallersOwn).

mod card_template;
mod image;
mod membership_activity;
mod objects;
mod page;
mod pay_view_token;
mod pre_auth_token;
mod user_card;
mod user_feed;
mod user_points;

pub use card_template::{
    CardTemplate, CardTemplateRequired, CardTemplateState, CardTemplates, CardType, CodeMode, CodeType,
    CreateCardTemplate, InvalidateCardTemplate, ListCardTemplates, ModifyCardTemplate, QueryCardTemplate,
};
pub use image::{UploadImage, UploadedImage};
pub use membership_activity::{
    ActivityChannel, ActivityState, CreateMembershipActivity, ListMembershipActivities, MembershipActivities,
    MembershipActivity, ModifyMembershipActivity, ProductCouponStock, QueryMembershipActivity,
    TerminateMembershipActivity,
};
pub use objects::{
    CommonFieldName, CommonFieldValue, CustomField, CustomFieldType, CustomFieldValue, JumpInformation,
    PurchaseInformation, UserForm, UserInformation, ValidDateInformation, ValidDateType,
};
pub use page::{PageLimit, PageLimitError, PageOffset, PageOffsetError};
pub use pay_view_token::CreatePayViewToken;
pub use pre_auth_token::{CreatePreAuthToken, OpenUserCardToken, PreAuthToken};
pub use user_card::{
    ConfirmUserCard, ImportUserCardByOpenid, ImportUserCardByPhone, InvalidateUserCard, ListUserCards,
    ModifyUserCard, QueryUserCard, UserCard, UserCardConfirmState, UserCardState, UserCards,
};
pub use user_feed::{CreateUserFeed, UserFeed};
pub use user_points::{
    ConfirmPointExchange, PointExchange, PointExchangeResult, PointExchangeState, ProductCouponStockType,
    SyncUserPoints, UserPoints,
};
