// The page of the shop: a tap on "join" requests a token from the backend and opens the join component with it. The member
// card that the page then shows comes from the backend, since the component's return values prove nothing.

import { anotherVisitor, visitor } from './visitor.js';
import { text, translate } from './texts.js';

// How often, and for how long, the page asks whether the merchant has confirmed the card.
const PAUSE = 1000;
const PATIENCE = 60_000;

const STATES = { UNACTIVATED: 'pending', EFFECTIVE: 'member', EXPIRED: 'former', INVALID: 'former' };

const byId = (id) => document.getElementById(id);

/** A sentence for the user, who can try again. */
class Problem extends Error {}

/** Sends a request to the backend, and returns its JSON. */
async function ask(method, path) {
  const response = await fetch(path, { method }).catch(() => { throw new Problem(text.offline); });
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(`${text.rejected}${body.message ?? ''} (${response.status} ${body.code ?? ''})`);
  return body;
}

/** Opens the join component, and returns its extraData. There is none if the user closed it by the icon. */
async function openComponent(token) {
  if (!globalThis.wx?.invoke) throw new Problem(text.noScript);
  const { checkResult } = await new Promise((success) => {
    wx.checkJsApi({ jsApiList: ['openBusinessView'], success });
  });
  if (!checkResult?.openBusinessView) throw new Problem(text.tooOld);
  const queryString = `token=${encodeURIComponent(token)}&scene=CARD_MEMBER`;
  const returned = await new Promise((done) => {
    wx.invoke('openBusinessView', { businessType: 'wxpayCardMember', queryString }, done);
  });
  if (returned.err_msg && !returned.err_msg.endsWith(':ok')) throw new Problem(`${text.notOpened}${returned.err_msg}`);
  return returned.extraData;
}

async function join() {
  show('opening');
  const { token } = await ask('POST', '/token');
  const returned = await openComponent(token);
  // Some versions of WeChat return the number as text.
  const errcode = Number.parseInt(returned?.errcode ?? 0, 10);
  if (errcode !== 0) throw new Problem(`${text.refused}${returned.msg} (${errcode})`);
}

/** Shows the user's card, and follows it until the merchant has confirmed it. */
async function follow() {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const { card } = await ask('GET', '/member');
    show(STATES[card?.user_card_state] ?? 'visitor', card);
    if (card?.user_card_state !== 'UNACTIVATED') return;
    if (Date.now() > end) throw new Problem(text.unconfirmed);
    await new Promise((later) => { setTimeout(later, PAUSE); });
  }
}

function show(state, card) {
  byId('shop').dataset.state = state;
  byId('shop').setAttribute('aria-busy', String(state === 'loading' || state === 'opening'));
  byId('join').disabled = state !== 'visitor';
  if (state !== 'member') return;
  byId('problem').hidden = true;
  byId('code').textContent = card.user_card_code;
  const since = new Date(card.pickup_time).toLocaleDateString(document.documentElement.lang, { dateStyle: 'medium' });
  byId('since').textContent = [card.level, `${text.since} ${since}`].filter(Boolean).join(' · ');
}

/** Runs these steps in order. A problem is shown, and ends no later step. */
async function run(...steps) {
  const problem = byId('problem');
  problem.hidden = true;
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      if (byId('shop').dataset.state !== 'pending') show('visitor');
      problem.textContent = error instanceof Problem ? error.message : `${text.unexpected}${error}`;
      problem.hidden = false;
    }
  }
}

translate(document);
byId('openid').textContent = visitor();
byId('another').addEventListener('click', () => { anotherVisitor(); location.assign('/'); });
// After a problem, too, the card decides what the page shows: the user may be a member already.
byId('join').addEventListener('click', () => run(join, follow));
await run(follow);
