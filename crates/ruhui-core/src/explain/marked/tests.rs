use super::*;

/// Writes rows as text: `[…]` marks what differs, `<…>` a sign.
fn shown(you: &[u8], service: &[u8]) -> Vec<[String; 2]> {
    let side = |pieces: &Option<Vec<Piece>>| {
        let Some(pieces) = pieces else { return "-".to_owned() };
        let piece = |piece: &Piece| {
            let content = match &piece.content {
                Content::Text(text) => text.clone(),
                Content::Invisible(sign) => format!("<{sign}>"),
                Content::LeftOut(characters) => format!("…{characters}…"),
            };
            if piece.differs { format!("[{content}]") } else { content }
        };
        pieces.iter().map(piece).collect()
    };
    let row = |row: &Row| match row {
        Row::Lines { you, service } => [side(you), side(service)],
        Row::LeftOut { lines_left_out } => [format!("…{lines_left_out} lines…"), String::new()],
    };
    rows(you, service).iter().map(row).collect()
}

#[test]
fn a_missing_line_feed_is_marked_at_its_place() {
    let rows = shown(b"POST\n/v3/a\n1\nN\n{}", b"POST\n/v3/a\n1\nN\n{}\n");
    assert_eq!(rows[0], ["POST<⏎>", "POST<⏎>"]);
    assert_eq!(rows[4], ["{}", "{}[<⏎>]"]);
    assert_eq!(rows.len(), 5);
}

#[test]
fn invisible_characters_have_signs() {
    let rows = shown("\u{FEFF}a\tb\0\u{200B} c \r\n".as_bytes(), "\u{FEFF}a\tb\0\u{200B} c\n".as_bytes());
    assert_eq!(rows, [["<BOM>a<⇥>b<NUL><ZWSP> c[<␣>][<CR>]<⏎>", "<BOM>a<⇥>b<NUL><ZWSP> c<⏎>"]]);
    assert_eq!(shown(b"a\xE4b", b"a\xE4b"), [["a<\\xE4>b", "a<\\xE4>b"]]);
    assert_eq!(shown("\u{202E}x".as_bytes(), b"x"), [["[<U+202E>]x", "x"]]);
}

#[test]
fn only_the_blanks_that_differ_are_marked() {
    let rows = shown(br#"{"a": 1, "b": 2}"#, br#"{"a":1,"b":2}"#);
    assert_eq!(rows, [[r#"{"a":[<␣>]1,[<␣>]"b":[<␣>]2}"#, r#"{"a":1,"b":2}"#]]);
}

#[test]
fn texts_with_little_in_common_are_marked_whole() {
    let rows = shown(b"593BEC0C930BF1AFEB40B4A08C8FB242\n", b"c5ac7061fccab6bf3e254dcf98995b8c\n");
    assert_eq!(rows, [["[593BEC0C930BF1AFEB40B4A08C8FB242]<⏎>", "[c5ac7061fccab6bf3e254dcf98995b8c]<⏎>"]]);
}

#[test]
fn a_line_that_one_message_lacks_has_a_row_of_its_own() {
    let rows = shown(b"POST\n1\nN\n\n", b"POST\n/v3/a\n1\nN\n\n");
    assert_eq!(rows[1], ["-", "[/v3/a][<⏎>]"]);
    assert_eq!(rows[2], ["1<⏎>", "1<⏎>"]);
}

#[test]
fn long_messages_give_short_rows() {
    let long = "a".repeat(3_000_000);
    let rows = shown(format!("{long}b").as_bytes(), format!("{long}c\n").as_bytes());
    assert_eq!(rows.len(), 1);
    assert!(rows[0].iter().all(|line| line.len() < 400), "{rows:?}");
    assert!(rows[0][0].contains("…2999760…") && rows[0][0].ends_with("[b]"), "{rows:?}");

    let many = "x\n".repeat(1_000_000);
    let rows = shown(format!("{many}b").as_bytes(), format!("{many}c").as_bytes());
    assert_eq!(rows[4], ["…999993 lines…", ""]);
    assert_eq!(rows.last().unwrap(), &["[b]", "[c]"]);

    let random = |seed: u32| {
        let next = |last: &u32| Some(last.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
        std::iter::successors(Some(seed), next)
            .take(200_000)
            .flat_map(|number| number.to_be_bytes())
            .collect::<Vec<_>>()
    };
    let rows = rows_of_any(&random(1), &random(2));
    assert!(rows <= ROWS + 1, "{rows}");
}

fn rows_of_any(you: &[u8], service: &[u8]) -> usize {
    rows(you, service).len()
}
