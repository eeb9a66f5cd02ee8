//! Texts of merchants and keys.

use crate::language::texts;

texts! {
    /// Texts of merchants and keys.
    pub(crate) MerchantsTexts {
        title: "Merchants and keys", "商户与密钥";
        lead: "Who may call the API, and which keys sign and verify.", "可调用接口的商户与品牌，以及用于签名和验签的密钥。";
        empty: "No merchant is provisioned. Add one to ruhui.toml, and apply the file:", "未配置商户。请在 ruhui.toml 中添加后执行：";
        merchant: "Merchant", "商户";
        brands: "Brands", "品牌";
        stage: "Key stage", "密钥阶段";
        share: "Callbacks signed by the public key, in percent", "由微信支付公钥签名的回调通知比例（%）";
        set_stage: "Move to the stage", "切换阶段";
        apiv3_key: "APIv3 key", "APIv3密钥";
        yes: "yes", "有";
        no: "no", "无";
        new_apiv3_key: "Replace the APIv3 key", "更换APIv3密钥";
        certificates: "API certificates", "商户API证书";
        serial_no: "Serial number", "证书序列号";
        expires: "Valid until", "有效期至";
        acts: "Acts", "操作";
        revoke: "Revoke", "吊销";
        issue: "Issue an API certificate", "签发商户API证书";
        brand: "Brand", "品牌";
        merchants: "Merchants", "商户";
        feature: "Feature", "功能状态";
        own: "Acts on its own", "可自行调用";
        api_key: "API key", "API密钥";
        templates: "Card templates", "会员卡模板";
        platform: "Platform keys", "平台密钥";
        public_key: "WeChat Pay public key", "微信支付公钥ID";
        brand_public_key: "Public key for brands", "品牌使用的微信支付公钥ID";
        platform_certificates: "Platform certificates", "平台证书";
        platform_none: "There is no platform certificate.", "没有平台证书。";
        signs: "signs", "用于签名";
        listed: "listed", "可下载";
        use_it: "Sign with it", "改用此证书签名";
        retire: "Take off the list", "停用";
        issue_platform: "Issue a platform certificate", "签发平台证书";
        issued: "Made now. The sandbox shows a private key once: copy it.", "已生成。私钥仅显示一次，请复制保存。";
        certificate: "Certificate", "证书";
        private_key: "Private key", "私钥";
        copy: "Copy", "复制";
        done_staged: "The merchant is in this stage now.", "商户已切换阶段。";
        done_revoked: "The certificate was revoked.", "证书已吊销。";
        done_used: "Responses are signed with this certificate now.", "应答已改用该证书签名。";
        done_retired: "The certificate is no longer listed.", "证书已停用。";
    }
}

impl MerchantsTexts {
    /// Returns the sentence that an act is done, by the page's parameter `done`.
    pub(super) fn done(&self, done: &str) -> Option<&'static str> {
        Some(match done {
            "staged" => self.done_staged,
            "revoked" => self.done_revoked,
            "used" => self.done_used,
            "retired" => self.done_retired,
            _ => return None,
        })
    }
}
