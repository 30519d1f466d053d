--TEST--
A persistent id keeps the pool's servers, options and connections
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.connect_timeout=10000
mcha.operation_timeout=40000
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$plain = new McHA();
ok(!$plain->isPersistent(), 'a client without an id is not persistent');
ok($plain->isPristine(), 'a client without an id is pristine');

$first = new McHA('shop');
ok($first->isPersistent(), 'a client with an id is persistent');
ok($first->isPristine(), 'a pool is pristine when it is first made');
$cluster->addTo($first);
$first->setOption(McHA::OPT_PREFIX_KEY, 'shop:');
$first->set('key', 'value');
$connections = fn() => (int) preg_replace('/.*STAT total_connections (\d+).*/s', '$1', $cluster->raw(0, "stats\r\n"));
$before = $connections();
unset($first);

$second = new McHA('shop', fn() => ok(false, 'the constructor calls the callback for a new pool only'));
ok(!$second->isPristine(), 'an existing pool is not pristine');
is(count($second->getServerList()), 2, 'the pool has its servers');
is($second->getOption(McHA::OPT_PREFIX_KEY), 'shop:', 'the pool has its options');
is($second->get('key'), 'value', 'a read by the second object');
is($connections(), $before + 1, 'the second object uses the same connection (the additional one is of this question)');

$third = new McHA('shop');
is($third->get('key'), 'value', 'a read by a third object');
is($second->get('key'), 'value', 'a read by the second object after the third');

$called = null;
$other = new McHA('other', function (McHA $client, ?string $id) use (&$called) {
	$called = $id;
	$client->addServer('10.0.0.1', 11211);
});
is($called, 'other', 'the constructor calls the callback for a new pool');
is($other->getServerList()[0]['host'], '10.0.0.1', 'the callback adds the servers');
is((new McHA('other'))->getServerList(), $other->getServerList(), 'the pool keeps the servers that the callback added');
is((new McHA(''))->isPersistent(), false, 'a client with an empty id is not persistent');
throws(fn() => new McHA('broken', fn() => throw new DomainException('sorry')), DomainException::class, 'sorry', 'the constructor passes the exception of the callback on');
ok((new McHA('broken'))->isPristine(), 'a pool whose callback threw is not kept');

/* Two objects with one id and different servers. */
$one = new McHA('shared');
$one->addServer('10.0.0.1', 11211);
$two = new McHA('shared');
$two->addServer('10.0.0.2', 11211);
$hosts = fn(McHA $client) => array_column($client->getServerList(), 'host');
is($hosts($two), ['10.0.0.2'], 'the second object has its own servers');
is($hosts($one), ['10.0.0.1'], 'the first object keeps its servers');
$three = new McHA('shared');
is($hosts($three), ['10.0.0.2'], 'a third object that adds no server has the servers of the pool that was used last');
$three->addServer('10.0.0.3', 11211);
is($hosts($three), ['10.0.0.2', '10.0.0.3'], 'the third object adds a server to that pool');
is($hosts($two), ['10.0.0.2', '10.0.0.3'], 'the second object shares the pool, and has the added server');
$three->resetServerList();
is($hosts($three), [], 'resetServerList() empties the list of the third object');
is($hosts($two), ['10.0.0.2', '10.0.0.3'], 'resetServerList() of one object does not change another object');
$three->addServers([['10.0.0.1', 11211]]);
is($hosts($three), ['10.0.0.1'], 'the third object has the servers of the first');
$one->addServer('10.0.0.4', 11211);
is($hosts($three), ['10.0.0.1', '10.0.0.4'], 'the first and the third object share a pool');
$twice = new McHA('twice');
$twice->addServer('10.0.0.1', 11211);
$twice->addServer('10.0.0.1', 11211);
is($hosts($twice), ['10.0.0.1', '10.0.0.1'], 'the object that makes a pool may add a server twice');
$again = new McHA('twice');
$again->addServers([['10.0.0.1', 11211], ['10.0.0.1', 11211]]);
is($hosts($again), ['10.0.0.1', '10.0.0.1'], 'an object that adds a server twice finds the pool with that server twice');
$options = new McHA('options');
$options->setOptions([McHA::OPT_PREFIX_KEY => 'p:', McHA::OPT_LIBKETAMA_COMPATIBLE => true, McHA::OPT_HASH => McHA::HASH_CRC, McHA::OPT_USER_FLAGS => 7, McHA::OPT_POLL_TIMEOUT => 0]);
$options->addServers([['10.0.0.1', 11211], ['10.0.0.2', 11211, 3], ['10.0.0.3', 11211]]);
$servers = array_map(fn($server) => [$server['host'], $server['port'], $server['weight']], $options->getServerList());
$places = fn(McHA $client) => array_map(fn($i) => $client->getReplicas("key$i"), range(1, 50));
$like = new McHA('options');
$like->addServers([['10.0.0.9', 11211]]);
is([$like->getOption(McHA::OPT_PREFIX_KEY), $like->getOption(McHA::OPT_HASH), $like->getOption(McHA::OPT_USER_FLAGS), $like->getOption(McHA::OPT_POLL_TIMEOUT), $hosts($like)],
	['p:', McHA::HASH_CRC, 7, 0, ['10.0.0.9']], 'a pool with other servers under the same id has the same options');
$like->resetServerList();
$like->addServers($servers);
is($places($like), $places($options), 'a pool with the same servers places keys on the same nodes');
$fresh = new McHA();
$fresh->setOptions([McHA::OPT_PREFIX_KEY => 'p:', McHA::OPT_LIBKETAMA_COMPATIBLE => true, McHA::OPT_HASH => McHA::HASH_CRC]);
$fresh->addServers(array_slice($servers, 1));
$shorter = new McHA('options');
$shorter->addServers(array_slice($servers, 1));
is($places($shorter), $places($fresh), 'a pool with fewer servers places keys as a newly made client does');
$string = new McHA('string', null, '10.0.0.1,10.0.0.2');
ok($string->isPristine(), 'a pool from a pool string is pristine when it is first made');
ok(!(new McHA('string', null, '10.0.0.1,10.0.0.2'))->isPristine(), 'the same id and pool string find the pool again');
ok((new McHA('string', null, '10.0.0.1'))->isPristine(), 'another pool string makes another pool');
is($hosts(new McHA('string', null, '10.0.0.1,10.0.0.2')), ['10.0.0.1', '10.0.0.2'], 'the first pool stays beside the other');

done();
?>
--EXPECT--
done
