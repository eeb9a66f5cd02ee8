//! The option `--store`, which selects the store of a service.

use super::usage;
use clap::builder::{StringValueParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Args, Command, Error};
use ruhui_core::bilingual::Bilingual;
use ruhui_server::store::StoreLocation;
use std::ffi::OsStr;

#[derive(Debug, Args)]
pub(crate) struct StoreArguments {
    /// The store, instead of the file's: a file, `memory`, or a `postgres://` URL. Give a URL with a password by the
    /// variable, since process lists show arguments / 存储位置，代替配置文件中的值：文件、`memory` 或 `postgres://` 地址；
    /// 含密码的地址请用环境变量，因为进程列表会显示参数
    #[arg(long = "store", value_name = "PLACE", env = "RUHUI_STORE", hide_env_values = true, value_parser = Places)]
    pub(crate) place: Option<StoreLocation>,
}

/// Parses a store's location. Its error does not repeat the value, as clap's own would: it may contain a
/// password.
#[derive(Debug, Clone)]
struct Places;

impl TypedValueParser for Places {
    type Value = StoreLocation;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<StoreLocation, Error> {
        let text = StringValueParser::new().parse_ref(command, arg, value)?;
        text.parse().map_err(|error| {
            let mut wrong = usage::wrong(ErrorKind::ValueValidation, command, arg);
            let why = Bilingual::new(format!("{error}"), format!("{error:#}"));
            usage::add_text(&mut wrong, &why);
            wrong
        })
    }
}
