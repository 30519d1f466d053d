--TEST--
McHA and pecl memcached find and read each other's values
--SKIPIF--
<?php $needs = ['memcached', 'pecl-memcached']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 0, McHA::OPT_COMPRESSION_TYPE => McHA::COMPRESSION_ZLIB,
	McHA::OPT_USER_FLAGS => 77]);

$values = 'return ["null" => null, "true" => true, "false" => false, "int" => -12, "largest" => PHP_INT_MAX, "float" => 0.1,
	"huge" => 1.5e300, "text" => "text", "empty" => "", "bytes" => "\0\1\r\n\xff", "long" => str_repeat("abcdefg ", 2000),
	"array" => ["a" => [1, 2.5, null]], "long array" => array_fill(0, 2000, "abc"), "object" => (object) ["a" => 1]];';
$other = '
	$memcached = new Memcached();
	$memcached->setOptions([Memcached::OPT_LIBKETAMA_COMPATIBLE => true, Memcached::OPT_SERIALIZER => Memcached::SERIALIZER_PHP,
		Memcached::OPT_COMPRESSION_TYPE => Memcached::COMPRESSION_ZLIB, Memcached::OPT_USER_FLAGS => 77]);
	foreach (explode(",", $argv[1]) as $server) {
		[$host, $port] = explode(":", $server);
		$memcached->addServer($host, (int) $port);
	}
	foreach ((function () { ' . $values . ' })() as $name => $value) {
		$key = strtr($name, " ", "_");
		$memcached->set("theirs:$key", $value);
		$found = $memcached->get("ours:$key", null, Memcached::GET_EXTENDED);
		if (!$found || serialize($found["value"]) !== serialize($value) || $found["flags"] !== 77) {
			echo "$name: ", $memcached->getResultMessage(), " ", var_export($found, true), "\n";
		}
	}';

foreach (eval($values) as $name => $value) {
	$client->set('ours:' . strtr($name, ' ', '_'), $value);
}
is(run_php($other, [$cluster->servers()], [], Child::PECL_MEMCACHED), '', 'class Memcached reads what McHA stored');
foreach (eval($values) as $name => $value) {
	$found = $client->get('theirs:' . strtr($name, ' ', '_'), null, McHA::GET_EXTENDED);
	is(serialize($found ? $found['value'] : result($client)), serialize($value), "McHA reads what class Memcached stored: $name");
	is($found['flags'] ?? null, 77, "McHA reads the user flags that class Memcached stored: $name");
}

done();
?>
--EXPECT--
done
