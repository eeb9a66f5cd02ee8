//! 安全工具.

use crate::error::Error;
use crate::http::{Call, Handle};
use crate::service::Service;
use ruhui_core::api::security::{Echo, Echoed};

impl Handle for Echo {
    async fn handle(_: &Service, call: Call<Self>) -> Result<Echoed, Error> {
        Ok(Echoed { echo_message: call.request.echo_message })
    }
}
