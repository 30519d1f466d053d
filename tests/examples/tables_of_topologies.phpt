--TEST--
The tables of docs/topologies.md: which nodes each policy reads, which writes succeed, which copies a read refills
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=30
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const KEYS = 200;
$cluster = new Cluster(4);
[$a1, $a2, $b1, $b2] = explode(',', $cluster->servers());
$zones = "$a1?zone=a,$a2?zone=a,$b1?zone=b,$b2?zone=b";
$roles = "$a1,$a2,$b1?role=backup,$b2?role=backup";
$both = "$a1?zone=a,$a2?zone=a&role=backup,$b1?zone=b,$b2?zone=b&role=backup";
$client = function (string $pool, array $options = []): McHA {
	$client = new McHA(null, null, $pool);
	$client->setOptions($options + [McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000, McHA::OPT_COMPRESSION => false]);
	return $client;
};
$gets = fn() => array_map(fn(int $i) => (int) preg_replace('/.*STAT cmd_get (\d+).*/s', '$1', $cluster->raw($i, "stats\r\n")), [0, 1, 2, 3]);

/* Zones, roles, copies and read policies: which of the nodes a1, a2, b1 and b2 are read. */
$table = [
	[$zones, 2, ['ordered' => [0, 1, 2, 3], 'balanced' => [0, 1, 2, 3], 'nearest' => [0, 1]]],
	[$zones, 3, ['ordered' => [0, 1, 2, 3], 'balanced' => [0, 1, 2, 3], 'nearest' => [0, 1]]],
	[$zones, 4, ['ordered' => [0, 1, 2, 3], 'balanced' => [0, 1, 2, 3], 'nearest' => [0, 1]]],
	[$roles, 2, ['ordered' => [0, 1], 'balanced' => [0, 1], 'nearest' => [0, 1]]],
	[$roles, 3, ['ordered' => [0, 1], 'balanced' => [0, 1], 'nearest' => [0, 1]]],
	[$both, 2, ['ordered' => [0, 2], 'balanced' => [0, 2], 'nearest' => [0, 2]]],
	[$both, 3, ['ordered' => [0, 2], 'balanced' => [0, 2], 'nearest' => [0]]],
	[$both, 4, ['ordered' => [0, 2], 'balanced' => [0, 2], 'nearest' => [0]]],
];
foreach ($table as [$pool, $copies, $policies]) {
	foreach ($policies as $policy => $read) {
		$reader = $client($pool, [McHA::OPT_NUMBER_OF_REPLICAS => $copies - 1, McHA::OPT_READ_POLICY => $policy, McHA::OPT_LOCAL_ZONE => 'a']);
		for ($i = 0; $i < KEYS; $i++) {
			$reader->set("key$i", 'value');
		}
		$before = $gets();
		for ($i = 0; $i < KEYS; $i++) {
			is($reader->get("key$i"), 'value', "$policy: the value is read");
		}
		$counts = array_map(fn(int $now, int $then) => $now - $then, $gets(), $before);
		/* some reads check another copy, too, without fetching its value: mostly one in 64, rarely more than one in ten */
		$looks = KEYS / 10;
		between(array_sum($counts), KEYS, KEYS + $looks, "$policy: each get reads from one node");
		$readers = array_keys(array_filter($counts, fn(int $count) => $count > $looks));
		is(array_diff($readers, $read), [], "$pool, $copies copies, $policy: " . show($counts));
		$policy === 'nearest' or is($readers, $read, "$policy: each of these nodes is read");
	}
}
for ($i = 0; $i < KEYS; $i++) {
	$order = array_slice($cluster->preference($client($both), "key$i"), 0, 2);
	ok($order === [0, 3] || $order === [2, 1], 'a key has a primary, and the backup of the other zone');
}

/* After a miss the client asks the remaining replicas, and refills all replicas that missed. */
$three = $client("$a1,$a2,$b1,$b2", [McHA::OPT_NUMBER_OF_REPLICAS => 2]);
$three->set('missed', 'value', 1000);
$order = $cluster->preference($three, 'missed');
$cluster->delete($order[0], 'missed');
$cluster->delete($order[1], 'missed');
is($three->get('missed'), 'value', 'the third replica has the value');
is(count($cluster->copies('missed')), 3, 'the read refills both other replicas');
between($cluster->ttl($order[0], 'missed'), 900, 1000, 'a refilled copy has the remaining time to live');

/* A new pool reads through to a warm one. */
[$cold, $warm] = [$client("$a1,$b1"), $client("$a2,$b2")];
$read = fn(string $key) => $cold->get($key, function (McHA $cold, string $key, mixed &$value, int &$expiration) use ($warm): bool {
	$value = $warm->get($key);
	$expiration = 600;
	return $warm->getResultCode() === McHA::RES_SUCCESS;
});
$warm->set('warm', 'value', 1000);
is($read('warm'), 'value', 'the new pool reads through to the warm one');
is([$cold->get('warm'), $read('nowhere')], ['value', false], 'the new pool has stored the value; a key that neither pool has is a miss');
between($cluster->ttl(0, 'warm'), 500, 600, 'the value has the time to live that the callback set');

/* Which writes succeed while zone b is dead: the number of copies decides, not the zones. */
$ways = [];
foreach ([300, 0] as $ttl) {
	foreach (['one', 'majority', 'all'] as $quorum) {
		$ways[] = [$client($zones, [McHA::OPT_WRITE_QUORUM => $quorum, McHA::OPT_FAILOVER_TTL => $ttl]), "$quorum, $ttl", $quorum === 'one' || $ttl > 0, $quorum === 'one'];
	}
}
$ways[0][0]->setMulti(array_fill_keys(array_map(fn(int $i) => "count$i", range(0, 19)), 1));
$cluster->kill(2);
$cluster->kill(3);
$ways[0][0]->setMulti(array_fill_keys(array_map(fn(int $i) => "key$i", range(0, 49)), 1)); /* now the client knows that both nodes are down */
foreach ($ways as $n => [$writer, $what, $whole, $part]) {
	for ($i = 0; $i < 20; $i++) {
		$key = "count$i";
		is($writer->set($key, 1), $whole, "$what: set");
		is($writer->add("$key-$n", 1), $whole, "$what: add");
		is($writer->replace($key, 2), $whole, "$what: replace");
		is($writer->cas($writer->get($key, null, McHA::GET_EXTENDED)['cas'], $key, 3), $whole, "$what: cas");
		is($writer->increment($key) !== false, $part, "$what: increment");
		is($writer->append($key, '1'), $part, "$what: append");
		is($writer->touch($key, 1000), $part, "$what: touch");
		is($writer->get($key), 41, "$what: the writes that succeeded are read");
		is($writer->delete($key), $part, "$what: delete");
	}
}

done();
?>
--EXPECT--
done
