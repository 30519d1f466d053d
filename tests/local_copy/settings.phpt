--TEST--
The directives and options of local copies
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/local_copy.inc';

$settings = fn(McHA $client) => array_map($client->getOption(...), [McHA::OPT_LOCAL_COPY, McHA::OPT_LOCAL_COPY_TTL, McHA::OPT_LOCAL_COPY_FRESH]);
is($settings(new McHA()), [McHA::LOCAL_COPY_NONE, 60, 0.0], 'the defaults');
foreach (['apcu', 'APCu'] as $word) {
	ini_set('mcha.local_copy', $word);
	is($settings(new McHA())[0], McHA::LOCAL_COPY_APCU, $word);
}
foreach (['none', ''] as $word) {
	ini_set('mcha.local_copy', $word);
	is($settings(new McHA())[0], McHA::LOCAL_COPY_NONE, "'$word'");
}
ini_set('mcha.local_copy_ttl', '1');
foreach (['0.25' => 0.25, '3' => 3.0, '0' => 0.0, '1e-3' => 0.001] as $seconds => $expected) {
	ini_set('mcha.local_copy_fresh', (string) $seconds);
	is($settings(new McHA()), [McHA::LOCAL_COPY_NONE, 1, $expected], "$seconds seconds");
}
foreach (['local_copy' => ['redis', 'apc', '1'], 'local_copy_ttl' => ['0', '-1', '1.5', 'long', ''], 'local_copy_fresh' => ['-0.1', 'long', '1s', 'nan', '1e100']] as $name => $values) {
	foreach ($values as $value) {
		is(@ini_set("mcha.$name", $value), false, "mcha.$name=$value is refused");
		ok(str_contains(error_get_last()['message'], "mcha.$name: invalid value \"$value\", expected "), 'with the reason');
	}
}
ini_set('mcha.local_copy', 'memory');

$client = new McHA();
ok($client->setOption(McHA::OPT_LOCAL_COPY, 'apcu'), 'an object of its own');
ok($client->setOption(McHA::OPT_LOCAL_COPY_TTL, 30), 'for so long');
foreach ([[0.5, 0.5], [2, 2.0], ['0.125', 0.125], [0, 0.0]] as [$value, $expected]) {
	ok($client->setOption(McHA::OPT_LOCAL_COPY_FRESH, $value), 'fresh');
	is($settings($client), [McHA::LOCAL_COPY_APCU, 30, $expected], 'for so long');
}
foreach ([McHA::OPT_LOCAL_COPY => [2, -1, 'redis', []], McHA::OPT_LOCAL_COPY_TTL => [0, -1, 'x', PHP_INT_MAX], McHA::OPT_LOCAL_COPY_FRESH => [-1, 'x', [], NAN, INF]] as $option => $values) {
	foreach ($values as $value) {
		ok(!@$client->setOption($option, $value), show($value) . " is refused by $option");
		is(result($client), 'RES_INVALID_ARGUMENTS', 'with the reason');
	}
}
is($settings($client), [McHA::LOCAL_COPY_APCU, 30, 0.0], 'and changes nothing');
is($client->getLastReplication()['local'], [], 'nothing was served');

done();
?>
--EXPECTF--
Warning: ini_set(): mcha.local_copy: invalid value "memory", expected none or apcu in %s on line %d
done
