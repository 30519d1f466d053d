--TEST--
A persistent id keeps servers, options and connections
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
ok(!$plain->isPersistent(), 'without an id nothing is kept');
ok($plain->isPristine(), 'and all is new');

$first = new McHA('shop');
ok($first->isPersistent(), 'with one it is');
ok($first->isPristine(), 'new the first time');
$cluster->addTo($first);
$first->setOption(McHA::OPT_PREFIX_KEY, 'shop:');
$first->set('key', 'value');
$connections = fn() => (int) preg_replace('/.*STAT total_connections (\d+).*/s', '$1', $cluster->raw(0, "stats\r\n"));
$before = $connections();
unset($first);

$second = new McHA('shop', fn() => ok(false, 'the callback is for a new pool only'));
ok(!$second->isPristine(), 'not new the second time');
is(count($second->getServerList()), 2, 'the servers are there');
is($second->getOption(McHA::OPT_PREFIX_KEY), 'shop:', 'so are the options');
is($second->get('key'), 'value', 'and it works');
is($connections(), $before + 1, 'over the same connection (the one more is this question)');

$third = new McHA('shop');
is($third->get('key'), 'value', 'two objects share a pool');
is($second->get('key'), 'value', 'and do not disturb each other');

$called = null;
$other = new McHA('other', function (McHA $client, ?string $id) use (&$called) {
	$called = $id;
	$client->addServer('10.0.0.1', 11211);
});
is($called, 'other', 'a new pool asks the callback');
is($other->getServerList()[0]['host'], '10.0.0.1', 'which adds the servers');
is((new McHA('other'))->getServerList(), $other->getServerList(), 'and they stay');
is((new McHA(''))->isPersistent(), false, 'an empty id is none');
throws(fn() => new McHA('broken', fn() => throw new DomainException('sorry')), DomainException::class, 'sorry', 'what the callback throws passes');
ok((new McHA('broken'))->isPristine(), 'and that pool was not kept');

/* two objects of one id that mean different servers */
$one = new McHA('shared');
$one->addServer('10.0.0.1', 11211);
$two = new McHA('shared');
$two->addServer('10.0.0.2', 11211);
$hosts = fn(McHA $client) => array_column($client->getServerList(), 'host');
is($hosts($two), ['10.0.0.2'], 'the second has its own');
is($hosts($one), ['10.0.0.1'], 'and leaves the first alone');
$three = new McHA('shared');
is($hosts($three), ['10.0.0.2'], 'a third one that says nothing has what was used last');
$three->addServer('10.0.0.3', 11211);
is($hosts($three), ['10.0.0.2', '10.0.0.3'], 'was told, and adds to it');
is($hosts($two), ['10.0.0.2', '10.0.0.3'], 'to the same pool');
$three->resetServerList();
is($hosts($three), [], 'begins anew');
is($hosts($two), ['10.0.0.2', '10.0.0.3'], 'which is no business of others');
$three->addServers([['10.0.0.1', 11211]]);
is($hosts($three), ['10.0.0.1'], 'and comes by the first one\'s pool');
$one->addServer('10.0.0.4', 11211);
is($hosts($three), ['10.0.0.1', '10.0.0.4'], 'which it is');
$twice = new McHA('twice');
$twice->addServer('10.0.0.1', 11211);
$twice->addServer('10.0.0.1', 11211);
is($hosts($twice), ['10.0.0.1', '10.0.0.1'], 'who makes a pool may add a server twice');
$again = new McHA('twice');
$again->addServers([['10.0.0.1', 11211], ['10.0.0.1', 11211]]);
is($hosts($again), ['10.0.0.1', '10.0.0.1'], 'and finds it so');
$options = new McHA('options');
$options->setOptions([McHA::OPT_PREFIX_KEY => 'p:', McHA::OPT_LIBKETAMA_COMPATIBLE => true, McHA::OPT_HASH => McHA::HASH_CRC, McHA::OPT_USER_FLAGS => 7, McHA::OPT_POLL_TIMEOUT => 0]);
$options->addServers([['10.0.0.1', 11211], ['10.0.0.2', 11211, 3], ['10.0.0.3', 11211]]);
$servers = array_map(fn($server) => [$server['host'], $server['port'], $server['weight']], $options->getServerList());
$places = fn(McHA $client) => array_map(fn($i) => $client->getReplicas("key$i"), range(1, 50));
$like = new McHA('options');
$like->addServers([['10.0.0.9', 11211]]);
is([$like->getOption(McHA::OPT_PREFIX_KEY), $like->getOption(McHA::OPT_HASH), $like->getOption(McHA::OPT_USER_FLAGS), $like->getOption(McHA::OPT_POLL_TIMEOUT), $hosts($like)],
	['p:', McHA::HASH_CRC, 7, 0, ['10.0.0.9']], 'other servers, the same options');
$like->resetServerList();
$like->addServers($servers);
is($places($like), $places($options), 'the same servers, the same places');
$fresh = new McHA();
$fresh->setOptions([McHA::OPT_PREFIX_KEY => 'p:', McHA::OPT_LIBKETAMA_COMPATIBLE => true, McHA::OPT_HASH => McHA::HASH_CRC]);
$fresh->addServers(array_slice($servers, 1));
$shorter = new McHA('options');
$shorter->addServers(array_slice($servers, 1));
is($places($shorter), $places($fresh), 'a copied placement is the one that it would be made new');
$string = new McHA('string', null, '10.0.0.1,10.0.0.2');
ok($string->isPristine(), 'a pool string');
ok(!(new McHA('string', null, '10.0.0.1,10.0.0.2'))->isPristine(), 'is found again');
ok((new McHA('string', null, '10.0.0.1'))->isPristine(), 'another one is another pool');
is($hosts(new McHA('string', null, '10.0.0.1,10.0.0.2')), ['10.0.0.1', '10.0.0.2'], 'beside which the first stays');

done();
?>
--EXPECT--
done
