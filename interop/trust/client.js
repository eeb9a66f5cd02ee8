// Requests a built-in address with https and with fetch, and prints "ok" if the sandbox rejects both unsigned.
'use strict';
const https = require('https');

const address = `${process.argv[2] || 'https://api.mch.weixin.qq.com'}/v3/certificates`;
const headers = { Accept: 'application/json', 'User-Agent': 'client' };
const byHttps = () => new Promise((resolve, reject) => {
  https.get(address, { headers }, (response) => resolve(response.resume().statusCode)).on('error', reject);
});

async function main() {
  const statuses = [await byHttps()];
  // Node.js 16 and older have no fetch.
  if (typeof fetch === 'function') statuses.push((await fetch(address, { headers })).status);
  if (statuses.some((status) => status !== 401)) throw new Error(statuses.join(' '));
  console.log('ok');
}

main().catch((error) => {
  console.error(error.cause || error);
  process.exit(1);
});
