--TEST--
A caller process waits for its turn for as long as the script takes, not only for default_socket_timeout
--SKIPIF--
<?php
require dirname(__DIR__) . '/lib/skip.inc';
if (!function_exists('pcntl_fork')) {
	die('skip PHP without pcntl');
}
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$folder = new Folder();
$listener = stream_socket_server("unix://$folder->path/stage");
$host = new Child('require $argv[1];', [__DIR__ . '/host.php', 'A', "$folder->path/stage", 'mcha', $cluster->servers(), 20000],
	['default_socket_timeout' => 1]);
$caller = stream_socket_accept($listener, PATIENCE);
is(fgets($caller), "A\n", 'the caller sends its letter');
$read = [$caller];
$write = $except = null;
is(stream_select($read, $write, $except, 3), 0, 'the caller has not closed its connection');
fwrite($caller, "+ counter\n");
is(fgets($caller), "1\n", 'the caller counts when the stage tells it to');
fclose($caller);
is($host->finish(), '', 'the host ends without output');

done();
?>
--EXPECT--
done
