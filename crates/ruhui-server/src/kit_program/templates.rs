//! The programs, with `{RUHUI_…}` for each value of a kit and `«English¦Chinese»` for each text.

use super::client::KitClient;
use super::task::Task;

/// Returns the template of a client's program. A shell cannot decrypt callbacks, so `curl` has none for them.
pub(super) fn template(client: KitClient, task: Task) -> Option<&'static str> {
    Some(match (client, task) {
        (KitClient::Java, Task::FirstToken) => include_str!("token/java.txt"),
        (KitClient::Java, Task::Callbacks) => include_str!("callbacks/java.txt"),
        (KitClient::Go, Task::FirstToken) => include_str!("token/go.txt"),
        (KitClient::Go, Task::Callbacks) => include_str!("callbacks/go.txt"),
        (KitClient::Node, Task::FirstToken) => include_str!("token/node.txt"),
        (KitClient::Node, Task::Callbacks) => include_str!("callbacks/node.txt"),
        (KitClient::Python, Task::FirstToken) => include_str!("token/python.txt"),
        (KitClient::Python, Task::Callbacks) => include_str!("callbacks/python.txt"),
        (KitClient::Php, Task::FirstToken) => include_str!("token/php.txt"),
        (KitClient::Php, Task::Callbacks) => include_str!("callbacks/php.txt"),
        (KitClient::Curl, Task::FirstToken) => include_str!("token/curl.txt"),
        (KitClient::Curl, Task::Callbacks) => return None,
        (KitClient::Rust, Task::FirstToken) => include_str!("token/rust.txt"),
        (KitClient::Rust, Task::Callbacks) => include_str!("callbacks/rust.txt"),
        (KitClient::WechatpayJava, Task::FirstToken) => include_str!("token/wechatpay_java.txt"),
        (KitClient::WechatpayJava, Task::Callbacks) => include_str!("callbacks/wechatpay_java.txt"),
        (KitClient::WechatpayGo, Task::FirstToken) => include_str!("token/wechatpay_go.txt"),
        (KitClient::WechatpayGo, Task::Callbacks) => include_str!("callbacks/wechatpay_go.txt"),
        (KitClient::WechatpayPhp, Task::FirstToken) => include_str!("token/wechatpay_php.txt"),
        (KitClient::WechatpayPhp, Task::Callbacks) => include_str!("callbacks/wechatpay_php.txt"),
        (KitClient::WxJava, Task::FirstToken) => include_str!("token/wxjava.txt"),
        (KitClient::WxJava, Task::Callbacks) => include_str!("callbacks/wxjava.txt"),
        (KitClient::Skit, Task::FirstToken) => include_str!("token/skit.txt"),
        (KitClient::Skit, Task::Callbacks) => include_str!("callbacks/skit.txt"),
    })
}
