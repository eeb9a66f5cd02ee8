//! 用户会员卡.

mod confirm;
mod import;
mod list;
mod modify;
