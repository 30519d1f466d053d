--TEST--
A value over the memory limit ends the request, and the next operation on the connection gets its own reply
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

if (getenv('USE_ZEND_ALLOC') === '0') {
	done();
	exit; /* memory_limit has no effect without PHP's allocator */
}
$cluster = new Cluster(2, ['arguments' => ['-I', '32m', '-m', '256']]);
$client = $cluster->client([McHA::OPT_COMPRESSION => false]);
$client->set('large', str_repeat('x', 30 << 20));
$client->set('small', 'value');
unset($client);
$code = '
	ini_set("memory_limit", "24M");
	$client = new McHA("kept", null, $argv[1]);
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
	register_shutdown_function(function () use ($argv) {
		gc_mem_caches();
		$client = new McHA("kept", null, $argv[1]);
		for ($i = 0; $i < 3; $i++) {
			var_dump($client->get("small"));
		}
	});
	ini_set("display_errors", 0);
	ini_set("log_errors", 0);
	$client->get("small");
	$client->get("large");
	echo "not reached\n";';
$output = run_php($code, [$cluster->servers()]);
ok(str_starts_with($output, str_repeat("string(5) \"value\"\n", 3)), 'after the fatal error the client reads the value that it asked for: ' . show($output));

done();
?>
--EXPECT--
done
