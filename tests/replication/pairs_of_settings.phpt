--TEST--
Each pair of settings of replication does as each of them alone, also with a node down, or is refused with a reason
--EXTENSIONS--
apcu
--INI--
apc.enable_cli=1
mcha.operation_timeout=40000
mcha.connect_timeout=20000
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(4);
$pool = implode(',', array_map(fn(int $node) => $cluster->name($node) . '?zone=' . ($node % 2 ? 'far' : 'near'), array_keys($cluster->nodes)));
$former = $cluster->name(1) . ',' . $cluster->name(2);

/* setting => what it is called => options */
$settings = [
	'read_policy' => [
		'balanced' => [McHA::OPT_READ_POLICY => McHA::READ_POLICY_BALANCED],
		'nearest' => [McHA::OPT_READ_POLICY => McHA::READ_POLICY_NEAREST],
		'quorum' => [McHA::OPT_READ_POLICY => McHA::READ_POLICY_QUORUM],
	],
	'zone_writes' => ['local' => [McHA::OPT_ZONE_WRITES => McHA::ZONE_WRITES_LOCAL]],
	'previous_servers' => ['two nodes' => [McHA::OPT_PREVIOUS_SERVERS => $former]],
	'write_quorum' => [
		'majority' => [McHA::OPT_WRITE_QUORUM => McHA::WRITE_QUORUM_MAJORITY],
		'all' => [McHA::OPT_WRITE_QUORUM => McHA::WRITE_QUORUM_ALL],
	],
	'miss_failover' => [
		'recovering' => [McHA::OPT_MISS_FAILOVER => McHA::MISS_FAILOVER_RECOVERING],
		'never' => [McHA::OPT_MISS_FAILOVER => McHA::MISS_FAILOVER_NEVER],
	],
	'allow_failover' => ['off' => [McHA::OPT_ALLOW_FAILOVER => false]],
	'near_cache' => ['apcu' => [McHA::OPT_NEAR_CACHE => McHA::NEAR_CACHE_APCU]],
	'hedge_after' => ['auto' => [McHA::OPT_HEDGE_AFTER => McHA::HEDGE_AUTO], '1 ms' => [McHA::OPT_HEDGE_AFTER => 1]],
	'protocol' => [
		'text' => [McHA::OPT_PROTOCOL => McHA::PROTOCOL_TEXT],
		'binary' => [McHA::OPT_PROTOCOL => McHA::PROTOCOL_BINARY],
	],
];

/* What must be refused, and the part of the reason that says why. */
const REFUSED = ['read_policy quorum, zone_writes local' => 'cannot be combined'];

/* Writes that reach too few copies fail, and so does what the only node that may be asked would have answered. */
const MAY_FAIL = ['write_quorum all', 'allow_failover off'];

/* Of a key with a write in flight to the far zone, only the near zone's replicas count towards the next write's quorum. */
const MAY_FAIL_TOGETHER = ['zone_writes local, write_quorum majority', 'zone_writes local, write_quorum all'];

/* call => what it returns */
function calls(McHA $client): array
{
	$token = null;
	return [
		'set' => [fn() => $client->set('key', 'one'), true],
		'get' => [fn() => $client->get('key'), 'one'],
		'add of a key that is there' => [fn() => $client->add('key', 'two'), false],
		'replace' => [fn() => $client->replace('key', ['three' => 3]), true],
		'get with a token' => [function () use ($client, &$token) {
			$found = $client->get('key', null, McHA::GET_EXTENDED);
			$token = $found['cas'] ?? null;
			return $found['value'] ?? null;
		}, ['three' => 3]],
		'cas' => [function () use ($client, &$token) { return $client->cas($token, 'key', 'four'); }, true],
		'cas by the token of before' => [function () use ($client, &$token) { return $client->cas($token, 'key', 'five'); }, false],
		'append' => [fn() => $client->append('key', ' and more'), true],
		'get of what was appended to' => [fn() => $client->get('key'), 'four and more'],
		'increment of a new counter' => [fn() => $client->increment('count', 1, 10), 10],
		'increment' => [fn() => $client->increment('count', 5), 15],
		'touch' => [fn() => $client->touch('key', 1000), true],
		'setMulti' => [fn() => $client->setMulti(['a' => 1, 'b' => 2.5, 'c' => null, 'd' => true]), true],
		'getMulti' => [fn() => $client->getMulti(['a', 'b', 'c', 'd', 'missing'], McHA::GET_PRESERVE_ORDER), ['a' => 1, 'b' => 2.5, 'c' => null, 'd' => true, 'missing' => null]],
		'delete' => [fn() => $client->delete('key'), true],
		'get of what was deleted' => [fn() => $client->get('key'), false],
		'add' => [fn() => $client->add('key', 'again'), true],
		'deleteMulti' => [fn() => $client->deleteMulti(['a', 'b']), ['a' => true, 'b' => true]],
		'getMulti of what was deleted' => [fn() => $client->getMulti(['a', 'b', 'c']), ['c' => null]],
	];
}

/* True: all was right. False: a call failed, as it may with this pair of settings. */
function all_is_right(McHA $client, string $pair, bool $may_fail): bool
{
	foreach (calls($client) as $name => [$call, $expected]) {
		$found = $call();
		if ($found === $expected) {
			continue;
		}
		$result = result($client);
		ok($may_fail && !in_array($result, ['RES_SUCCESS', 'RES_NOTFOUND', 'RES_NOTSTORED', 'RES_DATA_EXISTS']), "$pair: $name returns "
			. show($found) . ' instead of ' . show($expected) . ", $result: {$client->getResultMessage()}");
		return false;
	}
	return true;
}

$single = [];
foreach ($settings as $setting => $values) {
	foreach ($values as $value => $options) {
		$single[] = [$setting, "$setting $value", $options];
	}
}
$refused = [];
foreach (['all nodes up' => [], 'one node down' => [3]] as $state => $down) {
	foreach ($down as $node) {
		$cluster->kill($node);
	}
	$whole = 0;
	foreach ($single as $i => [$setting, $name, $options]) {
		foreach (array_slice($single, $i) as [$other, $other_name, $other_options]) {
			if ($setting === $other && $name !== $other_name) {
				continue;
			}
			$pair = $name === $other_name ? $name : "$name, $other_name";
			$client = new McHA(null, null, $pool);
			$client->setOption(McHA::OPT_NUMBER_OF_REPLICAS, 2); /* a majority of three bears the loss of one */
			$client->setOption(McHA::OPT_COMPRESSION, false);
			$client->setOption(McHA::OPT_LOCAL_ZONE, 'near');
			$client->setOption(McHA::OPT_PREFIX_KEY, hash('crc32b', "$state, $pair") . '.');
			try {
				$taken = @$client->setOptions($options + $other_options);
			} catch (McHAException $thrown) {
				$taken = false;
			}
			if (!$taken) {
				$refused[$pair] = isset($thrown) ? $thrown->getMessage() : $client->getLastErrorMessage() . ' ' . (error_get_last()['message'] ?? '');
				unset($thrown);
				continue;
			}
			$whole += all_is_right($client, "$state, $pair", ($down && array_intersect(MAY_FAIL, [$name, $other_name])) || in_array($pair, MAY_FAIL_TOGETHER));
		}
	}
	ok($whole > 50, "$state: $whole pairs did all");
}
is(array_keys($refused), array_keys(REFUSED), 'these pairs are refused: ' . show($refused));
foreach (REFUSED as $pair => $reason) {
	ok(str_contains($refused[$pair], $reason), "$pair is refused with a reason: $refused[$pair]");
}

done();
?>
--EXPECT--
done
