//! Mistakes about the second line: path and query.

use super::parts::Parts;
use crate::api::{self, Endpoint, Visitor};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::collections::BTreeSet;

const HOSTS: [&str; 2] = ["api.mch.weixin.qq.com", "api2.mch.weixin.qq.com"];

/// What keeps its meaning unencoded: the unreserved characters and the delimiters of path and query.
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
/// The same, with the characters encoded that form encoders encode.
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

fn targets(parts: &Parts, targets: impl IntoIterator<Item = String>) -> Vec<Parts> {
    targets.into_iter().map(|target| parts.with_target(target)).collect()
}

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
            ["https://", "http://", ""].map(|scheme| format!("{scheme}{host}{}", parts.target))
        }),
    )
}

pub(super) fn without_query(parts: &Parts) -> Vec<Parts> {
    match split(&parts.target) {
        (path, Some(_)) => vec![parts.with_target(path)],
        (_, None) => Vec::new(),
    }
}

pub(super) fn query_as_body(parts: &Parts) -> Vec<Parts> {
    match split(&parts.target) {
        (path, Some(query)) => vec![parts.with_target(path).with_body(query)],
        (_, None) => Vec::new(),
    }
}

pub(super) fn trailing_question_mark(parts: &Parts) -> Vec<Parts> {
    match split(&parts.target) {
        (path, None) => vec![parts.with_target(format!("{path}?"))],
        (path, Some("")) => vec![parts.with_target(path)],
        (_, Some(_)) => Vec::new(),
    }
}

pub(super) fn query_order(parts: &Parts) -> Vec<Parts> {
    let (path, Some(query)) = split(&parts.target) else {
        return Vec::new();
    };
    let pairs: Vec<&str> = query.split('&').collect();
    let mut sorted = pairs.clone();
    sorted.sort_unstable();
    let orders = if pairs.len() <= super::body::PERMUTED { permutations(&pairs) } else { Vec::new() };
    targets(parts, std::iter::once(sorted).chain(orders).map(|pairs| format!("{path}?{}", pairs.join("&"))))
}

pub(super) fn trailing_slash(parts: &Parts) -> Vec<Parts> {
    let (path, query) = split(&parts.target);
    let other = path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned);
    targets(parts, [join(&other, query)])
}

pub(super) fn without_leading_slash(parts: &Parts) -> Vec<Parts> {
    targets(parts, parts.target.strip_prefix('/').map(str::to_owned))
}

pub(super) fn without_version(parts: &Parts) -> Vec<Parts> {
    targets(parts, parts.target.strip_prefix("/v3").map(str::to_owned))
}

pub(super) fn doubled_slash(parts: &Parts) -> Vec<Parts> {
    let (path, query) = split(&parts.target);
    let single = path.split('/').filter(|segment| !segment.is_empty()).collect::<Vec<_>>().join("/");
    targets(parts, [format!("/{}", parts.target), join(&format!("/{single}"), query)])
}

/// A proxy in front of the service added or took away what stands before the version.
pub(super) fn prefix(parts: &Parts) -> Vec<Parts> {
    targets(
        parts,
        ["/v3/", "/brand/"].into_iter().filter_map(|root| {
            parts.target.find(root).filter(|at| *at > 0).map(|at| parts.target[at..].to_owned())
        }),
    )
}

pub(super) fn decoded(parts: &Parts) -> Vec<Parts> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8().map(String::from).ok();
    let (path, query) = split(&parts.target);
    let everything = decode(&parts.target);
    let path_only = decode(path).map(|path| join(&path, query));
    let query_only = query.and_then(decode).map(|query| join(path, Some(&query)));
    let form = decode(&parts.target.replace('+', " "));
    targets(parts, [everything, path_only, query_only, form].into_iter().flatten())
}

pub(super) fn encoded(parts: &Parts) -> Vec<Parts> {
    targets(
        parts,
        [LOOSE, STRICT]
            .map(|set| utf8_percent_encode(&parts.target, set).to_string())
            .into_iter()
            .chain([parts.target.replace('%', "%25")]),
    )
}

/// `%e4` for `%E4`, `+` for `%20`, and the other way about.
pub(super) fn encoding_form(parts: &Parts) -> Vec<Parts> {
    let recased = |upper: bool| {
        let mut pieces = parts.target.split('%');
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (digits, rest) = piece.split_at_checked(2).unwrap_or((piece, ""));
            let digits = if upper { digits.to_ascii_uppercase() } else { digits.to_ascii_lowercase() };
            text.push_str(&format!("%{digits}{rest}"));
        }
        text
    };
    let blank = [parts.target.replace("%20", "+"), parts.target.replace('+', "%20")];
    targets(parts, [recased(true), recased(false)].into_iter().chain(blank))
}

pub(super) fn lower_cased(parts: &Parts) -> Vec<Parts> {
    targets(parts, [parts.target.to_lowercase()])
}

/// The path of another call of the API: the one that the code called before it was changed.
pub(super) fn other_path(parts: &Parts) -> Vec<Parts> {
    struct Paths(BTreeSet<&'static str>);
    impl Visitor for Paths {
        fn endpoint<E: Endpoint>(&mut self) {
            self.0.insert(E::PATH);
        }
    }
    let mut paths = Paths(BTreeSet::new());
    api::visit(&mut paths);
    let (_, query) = split(&parts.target);
    targets(parts, paths.0.into_iter().map(|path| join(path, query)))
}

/// All orders of the items but the one they are in.
pub(super) fn permutations<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    let mut orders: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in items {
        orders = orders
            .into_iter()
            .flat_map(|order| {
                let free: Vec<_> = (0..items.len()).filter(|index| !order.contains(index)).collect();
                free.into_iter().map(move |index| order.iter().copied().chain([index]).collect())
            })
            .collect();
    }
    orders
        .into_iter()
        .skip(1)
        .map(|order| order.into_iter().map(|index| items[index].clone()).collect())
        .collect()
}
