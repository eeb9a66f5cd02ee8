//! Example command lines of each endpoint. They work against a fresh sandbox: users and numbers of requests are fresh
//! ones.

use super::BRANDS;
use crate::credentials::Family;

/// The examples of service providers. A line `[NAME]` begins that of an endpoint, for a shell; its last command sends
/// the request.
const TEXT: &str = include_str!("examples.txt");

/// Beginning of a command that sends a request by name.
const CALL: &str = "ruhui call ";

/// Returns an example for a shell. `plain` is the name without the brand family's prefix. Empty for an unknown name.
pub(super) fn of(plain: &str, family: Family) -> String {
    let heading = format!("[{plain}]");
    let lines = TEXT.lines().skip_while(|line| *line != heading).skip(1);
    let example = lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    match family {
        Family::Partner => example,
        Family::Brand => example.replace(CALL, &format!("{CALL}{BRANDS}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls;

    #[test]
    fn each_endpoint_has_an_example_that_ends_with_its_request() {
        for call in calls::all() {
            let plain = call.name.strip_prefix(BRANDS).unwrap_or(call.name);
            let example = of(plain, call.family).replace("\\\n", "");
            let last = example.lines().last().unwrap_or_else(|| panic!("{} has no example", call.name));
            assert!(format!("{last} ").starts_with(&format!("{CALL}{} ", call.name)), "{last}");
        }
    }

    #[test]
    fn each_example_is_of_an_endpoint() {
        let names = TEXT.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']'));
        for name in names {
            assert!(calls::plain().any(|call| call.name == name), "{name}");
        }
    }
}
