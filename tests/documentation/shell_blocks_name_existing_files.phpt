--TEST--
Each block of README.md and docs/ is of a known kind; shell examples can be parsed, and name files that are there
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/blocks.inc';

$root = dirname(__DIR__, 2);
foreach (all_blocks() as $block) {
	ok(in_array($block->kind, ['php', 'ini', 'sh', 'text'], true), "$block->where: its kind is said: " . show($block->kind));
}
foreach (documents() as $document) {
	$before = '';
	$fenced = false;
	foreach (file("$root/$document", FILE_IGNORE_NEW_LINES) as $i => $line) {
		$fenced = str_starts_with($line, '```') ? !$fenced : $fenced;
		ok($fenced || $before !== '' || !preg_match('/^( {4}|\t)\S/', $line), "$document:" . ($i + 1) . ": code is fenced, so that it is tested: $line");
		$before = $line;
	}
}
$named = 0;
foreach (blocks('sh') as $block) {
	$errors = tmpfile();
	$process = new Process(['bash', '-n', '-c', $block->text], [2 => $errors]);
	is($process->wait(), 0, "$block->where: it can be parsed");
	preg_match_all('~(?<![\w./-])(?:scripts|examples|tests|bench)/[\w./-]+\w~', $block->text, $found);
	foreach ($found[0] as $path) {
		$named++;
		ok(file_exists("$root/$path"), "$block->where: $path is there");
		ok(is_dir("$root/$path") || is_executable("$root/$path"), "$block->where: $path can be run");
	}
}
ok($named > 10, "there are such names: $named");

done();
?>
--EXPECT--
done
