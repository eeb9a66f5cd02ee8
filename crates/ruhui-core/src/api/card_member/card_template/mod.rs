//! 会员卡模板: the endpoints for card templates, which define the look, the validity and the form of a brand's cards.

mod create;
mod list;
mod modify;
mod template;

pub use create::CreateCardTemplate;
pub use list::{CardTemplates, ListCardTemplates, QueryCardTemplate};
pub use modify::{InvalidateCardTemplate, ModifyCardTemplate};
pub use template::{CardTemplate, CardTemplateRequired, CardTemplateState, CardType, CodeMode, CodeType};
