//! Runs of the tool with the example client.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Output};

/// Returns the program of the client.
pub(crate) fn program() -> PathBuf {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_ruhui")).with_file_name("examples/conformance_client");
    assert!(program.exists(), "build it: cargo build -p ruhui-cli --example conformance_client");
    program
}

/// Runs `ruhui conformance` in English with these arguments.
pub(crate) fn run(arguments: &[&str]) -> Output {
    run_in("en", arguments)
}

/// Runs `ruhui conformance` in this language with these arguments.
pub(crate) fn run_in(language: &str, arguments: &[&str]) -> Output {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_ruhui"));
    tool.args(["conformance", "--lang", language]).args(arguments);
    tool.output().unwrap()
}

/// Runs the client, with a flaw if one is named, and returns the result as JSON.
pub(crate) fn judged(options: &[&str], flaw: Option<&str>) -> Value {
    let program = program();
    let mut arguments = options.to_vec();
    arguments.extend(["-o", "json", "--", program.to_str().unwrap()]);
    if let Some(flaw) = flaw {
        arguments.extend(["--flaw", flaw]);
    }
    let output = run(&arguments);
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    let expected = if result["failed"] == 0 { 0 } else { 1 };
    assert_eq!(output.status.code(), Some(expected), "{output:?}");
    result
}

/// Returns the cases that did not pass, with their judgements.
pub(crate) fn failed(result: &Value) -> BTreeMap<String, String> {
    let cases = result["cases"].as_array().unwrap();
    let failed = cases.iter().filter(|case| case["judgement"] != "passed");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    failed.map(|case| (text(&case["case"]), text(&case["judgement"]))).collect()
}
