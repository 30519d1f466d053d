--TEST--
role=backup: backup nodes hold second copies, are read on failure only, and are never a key's first node
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=30
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(4);
[$a, $b, $x, $y] = explode(',', $cluster->servers());
$pool = "$a,$b,$x?role=backup,$y?role=backup";
$client = new McHA(null, null, $pool);
$options = [McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000];
$client->setOptions($options);
is(array_column($client->getNodes(), 'role'), ['primary', 'primary', 'backup', 'backup'], 'getNodes() shows the roles');
$items = [];
for ($i = 0; $i < 200; $i++) {
	$items["key$i"] = "value $i";
}
ok($client->setMulti($items), 'the values are written');
$client->getMulti(array_keys($items)); /* checks the second copies now if it has to, as the nodes were just started */
$alone = new McHA(null, null, "$a,$b");
$counts = [0, 0, 0, 0];
foreach ($items as $key => $value) {
	$holders = array_keys($cluster->copies($key));
	is([count($holders), $holders[0] < 2, $holders[1] >= 2], [2, true, true], "$key: a primary and a backup have a copy");
	is($client->getServerByKey($key), $alone->getServerByKey($key), "$key: the first node is the same as in a pool without backups");
	array_walk($holders, function ($holder) use (&$counts) { $counts[$holder]++; });
}
ok(min($counts) > 50, 'each of the four nodes has copies: ' . show($counts));

$asked = fn(int $i): int => preg_match('/STAT cmd_get (\d+)/', $cluster->raw($i, "stats\r\n"), $found) ? (int) $found[1] : -1;
$before = [$asked(2), $asked(3)];
foreach (['ordered', 'balanced', 'nearest'] as $policy) {
	$client->setOption(McHA::OPT_READ_POLICY, $policy);
	foreach ($items as $key => $value) {
		$client->get($key) === $value or ok(false, "$policy: $key");
	}
	is($client->getMulti(array_keys($items), McHA::GET_PRESERVE_ORDER), $items, "$policy: getMulti() reads all values");
}
/* of 1200 reads one in 64 checks the second copy */
between($asked(2) + $asked(3) - array_sum($before), 0, 80, 'reads ask backups only to check, by sample, whether they have their copy');
$client->setOption(McHA::OPT_READ_POLICY, 'ordered');

$cluster->kill(0);
foreach ($items as $key => $value) {
	$client->get($key) === $value or ok(false, "without a primary: $key is " . show($client->get($key)) . ', ' . result($client));
}
$cluster->kill(1);
foreach ($items as $key => $value) {
	$client->get($key) === $value or ok(false, "without any primary: $key is " . show($client->get($key)) . ', ' . result($client));
}
ok($client->set('new', 1), 'backups accept a write when all primaries are down');
is($client->get('new'), 1, 'a read from the backups');

try {
	new McHA(null, null, "$a?role=spare");
	ok(false, 'an unknown role is refused');
} catch (McHAException $e) {
	echo preg_replace('/\d{2,}/', 'N', $e->getMessage()), "\n";
}

done();
?>
--EXPECTF--
McHA::__construct(): server "N.0.0.1:N?role=spare": role "spare" is unknown, expected primary or backup
done
