//! Texts of the start page.

use crate::language::texts;

texts! {
    /// Texts of the start page.
    pub(crate) StartTexts {
        title: "Start", "开始";
        lead: "From the first token to the first member: each step is done in your program, and turns green here.", "从第一个 token 到第一个会员：每一步都在您的程序中完成，完成后此处变为绿色。";
        steps: "Steps", "步骤";
        done: "done", "已完成";
        next: "next", "下一步";
        later: "to do", "待完成";
        token: "Request a token", "申请预授权token";
        token_how: "Run the program below.", "运行下面的程序。";
        join: "Let a user join with it", "让用户用它入会";
        join_how: "Open the join component from the page Tokens, as your page will, or let this command be the user:", "在“预授权token”页打开入会组件（正式环境由您的页面拉起），或用以下命令代替用户操作：";
        callback: "Receive the callback", "接收回调通知";
        callback_how: "This command receives callbacks, verifies and decrypts them, and shows them:", "该命令接收、验签、解密并显示回调通知：";
        confirm: "Confirm the card", "确认开卡";
        confirm_how: "With the user_card_code of the callback:", "使用回调通知中的 user_card_code：";
        requests: "Requests", "请求";
        tokens: "Tokens", "预授权token";
        callbacks: "Callbacks", "回调通知";
        members: "Members", "会员";
        program: "Your program", "您的程序";
        program_lead: "A whole program, filled with the values of this sandbox's kit.", "完整的程序，已填入该沙箱 kit 中的值。";
        clients: "Language or library", "编程语言或库";
        not_run: "Written from the public sources of these libraries, and not run in the CI of this project:", "以下库的程序根据其公开源代码编写，本项目的 CI 未运行：";
        tasks: "Task", "任务";
        task_token: "Get a first token", "获取第一个 token";
        task_callbacks: "Receive callbacks", "接收回调通知";
        paste: "Paste it into a shell.", "粘贴到 shell 中执行。";
        save_as: "Save as", "另存为";
        then: "then run", "然后执行";
        copy: "Copy", "复制";
        missing: "This sandbox is in memory and has no files. Save these next to the program, with the values of the kit:", "该沙箱在内存中运行，没有文件。请将以下文件保存到程序所在目录，内容取自 kit：";
        rejected: "A signature is rejected?", "签名被拒绝？";
        rejected_link: "Explain it", "查看诊断";
        pictures: "How it works", "工作原理";
        picture_token: "From token to member", "从 token 到会员";
        picture_signature: "How a request is signed", "请求如何签名";
        picture_callback: "How a callback is encrypted and signed", "回调通知如何加密和签名";
    }
}
