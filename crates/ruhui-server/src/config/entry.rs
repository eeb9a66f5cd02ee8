//! Digests of the file's entries, which show whether an entry was edited.
//!
//! A digest is computed from the TOML values of an entry, the contents of the files that the entry names, and the
//! values of other entries that the record takes over. It does not depend on the record. Otherwise a release that
//! writes records in another form would take an unchanged entry for an edited one, and undo the changes of callers.

use super::Config;
use crate::domain::{Brand, Claim, Member, Merchant, Template, User};
use crate::platform::Platform;
use crate::reload::{Change, Edit};
use crate::store::{Key, Record as _};
use aws_lc_rs::digest::{Context, SHA256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use toml::de::{DeTable, DeValue};

/// The digests of the entries and settings of a file.
#[derive(Clone, Default)]
pub(crate) struct EntryDigests {
    /// The digest of the entry of each record that the file describes.
    records: BTreeMap<Key, String>,
    /// The digest of each setting and entry, by its name for people: `service.rate_limit`, `templates.CARD_ID`.
    named: BTreeMap<String, String>,
}

impl fmt::Debug for EntryDigests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntryDigests({})", self.named.len())
    }
}

/// The records that the file describes, in the order of its entries.
pub(super) struct Described<'a> {
    pub(super) platform: &'a Platform,
    pub(super) merchants: &'a [Merchant],
    pub(super) brands: &'a [Brand],
    pub(super) templates: &'a [Template],
    pub(super) users: &'a [User],
    /// The cards that each user of the file holds, with the claims on their codes.
    pub(super) held: &'a [Vec<(Member, Claim)>],
}

impl EntryDigests {
    /// Computes the digests of a file that has been parsed.
    pub(super) fn of(text: &str, config: &Config, described: &Described<'_>) -> Self {
        let parsed = DeTable::parse(text).map(toml::Spanned::into_inner).unwrap_or_default();
        let entry = |table: &str, index: usize| Entry::find(&parsed, table, index);
        let mut digests = Self::default();
        for (name, value) in Entry::table(&parsed, "service").members() {
            let mut digest = Digest::new();
            digest.value(Some(value));
            digests.named.insert(format!("service.{name}"), digest.finish());
        }
        for (family, keys) in [("partner", &described.platform.partner), ("brand", &described.platform.brand)]
        {
            let mut digest = Entry::table(&parsed, "platform").table_in(family).digest(&[]);
            digest.texts(keys.signers().map(|signer| signer.key().public_key().to_pem()));
            digest.texts(keys.certificates.iter().map(|certificate| &certificate.pem));
            digests.named.insert(format!("platform.{family}"), digest.finish());
        }
        for index in 0..config.faults.len() {
            let digest = entry("faults", index).digest(&[]).finish();
            digests.named.insert(format!("faults[{index}]"), digest);
        }
        for (index, merchant) in described.merchants.iter().enumerate() {
            let mut digest = entry("merchants", index).digest(&["certificates", "apiv3_key"]);
            digest.texts(&merchant.certificates);
            digest.texts(merchant.apiv3_key.as_slice());
            digests.note(Merchant::key(&merchant.id()), format!("merchants.{}", merchant.mchid), digest);
        }
        for (index, brand) in described.brands.iter().enumerate() {
            let mut digest = entry("brands", index).digest(&["certificates", "api_key"]);
            digest.texts(&brand.certificates);
            digest.texts(brand.api_key.as_slice());
            digest.texts(brand.appids.iter().map(|appid| appid.as_str()));
            digests.note(Brand::key(&brand.id()), format!("brands.{}", brand.brand_id), digest);
        }
        for (index, template) in described.templates.iter().enumerate() {
            let entry = entry("templates", index);
            let mut digest = entry.digest(&[]);
            // An entry without an owner has the brand's first merchant as owner.
            digest.texts([template.owner.field(), template.owner.id()]);
            // An entry without a URL has the file's. With the default one, the digest is that of earlier releases.
            if let (None, Some(notify_url)) = (entry.member("notify_url"), config.service.own_notify_url()) {
                digest.texts([notify_url.as_str()]);
            }
            let name = format!("templates.{}", template.card.card_id);
            digests.note(Template::key(&template.id()), name, digest);
        }
        for (index, user) in described.users.iter().enumerate() {
            let digest = entry("users", index).digest(&["name", "cards"]);
            digests.note(User::key(&user.id()), format!("users.{}", user.openid.as_str()), digest);
        }
        for (member, claim) in described.held.iter().flatten() {
            // A card takes its brand and its validity from the template's entry.
            let of_card = |template: &super::TemplateConfig| template.card_id == member.card_id;
            let template = config.templates.iter().position(of_card).unwrap_or(usize::MAX);
            let mut digest = Digest::new();
            digest.texts([member.openid.as_str(), member.card_id.as_str(), member.brand_id.as_str()]);
            digest.value(entry("templates", template).member("available_end_time"));
            let name = format!("users.{}.cards.{}", member.openid.as_str(), member.card_id);
            digests.note(Member::key(&member.id()), name, digest);
            let mut digest = Digest::new();
            digest.texts([member.openid.as_str(), member.card_id.as_str()]);
            digests.records.insert(Claim::key(&claim.id()), digest.finish());
        }
        digests
    }

    fn note(&mut self, key: Key, name: String, digest: Digest) {
        let digest = digest.finish();
        self.named.insert(name, digest.clone());
        self.records.insert(key, digest);
    }

    /// The settings and entries in which `after` differs from this file, in the order of their names.
    pub(crate) fn changes(&self, after: &Self) -> Vec<Change> {
        let names: BTreeSet<&String> = self.named.keys().chain(after.named.keys()).collect();
        let change = |name: &String| match (self.named.get(name), after.named.get(name)) {
            (None, _) => Some(Edit::Added),
            (_, None) => Some(Edit::Removed),
            (before, after) => (before != after).then_some(Edit::Edited),
        };
        let changes = names.into_iter().filter_map(|name| Some((name, change(name)?)));
        changes.map(|(name, change)| Change { key: name.clone(), change }).collect()
    }

    /// Returns the digest of the entry that describes this record.
    pub(super) fn digest(&self, key: &Key) -> Option<&String> {
        self.records.get(key)
    }
}

/// One entry of an array of tables, if it exists.
#[derive(Clone, Copy)]
struct Entry<'a>(Option<&'a DeTable<'a>>);

impl<'a> Entry<'a> {
    fn find(file: &'a DeTable<'a>, table: &str, index: usize) -> Self {
        let array = file.get(table).and_then(|value| value.get_ref().as_array());
        Self(array.and_then(|array| array.get(index)).and_then(|value| value.get_ref().as_table()))
    }

    fn table(file: &'a DeTable<'a>, name: &str) -> Self {
        Self(file.get(name).and_then(|value| value.get_ref().as_table()))
    }

    fn table_in(self, name: &str) -> Self {
        Self(self.member(name).and_then(DeValue::as_table))
    }

    fn members(self) -> impl Iterator<Item = (&'a str, &'a DeValue<'a>)> {
        self.0.into_iter().flatten().map(|(name, value)| (name.get_ref().as_ref(), value.get_ref()))
    }

    fn member(self, name: &str) -> Option<&'a DeValue<'a>> {
        self.0?.get(name).map(toml::Spanned::get_ref)
    }

    /// Computes a digest of all members except these.
    fn digest(self, except: &[&str]) -> Digest {
        let mut digest = Digest::new();
        for (name, value) in self.0.into_iter().flatten() {
            let name: &str = name.get_ref();
            if !except.contains(&name) {
                digest.text(name);
                digest.value(Some(value.get_ref()));
            }
        }
        digest
    }
}

/// A digest of values. Each is preceded by its type and length, so that different values make different digests.
struct Digest(Context);

impl Digest {
    fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    fn part(&mut self, of: &str, length: usize) {
        self.0.update(format!("{of}{length}:").as_bytes());
    }

    fn text(&mut self, text: &str) {
        self.part("s", text.len());
        self.0.update(text.as_bytes());
    }

    fn texts<T: AsRef<str>>(&mut self, texts: impl IntoIterator<Item = T>) {
        let texts: Vec<T> = texts.into_iter().collect();
        self.part("a", texts.len());
        texts.iter().for_each(|text| self.text(text.as_ref()));
    }

    fn value(&mut self, value: Option<&DeValue<'_>>) {
        match value {
            None => self.part("n", 0),
            // A time may be written as a text or as TOML's own time.
            Some(DeValue::String(text)) => self.text(text),
            Some(DeValue::Datetime(time)) => self.text(&time.to_string()),
            Some(DeValue::Boolean(value)) => self.part("b", usize::from(*value)),
            Some(DeValue::Integer(number)) => {
                self.part("i", number.radix() as usize);
                self.text(number.as_str());
            }
            Some(DeValue::Float(number)) => {
                self.part("f", 0);
                self.text(number.as_str());
            }
            Some(DeValue::Array(array)) => {
                self.part("a", array.len());
                array.iter().for_each(|value| self.value(Some(value.get_ref())));
            }
            Some(DeValue::Table(table)) => {
                self.part("t", table.len());
                for (name, value) in table {
                    self.text(name.get_ref());
                    self.value(Some(value.get_ref()));
                }
            }
        }
    }

    fn finish(self) -> String {
        hex::encode(self.0.finish())
    }
}
