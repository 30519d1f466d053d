--TEST--
More replicas than nodes means every node
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 9, McHA::OPT_WRITE_QUORUM => 'all']);
ok($client->set('key', 'value'), 'all of them acknowledged');
is($cluster->copies('key'), ['value', 'value'], 'every node has it');
is($client->getLastReplication()['copies'], 2, 'as many copies as nodes');
is(array_column($client->getReplicas('key'), 'role'), ['home', 'home'], 'all are home');
ok($client->add('added', 1), 'add');
is($client->increment('added'), 2, 'increment');
is(array_map('trim', $cluster->copies('added')), ['2', '2'], 'everywhere');
is($client->getOption(McHA::OPT_NUMBER_OF_REPLICAS), 9, 'the option says what was set');

$alone = new Cluster(1);
$client = $alone->client();
ok($client->set('key', 'value'), 'a single node');
is($client->get('key'), 'value', 'is a pool too');
is($client->getLastReplication()['copies'], 1, 'of one copy');

done();
?>
--EXPECT--
done
