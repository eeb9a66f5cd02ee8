use super::*;
use std::sync::Arc;

const FACTS: RequestFacts<'static> = RequestFacts {
    method: "POST",
    path: "/v3/brand/card/points",
    query: Some("a=1&openid=oQuery"),
    caller: "1900000001",
    host: Some(FaultHost::Main),
    body: br#"{"openid":"oBody","list":["oListed"]}"#,
};

fn rule(json: &str) -> FaultRule {
    let rule: FaultRule = serde_json::from_str(json).unwrap();
    rule.check().unwrap();
    rule
}

fn mistake(json: &str) -> String {
    let rule: FaultRule = serde_json::from_str(json).unwrap();
    rule.check().unwrap_err().to_string()
}

/// The faults of so many equal requests, as the ids of the rules that were played.
fn played(faults: &Faults, requests: usize) -> Vec<Option<Arc<str>>> {
    let plans = (0..requests).map(|_| faults.request(&FACTS, None));
    plans.map(|plan| plan.fault.map(|fault| fault.id)).collect()
}

fn numbers(faults: &Faults, requests: usize) -> Vec<usize> {
    let played = played(faults, requests).into_iter().enumerate();
    played.filter_map(|(index, id)| id.map(|_| index + 1)).collect()
}

#[test]
fn the_table_has_every_kind_in_order_under_its_name() {
    for (index, row) in FAULTS.iter().enumerate() {
        assert_eq!(row.kind as usize, index, "{}", row.name);
        assert_eq!(serde_json::to_value(row.kind).unwrap(), row.name);
        assert_eq!(row.kind.row().name, row.name);
    }
    assert_eq!(FaultKind::HostDown as usize + 1, FAULTS.len());
}

#[test]
fn a_rule_of_the_wrong_form_is_rejected_with_the_member() {
    let cases = [
        (
            r#"{"fault":"forged","at":"after"}"#,
            "`at`: `forged` always happens after the commit: leave it out",
        ),
        (r#"{"fault":"redirect","at":"before"}"#, "`at`: `redirect` always happens before the commit"),
        (r#"{"fault":"callback-late","delay_ms":5,"path":"/a"}"#, "`path`: `callback-late` does not take it"),
        (
            r#"{"fault":"host-down","host":"main","times":1}"#,
            "`times`: `host-down` does not take it; it takes `host`",
        ),
        (r#"{"fault":"host-down"}"#, "`host`: `host-down` needs it"),
        (r#"{"fault":"delay"}"#, "`delay_ms`: `delay` needs it"),
        (r#"{"fault":"delay","delay_ms":600001}"#, "`delay_ms`: 600001 is not possible"),
        (r#"{"fault":"delay","delay_ms":0}"#, "`delay_ms`: 0 is not possible"),
        (r#"{"fault":"reset","delay_ms":1}"#, "`delay_ms`: `reset` does not take it"),
        (r#"{"fault":"reset","nth":0}"#, "`nth`: 0 is not possible"),
        (r#"{"fault":"reset","times":0}"#, "`times`: 0 is not possible"),
        (r#"{"fault":"reset","probability":1.5}"#, "`probability`: 1.5 is not possible"),
        (r#"{"fault":"reset","seed":1}"#, "`seed`: it goes with `probability` only"),
        (r#"{"fault":"reset","path":"v3"}"#, "`path`: v3 is not possible"),
        (r#"{"fault":"reset","path":"/a*b"}"#, "`path`: /a*b is not possible"),
        (r#"{"fault":"reset","path":"/a?b=1"}"#, "`path`: /a?b=1 is not possible"),
        (r#"{"fault":"reset","method":"post"}"#, "`method`: post is not possible"),
        (r#"{"fault":"reset","caller":""}"#, "`caller`: "),
        (r#"{"fault":"reset","openid":""}"#, "`openid`: "),
        (r#"{"fault":"callback-lost","event_type":"PAYMENT"}"#, "`event_type`: "),
        (r#"{"fault":"reset","event_type":"USER_CARD.CREATE"}"#, "`event_type`: `reset` does not take it"),
    ];
    for (json, begins) in cases {
        let message = mistake(json);
        assert!(message.starts_with(begins), "{json}: {message}");
    }
    for json in [r#"{"fault":"resett"}"#, r#"{"fault":"reset","tims":1}"#, r#"{"at":"after"}"#] {
        assert!(serde_json::from_str::<FaultRule>(json).is_err(), "{json}");
    }
}

#[test]
fn a_rule_concerns_the_requests_that_it_names() {
    let yes = [
        r#"{"fault":"reset"}"#,
        r#"{"fault":"reset","path":"*"}"#,
        r#"{"fault":"reset","path":"/v3/brand/card/points","method":"POST","caller":"1900000001","host":"main"}"#,
        r#"{"fault":"reset","path":"/v3/brand/*"}"#,
        r#"{"fault":"reset","openid":"oBody"}"#,
        r#"{"fault":"reset","openid":"oListed"}"#,
        r#"{"fault":"reset","openid":"oQuery"}"#,
        r#"{"fault":"forged","openid":"points"}"#,
    ];
    let no = [
        r#"{"fault":"reset","path":"/v3/brand"}"#,
        r#"{"fault":"reset","method":"GET"}"#,
        r#"{"fault":"reset","caller":"1004"}"#,
        r#"{"fault":"reset","host":"backup"}"#,
        r#"{"fault":"reset","openid":"oBod"}"#,
        r#"{"fault":"callback-lost"}"#,
        r#"{"fault":"host-down","host":"main"}"#,
    ];
    for (json, is_played) in yes.map(|json| (json, true)).into_iter().chain(no.map(|json| (json, false))) {
        let faults = Faults::default();
        faults.add(rule(json)).unwrap();
        assert_eq!(faults.request(&FACTS, None).fault.is_some(), is_played, "{json}");
        assert_eq!(faults.list()[0].matched, u64::from(is_played), "{json}");
    }
}

#[test]
fn a_rule_plays_the_matches_that_it_counts() {
    for (json, expected) in [
        (r#"{"fault":"reset"}"#, vec![1, 2, 3, 4, 5, 6]),
        (r#"{"fault":"reset","times":2}"#, vec![1, 2]),
        (r#"{"fault":"reset","nth":3}"#, vec![3]),
        (r#"{"fault":"reset","nth":3,"times":2}"#, vec![3, 4]),
        (r#"{"fault":"reset","probability":0}"#, vec![]),
        (r#"{"fault":"reset","probability":1,"times":2}"#, vec![1, 2]),
    ] {
        let faults = Faults::default();
        faults.add(rule(json)).unwrap();
        assert_eq!(numbers(&faults, 6), expected, "{json}");
        let listed = &faults.list()[0];
        assert_eq!((listed.matched, listed.played), (6, expected.len() as u64), "{json}");
        let is_limited = json.contains("times") || json.contains("nth");
        assert_eq!(listed.is_spent, is_limited, "{json}");
    }
}

#[test]
fn a_probability_is_kept_and_its_sequence_depends_on_the_seed_alone() {
    let sequence = |seed: u64, others: &[&str]| {
        let faults = Faults::default();
        let wanted =
            faults.add(rule(&format!(r#"{{"fault":"reset","probability":0.3,"seed":{seed}}}"#))).unwrap();
        for other in others {
            faults.add(rule(other)).unwrap();
        }
        let is_wanted = |id: Option<Arc<str>>| id.as_deref() == Some(wanted.id.as_str());
        played(&faults, 2000).into_iter().map(is_wanted).collect::<Vec<_>>()
    };
    let alone = sequence(42, &[]);
    let share = alone.iter().filter(|played| **played).count();
    assert!((500..700).contains(&share), "{share}");
    assert_eq!(sequence(42, &[r#"{"fault":"close","probability":0.5}"#]), alone);
    assert_ne!(sequence(43, &[]), alone);
}

#[test]
fn the_first_rule_that_plays_decides_all_count_and_delays_add_up() {
    let faults = Faults::default();
    for json in [
        r#"{"fault":"delay","delay_ms":5}"#,
        r#"{"fault":"reset","times":1}"#,
        r#"{"fault":"close","nth":2}"#,
        r#"{"fault":"delay","delay_ms":7,"at":"after"}"#,
        r#"{"fault":"delay","delay_ms":2}"#,
    ] {
        faults.add(rule(json)).unwrap();
    }
    let plans: Vec<Plan> = (0..3).map(|_| faults.request(&FACTS, None)).collect();
    let kinds: Vec<_> = plans.iter().map(|plan| plan.fault_at(FaultTime::Before)).collect();
    assert_eq!(kinds, [Some(FaultKind::Reset), Some(FaultKind::Close), None]);
    let [before, after] = [FaultTime::Before, FaultTime::After].map(|time| plans[2].delay(time).as_millis());
    assert_eq!((before, after), (7, 7));
    let counts: Vec<_> = faults.list().iter().map(|rule| (rule.matched, rule.played)).collect();
    assert_eq!(counts, [(3, 3), (3, 1), (3, 1), (3, 3), (3, 3)]);
}

#[test]
fn a_store_failure_is_part_of_the_plan_and_no_fault_of_the_pipeline() {
    let faults = Faults::default();
    faults.add(rule(r#"{"fault":"store-failure","at":"after"}"#)).unwrap();
    let plan = faults.request(&FACTS, None);
    assert_eq!((plan.store_failure(), plan.fault_at(FaultTime::After)), (Some(FaultTime::After), None));
}

#[test]
fn callbacks_and_hosts_have_their_own_rules() {
    let faults = Faults::default();
    let mut changes = faults.subscribe();
    assert!(!faults.host_down(FaultHost::Main));
    let down = faults.add(rule(r#"{"fault":"host-down","host":"main"}"#)).unwrap();
    assert!(changes.has_changed().unwrap());
    changes.mark_unchanged();
    assert_eq!([FaultHost::Main, FaultHost::Backup].map(|host| faults.host_down(host)), [true, false]);
    faults.remove(&down.id).unwrap();
    assert!(changes.has_changed().unwrap() && !faults.host_down(FaultHost::Main));

    faults.add(rule(r#"{"fault":"reset"}"#)).unwrap();
    let event = rule(r#"{"fault":"callback-lost","event_type":"USER_CARD.CREATE","openid":"o1","times":1}"#);
    faults.add(event).unwrap();
    let facts = |event_type, resource| CallbackFacts { owner: "1900000001", event_type, resource };
    let (of_user, of_none) = (r#"{"card_id":"p1","openid":"o1"}"#, r#"{"card_id":"p1"}"#);
    let created = "BRAND_MEMBER_CARD_SP.USER_CARD.CREATE";
    assert!(faults.callback(&facts("BRAND_MEMBER_CARD_SP.USER_CARD.DELETE", of_user)).is_none());
    assert!(faults.callback(&facts(created, of_none)).is_none());
    let played = faults.callback(&facts(created, of_user)).unwrap();
    assert_eq!((played.kind(), played.time(), &*played.id), (FaultKind::CallbackLost, None, "f3"));
    assert!(faults.callback(&facts(created, of_user)).is_none());
}

#[test]
fn a_header_is_read_and_its_mistakes_are_named() {
    let header = HeaderFaults::parse("delay; delay_ms=1").unwrap();
    assert_eq!(header.rules[0].delay_ms, Some(1));
    let header = HeaderFaults::parse("reset;at=after ;times=2; key=t17,forged").unwrap();
    assert_eq!(header.rules.len(), 2);
    assert_eq!(*header.rules[0], rule(r#"{"fault":"reset","at":"after","times":2}"#));
    for (text, begins) in [
        ("", "\"\" is no fault of a request"),
        ("resett", "\"resett\" is no fault of a request"),
        ("callback-lost", "\"callback-lost\" is no fault of a request"),
        ("host-down", "\"host-down\" is no fault of a request"),
        ("reset,", "\"\" is no fault of a request"),
        ("reset; after", "\"after\" is no `member=value`"),
        ("reset;", "\"\" is no `member=value`"),
        ("reset; at=now", "`at`: now is not possible"),
        ("reset; times=x", "`times`: x is not possible"),
        ("reset; times=-1", "`times`: -1 is not possible"),
        ("reset; times=1; times=1", "`times` stands twice"),
        ("reset; path=/v3", "\"path\" is no member of the header"),
        ("reset; key=", "`key`:  is not possible"),
        ("reset; key=a b", "`key`: a b is not possible"),
        ("forged; at=after", "`at`: `forged` always happens after"),
        ("delay", "`delay_ms`: `delay` needs it"),
    ] {
        let message = HeaderFaults::parse(text).unwrap_err().to_string();
        assert!(message.starts_with(begins), "{text}: {message}");
    }
    let many = vec!["reset"; 17].join(",");
    assert!(HeaderFaults::parse(&many).unwrap_err().to_string().starts_with("it has 17 faults"));
}

#[test]
fn a_header_is_counted_by_its_whole_text_and_comes_before_the_rules() {
    let faults = Faults::default();
    faults.add(rule(r#"{"fault":"close","nth":4}"#)).unwrap();
    let [one, two] =
        ["a", "b"].map(|key| HeaderFaults::parse(&format!("reset; times=2; key={key}")).unwrap());
    let ids: Vec<_> = [&one, &one, &two, &one, &two, &two]
        .map(|header| faults.request(&FACTS, Some(header)).fault.map(|fault| fault.id.to_string()))
        .into();
    let header = || Some("header".to_owned());
    assert_eq!(ids, [header(), header(), header(), Some("f1".to_owned()), header(), None]);
    assert_eq!(faults.list()[0].matched, 6);
}

#[test]
fn the_counts_of_headers_are_bounded() {
    let faults = Faults::default();
    let header = |key: usize| HeaderFaults::parse(&format!("reset; times=1; key={key}")).unwrap();
    let is_played = |key| faults.request(&FACTS, Some(&header(key))).fault.is_some();
    assert!(is_played(0) && !is_played(0));
    assert!((1..=10_000).all(is_played));
    assert!(is_played(0), "the oldest text is forgotten");
    assert!(!is_played(10_000));
}

#[test]
fn rules_are_bounded_and_ids_are_not_used_again() {
    let faults = Faults::default();
    let reset = || rule(r#"{"fault":"reset"}"#);
    for _ in 0..MOST_RULES {
        faults.add(reset()).unwrap();
    }
    assert_eq!(faults.add(reset()), Err(AddError::TooMany { most: MOST_RULES }));
    assert_eq!(faults.remove("f1000").unwrap().rule, reset());
    assert_eq!(faults.remove("f1000"), None);
    assert_eq!(faults.add(reset()).unwrap().id, "f1001");
    assert_eq!(faults.clear(), MOST_RULES);
    assert_eq!(faults.add(reset()).unwrap().id, "f1002");
}

#[test]
fn the_rules_of_the_file_keep_their_counts_come_back_and_begin_again() {
    let faults = Faults::default();
    let ids = |faults: &Faults| faults.list().iter().map(|rule| rule.id.to_string()).collect::<Vec<_>>();
    let (reset, close) = (rule(r#"{"fault":"reset","nth":9}"#), rule(r#"{"fault":"close","nth":9}"#));
    faults.apply_file(vec![reset.clone(), reset.clone()]);
    faults.add(close.clone()).unwrap();
    assert_eq!(ids(&faults), ["f1", "f2", "f3"]);
    faults.request(&FACTS, None);
    faults.apply_file(vec![reset.clone(), close.clone()]);
    assert_eq!(ids(&faults), ["f1", "f3", "f4"]);
    assert_eq!(faults.list()[0].matched, 1);
    faults.remove("f1").unwrap();
    faults.reset();
    let listed = faults.list();
    assert_eq!(ids(&faults), ["f4", "f5"]);
    assert!(listed.iter().all(|rule| rule.source == RuleSource::File && rule.matched == 0));
}

#[test]
fn a_listed_rule_is_flat() {
    let faults = Faults::default();
    let listed = faults.add(rule(r#"{"fault":"reset","times":2}"#)).unwrap();
    let json = serde_json::to_value(listed).unwrap();
    let expected = serde_json::json!({
        "id": "f1", "fault": "reset", "times": 2, "source": "api", "matched": 0, "played": 0, "is_spent": false,
    });
    assert_eq!(json, expected);
}
