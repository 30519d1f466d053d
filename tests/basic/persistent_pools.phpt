--TEST--
A persistent id keeps servers, options and connections
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
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

done();
?>
--EXPECT--
done
