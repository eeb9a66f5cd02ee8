<?php
// Requests a built-in address, and prints "ok" if the sandbox responds: it rejects a request without a signature.
$base = $argv[1] ?? 'https://api.mch.weixin.qq.com';
// The default context has the proxy. PHP's streams have no list of hosts that are reached without it.
$headers = ['Accept: application/json', 'User-Agent: client'];
$options = ['http' => ['ignore_errors' => true, 'timeout' => 10, 'header' => $headers]];
$context = isset($argv[1]) ? stream_context_create($options) : stream_context_get_default($options);
$body = file_get_contents("$base/v3/certificates", false, $context);
if ($body === false || !str_contains($http_response_header[0], ' 401 ')) {
    fwrite(STDERR, ($http_response_header[0] ?? 'no response') . "\n");
    exit(1);
}
echo "ok\n";
