--TEST--
Workers whose time of day is shifted give versions by the shifted time
--SKIPIF--
<?php
$needs = ['newer-memcached'];
require dirname(__DIR__) . '/lib/skip.inc';
if (getenv('MCHA_VALGRIND_LOGS') || getenv('MCHA_SANITIZER_LOGS')) {
	die('skip they preload libraries of their own');
}
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/newer.inc';
require __DIR__ . '/nodes.inc';

$cluster = new Cluster(1, ['memcached' => newer_memcached()]);
$folder = new Folder();
putenv('LD_PRELOAD=' . Program::preloaded('clock'));
putenv("MCHA_CLOCKS=$folder->path");
/* seconds since 1970 by PHP, and by the version of an item: see engine/base/version.h */
$code = '
	file_put_contents("$argv[1]/clock." . getmypid(), $argv[3]);
	$client = new McHA(null, null, $argv[2]);
	$client->set("key", 1);
	$version = $client->get("key", null, McHA::GET_EXTENDED)["cas"] & ~(1 << 62);
	echo time(), " ", gmmktime(0, 0, 0, 1, 1, 2020) + intdiv($version >> 11, 1000000), "\n";';
foreach ([0, 3600, -3600] as $shift) {
	$before = time() + $shift;
	[$php, $engine] = explode(' ', run_php($code, [$folder->path, $cluster->servers(), 1000 * $shift]));
	between($php - $before, 0, 600, "PHP's time of day, shifted by $shift s");
	between($engine - $before, 0, 600, "the engine's");
	$cluster->restart(0); /* a version is greater than the one before it */
}
done();
?>
--EXPECT--
done
