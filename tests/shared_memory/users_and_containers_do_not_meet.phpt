--TEST--
mcha.shared_memory=auto: one file for each user and network namespace, which all processes of the user find
--SKIPIF--
<?php
$needs = ['unshare'];
require dirname(__DIR__) . '/lib/skip.inc';
is_dir('/dev/shm') || die('skip there is no /dev/shm');
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$php = implode(' ', array_map('escapeshellarg', Child::command(['mcha.shared_memory' => 'auto']))) . ' -r ' . escapeshellarg(
	'ob_start(); phpinfo(INFO_MODULES); preg_match("/^Shared memory => (.*)$/m", ob_get_clean(), $match); echo "$match[1]\n";');
$stranger = 'setpriv --reuid=65534 --regid=65534 --clear-groups';
/* In a network namespace of its own: no other process has the same files. The second namespace exists beside the first. */
$process = new Process(['unshare', '--net', 'sh', '-c', "$php; $php; $stranger $php; unshare --net $php"], [1 => ['pipe', 'w']]);
[$first, $second, $other, $elsewhere] = $files = explode("\n", trim(stream_get_contents($process->pipes[1])));
$process->wait();
try {
	ok(str_starts_with($first, '/dev/shm/mcha-0-'), "root's file: $first");
	is($second, $first, 'another process of root has the same');
	ok(str_starts_with($other, '/dev/shm/mcha-65534-'), "another user has another file: $other");
	is([fileowner($first), fileowner($other), fileperms($first) & 0777, fileperms($other) & 0777], [0, 65534, 0600, 0600],
		'each user owns a file that only this user can use');
	ok(str_starts_with($elsewhere, '/dev/shm/mcha-0-') && $elsewhere !== $first, "in another network namespace: $elsewhere");
} finally {
	array_map('unlink', array_filter(array_unique($files), 'is_file'));
}

done();
?>
--EXPECT--
done
