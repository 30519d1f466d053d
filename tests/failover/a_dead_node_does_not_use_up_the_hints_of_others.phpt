--TEST--
A node that stays dead does not use up the hint table's room for the hints of another node
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.hint_capacity=0
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$options = [McHA::OPT_NUMBER_OF_REPLICAS => 1, McHA::OPT_COMPRESSION => false];
$client = $cluster->client($options);
/* Each operation of this client waits for the node that hangs. */
$quick = $cluster->client($options + [McHA::OPT_OPERATION_TIMEOUT => 2000]);
$nodes = fn(string $what) => array_column($client->getNodes(), $what);
$told = [];
$client->setOption(McHA::OPT_FAILURE_CALLBACK, function (string $node, string $reason) use (&$told) {
	if (str_contains($reason, 'missed more writes')) {
		$told[] = $node;
	}
});

$keys = array_map(fn($i) => "key$i", range(1, 1000));
ok($client->setMulti(array_fill_keys($keys, 'old')), 'the old values are written');
$cluster->kill(2);
for ($i = 0; $i < 15; $i++) {
	ok($client->setMulti(array_fill_keys(array_map(fn($n) => "$i-$n", range(1, 1000)), $i)), 'more values are written while node 2 is dead');
}
between($nodes('hints')[2], 2000, 2048, 'the hints of the dead node fill its share');
is($nodes('distrusted'), [false, false, true], 'the dead node is distrusted');
is($told, [$cluster->name(2)], 'the failure callback reports that once');

$cluster->stop(1);
ok($quick->setMulti(array_fill_keys($keys, 'new')), 'the new values are written while node 1 hangs');
between($nodes('hints')[1], 500, 1000, 'the hints of the hanging node are kept');
$cluster->cont(1);
wait_until(fn() => $cluster->raw(1, "version\r\n") !== '', what: 'the node to go on');
wait_until(fn() => $client->get('any') || $nodes('hints')[1] === 0, what: 'all hints of the node to be replayed');
$read = $client->getMulti($keys);
is(count(array_filter($read, fn($value) => $value !== 'new')), 0, 'old values read');
is(count($read), 1000, 'values read');
$old = array_filter(array_filter($keys, fn($i) => $i % 5 === 0, ARRAY_FILTER_USE_KEY), fn($key) => array_diff($cluster->copies($key), ['new']) !== []);
is(count($old), 0, 'old copies');
is($nodes('distrusted')[1], false, 'the node that hung is not distrusted');

done();
?>
--EXPECT--
done
