// Something on every page: requests that succeed and fail, members, callbacks, a fault, a snapshot, a moved clock.

import { openid, withoutLastLineFeed } from './sandbox.js';

export async function fill(sandbox) {
  await sandbox.token(openid(1));
  await sandbox.token(openid(2), { mistake: withoutLastLineFeed });
  await sandbox.token('oNotFound0000000000000000000');
  await sandbox.call('GET', '/v3/brand/partner/card-member/no-such-path');
  await sandbox.join(openid(3));
  await sandbox.control('POST', 'snapshots', { name: 'joined' });
  await sandbox.control('POST', 'faults', { fault: 'system-error', times: 1, openid: openid(4) });
  await sandbox.control('POST', 'clock', { advance_seconds: 600 });
}
