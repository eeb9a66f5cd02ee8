//! 用户会员卡: the endpoints for user cards, the cards that users hold.

mod card;
mod confirm;
mod import;
mod list;
mod modify;

pub use card::{UserCard, UserCardState};
pub use confirm::{ConfirmUserCard, UserCardConfirmState};
pub use import::{ImportUserCardByOpenid, ImportUserCardByPhone};
pub use list::{ListUserCards, QueryUserCard, UserCards};
pub use modify::{InvalidateUserCard, ModifyUserCard};
