--TEST--
The constants of class McHA have pecl memcached's values
--SKIPIF--
<?php $needs = ['memcached', 'pecl-memcached']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$theirs = ask_php('echo json_encode((new ReflectionClass("Memcached"))->getConstants());', [], [], Child::PECL_MEMCACHED);
$ours = (new ReflectionClass('McHA'))->getConstants();
ok(count($theirs) > 100, 'class Memcached has more than 100 constants');
foreach ($theirs as $name => $value) {
	if (str_starts_with($name, 'HAVE_') || $name === 'LIBMEMCACHED_VERSION_HEX') {
		continue; /* depends on the build */
	}
	if (preg_match('/^(ON|RESPONSE)_/', $name)) {
		continue; /* of pecl memcached's own server */
	}
	ok(array_key_exists($name, $ours), "$name is there");
	is($ours[$name] ?? null, $value, $name);
}
$own = array_diff_key($ours, $theirs);
foreach ($own as $name => $value) {
	if (str_starts_with($name, 'OPT_')) {
		ok(!in_array($value, array_filter($theirs, fn($n) => str_starts_with($n, 'OPT_'), ARRAY_FILTER_USE_KEY), true), "the value of $name is not an option of pecl memcached");
	}
}

done();
?>
--EXPECT--
done
