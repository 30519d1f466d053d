<?php
/* A host: callers that share what it knows of the nodes, a process each. Each connects to the stage (stage.inc), says
 * who it is, and then does what it is told: "+" and "-" are answered by a number or by "false", "?" connects. */

require_once __DIR__ . '/highest.inc';

/* What both ways are asked through: count up or down, or begin with 1. */
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

ini_set('default_socket_timeout', '-1'); /* callers wait for their turn for as long as there is a stage, not for PHP's minute */
[, , $letters, $stage, $way, $servers, $timeout] = $argv;
foreach (str_split($letters) as $letter) {
	if (pcntl_fork() === 0) {
		call($letter, $stage, counter($way, $servers, (int) $timeout));
		exit;
	}
}
while (pcntl_wait($status) > 0) {
}
