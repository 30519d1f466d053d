--TEST--
purge() of examples/changing-the-pool throws, and deletes nothing, if a node does not list its keys or does not answer
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=3600
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__, 2) . '/examples/changing-the-pool/purge.inc';

/* Three real nodes; a test server that misbehaves by script stands before the third. The pool is $now, and the previous
 * pool $before. */
$cluster = new Cluster(3);
$items = fn(): array => array_map(fn(int $i) => $cluster->items($i), [0, 1, 2]);
$pool = fn(array $names): string => implode(',', $names);
$client_of = function (array $now, array $before = [], array $options = []) use ($pool): McHA {
	$client = new McHA(null, null, $pool($now));
	$client->setOptions($options + [McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000, McHA::OPT_NUMBER_OF_REPLICAS => 0,
		McHA::OPT_PREVIOUS_SERVERS => $pool($before)]);
	return $client;
};
[$a, $b, $c] = array_map(fn(Node $node) => $node->name, $cluster->nodes);
$values = [];
for ($i = 0; $i < 30; $i++) {
	$values["key$i"] = "value $i";
}
$fill = function () use ($cluster, $client_of, $values, $a, $b, $c): void {
	$cluster->empty(0, 1, 2);
	foreach ([$a, $b, $c] as $name) { /* each node has each value, whether it is a home of the key or not */
		$client_of([$name])->setMulti($values, 3600);
	}
};
$stops = function (McHA $client, string $message, string $title) use ($items): void {
	$before = $items();
	try {
		$done = purge($client);
		is($done, 'an exception', $title);
	} catch (RuntimeException $exception) {
		ok(str_contains($exception->getMessage(), $message), "$title: " . $exception->getMessage());
	}
	is($items(), $before, "$title: nothing is deleted");
};
$list = '/^lru_crawler/';

/* A complete purge. */
$fill();
is(purge($client_of([$a, $b, $c])), ['given' => 0, 'taken' => 60, 'left' => 0], 'purge() deletes each key from the two nodes that are not its home');
is(array_sum($items()), 30, 'each key is on its home only');

/* A node that does not list its keys. */
foreach (["ERROR\r\n" => 'NOT SUPPORTED', "no such thing\r\n" => 'PROTOCOL', "OK\r\nkey=key1 exp=-1\r\nbad\r\n" => 'PROTOCOL'] as $reply => $reason) {
	$fill();
	$bad = new BadServer([['match' => $list, 'reply' => $reply]], $cluster->nodes[2]);
	$stops($client_of([$a, $b, $bad->name]), "list the keys of $bad->name", "a node of the pool that answers $reason to the listing");
	$stops($client_of([$a, $b], [$a, $b, $bad->name]), "list the keys of $bad->name", "a node of the previous pool that answers $reason");
}
$fill();
$bad = new BadServer([['match' => $list, 'reply' => "key=key1 exp=-1\r\n", 'close' => true]], $cluster->nodes[2]);
$stops($client_of([$a, $b, $bad->name]), "list the keys of $bad->name", 'a node whose list ends too early');

/* A list in the form of memcached 1.6.45 is accepted. */
$lists = ['match' => $list, 'reply' => "OK\r\n" . implode('', array_map(fn($key) => "key=$key exp=-1 la=1 cas=1 fetch=no cls=1 size=60 flags=0 \n", array_keys($values)))
	. "END\r\n"];
$fill();
$good = new BadServer([$lists], $cluster->nodes[2]);
is(purge($client_of([$a, $b, $good->name])), ['given' => 0, 'taken' => 60, 'left' => 0], 'purge() accepts a list that begins with OK');

/* A node that lists its keys, but then does not answer. */
$silent = fn(): BadServer => new BadServer([$lists, ['match' => '/^mg /', 'close' => true]], $cluster->nodes[2]);
$fill();
$bad = $silent();
$stops($client_of([$a, $b, $bad->name]), 'look for key', 'a node of the pool that lists its keys and then closes the connection');
foreach ([$a, $b] as $name) {
	$client_of([$name])->deleteMulti(array_keys($values));
}
$bad = $silent();
$stops($client_of([$a, $b], [$bad->name]), 'look for key', 'a node of the previous pool that alone has the values, lists its keys, and then closes the connection');

/* A dead node. */
$fill();
$cluster->kill(2);
$before = [$cluster->items(0), $cluster->items(1)];
foreach ([$client_of([$a, $b, $c]), $client_of([$a, $b], [$a, $b, $c])] as $client) {
	try {
		is(purge($client), 'an exception', 'a dead node');
	} catch (RuntimeException $exception) {
		ok(str_contains($exception->getMessage(), "list the keys of $c"), $exception->getMessage());
	}
}
is([$cluster->items(0), $cluster->items(1)], $before, 'a dead node: nothing is deleted');

done();
?>
--EXPECT--
done
