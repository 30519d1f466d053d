--TEST--
McHA reads every type of value that pecl memcache wrote
--SKIPIF--
<?php $needs = ['memcached', 'pecl-memcache']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

class Point
{
	public $x = 1;
	protected $y = [2];
	private $next;
}

$classes = 'class Point { public $x = 1; protected $y = [2]; private $next; } ';
$values = 'return ["text" => "text", "empty" => "", "digits" => "12", "bytes" => "\0\1\r\n\xff", "long" => str_repeat("abcdefg ", 4000),
	"int" => -12, "zero" => 0, "largest" => PHP_INT_MAX, "smallest" => PHP_INT_MIN, "true" => true, "false" => false,
	"float" => 0.25, "whole" => 3.0, "huge" => 1.5e300, "tiny" => -2.5e-300, "minus zero" => -0.0, "nan" => NAN, "inf" => INF, "-inf" => -INF,
	"null" => null, "array" => ["a" => [1, 2.5, null, true]], "no elements" => [], "long array" => array_fill(0, 4000, "abc"), "object" => new Point(),
	"stdClass" => (object) ["a" => 1]];';
$write = '
	error_reporting(E_ALL & ~E_DEPRECATED);
	' . $classes . '
	$memcache = new Memcache();
	[$host, $port] = explode(":", $argv[1]);
	$memcache->addServer($host, (int) $port);
	foreach ((function () { ' . $values . ' })() as $name => $value) {
		$key = strtr($name, " ", "_");
		$memcache->set("plain:$key", $value);
		$memcache->set("asked:$key", $value, MEMCACHE_COMPRESSED);
		$memcache->set("flags:$key", $value, MEMCACHE_USER1 | MEMCACHE_USER4 | MEMCACHE_COMPRESSED);
	}
	$memcache->set("counter", 5);
	$memcache->increment("counter", 7);
	$memcache->set("down", 100);
	$memcache->decrement("down", 95);
	$memcache->set("grown", "ab");
	$memcache->append("grown", "cd");';

$cluster = new Cluster(1);
is(run_php($write, [$cluster->servers()], [], Child::PECL_MEMCACHE), '', 'pecl memcache writes');
$key = fn(string $name) => strtr($name, ' ', '_');

foreach ([McHA::PROTOCOL_META, McHA::PROTOCOL_TEXT, McHA::PROTOCOL_BINARY] as $protocol) {
	$client = $cluster->client([McHA::OPT_PROTOCOL => $protocol]);
	foreach (eval($values) as $name => $value) {
		foreach (['plain' => 0, 'asked' => 0, 'flags' => 9] as $how => $flags) {
			$found = $client->get("$how:{$key($name)}", null, McHA::GET_EXTENDED);
			is(serialize($found ? $found['value'] : result($client)), serialize($value), "$how, $name, protocol $protocol");
			is($found['flags'] ?? null, $flags, "$how, $name: the user's flags, protocol $protocol");
		}
	}
	$all = $client->getMulti(array_map(fn($name) => "asked:{$key($name)}", array_keys(eval($values))), McHA::GET_PRESERVE_ORDER);
	is(serialize(array_values($all)), serialize(array_values(eval($values))), "getMulti() reads all values, protocol $protocol");
	is([$client->get('counter'), $client->get('down'), $client->get('grown')], [12, 5, 'abcd'], "McHA reads counters and appended strings, protocol $protocol");
}
is([$client->increment('counter', 3), $client->get('counter')], [15, 15], 'McHA goes on counting');
$client->set('counter', 1);
is([$client->get('counter'), $cluster->flags(0, 'counter')], [1, 1], 'a value that McHA writes has pecl memcached\'s flags');

/* --- values with pecl memcached's flags are read as before -------------------------------------- */

$put = fn(string $key, int $flags, string $bytes) => $cluster->raw(0, "ms $key " . strlen($bytes) . " F$flags\r\n$bytes\r\n");
$kept = [[1, '12', 12], [1, '12 cats', 12], [1, '-7', -7], [1, '', 0], [1, 'a', 0], [1, 'cats', 0], [1, 'a;', 0], [2, '80', 80.0], [2, '.5', 0.5], [2, 'x', 0.0],
	[2, 'NaN', NAN], [2, '-Infinity', -INF], [3, '1', true], [3, '', false], [3, 'x', false], [0x20001, '12', 12]];
foreach ($kept as $i => [$flags, $bytes, $value]) {
	$put("kept$i", $flags, $bytes);
	is(serialize($client->get("kept$i")), serialize($value), "flags $flags: " . show($bytes));
}

/* --- damaged values ------------------------------------------------------------------------------ */

$broken = [[1, 'a:1:{i:0;i:1;'], [1, 'O:5:"Point":1:{'], [2, substr(gzcompress(str_repeat('x', 5000)), 0, -4)], [2, "x\x9c"], [3, gzcompress('a:1:{')], [3, gzcompress('')]];
foreach ($broken as $i => [$flags, $bytes]) {
	$put("broken$i", $flags, $bytes);
	is([@$client->get("broken$i"), result($client)], [false, 'RES_PAYLOAD_FAILURE'], "broken $i");
}

done();
?>
--EXPECT--
done
