//! The option that says where a service keeps its state.

use super::usage;
use clap::builder::{StringValueParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Args, Command, Error};
use ruhui_core::bilingual::Bilingual;
use ruhui_server::store::Place;
use std::ffi::OsStr;

#[derive(Debug, Args)]
pub(crate) struct StoreArguments {
    /// The store, in place of the file's: a file, `memory`, or a `postgres://` URL. A URL with a password is better
    /// kept out of lists of processes: set the variable / 存储位置（含密码的地址请用环境变量）
    #[arg(long = "store", value_name = "PLACE", env = "RUHUI_STORE", hide_env_values = true, value_parser = Places)]
    pub(crate) place: Option<Place>,
}

/// Reads a place. A refusal does not repeat it, as clap's own would: it may hold a password.
#[derive(Debug, Clone)]
struct Places;

impl TypedValueParser for Places {
    type Value = Place;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Place, Error> {
        let text = StringValueParser::new().parse_ref(command, arg, value)?;
        text.parse().map_err(|error| {
            let mut wrong = usage::wrong(ErrorKind::ValueValidation, command, arg);
            let why = Bilingual::new(format!("{error}"), format!("{error:#}"));
            usage::add_text(&mut wrong, &why);
            wrong
        })
    }
}
