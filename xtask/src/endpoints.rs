//! Writes the tables of `docs/endpoints.md` in both languages. Each tick is derived from code or from a recorded
//! response.

use anyhow::{Context as _, Result, bail, ensure};
use ruhui_core::api::{self, Endpoint, Visitor};
use ruhui_harness::command::read_file;
use ruhui_harness::step::Outcome;
use std::path::Path;

const START: &str = "<!-- endpoints: cargo xtask endpoints -->";
const END: &str = "<!-- /endpoints -->";
/// Folder of recorded responses of the service's tests, by the endpoints' names.
const RESPONSES: &str = "crates/ruhui-server/tests/it/routes/snapshots";

#[derive(Debug, Clone, Copy)]
struct Page {
    file: &'static str,
    /// Returns the area's name in the language of the document.
    name: fn(&Area) -> &'static str,
    columns: &'static str,
}

const PAGES: &[Page] = &[
    Page {
        file: "docs/endpoints.md",
        name: |area| area.en,
        columns: "| Endpoint | Document | Edition | SDK | Service | Test |",
    },
    Page {
        file: "docs/endpoints.zh-CN.md",
        name: |area| area.zh,
        columns: "| 接口 | 文档 | 版本 | SDK | 服务端 | 测试 |",
    },
];

/// A part of the product, recognised by a word in the path of an endpoint.
struct Area {
    en: &'static str,
    zh: &'static str,
    words: &'static [&'static str],
}

const AREAS: &[Area] = &[
    Area {
        en: "Tokens of components",
        zh: "组件预授权",
        words: &["open-user-card-tokens", "pre-auth-tokens", "pay-view-tokens"],
    },
    Area { en: "Card templates", zh: "会员卡模板", words: &["cards", "media"] },
    Area { en: "User cards", zh: "用户会员卡", words: &["user-cards"] },
    Area { en: "News and points", zh: "会员动态与积分", words: &["user-feeds", "user-points"] },
    Area { en: "Activities", zh: "会员活动", words: &["membership-activities"] },
    Area {
        en: "Certificates and signatures",
        zh: "平台证书与签名自检",
        words: &["certificates", "security"],
    },
];

/// One endpoint's row, and its area.
struct Line {
    area: usize,
    text: String,
    is_answered: bool,
}

/// Writes the tables into the documents.
pub(crate) fn write() -> Outcome {
    let lines = lines()?;
    for page in PAGES {
        let text = with_table(&read_file(page.file)?, &table(&lines, page))
            .with_context(|| format!("in {}", page.file))?;
        std::fs::write(page.file, text).with_context(|| format!("{} cannot be written", page.file))?;
    }
    Ok(said(&lines))
}

/// Checks that the tables in the documents are up to date.
pub(crate) fn check() -> Outcome {
    let lines = lines()?;
    for page in PAGES {
        let found = read_file(page.file)?;
        let wanted = with_table(&found, &table(&lines, page)).with_context(|| format!("in {}", page.file))?;
        ensure!(
            found == wanted,
            "the endpoints of {} are not those of the code; write them with `cargo xtask endpoints`",
            page.file
        );
    }
    Ok(said(&lines))
}

fn said(lines: &[Line]) -> String {
    let answered = lines.iter().filter(|line| line.is_answered).count();
    format!("{} endpoints, {answered} with a tested response", lines.len())
}

fn lines() -> Result<Vec<Line>> {
    struct Lines(Vec<Result<Line>>);
    impl Visitor for Lines {
        fn endpoint<E: Endpoint>(&mut self) {
            self.0.push(line::<E>());
        }
    }
    let mut lines = Lines(Vec::new());
    api::visit(&mut lines);
    lines.0.into_iter().collect()
}

fn line<E: Endpoint>() -> Result<Line> {
    let area = AREAS.iter().position(|area| E::PATH.split('/').any(|word| area.words.contains(&word)));
    let area =
        area.with_context(|| format!("no area in xtask/src/endpoints.rs has a word of {}", E::PATH))?;
    let response = format!("{RESPONSES}/it__routes__{}.snap", E::NAME);
    // This line compiles only if the SDK sends the endpoint, as its tick states. `upload_image` sends the pictures.
    #[cfg(target_os = "linux")]
    let _ = ruhui::Client::<E::Family>::send::<E>;
    let is_answered = Path::new(&response).exists();
    let (service, test) = match is_answered {
        false => ("", String::new()),
        true => match status(&read_file(&response)?) {
            Some("200") => ("✓", format!("[✓](../{response})")),
            Some(status) => ("✓", format!("[{status}](../{response})")),
            None => bail!("{response} does not begin with a status"),
        },
    };
    let (page, url, edition) = (E::DOCUMENT.page, E::DOCUMENT.url(), E::DOCUMENT.edition);
    let text =
        format!("| `{} {}` | [{page}]({url}) | {edition} | ✓ | {service} | {test} |", E::METHOD, E::PATH);
    Ok(Line { area, text, is_answered })
}

/// Returns the status at the start of a recorded response, after the snapshot's own head.
fn status(snapshot: &str) -> Option<&str> {
    snapshot.splitn(3, "---\n").nth(2)?.split(' ').next()
}

fn table(lines: &[Line], page: &Page) -> String {
    let mut text = String::new();
    for (index, area) in AREAS.iter().enumerate() {
        text.push_str(&format!(
            "\n## {}\n\n{}\n|---|---|---|---|---|---|\n",
            (page.name)(area),
            page.columns
        ));
        for line in lines.iter().filter(|line| line.area == index) {
            text.push_str(&format!("{}\n", line.text));
        }
    }
    text + "\n"
}

/// Returns `text` with `table` between the two marker comments.
fn with_table(text: &str, table: &str) -> Result<String> {
    let (before, rest) = text.split_once(START).with_context(|| format!("there is no `{START}`"))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("there is no `{END}` after `{START}`"))?;
    Ok(format!("{before}{START}\n{table}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_takes_the_place_of_another_and_the_rest_stays() {
        let text = format!("a\n{START}\nold\n{END}\nb\n");
        let new = with_table(&text, "\nnew\n\n").unwrap();
        assert_eq!(new, format!("a\n{START}\n\nnew\n\n{END}\nb\n"));
        assert_eq!(with_table(&new, "\nnew\n\n").unwrap(), new);
        assert!(with_table("a", "").is_err() && with_table(START, "").is_err());
    }

    #[test]
    fn a_response_begins_with_its_status() {
        assert_eq!(status("---\nsource: a\n---\n200 OK\na: b\n\n{}"), Some("200"));
        assert_eq!(status("200 OK"), None);
    }
}
