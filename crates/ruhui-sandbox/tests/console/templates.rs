//! Rules of the templates that the compiler does not check.

use std::fs;
use std::path::Path;

/// Calls `check` with the name and the text of each template.
fn each(folder: &Path, check: &mut dyn FnMut(&str, &str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            each(&path, check);
        } else {
            check(&path.display().to_string(), &fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn templates_escape_everything_and_have_nothing_inline() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ruhui-console/templates");
    let mut count = 0;
    each(&folder, &mut |name, text| {
        count += 1;
        for forbidden in
            ["|safe", "| safe", "{% autoescape", " style=", "<style", " onclick=", " onload=", " onsubmit="]
        {
            assert!(!text.contains(forbidden), "{name} has {forbidden}");
        }
        let scripts = text.matches("<script").count();
        assert!(scripts == 0 || (scripts == 1 && name.ends_with("layout.html")), "{name} has a script");
        let outside = text.matches("src=\"http").count() + text.matches("href=\"http").count();
        assert_eq!(outside, 0, "{name} names another origin");
    });
    assert!(count > 5);
}
