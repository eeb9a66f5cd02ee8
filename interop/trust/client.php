<?php
// Requests a built-in address, and prints "ok" if the sandbox responds: it rejects a request without a signature.
$base = $argv[1] ?? 'https://api.mch.weixin.qq.com';
$context = stream_context_create(['http' => ['ignore_errors' => true, 'timeout' => 10]]);
$body = file_get_contents("$base/v3/certificates", false, $context);
if ($body === false || !str_contains($http_response_header[0], ' 401 ')) {
    fwrite(STDERR, ($http_response_header[0] ?? 'no response') . "\n");
    exit(1);
}
echo "ok\n";
