--TEST--
OPT_BINARY_PROTOCOL speaks binary, unless a protocol was named
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$spoken = function (McHA $client): string {
	$client->set('key', 'value');
	is($client->get('key'), 'value', 'it works');
	return implode(' ', array_unique(array_column($client->getNodes(), 'protocol')));
};
$client = $cluster->client([McHA::OPT_BINARY_PROTOCOL => true]);
is($spoken($client), 'binary', 'the option alone');
$client->setOption(McHA::OPT_BINARY_PROTOCOL, false);
is($spoken($client), 'meta', 'and back');
$client = $cluster->client([McHA::OPT_PROTOCOL => 'text', McHA::OPT_BINARY_PROTOCOL => true]);
is($spoken($client), 'text', 'a protocol that is named wins');
is((bool) $client->getOption(McHA::OPT_BINARY_PROTOCOL), true, 'the option is remembered');
$client->setOption(McHA::OPT_PROTOCOL, 'auto');
is($spoken($client), 'binary', 'and counts when none is named any more');
ini_set('mcha.binary_protocol', '1');
is($spoken($cluster->client()), 'binary', 'mcha.binary_protocol');
ini_set('mcha.protocol', 'meta');
is($spoken($cluster->client()), 'meta', 'mcha.protocol wins');

done();
?>
--EXPECT--
done
