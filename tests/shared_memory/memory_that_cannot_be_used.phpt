--TEST--
Where the file of mcha.shared_memory cannot be used, all works as without it, and phpinfo() and the log say why
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$use = <<<'CODE'
	$client = new McHA();
	$value = $client->set('key', 'value') ? $client->get('key') : $client->getResultMessage();
	ob_start();
	phpinfo(INFO_MODULES);
	preg_match('/^Shared memory => (.*)$/m', ob_get_clean(), $match);
	echo json_encode([$value, $match[1]]);
	CODE;

$folder = new Folder();
$cluster = new Cluster(2);
$servers = ['mcha.servers' => $cluster->servers(), 'mcha.connect_timeout' => 10000,
	'mcha.operation_timeout' => 20000];

/* What a process with this setting reads, and what it says of its memory and in its log. */
function use_memory(string $setting): array
{
	global $use, $servers, $folder;
	$log = "$folder->path/log";
	@unlink($log);
	[$value, $memory] = ask_php($use, [], $servers + ['mcha.shared_memory' => $setting, 'error_log' => $log]);
	return [$value, $memory, is_file($log) ? trim(preg_replace('/^\[.*?\] /', '', file_get_contents($log))) : ''];
}

[$value, $memory, $log] = use_memory("$folder->path/memory");
is([$value, $memory, $log], ['value', "$folder->path/memory", ''], 'a file that can be used is named');
foreach (['off', '0', ''] as $off) {
	is(use_memory($off), ['value', 'of processes with a common ancestor only (mcha.shared_memory is off)', ''], "'$off'");
}

file_put_contents("$folder->path/foreign", str_repeat('x', filesize("$folder->path/memory")));
chmod("$folder->path/foreign", 0600);
file_put_contents("$folder->path/short", 'a file of another program');
chmod("$folder->path/short", 0600);
symlink("$folder->path/memory", "$folder->path/link");
copy("$folder->path/memory", "$folder->path/open");
chmod("$folder->path/open", 0644);
$reasons = [
	"$folder->path/foreign" => 'was not made by this version of McHA; remove it, or choose another path',
	"$folder->path/short" => 'has another size: another version of McHA made it, or it is another program\'s; remove it, or choose another path',
	"$folder->path/link" => 'is a symbolic link',
	"$folder->path/open" => 'can be used by other users; its mode must be 0600',
	"$folder->path/none/memory" => 'could not be made: No such file or directory',
	'/dev/null' => 'is not a regular file',
];
foreach ($reasons as $path => $reason) {
	[$value, $memory, $log] = use_memory($path);
	is($value, 'value', "$path: the client works");
	ok(str_starts_with($memory, 'of processes with a common ancestor only (/') && str_contains($memory, $reason), "phpinfo(): $memory");
	ok(str_starts_with($log, 'McHA: mcha.shared_memory is not used: /') && str_contains($log, $reason), "log: $log");
}
is(file_get_contents("$folder->path/short"), 'a file of another program', 'nothing is written to such a file');

$said = run_php('echo ini_get("mcha.shared_memory");', [], ['mcha.shared_memory' => 'memory', 'display_startup_errors' => '1',
	'display_errors' => '1', 'html_errors' => '0']);
ok(str_contains($said, 'mcha.shared_memory must be auto, off, or a path that begins with a slash and is shorter than 256 bytes'), $said);
ok(str_ends_with($said, 'auto'), 'and the default stays');

done();
?>
--EXPECT--
done
