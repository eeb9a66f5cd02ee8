//! Other calls beside the token: query, list and confirm, each against the token call of the same round.

use super::requests::Maker;
use super::server::Server;
use anyhow::{Context as _, Result, ensure};
use ruhui_core::api::Partner;
use ruhui_core::api::card_member::{
    ConfirmUserCard, ImportUserCardByOpenid, ListUserCards, PageLimit, PageOffset, QueryUserCard,
    UserCardConfirmState,
};
use ruhui_core::types::{OpenId, PhoneNumber, UserCardCode};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

/// The member who is asked for.
const MEMBER: &str = "oBenchMember0000000000000000";
const PHONE: &str = "13900000000";

/// Requests for each of the three calls, made and signed ahead.
pub(super) struct Requests {
    pub(super) query: Vec<Vec<u8>>,
    pub(super) list: Vec<Vec<u8>>,
    pub(super) confirm: Vec<Vec<u8>>,
}

impl Requests {
    /// Makes `count` of each. The cards to confirm are opened now, as users who no earlier round has seen.
    pub(super) fn make(server: &Server, maker: &Maker, round: u32, count: usize) -> Result<Self> {
        let (brand_id, card_id) = (maker.call().brand_id.clone(), maker.call().card_id.clone());
        let openid = OpenId::new(MEMBER)?;
        let user_card_code = UserCardCode::new("BENCH-1")?;
        if round == 1 {
            let mut import = ImportUserCardByOpenid::<Partner>::new(
                brand_id.clone(),
                card_id.clone(),
                openid.clone(),
                user_card_code.clone(),
            );
            import.phone_number = Some(PhoneNumber::new(PHONE)?);
            let request = maker.request_of(&import)?;
            super::load::send(server.address()?, 1, &[request], super::Pace::Closed)?;
        }
        let query = QueryUserCard::<Partner> {
            brand_id: brand_id.clone(),
            card_id: card_id.clone(),
            openid: openid.clone(),
            user_card_code,
        };
        let list = ListUserCards::<Partner> {
            brand_id: brand_id.clone(),
            openid,
            user_card_state: None,
            offset: PageOffset::START,
            limit: PageLimit::MAX,
        };
        let mut users = Users::of(server)?;
        let confirm = |index: usize| {
            let openid = OpenId::new(format!("oBenchRound{round:03}User{index:010}"))?;
            let code = users.open(card_id.as_str(), openid.as_str())?;
            let success = UserCardConfirmState::CreateCardSuccess;
            maker.request_of(&ConfirmUserCard::<Partner>::new(
                brand_id.clone(),
                card_id.clone(),
                openid,
                code,
                success,
            ))
        };
        Ok(Self {
            confirm: (0..count).map(confirm).collect::<Result<_>>()?,
            query: (0..count).map(|_| maker.request_of(&query)).collect::<Result<_>>()?,
            list: (0..count).map(|_| maker.request_of(&list)).collect::<Result<_>>()?,
        })
    }
}

/// Users who open cards, one after the other over one connection.
struct Users {
    stream: BufReader<TcpStream>,
    host: String,
}

impl Users {
    fn of(server: &Server) -> Result<Self> {
        let host = server.kit.value("RUHUI_OPERATIONS_URL")?.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), host })
    }

    fn open(&mut self, card_id: &str, openid: &str) -> Result<UserCardCode> {
        let body = json!({ "card_id": card_id, "openid": openid, "phone_number": PHONE }).to_string();
        let request = format!(
            "POST /sandbox/user-cards/open HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let (mut line, mut length, mut status) = (String::new(), 0, String::new());
        loop {
            line.clear();
            ensure!(self.stream.read_line(&mut line)? > 0, "the sandbox hung up");
            if status.is_empty() {
                status.clone_from(&line);
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        ensure!(status.contains(" 200 "), "no card was opened: {}", String::from_utf8_lossy(&body));
        let told: Value = serde_json::from_slice(&body)?;
        let code = told["user_card"]["user_card_code"].as_str().context("the card has no code")?;
        Ok(UserCardCode::new(code)?)
    }
}
