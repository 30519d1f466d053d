--TEST--
Bytes that are changed on the wire are noticed, in requests and answers: no wrong value is read, and none is stored
--SKIPIF--
<?php
$needs = ['memcached', 'tls', 'cc'];
require dirname(__DIR__) . '/lib/skip.inc';
?>
--INI--
mcha.retry_interval=0
mcha.connect_timeout=1000
mcha.operation_timeout=4000
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/fault/nodes.inc';

$authority = new Authority();
ini_set('mcha.tls_ca', $authority->path);
$cluster = new FaultyCluster(1, 1, certificate: $authority->issue());
$client = new McHA(null, null, "tls://{$cluster->servers()}");
$client->setOption(McHA::OPT_COMPRESSION, false);
$value = fn(int $i): string => str_repeat("value $i ", 1 + 37 * $i % 400);
$cluster->apply(0, ['corrupt']);
$reasons = [];
for ($i = 0; $i < 300; $i++) {
	$client->set("key$i", $value($i));
	$found = $client->get("key$i");
	if ($found === false) {
		$reasons[substr(strstr($client->getLastErrorMessage(), ': '), 2)] = true;
	} else {
		is($found === $value($i), true, "the value of key$i is right");
	}
}
ok(count($reasons) > 1, 'damage is noticed: ' . show(array_keys($reasons)));
$cluster->heal(0);
for ($i = 0; $i < 300; $i++) {
	$found = $client->get("key$i");
	ok($found === $value($i) || $found === false && $client->getResultCode() === McHA::RES_NOTFOUND, "key$i has the right value, or none: " . show($found));
}

done();
?>
--EXPECT--
done
