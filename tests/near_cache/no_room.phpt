--TEST--
Local copies that have no room, or were spoiled by others, are as if there were none
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

/* Values of up to 1 MiB. */
$limit = 1 << 20;
foreach ([$limit => true, $limit + 1 => false, 3 << 20 => false] as $size => $kept) {
	$value = str_repeat('x', $size);
	$client->set('large', 'small');
	ok($client->set('large', $value), "$size bytes");
	ok($client->get('large') === $value, "$size bytes: there");
	is(local($client), $kept ? ['large'] : [], "$size bytes: from here or not");
	ok($client->get('large') === $value, "$size bytes: read before");
	is(local($client), $kept ? ['large'] : [], "$size bytes: from here or not");
}

/* More than there is room for. */
$value = str_repeat('x', 100000);
for ($i = 0; $i < 100; $i++) {
	ok($client->set("key$i", "$i$value"), "key$i");
	ok($client->get('key' . intdiv($i, 2)) === intdiv($i, 2) . $value, 'another one');
}
$elsewhere->set('key5', 'theirs');
for ($i = 0; $i < 3000; $i++) {
	$client->set("small$i", $i);
	$elsewhere->set("small$i", $i + 5);
	$client->increment("small$i");
	is($client->get("small$i"), $i + 6, 'what is there');
}
restore_error_handler();

/* Anything under a copy's name, and copies whose bytes are changed. */
apcu_clear_cache();
$client->set('key', 'value');
[$entry] = array_keys(iterator_to_array(new APCUIterator('/^mcha:v.* key$/')));
$bytes = apcu_fetch($entry);
$spoiled = ['', 'x', str_repeat('x', 24), substr($bytes, 1, 10), substr($bytes, 0, -1), "$bytes ", 5, null, true, [1, 2], new ArrayObject(), str_repeat("\0", 24), 1.5];
foreach ($spoiled as $one) {
	apcu_store($entry, $one);
	is($client->get('key'), 'value', 'spoiled: ' . show($one));
	is(local($client), [], 'the node is asked');
	is($client->get('key'), 'value', 'then it is there again');
	is(local($client), ['key'], 'from here');
}
$note = str_replace('mcha:v', 'mcha:n', $entry);
foreach (['text', [], null, 1.5, PHP_INT_MAX, PHP_INT_MIN, -1, 0] as $one) {
	apcu_store($note, $one);
	ok(in_array($client->get('key'), ['value', 'newer']), 'a note that is none: ' . show($one));
	ok($client->set('key', 'new'), 'is written over');
	is($client->get('key'), 'new', 'what was written is there');
	$elsewhere->set('key', 'newer');
	$client->touch('key');
	is($client->get('key'), 'newer', 'and read');
}

/* A copy has its bytes looked at like those of a node. */
$client->set('key', 'value');
$bytes = apcu_fetch($entry);
apcu_store($entry, 'O:8:"stdClass":99:{' . substr_replace(substr($bytes, -24), pack('V', 4), 4, 4));
is(@$client->get('key'), false, 'a value that is none');
is($client->getResultCode(), McHA::RES_PAYLOAD_FAILURE, 'is said to be');

/* No memory for one. */
if (getenv('USE_ZEND_ALLOC') !== '0') {
	$text = run_php('$client = new McHA(null, null, $argv[1]);
		$client->setOption(McHA::OPT_COMPRESSION, false);
		$value = str_repeat("x", 1 << 20);
		ini_set("memory_limit", (string) (memory_get_usage(true) + (1 << 10)));
		echo json_encode([$client->set("tight", $value), $client->getResultMessage()]);', [$cluster->servers()],
		['mcha.near_cache' => 'apcu', 'mcha.operation_timeout' => 40000, 'mcha.connect_timeout' => 10000]);
	is($text, '[true,"SUCCESS"]', 'a value that is not kept for want of memory is stored all the same');
}

done();
?>
--EXPECT--
done
