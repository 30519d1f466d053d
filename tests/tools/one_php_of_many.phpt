--TEST--
scripts/build and scripts/php-tool use the phpize and the php that belong to the php-config that PHP_CONFIG names
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* A folder with three PHPs that are shell scripts. Each prints its version; phpize records its own name. */
$folder = new Folder();
$bin = "$folder->path/bin";
$root = dirname(__DIR__, 2);
mkdir($bin);
$script = function (string $path, string $body): void {
	file_put_contents($path, "#!/bin/sh\n$body\n");
	chmod($path, 0755);
};
$php = function (string $suffix, int $minor, string $interpreter = '') use ($script, $bin, $folder): void {
	$id = 80000 + 100 * $minor;
	$script("$bin/php-config$suffix", "case \$1 in --version) echo 8.$minor.0;; --vernum) echo $id;; --phpapi) echo api$minor;;"
		. " --prefix) echo $folder->path;; --php-binary) echo $interpreter;; esac");
	$script("$bin/php$suffix", "echo $id");
	$script("$bin/phpize$suffix", "case \$1 in --version) echo 'Zend Module Api No:      api$minor';;"
		. " *) echo phpize$suffix >used; printf 'all:\\ndistclean:\\n\\trm Makefile\\n' >Makefile.new; printf '#!/bin/sh\\nmv Makefile.new Makefile\\necho \"\$*\" >configured\\n' >configure; chmod +x configure; mkdir -p build;; esac");
};
$php('', 2, "$bin/php");
$php('8.5', 5, "$bin/php8.5");
$php('-six', 6); /* --php-binary prints nothing */

/* What a script of this repository prints, errors included, in an environment with these variables. */
$say = function (string $command, array $variables = [], ?string $in = null) use ($bin, $root): string {
	$pipes = [];
	$process = proc_open(['/bin/sh', '-c', "$command 2>&1"], [1 => ['pipe', 'w']], $pipes, $in ?? $root,
		$variables + ['PATH' => "$bin:" . getenv('PATH'), 'TMPDIR' => sys_get_temp_dir()]);
	$said = trim(stream_get_contents($pipes[1]));
	proc_close($process);
	return $said;
};
$tools = fn(array $variables): array => array_map(fn(string $tool) => str_replace("$bin/", '', $say("scripts/php-tool $tool", $variables)),
	['php-config', 'phpize', 'php']);

is($tools([]), ['php-config', 'phpize', 'php'], 'the tools of the PHP on the PATH');
is($tools(['PHP_CONFIG' => 'php-config8.5']), ['php-config8.5', 'phpize8.5', 'php8.5'], 'the tools of the php-config that is named');
is($tools(['PHP_CONFIG' => "$bin/php-config-six"]), ['php-config-six', 'phpize-six', 'php-six'], 'the tools of a php-config that is named by its path');
is($tools(['PHP' => 'php8.5']), ['php-config8.5', 'phpize8.5', 'php8.5'], 'the tools of the php that is named');
symlink("$bin/php-config8.5", "$bin/php-config.other");
is($tools(['PHP_CONFIG' => 'php-config.other']), ['php-config.other', 'phpize8.5', 'php8.5'], 'the tools of a php-config that is named by a link');

ok(str_contains($say('scripts/php-tool php', ['PHP_CONFIG' => 'php-config8.5', 'PHP' => 'php']), 'is not the PHP 8.5 of'), 'a php of another version is refused');
ok(str_contains($say('scripts/php-tool php', ['PHP_CONFIG' => 'php-config9']), 'there is no php-config9'), 'a php-config that does not exist is refused');
unlink("$bin/phpize8.5");
ok(str_contains($say('scripts/php-tool phpize', ['PHP_CONFIG' => 'php-config8.5']), 'has no phpize of its version'), 'the phpize of another version is refused');
$php('8.5', 5);

/* scripts/build, in a folder that has nothing else */
$source = "$folder->path/source";
mkdir("$source/scripts", 0777, true);
copy("$root/config.m4", "$source/config.m4");
foreach (['build', 'php-tool'] as $name) {
	copy("$root/scripts/$name", "$source/scripts/$name");
	chmod("$source/scripts/$name", 0755);
}
foreach (['' => [], '8.5' => ['PHP_CONFIG' => 'php-config8.5'], '-six' => ['PHP_CONFIG' => 'php-config-six']] as $suffix => $variables) {
	is($say('scripts/build', $variables, $source), '', "scripts/build prints nothing: phpize$suffix");
	is(trim(file_get_contents("$source/used")), "phpize$suffix", 'scripts/build runs the right phpize');
	ok(str_contains(file_get_contents("$source/configured"), "--with-php-config=$bin/php-config$suffix "), "configure is given php-config$suffix");
}
exec('rm -r ' . escapeshellarg($bin) . ' ' . escapeshellarg($source));
done();
?>
--EXPECT--
done
