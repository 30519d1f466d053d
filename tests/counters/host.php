<?php
/* A host: caller processes that share the health of the nodes. Each caller connects to the stage (stage.inc), sends its
 * letter, and then carries out orders: it answers "+" and "-" with a number or "false"; "?" makes it connect to the nodes. */

require_once __DIR__ . '/highest.inc';

/* The function with which a caller counts up or down, in either way; a new counter begins with 1. */
function counter(string $way, string $servers, int $timeout): Closure
{
	if ($way === 'highest') {
		$highest = new HighestOfAll(explode(',', $servers), $timeout / 1000);
		return fn(string $key, string $sign) => $sign === '?' ? $highest->connect() : $highest->count($key, $sign, 1);
	}
	$client = new McHA(null, null, $servers);
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => $timeout, McHA::OPT_OPERATION_TIMEOUT => $timeout]);
	return fn(string $key, string $sign) => match ($sign) {
		'+' => $client->increment($key, 1, 1),
		'-' => $client->decrement($key, 1, 1),
		'?' => (bool) $client->getVersion(),
	};
}

function call(string $letter, string $stage, Closure $count): void
{
	$orders = stream_socket_client("unix://$stage");
	fwrite($orders, "$letter\n");
	while (($order = fgets($orders)) !== false) {
		[$sign, $key] = explode(' ', rtrim($order));
		fwrite($orders, json_encode($count($key, $sign)) . "\n");
	}
}

ini_set('default_socket_timeout', '-1'); /* callers wait for as long as the stage exists, not for PHP's default of a minute */
[, , $letters, $stage, $way, $servers, $timeout] = $argv;
foreach (str_split($letters) as $letter) {
	if (pcntl_fork() === 0) {
		call($letter, $stage, counter($way, $servers, (int) $timeout));
		exit;
	}
}
while (pcntl_wait($status) > 0) {
}
