--TEST--
An expiration beyond the server's 32 bits becomes the last time that fits, and does not expire the value at once
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
use_sessions($cluster);
$farthest = fn() => 2147483647 - time();
foreach (['meta', 'text', 'binary'] as $protocol) {
	$client = $cluster->client([McHA::OPT_PROTOCOL => $protocol]);
	foreach ([2147483646, 2147483647, 2147483648, 3943483647, 4102444800, 4294967295, 4294967296, 1 << 40, PHP_INT_MAX] as $end) {
		$key = "$protocol.$end";
		$ways = [
			'set' => fn($key) => $client->set($key, 'value', $end),
			'setMulti' => fn($key) => $client->setMulti([$key => 'value'], $end),
			'add' => fn($key) => $client->add($key, 'value', $end),
			'replace' => fn($key) => $client->set($key, 'old') && $client->replace($key, 'value', $end),
			'cas' => fn($key) => $client->set($key, 'old') && $client->cas($client->get($key, null, McHA::GET_EXTENDED)['cas'], $key, 'value', $end),
			'touch' => fn($key) => $client->set($key, 'value', 5000) && $client->touch($key, $end),
			'increment' => fn($key) => $client->increment($key, 1, 7, $end),
			'remember' => fn($key) => $client->remember($key, fn() => 'value', $end),
			'remember with a stale life' => fn($key) => $client->remember($key, fn() => 'value', $end, ['stale_ttl' => 60 * 60 * 24 * 29]),
		];
		foreach ($ways as $name => $way) {
			$key = strtr("$protocol.$end.$name", ' ', '.');
			ok($way($key), "$protocol, $name until $end");
			$expected = $name === 'increment' ? 7 : 'value';
			is(trim((string) $client->get($key)), (string) $expected, "$protocol, $name until $end: the value is there");
			foreach ([0, 1] as $node) {
				$ttl = $cluster->ttl($node, $key);
				/* (over the text protocol the client makes a counter by add) */
				between($ttl, $farthest() - 60, $farthest() + 2, "$protocol, $name until $end, node $node");
			}
		}
	}
	$client->set("$protocol.past", 'value');
	foreach ([-1, -2147483648, -2147483649, PHP_INT_MIN] as $end) {
		$client->set("$protocol.past", 'value', 1000);
		$client->touch("$protocol.past", $end);
		is($client->get("$protocol.past"), false, "$protocol: a touch to $end expires the value");
		$client->set("$protocol.past", 'value', $end);
		is($client->get("$protocol.past"), false, "$protocol: a value set to $end has expired");
	}
}

ini_set('session.gc_maxlifetime', '2147483647');
session_id($id = new_id());
session_start();
$_SESSION['a'] = 1;
session_write_close();
is(count(session_copies($cluster, $id)), 2, 'a session of 2147483647 seconds has both copies');
session_start();
is($_SESSION, ['a' => 1], 'the session is read');
session_write_close(); /* the data is unchanged: the handler touches it */
session_start();
is($_SESSION, ['a' => 1], 'the session is read again');
session_write_close();
foreach ([0, 1] as $node) {
	between($cluster->ttl($node, ini_get('mcha.sess_prefix') . $id), $farthest() - 60, $farthest() + 2, "node $node: the session's time to live");
}

done();
?>
--EXPECT--
done
