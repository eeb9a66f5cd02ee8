//! 会员卡模板: what member cards of a brand look like and ask for.

mod create;
mod list;
mod modify;
mod template;

pub use create::CreateCardTemplate;
pub use list::{CardTemplates, ListCardTemplates, QueryCardTemplate};
pub use modify::{InvalidateCardTemplate, ModifyCardTemplate};
pub use template::{CardTemplate, CardTemplateRequired, CardTemplateState, CardType, CodeMode, CodeType};
