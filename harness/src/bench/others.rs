//! Measures endpoints other than the token's: query, list and confirm, each as a ratio to the token endpoint in the
//! same round.

use super::server::Server;
use crate::load::requests::Maker;
use crate::load::{Pace, send};
use anyhow::{Context as _, Result, ensure};
use ruhui_core::api::Partner;
use ruhui_core::api::card_member::{
    ConfirmUserCard, ImportUserCardByOpenid, ListUserCards, PageLimit, PageOffset, QueryUserCard,
    UserCardConfirmState,
};
use ruhui_core::types::{OpenId, PhoneNumber, UserCardCode};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// The openid of the member that is queried.
const MEMBER: &str = "oBenchMember0000000000000000";
const PHONE: &str = "13900000000";

/// Time between two checks for pending deliveries.
const PAUSE: Duration = Duration::from_millis(20);

/// Accepts every callback at the address that the sandbox's templates name, until this process ends.
pub(super) fn accept_callbacks() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:7083")
        .context("callbacks go to 127.0.0.1:7083, and something else is there: `ruhui listen`?")?;
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || accept(stream));
        }
    });
    Ok(())
}

fn accept(mut stream: TcpStream) {
    let mut read = Vec::new();
    let mut chunk = [0; 4096];
    // The service sends one callback on each connection. The body's last byte is enough to find its end.
    while let Ok(length @ 1..) = stream.read(&mut chunk) {
        read.extend_from_slice(&chunk[..length]);
        if read.ends_with(b"}") {
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
            return;
        }
    }
}

/// Requests for each of the three endpoints, signed in advance.
pub(super) struct Requests {
    pub(super) query: Vec<Vec<u8>>,
    pub(super) list: Vec<Vec<u8>>,
    pub(super) confirm: Vec<Vec<u8>>,
}

impl Requests {
    /// Makes `count` requests of each kind. Opens the cards to confirm now, for users of this round only.
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
            send(&[server.address()?], 1, vec![request], Pace::Closed)?.all_ok()?;
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
        let mut confirm = |index: usize| {
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
        let confirm = (0..count).map(&mut confirm).collect::<Result<_>>()?;
        // Callbacks about these cards are delivered meanwhile. They must not run during the measurement.
        users.wait_for_deliveries()?;
        Ok(Self {
            confirm,
            query: (0..count).map(|_| maker.request_of(&query)).collect::<Result<_>>()?,
            list: (0..count).map(|_| maker.request_of(&list)).collect::<Result<_>>()?,
        })
    }
}

/// Simulated users who open cards, one after the other over one connection.
pub(super) struct Users {
    stream: BufReader<TcpStream>,
    host: String,
}

impl Users {
    pub(super) fn of(server: &Server) -> Result<Self> {
        let host = server.kit.value("RUHUI_OPERATIONS_URL")?.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), host })
    }

    pub(super) fn open(&mut self, card_id: &str, openid: &str) -> Result<UserCardCode> {
        let body = json!({ "card_id": card_id, "openid": openid, "phone_number": PHONE }).to_string();
        let told = self.ask("POST /sandbox/user-cards/open", &body)?;
        let code = told["user_card"]["user_card_code"].as_str().context("the card has no code")?;
        Ok(UserCardCode::new(code)?)
    }

    fn wait_for_deliveries(&mut self) -> Result<()> {
        while self.ask("GET /sandbox/deliveries", "")?["data"].as_array().is_some_and(|all| !all.is_empty()) {
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }

    pub(super) fn ask(&mut self, call: &str, body: &str) -> Result<Value> {
        let request = format!(
            "{call} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
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
        ensure!(status.contains(" 200 "), "{call}: {}", String::from_utf8_lossy(&body));
        Ok(serde_json::from_slice(&body)?)
    }
}
