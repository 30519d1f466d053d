<?php
/* SPDX-License-Identifier: MIT */
/* One client of bench/instructions: runs each operation in several stretches, each between two calls of
 * sys_getloadavg(). $argv: 1 the client, 2 its copies or protocol, 3 the servers, 4 number of stretches, 5… the
 * operations. A stretch is KEYS operations, or one operation on KEYS keys. */

require __DIR__ . '/counted.inc';
require __DIR__ . '/makers.inc';

const PARAMETERS = 'object $client, int $count, string $value, array $keys, array $items';

/* Reads and writes a session. */
function visit(mixed $what): mixed
{
	session_id('visitor');
	session_start();
	$_SESSION[is_int($what) ? 'number' : 'value'] = $what;
	session_write_close();
	return $what;
}

set_error_handler(fn($level, $message, $file, $line) => throw new ErrorException($message, 0, $level, $file, $line), E_ALL & ~E_DEPRECATED);
[, $maker, $variant, $servers, $stretches] = $argv;
ob_start(); /* PHP starts no session after output */
$client = ("{$maker}_client")($servers, (int) $variant);
$value = str_repeat('0123456789abcdef', 32);
$items = [];
for ($i = 0; $i < KEYS; $i++) {
	$items["bench:many:$i"] = $value;
}
foreach (array_slice($argv, 5) as $operation) {
	[$code, $beforehand, $expected, $keys] = OPERATIONS[$operation];
	$prepare = eval('return static function (' . PARAMETERS . ") { $beforehand };");
	$first = eval('return static function (' . PARAMETERS . ") { \$i = 0; return $code $expected; };");
	$loop = eval('return static function (' . PARAMETERS . ") { for (\$i = 0; \$i < \$count; \$i++) { $code; } };");
	$arguments = [$client, intdiv(KEYS, $keys), $value, array_keys($items), $items];
	$prepare(...$arguments);
	if ($expected !== '' && !$first(...$arguments)) {
		throw new RuntimeException("$operation does not do what it should");
	}
	for ($stretch = 0; $stretch < $stretches; $stretch++) {
		$prepare(...$arguments);
		sys_getloadavg();
		$loop(...$arguments);
		sys_getloadavg();
	}
}
