--TEST--
mcha status and mcha resync ask nodes that only the previous pool has, too
--SKIPIF--
<?php $needs = ['memcached', 'console']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/mcha.inc';

/* Node 3 is removed: the previous pool has all four nodes. */
$cluster = new Cluster(4);
$pool = fn(int ...$nodes): string => implode(',', array_map([$cluster, 'name'], $nodes));
$before = $cluster->client();
$keys = array_map(fn(int $i) => "key$i", range(1, 300));
$before->setMulti(array_fill_keys($keys, 'value'), 1000);
$mcha = new CommandLine($pool(0, 1, 2), ['mcha.previous_servers' => $pool(0, 1, 2, 3)]);
$former = $cluster->name(3);

$nodes = array_column($mcha->json('status'), null, 'node');
is($mcha->exitCode, 0, "status: all nodes answer: $mcha->errors");
is([$nodes[$former]['role'], $nodes[$former]['state'], $nodes[$former]['items']], ['previous', 'up', $cluster->items(3)], 'status: the node of the previous pool');
ok(preg_match('/^' . preg_quote($former) . ' +up \(previous\) /m', $text = $mcha->run('status')), "status: in the table: $text");
$mcha->run('ping');
is($mcha->exitCode, 0, 'ping: all nodes answer');

$state = new Folder();
$resync = ["--state=$state->path", '--after=0.1'];
$result = $mcha->json('resync', ...$resync);
is([$mcha->exitCode, $result['absent'], $result['restarted']], [0, [], []], "resync: no node is missed: $mcha->errors");
$after = new McHA(null, null, $pool(0, 1, 2));
$after->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000, McHA::OPT_READ_REPAIR => false]);
is(count($after->getMulti($keys)), count($keys), 'all values are in the pool of today');
is($after->repair($keys), [], 'with all their copies');
$mcha->run('resync', $former, ...$resync);
ok($mcha->exitCode === 2 && str_contains($mcha->errors, "$former is a node of the previous pool alone, which is given no copies"), "resync of that node: $mcha->errors");

/* It is dead. */
$cluster->kill(3);
$text = $mcha->run('status');
ok($mcha->exitCode === 1 && preg_match('/^' . preg_quote($former) . ': .*Connection refused/m', $text), "status: the node is dead: $text");
$result = $mcha->json('resync', '--wait=0', ...$resync);
is([$mcha->exitCode, $result['absent']], [3, [$former]], 'resync: the node is dead');

done();
?>
--EXPECT--
done
