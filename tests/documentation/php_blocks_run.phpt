--TEST--
Each PHP example of README.md and docs/ runs as pasted, with three servers, and prints what its comments say
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/blocks.inc';

$blocks = blocks('php');
ok(count($blocks) >= 12, 'the documents have PHP examples: ' . count($blocks));
foreach ($blocks as $block) {
	if (!$block->canRun()) {
		continue;
	}
	$cluster = $block->cluster();
	$log = new Folder();
	$said = run_php($block->at($cluster), [], ['mcha.connect_timeout' => 10000, 'mcha.operation_timeout' => 40000, 'error_log' => "$log->path/log",
		'display_errors' => 1, 'html_errors' => 0, 'error_reporting' => E_ALL]);
	preg_match_all('~// prints (.*)$~m', $block->text, $found);
	$expected = implode('', array_map(fn(string $line) => rtrim($line) . "\n", $found[1]));
	is(preg_replace('/ +$/m', '', $said), $expected, "$block->where: the example's output");
	$logged = (string) @file_get_contents("$log->path/log");
	ok(!preg_match('/PHP \w+:|failed|not (had|stored)/i', $logged), "$block->where: the example logs no failure: $logged");
	ok($expected !== '', "$block->where: the example prints something, to show that it works");
	ok(!preg_match('/\b10\.\d+\.\d+\.\d+/', $block->text), "$block->where: the example uses addresses of this machine only");
}

done();
?>
--EXPECT--
done
