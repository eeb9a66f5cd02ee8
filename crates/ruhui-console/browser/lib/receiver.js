// A receiver of callbacks whose response the test sets.

import { createServer } from 'node:http';

export async function startReceiver() {
  const receiver = { status: 204, received: [] };
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      receiver.received.push(request.headers);
      response.writeHead(receiver.status).end();
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  receiver.url = `http://127.0.0.1:${server.address().port}/notify`;
  receiver.stop = () => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  };
  return receiver;
}
