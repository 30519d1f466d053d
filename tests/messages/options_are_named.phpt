--TEST--
setOption() and setOptions() name the bad option and the expected values; class Memcached keeps the messages of pecl memcached
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$warnings_of = function (callable $call): array {
	$warnings = [];
	set_error_handler(function ($level, $text) use (&$warnings) { $warnings[] = $text; return true; });
	$result = $call();
	restore_error_handler();
	is($result, false, 'the option is refused: ' . json_encode($warnings));
	return $warnings;
};
$client = new McHA();
$bad = [
	'OPT_WRITE_QUORUM' => ['most', '"most"', 'one, majority or all'], 'OPT_READ_POLICY' => [99, '99', 'ordered, balanced, nearest or quorum'],
	'OPT_PROTOCOL' => ["u\e[1mdp", '"u\x1b[1mdp"', 'auto, meta, text or binary'], 'OPT_OPERATION_TIMEOUT' => [0, '0', 'from 1 on'],
	'OPT_ALLOW_FAILOVER' => [2, '2', 'from 0 to 1'], 'OPT_NUMBER_OF_REPLICAS' => [-1, '-1', 'from 0 to'], 'OPT_PREFIX_KEY' => ["a\nb", '"a\x0ab"', 'without spaces'],
	'OPT_FAILURE_CALLBACK' => ['nobody', '"nobody"', 'a callable'], 'OPT_SERIALIZER' => [99, '99', 'igbinary'], 'OPT_COMPRESSION_TYPE' => ['x', '"x"', 'fastlz'],
	'OPT_LOCAL_ZONE' => [str_repeat('z', 64), 'zzz', '63 bytes'], 'OPT_USER_FLAGS' => [65536, '65536', '65535'], 'OPT_HASH' => [99, '99', 'from 0 to'],
	'OPT_PREVIOUS_SERVERS' => ['a:b', '"b"', 'not a number'], 'OPT_NEAR_CACHE_FRESH' => ['x', '"x"', 'seconds'], 'OPT_READ_REPAIR' => [[], 'array', 'from 0 to 1'],
];
foreach ($bad as $name => [$value, $shown, $expected]) {
	foreach (['setOption' => fn() => $client->setOption(constant("McHA::$name"), $value), 'setOptions' => fn() => $client->setOptions([constant("McHA::$name") => $value])] as $method => $call) {
		$warnings = $warnings_of($call);
		is(count($warnings), 1, "$name: one warning");
		ok(str_starts_with($warnings[0] ?? '', "McHA::$method(): $name: "), "the warning names $name: " . json_encode($warnings));
		ok(str_contains($warnings[0] ?? '', $shown) && str_contains($warnings[0] ?? '', $expected), "$name: the warning shows the bad value and the expected ones: " . json_encode($warnings));
		is(result($client), 'RES_INVALID_ARGUMENTS', "$name: the result");
	}
}
is($warnings_of(fn() => $client->setOption(987654, 1)), ["McHA::setOption(): there is no option 987654: options are the class's constants OPT_*"], 'an unknown option number');
is($warnings_of(fn() => $client->setOptions(["com\e" => 1])), ['McHA::setOptions(): "com\x1b" is not an option: options are the class\'s constants OPT_*'], 'an option name instead of a number');

/* Class Memcached uses pecl memcached's own messages for pecl memcached's options. */
$said = run_php('
	set_error_handler(function ($level, $text) { echo $text, "\n"; return true; });
	$client = new Memcached();
	$client->setOption(Memcached::OPT_HASH, 99);
	$client->setOption(987654, 1);
	$client->setOption(Memcached::OPT_SERIALIZER, 99);
	$client->setOption(Memcached::OPT_PREFIX_KEY, "a b");
	$client->setOption(Memcached::OPT_COMPRESSION_TYPE, 99);
	$client->setOption(Memcached::OPT_USER_FLAGS, 65536);
	$client->setOptions(["compression" => 1]);
	$client->setOption(McHA::OPT_WRITE_QUORUM, 99);', [], ['mcha.compat' => 'memcached']);
is($said, "Memcached::setOption(): error setting memcached option: INVALID ARGUMENTS\n" . "Memcached::setOption(): error setting memcached option: INVALID ARGUMENTS\n"
	. "Memcached::setOption(): invalid serializer provided\n" . "Memcached::setOption(): bad key provided\n" . "Memcached::setOption(): MEMC_OPT_USER_FLAGS must be < 65535\n"
	. "Memcached::setOptions(): invalid configuration option\n"
	. "Memcached::setOption(): OPT_WRITE_QUORUM: invalid value 99, expected one, majority or all, or its constant\n", 'class Memcached');

done();
?>
--EXPECT--
done
