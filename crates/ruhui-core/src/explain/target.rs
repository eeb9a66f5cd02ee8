//! Mistakes in the second line of the canonical message: path and query.

use super::members;
use super::parts::{Parts, permutations};
use crate::api::{self, Endpoint, Visitor};
use crate::percent::RESERVED;
use encoding_rs::GBK;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode, utf8_percent_encode};
use std::collections::BTreeSet;

/// Largest number of pieces of a path or a query that are left out one by one: a request may have thousands,
/// and each variant copies the rest.
const LEFT_OUT: usize = 64;

const HOSTS: [&str; 2] = ["api.mch.weixin.qq.com", "api2.mch.weixin.qq.com"];

/// Characters that keep their meaning unencoded: the unreserved characters and the delimiters of path and
/// query.
const LOOSE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'?')
    .remove(b'&')
    .remove(b'=')
    .remove(b'%')
    .remove(b':')
    .remove(b'@')
    .remove(b',')
    .remove(b';')
    .remove(b'+')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*');
/// Like [`LOOSE`], but encodes the characters that form encoders encode.
const STRICT: &AsciiSet = &LOOSE
    .add(b':')
    .add(b'@')
    .add(b',')
    .add(b';')
    .add(b'+')
    .add(b'!')
    .add(b'$')
    .add(b'\'')
    .add(b'(')
    .add(b')');

/// Characters that libraries do not encode in a value: RFC 3986's unreserved characters, for Python's
/// `urlencode` and Go; also the slash, for Python's `quote`; `*` but not `~`, for forms; those of
/// `encodeURIComponent`; and all that RFC 3986 allows in a query, for Guzzle and Apple.
const KEPT: [&AsciiSet; 5] = [RESERVED, QUOTE, FORM, COMPONENT, QUERY];
const QUOTE: &AsciiSet = &RESERVED.remove(b'/');
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'*');
const COMPONENT: &AsciiSet = &FORM.remove(b'~').remove(b'!').remove(b'\'').remove(b'(').remove(b')');
const QUERY: &AsciiSet = &COMPONENT
    .remove(b'$')
    .remove(b',')
    .remove(b';')
    .remove(b':')
    .remove(b'@')
    .remove(b'/')
    .remove(b'?')
    .remove(b'+')
    .remove(b'=');

fn targets(parts: &Parts, targets: impl IntoIterator<Item = impl Into<Vec<u8>>>) -> Vec<Parts> {
    let changed = targets.into_iter().map(|target| parts.with_target(target));
    changed.filter(|changed| changed.target != parts.target).collect()
}

/// Returns path and query of the target.
fn both(parts: &Parts) -> (&str, Option<&str>) {
    split(parts.target_text())
}

/// Largest number of parameters that are tried in every order.
const PERMUTED_PARAMETERS: usize = 6;

fn split(target: &str) -> (&str, Option<&str>) {
    match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    }
}

fn join(path: &str, query: Option<&str>) -> String {
    query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))
}

pub(super) fn with_scheme_and_host(parts: &Parts) -> Vec<Parts> {
    let hosts = parts.host.as_deref().into_iter().chain(HOSTS);
    targets(
        parts,
        hosts.flat_map(|host| {
            ["https://", "http://", ""].map(|scheme| format!("{scheme}{host}{}", parts.target_text()))
        }),
    )
}

pub(super) fn without_query(parts: &Parts) -> Vec<Parts> {
    match both(parts) {
        // A target that ends in a bare question mark has another row.
        (_, None | Some("")) => Vec::new(),
        (path, Some(_)) => vec![parts.with_target(path)],
    }
}

pub(super) fn query_as_body(parts: &Parts) -> Vec<Parts> {
    match both(parts) {
        (_, None | Some("")) => Vec::new(),
        (path, Some(query)) => vec![parts.with_target(path).with_body(query)],
    }
}

pub(super) fn trailing_question_mark(parts: &Parts) -> Vec<Parts> {
    match both(parts) {
        (path, None) => vec![parts.with_target(format!("{path}?"))],
        (path, Some("")) => vec![parts.with_target(path)],
        (_, Some(_)) => Vec::new(),
    }
}

pub(super) fn query_order(parts: &Parts) -> Vec<Parts> {
    let (path, Some(query)) = both(parts) else {
        return Vec::new();
    };
    let pairs: Vec<&str> = query.split('&').collect();
    let mut sorted = pairs.clone();
    sorted.sort_unstable();
    let orders = if pairs.len() <= PERMUTED_PARAMETERS { permutations(&pairs) } else { Vec::new() };
    targets(parts, std::iter::once(sorted).chain(orders).map(|pairs| format!("{path}?{}", pairs.join("&"))))
}

pub(super) fn trailing_slash(parts: &Parts) -> Vec<Parts> {
    let (path, query) = both(parts);
    let other = path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned);
    targets(parts, [join(&other, query)])
}

pub(super) fn without_leading_slash(parts: &Parts) -> Vec<Parts> {
    targets(parts, parts.target_text().strip_prefix('/').map(str::to_owned))
}

pub(super) fn without_version(parts: &Parts) -> Vec<Parts> {
    targets(parts, parts.target_text().strip_prefix("/v3").map(str::to_owned))
}

pub(super) fn doubled_slash(parts: &Parts) -> Vec<Parts> {
    let (path, query) = both(parts);
    let single = path.split('/').filter(|segment| !segment.is_empty()).collect::<Vec<_>>().join("/");
    targets(parts, [format!("/{}", parts.target_text()), join(&format!("/{single}"), query)])
}

/// A proxy in front of the service added or removed the path before the version.
pub(super) fn prefix(parts: &Parts) -> Vec<Parts> {
    targets(
        parts,
        ["/v3/", "/brand/"].into_iter().filter_map(|root| {
            parts.target_text().find(root).filter(|at| *at > 0).map(|at| parts.target_text()[at..].to_owned())
        }),
    )
}

pub(super) fn decoded(parts: &Parts) -> Vec<Parts> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8().map(String::from).ok();
    let (path, query) = both(parts);
    let everything = decode(parts.target_text());
    let path_only = decode(path).map(|path| join(&path, query));
    let query_only = query.and_then(decode).map(|query| join(path, Some(&query)));
    let form = decode(&parts.target_text().replace('+', " "));
    // Some libraries encode these characters and others do not: each is tried alone.
    let each = MARKS.iter().map(|mark| {
        let encoded = [format!("%{:02X}", *mark as u32), format!("%{:02x}", *mark as u32)];
        encoded
            .iter()
            .fold(parts.target_text().to_owned(), |target, code| target.replace(code, &mark.to_string()))
    });
    let bytes = percent_decode_str(parts.target_text()).collect::<Vec<u8>>();
    let all = [everything, path_only, query_only, form].into_iter().flatten().chain(each);
    targets(parts, all.map(String::into_bytes).chain([bytes]))
}

/// Characters that libraries for addresses treat differently.
const MARKS: [char; 20] =
    ['|', ':', ',', '@', ';', '!', '$', '\'', '(', ')', '*', '~', '[', ']', '{', '}', ' ', '+', '"', '/'];

pub(super) fn encoded(parts: &Parts) -> Vec<Parts> {
    let target = parts.target_text();
    let (path, query) = both(parts);
    let whole = [LOOSE, STRICT].map(|set| utf8_percent_encode(target, set).to_string());
    let each = MARKS.iter().filter(|mark| **mark != '/').map(|mark| {
        // Slashes are encoded in the query only, since those of a path separate its segments.
        target.replace(*mark, &format!("%{:02X}", *mark as u32))
    });
    let slashes = query.map(|query| join(path, Some(&query.replace('/', "%2F"))));
    targets(parts, whole.into_iter().chain([target.replace('%', "%25")]).chain(each).chain(slashes))
}

/// The values are in GBK instead of UTF-8, encoded and not.
pub(super) fn gbk(parts: &Parts) -> Vec<Parts> {
    let target = parts.target_text();
    let decoded = percent_decode_str(target).decode_utf8().ok();
    let Some(text) = decoded.filter(|text| !text.is_ascii()) else { return Vec::new() };
    let bytes = |text: &str| GBK.encode(text).0.into_owned();
    let encoded = KEPT.iter().filter_map(|kept| encoded_anew(target, kept, bytes));
    let all = encoded.flat_map(|encoded| [lower_hex(&encoded), encoded]);
    targets(parts, all.map(String::into_bytes).chain([bytes(&text)]))
}

/// Decodes path segments and values, and encodes them as another library does; `None` if they are not UTF-8.
fn encoded_anew(target: &str, kept: &'static AsciiSet, bytes: impl Fn(&str) -> Vec<u8>) -> Option<String> {
    let encode = |text: &str| -> Option<String> {
        let plain = percent_decode_str(text).decode_utf8().ok()?;
        Some(percent_encode(&bytes(&plain), kept).to_string())
    };
    let (path, query) = split(target);
    let path: Option<Vec<_>> = path.split('/').map(&encode).collect();
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, value)) => Some(format!("{}={}", encode(name)?, encode(value)?)),
        None => encode(pair),
    };
    let query: Option<Option<Vec<_>>> = query.map(|query| query.split('&').map(pair).collect());
    let query = match query {
        Some(pairs) => Some(pairs?.join("&")),
        None => None,
    };
    Some(join(&path?.join("/"), query.as_deref()))
}

fn lower_hex(target: &str) -> String {
    recased(target, false)
}

fn recased(target: &str, upper: bool) -> String {
    let mut pieces = target.split('%');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2).unwrap_or((piece, ""));
        let digits = if upper { digits.to_ascii_uppercase() } else { digits.to_ascii_lowercase() };
        text.push_str(&format!("%{digits}{rest}"));
    }
    text
}

/// Other spellings of an encoding: `%e4` for `%E4`, `+` for `%20`, other marks encoded, and the reverse of
/// each.
pub(super) fn encoding_form(parts: &Parts) -> Vec<Parts> {
    let target = parts.target_text();
    if !target.contains(['%', '+']) {
        return Vec::new();
    }
    let blanks = [target.replace("%20", "+"), target.replace('+', "%20")];
    let written_again =
        KEPT.iter().filter_map(|kept| encoded_anew(target, kept, |text| text.as_bytes().to_vec()));
    let written_again = written_again.flat_map(|written_again| {
        [written_again.replace("%20", "+"), lower_hex(&written_again), written_again]
    });
    let whole = percent_decode_str(target).decode_utf8().unwrap_or_default();
    let whole = [LOOSE, STRICT].map(|set| utf8_percent_encode(&whole, set).to_string());
    targets(
        parts,
        [recased(target, true), lower_hex(target)]
            .into_iter()
            .chain(blanks)
            .chain(written_again)
            .chain(whole),
    )
}

pub(super) fn lower_cased(parts: &Parts) -> Vec<Parts> {
    targets(parts, [parts.target_text().to_lowercase()])
}

/// Returns the paths of the API's endpoints, with their placeholders.
fn paths() -> BTreeSet<&'static str> {
    struct Paths(BTreeSet<&'static str>);
    impl Visitor for Paths {
        fn endpoint<E: Endpoint>(&mut self) {
            self.0.insert(E::PATH);
        }
    }
    let mut paths = Paths(BTreeSet::new());
    api::visit(&mut paths);
    paths.0
}

/// The path of another endpoint was signed, such as the one that the code requested before it was changed.
pub(super) fn other_path(parts: &Parts) -> Vec<Parts> {
    let (path, query) = both(parts);
    // A path that is the end of this one names the same endpoint, behind a proxy that made its path longer.
    let others = paths().into_iter().filter(|other| !members::matches(other, path) && !path.ends_with(other));
    targets(parts, others.map(|other| join(other, query)))
}

/// The path was signed as the documents print it, with `{card_id}`.
pub(super) fn placeholder(parts: &Parts) -> Vec<Parts> {
    let (path, query) = both(parts);
    let own = || paths().into_iter().filter(|own| own.contains('{') && members::matches(own, path));
    let colons = |own: &str| own.replace('{', ":").replace('}', "");
    let encoded = |own: &str| own.replace('{', "%7B").replace('}', "%7D");
    let all = own().flat_map(|own| [own.to_owned(), colons(own), encoded(own)]);
    targets(parts, all.flat_map(|own| [join(&own, query), own]))
}

/// Returns whether the path has a segment in braces, as the documents print parameters.
pub(super) fn has_placeholder(parts: &Parts) -> bool {
    let (path, _) = both(parts);
    path.replace("%7B", "{").replace("%7b", "{").split('/').any(|step| step.starts_with('{'))
}

/// Only the end of the path was signed: the base address had the rest, or a proxy added it.
pub(super) fn path_end(parts: &Parts) -> Vec<Parts> {
    let (path, query) = both(parts);
    // A path without `/v3` has another row.
    let ends = path.match_indices('/').skip(2).take(LEFT_OUT).map(|(at, _)| &path[at..]);
    targets(parts, ends.flat_map(|end| [join(end, query), join(&end[1..], query)]))
}

/// A longer path was signed: a proxy removed a prefix, or the base address has one.
pub(super) fn longer_path(parts: &Parts) -> Vec<Parts> {
    const PREFIXES: [&str; 10] =
        ["/api", "/wxpay", "/wechatpay", "/wechat", "/weixin", "/pay", "/proxy", "/gateway", "/mch", "/v3"];
    targets(parts, PREFIXES.map(|prefix| format!("{prefix}{}", parts.target_text())))
}

/// Parameters of the query were sent but not signed: one of them, or all that are empty.
pub(super) fn parameter_not_signed(parts: &Parts) -> Vec<Parts> {
    let (path, Some(query)) = both(parts) else { return Vec::new() };
    let pairs: Vec<&str> = query.split('&').collect();
    if pairs.len() < 2 {
        return Vec::new();
    }
    let without_one =
        (0..pairs.len().min(LEFT_OUT)).map(|left_out| [&pairs[..left_out], &pairs[left_out + 1..]].concat());
    let filled = pairs.iter().copied().filter(|pair| !pair.ends_with('=') && !pair.is_empty()).collect();
    targets(parts, without_one.chain([filled]).map(|pairs| join(path, Some(&pairs.join("&")))))
}

/// Only one of the two targets ends in a mark: `&`, or a fragment's `#`.
pub(super) fn trailing_mark(parts: &Parts) -> Vec<Parts> {
    let target = parts.target_text();
    let more = ["&", "#", "/#", "?#"].map(|mark| format!("{target}{mark}"));
    targets(parts, more.into_iter().chain(target.strip_suffix('&').map(str::to_owned)))
}

/// `&amp;` separates the parameters, as in an HTML page.
pub(super) fn html_entities(parts: &Parts) -> Vec<Parts> {
    let target = parts.target_text();
    targets(parts, [target.replace('&', "&amp;"), target.replace("&amp;", "&")])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::parts::Layout;

    /// The head of a request can have thousands of parameters and segments, and each variant is a copy.
    #[test]
    fn a_long_target_has_as_many_variants_as_a_short_one() {
        let parts = |target: String| Parts {
            method: "GET".to_owned(),
            target: target.into_bytes(),
            host: None,
            timestamp: "1750752000".to_owned(),
            nonce: "593bec0c-930B-F1AF".to_owned(),
            body: [].into(),
            form: None,
            layout: Layout::documented(),
        };
        let long = [parts(format!("/v3/x?{}", "a=1&".repeat(7000))), parts("/v3".repeat(9000))];
        for mistake in super::super::causes::message::MISTAKES {
            for parts in &long {
                let bytes: usize = (mistake.variants)(parts).iter().map(|parts| parts.target.len()).sum();
                assert!(bytes <= 2048 * parts.target.len(), "{}: {bytes} bytes", mistake.cause.id);
            }
        }
    }
}
