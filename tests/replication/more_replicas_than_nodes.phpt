--TEST--
With more replicas than nodes, every node is a home node
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 9, McHA::OPT_WRITE_QUORUM => 'all']);
ok($client->set('key', 'value'), 'all nodes acknowledged');
is($cluster->copies('key'), ['value', 'value'], 'every node has a copy');
is($client->getLastReplication()['copies'], 2, 'the report counts as many copies as there are nodes');
is(array_column($client->getReplicas('key'), 'role'), ['home', 'home'], 'all nodes are home nodes');
ok($client->add('added', 1), 'add');
is($client->increment('added'), 2, 'increment');
is(array_map('trim', $cluster->copies('added')), ['2', '2'], 'every node has the counter');
is($client->getOption(McHA::OPT_NUMBER_OF_REPLICAS), 9, 'the option keeps the number that was set');

$alone = new Cluster(1);
$client = $alone->client();
ok($client->set('key', 'value'), 'set() on a single node');
is($client->get('key'), 'value', 'get() on a single node');
is($client->getLastReplication()['copies'], 1, 'the report counts one copy');

done();
?>
--EXPECT--
done
