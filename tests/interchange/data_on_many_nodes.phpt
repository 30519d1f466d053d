--TEST--
On 1 to 20 real nodes class Memcached and McHA find each other's keys, with server keys, too
--SKIPIF--
<?php $needs = ['memcached', 'pecl-memcached']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/interchange.inc';

$table = [
	'modula' => ['OPT_DISTRIBUTION' => 'DISTRIBUTION_MODULA'], 'modula, crc, prefix' => ['OPT_HASH' => 'HASH_CRC', 'OPT_PREFIX_KEY' => 'app:'],
	'consistent, binary' => ['OPT_DISTRIBUTION' => 'DISTRIBUTION_CONSISTENT', 'OPT_BINARY_PROTOCOL' => true],
	'libketama' => ['OPT_LIBKETAMA_COMPATIBLE' => true],
	'libketama, prefix hashed' => ['OPT_LIBKETAMA_COMPATIBLE' => true, 'OPT_HASH_WITH_PREFIX_KEY' => true, 'OPT_PREFIX_KEY' => 'app:'],
	'fnv, prefix hashed, binary' => ['OPT_HASH' => 'HASH_FNV1A_32', 'OPT_PREFIX_KEY' => 'b:', 'OPT_HASH_WITH_PREFIX_KEY' => true, 'OPT_BINARY_PROTOCOL' => true],
];
$cluster = new Cluster(max(NODE_COUNTS), ['unix' => true]);
$pecl = new Pecl(['memcached.serializer' => 'php']);
foreach ($table as $name => $options) {
	foreach (NODE_COUNTS as $count) {
		foreach (['equal' => 0, 'weighted' => 3] as $weights => $most) {
			$servers = array_slice(server_list($cluster), 0, $count);
			foreach ($servers as $i => &$server) {
				$server[2] = $most ? 1 + $i % $most : 0;
			}
			unset($server);
			$what = "$name, $count nodes, $weights";
			/* Own keys for each pass: flush_all of memcached 1.6.38 leaves some items of the same second. */
			[$theirs, $ours] = array_map(fn($side) => strtr("$side:$what", ", ", "__"), ["theirs", "ours"]);
			is($pecl->call('store_on_nodes', 'Memcached', $options, $servers, $theirs), [], "$what: class Memcached stores");
			is(store_on_nodes('McHA', $options, $servers, $ours), [], "$what: McHA stores");
			is(read_from_nodes('McHA', $options, $servers, $theirs), [], "$what: McHA reads class Memcached's values");
			is($pecl->call('read_from_nodes', 'Memcached', $options, $servers, $ours), [], "$what: class Memcached reads McHA's values");
		}
	}
}
is($pecl->finish(), '', 'the process with class Memcached reports no errors');

done();
?>
--EXPECT--
done
