//! 用户会员卡: the handlers of users' cards.

mod confirm;
mod import;
mod list;
mod modify;
