--TEST--
mcha resync keeps its list of keys in a folder of its own where the user has no home to write to, and in no folder that another user could change
--SKIPIF--
<?php $needs = ['memcached', 'console']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/mcha.inc';

$cluster = new Cluster(2);
$cluster->client()->setMulti(['a' => 1, 'b' => 2], 1000);
$folder = new Folder();
$cannot = '/proc/none';
$resync = function (array $environment) use ($cluster, &$mcha): array {
	$mcha = new CommandLine($cluster->servers(), [], $environment);
	$mcha->run('resync', '--after=0.1');
	return [$mcha->exitCode, $mcha->errors];
};
$name = 'mcha-' . fileowner('/proc/self');

is($resync(['XDG_STATE_HOME' => "$folder->path/xdg"]), [0, ''], 'XDG_STATE_HOME');
is($resync(['XDG_STATE_HOME' => null, 'HOME' => "$folder->path/home"]), [0, ''], 'HOME');
is($resync(['XDG_STATE_HOME' => null, 'HOME' => $cannot, 'TMPDIR' => $folder->path]), [0, ''], 'a home that cannot be written to');
is($resync(['XDG_STATE_HOME' => null, 'HOME' => null, 'TMPDIR' => $folder->path]), [0, ''], 'no home');
$made = array_map(fn(string $path) => decoct(fileperms($path) & 07777), ["$folder->path/xdg/mcha", "$folder->path/home/.local/state/mcha", "$folder->path/$name"]);
is($made, ['700', '700', '700'], 'the folders belong to the user alone');

/* Other users have made it. */
$nowhere = ['XDG_STATE_HOME' => null, 'HOME' => $cannot, 'TMPDIR' => $folder->path];
$is_refused = fn(array $answer): bool => $answer[0] === 3 && str_contains($answer[1], "the list of keys can be kept in none of $cannot/.local/state/mcha, $folder->path/$name:")
	&& str_contains($answer[1], '--state');
chmod("$folder->path/$name", 0777);
ok($is_refused($resync($nowhere)), "a folder that all users may write to: $mcha->errors");
rmdir("$folder->path/$name");
symlink("$folder->path/xdg/mcha", "$folder->path/$name");
ok($is_refused($resync($nowhere)), "a link: $mcha->errors");
unlink("$folder->path/$name");
touch("$folder->path/$name");
ok($is_refused($resync($nowhere)), "a file: $mcha->errors");

foreach (['xdg/mcha', 'xdg', 'home/.local/state/mcha', 'home/.local/state', 'home/.local', 'home'] as $path) {
	rmdir("$folder->path/$path");
}
done();
?>
--EXPECT--
done
