--TEST--
Each code block of README.md, CONTRIBUTING.md and docs/ has a known kind; shell examples can be parsed, and name existing files
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/blocks.inc';

$root = dirname(__DIR__, 2);
foreach (all_blocks() as $block) {
	ok(in_array($block->kind, ['php', 'ini', 'sh', 'text'], true), "$block->where: the fence names a known kind: " . show($block->kind));
}
foreach (documents() as $document) {
	$before = '';
	$fenced = false;
	foreach (file("$root/$document", FILE_IGNORE_NEW_LINES) as $i => $line) {
		$fenced = str_starts_with($line, '```') ? !$fenced : $fenced;
		ok($fenced || $before !== '' || !preg_match('/^( {4}|\t)\S/', $line), "$document:" . ($i + 1) . ": code is in a fenced block, so that it is tested: $line");
		$before = $line;
	}
}
$named = 0;
foreach (blocks('sh') as $block) {
	$errors = tmpfile();
	$process = new Process(['bash', '-n', '-c', $block->text], [2 => $errors]);
	is($process->wait(), 0, "$block->where: bash can parse the example");
	preg_match_all('~(?<![\w./-])(?:scripts|examples|tests|bench)/[\w./-]+\w~', $block->text, $found);
	foreach ($found[0] as $path) {
		$named++;
		ok(file_exists("$root/$path"), "$block->where: $path exists");
		ok(is_dir("$root/$path") || is_executable("$root/$path") || str_ends_with($path, '.phpt'), "$block->where: $path can be run");
	}
}
ok($named > 10, "shell examples name files: $named");

done();
?>
--EXPECT--
done
