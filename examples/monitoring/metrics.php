<?php
/* Answers Prometheus. Put it where the web server's PHP runs, for it must share that PHP's memory (mcha.shared_memory),
 * and let the monitoring system alone reach it: the answer names your servers. */

if (PHP_SAPI !== 'cli' && !in_array($_SERVER['REMOTE_ADDR'] ?? '', explode(' ', getenv('MCHA_METRICS_ALLOW') ?: '127.0.0.1 ::1'), true)) {
	http_response_code(403);
	exit("MCHA_METRICS_ALLOW does not have this address\n");
}
header('Content-Type: text/plain; version=0.0.4; charset=utf-8');
echo McHA::metricsText();
