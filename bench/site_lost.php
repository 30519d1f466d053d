<?php
/* SPDX-License-Identifier: MIT */
/* A request that reads eight of two hundred values, writes two, and computes for about a millisecond, as
 * applications do. (Without the computation the servers would be the bottleneck, and a lost server would make the
 * other requests faster, because it takes load away.) With ?fill the request stores the values. */
require __DIR__ . '/clients.inc';

const KEYS = 200;
const WORK = 6000;

[$kind, $flavour] = explode(' ', getenv('BENCH_CLIENT'));
$client = ("{$kind}_client")($flavour, getenv('BENCH_SERVERS'), 'bench');
$value = str_repeat('0123456789abcdef', 32);
$good = true;
if (isset($_GET['fill'])) {
	for ($i = 0; $i < KEYS; $i++) {
		$good = $client->set("bench:$i", $value) && $good;
	}
} else {
	for ($i = 0, $work = ''; $i < WORK; $i++) {
		$work = md5($work);
	}
	for ($i = 0; $i < 10; $i++) {
		$key = 'bench:' . random_int(0, KEYS - 1);
		$good = ($i % 5 === 4 ? $client->set($key, $value) : $client->get($key) === $value) && $good;
	}
}
echo $good ? 'ok' : 'it went wrong';
