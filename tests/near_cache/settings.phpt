--TEST--
The near cache directives and options are validated
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/near_cache.inc';

$settings = fn(McHA $client) => array_map($client->getOption(...), [McHA::OPT_NEAR_CACHE, McHA::OPT_NEAR_CACHE_TTL, McHA::OPT_NEAR_CACHE_FRESH]);
is($settings(new McHA()), [McHA::NEAR_CACHE_NONE, 60, 0.0], 'the defaults');
foreach (['apcu', 'APCu'] as $word) {
	ini_set('mcha.near_cache', $word);
	is($settings(new McHA())[0], McHA::NEAR_CACHE_APCU, $word);
}
foreach (['none', ''] as $word) {
	ini_set('mcha.near_cache', $word);
	is($settings(new McHA())[0], McHA::NEAR_CACHE_NONE, "'$word'");
}
ini_set('mcha.near_cache_ttl', '1');
foreach (['0.25' => 0.25, '3' => 3.0, '0' => 0.0, '1e-3' => 0.001] as $seconds => $expected) {
	ini_set('mcha.near_cache_fresh', (string) $seconds);
	is($settings(new McHA()), [McHA::NEAR_CACHE_NONE, 1, $expected], "$seconds seconds");
}
foreach (['near_cache' => ['redis', 'apc', '1'], 'near_cache_ttl' => ['0', '-1', '1.5', 'long', ''], 'near_cache_fresh' => ['-0.1', 'long', '1s', 'nan', '1e100']] as $name => $values) {
	foreach ($values as $value) {
		is(@ini_set("mcha.$name", $value), false, "mcha.$name=$value is refused");
		ok(str_contains(error_get_last()['message'], "mcha.$name: invalid value \"$value\", expected "), 'the warning gives the reason');
	}
}
ini_set('mcha.near_cache', 'memory');

$client = new McHA();
ok($client->setOption(McHA::OPT_NEAR_CACHE, 'apcu'), 'one object can be given a near cache');
ok($client->setOption(McHA::OPT_NEAR_CACHE_TTL, 30), 'one object can be given a TTL');
foreach ([[0.5, 0.5], [2, 2.0], ['0.125', 0.125], [0, 0.0]] as [$value, $expected]) {
	ok($client->setOption(McHA::OPT_NEAR_CACHE_FRESH, $value), 'fresh');
	is($settings($client), [McHA::NEAR_CACHE_APCU, 30, $expected], 'the options return what was set');
}
foreach ([McHA::OPT_NEAR_CACHE => [2, -1, 'redis', []], McHA::OPT_NEAR_CACHE_TTL => [0, -1, 'x', PHP_INT_MAX], McHA::OPT_NEAR_CACHE_FRESH => [-1, 'x', [], NAN, INF]] as $option => $values) {
	foreach ($values as $value) {
		ok(!@$client->setOption($option, $value), show($value) . " is refused by $option");
		is(result($client), 'RES_INVALID_ARGUMENTS', 'the result code says so');
	}
}
is($settings($client), [McHA::NEAR_CACHE_APCU, 30, 0.0], 'a refused value changes nothing');
is($client->getLastReplication()['local'], [], 'the near cache served nothing');

done();
?>
--EXPECTF--
Warning: ini_set(): mcha.near_cache: invalid value "memory", expected none or apcu in %s on line %d
done
