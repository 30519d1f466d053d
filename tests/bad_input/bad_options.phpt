--TEST--
The client refuses unknown options and invalid values with a warning, and changes nothing
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$client = new McHA();
$warnings = 0;
set_error_handler(function () use (&$warnings) { $warnings++; return true; });
$bad = [
	[987654, 1], [-987654, 1], [McHA::OPT_NUMBER_OF_REPLICAS, -1], [McHA::OPT_SERIALIZER, 99],
	[McHA::OPT_WRITE_QUORUM, 'most'], [McHA::OPT_WRITE_QUORUM, 99], [McHA::OPT_READ_POLICY, 'random'], [McHA::OPT_MISS_FAILOVER, 7],
	[McHA::OPT_PROTOCOL, 'udp'], [McHA::OPT_PROTOCOL, -1], [McHA::OPT_HASH, 99], [McHA::OPT_DISTRIBUTION, 99], [McHA::OPT_RETRY_TIMEOUT, -1],
	[McHA::OPT_OPERATION_TIMEOUT, -1], [McHA::OPT_FAILOVER_TTL, -1], [McHA::OPT_USER_FLAGS, 70000],
	[McHA::OPT_LOCAL_ZONE, str_repeat('z', 64)], [McHA::OPT_PREFIX_KEY, "a\nb"], [McHA::OPT_FAILURE_CALLBACK, 'no_such_function'],
	[McHA::OPT_ITEM_SIZE_LIMIT, -1],
];
foreach ($bad as [$option, $value]) {
	$before = $client->getOption($option);
	$told = $warnings;
	is($client->setOption($option, $value), false, "option $option: " . show($value));
	is(result($client), 'RES_INVALID_ARGUMENTS', "option $option: " . show($value) . ' is invalid');
	ok($warnings > $told, "option $option: " . show($value) . ': the client warns');
	is($client->getOption($option), $before, "option $option stays");
}
is($client->setOptions([McHA::OPT_NUMBER_OF_REPLICAS => 3, 987654 => 1]), false, 'setOptions() fails if one option is unknown');
is($client->getOption(McHA::OPT_NUMBER_OF_REPLICAS), 3, 'setOptions() sets the valid options');
is(@$client->setOptions(['name' => 1]), false, 'a name is no option');
is($client->getOption(987654), false, 'an unknown option has no value');
is(result($client), 'RES_INVALID_ARGUMENTS', 'the result code for an unknown option');

/* Two options that exclude each other, each valid alone: the client refuses the second, in either order. */
$client = new McHA();
$said = '';
set_error_handler(function ($level, $text) use (&$said) { $said = $text; return true; });
$pair = [[McHA::OPT_READ_POLICY, McHA::READ_POLICY_QUORUM], [McHA::OPT_ZONE_WRITES, McHA::ZONE_WRITES_LOCAL]];
foreach ([$pair, array_reverse($pair)] as [[$first, $one], [$second, $other]]) {
	$before = $client->getOption($second);
	is($client->setOption($first, $one), true, "option $first by itself");
	is($client->setOption($second, $other), false, "option $second with option $first");
	is([result($client), $client->getOption($second)], ['RES_INVALID_ARGUMENTS', $before], "option $second stays");
	ok(str_contains($said, 'read_policy=quorum') && str_contains($said, 'zone_writes=local'), "the warning names both settings: $said");
	$client->setOption($first, 0);
	is($client->setOption($second, $other), true, "option $second without option $first");
	$client->setOption($second, 0);
}
foreach (['mcha.read_policy' => 'quorum', 'mcha.zone_writes' => 'local'] as $name => $value) {
	$other = $name === 'mcha.read_policy' ? ['mcha.zone_writes' => 'local'] : ['mcha.read_policy' => 'quorum'];
	ini_set(key($other), current($other));
	is(ini_set($name, $value), false, "$name=$value is refused while the other directive is set");
	ini_restore(key($other));
	ok(ini_set($name, $value) !== false, "$name=$value by itself");
	ini_restore($name);
}
$code = 'echo ini_get("mcha.read_policy"), " ", ini_get("mcha.zone_writes");';
ok(str_contains($said = run_php($code, [], ['mcha.read_policy' => 'quorum', 'mcha.zone_writes' => 'local', 'display_startup_errors' => 1]), 'zone_writes=local')
	&& str_ends_with($said, 'quorum all'), "at startup: $said");

done();
?>
--EXPECT--
done
