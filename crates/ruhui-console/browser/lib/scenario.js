// Something on every page: requests that succeed and fail, members, callbacks, a fault, a snapshot, a moved clock.

import { openid, withoutLastLineFeed } from './sandbox.js';

// Returns the outcome of the user who joined: a card, and the id of an event that waits.
export async function fill(sandbox) {
  await sandbox.token(openid(1));
  await sandbox.token(openid(2), { mistake: withoutLastLineFeed });
  await sandbox.token('oNotFound0000000000000000000');
  await sandbox.call('GET', '/v3/brand/partner/card-member/no-such-path');
  const joined = await sandbox.join(openid(3));
  await attempts(sandbox, joined, 1);
  await sandbox.control('POST', 'snapshots', { name: 'joined' });
  await sandbox.control('POST', 'faults', { fault: 'system-error', times: 1, openid: openid(4) });
  await sandbox.control('POST', 'clock', { advance_seconds: 600 });
  await attempts(sandbox, joined, 2);
  return joined;
}

// Waits until an event was sent so often: attempts run in the background, and take ids from the same source.
async function attempts(sandbox, { event_id }, number) {
  for (;;) {
    const event = await sandbox.control('GET', `events/${event_id}`);
    if (event.attempts_made >= number && event.state === 'waiting') return;
    await new Promise((later) => setTimeout(later, 20));
  }
}
