// Stands for the login. In production the backend gets the openid from WeChat's OAuth under the template's AppID and keeps
// it in a session; a page that chooses its openid itself would be anybody. Delete this file then.

const COOKIE = 'shop_openid';
const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Returns the openid of this browser. `/?openid=…` chooses one that exists in the sandbox. */
export function visitor() {
  const chosen = new URLSearchParams(location.search).get('openid');
  if (chosen) remember(chosen);
  return document.cookie.match(new RegExp(`(?:^|; )${COOKIE}=([^;]*)`))?.[1] ?? anotherVisitor();
}

/** Makes this browser a user whom nobody has seen before, and returns the openid. */
export function anotherVisitor() {
  const random = crypto.getRandomValues(new Uint8Array(22));
  return remember(`oShop_${Array.from(random, (byte) => CHARACTERS[byte % CHARACTERS.length]).join('')}`);
}

function remember(openid) {
  document.cookie = `${COOKIE}=${encodeURIComponent(openid)}; path=/; SameSite=Lax`;
  return openid;
}
