// Gives an ordinary browser the part of WeChat that opens the join component: `WeixinJSBridge`, and the functions of `wx` that lead to it,
// of the H5 script and of mini programs. Inside WeChat it changes nothing.
//
//   <script src="http://127.0.0.1:7082/component/wx.js"></script>
//
// `data-errcode="string"` on the element returns `err_code` and `errcode` as texts, as WeChat for Android does.
(() => {
  "use strict";
  const script = document.currentScript ?? document.querySelector('script[src*="/component/wx.js"]');
  // WeChat brings its own bridge. A page that loads this script twice has the bridge of the first time.
  if (!script?.src || window.WeixinJSBridge || /MicroMessenger/i.test(navigator.userAgent)) return;

  const sandbox = new URL(script.src).origin;
  const hasTextCodes = script.dataset.errcode === "string";
  const isChinese = navigator.language.toLowerCase().startsWith("zh");
  const say = (english, chinese) => (isChinese ? chinese : english);

  // The appid of WeChat's component, and the scene of a return from another mini program.
  const COMPONENT = "wx3e9c2672ad37eb4b";
  const RETURNED = 1038;
  const NAMES = ["openBusinessView", "checkJsApi"];
  // Milliseconds for which the component may be silent before the page says so, and between two looks at its window.
  const PATIENCE = 6000;
  const LOOK = 250;

  // The window over the page: a modal dialog, so what is behind it has neither focus nor pointer. It is in a shadow tree with a style
  // sheet made by script, so that neither the page's styles nor its content security policy change it.
  const STYLE = `
    :host { all: initial; }
    dialog { box-sizing: border-box; border: 0; padding: 0; margin: auto; overflow: hidden; width: min(100vw, 400px); max-width: none;
      height: min(100dvh - 32px, 760px); max-height: none; border-radius: 14px; background: #f6f7f9; color: #1b1f23;
      font: 15px/1.6 system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
      box-shadow: 0 12px 48px rgb(0 0 0 / 0.3); overscroll-behavior: contain; animation: rise 0.22s ease-out; }
    dialog::backdrop { background: rgb(0 0 0 / 0.5); }
    iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; visibility: hidden; }
    .is-open iframe { visibility: visible; }
    .is-open section { visibility: hidden; }
    section { box-sizing: border-box; height: 100%; padding: 24px; display: flex; flex-direction: column; justify-content: center; gap: 12px; }
    p { margin: 0; overflow-wrap: anywhere; }
    .is-waiting p { color: #59636e; text-align: center; }
    .is-text { height: auto; }
    button { font: inherit; min-height: 44px; padding: 8px 16px; border: 1px solid #d5dbe1; border-radius: 8px; background: #fff; color: inherit; cursor: pointer; }
    button.primary { border-color: #0b6e55; background: #0b6e55; color: #fff; font-weight: 600; }
    button:focus-visible { outline: 2px solid #0b6e55; outline-offset: 2px; }
    @keyframes rise { from { transform: translateY(40px); opacity: 0; } }
    @media (max-width: 480px) { dialog { margin: auto auto 0; border-radius: 14px 14px 0 0; } dialog:not(.is-text) { height: calc(100dvh - 24px); } }
    @media (prefers-reduced-motion: reduce) { dialog { animation: none; } }
    @media (prefers-color-scheme: dark) {
      dialog { background: #121518; color: #e6e9ec; }
      .is-waiting p { color: #a3adb8; }
      button { background: #1a1e22; border-color: #363d45; }
      button.primary { border-color: #56c8a0; background: #56c8a0; color: #06231a; }
      button:focus-visible { outline-color: #56c8a0; }
    }`;

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  // Opens the dialog. `closed` is called when the user closes it by Escape or the system's way back.
  function openDialog(closed) {
    const host = element("div");
    const root = host.attachShadow({ mode: "open" });
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    root.adoptedStyleSheets = [style];
    const panel = element("section");
    const dialog = element("dialog", { ariaLabel: say("Join", "入会") }, panel);
    dialog.addEventListener("close", closed);
    root.append(dialog);
    document.documentElement.append(host);
    dialog.showModal();
    return {
      add: (frame) => dialog.append(frame),
      showFrame: () => { dialog.className = "is-open"; },
      // Shows a text, and buttons as pairs of a label and an act. The first button is the proposed one.
      show: (text, ...buttons) => {
        dialog.className = buttons.length ? "is-text" : "is-waiting";
        const made = buttons.map(([label, act], index) => element("button", { type: "button", className: index ? "" : "primary", onclick: act }, label));
        panel.replaceChildren(element("p", { role: "status" }, text), ...made);
        made[0]?.focus();
      },
      // The browser gives the focus back to the element that had it.
      remove: () => { dialog.removeEventListener("close", closed); dialog.close(); host.remove(); },
    };
  }

  let isOpen = false;

  // Opens the component, and calls `done` when it is gone: with `{ extraData }` if the user came back by its button, with `{}` if the user
  // closed it, and with `{ problem }` if it could not be shown.
  function openComponent(parameters, done) {
    const address = `${sandbox}/component/card-member?${parameters}`;
    let peer = null;
    let popup = null;
    let problem;
    let isAnswered = false;
    isOpen = true;

    const finish = (outcome) => {
      if (!isOpen) return;
      isOpen = false;
      clearTimeout(patience);
      clearInterval(look);
      window.removeEventListener("message", receive);
      document.removeEventListener("securitypolicyviolation", isForbidden);
      popup?.close();
      dialog.remove();
      done(outcome);
    };
    const close = () => finish(problem ? { problem } : {});
    const dialog = openDialog(close);

    // Messages count from the component's window and origin only.
    function receive({ source, origin, data }) {
      if (source !== peer || origin !== sandbox) return;
      if (data?.ruhui === "ready") peer.postMessage({ ruhui: "open" }, sandbox);
      if (data?.ruhui === "opened") answered();
      if (data?.ruhui === "close" && isAnswered) finish({});
      if (data?.ruhui === "return" && isAnswered) finish({ extraData: data.extraData });
    }

    function answered() {
      isAnswered = true;
      problem = undefined;
      clearTimeout(patience);
      if (popup) return;
      dialog.showFrame();
      frame.focus();
    }

    function fail(text, ...buttons) {
      problem = text;
      dialog.show(text, ...buttons, [say("Close", "关闭"), close]);
    }

    // Asks for a window of its own, which a browser may give by itself only shortly after a click.
    function openPopup() {
      clearInterval(look);
      popup = window.open(address, "ruhui-component", "popup,width=400,height=760");
      peer = popup;
      if (!popup) {
        fail(
          say("The browser blocked the window of the join component.", "浏览器拦截了入会组件的窗口。"),
          [say("Open the join component", "打开入会组件"), openPopup],
        );
        return;
      }
      frame.remove();
      problem = undefined;
      dialog.show(
        say("The join component is open in another window.", "入会组件已在另一个窗口中打开。"),
        [say("Go to the window", "前往该窗口"), () => popup.focus()],
        [say("Cancel", "取消"), close],
      );
      look = setInterval(() => { if (popup.closed) gone(); }, LOOK);
    }

    // A window that never answered was not closed by the user's choice alone: this page's Cross-Origin-Opener-Policy may cut it off.
    function gone() {
      if (isAnswered) { close(); return; }
      clearInterval(look);
      clearTimeout(patience);
      fail(say("The window of the join component was closed, or this page's Cross-Origin-Opener-Policy cuts it off.", "入会组件的窗口已关闭，或被本页面的 Cross-Origin-Opener-Policy 隔离。"));
    }

    function isForbidden({ disposition, effectiveDirective, blockedURI }) {
      const isOfFrames = ["frame-src", "child-src", "default-src"].includes(effectiveDirective);
      if (disposition === "enforce" && isOfFrames && blockedURI.startsWith(sandbox) && !popup) openPopup();
    }

    const frame = element("iframe", { title: say("Join component", "入会组件"), src: address });
    const patience = setTimeout(() => {
      if (problem) return;
      const text = say(
        `The join component does not respond. Is the sandbox at ${sandbox} running? Pages of ${location.origin} may open it if their origin is on localhost or 127.0.0.1, or in \`page_origins\` of ruhui.toml.`,
        `入会组件没有响应。请确认沙箱 ${sandbox} 正在运行；本页面的来源 ${location.origin} 须为 localhost 或 127.0.0.1，或列入 ruhui.toml 的 \`page_origins\`。`,
      );
      fail(text);
    }, PATIENCE);
    let look = 0;
    window.addEventListener("message", receive);
    document.addEventListener("securitypolicyviolation", isForbidden);
    dialog.show(say("Opening the join component…", "正在打开入会组件…"));
    dialog.add(frame);
    peer = frame.contentWindow;
  }

  // Returns why the component cannot be opened so; `undefined` if it can.
  function reasonAgainst(options) {
    const { businessType, queryString } = options ?? {};
    if (businessType !== "wxpayCardMember") {
      return say(`businessType must be wxpayCardMember, not ${JSON.stringify(businessType)}`, `businessType 须为 wxpayCardMember，实际为 ${JSON.stringify(businessType)}`);
    }
    if (typeof queryString !== "string" || !new URLSearchParams(queryString).get("token")) {
      return say("queryString must be token=TOKEN&scene=CARD_MEMBER, with the token from your backend", "queryString 须为 token=预授权token&scene=CARD_MEMBER，token 由商户后端获取");
    }
    if (queryString.length > 2048) return say("queryString is longer than 2048 characters", "queryString 超过 2048 个字符");
    if (window.origin === "null") return say("this page has no origin: serve it over HTTP, such as http://localhost", "本页面没有来源（origin）：请通过 HTTP 访问，例如 http://localhost");
    if (isOpen) return say("the join component is open already", "入会组件已打开");
  }

  // Opens the component, and passes the result on: `{ code, text, extraData }`. Nobody is called before this function has returned.
  function openBusinessView(options, done) {
    const reason = reasonAgainst(options);
    if (reason) { setTimeout(() => done({ text: `fail ${reason}` })); return; }
    const given = new URLSearchParams(options.queryString);
    // The component knows the user by the token alone.
    const parameters = new URLSearchParams(["token", "scene"].filter((name) => given.has(name)).map((name) => [name, given.get(name)]));
    openComponent(parameters, ({ problem, extraData }) => {
      if (problem) { done({ text: `fail ${problem}` }); return; }
      const returned = extraData && asReturned(extraData);
      const referrerInfo = { appId: COMPONENT, ...(returned && { extraData: returned }) };
      done({ code: hasTextCodes ? "0" : 0, text: "ok", extraData: returned });
      for (const listener of [...shown]) listener({ scene: RETURNED, referrerInfo });
    });
  }

  // Builds the return values from their documented members. The script jweixin parses them as JSON text on Android, and pages take them
  // as an object; an object whose text is its JSON serves them all.
  function asReturned({ errcode, msg, data }) {
    const code = hasTextCodes ? String(errcode) : Number(errcode);
    return asText({ errcode: code, msg: String(msg), ...(data && { data: { hasJoinCardMember: data.hasJoinCardMember === true } }) });
  }

  const asText = (object) => Object.defineProperty(object, "toString", { value: () => JSON.stringify(object) });
  const checkResult = (names = []) => asText(Object.fromEntries(names.map((name) => [name, NAMES.includes(name)])));
  const unknown = (name) => say(`${name} is not part of the sandbox`, `沙箱不提供 ${name}`);

  // The bridge of H5 pages, which the script jweixin uses, too.
  function invoke(name, options, done = () => {}) {
    if (name === "openBusinessView") {
      openBusinessView(options, ({ code, text, extraData }) => {
        done({ ...(code !== undefined && { err_code: code }), err_msg: `${name}:${text}`, ...(extraData && { extraData }) });
      });
    } else if (name === "checkJsApi") {
      setTimeout(() => done({ err_msg: `${name}:ok`, checkResult: checkResult(options?.jsApiList) }));
    } else {
      setTimeout(() => done({ err_msg: `${name}:fail ${unknown(name)}` }));
    }
  }
  const ignore = () => {};
  window.WeixinJSBridge = { invoke, call: ignore, on: ignore };

  // `wx`: what it lacks is added, and `ready` is replaced, which jweixin never calls outside WeChat.
  const shown = new Set();
  const waiting = [];
  let isConfigured = false;
  const settle = (options, isOk, result) => {
    (isOk ? options.success : options.fail)?.(result);
    options.complete?.(result);
  };

  function configured() {
    isConfigured = true;
    for (const act of waiting.splice(0)) setTimeout(act);
  }

  const own = {
    error: ignore,
    invoke,
    on: ignore,
    checkJsApi: (options = {}) => invoke("checkJsApi", options, ({ checkResult }) => settle(options, true, { errMsg: "checkJsApi:ok", checkResult })),
    // As in mini programs, a call without callbacks returns a promise.
    openBusinessView: (options = {}) => {
      const { success, fail, complete } = options;
      const start = (callbacks) => openBusinessView(options, ({ text, extraData }) => {
        settle(callbacks, text === "ok", { errMsg: `openBusinessView:${text}`, ...(extraData && { extraData }) });
      });
      if (success || fail || complete) { start({ success, fail, complete }); return undefined; }
      return new Promise((success, fail) => { start({ success, fail }); });
    },
    onAppShow: (listener) => { shown.add(listener); },
    offAppShow: (listener) => { if (listener) shown.delete(listener); else shown.clear(); },
  };

  const extended = new WeakSet();
  function extend(wx) {
    if (wx === null || typeof wx !== "object" || extended.has(wx)) return wx;
    extended.add(wx);
    // jweixin has `invoke` only after `config`.
    if ("config" in wx && "invoke" in wx) configured();
    const { config } = wx;
    for (const [name, value] of Object.entries(own)) if (!(name in wx)) wx[name] = value;
    wx.config = (options) => { config?.call(wx, options); configured(); };
    wx.ready = (act) => { if (isConfigured) setTimeout(act); else waiting.push(act); };
    return wx;
  }

  // The script jweixin may come before or after this one, and sets both names.
  let wx = extend(window.wx ?? window.jWeixin ?? {});
  let jWeixin = window.jWeixin;
  Object.defineProperty(window, "wx", { configurable: true, enumerable: true, get: () => wx, set: (value) => { wx = extend(value); } });
  Object.defineProperty(window, "jWeixin", { configurable: true, enumerable: true, get: () => jWeixin, set: (value) => { jWeixin = extend(value); } });

  setTimeout(() => document.dispatchEvent(new Event("WeixinJSBridgeReady")));
})();
