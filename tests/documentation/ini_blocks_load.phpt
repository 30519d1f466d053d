--TEST--
Each php.ini example of README.md and docs/ has existing directives with valid values, and works
--SKIPIF--
<?php $needs = ['memcached', 'session']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/blocks.inc';

/* Reports the value of each directive; writes and reads a value if mcha.servers is set, a session if save_path has servers. */
const CODE = <<<'CODE'
	foreach (json_decode($argv[1]) as $name) {
		$known[$name] = ini_get($name);
	}
	ob_start();
	if (str_contains(ini_get('session.save_path'), ':')) {
		$known['a session'] = session_start() && ($_SESSION['a'] = 1) && session_write_close() && session_start() && $_SESSION['a'] === 1;
	}
	if (ini_get('mcha.servers') !== '') {
		$client = new McHA();
		$known['a value'] = $client->set('key', 'value') && $client->get('key') === 'value';
	}
	ob_end_clean();
	echo json_encode($known);
	CODE;

$blocks = blocks('ini');
ok(count($blocks) >= 4, 'the documents have php.ini examples: ' . count($blocks));
$used = [];
foreach ($blocks as $block) {
	if (!$block->canRun()) {
		continue;
	}
	$cluster = $block->cluster();
	$directives = parse_ini_string($block->inThePlaceOfHosts($cluster), false, INI_SCANNER_NORMAL);
	ok($directives, "$block->where: the example can be parsed");
	$extension = $directives['extension'] ?? 'mcha';
	ok(in_array($extension, ['mcha', 'mcha.so'], true), "$block->where: the example loads mcha: $extension");
	unset($directives['extension']);
	$known = ask_php(CODE, [json_encode(array_keys($directives))], $directives + ['mcha.connect_timeout' => 10000, 'mcha.operation_timeout' => 40000,
		'mcha.sess_connect_timeout' => 10000, 'session.use_cookies' => 0, 'session.cache_limiter' => '', 'display_startup_errors' => 1, 'display_errors' => 1]);
	foreach ($directives as $name => $value) {
		is($known[$name], $value, "$block->where: $name exists, and accepts this value");
	}
	foreach (array_diff_key($known, $directives) as $what => $works) {
		is($works, true, "$block->where: $what is written and read");
		$used[$what] = true;
	}
}
is(count($used), 2, 'some examples store sessions, some values: ' . implode(', ', array_keys($used)));

done();
?>
--EXPECT--
done
