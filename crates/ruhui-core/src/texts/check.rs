//! Checks of all texts for people, in English and in Chinese. The tests of five crates share this file.

use std::fmt::{Display, Write as _};

/// Makes one sample of each variant, in the order of the table. A variant without a row does not compile, and
/// a row whose sample is another variant fails.
macro_rules! samples {
    ($type:ty { $($pattern:pat => $sample:expr),* $(,)? }) => {{
        #[allow(dead_code, reason = "it is there to be compiled")]
        fn covered(value: &$type) {
            match value { $($pattern => (),)* }
        }
        let mut all: Vec<$type> = Vec::new();
        $(
            let sample: $type = $sample;
            assert!(matches!(&sample, $pattern), "the row {} has the sample of another", stringify!($pattern));
            all.push(sample);
        )*
        all
    }};
}
pub(crate) use samples;

/// All texts of a crate in both languages, as people read them.
#[derive(Default)]
pub(crate) struct Texts {
    page: String,
    faults: Vec<String>,
}

impl Texts {
    /// Adds values whose `{}` is English and whose `{:#}` is Chinese.
    pub(crate) fn add<T: Display>(&mut self, title: &str, values: impl IntoIterator<Item = T>) {
        let pairs = values.into_iter().map(|value| (format!("{value}"), format!("{value:#}")));
        self.add_pairs(title, pairs);
    }

    /// Adds texts that are quoted unchanged from the live service.
    #[allow(dead_code, reason = "not every crate has some")]
    pub(crate) fn quote<T: Display>(&mut self, title: &str, values: impl IntoIterator<Item = T>) {
        let _ = writeln!(self.page, "## {title}\n");
        for value in values {
            let _ = writeln!(self.page, "{value}\n{value:#}\n");
        }
    }

    /// Adds texts in English and Chinese.
    pub(crate) fn add_pairs(&mut self, title: &str, pairs: impl IntoIterator<Item = (String, String)>) {
        let _ = writeln!(self.page, "## {title}\n");
        for (en, zh) in pairs {
            let _ = writeln!(self.page, "{en}\n{zh}\n");
            if let Some(fault) = fault_of_english(&en) {
                self.faults.push(format!("{title}: {fault}: {en}"));
            }
            if let Some(fault) = fault_of_chinese(&zh) {
                self.faults.push(format!("{title}: {fault}: {zh}"));
            }
        }
    }

    /// Returns the texts as a page, for a snapshot. Panics if a text breaks a rule.
    pub(crate) fn page(self) -> String {
        assert!(self.faults.is_empty(), "{} texts are wrong:\n{}", self.faults.len(), self.faults.join("\n"));
        self.page
    }
}

fn fault_of_english(text: &str) -> Option<String> {
    let plain = unquoted(text);
    if text.trim().is_empty() || text.contains('\n') {
        return Some("not one line".to_owned());
    }
    // Up to two Chinese characters are allowed, as an example.
    let chinese =
        plain.split(|c| !('\u{2e80}'..='\u{ffef}').contains(&c)).find(|run| run.chars().count() > 2);
    chinese.map(|found| format!("{found} is not English"))
}

/// Returns the fault of a Chinese sentence: it must have Chinese characters, and no English sentence in it.
pub(crate) fn fault_of_chinese(text: &str) -> Option<String> {
    if text.contains('\n') {
        return Some("not one line".to_owned());
    }
    let plain = unquoted(text);
    if !plain.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) {
        return Some("no Chinese".to_owned());
    }
    let mut run: Vec<&str> = Vec::new();
    // A character that is neither a blank nor part of a word ends a run of words.
    for word in plain.split_inclusive(|c: char| !is_of_word(c)) {
        let bare = word.trim_end_matches(|c: char| !is_of_word(c));
        let ends = word.len() > bare.len() && !word.ends_with(' ');
        if !bare.is_empty() {
            run.push(bare);
        }
        if ends || is_a_name(bare) {
            if let Some(fault) = too_long(&run) {
                return Some(fault);
            }
            run.clear();
        }
    }
    too_long(&run)
}

/// Returns a fault if a run has two words that are not names: the beginning of an English sentence.
fn too_long(run: &[&str]) -> Option<String> {
    let words: Vec<&str> = run.iter().copied().filter(|word| !is_a_name(word)).collect();
    (words.len() > 1).then(|| format!("`{}` is English", run.join(" ")))
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '\'' | '#' | '@' | '&' | '%' | '+' | '*')
}

/// Returns whether a word is a name: a code, header, field, file, flag, product or number, and not a plain
/// word in small letters. Words that Chinese engineers write in English are names too.
fn is_a_name(word: &str) -> bool {
    const WORDS: [&str; 16] = [
        "curl",
        "shell",
        "boundary",
        "ruhui",
        "openssl",
        "token",
        "openid",
        "mchid",
        "serial",
        "nonce",
        "timestamp",
        "os",
        "error",
        "kit",
        "profile",
        "http",
    ];
    word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_lowercase()) || WORDS.contains(&word)
}

/// Returns the text without commands, values and quoted input.
fn unquoted(text: &str) -> String {
    let mut plain = String::new();
    let mut until = None;
    for character in text.chars() {
        match (until, character) {
            (Some(end), found) if end == found => until = None,
            (Some(_), _) => {}
            (None, '`') => until = Some('`'),
            (None, '"') => until = Some('"'),
            (None, '“') => until = Some('”'),
            (None, '「') => until = Some('」'),
            (None, other) => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_english_sentence_in_a_chinese_text_is_found() {
        for text in [
            "无法读取：No such file or directory (os error 2)",
            "PEM 已损坏：the text is not Base64",
            "的取值无效：invalid digit found in string",
            "the serial is wrong",
            "",
        ] {
            assert!(fault_of_chinese(text).is_some(), "{text}");
        }
        for text in [
            "文件或目录不存在（os error 2）",
            "请转换：`openssl pkcs12 -in apiclient_cert.p12 -nocerts -nodes`（密码为商户号）",
            "请求头 Wechatpay-Serial 缺失：HTTP/1.1 400 PARAM_ERROR",
            "未知的键 `shop`；可用的有 `main`、`backup`",
        ] {
            assert_eq!(fault_of_chinese(text), None, "{text}");
        }
        assert!(fault_of_english("the key 密钥错误 is wrong").is_some());
        assert_eq!(fault_of_english("there is no field `年龄`"), None);
    }
}
