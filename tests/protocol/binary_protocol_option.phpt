--TEST--
OPT_BINARY_PROTOCOL selects binary, unless OPT_PROTOCOL names a protocol
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$spoken = function (McHA $client): string {
	$client->set('key', 'value');
	is($client->get('key'), 'value', 'get() over the chosen protocol');
	return implode(' ', array_unique(array_column($client->getNodes(), 'protocol')));
};
$client = $cluster->client([McHA::OPT_BINARY_PROTOCOL => true]);
is($spoken($client), 'binary', 'OPT_BINARY_PROTOCOL alone');
$client->setOption(McHA::OPT_BINARY_PROTOCOL, false);
is($spoken($client), 'meta', 'without the option, meta is spoken');
$client = $cluster->client([McHA::OPT_PROTOCOL => 'text', McHA::OPT_BINARY_PROTOCOL => true]);
is($spoken($client), 'text', 'OPT_PROTOCOL takes precedence');
is((bool) $client->getOption(McHA::OPT_BINARY_PROTOCOL), true, 'OPT_BINARY_PROTOCOL keeps its value');
$client->setOption(McHA::OPT_PROTOCOL, 'auto');
is($spoken($client), 'binary', 'OPT_BINARY_PROTOCOL applies again when OPT_PROTOCOL is auto');
ini_set('mcha.binary_protocol', '1');
is($spoken($cluster->client()), 'binary', 'mcha.binary_protocol');
ini_set('mcha.protocol', 'meta');
is($spoken($cluster->client()), 'meta', 'mcha.protocol takes precedence');

done();
?>
--EXPECT--
done
