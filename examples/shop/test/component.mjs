// What a user does in the join component. This stand-in joins by a control, until the component exists.

const STAND_IN = `globalThis.wx = {
  checkJsApi: ({ success }) => success({ errMsg: 'checkJsApi:ok', checkResult: { openBusinessView: true } }),
  invoke: (name, parameters, done) => { globalThis.opened = { parameters, done, extraData: undefined }; },
};`;

export async function prepare(context) {
  await context.route('**/component/wx.js', (route) => route.fulfill({ contentType: 'text/javascript', body: STAND_IN }));
}

async function token(page) {
  const opened = await page.waitForFunction(() => globalThis.opened?.parameters.queryString);
  return new URLSearchParams(await opened.jsonValue()).get('token');
}

/** Fills in the form and agrees. Waits until the merchant has confirmed the card, unless `isConfirmed` is false. */
export async function agree(page, sandbox) {
  await sandbox.control('POST', 'join', { token: await token(page), phone_number: '13900000000' });
}

/** Leaves the component: by its own button, which returns data to the page, or by the icon at the top. */
export async function leave(page, { byIcon = false } = {}) {
  const wanted = await token(page);
  await page.evaluate(([byIcon, unknown]) => {
    const { done } = globalThis.opened;
    globalThis.opened = undefined;
    const extraData = unknown ? { errcode: '1001', msg: 'unknown' } : { errcode: 0, msg: '', data: { hasJoinCardMember: true } };
    done({ err_code: 0, err_msg: 'openBusinessView:ok', ...(!byIcon && { extraData }) });
  }, [byIcon, wanted === 'unknown']);
}
