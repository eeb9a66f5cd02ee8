//! A visitor of the console: a browser without script.

use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, LOCATION, ORIGIN};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use ruhui_sandbox::Sandbox;

/// Texts that would run or break a page if it did not escape them.
pub(crate) const HOSTILE: &str =
    r#""><script>alert(1)</script><img src=x onerror=alert(1)>'javascript:alert(1)"#;

/// A visitor with a preferred language.
pub(crate) struct Visitor {
    client: Client,
    pub(crate) base: String,
    language: &'static str,
}

/// A page as it arrived.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) location: Option<String>,
}

impl Visitor {
    /// A visitor of a sandbox, whose browser prefers `language`.
    pub(crate) fn of(sandbox: &Sandbox, language: &'static str) -> Self {
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        Self { client, base: sandbox.operations_url().to_owned(), language }
    }

    /// Opens a page.
    pub(crate) async fn open(&self, path: &str) -> Page {
        let request = self.client.get(format!("{}{path}", self.base));
        let request = request.header(ACCEPT, "text/html").header(ACCEPT_LANGUAGE, self.language);
        Page::of(request.send().await.unwrap()).await
    }

    /// Sends a form, as a page of the console does.
    pub(crate) async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let form = serde_urlencoded::to_string(fields).unwrap();
        self.submit_form(path, "application/x-www-form-urlencoded", form.into_bytes()).await
    }

    /// Sends a form of any type, as a page of the console does.
    pub(crate) async fn submit_form(&self, path: &str, kind: &str, form: Vec<u8>) -> Page {
        let request = self.client.post(format!("{}{path}", self.base));
        let request = request
            .header(ACCEPT, "text/html")
            .header(ACCEPT_LANGUAGE, self.language)
            .header(ORIGIN, &self.base)
            .header("content-type", kind)
            .body(form);
        Page::of(request.send().await.unwrap()).await
    }

    /// Sends a form and opens the page to which the response leads.
    pub(crate) async fn submit_and_follow(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let sent = self.submit(path, fields).await;
        assert_eq!(sent.status, 303, "{}", sent.text);
        self.open(&sent.location.unwrap()).await
    }
}

impl Page {
    pub(crate) async fn of(response: Response) -> Self {
        let status = response.status().as_u16();
        let location = response.headers().get(LOCATION).map(|value| value.to_str().unwrap().to_owned());
        let text = response.text().await.unwrap();
        Self { status, text, location }
    }

    /// Checks the status and that the page has these texts.
    #[track_caller]
    pub(crate) fn shows(&self, status: StatusCode, texts: &[&str]) {
        assert_eq!(self.status, status.as_u16(), "{}", self.text);
        for text in texts {
            assert!(self.text.contains(text), "{text:?} is missing in {}", self.text);
        }
    }

    /// Checks that no element or attribute comes from [`HOSTILE`].
    #[track_caller]
    pub(crate) fn is_harmless(&self) {
        for raw in ["<script>alert", "<img src=x", "href=\"javascript:", "onerror=alert(1)>"] {
            assert!(!self.text.contains(raw), "{raw} is in {}", self.text);
        }
    }
}
