//! Unusual properties of the form of an upload, in both languages.

use std::fmt;

/// Unusual property of the form of an upload.
///
/// `{}` prints English, `{:#}` Chinese. [`advice`](Self::advice) returns what to do. Texts from the request
/// are cut and have no control characters. The content of a part is never shown.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Oddity {
    /// The body is empty.
    Empty,
    /// The Content-Type header is missing, or names another type.
    NotForm {
        /// Value of the header; empty if the header is missing.
        content_type: String,
    },
    /// The Content-Type header has no boundary. The service reads it from the first line of the body.
    BoundaryMissing,
    /// The boundary is quoted in the Content-Type header. The service finds no part.
    BoundaryQuoted,
    /// The body is divided by another boundary than that of the Content-Type header.
    BoundaryNotInBody,
    /// The Content-Type header declares a form, and the body is not one.
    NoParts,
    /// The lines of the form end with LF instead of CR LF.
    LineFeedsOnly,
    /// The closing boundary is missing.
    CutOff,
    /// A part is duplicate.
    PartTwice {
        /// Name of the part: `meta` or `file`.
        name: &'static str,
    },
    /// The part `meta` is missing.
    NoMeta {
        /// Names of the first parts.
        names: Vec<String>,
    },
    /// The part `meta` has a file name, which makes it a file instead of a field.
    MetaHasFileName,
    /// The part `file` is missing.
    NoFile,
    /// The part `file` is empty.
    FileEmpty,
    /// The part `file` has no file name.
    FileHasNoName,
    /// A part is encoded. The service does not decode it.
    Encoded {
        /// Content-Transfer-Encoding of the part.
        encoding: String,
    },
}

/// Effect of an [`Oddity`] on an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// The service accepts the form.
    Accepted,
    /// The service finds no `meta`. It verifies the signature over an empty body, and rejects the request
    /// with 401.
    NoMeta,
    /// The signature can be right. The service verifies it, and then rejects the request with 400.
    NoFile,
}

/// Texts of an [`Oddity`], without the texts from the request.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OddityText {
    /// Name for programs: unique, in `snake_case`.
    pub id: &'static str,
    /// Description of the unusual property, in English and in Chinese.
    pub name: (&'static str, &'static str),
    /// Advice, in English and in Chinese.
    pub advice: (&'static str, &'static str),
    /// Effect on the upload.
    pub effect: Effect,
}

impl Oddity {
    /// Texts of all oddities.
    pub const TEXTS: [&OddityText; 15] = [
        &EMPTY,
        &NOT_FORM,
        &BOUNDARY_MISSING,
        &BOUNDARY_QUOTED,
        &BOUNDARY_NOT_IN_BODY,
        &NO_PARTS,
        &LINE_FEEDS_ONLY,
        &CUT_OFF,
        &PART_TWICE,
        &NO_META,
        &META_HAS_FILE_NAME,
        &NO_FILE,
        &FILE_EMPTY,
        &FILE_HAS_NO_NAME,
        &ENCODED,
    ];

    /// Returns the texts of this oddity.
    pub const fn text(&self) -> &'static OddityText {
        match self {
            Self::Empty => &EMPTY,
            Self::NotForm { .. } => &NOT_FORM,
            Self::BoundaryMissing => &BOUNDARY_MISSING,
            Self::BoundaryQuoted => &BOUNDARY_QUOTED,
            Self::BoundaryNotInBody => &BOUNDARY_NOT_IN_BODY,
            Self::NoParts => &NO_PARTS,
            Self::LineFeedsOnly => &LINE_FEEDS_ONLY,
            Self::CutOff => &CUT_OFF,
            Self::PartTwice { .. } => &PART_TWICE,
            Self::NoMeta { .. } => &NO_META,
            Self::MetaHasFileName => &META_HAS_FILE_NAME,
            Self::NoFile => &NO_FILE,
            Self::FileEmpty => &FILE_EMPTY,
            Self::FileHasNoName => &FILE_HAS_NO_NAME,
            Self::Encoded { .. } => &ENCODED,
        }
    }

    /// Returns the effect of this oddity on the upload.
    pub const fn effect(&self) -> Effect {
        self.text().effect
    }

    /// Returns the advice for this oddity: `{}` prints English, `{:#}` Chinese.
    pub const fn advice(&self) -> Advice {
        Advice(self.text())
    }

    /// Returns the text from the request that shows this oddity, quoted, in no language.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::NotForm { content_type } if content_type.is_empty() => None,
            Self::NotForm { content_type } => Some(format!("`{content_type}`")),
            Self::NoMeta { names } if names.is_empty() => None,
            Self::NoMeta { names } => {
                Some(names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
            }
            Self::PartTwice { name } => Some(format!("`{name}`")),
            Self::Encoded { encoding } => Some(format!("`{encoding}`")),
            _ => None,
        }
    }
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, colon) =
            if f.alternate() { (self.text().name.1, "：") } else { (self.text().name.0, ": ") };
        f.write_str(name)?;
        match self.detail() {
            Some(detail) => write!(f, "{colon}{detail}"),
            None => Ok(()),
        }
    }
}

/// Advice for an [`Oddity`]. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice(&'static OddityText);

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if f.alternate() { self.0.advice.1 } else { self.0.advice.0 })
    }
}

const fn text(
    id: &'static str,
    effect: Effect,
    name: (&'static str, &'static str),
    advice: (&'static str, &'static str),
) -> OddityText {
    OddityText { id, name, advice, effect }
}

const EMPTY: OddityText = text(
    "upload_empty",
    Effect::NoMeta,
    ("the body of the upload is empty", "上传请求的请求包体为空"),
    (
        "Send the form: a stream may have been read before, or a proxy may have dropped it",
        "请发送表单内容：流可能已被读取过，或请求包体被代理丢弃",
    ),
);

const NOT_FORM: OddityText = text(
    "upload_not_form",
    Effect::NoMeta,
    (
        "the Content-Type header of an upload must be multipart/form-data",
        "上传请求的 Content-Type 须为 multipart/form-data",
    ),
    ("Let the HTTP library build the form and write this header", "请由 HTTP 库构造表单并填写该请求头"),
);

const BOUNDARY_MISSING: OddityText = text(
    "upload_boundary_missing",
    Effect::Accepted,
    (
        "the Content-Type header has no boundary; the service read it from the first line of the body",
        "Content-Type 中没有 boundary，服务端改从请求包体的首行读取",
    ),
    (
        "Do not set Content-Type by hand: the HTTP library that builds the form writes it with the boundary",
        "不要手工设置 Content-Type：构造表单的 HTTP 库会填写该请求头并带上 boundary",
    ),
);

const BOUNDARY_QUOTED: OddityText = text(
    "upload_boundary_quoted",
    Effect::NoMeta,
    (
        "the boundary in the Content-Type header is quoted, so the service finds no `meta`",
        "Content-Type 中的 boundary 带有引号，服务端找不到 `meta`",
    ),
    (
        "Take the quotes off: .NET's MultipartFormDataContent writes them unless you set its Content-Type again",
        "请去掉引号：.NET 的 MultipartFormDataContent 默认带引号，需重新设置其 Content-Type",
    ),
);

const BOUNDARY_NOT_IN_BODY: OddityText = text(
    "upload_boundary_not_in_body",
    Effect::NoMeta,
    (
        "the boundary in the body differs from the one in the Content-Type header",
        "请求包体使用的 boundary 与 Content-Type 中的不一致",
    ),
    (
        "Write Content-Type and form with one boundary; in the body two hyphens stand in front of it",
        "Content-Type 与表单须使用同一个 boundary，且表单中的 boundary 前须有两个连字符",
    ),
);

const NO_PARTS: OddityText = text(
    "upload_no_parts",
    Effect::NoMeta,
    (
        "the Content-Type header says multipart/form-data, and the body is not a form",
        "Content-Type 为 multipart/form-data，但请求包体不是表单",
    ),
    (
        "Send a form with the parts `meta` and `file`, not JSON or the file alone",
        "请发送包含 `meta` 和 `file` 两部分的表单，不要只发送 JSON 或文件",
    ),
);

const LINE_FEEDS_ONLY: OddityText = text(
    "upload_line_feeds_only",
    Effect::NoMeta,
    (
        "the lines of the form end with LF, so the service finds no `meta`",
        "表单各行以 LF 换行，服务端找不到 `meta`",
    ),
    (
        "End the lines of boundaries and part headers with CR LF (\\r\\n)",
        "boundary 行与各部分的头部须以 CR LF（\\r\\n）换行",
    ),
);

const CUT_OFF: OddityText = text(
    "upload_cut_off",
    Effect::NoMeta,
    (
        "the form ends without its closing boundary, so the service does not read it",
        "表单缺少结尾的 boundary，服务端不予读取",
    ),
    (
        "End the form with `--BOUNDARY--`, and send all of it: Content-Length counts bytes, not characters",
        "表单须以 `--BOUNDARY--` 结尾并完整发送：Content-Length 按字节计，不按字符计",
    ),
);

const PART_TWICE: OddityText = text(
    "upload_part_twice",
    Effect::NoMeta,
    ("a part of the form occurs twice", "表单中有重复的部分"),
    ("Send `meta` and `file` once each", "`meta` 与 `file` 各发送一次"),
);

const NO_META: OddityText = text(
    "upload_no_meta",
    Effect::NoMeta,
    ("the form has no part `meta`", "表单中没有名为 `meta` 的部分"),
    (
        "Add the part `meta` (name=\"meta\") with the JSON text that was signed",
        "请添加名为 `meta` 的部分（name=\"meta\"），内容为参与签名的 JSON 文本",
    ),
);

const META_HAS_FILE_NAME: OddityText = text(
    "upload_meta_has_file_name",
    Effect::NoMeta,
    (
        "the part `meta` has a file name, so it is a file and the service finds no field `meta`",
        "`meta` 部分带有 filename，被视为文件，服务端找不到 `meta` 字段",
    ),
    (
        "Send `meta` as a text field, without filename in its Content-Disposition",
        "请将 `meta` 作为文本字段发送，其 Content-Disposition 中不要有 filename",
    ),
);

const NO_FILE: OddityText = text(
    "upload_no_file",
    Effect::NoFile,
    ("the form has no part `file`", "表单中没有名为 `file` 的部分"),
    (
        "Add the part `file` (name=\"file\") with a file name and the bytes of the picture",
        "请添加名为 `file` 的部分（name=\"file\"），带 filename，内容为图片的字节",
    ),
);

const FILE_EMPTY: OddityText = text(
    "upload_file_empty",
    Effect::NoFile,
    ("the part `file` is empty", "`file` 部分为空"),
    (
        "Read the file again before each request: a stream can be read only once",
        "每次请求前请重新读取文件：流只能读取一次",
    ),
);

const FILE_HAS_NO_NAME: OddityText = text(
    "upload_file_has_no_name",
    Effect::Accepted,
    ("the part `file` has no file name", "`file` 部分没有 filename"),
    (
        "Add filename to its Content-Disposition: a part without one can be taken for a text field",
        "请在其 Content-Disposition 中添加 filename：没有 filename 的部分可能被视为文本字段",
    ),
);

const ENCODED: OddityText = text(
    "upload_part_encoded",
    Effect::Accepted,
    (
        "a part of the form has a Content-Transfer-Encoding, which the service does not decode",
        "表单中有带 Content-Transfer-Encoding 的部分，服务端不会解码",
    ),
    ("Send the bytes of every part as they are", "各部分请直接发送原始字节"),
);
