// Leads WeChat Pay's hosts through the proxy of a ruhui sandbox. Other hosts are reached as before.
'use strict';
const http = require('http');
const tls = require('tls');
const { Duplex } = require('stream');
const proxy = new URL('@PROXY@');
const hosts = /^api2?\.(mch\.weixin\.qq\.com|wechatpay\.cn)$/i;

function tunnel(target) {
  let socket;
  let waiting;
  const stream = new Duplex({
    read() { if (socket) socket.resume(); },
    write(chunk, encoding, done) { if (socket) socket.write(chunk, done); else waiting = [chunk, done]; },
    final(done) { if (socket) socket.end(done); else done(); },
    destroy(error, done) { (socket || request).destroy(); done(error); },
  });
  const request = http.request({ host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: target, agent: false });
  request.on('error', (error) => stream.destroy(error));
  request.on('response', ({ statusCode, statusMessage }) => stream.destroy(new Error(`proxy: ${statusCode} ${statusMessage}`)));
  request.on('connect', ({ statusCode, statusMessage }, opened) => {
    if (statusCode !== 200) {
      opened.destroy();
      stream.destroy(new Error(`proxy: ${statusCode} ${statusMessage}`));
      return;
    }
    socket = opened;
    socket.on('data', (chunk) => { if (!stream.push(chunk)) socket.pause(); });
    socket.on('end', () => stream.push(null));
    socket.on('error', (error) => stream.destroy(error));
    if (waiting) socket.write(...waiting);
  });
  request.end();
  return stream;
}

const { connect } = tls;
tls.connect = function (...given) {
  const at = given.findIndex((value) => value !== null && typeof value === 'object');
  const options = given[at];
  if (!options || options.socket || Number(options.port) !== 443 || !hosts.test(options.host)) {
    return connect.apply(this, given);
  }
  const { host, servername } = options;
  given[at] = { ...options, socket: tunnel(`${host}:443`), servername: servername || host };
  return connect.apply(this, given);
};
