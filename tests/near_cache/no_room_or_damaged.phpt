--TEST--
Values that APCu has no room for, or whose near cache copies were damaged, are read from the nodes
--EXTENSIONS--
apcu
--INI--
apc.enable_cli=1
apc.shm_size=2M
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/near_cache.inc';

$cluster = new Cluster(1, ['arguments' => ['-I', '8m']]);
$client = $cluster->client(NEAR);
$elsewhere = $cluster->client([McHA::OPT_COMPRESSION => false]);

set_error_handler(function (int $level, string $message): bool {
	echo "complaint: $message\n";
	return true;
});

/* Values of up to 1 MiB are kept. */
$limit = 1 << 20;
foreach ([$limit => true, $limit + 1 => false, 3 << 20 => false] as $size => $kept) {
	$value = str_repeat('x', $size);
	$client->set('large', 'small');
	ok($client->set('large', $value), "$size bytes");
	ok($client->get('large') === $value, "$size bytes: the value is read");
	is(local($client), $kept ? ['large'] : [], "$size bytes: only values of up to 1 MiB come from the near cache");
	ok($client->get('large') === $value, "$size bytes: the value is read again");
	is(local($client), $kept ? ['large'] : [], "$size bytes: the same after a read");
}

/* More values than APCu has room for. */
$value = str_repeat('x', 100000);
for ($i = 0; $i < 100; $i++) {
	ok($client->set("key$i", "$i$value"), "key$i");
	ok($client->get('key' . intdiv($i, 2)) === intdiv($i, 2) . $value, 'another value is read');
}
$elsewhere->set('key5', 'theirs');
for ($i = 0; $i < 3000; $i++) {
	$client->set("small$i", $i);
	$elsewhere->set("small$i", $i + 5);
	$client->increment("small$i");
	is($client->get("small$i"), $i + 6, 'the current value is read');
}
restore_error_handler();

/* Foreign entries under a copy's name, and copies with damaged bytes. */
apcu_clear_cache();
$client->set('key', 'value');
[$entry] = array_keys(iterator_to_array(new APCUIterator('/^mcha:v.* key$/')));
$bytes = apcu_fetch($entry);
$spoiled = ['', 'x', str_repeat('x', 24), substr($bytes, 1, 10), substr($bytes, 0, -1), "$bytes ", 5, null, true, [1, 2], new ArrayObject(), str_repeat("\0", 24), 1.5];
foreach ($spoiled as $one) {
	apcu_store($entry, $one);
	is($client->get('key'), 'value', 'damaged entry: ' . show($one));
	is(local($client), [], 'the node is asked');
	is($client->get('key'), 'value', 'then the value is in the near cache again');
	is(local($client), ['key'], 'the value comes from the near cache');
}
$note = str_replace('mcha:v', 'mcha:n', $entry);
foreach (['text', [], null, 1.5, PHP_INT_MAX, PHP_INT_MIN, -1, 0] as $one) {
	apcu_store($note, $one);
	ok(in_array($client->get('key'), ['value', 'newer']), 'a damaged entry: ' . show($one));
	ok($client->set('key', 'new'), 'set() replaces the damaged entry');
	is($client->get('key'), 'new', 'the new value is read');
	$elsewhere->set('key', 'newer');
	$client->touch('key');
	is($client->get('key'), 'newer', 'the newer value is read');
}

/* A near cache copy is validated like the answer of a node. */
$client->set('key', 'value');
$bytes = apcu_fetch($entry);
apcu_store($entry, 'O:8:"stdClass":99:{' . substr_replace(substr($bytes, -24), pack('V', 4), 4, 4));
is(@$client->get('key'), false, 'a copy that cannot be unserialized');
is($client->getResultCode(), McHA::RES_PAYLOAD_FAILURE, 'get() reports a payload failure');

/* No memory for the copy. */
if (getenv('USE_ZEND_ALLOC') !== '0') {
	$text = run_php('$client = new McHA(null, null, $argv[1]);
		$client->setOption(McHA::OPT_COMPRESSION, false);
		$value = str_repeat("x", 1 << 20);
		ini_set("memory_limit", (string) (memory_get_usage(true) + (1 << 10)));
		echo json_encode([$client->set("tight", $value), $client->getResultMessage()]);', [$cluster->servers()],
		['mcha.near_cache' => 'apcu', 'mcha.operation_timeout' => 40000, 'mcha.connect_timeout' => 10000]);
	is($text, '[true,"SUCCESS"]', 'a value that is not kept for want of memory is stored on the nodes all the same');
}

done();
?>
--EXPECT--
done
